//! The day close sheet: the day's collection by mode and by head of account, its cancelled receipts, the count.

use crate::claims::{collected, number_on_paper, of_close};
use crate::counter::{head_name, issued, service_name};
use crate::papers::seal_of;
use crate::receipts::{cancellation_of, reason_words};
use crate::{Office, OfficeError, Town};
use contract::PaperDone;
use domain::demand::{HeadCode, ServiceCode};
use domain::drawer::{ModeTotal, ShiftClosed};
use domain::register::PROPERTY_TAX_SERVICE;
use domain::{Bilingual, ChainHead, Paise};
use std::collections::BTreeMap;
use store::query::bill::ReceiptRow;
use store::query::desk::ShiftRow;
use store::query::shift;

/// A shift just closed.
pub(super) struct ClosedDay {
    pub at: ChainHead,
    pub closed_at_ms: i64,
    pub counted_paise: Paise,
    pub clerk: Bilingual,
    pub shift: ShiftRow,
    pub receipts: Vec<ReceiptRow>,
    pub cancelled: Vec<ReceiptRow>,
    pub fact: ShiftClosed,
}

impl Office {
    /// Makes and prints the sheet.
    pub(super) async fn day_close_sheet(
        &self,
        town: &Town,
        day: &ClosedDay,
    ) -> Result<PaperDone, OfficeError> {
        let (date, at) = (day.shift.business_date, &day.at);
        let mut reading = town.store.reading().await?;
        let year = date.financial_year();
        let serial = shift::closes_up_to(&mut reading, &at.device, at.epoch, year, at.seq).await?;
        drop(reading);
        let claim = of_close(&town.issuer(), at, &day.fact, serial, date)?;
        let number = number_on_paper(claim.kind, &claim.number);
        let sheet = paper::DayCloseSheet {
            letterhead: self.letterhead(town).await?,
            number: number.clone(),
            business_date: date,
            counter: town.identity.counter.0.clone(),
            clerk: day.clerk.clone(),
            opened_at_unix_ms: day.shift.opened_at_ms,
            closed_at_unix_ms: day.closed_at_ms,
            modes: day.fact.expected.iter().map(mode_total).collect::<Result<_, _>>()?,
            heads: heads(town, &day.receipts).await?,
            total: collected(&day.fact).ok_or(OfficeError::AmountTooLarge)?,
            first_receipt: number_of(town, day.receipts.first()).await?,
            last_receipt: number_of(town, day.receipts.last()).await?,
            receipts: day.fact.receipts_issued,
            cancelled: cancelled_lines(town, &day.cancelled).await?,
            float: day.shift.float_paise,
            remitted: Paise::ZERO,
            expected_cash: day.fact.expected_cash_paise,
            counted_cash: day.counted_paise,
            cash: day.fact.counted.clone(),
            difference: day.fact.difference_paise,
            difference_reason: self.difference_words(&day.fact.difference_reason)?,
            seal: seal_of(town, claim),
        };
        let printed = self.with_press(|press| press.print(&sheet, paper::PaperSize::A5))?;
        self.keep_and_print(town, &date.to_string(), &number, &printed.pdf).await
    }
}

fn mode_total(total: &ModeTotal) -> Result<paper::ModeTotal, OfficeError> {
    let name = masters::payment_modes()?.get(total.mode).map(|known| known.name.clone()).unwrap_or_default();
    Ok(paper::ModeTotal { mode: name, receipts: total.receipts, amount: total.amount_paise })
}

/// The number of a receipt as printed; empty for none.
async fn number_of(town: &Town, row: Option<&ReceiptRow>) -> Result<String, OfficeError> {
    match row {
        None => Ok(String::new()),
        Some(row) => Ok(issued(town, &row.receipt).await?.1.number.to_string()),
    }
}

/// The lines of the receipts that stand, added up by head and set in the order of the account codes.
async fn heads(town: &Town, receipts: &[ReceiptRow]) -> Result<Vec<paper::HeadTotal>, OfficeError> {
    let mut sums: BTreeMap<(ServiceCode, HeadCode), Paise> = BTreeMap::new();
    for row in receipts.iter().filter(|row| !row.cancelled) {
        let (_, fact) = issued(town, &row.receipt).await?;
        for line in fact.lines {
            let sum = sums.entry((fact.service.clone(), line.head)).or_default();
            *sum = sum.checked_add(line.amount_paise).ok_or(OfficeError::AmountTooLarge)?;
        }
    }
    let mut heads = Vec::with_capacity(sums.len());
    for ((service, head), amount) in sums {
        let nmam_code = masters::head(&service, &head)?.map(|known| known.nmam.to_string());
        heads.push(paper::HeadTotal {
            head: name_on_sheet(&service, &head)?,
            nmam_code: nmam_code.unwrap_or_default(),
            amount,
        });
    }
    heads.sort_by(|a, b| a.nmam_code.cmp(&b.nmam_code));
    Ok(heads)
}

/// Outside property tax most heads are called "field fee": there the service tells them apart.
fn name_on_sheet(service: &ServiceCode, head: &HeadCode) -> Result<Bilingual, OfficeError> {
    let name = head_name(service.as_str(), head)?;
    if service.as_str() == PROPERTY_TAX_SERVICE {
        return Ok(name);
    }
    let of = service_name(service)?;
    Ok(Bilingual::new(format!("{}: {}", of.hindi, name.hindi), format!("{}: {}", of.english, name.english)))
}

async fn cancelled_lines(
    town: &Town,
    cancelled: &[ReceiptRow],
) -> Result<Vec<paper::CancelledLine>, OfficeError> {
    let mut lines = Vec::with_capacity(cancelled.len());
    for row in cancelled {
        let reason = match cancellation_of(town, &row.receipt).await? {
            Some((_, _, fact)) => reason_words(&fact.reason)?,
            None => Bilingual::default(),
        };
        let number = number_of(town, Some(row)).await?;
        lines.push(paper::CancelledLine { number, amount: row.amount_paise, reason });
    }
    Ok(lines)
}
