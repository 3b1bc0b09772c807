//! A secret of 32 bytes or more, locked with something a person knows: a password, a passphrase, an enrolment code, the
//! printed recovery key. Argon2id makes the key, XChaCha20-Poly1305 closes the box.

use crate::entry::Reader;
use crate::{Entropy, JournalError, random};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

const MAGIC: [u8; 8] = *b"PLKBOX1\0";

/// How hard the box is to guess. OWASP's floor for Argon2id: 19 MiB, two passes, one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes.
    pub passes: u32,
}

impl Default for Effort {
    fn default() -> Self {
        Effort { memory_kib: 19_456, passes: 2 }
    }
}

/// Above these a box is hostile, not hard.
const MEMORY_KIB_MAX: u32 = 1 << 20;
const PASSES_MAX: u32 = 16;

fn derive(secret: &[u8], salt: &[u8; 16], effort: Effort) -> Result<Zeroizing<[u8; 32]>, JournalError> {
    let params = Params::new(effort.memory_kib, effort.passes, 1, Some(32))
        .map_err(|_| JournalError::Malformed("lock box"))?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(secret, salt, key.as_mut())
        .map_err(|_| JournalError::Malformed("lock box"))?;
    Ok(key)
}

/// Locks `contents` for whoever knows `secret`. `purpose` must be given again to open: a box for one purpose does not
/// open as another.
pub fn lock(
    secret: &str,
    purpose: &str,
    contents: &[u8],
    effort: Effort,
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, JournalError> {
    let salt: [u8; 16] = random(entropy);
    let nonce: [u8; 24] = random(entropy);
    let key = derive(secret.as_bytes(), &salt, effort)?;
    let sealed = seal_with(&key, &nonce, purpose, contents)?;
    let mut bytes = Vec::with_capacity(MAGIC.len() + 8 + 16 + 24 + sealed.len());
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&effort.memory_kib.to_be_bytes());
    bytes.extend_from_slice(&effort.passes.to_be_bytes());
    bytes.extend_from_slice(&salt);
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(&sealed);
    Ok(bytes)
}

/// Opens a box. A wrong secret and an altered box look the same, on purpose.
pub fn open(secret: &str, purpose: &str, bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, JournalError> {
    let mut reader = Reader { rest: bytes };
    if reader.take::<8>()? != MAGIC {
        return Err(JournalError::Malformed("lock box"));
    }
    let effort =
        Effort { memory_kib: u32::from_be_bytes(reader.take()?), passes: u32::from_be_bytes(reader.take()?) };
    if effort.memory_kib > MEMORY_KIB_MAX || effort.passes > PASSES_MAX {
        return Err(JournalError::TooLarge("lock box"));
    }
    let salt: [u8; 16] = reader.take()?;
    let nonce: [u8; 24] = reader.take()?;
    let key = derive(secret.as_bytes(), &salt, effort)?;
    open_with(&key, &nonce, purpose, reader.rest).map_err(|_| JournalError::WrongSecret)
}

pub(crate) fn seal_with(
    key: &[u8; 32],
    nonce: &[u8; 24],
    purpose: &str,
    contents: &[u8],
) -> Result<Vec<u8>, JournalError> {
    XChaCha20Poly1305::new(&Key::from(*key))
        .encrypt(&XNonce::from(*nonce), Payload { msg: contents, aad: purpose.as_bytes() })
        .map_err(|_| JournalError::TooLarge("sealed text"))
}

pub(crate) fn open_with(
    key: &[u8; 32],
    nonce: &[u8; 24],
    purpose: &str,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, JournalError> {
    XChaCha20Poly1305::new(&Key::from(*key))
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: purpose.as_bytes() })
        .map(Zeroizing::new)
        .map_err(|_| JournalError::NotOpened)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counter(u8);
    impl Entropy for Counter {
        fn fill(&mut self, bytes: &mut [u8]) {
            for byte in bytes {
                self.0 = self.0.wrapping_add(1);
                *byte = self.0;
            }
        }
    }

    const LIGHT: Effort = Effort { memory_kib: 64, passes: 1 };

    #[test]
    fn only_the_secret_and_the_purpose_open_it() {
        let bytes = lock("पासवर्ड १", "user key", &[7; 32], LIGHT, &mut Counter(0)).unwrap();
        assert_eq!(open("पासवर्ड १", "user key", &bytes).unwrap().as_slice(), [7; 32]);
        assert_eq!(open("पासवर्ड २", "user key", &bytes), Err(JournalError::WrongSecret));
        assert_eq!(open("पासवर्ड १", "database key", &bytes), Err(JournalError::WrongSecret));
        let mut altered = bytes.clone();
        *altered.last_mut().unwrap() ^= 1;
        assert_eq!(open("पासवर्ड १", "user key", &altered), Err(JournalError::WrongSecret));
        assert!(open("x", "user key", &bytes[..20]).is_err());
    }

    #[test]
    fn a_box_that_asks_for_all_memory_is_refused() {
        let mut bytes = lock("a", "b", &[7; 32], LIGHT, &mut Counter(0)).unwrap();
        bytes[8] = 0xff;
        assert_eq!(open("a", "b", &bytes), Err(JournalError::TooLarge("lock box")));
    }
}
