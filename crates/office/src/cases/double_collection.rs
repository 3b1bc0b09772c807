//! The same due paid more than once: all receipts stand, the excess is advance, and a person decides. The case's name
//! carries which receipts it is about, so that a decision holds for those and no others: another receipt on the same
//! due, or the end of one, is another case.

use super::{Names, choices, named};
use crate::counter::issued;
use crate::{OfficeError, Town};
use contract::CaseView;
use domain::UserId;
use domain::demand::ADVANCE_HEAD;
use domain::receipt::ReceiptIssued;
use std::collections::HashSet;
use store::query::Reading;
use store::query::bill::{self, ReceiptRow};
use store::query::cases::{self, ExcessRow};

const PREFIX: &str = "double-collection/";
/// Receipts of a consumer looked through for one case.
const RECEIPTS_OF_CASE: i64 = 500;

/// Every open double collection.
pub(super) async fn open(town: &Town, names: &Names) -> Result<Vec<CaseView>, OfficeError> {
    let mut reading = town.store.reading().await?;
    let excesses = cases::excesses(&mut reading).await?;
    unsettled_of(town, &mut reading, names, excesses).await
}

/// The open ones of one consumer.
pub(super) async fn open_of(
    town: &Town,
    names: &Names,
    service: &str,
    consumer: &str,
) -> Result<Vec<CaseView>, OfficeError> {
    let mut reading = town.store.reading().await?;
    let dues = bill::dues(&mut reading, service, consumer).await?;
    let in_excess =
        dues.into_iter().filter(|due| due.head.as_str() != ADVANCE_HEAD && !due.balance.excess().is_zero());
    let excesses = in_excess
        .map(|due| ExcessRow {
            service: service.to_owned(),
            consumer: consumer.to_owned(),
            year: due.year,
            excess_paise: due.balance.excess(),
            head: due.head,
        })
        .collect();
    unsettled_of(town, &mut reading, names, excesses).await
}

async fn unsettled_of(
    town: &Town,
    reading: &mut Reading,
    names: &Names,
    excesses: Vec<ExcessRow>,
) -> Result<Vec<CaseView>, OfficeError> {
    if excesses.is_empty() {
        return Ok(Vec::new());
    }
    let settled = cases::settled(reading).await?;
    let mut views = Vec::new();
    let of_one_consumer =
        |one: &ExcessRow, next: &ExcessRow| (&one.service, &one.consumer) == (&next.service, &next.consumer);
    for dues in excesses.chunk_by(of_one_consumer) {
        let receipts = standing_receipts(town, reading, dues).await?;
        for due in dues {
            views.extend(unsettled(due, &receipts, names, &settled)?);
        }
    }
    Ok(views)
}

fn unsettled(
    due: &ExcessRow,
    receipts: &[Paid],
    names: &Names,
    settled: &HashSet<String>,
) -> Result<Option<CaseView>, OfficeError> {
    let paid_by: Vec<&Paid> = receipts.iter().filter(|paid| paid.has_line_on(due)).collect();
    let case = name(due, &paid_by);
    if settled.contains(&case) {
        return Ok(None);
    }
    let side = |paid: &&Paid| {
        let device = Some(paid.row.receipt.device);
        names.side(paid.fact.number.to_string(), paid.user, device, paid.row.at_ms)
    };
    Ok(Some(CaseView {
        amount_paise: Some(due.excess_paise),
        receipts: paid_by.iter().map(|paid| paid.row.receipt).collect(),
        sides: paid_by.iter().map(side).collect(),
        decisions: choices(&["advance", "refund"]),
        ..named(case)?
    }))
}

/// A standing receipt of the consumer.
struct Paid {
    row: ReceiptRow,
    user: Option<UserId>,
    fact: ReceiptIssued,
}

impl Paid {
    fn has_line_on(&self, due: &ExcessRow) -> bool {
        self.fact.lines.iter().any(|line| line.year == due.year && line.head == due.head)
    }
}

/// The standing receipts of the consumer whose dues these are.
async fn standing_receipts(
    town: &Town,
    reading: &mut Reading,
    dues: &[ExcessRow],
) -> Result<Vec<Paid>, OfficeError> {
    let Some(ExcessRow { service, consumer, .. }) = dues.first() else { return Ok(Vec::new()) };
    let rows = bill::receipts_of(reading, service, consumer, RECEIPTS_OF_CASE).await?;
    let mut standing = Vec::new();
    for row in rows.into_iter().filter(|row| !row.cancelled) {
        let (entry, fact) = issued(town, &row.receipt).await?;
        standing.push(Paid { row, user: entry.author.map(|author| author.user), fact });
    }
    Ok(standing)
}

/// Every replica that holds the same receipts gives the case the same name.
fn name(due: &ExcessRow, paid_by: &[&Paid]) -> String {
    let mut hashes: Vec<_> = paid_by.iter().map(|paid| paid.row.receipt.hash).collect();
    hashes.sort_unstable();
    let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.0).collect();
    let receipts = journal::hash(&bytes).short();
    format!("{PREFIX}{}/{}/{}/{}/{receipts}", due.service, due.consumer, due.year, due.head)
}

/// Service and consumer of a name. A consumer's code may itself have strokes in it; nothing else in the name has.
pub(super) fn parse(case: &str) -> Option<(&str, &str)> {
    let (service, rest) = case.strip_prefix(PREFIX)?.split_once('/')?;
    let mut from_the_end = rest.rsplitn(4, '/');
    let consumer = from_the_end.nth(3)?;
    Some((service, consumer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_its_consumer_back_whatever_strokes_it_has() {
        assert_eq!(parse("double-collection/PT/H/12/3/2026-27/PT_TAX/abcdefghij"), Some(("PT", "H/12/3")),);
        assert_eq!(parse("double-collection/PT/1/2026-27/PT_TAX/abc"), Some(("PT", "1")));
        for other in ["conflict/1/ward", "double-collection/PT/2026-27/PT_TAX/abc", "", "double-collection/"]
        {
            assert_eq!(parse(other), None, "{other}");
        }
    }
}
