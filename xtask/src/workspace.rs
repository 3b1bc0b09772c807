//! Where things lie in the checkout, and how cargo is called.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The checkout this program was built from.
pub struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
}

impl Workspace {
    /// The workspace around this program's own sources.
    pub fn here() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in the workspace")?;
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        Ok(Self { root: root.to_owned(), target: std::path::absolute(target)? })
    }

    /// Cargo as it called us, in the root, without what it told us of this package: build scripts that ask for such
    /// variables (ring's does) would be run again each time a person calls cargo and this program does in turn.
    pub fn cargo(&self) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
        cargo.current_dir(&self.root);
        let of_package = |name: &&str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        let names: Vec<OsString> = std::env::vars_os().map(|(name, _)| name).collect();
        for name in names.iter().filter_map(|name| name.to_str()).filter(of_package) {
            cargo.env_remove(name);
        }
        cargo
    }

    /// A program that cargo built.
    pub fn program(&self, name: &str, release: bool) -> PathBuf {
        self.built(release).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// An example that cargo built.
    pub fn example(&self, name: &str, release: bool) -> PathBuf {
        self.built(release).join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    fn built(&self, release: bool) -> PathBuf {
        self.target.join(if release { "release" } else { "debug" })
    }
}
