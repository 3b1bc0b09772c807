//! Personal fields: sealed under a key of the person before they enter an entry. Destroying the key erases the text on
//! every replica; the log and its digests stay as they are.

use crate::lockbox::{open_with, seal_with};
use crate::{Entropy, JournalError, random};
use domain::identity::PersonId;
use domain::receipt::Sealed;
use domain::{DeviceId, TownCode};
use minicbor::{Decode, Encode};

/// The key of one person's fields. Held in a table beside the log, never in it.
#[derive(Clone, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
pub struct PersonKey(pub [u8; 32]);

impl PersonKey {
    /// A new key.
    pub fn generate(entropy: &mut dyn Entropy) -> PersonKey {
        PersonKey(random(entropy))
    }
}

/// A person's key as it rests in the table and travels inside the town: wrapped under the town's secret, so that whoever
/// only carries it (the state's server, a USB stick) cannot read it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct WrappedKey {
    /// Whose fields it opens.
    #[n(0)]
    pub person: PersonId,
    /// What [`wrap`] made.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub bytes: Vec<u8>,
}

/// The name of the key under which one device seals the fields of the person behind a record. Each device has its own
/// for each person, so that two devices offline never make two keys of one name; erasing a person erases all of them.
pub fn person_of(town: TownCode, register: &str, source_id: &str, device: &DeviceId) -> PersonId {
    PersonId(crate::derive_identity("palika person 1", town, &[register, source_id, &device.to_hex()]))
}

fn purpose(person: &PersonId) -> String {
    format!("palika person field 1 {person}")
}

/// Seals one text.
pub fn seal(
    person: PersonId,
    key: &PersonKey,
    text: &str,
    entropy: &mut dyn Entropy,
) -> Result<Sealed, JournalError> {
    let nonce: [u8; 24] = random(entropy);
    let mut bytes = nonce.to_vec();
    bytes.extend_from_slice(&seal_with(&key.0, &nonce, &purpose(&person), text.as_bytes())?);
    Ok(Sealed { person, bytes })
}

/// Opens a sealed text.
pub fn open(sealed: &Sealed, key: &PersonKey) -> Result<String, JournalError> {
    let (nonce, rest) =
        sealed.bytes.split_first_chunk::<24>().ok_or(JournalError::Malformed("sealed text"))?;
    let text = open_with(&key.0, nonce, &purpose(&sealed.person), rest)?;
    String::from_utf8(text.to_vec()).map_err(|_| JournalError::NotOpened)
}

/// Wraps bytes (a person's key, a town's secret) under another 32-byte key.
pub fn wrap(
    key: &[u8; 32],
    purpose: &str,
    contents: &[u8],
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, JournalError> {
    let nonce: [u8; 24] = random(entropy);
    let mut bytes = nonce.to_vec();
    bytes.extend_from_slice(&seal_with(key, &nonce, purpose, contents)?);
    Ok(bytes)
}

/// Opens what [`wrap`] closed.
pub fn unwrap(
    key: &[u8; 32],
    purpose: &str,
    bytes: &[u8],
) -> Result<zeroize::Zeroizing<Vec<u8>>, JournalError> {
    let (nonce, rest) = bytes.split_first_chunk::<24>().ok_or(JournalError::Malformed("wrapped key"))?;
    open_with(key, nonce, purpose, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;
    impl Entropy for Fixed {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(3);
        }
    }

    #[test]
    fn a_mobile_opens_with_its_persons_key_only() {
        let person = person_of(TownCode(248_459), "property", "PT-248459-000123", &DeviceId([1; 16]));
        let key = PersonKey([1; 32]);
        let mut sealed = seal(person, &key, "9876543210", &mut Fixed).unwrap();
        assert_eq!(open(&sealed, &key).unwrap(), "9876543210");
        assert_eq!(open(&sealed, &PersonKey([2; 32])), Err(JournalError::NotOpened));
        sealed.person = person_of(TownCode(248_459), "property", "PT-248459-000124", &DeviceId([1; 16]));
        assert_eq!(open(&sealed, &key), Err(JournalError::NotOpened));
    }
}
