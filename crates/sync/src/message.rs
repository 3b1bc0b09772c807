//! What the two sides say to each other. The same pair serves every carrier.

use crate::SyncError;
use crate::limits::{
    ALARMS_MAX, BUDGET_BYTES_MAX, BUDGET_BYTES_MIN, CHALLENGE_BYTES_MAX, ENTRIES_MAX, HEADS_MAX,
    KEY_BYTES_MAX, KEYS_MAX, RANGES_MAX,
};
use domain::{ChainHead, DeviceId, Epoch, Hash, TownCode};
use journal::Range;
use journal::seal::WrappedKey;
use minicbor::{Decode, Encode};

/// One copy of a town's log on one disk: made new with the file, so that a peer which lost its disk is not taken for
/// the one that held everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct ReplicaId(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 16]);

/// How far one replica's list of wrapped keys was taken over. A cursor of another replica says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct KeyCursor {
    /// Whose list.
    #[n(0)]
    pub replica: ReplicaId,
    /// Place in that list up to which everything is durably held.
    #[n(1)]
    pub order: i64,
}

/// A stretch of one replica's list of wrapped keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Keys {
    /// The stretch begins after this place. A receiver that holds less than that lost its list meanwhile: it keeps the
    /// keys but does not move its cursor.
    #[n(0)]
    pub after: i64,
    /// Place of the last key; equal to `after` without keys.
    #[n(1)]
    pub upto: i64,
    /// The keys.
    #[n(2)]
    pub keys: Vec<WrappedKey>,
}

impl Keys {
    /// A stretch as the store gave it.
    pub fn stretch(after: i64, listed: Vec<(i64, WrappedKey)>) -> Keys {
        let upto = listed.iter().map(|(order, _)| *order).max().unwrap_or(after).max(after);
        Keys { after, upto, keys: listed.into_iter().map(|(_, key)| key).collect() }
    }

    /// The receiver's cursor after it durably stored the keys.
    pub fn cursor(&self, of: ReplicaId, held: Option<KeyCursor>) -> KeyCursor {
        let known = held.filter(|held| held.replica == of).map_or(0, |held| held.order);
        let order = if self.after <= known { known.max(self.upto) } else { known };
        KeyCursor { replica: of, order }
    }
}

/// The asking side's message: what I durably hold, and what I believe you lack.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Offer {
    /// The town.
    #[n(0)]
    pub town: TownCode,
    /// The asking replica.
    #[n(1)]
    pub replica: ReplicaId,
    /// What the other side gave last, to show that this message is new; empty at first contact.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub challenge: Vec<u8>,
    /// Heads durably held here.
    #[n(3)]
    pub heads: Vec<ChainHead>,
    /// Chains known to be forked between us: no further proof is wanted.
    #[n(4)]
    pub forked: Vec<ChainName>,
    /// What the other side seems to lack.
    #[n(5)]
    pub ranges: Vec<Range>,
    /// Wrapped keys the other side seems to lack.
    #[n(6)]
    pub keys: Keys,
    /// How far the other side's list is held here.
    #[n(7)]
    pub keys_held: Option<KeyCursor>,
    /// Bytes of entries wanted in the answer.
    #[n(8)]
    pub budget_bytes: u32,
    /// More is waiting here than fitted.
    #[n(9)]
    pub more: bool,
}

/// The answering side's message, made after everything sound in the offer was stored.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Answer {
    /// Hash of the offer's frame: an answer that comes late or twice answers nothing else.
    #[n(0)]
    pub offer: Hash,
    /// The answering replica.
    #[n(1)]
    pub replica: ReplicaId,
    /// For the next offer.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub challenge: Vec<u8>,
    /// Heads durably held there **now**. The only thing that clears "unsent".
    #[n(3)]
    pub heads: Vec<ChainHead>,
    /// What the asking side lacks.
    #[n(4)]
    pub ranges: Vec<Range>,
    /// Wrapped keys the asking side lacks.
    #[n(5)]
    pub keys: Keys,
    /// How far the asking side's list is held there now.
    #[n(6)]
    pub keys_held: Option<KeyCursor>,
    /// What a person should hear of.
    #[n(7)]
    pub alarms: Vec<Alarm>,
    /// More is waiting there than fitted.
    #[n(8)]
    pub more: bool,
}

/// A chain: one device in one epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct ChainName {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
    /// Its epoch.
    #[n(1)]
    pub epoch: Epoch,
}

impl ChainName {
    /// The chain of a head.
    pub fn of(head: &ChainHead) -> ChainName {
        ChainName { device: head.device, epoch: head.epoch }
    }

    /// The chain of a range.
    pub fn of_range(range: &Range) -> ChainName {
        ChainName { device: range.device(), epoch: range.epoch }
    }
}

/// What kind of alarm. Numbers are never reused; an unknown one is shown as "unknown" and passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum AlarmKind {
    /// Two different entries stand at one place of a chain: a clone or a forgery. Neither side's head moves.
    Fork = 1,
    /// The peer holds nothing though it once did.
    Empty = 2,
    /// The peer holds less of a chain than it once did.
    Shrunk = 3,
    /// A range was refused; `detail` carries the stable code of the reason.
    Refused = 4,
    /// The peer holds more of the asking device's own chain than the device itself: it was restored or cloned and must
    /// begin a new epoch before it writes.
    OwnChainAhead = 5,
    /// The town ended its trust in the asking device: what it sends is taken (money was taken), it is given nothing.
    Revoked = 6,
    /// What the peer had packed for a new device said something else than the log it was folded from; `detail` names
    /// tables and how many of their rows. Raised by the new device itself, and sent to nobody.
    SnapshotDiffered = 7,
}

impl AlarmKind {
    /// The kind of a number.
    pub const fn from_number(number: u16) -> Option<AlarmKind> {
        match number {
            1 => Some(AlarmKind::Fork),
            2 => Some(AlarmKind::Empty),
            3 => Some(AlarmKind::Shrunk),
            4 => Some(AlarmKind::Refused),
            5 => Some(AlarmKind::OwnChainAhead),
            6 => Some(AlarmKind::Revoked),
            7 => Some(AlarmKind::SnapshotDiffered),
            _ => None,
        }
    }
}

/// Something a person should hear of. It never stops the rest of an exchange.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Alarm {
    /// [`AlarmKind`] as its number, because a later version may have more.
    #[n(0)]
    pub kind: u16,
    /// The device whose chain it is about; zeros for the whole peer.
    #[n(1)]
    pub device: DeviceId,
    /// The chain's epoch.
    #[n(2)]
    pub epoch: Epoch,
    /// The place it is about.
    #[n(3)]
    pub seq: u64,
    /// A stable code or empty; never personal data.
    #[n(4)]
    pub detail: String,
}

impl Alarm {
    /// About one chain.
    pub fn about(kind: AlarmKind, head: &ChainHead, detail: &str) -> Alarm {
        Alarm {
            kind: kind as u16,
            device: head.device,
            epoch: head.epoch,
            seq: head.seq,
            detail: detail.to_string(),
        }
    }

    /// About the peer as a whole.
    pub fn about_peer(kind: AlarmKind) -> Alarm {
        Alarm { kind: kind as u16, device: DeviceId([0; 16]), epoch: Epoch(0), seq: 0, detail: String::new() }
    }

    /// The kind, where this version knows it.
    pub fn known_kind(&self) -> Option<AlarmKind> {
        AlarmKind::from_number(self.kind)
    }

    /// The chain it is about.
    pub fn chain(&self) -> ChainName {
        ChainName { device: self.device, epoch: self.epoch }
    }
}

impl Offer {
    /// Checks the bounds; the budget is brought into them.
    pub(crate) fn checked(mut self) -> Result<Offer, SyncError> {
        check(&self.heads, &self.ranges, &self.keys, &self.challenge)?;
        bound(self.forked.len(), HEADS_MAX, "forks")?;
        if self.ranges.iter().any(|range| range.town != self.town) {
            return Err(SyncError::OtherTown);
        }
        self.budget_bytes = self.budget_bytes.clamp(BUDGET_BYTES_MIN, BUDGET_BYTES_MAX);
        Ok(self)
    }
}

impl Answer {
    /// Checks the bounds, and that no range is another town's.
    pub(crate) fn checked(self, town: TownCode) -> Result<Answer, SyncError> {
        check(&self.heads, &self.ranges, &self.keys, &self.challenge)?;
        bound(self.alarms.len(), ALARMS_MAX, "alarms")?;
        if self.ranges.iter().any(|range| range.town != town) {
            return Err(SyncError::OtherTown);
        }
        Ok(self)
    }
}

fn check(heads: &[ChainHead], ranges: &[Range], keys: &Keys, challenge: &[u8]) -> Result<(), SyncError> {
    bound(heads.len(), HEADS_MAX, "heads")?;
    bound(ranges.len(), RANGES_MAX, "ranges")?;
    bound(ranges.iter().map(Range::len).sum(), ENTRIES_MAX, "entries")?;
    check_keys(keys)?;
    bound(challenge.len(), CHALLENGE_BYTES_MAX, "challenge")
}

pub(crate) fn check_keys(keys: &Keys) -> Result<(), SyncError> {
    bound(keys.keys.len(), KEYS_MAX, "keys")?;
    bound(keys.keys.iter().map(|key| key.bytes.len()).max().unwrap_or(0), KEY_BYTES_MAX, "key")
}

pub(crate) fn bound(value: usize, max: usize, what: &'static str) -> Result<(), SyncError> {
    if value > max { Err(SyncError::TooLarge(what)) } else { Ok(()) }
}
