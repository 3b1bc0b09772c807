//! Names of things that never change: towns, devices, people, documents, entries.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A town's number in the Local Government Directory, e.g. 248459 for Haldwani.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct TownCode(#[n(0)] pub u32);

impl fmt::Display for TownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How often a device has begun anew: 0 at enrolment, one more each time it is restored or found cloned.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct Epoch(#[n(0)] pub u32);

impl Epoch {
    /// The letters printed in receipt numbers: 0 is `a`, 25 is `z`, 26 is `aa`.
    pub fn letters(self) -> String {
        let mut letters = Vec::new();
        let mut rest = u64::from(self.0) + 1;
        while rest > 0 {
            rest -= 1;
            letters.push(char::from(b'a' + (rest % 26) as u8));
            rest /= 26;
        }
        letters.iter().rev().collect()
    }
}

macro_rules! bytes_identity {
    ($(#[$meta:meta])* $name:ident, $length:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
        #[cbor(transparent)]
        pub struct $name(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; $length]);

        impl $name {
            /// The bytes as lower-case hexadecimal.
            pub fn to_hex(&self) -> String {
                to_hex(&self.0)
            }

            /// Reads exactly the full length of hexadecimal digits.
            pub fn from_hex(text: &str) -> Option<$name> {
                from_hex(text).and_then(|bytes| bytes.try_into().ok()).map($name)
            }

            /// Reads exactly the full length of bytes.
            pub fn from_slice(bytes: &[u8]) -> Option<$name> {
                bytes.try_into().ok().map($name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.to_hex())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.to_hex())
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                $name::from_hex(&text)
                    .ok_or_else(|| serde::de::Error::custom(concat!("not a ", stringify!($name))))
            }
        }
    };
}

bytes_identity!(
    /// A SHA-256: of an entry (its link in the chain), of a definition, of a file.
    Hash, 32
);
bytes_identity!(
    /// A device: the first half of the SHA-256 of its public key, so that nobody else can claim it.
    DeviceId, 16
);
bytes_identity!(
    /// A person of the staff, the same on every device.
    UserId, 16
);
bytes_identity!(
    /// A register record, derived from (town, register, source id) so that two devices that import the same file
    /// make the same document.
    DocumentId, 16
);

bytes_identity!(
    /// An Ed25519 public key.
    PublicKey, 32
);
bytes_identity!(
    /// An Ed25519 signature.
    Signature, 64
);
bytes_identity!(
    /// Whose personal fields a key protects: derived from (town, register, source id), like a document.
    PersonId, 16
);
bytes_identity!(
    /// One press of "take payment": made when the bill is opened, kept in the draft, and stored with the receipt, so that
    /// a doubled Enter finds the receipt that is already there.
    DraftId, 16
);

impl Hash {
    /// What stands before the first entry of a chain.
    pub const ZERO: Hash = Hash([0; 32]);

    /// The ten characters printed on paper beside the number.
    pub fn short(&self) -> String {
        self.to_hex().chars().take(10).collect()
    }
}

/// Bytes as lower-case hexadecimal.
pub fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or('?');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// `None` on an odd length or a character that is no hexadecimal digit.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits = digits?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

/// A counter of the town as printed in numbers: `C03`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct CounterCode(#[n(0)] pub String);

/// One entry by its place and its hash: the head of a device's chain, or an entry that another fact names (the place
/// finds it, the hash proves that it is the one meant).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
pub struct ChainHead {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
    /// Its epoch.
    #[n(1)]
    pub epoch: Epoch,
    /// The entry's number in the epoch; the first is 1.
    #[n(2)]
    pub seq: u64,
    /// The entry's hash. Never a bare maximum: holes and forks are seen.
    #[n(3)]
    pub hash: Hash,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epochs_count_in_letters() {
        let letters: Vec<String> = [0, 1, 25, 26, 27, 701, 702].map(|n| Epoch(n).letters()).into();
        assert_eq!(letters, ["a", "b", "z", "aa", "ab", "zz", "aaa"]);
        Epoch(u32::MAX).letters();
    }

    #[test]
    fn hexadecimal_reads_back() {
        let hash = Hash([0xab; 32]);
        assert_eq!(Hash::from_hex(&hash.to_hex()), Some(hash));
        assert_eq!(Hash::from_hex("ab"), None);
        assert_eq!(from_hex("zz"), None);
        assert_eq!(from_hex("abc"), None);
    }
}
