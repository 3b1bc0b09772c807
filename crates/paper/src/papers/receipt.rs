//! The receipt: what a payer takes home.

use super::{
    AMOUNT, CLERK, COUNTER, Consumer, DATE_AND_TIME, Detail, Letterhead, Paper, RECEIPT_NUMBER, SERIAL, Seal,
    TOTAL, VERIFY, check_sum, set_foot,
};
use crate::compose::{Align, Beside, Cell, Column, Composer, Fact, Row, fact, label};
use crate::{Digits, PaperError, RECEIPT_TEMPLATE_VERSION};
use domain::{Bilingual, BusinessDate, Paise};
use serde::{Deserialize, Serialize};

/// A receipt as it was committed; nothing here is reckoned again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The town.
    pub letterhead: Letterhead,
    /// `248459/C03-b/2026-27/000417`
    pub number: String,
    /// The day the shift was opened for.
    pub business_date: BusinessDate,
    /// When the money was taken, by the device's clock.
    pub taken_at_unix_ms: i64,
    /// The counter's name.
    pub counter: String,
    /// Who took the money.
    pub clerk: Bilingual,
    /// What is paid: "संपत्ति कर", or a service of the miscellaneous receipts.
    pub subject: Bilingual,
    /// Who brought the money, in whatever script it was given.
    pub payer: String,
    /// Whose account it is.
    pub consumer: Consumer,
    /// Head by year, in the order they were apportioned.
    pub lines: Vec<ReceiptLine>,
    /// What remains of the money beyond the lines and is kept as advance.
    pub advance: Paise,
    /// Lines and advance together: the money taken.
    pub total: Paise,
    /// What is still due after this payment, where the office knows.
    pub balance_after: Option<Paise>,
    /// How it was paid.
    pub payment: Payment,
    /// QR, chain, device.
    pub seal: Seal,
    /// Present on a reprint.
    pub reprint: Option<Reprint>,
    /// Present where a leaf of a pre-printed book was written first.
    pub leaf: Option<Leaf>,
}

/// One line of a receipt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptLine {
    /// The receipt head.
    pub head: Bilingual,
    /// Financial year, half-year or month, as printed.
    pub period: String,
    /// May be negative: a rebate.
    pub amount: Paise,
}

/// How the money came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Cash, UPI, cheque …
    pub mode: Bilingual,
    /// Instrument number, bank, date, reference.
    pub details: Vec<Detail>,
    /// True for all but cash: the bank has the last word.
    pub subject_to_realisation: bool,
    /// Cash handed over.
    pub tendered: Option<Paise>,
    /// Cash handed back.
    pub change: Option<Paise>,
}

/// The same receipt once more from the same counter, because the printer failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reprint {
    /// 1 for the first.
    pub number: u16,
    /// Why, as logged.
    pub reason: Bilingual,
}

/// The leaf of a pre-printed book that the payer was given in a power cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    /// The book's number.
    pub book: String,
    /// The leaf's number.
    pub leaf: String,
    /// The day it was written.
    pub written_on: BusinessDate,
}

const LEGEND_HINDI: &str = "रसीद की दूसरी प्रति (डुप्लीकेट) जारी नहीं की जाती; खो जाने पर भुगतान का प्रमाण-पत्र दिया जा सकता है \
     (उ.प्र. वित्तीय हस्तपुस्तिका, खंड V भाग I, प्रस्तर 75)।";
const LEGEND_ENGLISH: &str = "Duplicate receipts are not issued; for a lost receipt a certificate of payment may be \
     given (U.P. Fin. Hand Book Vol. V Pt. I, para 75).";

impl Paper for Receipt {
    fn title(&self) -> String {
        format!("रसीद / Receipt {}", self.number)
    }

    fn dated_unix_ms(&self) -> i64 {
        self.taken_at_unix_ms
    }

    fn lay_out(&self, composer: &mut Composer<'_>) -> Result<(), PaperError> {
        composer.set_running_head(format!(
            "{} · रसीद / Receipt {} (जारी / continued)",
            self.letterhead.town.hindi, self.number
        ));
        set_foot(composer, &[&[LEGEND_HINDI], &[LEGEND_ENGLISH]], &self.seal, RECEIPT_TEMPLATE_VERSION);
        composer.letterhead(&self.letterhead, label("प्राप्ति रसीद", "Receipt"));
        self.marks(composer);
        composer.facts(&self.particulars());
        self.table(composer);
        let beside = Beside { amount: Some(self.total), facts: self.payment_facts() };
        composer.code(&self.seal.qr, 39.0, VERIFY, beside)?;
        self.realisation(composer);
        Ok(())
    }
}

impl Receipt {
    fn digits(&self) -> Digits {
        self.letterhead.digits
    }

    fn marks(&self, composer: &mut Composer<'_>) {
        if let Some(reprint) = &self.reprint {
            composer.banner(
                &format!("पुनर्मुद्रण {} – {}", reprint.number, reprint.reason.hindi),
                &format!("Reprint {} – {}", reprint.number, reprint.reason.english),
                false,
            );
        }
        if let Some(leaf) = &self.leaf {
            let date = self.digits().date(leaf.written_on);
            composer.banner(
                &format!("छपी रसीद-पुस्तक {}, पर्ण {}, दिनांक {date} के आधार पर", leaf.book, leaf.leaf),
                &format!("Entered from receipt book {}, leaf {} of {date}", leaf.book, leaf.leaf),
                false,
            );
        }
    }

    fn particulars(&self) -> Vec<Vec<Fact>> {
        let digits = self.digits();
        let consumer = &self.consumer;
        let clock_date = BusinessDate::from_unix_ms(self.taken_at_unix_ms);
        let when = if clock_date == self.business_date {
            digits.date_and_time(self.taken_at_unix_ms)
        } else {
            // The business date is the receipt's date; the clock's is told where it is another.
            format!("{} ({})", digits.date(self.business_date), digits.date_and_time(self.taken_at_unix_ms))
        };
        vec![
            vec![
                fact(RECEIPT_NUMBER, &*self.number).share(1.5),
                fact(DATE_AND_TIME, when).share(1.1),
                fact(COUNTER, &*self.counter).share(0.5),
                Fact::both(CLERK, &self.clerk).share(0.9),
            ],
            vec![
                fact(label("जमाकर्ता", "Paid by"), &*self.payer).share(1.25),
                Fact::both(label("विषय", "On account of"), &self.subject),
            ],
            vec![
                Fact::both(label("करदाता", "Assessee"), &consumer.name).share(1.25),
                Fact::both(label("पिता/पति", "Father/husband"), &consumer.father_or_husband),
            ],
            vec![
                fact(label("संपत्ति संख्या", "Property ID"), &*consumer.id),
                fact(label("पुरानी संख्या", "Old ID"), &*consumer.old_id),
                Fact::both(label("वार्ड", "Ward"), &consumer.ward),
            ],
            vec![
                Fact::both(label("मोहल्ला", "Locality"), &consumer.locality),
                Fact::both(label("पता", "Address"), &consumer.address).share(1.4),
            ],
        ]
    }

    fn table(&self, composer: &mut Composer<'_>) {
        let digits = self.digits();
        let columns = [
            Column { title: SERIAL, align: Align::Centre, sheet: 1.0, roll: 0.0 },
            Column { title: label("मद", "Head"), align: Align::Left, sheet: 7.2, roll: 4.4 },
            Column {
                title: label("वर्ष/अवधि", "Period"), align: Align::Centre, sheet: 2.4, roll: 2.5
            },
            Column { title: AMOUNT, align: Align::Right, sheet: 3.0, roll: 3.2 },
        ];
        let mut rows: Vec<Row> = self
            .lines
            .iter()
            .enumerate()
            .map(|(index, line)| {
                Row::line(vec![
                    Cell::text(digits.figures(&(index + 1).to_string())),
                    Cell::both(&line.head),
                    Cell::text(digits.figures(&line.period)),
                    Cell::text(digits.amount(line.amount)),
                ])
            })
            .collect();
        if !self.advance.is_zero() {
            let advance = label("अग्रिम के रूप में जमा", "Held as advance");
            let amount = Cell::text(digits.amount(self.advance));
            rows.push(Row::line(vec![Cell::default(), Cell::label(advance), Cell::default(), amount]));
        }
        let total = Cell::text(digits.rupees(self.total));
        rows.push(Row::total(vec![Cell::default(), Cell::label(TOTAL), Cell::default(), total]));
        composer.table(&columns, &rows);
        let printed = self.lines.iter().map(|line| line.amount).chain([self.advance]);
        check_sum(composer, printed, self.total);
    }

    fn payment_facts(&self) -> Vec<Fact> {
        let digits = self.digits();
        let mut facts = vec![Fact::both(label("भुगतान का माध्यम", "Mode of payment"), &self.payment.mode)];
        facts.extend(self.payment.details.iter().map(|detail| Fact::named(&detail.label, &*detail.value)));
        if let Some(tendered) = self.payment.tendered {
            facts.push(fact(label("प्राप्त नकद", "Cash tendered"), digits.rupees(tendered)));
        }
        if let Some(change) = self.payment.change {
            facts.push(fact(label("वापस की गई राशि", "Change returned"), digits.rupees(change)));
        }
        if let Some(balance) = self.balance_after {
            let balance_label = label("इस भुगतान के बाद शेष", "Balance left");
            facts.push(fact(balance_label, digits.rupees(balance)).strong());
        }
        facts
    }

    fn realisation(&self, composer: &mut Composer<'_>) {
        if self.payment.subject_to_realisation {
            composer.banner(
                "यह रसीद राशि के बैंक में वसूल होने के अधीन है।",
                "Subject to realisation by the bank.",
                false,
            );
        }
    }
}
