//! The same due paid more than once: all receipts stand, the excess is advance, and a person decides. The case's name
//! carries which receipts it is about, so that a decision holds for those and no others: another receipt on the same
//! due, or the end of one, is another case.

use super::Names;
use crate::counter::{head_name, issued};
use crate::{OfficeError, Town};
use contract::{CaseSide, CaseView, Choice};
use domain::Bilingual;
use domain::demand::ADVANCE_HEAD;
use journal::Entry;
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
    for due in excesses {
        views.extend(unsettled(town, reading, names, due, &settled).await?);
    }
    Ok(views)
}

async fn unsettled(
    town: &Town,
    reading: &mut Reading,
    names: &Names,
    due: ExcessRow,
    settled: &HashSet<String>,
) -> Result<Option<CaseView>, OfficeError> {
    let paid_by = receipts_on(town, reading, &due).await?;
    let case = name(&due, &paid_by);
    if settled.contains(&case) {
        return Ok(None);
    }
    let head = head_name(&due.service, &due.head)?;
    Ok(Some(CaseView {
        case,
        kind: Bilingual::new("दोहरी वसूली", "Double collection"),
        what: Bilingual::new(
            format!("{} · {} {}", due.consumer, head.hindi, due.year),
            format!("{} · {} {}", due.consumer, head.english, due.year),
        ),
        consumer: due.consumer,
        amount_paise: Some(due.excess_paise),
        receipts: paid_by.iter().map(|paid| paid.row.receipt).collect(),
        sides: paid_by.iter().map(|paid| side(paid, names)).collect(),
        decisions: decisions(),
        settled: None,
    }))
}

/// A standing receipt with a line on the due.
struct Paid {
    row: ReceiptRow,
    entry: Entry,
    number: String,
}

async fn receipts_on(town: &Town, reading: &mut Reading, due: &ExcessRow) -> Result<Vec<Paid>, OfficeError> {
    let rows = bill::receipts_of(reading, &due.service, &due.consumer, RECEIPTS_OF_CASE).await?;
    let mut paid_by = Vec::new();
    for row in rows.into_iter().filter(|row| !row.cancelled) {
        let (entry, fact) = issued(town, &row.receipt).await?;
        if fact.lines.iter().any(|line| line.year == due.year && line.head == due.head) {
            paid_by.push(Paid { row, entry, number: fact.number.to_string() });
        }
    }
    Ok(paid_by)
}

/// Every replica that holds the same receipts gives the case the same name.
fn name(due: &ExcessRow, paid_by: &[Paid]) -> String {
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

fn side(paid: &Paid, names: &Names) -> CaseSide {
    let clerk = paid.entry.author.and_then(|a| names.staff.iter().find(|person| person.user == a.user));
    CaseSide {
        value: paid.number.clone(),
        who: clerk.map(|person| person.name.clone()).unwrap_or_default(),
        counter: paid.row.counter.clone(),
        at_ms: paid.row.at_ms,
    }
}

fn decisions() -> Vec<Choice> {
    let choice = |code: &str, hindi: &str, english: &str| Choice {
        code: code.to_owned(),
        name: Bilingual::new(hindi, english),
    };
    vec![
        choice("advance", "अग्रिम के रूप में रखें", "Keep as advance"),
        choice("refund", "वापसी की कार्यवाही करें", "Refund to the payer"),
    ]
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
