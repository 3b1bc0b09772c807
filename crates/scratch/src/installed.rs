//! Programs that `cargo xtask prepare` installed from crates.io, in `programs` of cargo's target folder.

use anyhow::{Context as _, Result};
use std::path::PathBuf;

/// A program, by the folder in which the running one lies.
pub(crate) fn program(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let found =
        own.ancestors().map(|folder| folder.join("programs/bin").join(name)).find(|path| path.exists());
    found.with_context(|| format!("{name} is not installed: run `cargo xtask prepare`"))
}
