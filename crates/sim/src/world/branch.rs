//! Receipts of a branch that a counter gave up: entered again in the shift it opens next, as the office does.

use super::counter::Counter;
use domain::ChainHead;
use domain::fact::Fact;
use domain::people::Author;
use store::query::given_up;
use store::{StoreError, Writing};

/// A receipt's first entry, and the one that stands for it.
pub(super) type EnteredAgain = Vec<(ChainHead, ChainHead)>;

impl Counter {
    /// Enters them into the shift that is being opened.
    pub(super) async fn enter_lost_receipts(
        &self,
        writing: &mut Writing,
        clerk: Author,
        shift: &ChainHead,
    ) -> Result<EnteredAgain, StoreError> {
        let mut again = Vec::new();
        for lost in given_up::lost_receipts(writing.connection(), Some(&self.device())).await? {
            let (at, (of_town, of_device)) = (lost.at, self.certificates());
            let fact = lost.entered_again(shift.hash, &self.writer.key, &of_device, &of_town);
            let fact = fact.ok_or(StoreError::NotFound("sum"))?;
            again.push((at, writing.append(Some(clerk), &Fact::from(fact)).await?));
        }
        Ok(again)
    }

    /// What was promised under the first entry is now found under the other.
    pub(super) fn keep_entered_again(&mut self, again: EnteredAgain) {
        for (first, now) in again {
            for promise in self.promised.iter_mut().filter(|promise| promise.receipt == first) {
                promise.receipt = now;
            }
            self.entered_again.insert(now);
        }
    }
}
