//! The demo town: Haldwani with 50,000 properties, made once by `palika demo-town` and kept in `demo/`.
//! A making that broke off is gone on with.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use super::{FIRST_DEVICE, server};
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

/// The demo town, made now if it is not there; `palika` says who may sign in and with what.
pub fn town(workspace: &Workspace, release: bool) -> Result<Town> {
    let town = Town { folder: workspace.root.join("demo") };
    let first = town.device(FIRST_DEVICE)?;
    progress::heading("demo town (delete the folder demo/ to begin anew)");
    let mut palika = Command::new(workspace.program(PALIKA, release));
    palika.arg("--folder").arg(first).args(["demo-town", "--town", TOWN_CODE, "--properties", PROPERTIES]);
    palika.arg("--state-folder").arg(town.server()).args(["--server", &server::address()]);
    process::shown(&mut palika)?;
    Ok(town)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_stays_inside_the_demo_folder() {
        let folder = tempfile::tempdir().unwrap();
        let town = Town { folder: folder.path().join("demo") };
        assert!(town.device("second-counter").unwrap().is_dir());
        for name in ["", "..", "a/b", r"a\b"] {
            assert!(town.device(name).is_err(), "{name}");
        }
    }
}
