//! Receipts as the screen shows them, and what became of their paper.

use crate::bill::{LineView, ReceiptBrief};
use domain::payment::{Instrument, PaymentMode};
use domain::receipt::LeafReference;
use domain::{Bilingual, BusinessDate, ChainHead, Paise};
use serde::{Deserialize, Serialize};

/// One receipt with everything that happened to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReceiptView {
    /// In one line.
    pub brief: ReceiptBrief,
    /// Service in words.
    pub service_name: Bilingual,
    /// Service code.
    pub service: String,
    /// Consumer code.
    pub consumer: String,
    /// Lines.
    pub lines: Vec<LineView>,
    /// In words.
    pub words: Bilingual,
    /// How it was paid.
    pub instrument: Instrument,
    /// Change given.
    pub change_paise: Paise,
    /// Left after it.
    pub balance_after_paise: Paise,
    /// Pre-printed leaf.
    pub leaf: Option<LeafReference>,
    /// Clerk.
    pub clerk: Bilingual,
    /// Ten characters of the chain's head, as printed.
    pub chain_head: String,
    /// Not settled whether it may stand (a rule or authority failed).
    pub disputed: Option<Bilingual>,
    /// What happened to it, oldest first.
    pub history: Vec<HistoryLine>,
    /// This device owns its drawer and it is not remitted: it may be cancelled.
    pub may_cancel: bool,
    /// Printed here: it may be reprinted.
    pub may_reprint: bool,
    /// It stands: a certificate of the payment may be given.
    pub may_certify: bool,
    /// The paper of this answer, where one was made.
    pub paper: Option<PaperDone>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryLine {
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Who.
    pub who: Bilingual,
    /// What.
    pub what: Bilingual,
}

/// What became of a paper.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaperDone {
    /// The PDF on this computer.
    pub path: String,
    /// Printed, kept, or failed.
    pub print: PrintState,
    /// Why printing failed, where it did. The receipt stands.
    pub problem: Option<crate::Problem>,
}

/// Printed, kept, or failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PrintState {
    /// The spooler has it.
    Printed,
    /// No printer is set: the PDF is kept.
    Kept,
    /// The spooler refused: "not printed, Ctrl+R".
    Failed,
}

/// Which receipts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReceiptFilter {
    /// Number, name or consumer contains it; empty for all.
    pub text: String,
    /// From this day.
    pub from: Option<BusinessDate>,
    /// To this day.
    pub to: Option<BusinessDate>,
    /// One mode.
    pub mode: Option<PaymentMode>,
    /// Only this counter; empty for all.
    pub counter: String,
    /// Skip so many.
    pub offset: u32,
}

/// A page of receipts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReceiptList {
    /// At most 50.
    pub receipts: Vec<ReceiptBrief>,
    /// How many match.
    pub count: u64,
    /// Their sum, cancelled ones left out.
    pub amount_paise: Paise,
}

/// Print again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reprint {
    /// Which.
    pub receipt: ChainHead,
    /// Reason code.
    pub reason: String,
    /// The supervisor, from the second reprint on.
    pub second: Option<SecondPerson>,
}

/// A second person signs at this device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SecondPerson {
    /// Who.
    pub user: domain::UserId,
    /// The password that unlocks the person's key here.
    pub password: String,
}

/// Cancel before remittance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CancelReceipt {
    /// Which.
    pub receipt: ChainHead,
    /// Reason code.
    pub reason: String,
    /// In the clerk's words.
    pub remark: String,
    /// Who agrees.
    pub second: SecondPerson,
}

/// Is the paper genuine?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verification {
    /// The verdict.
    pub verdict: Verdict,
    /// The verdict in words.
    pub words: Bilingual,
    /// What the paper claims, where it could be read.
    pub claim: Option<ClaimView>,
    /// A genuine receipt of this town whose entry is not here: it may be entered again.
    #[serde(default)]
    pub may_recover: bool,
}

/// A receipt whose entry is lost, entered again from its paper.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecoverReceipt {
    /// The text of its QR.
    pub text: String,
    /// For which service.
    pub service: String,
    /// Whose dues; empty for a miscellaneous receipt.
    pub consumer: String,
    /// Who paid, as printed.
    pub payer_name: String,
    /// The lines as printed; empty to spread the amount as the counter would have.
    pub lines: Vec<domain::receipt::ReceiptLine>,
    /// How it was paid, as printed.
    pub instrument: domain::payment::Instrument,
    /// The second person, who has seen the paper.
    pub second: Option<SecondPerson>,
}

/// The verdict on a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// Genuine when issued, and this replica knows of no cancellation.
    Genuine,
    /// Genuine when issued, cancelled since.
    Cancelled,
    /// Signed, but by a chain this copy's state root does not vouch for.
    UnknownIssuer,
    /// Signature or certificate does not hold.
    Forged,
    /// Not a Palika code.
    NotOurs,
}

/// What a paper claims.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimView {
    /// Number.
    pub number: String,
    /// Date.
    pub business_date: BusinessDate,
    /// Amount.
    pub amount_paise: Paise,
    /// Entry.
    pub receipt: ChainHead,
    /// Cancellations known up to this time (milliseconds since 1970); `None` where the issuing device was never heard
    /// of.
    pub known_until_ms: Option<i64>,
}
