//! Search, bill, payment, draft.

use domain::demand::HeadCode;
use domain::payment::{Instrument, PaymentMode};
use domain::receipt::{LeafReference, ReceiptLine};
use domain::register::Property;
use domain::{Bilingual, BusinessDate, FinancialYear, Paise};
use serde::{Deserialize, Serialize};

/// Hits of the omnibox.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Hits {
    /// The text they answer, so that a late answer is not shown.
    pub text: String,
    /// Best first.
    pub hits: Vec<Hit>,
    /// The first two tie: Enter must not pick.
    pub tie: bool,
    /// There are more.
    pub more: bool,
}

/// One hit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// Service of the bill it opens (`PT`).
    pub service: String,
    /// Consumer code.
    pub consumer: String,
    /// Owner.
    pub owner: Bilingual,
    /// Father or husband.
    pub guardian: Bilingual,
    /// Door number.
    pub door_number: String,
    /// Locality.
    pub locality: Bilingual,
    /// Ward.
    pub ward: Bilingual,
    /// What is due.
    pub due_paise: Paise,
    /// Which field matched (`owner`, `guardian`, `property-id`, `old-id`, `mobile`, `door`, `locality`).
    pub matched: String,
}

/// A bill: who, what, and how certain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bill {
    /// Service.
    pub service: String,
    /// Service in words.
    pub service_name: Bilingual,
    /// Consumer code.
    pub consumer: String,
    /// What the register says.
    pub property: Property,
    /// Ward and locality in words.
    pub ward: Bilingual,
    /// Locality in words.
    pub locality: Bilingual,
    /// Mobile, masked by role; empty for none or erased.
    pub mobile_masked: String,
    /// Columns of the grid, in the masters' order.
    pub heads: Vec<HeadView>,
    /// Rows, oldest first.
    pub years: Vec<BillYear>,
    /// What full payment costs.
    pub total_due_paise: Paise,
    /// Advance the consumer has.
    pub advance_paise: Paise,
    /// What the head's setting lets the clerk choose.
    pub part_payment_allowed: bool,
    /// Same, for more than the due.
    pub advance_allowed: bool,
    /// How fresh the dues are.
    pub staleness: Staleness,
    /// Receipts of this consumer, newest first (at most 5).
    pub receipts: Vec<ReceiptBrief>,
    /// Open cases and conflicts that touch it.
    pub cases: Vec<String>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeadView {
    /// Code.
    pub head: HeadCode,
    /// Words.
    pub name: Bilingual,
}

/// One row: a year's dues by head, in the order of [`Bill::heads`]; zero where nothing is due.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BillYear {
    /// Year.
    pub year: FinancialYear,
    /// Dues, one a column.
    pub due_paise: Vec<Paise>,
    /// Their net.
    pub net_paise: Paise,
    /// True for years before the current one.
    pub arrears: bool,
}

/// "Dues as of …": what this device cannot know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Staleness {
    /// What the dues are complete with.
    pub known: DuesKnown,
    /// Other counters not heard of for long.
    pub unseen_counters: Vec<String>,
    /// Long enough to warn.
    pub warn: bool,
}

/// How much of what was taken in the town the dues can know of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DuesKnown {
    /// No other device takes money for this town: nothing is missing.
    Whole,
    /// There are others, and no exchange with the server was ever complete here: what they took may be missing.
    NeverExchanged,
    /// All that the server held at the last complete exchange, in milliseconds since 1970.
    AsOf(i64),
}

/// A receipt in one line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReceiptBrief {
    /// Its entry.
    pub receipt: domain::ChainHead,
    /// Number.
    pub number: String,
    /// Business date.
    pub business_date: BusinessDate,
    /// Written at, milliseconds since 1970.
    pub at_ms: i64,
    /// Assessee or purpose.
    pub assessee: Bilingual,
    /// Payer.
    pub payer_name: String,
    /// Amount.
    pub amount_paise: Paise,
    /// Mode.
    pub mode: PaymentMode,
    /// Cancelled.
    pub cancelled: bool,
    /// Which counter.
    pub counter: String,
    /// A replica elsewhere has confirmed it.
    pub confirmed: bool,
}

/// A service with a head a clerk may take money for without a demand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceChoice {
    /// Service code.
    pub service: String,
    /// Words.
    pub name: Bilingual,
    /// Group in words.
    pub group: Bilingual,
    /// Heads.
    pub heads: Vec<HeadView>,
}

/// What a clerk wants to take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Payment {
    /// 32 hexadecimal digits made when the bill was opened; names the press.
    pub draft: String,
    /// Service.
    pub service: String,
    /// Consumer code; empty for a miscellaneous receipt.
    pub consumer: String,
    /// Amount to take.
    pub amount_paise: Paise,
    /// Miscellaneous: amounts by head, whose sum is the amount. Empty for dues.
    pub lines: Vec<ReceiptLine>,
    /// How.
    pub instrument: Instrument,
    /// Who pays; empty for the assessee.
    pub payer_name: String,
    /// Ten digits or empty.
    pub payer_mobile: String,
    /// In the clerk's words.
    pub remark: String,
    /// A leaf of a pre-printed book, where one was written.
    pub leaf: Option<LeafReference>,
}

/// How it would be spread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// Lines as they would be printed.
    pub lines: Vec<LineView>,
    /// Amount.
    pub amount_paise: Paise,
    /// In words.
    pub words: Bilingual,
    /// Change to give.
    pub change_paise: Paise,
    /// Left after it.
    pub balance_after_paise: Paise,
    /// Goes to advance.
    pub advance_paise: Paise,
}

/// One printed line with its words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LineView {
    /// Head in words.
    pub name: Bilingual,
    /// The line.
    pub line: ReceiptLine,
}

/// What is typed and not yet taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// What stood in the omnibox.
    pub search: String,
    /// The payment so far.
    pub payment: Payment,
    /// The amount as typed.
    pub amount_text: String,
    /// The cash handed over, as typed.
    pub tendered_text: String,
}

/// A UPI QR.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UpiCode {
    /// `upi://pay?…`
    pub link: String,
    /// SVG of the code.
    pub svg: String,
    /// Our reference, printed on the receipt.
    pub reference: String,
}
