//! People and devices: who may do what, by grants that are facts.

use crate::identity::Signature;
use crate::{Bilingual, CounterCode, DeviceId, Epoch, Hash, TownCode, UserId};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// What a person is trusted with.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[cbor(index_only)]
pub enum Role {
    /// Takes money at a counter.
    #[n(0)]
    Clerk,
    /// Remits, posts and reconciles.
    #[n(1)]
    Accountant,
    /// Approves, cancels, settles cases.
    #[n(2)]
    Supervisor,
    /// Enrols people and devices, imports registers, publishes the town's settings.
    #[n(3)]
    Administrator,
}

impl Role {
    /// All, from the counter up.
    pub const ALL: [Role; 4] = [Role::Clerk, Role::Accountant, Role::Supervisor, Role::Administrator];

    /// Whether the role may stand as the second person.
    pub const fn may_approve(self) -> bool {
        matches!(self, Role::Supervisor | Role::Accountant)
    }
}

/// The author of an entry: a person under one grant.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
pub struct Author {
    /// Who.
    #[n(0)]
    pub user: UserId,
    /// The entry that granted the role acted under.
    #[n(1)]
    pub grant: Hash,
}

/// A second person's consent: the person's own signature over the statement (kind and bytes of the fact without it).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct Approval {
    /// Who, under which grant.
    #[n(0)]
    pub author: Author,
    /// Ed25519 by the person's key on this device.
    #[n(1)]
    pub signature: Signature,
}

/// The first entry of a town's first device: the state's certificate and the first administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct TownFounded {
    /// The town.
    #[n(0)]
    pub town: TownCode,
    /// Its name.
    #[n(1)]
    pub name: Bilingual,
    /// State → town, encoded.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub town_certificate: Vec<u8>,
    /// Town → this device, encoded.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub device_certificate: Vec<u8>,
    /// The first device's counter.
    #[n(4)]
    pub counter: CounterCode,
    /// The first device's name.
    #[n(5)]
    pub device_name: String,
    /// The first administrator; this entry is the grant.
    #[n(6)]
    pub administrator: UserId,
    /// The administrator's name.
    #[n(7)]
    pub administrator_name: Bilingual,
}

/// A device may write for the town.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct DeviceEnrolled {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
    /// Town → device, encoded.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub certificate: Vec<u8>,
    /// Its counter.
    #[n(2)]
    pub counter: CounterCode,
    /// What people call it.
    #[n(3)]
    pub name: String,
}

/// A device is trusted no further than one head: what lies beyond is disputed whenever it arrives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct DeviceRevoked {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
    /// The epoch of the last accepted head.
    #[n(1)]
    pub epoch: Epoch,
    /// Its sequence number.
    #[n(2)]
    pub seq: u64,
    /// Its hash.
    #[n(3)]
    pub hash: Hash,
    /// Why.
    #[n(4)]
    pub reason: String,
}

/// A person joined the staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct StaffEnrolled {
    /// The person.
    #[n(0)]
    pub user: UserId,
    /// As printed on receipts.
    #[n(1)]
    pub name: Bilingual,
}

/// A person holds a role from here on. The entry's hash names the grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct RoleGranted {
    /// Who.
    #[n(0)]
    pub user: UserId,
    /// What.
    #[n(1)]
    pub role: Role,
}

/// A grant ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct RoleWithdrawn {
    /// The grant's entry.
    #[n(0)]
    pub grant: Hash,
    /// Why.
    #[n(1)]
    pub reason: String,
}

/// A person's key on this device was certified by the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
pub struct StaffKeyCertified {
    /// Device → user, encoded.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub certificate: Vec<u8>,
}
