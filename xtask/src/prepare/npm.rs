//! Programs of Node's world that tests and figures are held against, each in a folder of `xtask/peers` with a lock file:
//! installed exactly as it says, beside it, once.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::system;
use crate::{process, progress};

const NPM_LIMIT: Duration = Duration::from_secs(300);
/// A copy of the lock file that `node_modules` was made from.
const INSTALLED: &str = "node_modules/.installed-from";

/// Makes sure that what the folder's lock file names is there.
pub fn ensure(folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock).with_context(|| lock.display().to_string())?;
    if is_installed(folder, &wanted) {
        return Ok(());
    }
    system::ensure_npm()?;
    let mut npm = Command::new("npm");
    npm.current_dir(folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    let label = format!("npm ci in {}", folder.display());
    let ran = progress::step(&label, || process::captured(&mut npm, NPM_LIMIT))?;
    if !ran.is_success() {
        bail!("{label}: {}", ran.text().trim());
    }
    fs::write(folder.join(INSTALLED), wanted)?;
    Ok(())
}

fn is_installed(folder: &Path, wanted: &[u8]) -> bool {
    fs::read(folder.join(INSTALLED)).is_ok_and(|made_from| made_from == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_lock_file_is_installed_anew_and_the_same_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("node_modules")).unwrap();
        fs::write(folder.path().join("package-lock.json"), "one").unwrap();
        assert!(!is_installed(folder.path(), b"one"));
        fs::write(folder.path().join(INSTALLED), "one").unwrap();
        assert!(ensure(folder.path()).is_ok());
        assert!(!is_installed(folder.path(), b"two"));
        assert!(ensure(&folder.path().join("nowhere")).is_err());
    }
}
