//! What `cargo metadata` says, as far as it is used here.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::process;
use crate::workspace::Workspace;

/// The packages cargo sees.
#[derive(Deserialize)]
pub struct Metadata {
    /// The workspace's own, and with [`Metadata::whole`] everything they depend on.
    pub packages: Vec<Package>,
}

/// One package.
#[derive(Deserialize)]
pub struct Package {
    /// Its name in `Cargo.toml`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its SPDX expression.
    pub license: Option<String>,
    /// `None` for a package of this workspace; else the registry or repository it comes from.
    pub source: Option<String>,
    /// Its `Cargo.toml`.
    pub manifest_path: PathBuf,
    /// What its `Cargo.toml` names.
    pub dependencies: Vec<Dependency>,
}

/// One dependency as a `Cargo.toml` names it.
#[derive(Deserialize)]
pub struct Dependency {
    /// The package's name, also where it was renamed.
    pub name: String,
    /// `None` for an ordinary one, else `dev` or `build`.
    pub kind: Option<String>,
}

impl Metadata {
    /// Only the workspace's own packages.
    pub fn own(workspace: &Workspace) -> Result<Self> {
        Self::read(workspace, &["--no-deps"])
    }

    /// Every package in `Cargo.lock`.
    pub fn whole(workspace: &Workspace) -> Result<Self> {
        Self::read(workspace, &[])
    }

    fn read(workspace: &Workspace, options: &[&str]) -> Result<Self> {
        let mut cargo = workspace.cargo();
        cargo.args(["metadata", "--format-version", "1", "--quiet"]).args(options);
        serde_json::from_str(&process::stdout_of(&mut cargo)?).context("cargo metadata")
    }
}
