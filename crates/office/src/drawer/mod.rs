//! The drawer after the shift was opened: handover, blind count and close, the way of the money to the bank,
//! pre-printed books.

mod books;
mod cash;
mod close;
mod handover;
mod remit;
mod sheet;

pub(crate) use books::check_leaf;

use crate::{Office, OfficeError, Town};
use domain::BusinessDate;

/// Money goes to the bank on the next working day, from remote offices within a week; a clock a month off is wrong.
const PAPER_DAYS_MAX: i32 = 31;

impl Office {
    /// The day written on a paper that belongs to no open shift: the clock's, unless that lies before the last shift's
    /// date, which a person has set, or further after it than money may wait for the bank.
    pub(crate) async fn paper_day(&self, town: &Town) -> Result<BusinessDate, OfficeError> {
        let drawer = self.drawer_of(town).await?;
        if let Some(shift) = drawer.shift {
            return Ok(shift.business_date);
        }
        let ever_opened = drawer.not_before > BusinessDate::from_unix_ms(0);
        let too_late = drawer.propose.days_since(drawer.not_before) > PAPER_DAYS_MAX;
        Ok(if ever_opened && too_late { drawer.not_before } else { drawer.propose })
    }
}
