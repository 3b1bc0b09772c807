//! Where the town's folder lies: `--folder DIR`, else the machine's own place for it.

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
    machine::town_folder()
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
