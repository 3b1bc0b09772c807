//! One entry of a chain, and its bytes: what the hash covers.

use crate::{JournalError, hash};
use domain::fact::{Fact, Kind, Seen};
use domain::people::Author;
use domain::{ChainHead, DeviceId, Epoch, Hash, TownCode, UserId};

/// The first four bytes of every entry.
pub const MAGIC: [u8; 4] = *b"PLK1";
/// Bytes of an entry's body at the most: a demand batch of 1,000 lines is 60 KB, a definition 512 KB.
pub const BODY_BYTES_MAX: usize = 1 << 20;
const AUTHORED: u8 = 1;
const FIXED_BYTES: usize = 79;

/// Where an entry stands: the chain and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The device that wrote it.
    pub device: DeviceId,
    /// The device's epoch.
    pub epoch: Epoch,
    /// 1 for the first entry of the epoch.
    pub seq: u64,
}

/// One entry: a fact or a change, in its place in its device's chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The town whose log it belongs to.
    pub town: TownCode,
    /// Its place.
    pub position: Position,
    /// The hash of the entry before it; [`Hash::ZERO`] before the first.
    pub previous: Hash,
    /// The writer's clock, milliseconds since 1970. For display only: order never rests on it.
    pub at_ms: i64,
    /// The kind's number; kept as a number because a later version may have written it.
    pub kind: u16,
    /// Who wrote it under which grant; `None` where the device itself did.
    pub author: Option<Author>,
    /// The body as its kind lays it out.
    pub body: Vec<u8>,
}

impl Entry {
    /// The entry that follows `previous` in a chain.
    pub fn following(
        town: TownCode,
        previous: &ChainHead,
        at_ms: i64,
        author: Option<Author>,
        fact: &Fact,
    ) -> Entry {
        Entry {
            town,
            position: Position { device: previous.device, epoch: previous.epoch, seq: previous.seq + 1 },
            previous: previous.hash,
            at_ms,
            kind: fact.kind().number(),
            author,
            body: fact.encode(),
        }
    }

    /// The bytes that are hashed, laid out in `docs/log-format.md`.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(FIXED_BYTES + 48 + 4 + self.body.len());
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&self.town.0.to_be_bytes());
        bytes.extend_from_slice(&self.position.device.0);
        bytes.extend_from_slice(&self.position.epoch.0.to_be_bytes());
        bytes.extend_from_slice(&self.position.seq.to_be_bytes());
        bytes.extend_from_slice(&self.previous.0);
        bytes.extend_from_slice(&self.at_ms.to_be_bytes());
        bytes.extend_from_slice(&self.kind.to_be_bytes());
        match &self.author {
            None => bytes.push(0),
            Some(author) => {
                bytes.push(AUTHORED);
                bytes.extend_from_slice(&author.user.0);
                bytes.extend_from_slice(&author.grant.0);
            }
        }
        bytes.extend_from_slice(&(self.body.len() as u32).to_be_bytes());
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// Reads exactly one entry.
    pub fn from_bytes(bytes: &[u8]) -> Result<Entry, JournalError> {
        let mut reader = Reader { rest: bytes };
        if reader.take::<4>()? != MAGIC {
            return Err(JournalError::Malformed("entry"));
        }
        let town = TownCode(u32::from_be_bytes(reader.take()?));
        let device = DeviceId(reader.take()?);
        let epoch = Epoch(u32::from_be_bytes(reader.take()?));
        let seq = u64::from_be_bytes(reader.take()?);
        let previous = Hash(reader.take()?);
        let at_ms = i64::from_be_bytes(reader.take()?);
        let kind = u16::from_be_bytes(reader.take()?);
        let author = match reader.take::<1>()? {
            [0] => None,
            [AUTHORED] => Some(Author { user: UserId(reader.take()?), grant: Hash(reader.take()?) }),
            _ => return Err(JournalError::Malformed("entry")),
        };
        let length = u32::from_be_bytes(reader.take()?) as usize;
        if length > BODY_BYTES_MAX || length != reader.rest.len() {
            return Err(JournalError::Malformed("entry"));
        }
        let body = reader.rest.to_vec();
        Ok(Entry { town, position: Position { device, epoch, seq }, previous, at_ms, kind, author, body })
    }

    /// Its link in the chain: SHA-256 of its bytes.
    pub fn hash(&self) -> Hash {
        hash(&self.to_bytes())
    }

    /// Its place with its hash.
    pub fn head(&self) -> ChainHead {
        let Position { device, epoch, seq } = self.position;
        ChainHead { device, epoch, seq, hash: self.hash() }
    }

    /// The body as a fact: `Ok(None)` where a later version wrote a kind this one does not know.
    pub fn fact(&self) -> Result<Option<Fact>, JournalError> {
        match Kind::from_number(self.kind) {
            None => Ok(None),
            Some(kind) => {
                Fact::decode(kind, &self.body).map(Some).map_err(|_| JournalError::Malformed("body"))
            }
        }
    }

    /// The heads this entry says its writer had folded, where it is a [`Seen`].
    pub fn seen(&self) -> Option<Seen> {
        // Most entries are something else, and reading their bodies to learn it is a quarter of taking them in.
        if self.kind != Kind::Seen.number() {
            return None;
        }
        match self.fact() {
            Ok(Some(Fact::Seen(seen))) => Some(seen),
            _ => None,
        }
    }
}

/// Takes fixed numbers of bytes from the front.
pub(crate) struct Reader<'a> {
    pub(crate) rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn take<const N: usize>(&mut self) -> Result<[u8; N], JournalError> {
        let (front, rest) = self.rest.split_first_chunk::<N>().ok_or(JournalError::Malformed("bytes"))?;
        self.rest = rest;
        Ok(*front)
    }

    pub(crate) fn take_slice(&mut self, length: usize) -> Result<&'a [u8], JournalError> {
        let (front, rest) = self.rest.split_at_checked(length).ok_or(JournalError::Malformed("bytes"))?;
        self.rest = rest;
        Ok(front)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::people::RoleWithdrawn;
    use proptest::prelude::*;

    fn entry(author: Option<Author>) -> Entry {
        let previous = ChainHead { device: DeviceId([1; 16]), epoch: Epoch(2), seq: 6, hash: Hash([3; 32]) };
        let fact = Fact::from(RoleWithdrawn {
            grant: Hash([4; 32]), reason: "सेवानिवृत्त".into()
        });
        Entry::following(TownCode(248_459), &previous, 1_795_456_799_000, author, &fact)
    }

    #[test]
    fn bytes_read_back() {
        for author in [None, Some(Author { user: UserId([5; 16]), grant: Hash([6; 32]) })] {
            let entry = entry(author);
            assert_eq!(Entry::from_bytes(&entry.to_bytes()), Ok(entry.clone()));
            assert_eq!(entry.position.seq, 7);
        }
    }

    #[test]
    fn every_changed_byte_changes_the_hash_or_is_refused() {
        let entry = entry(Some(Author { user: UserId([5; 16]), grant: Hash([6; 32]) }));
        let bytes = entry.to_bytes();
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            if let Ok(read) = Entry::from_bytes(&changed) {
                assert_ne!(read.hash(), entry.hash(), "byte {index}");
            }
        }
    }

    #[test]
    fn golden_bytes_of_an_entry() {
        insta::assert_snapshot!(domain::identity::to_hex(&entry(None).to_bytes()));
        insta::assert_snapshot!(entry(None).hash().to_hex());
    }

    proptest! {
        #[test]
        fn foreign_bytes_are_an_answer_not_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = Entry::from_bytes(&bytes);
        }
    }
}
