//! The handover sheet: a drawer passes from one clerk to another.

use super::{
    BUSINESS_DATE, COUNTER, DATE_AND_TIME, Letterhead, Paper, Seal, VERIFY, denomination_table, set_foot,
};
use crate::PaperError;
use crate::compose::{Beside, Composer, Fact, fact, label};
use domain::drawer::DenominationCount;
use domain::{Bilingual, BusinessDate, Paise};
use serde::{Deserialize, Serialize};

/// The version of the sheet's template.
const TEMPLATE_VERSION: u16 = 1;

/// What one clerk gives and the other takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverSheet {
    /// The town.
    pub letterhead: Letterhead,
    /// The handover's own number.
    pub number: String,
    /// The day of business.
    pub business_date: BusinessDate,
    /// When both signed.
    pub at_unix_ms: i64,
    /// The counter.
    pub counter: String,
    /// Who gives.
    pub from: Bilingual,
    /// Who takes.
    pub to: Bilingual,
    /// The last receipt written by the one who gives.
    pub last_receipt: String,
    /// The count by value, agreed by both.
    pub cash: Vec<DenominationCount>,
    /// Its sum.
    pub cash_total: Paise,
    /// Cash the log expects in the drawer.
    pub expected_cash: Paise,
    /// Counted less expected.
    pub difference: Paise,
    /// Why there is a difference.
    pub difference_reason: String,
    /// Cheques and drafts in the drawer.
    pub instruments: u32,
    /// Their sum.
    pub instruments_total: Paise,
    /// Pre-printed receipt books handed over: book, leaves left.
    pub receipt_books: String,
    /// QR, chain, device.
    pub seal: Seal,
}

impl Paper for HandoverSheet {
    fn title(&self) -> String {
        format!("कार्यभार हस्तांतरण / Handover {}", self.number)
    }

    fn dated_unix_ms(&self) -> i64 {
        self.at_unix_ms
    }

    fn lay_out(&self, composer: &mut Composer<'_>) -> Result<(), PaperError> {
        let digits = self.letterhead.digits;
        set_foot(composer, &[], &self.seal, TEMPLATE_VERSION);
        composer.letterhead(&self.letterhead, label("रोकड़ हस्तांतरण पत्रक", "Cash handover sheet"));
        composer.facts(&[
            vec![
                fact(label("हस्तांतरण संख्या", "Handover no."), &*self.number).share(1.3),
                fact(DATE_AND_TIME, digits.date_and_time(self.at_unix_ms)),
            ],
            vec![
                Fact::both(label("सौंपने वाला", "Handed over by"), &self.from).share(1.3),
                Fact::both(label("लेने वाला", "Taken over by"), &self.to),
            ],
            vec![
                fact(COUNTER, &*self.counter).share(0.65),
                fact(BUSINESS_DATE, digits.date(self.business_date)).share(0.65),
                fact(label("अंतिम रसीद", "Last receipt"), &*self.last_receipt),
            ],
        ]);
        composer.heading(label("हस्तांतरित नकद", "Cash handed over"));
        denomination_table(composer, digits, &self.cash, self.cash_total);
        let beside = Beside { amount: Some(self.cash_total), facts: self.drawer() };
        composer.code(&self.seal.qr, 36.0, VERIFY, beside)?;
        composer.paragraph(
            "हम दोनों ने नकद तथा लिखतों की गिनती एक साथ की और उपर्युक्त विवरण को सही पाया।",
            "We have both counted the cash and the instruments together and found the above correct.",
        );
        composer.signatures(&[
            label("सौंपने वाले के हस्ताक्षर", "Handed over by"),
            label("लेने वाले के हस्ताक्षर", "Taken over by"),
        ]);
        Ok(())
    }
}

impl HandoverSheet {
    fn drawer(&self) -> Vec<Fact> {
        let digits = self.letterhead.digits;
        let instruments = format!(
            "{} · {}",
            digits.figures(&self.instruments.to_string()),
            digits.rupees(self.instruments_total)
        );
        vec![
            fact(label("अपेक्षित नकद", "Cash expected"), digits.rupees(self.expected_cash)),
            fact(label("अंतर", "Difference"), digits.rupees(self.difference)).strong(),
            fact(label("अंतर का कारण", "Reason for the difference"), &*self.difference_reason),
            fact(label("चेक / ड्राफ़्ट", "Cheques and drafts"), instruments),
            fact(label("रसीद-पुस्तकें", "Receipt books"), &*self.receipt_books),
        ]
    }
}
