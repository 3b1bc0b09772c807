//! A range of one chain as it travels: previous hash once, no hashes of entries (they are recomputed), authors once,
//! and the signature over its last entry. Ranges are cut where a signature is held.

use crate::entry::{BODY_BYTES_MAX, Entry, Position};
use crate::key::{device_of, verify_head};
use crate::{JournalError, hash};
use domain::identity::{PublicKey, Signature};
use domain::people::Author;
use domain::{ChainHead, DeviceId, Epoch, Hash, TownCode};
use minicbor::{Decode, Encode};

/// Entries in one range at the most: one bounded message.
pub const RANGE_ENTRIES_MAX: usize = 4_096;

/// Consecutive entries of one chain.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Range {
    /// The town.
    #[n(0)]
    pub town: TownCode,
    /// The writer's public key; its device id follows from it.
    #[n(1)]
    pub key: PublicKey,
    /// The writer's epoch.
    #[n(2)]
    pub epoch: Epoch,
    /// Number of the first entry.
    #[n(3)]
    pub first_seq: u64,
    /// Hash of the entry before the first.
    #[n(4)]
    pub previous: Hash,
    /// Authors, referred to by place (from 1) in the entries.
    #[n(5)]
    authors: Vec<Author>,
    /// The entries.
    #[n(6)]
    entries: Vec<Travelling>,
    /// The device's signature over the last entry's head.
    #[n(7)]
    pub signature: Signature,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
struct Travelling {
    /// Milliseconds after the entry before it (after 0 for the first).
    #[n(0)]
    after_ms: i64,
    #[n(1)]
    kind: u16,
    /// 0 for none, else the place in `authors` from 1.
    #[n(2)]
    author: u32,
    #[cbor(n(3), with = "minicbor::bytes")]
    body: Vec<u8>,
}

impl Range {
    /// Packs consecutive entries of one chain. `None` for an empty list or one that is not consecutive.
    pub fn pack(key: PublicKey, entries: &[Entry], signature: Signature) -> Option<Range> {
        let first = entries.first()?;
        let mut authors: Vec<Author> = Vec::new();
        let mut travelling = Vec::with_capacity(entries.len());
        let mut at_ms = 0;
        for (entry, seq) in entries.iter().zip(first.position.seq..) {
            let same_chain = entry.position == Position { seq, ..first.position } && entry.town == first.town;
            if !same_chain {
                return None;
            }
            travelling.push(Travelling {
                after_ms: entry.at_ms.wrapping_sub(at_ms),
                kind: entry.kind,
                author: entry.author.map_or(0, |author| place_of(&mut authors, author)),
                body: entry.body.clone(),
            });
            at_ms = entry.at_ms;
        }
        Some(Range {
            town: first.town,
            key,
            epoch: first.position.epoch,
            first_seq: first.position.seq,
            previous: first.previous,
            authors,
            entries: travelling,
            signature,
        })
    }

    /// The device that wrote it.
    pub fn device(&self) -> DeviceId {
        device_of(&self.key)
    }

    /// How many entries it carries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True without entries.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// About how many bytes it takes on the wire before compression; never less than its bodies. Whoever fills a bounded
    /// message asks this instead of writing the range twice.
    pub fn size_bytes(&self) -> usize {
        let bodies: usize = self.entries.iter().map(|entry| entry.body.len() + 20).sum();
        bodies + self.authors.len() * 54 + 160
    }

    /// Kind and body of each entry, in order.
    pub fn bodies(&self) -> impl Iterator<Item = (u16, &[u8])> {
        self.entries.iter().map(|entry| (entry.kind, entry.body.as_slice()))
    }

    /// Number of the last entry; 0 when empty.
    pub fn last_seq(&self) -> u64 {
        self.first_seq.saturating_add(self.entries.len() as u64).saturating_sub(1)
    }

    /// Recomputes the chain and checks the signature over its end. What comes out is proven to be the device's own
    /// words in the device's own order, from `previous` on; whether `previous` is what we hold is the caller's check.
    pub fn open(self) -> Result<Opened, JournalError> {
        let opened = self.unfold()?;
        let ChainHead { epoch, seq, hash, .. } = opened.head;
        verify_head(&opened.key, opened.town, epoch, seq, &hash, &opened.signature)?;
        Ok(opened)
    }

    /// Recomputes the chain and leaves the signature unasked: for a range that was opened before it was kept.
    pub fn unfold(self) -> Result<Opened, JournalError> {
        if self.entries.is_empty() || self.entries.len() > RANGE_ENTRIES_MAX {
            return Err(JournalError::TooLarge("range"));
        }
        let device = self.device();
        let count = self.entries.len();
        let mut entries = Vec::with_capacity(count);
        let (mut previous, mut at_ms, mut seq) = (self.previous, 0i64, self.first_seq);
        for travelling in self.entries {
            if travelling.body.len() > BODY_BYTES_MAX {
                return Err(JournalError::TooLarge("body"));
            }
            at_ms = at_ms.wrapping_add(travelling.after_ms);
            let author = match travelling.author {
                0 => None,
                place => Some(*self.authors.get(place as usize - 1).ok_or(JournalError::Malformed("range"))?),
            };
            let entry = Entry {
                town: self.town,
                position: Position { device, epoch: self.epoch, seq },
                previous,
                at_ms,
                kind: travelling.kind,
                author,
                body: travelling.body,
            };
            let own = hash(&entry.to_bytes());
            previous = own;
            seq = seq.checked_add(1).ok_or(JournalError::Malformed("range"))?;
            entries.push((entry, own));
        }
        let head = ChainHead { device, epoch: self.epoch, seq: seq - 1, hash: previous };
        Ok(Opened { key: self.key, town: self.town, entries, head, signature: self.signature })
    }
}

fn place_of(authors: &mut Vec<Author>, author: Author) -> u32 {
    let known = authors.iter().position(|a| *a == author).unwrap_or_else(|| {
        authors.push(author);
        authors.len() - 1
    });
    u32::try_from(known + 1).unwrap_or(u32::MAX)
}

/// A range whose chain and signature hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The town.
    pub town: TownCode,
    /// The writer's key.
    pub key: PublicKey,
    /// The entries with their hashes.
    pub entries: Vec<(Entry, Hash)>,
    /// The signed head.
    pub head: ChainHead,
    /// The signature over it.
    pub signature: Signature,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KeyPair;
    use domain::UserId;
    use domain::fact::Fact;
    use domain::people::RoleWithdrawn;
    use proptest::prelude::*;

    fn chain(device: &KeyPair, count: u64) -> (Vec<Entry>, Signature) {
        let town = TownCode(248_459);
        let mut head =
            ChainHead { device: device_of(&device.public()), epoch: Epoch(0), seq: 0, hash: Hash::ZERO };
        let mut entries = Vec::new();
        for n in 0..count {
            let author =
                (n % 2 == 0).then_some(Author { user: UserId([n as u8 % 3; 16]), grant: Hash([1; 32]) });
            let fact = Fact::from(RoleWithdrawn { grant: Hash([4; 32]), reason: format!("{n}") });
            let entry = Entry::following(town, &head, 1_000 + n as i64 * 7, author, &fact);
            head = entry.head();
            entries.push(entry);
        }
        let signature = device.sign_head(town, Epoch(0), head.seq, &head.hash);
        (entries, signature)
    }

    #[test]
    fn a_range_opens_to_the_entries_it_was_packed_from() {
        let device = KeyPair::from_secret([1; 32]);
        let (entries, signature) = chain(&device, 20);
        let range = Range::pack(device.public(), &entries, signature).unwrap();
        let bytes = minicbor::to_vec(&range).unwrap();
        let opened = minicbor::decode::<Range>(&bytes).unwrap().open().unwrap();
        assert_eq!(opened.entries.iter().map(|(e, _)| e.clone()).collect::<Vec<_>>(), entries);
        assert_eq!(opened.head, entries.last().unwrap().head());
        insta::assert_snapshot!(crate::hash(&bytes).to_hex());
    }

    #[test]
    fn a_forged_truncated_reordered_or_moved_range_is_refused() {
        let device = KeyPair::from_secret([1; 32]);
        let (entries, signature) = chain(&device, 6);
        let range = Range::pack(device.public(), &entries, signature).unwrap();
        let mut forged = range.clone();
        forged.entries[2].body[5] ^= 1;
        assert!(forged.open().is_err());
        let mut truncated = range.clone();
        truncated.entries.pop();
        assert!(truncated.open().is_err());
        let mut reordered = range.clone();
        reordered.entries.swap(1, 3);
        assert!(reordered.open().is_err());
        let mut moved = range.clone();
        moved.town = TownCode(1);
        assert!(moved.open().is_err());
        let mut claimed = range;
        claimed.key = KeyPair::from_secret([2; 32]).public();
        assert!(claimed.open().is_err());
        assert!(Range::pack(device.public(), &[entries[0].clone(), entries[2].clone()], signature).is_none());
    }

    proptest! {
        #[test]
        fn foreign_bytes_are_an_answer_not_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(range) = minicbor::decode::<Range>(&bytes) {
                let _ = range.open();
            }
        }
    }
}
