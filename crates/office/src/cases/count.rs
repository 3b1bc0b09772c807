//! How many cases are open, for the strip that every screen shows.

use super::{Names, open};
use crate::{Office, OfficeError, Town};

/// The strip asks often, and cases come and go slowly.
const COUNTED_FOR_MS: i64 = 60_000;

/// A count, and when it was made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    at_ms: i64,
    cases: u64,
}

impl Office {
    /// As counted within the last minute.
    pub(crate) async fn open_case_count(&self, town: &Town) -> Result<u64, OfficeError> {
        let now_ms = self.shell.now_ms();
        let known = self.case_count.lock().ok().and_then(|known| *known);
        let is_fresh = |known: &Counted| (0..COUNTED_FOR_MS).contains(&now_ms.saturating_sub(known.at_ms));
        if let Some(known) = known.filter(is_fresh) {
            return Ok(known.cases);
        }
        let cases = open(town, &Names::of(town).await?, now_ms).await?.len() as u64;
        self.note_case_count(cases);
        Ok(cases)
    }

    /// The page that lists them has just counted.
    pub(crate) fn note_case_count(&self, cases: u64) {
        if let Ok(mut known) = self.case_count.lock() {
            *known = Some(Counted { at_ms: self.shell.now_ms(), cases });
        }
    }
}
