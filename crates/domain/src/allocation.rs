//! How a payment is spread over dues when it is taken. Done once: a receipt's lines are frozen as printed and never
//! re-apportioned.
//!
//! Oldest year first; within a year credits first, then penalty and interest, then the heads in the masters' order.
//! Credits of a year are used only as far as that year's charges reach, and add to what can be spent there.

use crate::demand::{ADVANCE_HEAD, HeadCode};
use crate::receipt::ReceiptLine;
use crate::{FinancialYear, Paise};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// What kind of head a due stands under; the order of the variants is the order of allocation within a year.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[cbor(index_only)]
pub enum HeadKind {
    /// Rebate, exemption, adjustment: a negative amount.
    #[n(0)]
    Credit,
    /// Penalty, fine, interest.
    #[n(1)]
    Penalty,
    /// The tax, fee or charge itself.
    #[n(2)]
    Charge,
}

/// One open due, as the bill shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenDue {
    /// The year it was demanded for.
    pub year: FinancialYear,
    /// Its head.
    pub head: HeadCode,
    /// The head's kind in the masters.
    pub kind: HeadKind,
    /// The head's order in the masters.
    pub order: u16,
    /// What is open: positive for a charge, negative for a credit.
    pub due_paise: Paise,
}

/// A payment cannot be spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AllocationError {
    /// Nothing or less was offered.
    #[error("the amount must be more than zero")]
    NotPositive,
    /// The sums do not fit.
    #[error("the amounts are too large")]
    TooLarge,
}

/// The net of all open dues: what full payment costs. Credits count only against their own year's charges.
pub fn total_due(dues: &[OpenDue]) -> Option<Paise> {
    let mut total = Paise::ZERO;
    for year in years(dues) {
        let net = Paise::checked_sum(dues.iter().filter(|d| d.year == year).map(|d| d.due_paise))?;
        total = total.checked_add(net.or_zero_if_negative())?;
    }
    Some(total)
}

/// Spreads `amount_paise` over the dues; what is left beyond them becomes one advance line in the year
/// `advance_year`. The sum of the lines is the amount, always.
pub fn allocate(
    dues: &[OpenDue],
    amount_paise: Paise,
    advance_year: FinancialYear,
) -> Result<Vec<ReceiptLine>, AllocationError> {
    if amount_paise <= Paise::ZERO {
        return Err(AllocationError::NotPositive);
    }
    let mut rest = amount_paise;
    let mut lines = Vec::new();
    for year in years(dues) {
        if rest.is_zero() {
            break;
        }
        let mut of_year: Vec<&OpenDue> = dues.iter().filter(|d| d.year == year).collect();
        of_year.sort_by(|a, b| (a.kind, a.order, &a.head).cmp(&(b.kind, b.order, &b.head)));
        rest = allocate_year(&of_year, rest, &mut lines).ok_or(AllocationError::TooLarge)?;
    }
    if !rest.is_zero() {
        lines.push(ReceiptLine {
            year: advance_year,
            head: HeadCode::from(ADVANCE_HEAD),
            amount_paise: rest,
        });
    }
    debug_assert_eq!(Paise::checked_sum(lines.iter().map(|l| l.amount_paise)), Some(amount_paise));
    Ok(lines)
}

/// Spends `rest` inside one year and returns what is left.
fn allocate_year(of_year: &[&OpenDue], rest: Paise, lines: &mut Vec<ReceiptLine>) -> Option<Paise> {
    let charges =
        Paise::checked_sum(of_year.iter().filter(|d| d.due_paise > Paise::ZERO).map(|d| d.due_paise))?;
    let mut spendable = rest;
    let mut credit_room = charges;
    for credit in of_year.iter().filter(|d| d.due_paise.is_negative()) {
        let used = Paise(credit.due_paise.0.checked_neg()?).min(credit_room);
        if used.is_zero() {
            continue;
        }
        credit_room = credit_room.checked_sub(used)?;
        spendable = spendable.checked_add(used)?;
        lines.push(line(credit, Paise(-used.0)));
    }
    for charge in of_year.iter().filter(|d| d.due_paise > Paise::ZERO) {
        let paid = charge.due_paise.min(spendable);
        if paid.is_zero() {
            continue;
        }
        spendable = spendable.checked_sub(paid)?;
        lines.push(line(charge, paid));
    }
    Some(spendable)
}

fn line(due: &OpenDue, amount_paise: Paise) -> ReceiptLine {
    ReceiptLine { year: due.year, head: due.head.clone(), amount_paise }
}

fn years(dues: &[OpenDue]) -> Vec<FinancialYear> {
    let mut years: Vec<FinancialYear> = dues.iter().map(|d| d.year).collect();
    years.sort_unstable();
    years.dedup();
    years
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn due(year: i16, head: &str, kind: HeadKind, order: u16, paise: i64) -> OpenDue {
        OpenDue { year: FinancialYear(year), head: head.into(), kind, order, due_paise: Paise(paise) }
    }

    fn shown(lines: &[ReceiptLine]) -> Vec<(i16, String, i64)> {
        lines.iter().map(|l| (l.year.0, l.head.0.clone(), l.amount_paise.0)).collect()
    }

    #[test]
    fn oldest_year_first_then_credit_penalty_charge() {
        let dues = [
            due(2025, "PT_TAX", HeadKind::Charge, 1, 1_000),
            due(2024, "PT_TAX", HeadKind::Charge, 1, 1_000),
            due(2024, "PT_TIME_INTEREST", HeadKind::Penalty, 2, 100),
            due(2024, "PT_TIME_REBATE", HeadKind::Credit, 3, -200),
        ];
        assert_eq!(total_due(&dues), Some(Paise(1_900)));
        assert_eq!(
            shown(&allocate(&dues, Paise(950), FinancialYear(2026)).unwrap()),
            [
                (2024, "PT_TIME_REBATE".into(), -200),
                (2024, "PT_TIME_INTEREST".into(), 100),
                (2024, "PT_TAX".into(), 1_000),
                (2025, "PT_TAX".into(), 50),
            ]
        );
    }

    #[test]
    fn what_is_left_is_advance() {
        let dues = [due(2024, "PT_TAX", HeadKind::Charge, 1, 1_000)];
        let lines = allocate(&dues, Paise(1_500), FinancialYear(2026)).unwrap();
        assert_eq!(shown(&lines)[1], (2026, ADVANCE_HEAD.into(), 500));
        assert_eq!(allocate(&dues, Paise(0), FinancialYear(2026)), Err(AllocationError::NotPositive));
    }

    fn any_dues() -> impl Strategy<Value = Vec<OpenDue>> {
        let one = (2015i16..2027, 0u16..6, -1_000_000i64..1_000_000).prop_map(|(year, head, paise)| {
            let kind = match (paise < 0, head) {
                (true, _) => HeadKind::Credit,
                (false, 0..=1) => HeadKind::Penalty,
                _ => HeadKind::Charge,
            };
            due(year, &format!("H{head}"), kind, head, paise)
        });
        prop::collection::vec(one, 0..30)
    }

    proptest! {
        #[test]
        fn lines_add_up_and_never_exceed_a_due(dues in any_dues(), amount in 1i64..50_000_000) {
            let lines = allocate(&dues, Paise(amount), FinancialYear(2026)).unwrap();
            prop_assert_eq!(Paise::checked_sum(lines.iter().map(|l| l.amount_paise)), Some(Paise(amount)));
            let full = total_due(&dues).unwrap();
            let advance: i64 =
                lines.iter().filter(|l| l.head.as_str() == ADVANCE_HEAD).map(|l| l.amount_paise.0).sum();
            prop_assert_eq!(advance, (amount - full.0).max(0));
        }

        #[test]
        fn paying_in_two_parts_clears_what_one_payment_clears(dues in any_dues(), part in 1i64..1_000_000) {
            let full = total_due(&dues).unwrap();
            prop_assume!(full.0 > part);
            let first = allocate(&dues, Paise(part), FinancialYear(2026)).unwrap();
            let mut left = dues.clone();
            for line in &first {
                let mut amount = line.amount_paise.0;
                for d in left.iter_mut().filter(|d| d.year == line.year && d.head == line.head) {
                    let take = if amount < 0 { amount.max(d.due_paise.0.min(0)) } else { amount.min(d.due_paise.0.max(0)) };
                    d.due_paise.0 -= take;
                    amount -= take;
                }
            }
            prop_assert_eq!(total_due(&left), Some(Paise(full.0 - part)));
        }
    }
}
