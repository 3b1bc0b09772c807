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

impl Office {
    /// The day written on a paper that belongs to no open shift: the clock's, unless the clock is not believed; then
    /// the last shift's, whose date a person has set.
    pub(crate) async fn paper_day(&self, town: &Town) -> Result<BusinessDate, OfficeError> {
        let drawer = self.drawer_of(town).await?;
        if let Some(shift) = drawer.shift {
            return Ok(shift.business_date);
        }
        let ever_opened = drawer.not_before > BusinessDate::from_unix_ms(0);
        Ok(if drawer.clock_suspect && ever_opened { drawer.not_before } else { drawer.propose })
    }
}
