//! Counting cash: what was counted, what should be there, the difference and its reason.

use crate::{OfficeError, reasons};
use domain::Paise;
use domain::drawer::{DenominationCount, ModeTotal, count_worth};
use domain::payment::PaymentMode;
use std::collections::BTreeMap;
use store::StoreError;
use store::query::Connection;
use store::query::desk::{self, ShiftRow};

/// A count as it is recorded: each note and coin once, largest first, and what it is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    pub pieces: Vec<DenominationCount>,
    pub worth_paise: Paise,
}

impl Counted {
    /// Refuses what is neither note nor coin of the masters, so that no count has a line nobody could have counted.
    pub(super) fn of(counts: &[DenominationCount]) -> Result<Counted, OfficeError> {
        let known = masters::denominations()?;
        let mut sums: BTreeMap<Paise, u32> = BTreeMap::new();
        for line in counts.iter().filter(|line| line.count > 0) {
            if !known.iter().any(|denomination| denomination.value_paise == line.denomination_paise) {
                return Err(OfficeError::Denomination);
            }
            let sum = sums.entry(line.denomination_paise).or_default();
            *sum = sum.checked_add(line.count).ok_or(OfficeError::AmountTooLarge)?;
        }
        let pieces: Vec<DenominationCount> = sums
            .into_iter()
            .rev()
            .map(|(denomination_paise, count)| DenominationCount { denomination_paise, count })
            .collect();
        let worth_paise = count_worth(&pieces).ok_or(OfficeError::AmountTooLarge)?;
        Ok(Counted { pieces, worth_paise })
    }
}

/// What a drawer should hold.
pub(super) struct Expected {
    pub by_mode: Vec<ModeTotal>,
    pub cash_paise: Paise,
}

impl Expected {
    /// Float and the cash receipts that stand. Nothing is taken out of an open shift's drawer: only closed shifts are remitted, and a cancelled receipt stands no more.
    pub(super) async fn of(connection: &mut Connection, shift: &ShiftRow) -> Result<Expected, OfficeError> {
        let totals = desk::shift_totals(connection, &shift.shift).await?;
        let mut by_mode = Vec::with_capacity(totals.len());
        let mut cash_paise = shift.float_paise;
        for (number, receipts, amount_paise) in totals {
            let mode = PaymentMode::ALL.into_iter().find(|mode| *mode as i64 == number);
            let mode = mode.ok_or(StoreError::NotFound("payment mode"))?;
            if mode == PaymentMode::Cash {
                cash_paise = cash_paise.checked_add(amount_paise).ok_or(OfficeError::AmountTooLarge)?;
            }
            by_mode.push(ModeTotal { mode, receipts, amount_paise });
        }
        Ok(Expected { by_mode, cash_paise })
    }
}

/// Counted less expected, and why. A difference without a reason is refused with its amount and nothing else: the
/// count stays blind until it is final.
pub(super) fn settled(
    counted_paise: Paise,
    expected_paise: Paise,
    reason: &str,
) -> Result<(Paise, String), OfficeError> {
    let difference_paise = counted_paise.checked_sub(expected_paise).ok_or(OfficeError::AmountTooLarge)?;
    if difference_paise.is_zero() {
        return Ok((difference_paise, String::new()));
    }
    let reason = reasons::text("difference_reason", reason)?;
    if reason.is_empty() {
        return Err(OfficeError::Difference { difference_paise });
    }
    Ok((difference_paise, reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(lines: &[(i64, u32)]) -> Vec<DenominationCount> {
        lines
            .iter()
            .map(|(paise, count)| DenominationCount { denomination_paise: Paise(*paise), count: *count })
            .collect()
    }

    #[test]
    fn a_count_is_recorded_in_one_order_whatever_was_typed_first() {
        let counted = Counted::of(&pieces(&[(2_000, 1), (50_000, 3), (2_000, 4), (100, 0)])).unwrap();
        assert_eq!(counted.pieces, pieces(&[(50_000, 3), (2_000, 5)]));
        assert_eq!(counted.worth_paise, Paise(160_000));
        assert_eq!(Counted::of(&[]).unwrap().worth_paise, Paise::ZERO);
    }

    #[test]
    fn neither_note_nor_coin_is_refused() {
        for paise in [0, -50_000, 12_345, i64::MAX] {
            let counted = Counted::of(&pieces(&[(paise, 1)]));
            assert!(matches!(counted, Err(OfficeError::Denomination)), "{paise}");
        }
        let counted = Counted::of(&pieces(&[(50_000, u32::MAX), (50_000, 1)]));
        assert!(matches!(counted, Err(OfficeError::AmountTooLarge)));
    }

    #[test]
    fn a_difference_needs_its_reason_and_an_exact_count_keeps_none() {
        assert_eq!(settled(Paise(500), Paise(500), "change-error").unwrap(), (Paise::ZERO, String::new()));
        let refused = settled(Paise(400), Paise(500), "  ");
        assert!(
            matches!(refused, Err(OfficeError::Difference { difference_paise }) if difference_paise == Paise(-100))
        );
        let settled = settled(Paise(700), Paise(500), " excess-unknown ").unwrap();
        assert_eq!(settled, (Paise(200), "excess-unknown".to_owned()));
    }
}
