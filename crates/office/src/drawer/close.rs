//! Closing a shift by a blind count.

use super::cash::{Counted, Expected, settled};
use super::sheet::ClosedDay;
use crate::authority::Session;
use crate::counter::held_shift;
use crate::paper_done::done_or_problem;
use crate::{Office, OfficeError, Town};
use contract::{CloseShift, DayClose, Reply};
use domain::Hash;
use domain::drawer::ShiftClosed;
use domain::fact::{Fact, Kind};
use store::Writing;
use store::query::desk::{self, ShiftRow};
use store::query::shift;

impl Office {
    /// Counts against what the receipts say, closes, and prints the day's sheet. A difference without a reason writes
    /// nothing.
    pub(crate) async fn close_shift(&self, ask: CloseShift) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        let counted = Counted::of(&ask.counted)?;
        let author = town.author(&session.user, Kind::ShiftClosed).await?;
        let now_ms = self.shell.now_ms();
        let mut writing = town.store.begin(&town.writer, now_ms).await?;
        let open = shift_to_close(&mut writing, &town, &session, ask.left_open).await?;
        let expected = Expected::of(writing.connection(), &open).await?;
        let (difference_paise, difference_reason) =
            settled(counted.worth_paise, expected.cash_paise, &ask.difference_reason)?;
        let receipts = shift::receipts(writing.connection(), &open.shift).await?;
        let cancelled = shift::cancelled_since(writing.connection(), &open.shift).await?;
        let fact = ShiftClosed {
            shift: open.shift.hash,
            counted: counted.pieces,
            expected: expected.by_mode,
            expected_cash_paise: expected.cash_paise,
            difference_paise,
            difference_reason,
            receipts_issued: u32::try_from(receipts.len()).unwrap_or(u32::MAX),
            receipts_cancelled: u32::try_from(cancelled.len()).unwrap_or(u32::MAX),
            head: writing.head().hash,
        };
        let at = writing.append(Some(author), &Fact::from(fact.clone())).await?;
        self.commit(writing).await?;
        let day = ClosedDay {
            at,
            closed_at_ms: now_ms,
            counted_paise: counted.worth_paise,
            clerk: session.name,
            shift: open,
            receipts,
            cancelled,
            fact,
        };
        let paper = done_or_problem(self.day_close_sheet(&town, &day).await);
        Ok(Reply::DayClose(Box::new(DayClose {
            expected_cash_paise: day.fact.expected_cash_paise,
            counted_cash_paise: day.counted_paise,
            difference_paise: day.fact.difference_paise,
            paper: town.marked(self.shell.as_ref(), paper).await,
            chain_head: at.hash.short(),
            expected: day.fact.expected,
        })))
    }
}

/// The open shift, or one that was left open before this computer was put back: whoever is at the drawer now counts it.
async fn shift_to_close(
    writing: &mut Writing,
    town: &Town,
    session: &Session,
    left_open: Option<Hash>,
) -> Result<ShiftRow, OfficeError> {
    let (device, epoch) = (&town.device, town.writer.epoch);
    let Some(named) = left_open else {
        let last = desk::last_shift(writing.connection(), device, epoch).await?;
        return held_shift(last, &session.user);
    };
    let left = desk::shifts_left_open(writing.connection(), device, epoch).await?;
    left.into_iter().find(|row| row.shift.hash == named).ok_or(OfficeError::NoShift)
}
