//! Three hundred days of another counter: its own chain, written in its own file by its own key, so that what arrives
//! elsewhere is what a counter would have sent. Its receipts are facts like any other; only their making is not timed.

use crate::rows::say;
use anyhow::{Context as _, Result};
use domain::demand::{ADVANCE_HEAD, ConsumerCode, HeadCode, ServiceCode};
use domain::drawer::{ModeTotal, ShiftClosed, ShiftOpened};
use domain::fact::{Fact, Kind};
use domain::identity::DraftId;
use domain::payment::{Instrument, PaymentMode};
use domain::people::Author;
use domain::receipt::{ReceiptIssued, ReceiptLine, ReceiptNumber};
use domain::register::{OpeningDue, PROPERTY_TAX_SERVICE, RegisterRow};
use domain::{Bilingual, BusinessDate, FinancialYear, Hash, Paise};
use office::Town;
use std::collections::BTreeMap;

/// Days of business, a shift each.
pub const DAYS: u32 = 300;
/// Receipts of one day.
pub const RECEIPTS_A_DAY: u32 = 1_000;
/// Receipts of a whole history.
pub const RECEIPTS: u32 = DAYS * RECEIPTS_A_DAY;
/// Its entries at the least: each day is opened and closed.
pub const ENTRIES: u64 = RECEIPTS as u64 + 2 * DAYS as u64;

const DAY_MS: i64 = 86_400_000;
/// Each receipt pays this part of one year's dues, so that a house that comes seven times still owes something.
const PART: i64 = 16;
/// Coprime to the number of houses: every receipt is another house's, far from the one before.
const STRIDE: usize = 7_919;

/// Writes the history of a counter into its own file: `DAYS` shifts that end yesterday.
/// `turn` says which house comes first.
pub async fn write(
    town: &Town,
    author: Author,
    rows: &[RegisterRow],
    turn: usize,
    now_ms: i64,
) -> Result<()> {
    write_days(town, author, rows, turn, now_ms, DAYS).await
}

/// The same with fewer days.
pub async fn write_days(
    town: &Town,
    author: Author,
    rows: &[RegisterRow],
    turn: usize,
    now_ms: i64,
    days: u32,
) -> Result<()> {
    let first_ms = now_ms - i64::from(days) * DAY_MS;
    let mut maker = Maker { town, rows, turn, serials: BTreeMap::new() };
    let mut previous = None;
    for day in 0..days {
        let at_ms = first_ms + i64::from(day) * DAY_MS;
        previous = Some(maker.day(author, BusinessDate::from_unix_ms(at_ms), at_ms, previous).await?);
        if (day + 1) % 50 == 0 {
            say(&format!(
                "  {} of {RECEIPTS} receipts of {}",
                (day + 1) * RECEIPTS_A_DAY,
                town.identity.counter.0
            ));
        }
    }
    Ok(())
}

/// The grant under which a person writes receipts and shifts there.
pub async fn author(town: &Town, english: &str) -> Result<Author> {
    let staff = store::query::people::staff(&mut *town.store.reading().await?).await?;
    let person = staff.iter().find(|person| person.name.english == english).context("no such person")?;
    Ok(town.author(&person.user, Kind::ReceiptIssued).await?)
}

struct Maker<'a> {
    town: &'a Town,
    rows: &'a [RegisterRow],
    turn: usize,
    serials: BTreeMap<FinancialYear, u32>,
}

impl Maker<'_> {
    /// One shift in one batch; answers with the close.
    async fn day(
        &mut self,
        author: Author,
        business_date: BusinessDate,
        at_ms: i64,
        previous: Option<Hash>,
    ) -> Result<Hash> {
        let mut writing = self.town.store.begin(&self.town.writer, at_ms).await?;
        let opened = ShiftOpened {
            counter: self.town.identity.counter.clone(),
            business_date,
            float_paise: Paise(50_000),
            clock_suspect: false,
            previous,
        };
        let shift = writing.append(Some(author), &Fact::from(opened)).await?.hash;
        let receipts: Vec<ReceiptIssued> =
            (0..RECEIPTS_A_DAY).map(|_| self.receipt(shift, business_date)).collect::<Result<_>>()?;
        let expected = totals(&receipts);
        let facts: Vec<Fact> = receipts.into_iter().map(Fact::from).collect();
        writing.append_all(Some(author), &facts).await?;
        let cash = expected.iter().find(|total| total.mode == PaymentMode::Cash);
        let closed = ShiftClosed {
            shift,
            counted: Vec::new(),
            expected_cash_paise: cash.map_or(Paise::ZERO, |total| total.amount_paise),
            expected,
            difference_paise: Paise::ZERO,
            difference_reason: String::new(),
            receipts_issued: RECEIPTS_A_DAY,
            receipts_cancelled: 0,
            head: writing.head().hash,
        };
        let close = writing.append(Some(author), &Fact::from(closed)).await?.hash;
        writing.commit().await?;
        Ok(close)
    }

    fn receipt(&mut self, shift: Hash, business_date: BusinessDate) -> Result<ReceiptIssued> {
        let turn = self.turn;
        self.turn += 1;
        let row = row_of(self.rows, turn)?;
        let year = business_date.financial_year();
        let serial = self.serials.entry(year).and_modify(|serial| *serial += 1).or_insert(1);
        let number = ReceiptNumber {
            town: self.town.code,
            counter: self.town.identity.counter.clone(),
            epoch: self.town.writer.epoch,
            year,
            serial: *serial,
        };
        receipt(number, shift, business_date, row, turn)
    }
}

/// The house of a turn.
pub(crate) fn row_of(rows: &[RegisterRow], turn: usize) -> Result<&RegisterRow> {
    rows.get(turn * STRIDE % rows.len().max(1)).context("an empty register")
}

/// A house pays a part of what it owes.
pub(crate) fn receipt(
    number: ReceiptNumber,
    shift: Hash,
    business_date: BusinessDate,
    row: &RegisterRow,
    turn: usize,
) -> Result<ReceiptIssued> {
    let lines = lines(row, turn, number.year);
    let total = Paise::checked_sum(lines.iter().map(|line| line.amount_paise)).context("a sum")?;
    let named = journal::hash(number.to_string().as_bytes());
    let draft: [u8; 16] = std::array::from_fn(|at| named.0.get(at).copied().unwrap_or_default());
    Ok(ReceiptIssued {
        number,
        shift,
        business_date,
        service: ServiceCode::from(PROPERTY_TAX_SERVICE),
        consumer: ConsumerCode::from(row.property.property_id.as_str()),
        assessee: Bilingual::new(row.property.owner_hindi.clone(), row.property.owner_english.clone()),
        payer_name: if turn.is_multiple_of(4) { row.property.guardian_hindi.clone() } else { String::new() },
        payer_mobile: None,
        lines,
        instrument: instrument(turn, total),
        balance_after_paise: Paise(total.0 * (PART - 1)),
        leaf: None,
        draft: DraftId(draft),
        template: paper::RECEIPT_TEMPLATE_VERSION,
        under: vec![named, shift],
        remark: String::new(),
    })
}

/// A part of one year's dues, head by head; an advance where the house owes nothing.
fn lines(row: &RegisterRow, turn: usize, current: FinancialYear) -> Vec<ReceiptLine> {
    let charges = row.dues.iter().filter(|due| due.amount_paise.0 >= PART);
    let years: Vec<FinancialYear> = charges.clone().map(|due| due.year).collect();
    let year = years.get(turn % years.len().max(1)).copied();
    let part = |due: &OpeningDue| ReceiptLine {
        year: due.year,
        head: due.head.clone(),
        amount_paise: Paise(due.amount_paise.0 / PART),
    };
    let lines: Vec<ReceiptLine> = charges.filter(|due| Some(due.year) == year).map(part).collect();
    if lines.is_empty() {
        let head = HeadCode::from(ADVANCE_HEAD);
        return vec![ReceiptLine { year: current, head, amount_paise: Paise(10_000) }];
    }
    lines
}

/// Most pay in cash; one in five by UPI, one in twenty by cheque.
fn instrument(turn: usize, total: Paise) -> Instrument {
    match turn % 20 {
        0 => Instrument {
            mode: PaymentMode::Cheque,
            number: format!("{:06}", turn % 1_000_000),
            ifsc: "SBIN0000646".to_owned(),
            ..Instrument::default()
        },
        1..=4 => Instrument {
            mode: PaymentMode::Upi,
            number: format!("{:012}", 600_000_000_000 + turn),
            ..Instrument::default()
        },
        _ => Instrument::exact_cash(total),
    }
}

fn totals(receipts: &[ReceiptIssued]) -> Vec<ModeTotal> {
    let mut sums: BTreeMap<PaymentMode, (u32, i64)> = BTreeMap::new();
    for receipt in receipts {
        let sum = sums.entry(receipt.instrument.mode).or_default();
        sum.0 += 1;
        sum.1 += receipt.total_paise().map_or(0, |total| total.0);
    }
    let total = |(mode, (receipts, paise)): (PaymentMode, (u32, i64))| ModeTotal {
        mode,
        receipts,
        amount_paise: Paise(paise),
    };
    sums.into_iter().map(total).collect()
}
