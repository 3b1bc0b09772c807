//! The papers: plain values, and how each is laid out.

mod cancelled;
mod certificate;
mod day_close;
mod handover;
mod receipt;
mod recovery_key;
mod remittance;
mod upi;

pub use cancelled::CancelledSlip;
pub use certificate::Certificate;
pub use day_close::{CancelledLine, DayCloseSheet, HeadTotal, ModeTotal};
pub use handover::HandoverSheet;
pub use receipt::{Leaf, Payment, Receipt, ReceiptLine, Reprint};
pub use recovery_key::RecoveryKeySheet;
pub use remittance::{Instrument, RemittanceSlip};
pub use upi::{UpiRequest, UpiSlip, upi_uri};

use crate::compose::{Align, Cell, Column, Composer, Label, Row, label};
use crate::scene::GreyPicture;
use crate::warning::Warning;
use crate::{Digits, PaperError};
use domain::drawer::{DenominationCount, count_worth};
use domain::{Bilingual, Paise};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A value that can be printed. The papers of this crate implement it; nothing else can.
pub trait Paper {
    /// The PDF's title.
    fn title(&self) -> String;
    /// The instant the paper speaks of, in milliseconds since 1970.
    fn dated_unix_ms(&self) -> i64;
    /// Sets the blocks.
    fn lay_out(&self, composer: &mut Composer<'_>) -> Result<(), PaperError>;
}

/// What stands at the head of every paper of a town.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letterhead {
    /// "नगर निगम हल्द्वानी-काठगोदाम", "Municipal Corporation Haldwani-Kathgodam".
    pub town: Bilingual,
    /// The department above the town; may be empty.
    pub department: Bilingual,
    /// The office's address; may be empty.
    pub address: Bilingual,
    /// The figures of amounts and dates.
    #[serde(default)]
    pub digits: Digits,
    /// The town's emblem.
    #[serde(skip)]
    pub emblem: Option<Arc<GreyPicture>>,
}

/// Whom a payment is for, as in the register; fields that do not apply stay empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consumer {
    /// The assessee's name.
    pub name: Bilingual,
    /// Father's or husband's name.
    pub father_or_husband: Bilingual,
    /// The property's or connection's number.
    pub id: String,
    /// The number in the paper registers.
    pub old_id: String,
    /// Ward's number and name.
    pub ward: Bilingual,
    /// Mohalla.
    pub locality: Bilingual,
    /// Door number and street.
    pub address: Bilingual,
}

/// A labelled value chosen by the caller (cheque number, bank, reference …).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// What it is.
    pub label: Bilingual,
    /// The value.
    pub value: String,
}

/// What ties a paper to the log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// The text of the QR code; upper-case letters, figures and ` $%*+-./:` make the smallest code.
    pub qr: String,
    /// The first characters of the hash of the entry at the head of the device's chain.
    pub chain_head: String,
    /// The device and its epoch.
    pub device: String,
}

const AMOUNT: Label = label("राशि (₹)", "Amount (₹)");
const TOTAL: Label = label("कुल योग", "Total");
const SERIAL: Label = label("क्र.", "No.");
const DATE_AND_TIME: Label = label("दिनांक एवं समय", "Date and time");
const BUSINESS_DATE: Label = label("व्यवसाय दिनांक", "Business date");
const COUNTER: Label = label("काउंटर", "Counter");
const CLERK: Label = label("लिपिक", "Clerk");
const RECEIPT_NUMBER: Label = label("रसीद संख्या", "Receipt no.");
const VERIFY: Label = label("जाँच हेतु स्कैन करें", "Scan to verify");
const REASON: Label = label("कारण", "Reason");

/// Warns where printed lines do not add up to the printed total.
fn check_sum(composer: &mut Composer<'_>, lines: impl IntoIterator<Item = Paise>, total: Paise) {
    let sum = Paise::checked_sum(lines);
    if sum != Some(total) {
        composer.warn(Warning::SumDiffers { lines_paise: sum.map(|sum| sum.0), total_paise: total.0 });
    }
}

/// The line at the foot that ties the paper to its device and chain.
fn seal_note(seal: &Seal, template_version: u16) -> [String; 2] {
    [
        format!("शृंखला / Chain {} · यंत्र / Device {}", seal.chain_head, seal.device),
        format!("प्रारूप / Template {template_version} · पालिका / Palika"),
    ]
}

/// Foot notes followed by the line of the seal.
fn set_foot(composer: &mut Composer<'_>, notes: &[&[&str]], seal: &Seal, template_version: u16) {
    let [chain, template] = seal_note(seal, template_version);
    let seal: [&str; 2] = [&chain, &template];
    let notes: Vec<&[&str]> = notes.iter().copied().chain([seal.as_slice()]).collect();
    composer.set_foot(&notes);
}

/// Notes and coins by value, with their sum.
fn denomination_table(composer: &mut Composer<'_>, digits: Digits, cash: &[DenominationCount], total: Paise) {
    let columns = [
        Column {
            title: label("मूल्यवर्ग (₹)", "Denomination (₹)"), align: Align::Right, sheet: 3.0, roll: 3.6
        },
        Column { title: label("संख्या", "Pieces"), align: Align::Right, sheet: 3.0, roll: 2.4 },
        Column { title: AMOUNT, align: Align::Right, sheet: 4.0, roll: 4.0 },
    ];
    let mut rows: Vec<Row> = cash
        .iter()
        .map(|count| {
            let worth = count_worth(std::slice::from_ref(count));
            Row::line(vec![
                Cell::text(digits.figures(&whole_rupees(count.denomination_paise))),
                Cell::text(digits.figures(&count.count.to_string())),
                Cell::text(worth.map_or_else(|| "—".to_owned(), |amount| digits.amount(amount))),
            ])
        })
        .collect();
    rows.push(Row::total(vec![Cell::label(TOTAL), Cell::default(), Cell::text(digits.amount(total))]));
    composer.table(&columns, &rows);
    let counted = count_worth(cash);
    if counted != Some(total) {
        composer.warn(Warning::SumDiffers { lines_paise: counted.map(|sum| sum.0), total_paise: total.0 });
    }
}

/// `500`, `0.50`: notes have no paise, so none are written.
fn whole_rupees(value: Paise) -> String {
    let text = value.to_string();
    text.strip_suffix(".00").map_or(text.clone(), str::to_owned)
}
