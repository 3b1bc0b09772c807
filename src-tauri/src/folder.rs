//! Where the town's folder lies: `--folder DIR`, else one place for all users of the machine, since a counter's
//! database belongs to the office and not to whoever signed in to the operating system.

use std::ffi::OsString;
use std::path::PathBuf;

/// The town's folder for these arguments.
pub fn town_folder(mut arguments: impl Iterator<Item = OsString>) -> PathBuf {
    while let Some(argument) = arguments.next() {
        if argument == "--folder"
            && let Some(folder) = arguments.next()
        {
            return PathBuf::from(folder);
        }
    }
    machine_folder()
}

#[cfg(windows)]
fn machine_folder() -> PathBuf {
    let base = std::env::var_os("ProgramData").unwrap_or_else(|| OsString::from(r"C:\ProgramData"));
    PathBuf::from(base).join("Palika")
}

#[cfg(not(windows))]
fn machine_folder() -> PathBuf {
    PathBuf::from("/var/lib/palika")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_of(arguments: &[&str]) -> PathBuf {
        town_folder(arguments.iter().map(OsString::from))
    }

    #[test]
    fn a_named_folder_wins() {
        assert_eq!(folder_of(&["--folder", "town"]), PathBuf::from("town"));
    }

    #[test]
    fn without_a_name_the_machine_has_one_folder() {
        assert!(folder_of(&[]).is_absolute());
        assert_eq!(folder_of(&["--folder"]), folder_of(&[]));
    }
}
