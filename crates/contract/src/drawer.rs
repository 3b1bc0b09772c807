//! The drawer's screens.

use crate::paper::{PaperDone, SecondPerson};
use domain::drawer::{DenominationCount, ModeTotal};
use domain::{Bilingual, BusinessDate, ChainHead, Hash, Paise, UserId};
use serde::{Deserialize, Serialize};

/// The drawer now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drawer {
    /// The open shift.
    pub shift: Option<ShiftView>,
    /// Shifts this computer left open before it was put back from a backup: their cash must still be counted.
    #[serde(default)]
    pub left_open: Vec<ShiftView>,
    /// Business date to propose for the next shift.
    pub propose: BusinessDate,
    /// No earlier date may be chosen.
    pub not_before: BusinessDate,
    /// The clock is far from the last one seen: the person must confirm the date.
    pub clock_suspect: bool,
    /// Float to propose (what the last close left).
    pub propose_float_paise: Paise,
    /// New shifts are refused, and why (offline too long, device revoked …).
    pub refused: Option<crate::Problem>,
    /// The paper of this answer (the handover sheet), where one was made.
    pub paper: Option<PaperDone>,
}

/// An open shift. No expected cash here: the count is blind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShiftView {
    /// Its entry.
    pub shift: Hash,
    /// Business date.
    pub business_date: BusinessDate,
    /// Float.
    pub float_paise: Paise,
    /// Who holds the drawer.
    pub holder: UserId,
    /// In words.
    pub holder_name: Bilingual,
    /// Opened at, milliseconds since 1970.
    pub opened_at_ms: i64,
    /// Receipts that stand.
    pub receipts: u32,
    /// Their sum over all modes.
    pub collected_paise: Paise,
}

/// Open a shift.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenShift {
    /// The day.
    pub business_date: BusinessDate,
    /// Change money.
    pub float_paise: Paise,
    /// The person has confirmed a date the clock does not support.
    pub confirmed: bool,
}

/// Count and close.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CloseShift {
    /// What lies in the drawer.
    pub counted: Vec<DenominationCount>,
    /// Why it differs; empty on the first try.
    pub difference_reason: String,
    /// One of [`Drawer::left_open`]; the open shift where none is named.
    #[serde(default)]
    pub left_open: Option<Hash>,
}

/// A closed shift.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DayClose {
    /// By mode.
    pub expected: Vec<ModeTotal>,
    /// Cash that should have been there.
    pub expected_cash_paise: Paise,
    /// Cash found.
    pub counted_cash_paise: Paise,
    /// Found − expected.
    pub difference_paise: Paise,
    /// The sheet.
    pub paper: PaperDone,
    /// Ten characters of the chain's head.
    pub chain_head: String,
}

/// Give the drawer to another clerk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HandOver {
    /// Who takes it.
    pub to: SecondPerson,
    /// What both counted.
    pub counted: Vec<DenominationCount>,
    /// Why it differs.
    pub difference_reason: String,
}

/// What closed shifts have left to pay in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remittable {
    /// Cash of closed shifts less floats.
    pub cash_paise: Paise,
    /// Cheques and drafts in hand.
    pub instruments: Vec<crate::bill::ReceiptBrief>,
    /// The closes.
    pub closes: Vec<Hash>,
    /// Bank accounts used before.
    pub accounts: Vec<BankAccount>,
}

/// An account of the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankAccount {
    /// Bank.
    pub bank: String,
    /// Number.
    pub account: String,
}

/// Pay in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remit {
    /// Where.
    pub account: BankAccount,
    /// Cash, by note and coin.
    pub cash: Vec<DenominationCount>,
    /// Cheques and drafts.
    pub instruments: Vec<ChainHead>,
}

/// A pre-printed book.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeafBook {
    /// Number.
    pub book: String,
    /// First leaf.
    pub first_leaf: u32,
    /// Last leaf.
    pub last_leaf: u32,
    /// Counter.
    pub counter: String,
    /// Leaves entered.
    pub used: Vec<u32>,
}

/// Issue a book.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IssueLeafBook {
    /// Number.
    pub book: String,
    /// First leaf.
    pub first_leaf: u32,
    /// Last leaf.
    pub last_leaf: u32,
}
