//! Every kind of entry a device can write, and how its body is laid out in the log.
//!
//! A body is CBOR (RFC 8949) arrays with fields in the order of their numbers; later versions only append optional
//! fields, so an older program reads the front of a newer body and keeps the rest untouched. Kind numbers are never
//! reused. `docs/log-format.md` is the full text.

use crate::definition::DefinitionRef;
use crate::demand::DemandBatch;
use crate::drawer::{DrawerHandedOver, LeafBookIssued, Remitted, ShiftClosed, ShiftOpened};
use crate::people::{
    DeviceEnrolled, DeviceRevoked, RoleGranted, RoleWithdrawn, StaffEnrolled, StaffKeyCertified, TownFounded,
};
use crate::receipt::{
    AdvanceSpent, PaymentCertified, ReceiptCancelled, ReceiptIssued, ReceiptRecovered, ReceiptReprinted,
    Sealed,
};
use crate::{ChainHead, DeviceId, DocumentId, Epoch};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// Which heads of other devices the writer had folded: the changes since its last batch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct Seen {
    /// The heads that moved.
    #[n(0)]
    pub heads: Vec<ChainHead>,
}

/// The device began anew after a restore or a clone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct EpochOpened {
    /// The heads of its earlier epochs it still holds.
    #[n(0)]
    pub earlier: Vec<ChainHead>,
    /// What was noticed.
    #[n(1)]
    pub reason: String,
    /// Heads of branches of its earlier epochs that it gives up, because others hold another branch: nothing of them
    /// beyond [`EpochOpened::earlier`] stands.
    #[n(2)]
    pub given_up: Option<Vec<ChainHead>>,
    /// The last of its own entries that a mark outside the file had heard of, where that lies beyond
    /// [`EpochOpened::earlier`]: receipts may stand between, of which nobody knows.
    #[n(3)]
    pub marked: Option<MarkedPlace>,
}

impl EpochOpened {
    /// What an entry of this device and epoch gives up: signed heads, the longest of each branch first, and with each the
    /// last number of its chain that stands (`docs/log-format.md`, section 10). Of earlier epochs of the device alone.
    pub fn gives_up(&self, device: DeviceId, epoch: Epoch) -> impl Iterator<Item = (ChainHead, u64)> {
        let own = move |head: &&ChainHead| head.device == device && head.epoch < epoch;
        let heads = self.given_up.iter().flatten().rev().filter(own);
        let kept = heads.map(|head| {
            let same = |kept: &&ChainHead| (kept.device, kept.epoch) == (head.device, head.epoch);
            (*head, self.earlier.iter().find(same).map_or(0, |kept| kept.seq))
        });
        kept.filter(|(head, kept_seq)| *kept_seq < head.seq)
    }
}

/// A place in a device's life of which only the number is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Encode, Decode)]
pub struct MarkedPlace {
    /// Its epoch.
    #[n(0)]
    pub epoch: Epoch,
    /// Number in the epoch.
    #[n(1)]
    pub seq: u64,
}

/// A definition was published: its bytes are in the log, addressed by their hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct DefinitionPublished {
    /// Name and hash.
    #[n(0)]
    pub definition: DefinitionRef,
    /// The definition itself.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub bytes: Vec<u8>,
}

/// Registers whose records are documents.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[cbor(index_only)]
pub enum Register {
    /// The property tax register.
    #[n(0)]
    Property,
}

/// One Automerge change to one register record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct RecordChanged {
    /// Which register.
    #[n(0)]
    pub register: Register,
    /// Which record.
    #[n(1)]
    pub document: DocumentId,
    /// The change as Automerge writes it, without the deterministic first change.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub change: Vec<u8>,
}

/// A personal way to reach the person behind a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct ContactSealed {
    /// The record.
    #[n(0)]
    pub document: DocumentId,
    /// The mobile, sealed.
    #[n(1)]
    pub mobile: Sealed,
}

/// A supervisor settled a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct CaseSettled {
    /// The case's stable name, e.g. `double-collection/PT/PT-248459-000123/2025-26/PT_TAX`.
    #[n(0)]
    pub case: String,
    /// What was decided, a code of the case's kind (`advance`, `refund`, `keep`, `take-other` …).
    #[n(1)]
    pub decision: String,
    /// In the supervisor's words.
    #[n(2)]
    pub remark: String,
}

/// A supervisor accepted entries beyond a revocation's cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct DisputeAccepted {
    /// The later head that is accepted.
    #[n(0)]
    pub head: ChainHead,
    /// Why.
    #[n(1)]
    pub reason: String,
}

macro_rules! facts {
    ($( $(#[$meta:meta])* $name:ident = $number:literal, )*) => {
        /// The number of each kind of entry in the log.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[repr(u16)]
        pub enum Kind {
            $( $(#[$meta])* $name = $number, )*
        }

        impl Kind {
            /// All kinds this version knows.
            pub const ALL: &'static [Kind] = &[$(Kind::$name),*];

            /// The kind of a number; `None` for a later version's.
            pub const fn from_number(number: u16) -> Option<Kind> {
                match number {
                    $( $number => Some(Kind::$name), )*
                    _ => None,
                }
            }

            /// The number in the log.
            pub const fn number(self) -> u16 {
                self as u16
            }

            /// A stable English name for tools.
            pub const fn name(self) -> &'static str {
                match self { $( Kind::$name => stringify!($name), )* }
            }
        }

        /// The body of an entry this version understands.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[allow(clippy::large_enum_variant, reason = "facts live on the stack for one fold step")]
        pub enum Fact {
            $( $(#[$meta])* $name($name), )*
        }

        impl Fact {
            /// Its kind.
            pub const fn kind(&self) -> Kind {
                match self { $( Fact::$name(_) => Kind::$name, )* }
            }

            /// The body's bytes.
            pub fn encode(&self) -> Vec<u8> {
                match self {
                    // Writing CBOR to a Vec cannot fail: the only error is the writer's.
                    $( Fact::$name(body) => minicbor::to_vec(body).unwrap_or_default(), )*
                }
            }

            /// Reads a body. An error means the bytes are not what the kind promises.
            pub fn decode(kind: Kind, bytes: &[u8]) -> Result<Fact, BodyError> {
                match kind {
                    $( Kind::$name => minicbor::decode(bytes).map(Fact::$name).map_err(|_| BodyError(kind)), )*
                }
            }
        }

        $( impl From<$name> for Fact { fn from(body: $name) -> Fact { Fact::$name(body) } } )*
    };
}

/// The body is not CBOR of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body is not a {0:?}")]
pub struct BodyError(pub Kind);

facts! {
    /// Heads folded before this batch.
    Seen = 1,
    /// The device began anew.
    EpochOpened = 2,
    /// A definition was published.
    DefinitionPublished = 3,
    /// The town's first entry.
    TownFounded = 10,
    /// A device joined.
    DeviceEnrolled = 11,
    /// A device is trusted no further.
    DeviceRevoked = 12,
    /// A person joined.
    StaffEnrolled = 13,
    /// A role was granted.
    RoleGranted = 14,
    /// A role was withdrawn.
    RoleWithdrawn = 15,
    /// A person's key was certified.
    StaffKeyCertified = 16,
    /// Demands were raised.
    DemandBatch = 20,
    /// A shift was opened.
    ShiftOpened = 30,
    /// Money was taken.
    ReceiptIssued = 31,
    /// A receipt was cancelled.
    ReceiptCancelled = 32,
    /// A receipt was printed again.
    ReceiptReprinted = 33,
    /// A payment was certified.
    PaymentCertified = 34,
    /// A shift was closed.
    ShiftClosed = 35,
    /// Money went to the bank.
    Remitted = 36,
    /// A drawer changed hands.
    DrawerHandedOver = 37,
    /// A pre-printed book was issued.
    LeafBookIssued = 38,
    /// Advance was spent.
    AdvanceSpent = 39,
    /// A case was settled.
    CaseSettled = 40,
    /// Entries beyond a cut were accepted.
    DisputeAccepted = 41,
    /// A lost receipt was entered again.
    ReceiptRecovered = 42,
    /// A register record changed.
    RecordChanged = 50,
    /// A contact was recorded.
    ContactSealed = 51,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Hash;
    use proptest::prelude::*;

    #[test]
    fn numbers_name_kinds_and_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_number(kind.number()), Some(*kind));
        }
        assert_eq!(Kind::from_number(999), None);
    }

    #[test]
    fn a_newer_body_with_one_more_field_is_still_read() {
        let body = Fact::from(RoleWithdrawn { grant: Hash([7; 32]), reason: "left".into() });
        let mut longer = body.encode();
        longer[0] += 1; // the array's length
        longer.push(0x18); // and one more number
        longer.push(0x2a);
        assert_eq!(Fact::decode(Kind::RoleWithdrawn, &longer), Ok(body));
    }

    proptest! {
        #[test]
        fn foreign_bytes_are_an_answer_not_a_panic(number in 0u16..60, bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Some(kind) = Kind::from_number(number) {
                let _ = Fact::decode(kind, &bytes);
            }
        }
    }
}
