//! The remittance slip that goes to the bank with the cash and the cheques.

use super::{
    AMOUNT, Letterhead, Paper, SERIAL, Seal, TOTAL, VERIFY, check_sum, denomination_table, set_foot,
};
use crate::PaperError;
use crate::compose::{Align, Beside, Cell, Column, Composer, Fact, Row, fact, label};
use domain::drawer::DenominationCount;
use domain::{Bilingual, BusinessDate, Paise};
use serde::{Deserialize, Serialize};

/// The version of the slip's template.
const TEMPLATE_VERSION: u16 = 1;

/// To be filled in by hand.
const BLANK: &str = "____________________";

/// Money on its way to the bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemittanceSlip {
    /// The town.
    pub letterhead: Letterhead,
    /// The remittance's own number.
    pub number: String,
    /// The day of the deposit.
    pub date: BusinessDate,
    /// When the slip was made.
    pub made_at_unix_ms: i64,
    /// The bank.
    pub bank: Bilingual,
    /// Its branch and IFSC.
    pub branch: String,
    /// The number of the account.
    pub account_number: String,
    /// In whose name the account is.
    pub account_name: Bilingual,
    /// Counters whose collections these are.
    pub counters: String,
    /// The days whose collections these are.
    pub collected: String,
    /// Who carries the money.
    pub carried_by: Bilingual,
    /// Notes and coins.
    pub cash: Vec<DenominationCount>,
    /// Their sum.
    pub cash_total: Paise,
    /// Cheques, drafts.
    pub instruments: Vec<Instrument>,
    /// Their sum.
    pub instruments_total: Paise,
    /// All together.
    pub total: Paise,
    /// QR, chain, device.
    pub seal: Seal,
}

/// A cheque or draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instrument {
    /// Cheque, demand draft …
    pub kind: Bilingual,
    /// Its number.
    pub number: String,
    /// Its date, as printed.
    pub date: String,
    /// The bank and branch it is drawn on.
    pub bank: String,
    /// Its sum.
    pub amount: Paise,
}

impl Paper for RemittanceSlip {
    fn title(&self) -> String {
        format!("बैंक जमा पर्ची / Remittance slip {}", self.number)
    }

    fn dated_unix_ms(&self) -> i64 {
        self.made_at_unix_ms
    }

    fn lay_out(&self, composer: &mut Composer<'_>) -> Result<(), PaperError> {
        let digits = self.letterhead.digits;
        composer.set_running_head(format!(
            "{} · बैंक जमा पर्ची / Remittance {} (जारी / continued)",
            self.letterhead.town.hindi, self.number
        ));
        set_foot(composer, &[], &self.seal, TEMPLATE_VERSION);
        composer.letterhead(&self.letterhead, label("बैंक जमा पर्ची", "Remittance slip"));
        composer.facts(&self.particulars());
        if !self.cash.is_empty() {
            composer.heading(label("नकद", "Cash"));
            denomination_table(composer, digits, &self.cash, self.cash_total);
        }
        self.instruments(composer);
        check_sum(composer, [self.cash_total, self.instruments_total], self.total);
        composer.facts(&[vec![
            fact(label("नकद योग", "Cash total"), digits.rupees(self.cash_total)),
            fact(label("लिखतों का योग", "Instruments total"), digits.rupees(self.instruments_total)),
            fact(label("कुल जमा", "Total deposited"), digits.rupees(self.total)).strong(),
        ]]);
        let stamp = fact(label("बैंक की प्रति संख्या, दिनांक, मुहर", "Bank's counterfoil no., date, stamp"), BLANK);
        let beside = Beside { amount: Some(self.total), facts: vec![stamp] };
        composer.code(&self.seal.qr, 36.0, VERIFY, beside)?;
        composer.signatures(&[
            label("रोकड़िया", "Cashier"),
            label("लेखाकार", "Accountant"),
            label("बैंक अधिकारी", "Received by the bank"),
        ]);
        Ok(())
    }
}

impl RemittanceSlip {
    fn particulars(&self) -> Vec<Vec<Fact>> {
        let digits = self.letterhead.digits;
        vec![
            vec![
                fact(label("जमा पर्ची संख्या", "Slip no."), &*self.number).share(1.4),
                fact(label("जमा दिनांक", "Date of deposit"), digits.date(self.date)),
            ],
            vec![
                Fact::both(label("बैंक", "Bank"), &self.bank).share(1.4),
                fact(label("शाखा एवं IFSC", "Branch and IFSC"), &*self.branch),
            ],
            vec![
                Fact::both(label("खाताधारक", "Account in the name of"), &self.account_name).share(1.4),
                fact(label("खाता संख्या", "Account no."), &*self.account_number).strong(),
            ],
            vec![
                fact(label("काउंटर", "Counters"), &*self.counters).share(0.7),
                fact(label("संग्रह की अवधि", "Collections of"), &*self.collected).share(0.7),
                Fact::both(label("ले जाने वाला", "Carried by"), &self.carried_by),
            ],
        ]
    }

    fn instruments(&self, composer: &mut Composer<'_>) {
        if self.instruments.is_empty() {
            return;
        }
        let digits = self.letterhead.digits;
        composer.heading(label("चेक / ड्राफ़्ट", "Cheques and drafts"));
        let columns = [
            Column { title: SERIAL, align: Align::Centre, sheet: 0.8, roll: 0.0 },
            Column { title: label("प्रकार", "Kind"), align: Align::Left, sheet: 2.1, roll: 0.0 },
            Column {
                title: label("संख्या", "Number"), align: Align::Left, sheet: 1.6, roll: 2.2
            },
            Column {
                title: label("दिनांक", "Date"), align: Align::Centre, sheet: 2.1, roll: 0.0
            },
            Column { title: label("बैंक", "Drawn on"), align: Align::Left, sheet: 3.6, roll: 3.4 },
            Column { title: AMOUNT, align: Align::Right, sheet: 2.4, roll: 3.0 },
        ];
        let mut rows: Vec<Row> = self
            .instruments
            .iter()
            .enumerate()
            .map(|(index, instrument)| {
                Row::line(vec![
                    Cell::text(digits.figures(&(index + 1).to_string())),
                    Cell::both(&instrument.kind),
                    Cell::text(&*instrument.number),
                    Cell::text(digits.figures(&instrument.date)),
                    Cell::text(&*instrument.bank),
                    Cell::text(digits.amount(instrument.amount)),
                ])
            })
            .collect();
        let total = Cell::text(digits.amount(self.instruments_total));
        let empty = Cell::default;
        rows.push(Row::total(vec![empty(), empty(), empty(), empty(), Cell::label(TOTAL), total]));
        composer.table(&columns, &rows);
        check_sum(
            composer,
            self.instruments.iter().map(|instrument| instrument.amount),
            self.instruments_total,
        );
    }
}
