//! The supervisor's page: every device, unsent money, quarantine, conflicts, cases.

use crate::office::SyncState;
use domain::{Bilingual, ChainHead, DeviceId, Hash, Paise};
use serde::{Deserialize, Serialize};

/// The whole page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SyncPage {
    /// The server.
    pub server: String,
    /// What the last exchange did.
    pub state: SyncState,
    /// Last success, milliseconds since 1970.
    pub last_success_ms: Option<i64>,
    /// The last problem, if the last try failed.
    pub problem: Option<crate::Problem>,
    /// What is unsent from here.
    pub unsent: crate::office::Unsent,
    /// Every device.
    pub devices: Vec<DeviceView>,
    /// Everything that asks for a supervisor, oldest money first, and under it what was settled lately.
    pub cases: Vec<CaseView>,
    /// Entries refused, waiting or disputed.
    pub quarantine: Vec<QuarantineView>,
    /// What was odd in exchanges, newest first.
    pub alarms: Vec<AlarmView>,
    /// True where waiting entries make this replica incomplete.
    pub incomplete: bool,
    /// Digest of the replicated tables.
    pub digest: String,
}

/// One device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceView {
    /// Which.
    pub device: DeviceId,
    /// What people call it.
    pub name: String,
    /// Its counter.
    pub counter: String,
    /// This one.
    pub here: bool,
    /// Its last entry here was written at, milliseconds since 1970.
    pub last_seen_ms: Option<i64>,
    /// Entries held.
    pub entries: u64,
    /// Receipts of it the server has not confirmed.
    pub unsent: crate::office::Unsent,
    /// Trust ended.
    pub revoked: bool,
    /// Its chain forked.
    pub forked: bool,
}

/// Something odd in an exchange. It stopped nothing; a person should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmView {
    /// When it was last so, milliseconds since 1970.
    pub at_ms: i64,
    /// In the exchange with whom.
    pub peer: Bilingual,
    /// Whose entries it is about; empty for all.
    pub about: String,
    /// What happened.
    pub what: Bilingual,
    /// What is safe, what to do.
    pub cure: Bilingual,
}

/// How this computer stands to the others of its building.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalNetwork {
    /// It answers the others, and asks them.
    pub on: bool,
    /// Computers that do not find each other by themselves: `192.168.1.5`, `192.168.1.5:7421`.
    pub addresses: Vec<String>,
}

impl Default for LocalNetwork {
    /// Nobody in an office should have to know that this exists.
    fn default() -> LocalNetwork {
        LocalNetwork { on: true, addresses: Vec::new() }
    }
}

/// The same with how it goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LocalNetworkView {
    /// As set.
    pub settings: LocalNetwork,
    /// Where this computer answers, to be typed at another; none where it does not.
    pub answers_at: Vec<String>,
    /// Why it does not answer, or does not look for others.
    pub problem: Option<crate::Problem>,
    /// Those that were seen, or whose address was typed.
    pub neighbours: Vec<NeighbourView>,
}

/// Another computer of the building.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NeighbourView {
    /// Where it answers, or should.
    pub address: String,
    /// Somebody typed the address.
    pub typed: bool,
    /// What people call it; empty while it is not known who answers there.
    pub name: String,
    /// Its counter.
    pub counter: String,
    /// What the exchange with it does; off where another computer passes on what it has.
    pub state: SyncState,
    /// Last success, milliseconds since 1970.
    pub last_success_ms: Option<i64>,
    /// Why the last try failed.
    pub problem: Option<crate::Problem>,
}

/// A bundle to be written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BundleFor {
    /// Who is to read it.
    pub device: DeviceId,
    /// Where to write the file.
    pub path: String,
}

/// A bundle that was written or read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    /// The other device: the reader of one that was written, the writer of one that was read.
    pub device: DeviceId,
    /// What people call it.
    pub name: String,
    /// Its counter.
    pub counter: String,
    /// Entries in it.
    pub entries: u64,
    /// Entries that were new here; nothing where it was written here.
    pub entries_new: u64,
    /// Refused stretches and forks, which the page shows.
    pub alarms: u64,
    /// Some of it builds on what is not here (this computer was put back from a backup): it comes with the next bundle,
    /// once the other computer has read an answer from here.
    pub lacks_earlier: bool,
    /// A later one of that device was read before: what this one says of it is over.
    pub is_old: bool,
}

/// An open work item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseView {
    /// Stable name.
    pub case: String,
    /// Kind in words.
    pub kind: Bilingual,
    /// What it is about.
    pub what: Bilingual,
    /// What has to be done before it can be settled.
    #[serde(default)]
    pub to_do: Bilingual,
    /// Since when, by the clock of whoever wrote the oldest of it; milliseconds since 1970.
    #[serde(default)]
    pub since_ms: Option<i64>,
    /// Consumer to open.
    pub consumer: String,
    /// Money in it.
    pub amount_paise: Option<Paise>,
    /// Receipts involved.
    pub receipts: Vec<ChainHead>,
    /// Both (all) sides: value, who, when.
    pub sides: Vec<CaseSide>,
    /// What may be decided (code, words).
    pub decisions: Vec<crate::office::Choice>,
    /// How it was settled.
    pub settled: Option<Bilingual>,
}

/// One side of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseSide {
    /// The value or receipt number.
    pub value: String,
    /// What it is, where that is said in words.
    #[serde(default)]
    pub what: Bilingual,
    /// Who.
    pub who: Bilingual,
    /// Which counter.
    pub counter: String,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Money of that side alone.
    #[serde(default)]
    pub amount_paise: Option<Paise>,
}

/// Settle one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettleCase {
    /// Which.
    pub case: String,
    /// Decision code.
    pub decision: String,
    /// In the supervisor's words.
    pub remark: String,
}

/// An entry that is not folded, or folded under dispute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuarantineView {
    /// Which entry.
    pub entry: Hash,
    /// Device.
    pub device: DeviceId,
    /// Its number.
    pub seq: u64,
    /// Refused, waiting or disputed, in words with the reason.
    pub fate: Bilingual,
    /// What it is.
    pub what: Bilingual,
    /// Money in it.
    pub amount_paise: Option<Paise>,
}
