//! What the office needs from outside: clock, randomness, keyring, printer. The desktop shell, the command line and the
//! simulator each give their own.

use journal::Entropy;
use std::path::{Path, PathBuf};

/// The outside world.
pub trait Shell: Send + Sync + 'static {
    /// Milliseconds since 1970 by this machine's clock.
    fn now_ms(&self) -> i64;

    /// Milliseconds since any fixed moment, never going back: for waiting. A shell whose clock people may set gives
    /// another than the one above.
    fn forward_ms(&self) -> i64 {
        self.now_ms()
    }

    /// Randomness.
    fn entropy(&self) -> Box<dyn Entropy>;

    /// What tells this machine from a copy of its disk elsewhere.
    fn machine(&self) -> String;

    /// A folder of this machine outside every town's, for marks: a whole town folder that was put back from a backup agrees
    /// with itself, and only what stands elsewhere tells.
    fn marks(&self) -> Option<PathBuf> {
        None
    }

    /// The operating system's keyring, where there is one.
    fn keyring(&self) -> Option<&dyn Keyring>;

    /// Gives a PDF to the system's spooler, without a dialog.
    fn print(&self, queue: &str, pdf: &Path) -> Result<(), PrintError>;

    /// Names of the spooler's queues; none where it does not say.
    fn printers(&self) -> Vec<String> {
        Vec::new()
    }

    /// Which VFS the town's file stands on; `None` for the machine's own.
    fn vfs(&self) -> Option<String> {
        None
    }

    /// A batch of this counter is on the disk, and nothing of it is shown or printed yet: for a shell that keeps an eye
    /// on how long a person waits.
    fn durable(&self) {}

    /// How hard passwords are to guess; lighter only in tests.
    fn effort(&self) -> journal::lockbox::Effort {
        journal::lockbox::Effort::default()
    }
}

/// A place for one secret a name, kept by the operating system for one of its users.
pub trait Keyring: Send + Sync {
    /// The secret, or nothing where there is none. Nothing never means "make a new one".
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, String>;

    /// Keeps a secret.
    fn write(&self, name: &str, secret: &[u8]) -> Result<(), String>;
}

/// The spooler refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PrintError(pub String);
