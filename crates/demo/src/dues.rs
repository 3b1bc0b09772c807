//! Outstanding dues with the long tail real ones have: most owe a year or two of a few hundred rupees, a few owe lakhs.

use crate::random::Random;
use domain::register::OpeningDue;
use domain::{FinancialYear, Paise};

/// How a town's cleanliness tax follows the property tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CleanlinessTax {
    /// The town levies none.
    None,
    /// As many percent of the property tax (Dehradun: 10; Haldwani carries it equal: 100).
    Percent(u8),
}

/// What stands against one property, oldest year first, heads in the order of the bill.
pub(crate) struct Assessment {
    pub(crate) commercial: bool,
    pub(crate) current: FinancialYear,
    pub(crate) cleanliness: CleanlinessTax,
    /// A landmark owes whatever the dice say: a walkthrough needs something to pay.
    pub(crate) must_owe: bool,
}

impl Assessment {
    pub(crate) fn dues(&self, random: &mut Random) -> Vec<OpeningDue> {
        let years = match random.weighted(&[6, 52, 20, 9, 6, 4, 3]) {
            0 if self.must_owe => 1,
            years => i16::try_from(years).unwrap_or(1),
        };
        let base_rupees = self.yearly_tax_rupees(random);
        let mut dues = Vec::with_capacity(usize::try_from(years).unwrap_or(0) * 3);
        for back in (0..years).rev() {
            let year = FinancialYear(self.current.0 - back);
            // Each earlier year was some five percent less: rates were raised, rarely all at once. Rupees times a
            // percentage are paise.
            let tax_paise = base_rupees * (100 - 5 * i64::from(back));
            self.year(random, year, tax_paise, back, &mut dues);
        }
        dues
    }

    fn year(
        &self,
        random: &mut Random,
        year: FinancialYear,
        tax_paise: i64,
        back: i16,
        dues: &mut Vec<OpeningDue>,
    ) {
        let mut push = |head: &str, paise: i64| {
            if paise != 0 {
                dues.push(OpeningDue { year, head: head.into(), amount_paise: Paise(paise) });
            }
        };
        // A part payment leaves an odd rest, once in a while with paise in it.
        let tax_paise = if back > 0 && random.chance(7) {
            (tax_paise * i64::from(random.between(11, 89)) / 100).max(100)
        } else {
            tax_paise
        };
        push("PT_TAX", tax_paise);
        if let CleanlinessTax::Percent(percent) = self.cleanliness {
            push("SWATCHATHA_TAX", tax_paise * i64::from(percent) / 100);
        }
        if back > 0 && random.chance(80) {
            // Rounded to the rupee, as the bills are.
            push("PT_TIME_INTEREST", (tax_paise * 12 * i64::from(back) / 100 + 50) / 100 * 100);
        }
        if back == 0 && random.chance(18) {
            push("PT_TIME_REBATE", -((tax_paise / 5 + 50) / 100 * 100));
        }
    }

    fn yearly_tax_rupees(&self, random: &mut Random) -> i64 {
        let (low, high) = match (self.commercial, random.weighted(&[38, 34, 17, 8, 2, 1])) {
            (false, 0) => (60, 400),
            (false, 1) => (400, 1_200),
            (false, 2) => (1_200, 3_000),
            (false, 3) => (3_000, 7_000),
            (false, 4) => (7_000, 15_000),
            (false, _) => (15_000, 40_000),
            (true, 0) => (800, 3_000),
            (true, 1) => (3_000, 9_000),
            (true, 2) => (9_000, 25_000),
            (true, 3) => (25_000, 90_000),
            (true, 4) => (90_000, 300_000),
            (true, _) => (300_000, 900_000),
        };
        i64::from(random.between(low, high))
    }
}
