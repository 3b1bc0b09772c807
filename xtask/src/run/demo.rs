//! The demo town: Haldwani with 50,000 properties, made once by `palika demo-town` and kept in `demo/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::FIRST_DEVICE;
use crate::workspace::Workspace;
use crate::{process, progress};

/// The package of the program `palika`.
pub const COMMAND_LINE: &str = "cli";
const PALIKA: &str = "palika";
const TOWN_CODE: &str = "248459";
const PROPERTIES: &str = "50000";

/// The demo town's folder, with one folder a device and one for the server.
pub struct Town {
    folder: PathBuf,
}

impl Town {
    /// The town folder of a device; a new one begins empty.
    pub fn device(&self, name: &str) -> Result<PathBuf> {
        if name.is_empty() || !name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-') {
            bail!("a device is named by letters, digits and hyphens, not {name:?}");
        }
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Where the sync server keeps what it received.
    pub fn server(&self) -> PathBuf {
        self.folder.join("state")
    }
}

/// The demo town, made now if it is not there.
pub fn town(workspace: &Workspace, release: bool) -> Result<Town> {
    let town = Town { folder: workspace.root.join("demo") };
    let first = town.folder.join(FIRST_DEVICE);
    if first.exists() {
        return Ok(town);
    }
    // Made beside and renamed: a town whose making broke off is made again.
    let unfinished = town.folder.join("unfinished");
    let _ = fs::remove_dir_all(&unfinished);
    fs::create_dir_all(&town.folder)?;
    let label = format!("making the demo town, {PROPERTIES} properties, once");
    progress::step(&label, || make(workspace, &unfinished, release))?;
    fs::rename(&unfinished, &first).context("the demo town's folder")?;
    progress::done(&format!("demo town in {}; delete that folder to begin anew", town.folder.display()));
    Ok(town)
}

fn make(workspace: &Workspace, folder: &Path, release: bool) -> Result<()> {
    let mut palika = Command::new(workspace.program(PALIKA, release));
    palika.args(["demo-town", "--town", TOWN_CODE, "--properties", PROPERTIES, "--folder"]).arg(folder);
    process::shown(&mut palika)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_stays_inside_the_demo_folder() {
        let folder = tempfile::tempdir().unwrap();
        let town = Town { folder: folder.path().join("demo") };
        assert!(town.device("counter-2").unwrap().is_dir());
        for name in ["", "..", "a/b", r"a\b"] {
            assert!(town.device(name).is_err(), "{name}");
        }
    }
}
