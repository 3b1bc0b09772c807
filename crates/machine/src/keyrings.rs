//! Where the key of a town's file is kept between two starts.

use domain::identity::{from_hex, to_hex};
use office::Keyring;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

/// The keyring's own name for all of Palika's entries.
const SERVICE: &str = "in.palika";
/// A keyring may first ask its user to unlock it. Longer than this nobody is there to answer.
const ANSWER_WAIT: Duration = Duration::from_secs(60);

/// The operating system's keyring: Credential Manager, Keychain, Secret Service.
#[derive(Clone, Copy, Debug)]
pub struct SystemKeyring(());

impl SystemKeyring {
    /// The keyring, where this session has one. Asking for it on a machine without a session bus would wait for nothing.
    pub fn find() -> Option<SystemKeyring> {
        is_there().then_some(SystemKeyring(()))
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn is_there() -> bool {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some_and(|address| !address.is_empty())
        || runtime.is_some_and(|folder| folder.join("bus").exists())
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn is_there() -> bool {
    true
}

impl Keyring for SystemKeyring {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        let name = name.to_owned();
        asked(move || match entry(&name)?.get_secret() {
            Ok(secret) => Ok(Some(secret)),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(error.to_string()),
        })
    }

    fn write(&self, name: &str, secret: &[u8]) -> Result<(), String> {
        let (name, secret) = (name.to_owned(), secret.to_vec());
        asked(move || entry(&name)?.set_secret(&secret).map_err(|error| error.to_string()))
    }
}

fn entry(name: &str) -> Result<keyring::Entry, String> {
    keyring::Entry::new(SERVICE, name).map_err(|error| error.to_string())
}

/// Asks on a thread of its own: some keyrings run an event loop, which must not meet the caller's, and one that never
/// answers must not hold up the start.
fn asked<T: Send + 'static>(ask: impl FnOnce() -> Result<T, String> + Send + 'static) -> Result<T, String> {
    let (say, hear) = mpsc::channel();
    let thread = std::thread::Builder::new().name("keyring".to_owned()).spawn(move || {
        // Whoever asked may have given up.
        let _ = say.send(ask());
    });
    thread.map_err(|error| error.to_string())?;
    hear.recv_timeout(ANSWER_WAIT).map_err(|_| "the keyring does not answer".to_owned())?
}

/// File name of a demonstration town's open key.
pub const DEMONSTRATION_KEY: &str = "demonstration.key";

/// The open key beside a demonstration town's file.
#[derive(Clone, Debug)]
pub struct DemonstrationKey(PathBuf);

impl DemonstrationKey {
    /// Of a folder.
    pub fn of(folder: &Path) -> DemonstrationKey {
        DemonstrationKey(folder.join(DEMONSTRATION_KEY))
    }

    /// Whether a demonstration town was made there.
    pub fn exists(&self) -> bool {
        self.0.is_file()
    }
}

impl Keyring for DemonstrationKey {
    fn read(&self, _: &str) -> Result<Option<Vec<u8>>, String> {
        match std::fs::read_to_string(&self.0) {
            Ok(text) => from_hex(text.trim()).map(Some).ok_or_else(|| "not a key".to_owned()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }

    fn write(&self, _: &str, secret: &[u8]) -> Result<(), String> {
        let text = format!("{}\n", to_hex(secret));
        store::durable_file::replace(&self.0, text.as_bytes()).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_key_is_read_back_wherever_its_folder_goes() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path().join("here");
        std::fs::create_dir(&here).unwrap();
        let key = DemonstrationKey::of(&here);
        assert_eq!(key.read("a"), Ok(None));
        assert!(!key.exists());
        key.write("a", &[7; 48]).unwrap();
        let there = folder.path().join("there");
        std::fs::rename(&here, &there).unwrap();
        assert_eq!(DemonstrationKey::of(&there).read("b"), Ok(Some(vec![7; 48])));
    }

    #[test]
    fn a_keyring_that_fails_says_so_and_holds_nobody_up() {
        assert_eq!(asked(|| Err::<(), _>("locked".to_owned())), Err("locked".to_owned()));
    }
}
