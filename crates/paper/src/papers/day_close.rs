//! The day close sheet of a counter, on the lines of form GEN-12 (summary of daily collection).

use super::{
    AMOUNT, BUSINESS_DATE, CLERK, COUNTER, Letterhead, Paper, REASON, RECEIPT_NUMBER, Seal, TOTAL, VERIFY,
    check_sum, denomination_table, set_foot,
};
use crate::PaperError;
use crate::compose::{Align, Beside, Cell, Column, Composer, Fact, Row, fact, label};
use domain::drawer::DenominationCount;
use domain::{Bilingual, BusinessDate, Paise};
use serde::{Deserialize, Serialize};

/// The version of the sheet's template.
const TEMPLATE_VERSION: u16 = 1;

/// A counter's day, closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCloseSheet {
    /// The town.
    pub letterhead: Letterhead,
    /// The close's own number.
    pub number: String,
    /// The day closed.
    pub business_date: BusinessDate,
    /// The counter.
    pub counter: String,
    /// Who closes.
    pub clerk: Bilingual,
    /// When the shift was opened.
    pub opened_at_unix_ms: i64,
    /// When it was closed.
    pub closed_at_unix_ms: i64,
    /// Collections by mode.
    pub modes: Vec<ModeTotal>,
    /// Collections by head.
    pub heads: Vec<HeadTotal>,
    /// All collections of the day.
    pub total: Paise,
    /// The first receipt of the day; empty where there was none.
    pub first_receipt: String,
    /// The last receipt of the day.
    pub last_receipt: String,
    /// Receipts written, cancelled ones included.
    pub receipts: u32,
    /// Receipts cancelled.
    pub cancelled: Vec<CancelledLine>,
    /// The float the shift began with.
    pub float: Paise,
    /// Cash remitted during the shift.
    pub remitted: Paise,
    /// Cash that should be in the drawer.
    pub expected_cash: Paise,
    /// Cash counted, blind.
    pub counted_cash: Paise,
    /// The count by value.
    pub cash: Vec<DenominationCount>,
    /// Counted less expected; negative where cash is short.
    pub difference: Paise,
    /// Why there is a difference; empty where there is none.
    pub difference_reason: String,
    /// QR, chain, device.
    pub seal: Seal,
}

/// What came in by one mode.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModeTotal {
    /// Cash, UPI, cheque …
    pub mode: Bilingual,
    /// Receipts.
    pub receipts: u32,
    /// Their sum.
    pub amount: Paise,
}

/// What came in under one head.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadTotal {
    /// The receipt head.
    pub head: Bilingual,
    /// Its code in the National Municipal Accounts Manual.
    pub nmam_code: String,
    /// The sum.
    pub amount: Paise,
}

/// A receipt cancelled during the day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelledLine {
    /// The receipt.
    pub number: String,
    /// Its total.
    pub amount: Paise,
    /// Why.
    pub reason: Bilingual,
}

impl Paper for DayCloseSheet {
    fn title(&self) -> String {
        format!("दैनिक समापन पत्रक / Day close {}", self.number)
    }

    fn dated_unix_ms(&self) -> i64 {
        self.closed_at_unix_ms
    }

    fn lay_out(&self, composer: &mut Composer<'_>) -> Result<(), PaperError> {
        composer.set_running_head(format!(
            "{} · दैनिक समापन / Day close {} (जारी / continued)",
            self.letterhead.town.hindi, self.number
        ));
        set_foot(composer, &[], &self.seal, TEMPLATE_VERSION);
        composer.letterhead(&self.letterhead, label("दैनिक संग्रह एवं समापन पत्रक (GEN-12)", "Day close sheet"));
        composer.facts(&self.particulars());
        self.by_mode(composer);
        self.by_head(composer);
        self.cancelled(composer);
        composer.heading(label("नकद की गिनती", "Cash count"));
        denomination_table(composer, self.letterhead.digits, &self.cash, self.counted_cash);
        composer.code(&self.seal.qr, 36.0, VERIFY, Beside { amount: None, facts: self.drawer() })?;
        composer.signatures(&[
            label("लिपिक / रोकड़िया", "Clerk / cashier"),
            label("लेखाकार", "Accountant"),
            label("अधिशासी अधिकारी", "Executive officer"),
        ]);
        Ok(())
    }
}

impl DayCloseSheet {
    fn particulars(&self) -> Vec<Vec<Fact>> {
        let digits = self.letterhead.digits;
        let shift = format!(
            "{} – {}",
            digits.date_and_time(self.opened_at_unix_ms),
            digits.date_and_time(self.closed_at_unix_ms)
        );
        let receipts = format!("{} – {}", self.first_receipt, self.last_receipt);
        vec![
            vec![
                fact(label("समापन संख्या", "Close no."), &*self.number).share(1.3),
                fact(BUSINESS_DATE, digits.date(self.business_date)),
                fact(COUNTER, &*self.counter),
            ],
            vec![Fact::both(CLERK, &self.clerk).share(1.3), fact(label("पाली", "Shift"), shift).share(2.0)],
            vec![
                fact(
                    label("रसीदें (से – तक)", "Receipts (from – to)"),
                    if self.first_receipt.is_empty() { "—".to_owned() } else { receipts },
                )
                .share(2.3),
                fact(
                    label("रसीदों की संख्या", "Number of receipts"),
                    digits.figures(&self.receipts.to_string()),
                ),
            ],
        ]
    }

    fn by_mode(&self, composer: &mut Composer<'_>) {
        let digits = self.letterhead.digits;
        composer.heading(label("माध्यम के अनुसार संग्रह", "Collections by mode"));
        let columns = [
            Column { title: label("माध्यम", "Mode"), align: Align::Left, sheet: 6.0, roll: 4.2 },
            Column {
                title: label("रसीदें", "Receipts"), align: Align::Right, sheet: 2.0, roll: 2.0
            },
            Column { title: AMOUNT, align: Align::Right, sheet: 3.0, roll: 3.4 },
        ];
        let mut rows: Vec<Row> = self
            .modes
            .iter()
            .map(|mode| {
                Row::line(vec![
                    Cell::both(&mode.mode),
                    Cell::text(digits.figures(&mode.receipts.to_string())),
                    Cell::text(digits.amount(mode.amount)),
                ])
            })
            .collect();
        rows.push(Row::total(vec![
            Cell::label(TOTAL),
            Cell::default(),
            Cell::text(digits.amount(self.total)),
        ]));
        composer.table(&columns, &rows);
        check_sum(composer, self.modes.iter().map(|mode| mode.amount), self.total);
    }

    fn by_head(&self, composer: &mut Composer<'_>) {
        let digits = self.letterhead.digits;
        composer.heading(label("मद के अनुसार संग्रह", "Collections by head"));
        let columns = [
            Column {
                title: label("लेखा कोड", "NMAM code"), align: Align::Left, sheet: 2.0, roll: 2.4
            },
            Column { title: label("मद", "Head"), align: Align::Left, sheet: 6.0, roll: 4.0 },
            Column { title: AMOUNT, align: Align::Right, sheet: 3.0, roll: 3.2 },
        ];
        let mut rows: Vec<Row> = self
            .heads
            .iter()
            .map(|head| {
                Row::line(vec![
                    Cell::text(&*head.nmam_code),
                    Cell::both(&head.head),
                    Cell::text(digits.amount(head.amount)),
                ])
            })
            .collect();
        rows.push(Row::total(vec![
            Cell::default(),
            Cell::label(TOTAL),
            Cell::text(digits.amount(self.total)),
        ]));
        composer.table(&columns, &rows);
        check_sum(composer, self.heads.iter().map(|head| head.amount), self.total);
    }

    fn cancelled(&self, composer: &mut Composer<'_>) {
        let digits = self.letterhead.digits;
        if self.cancelled.is_empty() {
            composer.heading(label("निरस्त रसीदें: कोई नहीं", "Cancelled receipts: none"));
            return;
        }
        composer.heading(label("निरस्त रसीदें", "Cancelled receipts"));
        let columns = [
            Column { title: RECEIPT_NUMBER, align: Align::Left, sheet: 4.0, roll: 4.4 },
            Column { title: REASON, align: Align::Left, sheet: 4.0, roll: 2.6 },
            Column { title: AMOUNT, align: Align::Right, sheet: 3.0, roll: 2.8 },
        ];
        let rows: Vec<Row> = self
            .cancelled
            .iter()
            .map(|line| {
                Row::line(vec![
                    Cell::text(&*line.number),
                    Cell::both(&line.reason),
                    Cell::text(digits.amount(line.amount)),
                ])
            })
            .collect();
        composer.table(&columns, &rows);
    }

    fn drawer(&self) -> Vec<Fact> {
        let digits = self.letterhead.digits;
        let difference = if self.difference.is_zero() {
            Bilingual::new(digits.rupees(self.difference), String::new())
        } else if self.difference.is_negative() {
            Bilingual::new(format!("{} कम", digits.rupees(self.difference)), "short")
        } else {
            Bilingual::new(format!("{} अधिक", digits.rupees(self.difference)), "excess")
        };
        vec![
            fact(label("आरंभिक रोकड़", "Float"), digits.rupees(self.float)),
            fact(label("पाली में बैंक को जमा", "Remitted during the shift"), digits.rupees(self.remitted)),
            fact(label("अपेक्षित नकद", "Cash expected"), digits.rupees(self.expected_cash)),
            fact(label("गिना गया नकद", "Cash counted"), digits.rupees(self.counted_cash)),
            Fact::both(label("अंतर", "Difference"), &difference).strong(),
            fact(label("अंतर का कारण", "Reason for the difference"), &*self.difference_reason),
        ]
    }
}
