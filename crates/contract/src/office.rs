//! The window's first look: which town, who is here, what is open.

use crate::people::StaffChoice;
use domain::people::Role;
use domain::{Bilingual, BusinessDate, DeviceId, Language, TownCode, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which screen the window opens with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// No town on this computer: found or join one.
    NoTown,
    /// The file is there but no key slot opens it by itself: ask for passphrase or recovery key.
    Sealed,
    /// Choose a name and sign in.
    SignIn,
    /// At work.
    Open,
}

/// What the window must know before anything else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Situation {
    /// Which screen.
    pub stage: Stage,
    /// Why the file is sealed, where it is; otherwise nothing.
    pub sealed_because: Option<crate::Problem>,
    /// The town, once the file is open.
    pub town: Option<TownView>,
    /// People who may sign in at this device.
    pub staff: Vec<StaffChoice>,
    /// Who is signed in.
    pub person: Option<PersonView>,
    /// The window's own settings.
    pub desk: Desk,
    /// Sync as a small count.
    pub unsent: Unsent,
    /// The server this device exchanges with; empty for none.
    pub server: String,
    /// What the exchange with it is doing, for the status strip.
    pub sync: SyncState,
    /// Last successful exchange, milliseconds since 1970.
    pub last_success_ms: Option<i64>,
    /// The town's earlier records on their way to a new computer, until they are here; otherwise nothing.
    #[serde(default)]
    pub arriving: Option<Arriving>,
    /// Set once, after founding: where the printed recovery key lies as PDF, and its text.
    pub recovery_key: Option<RecoveryKey>,
    /// Version of the program.
    pub version: String,
    /// Cases that wait for the person's decision; 0 for whoever may not decide.
    #[serde(default)]
    pub open_cases: u64,
}

/// How far the town's earlier records have come. Until they are here and folded, dues stand as another computer said they
/// were at a time, and only this counter's own receipts are added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arriving {
    /// Dues and register are here: money may be taken.
    pub usable: bool,
    /// All is here, and is folded once nobody sits at this computer or whoever does makes a pause.
    pub whole: bool,
    /// What the dues are as of, milliseconds since 1970, by the clock of whoever said it.
    pub as_of_ms: i64,
    /// Records in all.
    pub records: u64,
    /// Records that came.
    pub records_done: u64,
    /// Receipts in all.
    pub receipts: u64,
    /// Receipts that came.
    pub receipts_done: u64,
    /// What the receipts come to.
    pub amount_paise: domain::Paise,
    /// What those come to that came.
    pub amount_done_paise: domain::Paise,
    /// Bytes in all.
    pub bytes: u64,
    /// Bytes that came.
    pub bytes_done: u64,
}

/// The town of this file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TownView {
    /// LGD code.
    pub code: TownCode,
    /// Its name.
    pub name: Bilingual,
    /// नगर निगम / Nagar Nigam …
    pub grade: Bilingual,
    /// District.
    pub district: Bilingual,
    /// This device.
    pub device: DeviceId,
    /// What people call this device.
    pub device_name: String,
    /// This device's counter.
    pub counter: String,
    /// Properties in the register.
    pub properties: u64,
    /// True for the demonstration town: shown on every screen and paper.
    pub demonstration: bool,
}

/// The person at the desk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonView {
    /// Who.
    pub user: UserId,
    /// Name.
    pub name: Bilingual,
    /// What the person may do.
    pub roles: Vec<Role>,
}

/// How the window looks and prints here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Desk {
    /// Language of the screen.
    pub language: Language,
    /// Light, dark, or as the system.
    pub theme: Theme,
    /// Larger text: 100, 125, 150 or 200 %.
    pub zoom_percent: u16,
    /// Paper for receipts.
    pub receipt_paper: PaperSize,
    /// The spooler's queue; empty to keep PDFs.
    pub printer: String,
    /// UPI address of the office; empty where UPI is not taken.
    pub upi_address: String,
    /// Devanagari digits on paper.
    pub devanagari_digits: bool,
    /// The character a scanner is set to send before what it reads; empty where it sends none.
    pub scanner_prefix: String,
    /// Keys of the window that this office has changed: by the usual key, as written on things (`F6`), the one that
    /// does it here; empty where none does.
    pub keys: BTreeMap<String, String>,
}

impl Default for Desk {
    fn default() -> Self {
        Desk {
            language: Language::Hindi,
            theme: Theme::System,
            zoom_percent: 100,
            receipt_paper: PaperSize::A5,
            printer: String::new(),
            upi_address: String::new(),
            devanagari_digits: false,
            scanner_prefix: String::new(),
            keys: BTreeMap::new(),
        }
    }
}

/// Colours of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// Paper for receipts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PaperSize {
    /// 148 × 210 mm.
    #[default]
    A5,
    /// A roll of 80 mm.
    Roll80,
}

/// What sync is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SyncState {
    /// No server is set.
    Off,
    /// Waiting for the next turn.
    Idle,
    /// Exchanging.
    Busy,
    /// The last try failed; it will be tried again.
    Failed,
}

/// What other replicas have not confirmed yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent {
    /// Receipts.
    pub receipts: u64,
    /// Their sum.
    pub amount_paise: domain::Paise,
    /// Since when, in milliseconds since 1970.
    pub since_ms: Option<i64>,
}

/// The printed recovery key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryKey {
    /// In groups of four.
    pub text: String,
    /// The sheet, as PDF.
    pub paper: String,
}

/// Found a town with the state's code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoundTown {
    /// `https://…`
    pub server: String,
    /// One-time code of the state.
    pub code: String,
    /// The town's LGD code.
    pub town: TownCode,
    /// First administrator.
    pub administrator: Bilingual,
    /// The administrator's password here.
    pub password: String,
    /// Passphrase of the file, for the day the keyring is gone; may be empty.
    pub passphrase: String,
    /// What people call this device.
    pub device_name: String,
}

/// Join a town with an invitation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JoinTown {
    /// `https://…`
    pub server: String,
    /// The invitation's code.
    pub code: String,
    /// The password the invited person will use here.
    pub password: String,
    /// Passphrase of the file; may be empty.
    pub passphrase: String,
}

/// Join a town with an invitation's file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JoinFromFile {
    /// The file on this computer.
    pub path: String,
    /// The invitation's code.
    pub code: String,
    /// The password the invited person will use here.
    pub password: String,
    /// Passphrase of the file; may be empty.
    pub passphrase: String,
}

/// Open a sealed file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Unlock {
    /// Try the keyring again.
    Keyring,
    /// The passphrase.
    Passphrase(String),
    /// The town's printed key.
    RecoveryKey(String),
}

/// Sign in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignIn {
    /// Who.
    pub user: UserId,
    /// Password.
    pub password: String,
}

/// First password of a person at this device; the person signed in (a supervisor) vouches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetPassword {
    /// Whose.
    pub user: UserId,
    /// The new password.
    pub password: String,
}

/// How far a long piece of work is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done.
    pub what: Bilingual,
    /// Done so far.
    pub done: u64,
    /// Of how many; 0 where unknown.
    pub of: u64,
}

/// Masters that forms need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MastersView {
    /// Cancel reasons (code, words).
    pub cancel_reasons: Vec<Choice>,
    /// Reprint reasons.
    pub reprint_reasons: Vec<Choice>,
    /// Reasons of a cash difference.
    pub difference_reasons: Vec<Choice>,
    /// Banks.
    pub banks: Vec<Choice>,
    /// Notes and coins, largest first.
    pub denominations_paise: Vec<domain::Paise>,
    /// Today by the clock.
    pub today: BusinessDate,
}

/// One choice of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Code of the masters.
    pub code: String,
    /// What people read.
    pub name: Bilingual,
}

/// What an IFSC says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankView {
    /// Bank.
    pub bank: Bilingual,
    /// Branch, where the table has it.
    pub branch: String,
}
