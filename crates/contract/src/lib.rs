//! Requests and replies between the screens and the office.
//!
//! Serde only: no rule, no sum, no IO. One [`Request`] goes in, one [`Reply`] or [`Problem`] comes out, whatever
//! carries them (the desktop shell's `call`, or HTTP in tests). Amounts are [`domain::Paise`]; dates on the wire are
//! ISO text; every text a person reads comes in both languages so that switching loses nothing.

pub mod bill;
pub mod drawer;
pub mod office;
pub mod paper;
pub mod people;
pub mod register;
pub mod sync;

pub use bill::*;
pub use drawer::*;
pub use office::*;
pub use paper::*;
pub use people::*;
pub use register::*;
pub use sync::*;

use domain::Bilingual;
use serde::{Deserialize, Serialize};

/// Everything a screen can ask. The office decides; a screen only shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", content = "with", rename_all = "kebab-case")]
pub enum Request {
    // The office itself
    /// What the window must show first → [`Reply::Situation`].
    Situation,
    /// The state's towns, so that whoever founds one chooses a name and not a number → [`Reply::Towns`].
    Towns,
    /// First device of a town, from the state's enrolment code → `Situation`, with the recovery key's paper.
    FoundTown(FoundTown),
    /// A further device, from the town's invitation code → `Situation`.
    JoinTown(JoinTown),
    /// The same with an invitation's file, without a line → `Situation`.
    JoinFromFile(JoinFromFile),
    /// Opens the town's file with the passphrase or the printed recovery key → `Situation`.
    Unlock(Unlock),
    /// Opens the desk of one person → `Situation`.
    SignIn(SignIn),
    /// First password of a person at this device → `Situation`.
    SetPassword(SetPassword),
    /// Locks the screen; drafts stay → `Situation`.
    Lock,
    /// Settings of this window → `Situation`.
    SaveDesk(Desk),
    /// Queues of this computer's spooler → [`Reply::Printers`].
    Printers,

    // The counter
    /// Hits while typing → [`Reply::Hits`].
    Search {
        /// What stands in the omnibox.
        text: String,
    },
    /// The bill of one consumer → [`Reply::Bill`].
    Bill {
        /// Service, e.g. `PT`.
        service: String,
        /// Consumer code.
        consumer: String,
    },
    /// Services other than dues (miscellaneous heads), filtered by text → [`Reply::Services`].
    Services {
        /// What was typed; empty for all.
        text: String,
    },
    /// How an amount would be spread, without writing anything → [`Reply::Preview`].
    Preview(Payment),
    /// Takes the money: durable before it answers → [`Reply::Receipt`]. The same draft again answers the same receipt.
    TakePayment(Payment),
    /// Keeps what is typed, so that neither Esc nor a power cut loses it → `Done`.
    SaveDraft(Draft),
    /// What was left unfinished by this person → [`Reply::Draft`].
    LoadDraft,
    /// Throws the draft away, on the person's word → `Done`.
    DropDraft,
    /// The QR a payer scans → [`Reply::UpiCode`].
    UpiCode {
        /// The draft the payment will belong to.
        draft: String,
        /// Amount.
        amount_paise: domain::Paise,
    },

    // Receipts
    /// Receipts, newest first, filtered → [`Reply::Receipts`].
    Receipts(ReceiptFilter),
    /// One receipt with everything that happened to it → [`Reply::Receipt`].
    Receipt {
        /// The receipt's entry.
        receipt: domain::ChainHead,
    },
    /// Prints the same receipt again → `Receipt`.
    Reprint(Reprint),
    /// Cancels before remittance, second person signing → `Receipt`.
    CancelReceipt(CancelReceipt),
    /// A certificate that the sum was received → [`Reply::Paper`].
    CertifyPayment {
        /// The receipt's entry.
        receipt: domain::ChainHead,
        /// To whom.
        issued_to: String,
    },
    /// Is this paper genuine? The text of its QR → [`Reply::Verification`].
    VerifyPaper {
        /// As scanned.
        text: String,
    },
    /// What a lost receipt would be entered as, without writing anything → `Preview`.
    PreviewRecovery(RecoverReceipt),
    /// Enters a lost receipt again from its paper, second person signing → `Receipt`.
    RecoverReceipt(RecoverReceipt),

    // The drawer
    /// The open shift, and what may be proposed → [`Reply::Drawer`].
    Drawer,
    /// Opens a shift → `Drawer`.
    OpenShift(OpenShift),
    /// Blind count and close → [`Reply::DayClose`]; with a difference and no reason it is refused with the difference
    /// named.
    CloseShift(CloseShift),
    /// Gives the drawer to another clerk → `Drawer`.
    HandOver(HandOver),
    /// What may be remitted → [`Reply::Remittable`].
    Remittable,
    /// Pays in → `Paper` (the slip).
    Remit(Remit),
    /// Pre-printed books and their leaves → [`Reply::LeafBooks`].
    LeafBooks,
    /// Issues a book from stock → `LeafBooks`.
    IssueLeafBook(IssueLeafBook),

    // People and devices
    /// Staff with roles → [`Reply::Staff`].
    Staff,
    /// A new person → `Staff`.
    AddStaff(AddStaff),
    /// A role more → `Staff`.
    GrantRole(ChangeRole),
    /// A role less → `Staff`.
    WithdrawRole(ChangeRole),
    /// An invitation for a further device → [`Reply::Invitation`].
    InviteDevice(InviteDevice),
    /// The same as a file for a stick, with the town's log in it → `Invitation`.
    InviteToFile(InviteToFile),
    /// Ends trust in a device at its last known head → `SyncPage`.
    RevokeDevice {
        /// Which.
        device: domain::DeviceId,
        /// Why.
        reason: String,
    },

    // The register
    /// Reads a file and reports, writing nothing → [`Reply::ImportCheck`].
    CheckImport {
        /// The file on this computer.
        path: String,
    },
    /// Takes the checked file in → [`Reply::ImportDone`].
    RunImport {
        /// The file.
        path: String,
        /// Leave bad rows out instead of refusing the file.
        good_rows_only: bool,
    },
    /// How far a long piece of work is → [`Reply::Progress`].
    Progress,
    /// Wards and localities → [`Reply::Boundary`].
    Boundary,
    /// Changes fields of one property → `Bill`.
    EditProperty(EditProperty),

    // Sync and cases
    /// Devices, unsent money, quarantine, conflicts, cases → [`Reply::SyncPage`].
    SyncPage,
    /// Exchange with the server now, in the background → `SyncPage`.
    SyncNow,
    /// What a device lacks, into a file only it can open → [`Reply::Bundle`].
    WriteBundle(BundleFor),
    /// Takes in what another device wrote for this one → [`Reply::Bundle`].
    ReadBundle {
        /// Where the file is.
        path: String,
    },
    /// The other computers of the building, and whether this one answers them → [`Reply::LocalNetwork`].
    LocalNetwork,
    /// Whether it does, and addresses of those that do not find each other by themselves → `LocalNetwork`.
    SetLocalNetwork(LocalNetwork),
    /// Settles a case or conflict → `SyncPage`.
    SettleCase(SettleCase),

    // Masters
    /// Reasons, banks, denominations, modes → [`Reply::Masters`].
    Masters,
    /// A branch of the offline IFSC table, or the bank its first four letters name → [`Reply::Bank`].
    Ifsc {
        /// As typed.
        code: String,
    },
}

/// Everything the office answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", content = "of", rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each variant is the type it carries; Request names which answers what")]
pub enum Reply {
    Done,
    Situation(Box<Situation>),
    Towns(Vec<Choice>),
    Hits(Hits),
    Bill(Box<Bill>),
    Services(Vec<ServiceChoice>),
    Preview(Preview),
    Receipt(Box<ReceiptView>),
    Receipts(ReceiptList),
    Draft(Option<Box<Draft>>),
    UpiCode(UpiCode),
    Paper(PaperDone),
    Verification(Verification),
    Printers(Vec<String>),
    Drawer(Box<Drawer>),
    DayClose(Box<DayClose>),
    Remittable(Remittable),
    LeafBooks(Vec<LeafBook>),
    Staff(Vec<StaffMember>),
    Invitation(Invitation),
    ImportCheck(ImportCheck),
    ImportDone(ImportDone),
    Progress(Option<Progress>),
    Boundary(Vec<WardView>),
    SyncPage(Box<SyncPage>),
    Bundle(Bundle),
    LocalNetwork(Box<LocalNetworkView>),
    Masters(Box<MastersView>),
    Bank(Option<BankView>),
}

/// What went wrong, in both languages: what happened, what is safe, what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable, e.g. `E-OFFICE-012`; the handbook lists it.
    pub code: String,
    /// What happened, what is safe, what to do.
    pub message: Bilingual,
    /// The field it is about, by its name in the request; empty for none.
    pub field: String,
    /// More for the technician; no personal data.
    pub detail: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Screens of one build may meet a shell of another for a moment during an update: the wire form is held.
    #[test]
    fn requests_and_replies_keep_their_form_on_the_wire() {
        let cases = [
            (Request::Situation, json!({ "ask": "situation" })),
            (Request::Search { text: "राम".into() }, json!({ "ask": "search", "with": { "text": "राम" } })),
            (
                Request::OpenShift(OpenShift {
                    business_date: domain::BusinessDate::parse("2026-11-23").unwrap(),
                    float_paise: domain::Paise(50_000),
                    confirmed: false,
                }),
                json!({
                    "ask": "open-shift",
                    "with": { "business_date": "2026-11-23", "float_paise": 50_000, "confirmed": false }
                }),
            ),
        ];
        for (request, wire) in cases {
            assert_eq!(serde_json::to_value(&request).unwrap(), wire);
            assert_eq!(serde_json::from_value::<Request>(wire).unwrap(), request);
        }
        assert_eq!(serde_json::to_value(Reply::Done).unwrap(), json!({ "is": "done" }));
        assert!(serde_json::from_value::<Request>(json!({ "ask": "no-such-thing" })).is_err());
    }

    #[test]
    fn a_draft_saved_by_an_earlier_version_still_opens() {
        let desk: Desk = serde_json::from_value(json!({ "language": "English" })).unwrap();
        assert_eq!(desk, Desk { language: domain::Language::English, ..Desk::default() });
    }
}
