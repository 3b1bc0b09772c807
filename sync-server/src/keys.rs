//! The server's secrets: the state root (for a demonstration or a pilot it lives here; a state keeps it offline), the
//! seed of the files' keys, and the secret of the challenges. One small file, only its owner may read it, locked with a
//! passphrase where one is given.

use crate::ServerError;
use crate::shell::SystemEntropy;
use domain::TownCode;
use journal::lockbox::{self, Effort};
use journal::{KeyPair, hash, random};
use std::path::{Path, PathBuf};
use store::{RawKey, StoreError, durable_file};
use zeroize::Zeroizing;

const FILE: &str = "server.keys";
const OPEN_MAGIC: &[u8; 8] = b"PLKSRV1\0";
const PURPOSE: &str = "palika server keys 1";

/// The secrets.
#[derive(Clone)]
pub struct ServerKeys {
    /// Certifies towns.
    pub state_root: KeyPair,
    file_seed: Zeroizing<[u8; 32]>,
    /// See [`sync::Admission`].
    pub challenge_secret: [u8; 32],
}

fn path(data: &Path) -> PathBuf {
    data.join(FILE)
}

/// Makes the secrets of a new server. Refused where some are: a second state root would orphan every town.
pub fn init(data: &Path, passphrase: Option<&str>) -> Result<ServerKeys, ServerError> {
    let path = path(data);
    if path.exists() {
        return Err(ServerError::KeysThere);
    }
    let secrets: Zeroizing<[u8; 96]> = Zeroizing::new(random(&mut SystemEntropy));
    let contents = match passphrase {
        Some(passphrase) => {
            lockbox::lock(passphrase, PURPOSE, secrets.as_slice(), Effort::default(), &mut SystemEntropy)
                .map_err(ServerError::Keys)?
        }
        None => [OPEN_MAGIC.as_slice(), secrets.as_slice()].concat(),
    };
    durable_file::replace(&path, &contents).map_err(file)?;
    ServerKeys::read(secrets.as_slice())
}

/// Opens them.
pub fn open_keys(data: &Path, passphrase: Option<&str>) -> Result<ServerKeys, ServerError> {
    let contents = match std::fs::read(path(data)) {
        Ok(contents) => Zeroizing::new(contents),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(ServerError::NoKeys),
        Err(error) => return Err(ServerError::File(error.to_string())),
    };
    match contents.strip_prefix(OPEN_MAGIC) {
        Some(secrets) => ServerKeys::read(secrets),
        None => {
            let secrets = lockbox::open(passphrase.unwrap_or_default(), PURPOSE, &contents)
                .map_err(ServerError::Keys)?;
            ServerKeys::read(secrets.as_slice())
        }
    }
}

fn file(error: StoreError) -> ServerError {
    ServerError::File(error.to_string())
}

impl ServerKeys {
    fn read(secrets: &[u8]) -> Result<ServerKeys, ServerError> {
        let cut = || ServerError::Keys(journal::JournalError::Malformed("server keys"));
        let (root, rest) = secrets.split_first_chunk::<32>().ok_or_else(cut)?;
        let (seed, rest) = rest.split_first_chunk::<32>().ok_or_else(cut)?;
        let challenge_secret = <[u8; 32]>::try_from(rest).map_err(|_| cut())?;
        Ok(ServerKeys {
            state_root: KeyPair::from_secret(*root),
            file_seed: Zeroizing::new(*seed),
            challenge_secret,
        })
    }

    /// The key of a town's file: a file taken alone tells nothing, and each has its own.
    pub(crate) fn file_key(&self, town: TownCode) -> RawKey {
        let part = |label: &[u8]| {
            let mut bytes = Zeroizing::new(label.to_vec());
            bytes.extend_from_slice(self.file_seed.as_slice());
            bytes.extend_from_slice(&town.0.to_be_bytes());
            hash(&bytes).0
        };
        let mut key = [0; 48];
        let (front, salt) = key.split_at_mut(32);
        front.copy_from_slice(&part(b"palika server file key 1\0"));
        salt.iter_mut().zip(part(b"palika server file salt 1\0")).for_each(|(to, from)| *to = from);
        RawKey(key)
    }

    /// The key of the register, which belongs to no town.
    pub(crate) fn register_key(&self) -> RawKey {
        self.file_key(TownCode(0))
    }
}
