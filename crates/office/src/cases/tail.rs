//! The unknown tail of a dead series: a computer whose trust ended, or that was put back behind what it had written. Its
//! last receipts may be on paper only. A person looks for them and declares what is behind the last known number; each
//! receipt that is entered again from its paper makes the unknown part smaller, and the declaration is asked for anew.

use super::{Names, choices, named};
use crate::{OfficeError, Town};
use contract::CaseView;
use domain::receipt::ReceiptNumber;
use domain::{Bilingual, CounterCode, FinancialYear};
use store::query::cases;
use store::query::tails::{self, TailRow};

pub(super) const PREFIX: &str = "tail/";
/// Numbers listed one by one.
const NUMBERS_SHOWN: usize = 40;

/// Every series whose end is not declared.
pub(super) async fn open(town: &Town, names: &Names) -> Result<Vec<CaseView>, OfficeError> {
    let mut reading = town.store.reading().await?;
    let found = tails::tails(&mut reading).await?;
    let settled = cases::settled(&mut reading).await?;
    drop(reading);
    let mut views = Vec::new();
    for tail in found {
        let case = name(&tail);
        if settled.contains(&case) {
            continue;
        }
        let last = tail.last.map(|last| number(town, names, &tail, last));
        let last_known = last.unwrap_or_default();
        let side = names.side(last_known.clone(), None, Some(tail.head.device), tail.last_at_ms);
        views.push(CaseView {
            what: what(&tail, &names.label(tail.head.device), &last_known),
            since_ms: (tail.last_at_ms > 0).then_some(tail.last_at_ms),
            sides: vec![side],
            decisions: choices(&["nothing-beyond", "all-entered", "not-to-be-found"]),
            ..named(case)?
        });
    }
    Ok(views)
}

/// Carries what was known of the end: a declaration holds for that and no more.
fn name(tail: &TailRow) -> String {
    let mut known = tail.head.seq.to_be_bytes().to_vec();
    for (year, serial) in &tail.entered_again {
        known.extend(year.0.to_be_bytes());
        known.extend(serial.to_be_bytes());
    }
    let head = tail.head;
    format!("{PREFIX}{}/{}/{}", head.device.to_hex(), head.epoch.0, journal::hash(&known).short())
}

fn number(town: &Town, names: &Names, tail: &TailRow, (year, serial): (FinancialYear, u32)) -> String {
    let counter = names.device(tail.head.device).map(|known| known.counter.clone()).unwrap_or_default();
    let (town, epoch) = (town.code, tail.head.epoch);
    ReceiptNumber { town, counter: CounterCode(counter), epoch, year, serial }.to_string()
}

fn what(tail: &TailRow, device: &str, last: &str) -> Bilingual {
    let mut hindi = vec![if tail.revoked {
        format!("{device} पर विश्वास समाप्त हुआ।")
    } else {
        format!("{device} पुरानी स्थिति से फिर चालू हुआ।")
    }];
    let mut english = vec![if tail.revoked {
        format!("Trust in {device} was ended.")
    } else {
        format!("{device} was put back to an earlier state.")
    }];
    if last.is_empty() {
        hindi.push("यहाँ उसकी कोई रसीद ज्ञात नहीं।".to_owned());
        english.push("No receipt of it is known here.".to_owned());
    } else {
        hindi.push(format!("अंतिम ज्ञात रसीद {last}; आगे क्या कटा, ज्ञात नहीं।"));
        english.push(format!("The last known receipt is {last}; what was issued beyond it is not known."));
    }
    if let Some(unheard) = tail.marked_seq.and_then(|marked| marked.checked_sub(tail.head.seq)) {
        hindi.push(format!("उस कंप्यूटर ने आगे {unheard} अभिलेख लिखे थे, जो कहीं नहीं पहुँचे।"));
        english.push(format!("That computer had written {unheard} further entries, which reached nobody."));
    }
    if !tail.entered_again.is_empty() {
        let back = list(tail.entered_again.iter().copied());
        hindi.push(format!("काग़ज़ से फिर दर्ज: {back}।"));
        english.push(format!("Entered again from paper: {back}."));
        let missing = list(missing(tail).into_iter());
        if !missing.is_empty() {
            hindi.push(format!("इनके बीच अज्ञात: {missing}।"));
            english.push(format!("Unknown between them: {missing}."));
        }
    }
    Bilingual::new(hindi.join(" "), english.join(" "))
}

/// Numbers that must have been given, since a later one of their year was.
fn missing(tail: &TailRow) -> Vec<(FinancialYear, u32)> {
    let mut missing = Vec::new();
    for of_year in tail.entered_again.chunk_by(|one, next| one.0 == next.0) {
        let Some((year, _)) = of_year.first().copied() else { continue };
        let mut next = tail.last.filter(|(last, _)| *last == year).map_or(1, |(_, serial)| serial + 1);
        for (_, serial) in of_year {
            let gap = (next..*serial).take(NUMBERS_SHOWN + 1);
            missing.extend(gap.map(|serial| (year, serial)));
            next = serial.saturating_add(1);
        }
    }
    missing
}

fn list(numbers: impl Iterator<Item = (FinancialYear, u32)>) -> String {
    let mut shown: Vec<String> =
        numbers.take(NUMBERS_SHOWN + 1).map(|(year, serial)| format!("{year}/{serial:06}")).collect();
    if shown.len() > NUMBERS_SHOWN {
        shown.truncate(NUMBERS_SHOWN);
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{ChainHead, DeviceId, Epoch, Hash};

    fn tail(last: Option<(i16, u32)>, entered_again: &[(i16, u32)]) -> TailRow {
        TailRow {
            head: ChainHead { device: DeviceId([1; 16]), epoch: Epoch(0), seq: 9, hash: Hash::ZERO },
            last_at_ms: 5,
            revoked: true,
            marked_seq: None,
            last: last.map(|(year, serial)| (FinancialYear(year), serial)),
            entered_again: entered_again
                .iter()
                .map(|(year, serial)| (FinancialYear(*year), *serial))
                .collect(),
        }
    }

    #[test]
    fn papers_that_come_back_name_the_numbers_between_them() {
        let numbers =
            |tail: &TailRow| -> Vec<u32> { missing(tail).iter().map(|(_, serial)| *serial).collect() };
        assert_eq!(numbers(&tail(Some((2026, 3)), &[(2026, 5), (2026, 8)])), [4, 6, 7]);
        assert_eq!(numbers(&tail(Some((2026, 3)), &[(2026, 4)])), [] as [u32; 0]);
        // Another year begins at one; what was left of the old one nobody can tell.
        assert_eq!(numbers(&tail(Some((2025, 90)), &[(2026, 2)])), [1]);
        assert_eq!(numbers(&tail(None, &[(2026, 3)])), [1, 2]);
    }

    #[test]
    fn a_declaration_holds_for_what_was_known_and_no_more() {
        let before = name(&tail(Some((2026, 3)), &[]));
        assert_ne!(name(&tail(Some((2026, 3)), &[(2026, 5)])), before);
        assert_eq!(name(&tail(Some((2026, 3)), &[])), before);
    }
}
