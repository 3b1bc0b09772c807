//! This machine as [`office::Shell`]: its clock, randomness, keyring, name and printer. The window, the command line and
//! the server share it.
//!
//! It must not know what any of it is for: no town, no receipt, no screen. Whatever the machine refuses is a value, and
//! none of it may hold a caller up for ever.

mod entropy;
mod keyrings;
mod name;
mod printer;

pub use entropy::OperatingSystem;
pub use keyrings::{DEMONSTRATION_KEY, DemonstrationKey, SystemKeyring};

use journal::Entropy;
use office::{Keyring, PrintError, Shell};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Instant;

/// This machine, for one town's folder.
pub struct Machine {
    name: String,
    keyring: Option<Box<dyn Keyring>>,
}

impl Machine {
    /// For a town's folder: the operating system's keyring, or the open key of a demonstration town made there.
    pub fn at(folder: &Path) -> Machine {
        let open = DemonstrationKey::of(folder);
        let keyring: Option<Box<dyn Keyring>> = if open.exists() {
            Some(Box::new(open))
        } else {
            SystemKeyring::find().map(|found| Box::new(found) as Box<dyn Keyring>)
        };
        Machine { name: name::name(), keyring }
    }

    /// For a demonstration town: the key of its file lies openly beside it, so that a folder that was moved or copied
    /// still opens on a machine without a keyring. Nothing in such a town is anybody's.
    pub fn for_demonstration(folder: &Path) -> Machine {
        Machine { name: name::name(), keyring: Some(Box::new(DemonstrationKey::of(folder))) }
    }

    /// Without any keyring: the file opens by passphrase or recovery key only, and nothing is left behind.
    pub fn without_keyring() -> Machine {
        Machine { name: name::name(), keyring: None }
    }
}

impl Shell for Machine {
    fn now_ms(&self) -> i64 {
        now_ms()
    }

    fn forward_ms(&self) -> i64 {
        static START: OnceLock<Instant> = OnceLock::new();
        #[allow(clippy::disallowed_methods, reason = "this crate is the clock")]
        let start = *START.get_or_init(Instant::now);
        i64::try_from(start.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    fn entropy(&self) -> Box<dyn Entropy> {
        Box::new(OperatingSystem)
    }

    fn machine(&self) -> String {
        self.name.clone()
    }

    fn marks(&self) -> Option<PathBuf> {
        marks_folder()
    }

    fn keyring(&self) -> Option<&dyn Keyring> {
        self.keyring.as_deref()
    }

    fn print(&self, queue: &str, pdf: &Path) -> Result<(), PrintError> {
        printer::print(queue, pdf)
    }

    fn printers(&self) -> Vec<String> {
        printer::queues()
    }
}

/// The town's folder where none is named: one place for all users of the machine, since a counter's file belongs to the
/// office and not to whoever signed in to the operating system.
#[cfg(windows)]
pub fn town_folder() -> PathBuf {
    let base = std::env::var_os("ProgramData").unwrap_or_else(|| std::ffi::OsString::from(r"C:\ProgramData"));
    PathBuf::from(base).join("Palika")
}

/// The town's folder where none is named: one place for all users of the machine, since a counter's file belongs to the
/// office and not to whoever signed in to the operating system.
#[cfg(not(windows))]
pub fn town_folder() -> PathBuf {
    PathBuf::from("/var/lib/palika")
}

/// Where this user's programs keep what belongs to this machine alone and is not part of a document.
#[cfg(windows)]
fn marks_folder() -> Option<PathBuf> {
    Some(PathBuf::from(std::env::var_os("LOCALAPPDATA")?).join("Palika").join("marks"))
}

/// Where this user's programs keep what belongs to this machine alone and is not part of a document (XDG Base Directory
/// Specification, `XDG_STATE_HOME`).
#[cfg(not(windows))]
fn marks_folder() -> Option<PathBuf> {
    let state = match std::env::var_os("XDG_STATE_HOME").filter(|path| !path.is_empty()) {
        Some(state) => PathBuf::from(state),
        None => PathBuf::from(std::env::var_os("HOME")?).join(".local").join("state"),
    };
    Some(state.join("palika").join("marks"))
}

/// Milliseconds since 1970 by this machine's clock.
pub fn now_ms() -> i64 {
    #[allow(clippy::disallowed_methods, reason = "this crate is the clock")]
    let now = std::time::SystemTime::now();
    match now.duration_since(std::time::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_keeps_its_name_and_its_clock_is_of_this_century() {
        assert_eq!(Machine::without_keyring().machine(), Machine::without_keyring().machine());
        assert!(now_ms() > 1_700_000_000_000);
        assert!(Machine::without_keyring().keyring().is_none());
    }
}
