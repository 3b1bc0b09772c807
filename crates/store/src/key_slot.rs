//! Key slots: the file's random raw key, locked once for each way an office may open it. Slots stand in one small file
//! beside the database; the keyring slot stands with the operating system and is the shell's.
//!
//! A missing keyring entry beside an existing file never means "make a new key": it means "ask".

use crate::{RawKey, StoreError, durable_file};
use journal::{Entropy, JournalError, lockbox};
use minicbor::{Decode, Encode};
use std::path::{Path, PathBuf};

const PURPOSE: &str = "palika database key 1";

/// Which secret opens a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum SlotKind {
    /// The office's passphrase.
    #[n(0)]
    Passphrase,
    /// The town's recovery key, printed at enrolment and kept in the safe.
    #[n(1)]
    Recovery,
}

#[derive(Clone, Debug, Encode, Decode)]
struct Slot {
    #[n(0)]
    kind: SlotKind,
    #[cbor(n(1), with = "minicbor::bytes")]
    lockbox: Vec<u8>,
}

#[derive(Clone, Debug, Default, Encode, Decode)]
struct Slots {
    #[n(0)]
    slots: Vec<Slot>,
}

/// Where the slots of a database stand.
pub fn slot_file(database: &Path) -> PathBuf {
    database.with_extension("keys")
}

fn read(path: &Path) -> Result<Slots, StoreError> {
    match std::fs::read(path) {
        Ok(bytes) => minicbor::decode(&bytes).map_err(|_| JournalError::Malformed("key slots").into()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Slots::default()),
        Err(error) => Err(StoreError::File(error.to_string())),
    }
}

/// Adds or replaces the slot of one kind.
pub fn add(
    database: &Path,
    kind: SlotKind,
    secret: &str,
    key: &RawKey,
    effort: lockbox::Effort,
    entropy: &mut dyn Entropy,
) -> Result<(), StoreError> {
    let path = slot_file(database);
    let mut slots = read(&path)?;
    slots.slots.retain(|slot| slot.kind != kind);
    let lockbox = lockbox::lock(&normalised(kind, secret), PURPOSE, &key.0, effort, entropy)?;
    slots.slots.push(Slot { kind, lockbox });
    let bytes = minicbor::to_vec(&slots).map_err(|error| StoreError::File(error.to_string()))?;
    durable_file::replace(&path, &bytes)
}

/// Opens the slot of one kind. `WrongKey` where there is none or the secret is not its.
pub fn open(database: &Path, kind: SlotKind, secret: &str) -> Result<RawKey, StoreError> {
    let slots = read(&slot_file(database))?;
    let slot = slots.slots.iter().find(|slot| slot.kind == kind).ok_or(StoreError::WrongKey)?;
    let contents =
        lockbox::open(&normalised(kind, secret), PURPOSE, &slot.lockbox).map_err(|error| match error {
            JournalError::WrongSecret => StoreError::WrongKey,
            other => other.into(),
        })?;
    let key: [u8; 48] = contents.as_slice().try_into().map_err(|_| JournalError::Malformed("key slots"))?;
    Ok(RawKey(key))
}

/// A printed key is typed back with other spacing, dashes or case; a passphrase is taken as typed.
fn normalised(kind: SlotKind, secret: &str) -> String {
    match kind {
        SlotKind::Passphrase => secret.to_owned(),
        SlotKind::Recovery => {
            secret.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
        }
    }
}

/// A new recovery key: 160 bits in Crockford's base 32 (no I, L, O, U), in groups of four.
pub fn new_recovery_key(entropy: &mut dyn Entropy) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let random: [u8; 32] = journal::random(entropy);
    let letters: Vec<char> = random
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte & 31)))
        .map(|letter| char::from(*letter))
        .collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u8);
    impl Entropy for Fixed {
        fn fill(&mut self, bytes: &mut [u8]) {
            for byte in bytes {
                self.0 = self.0.wrapping_mul(31).wrapping_add(7);
                *byte = self.0;
            }
        }
    }

    #[test]
    fn each_slot_opens_with_its_own_secret_only() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("town.palika");
        let effort = lockbox::Effort { memory_kib: 64, passes: 1 };
        let key = RawKey([9; 48]);
        let recovery = new_recovery_key(&mut Fixed(1));
        assert_eq!(recovery.len(), 39);
        add(&database, SlotKind::Passphrase, "कार्यालय", &key, effort, &mut Fixed(2)).unwrap();
        add(&database, SlotKind::Recovery, &recovery, &key, effort, &mut Fixed(3)).unwrap();
        let typed = recovery.to_lowercase().replace('-', " ");
        assert_eq!(open(&database, SlotKind::Recovery, &typed).unwrap().0, key.0);
        assert_eq!(open(&database, SlotKind::Passphrase, "कार्यालय").unwrap().0, key.0);
        assert!(matches!(open(&database, SlotKind::Passphrase, "x"), Err(StoreError::WrongKey)));
        std::fs::remove_file(slot_file(&database)).unwrap();
        assert!(matches!(open(&database, SlotKind::Passphrase, "कार्यालय"), Err(StoreError::WrongKey)));
    }
}
