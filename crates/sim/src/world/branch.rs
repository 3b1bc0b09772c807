//! Receipts of a branch that a counter gave up: entered again in the shift it opens next, as the office does.

use super::counter::Counter;
use domain::ChainHead;
use domain::fact::Fact;
use domain::people::Author;
use domain::receipt::{ReceiptIssued, ReceiptRecovered};
use journal::{Claim, ClaimKind};
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
            let claim = Claim {
                kind: ClaimKind::Receipt,
                number: lost.receipt.number.clone(),
                business_date: lost.receipt.business_date,
                amount_paise: lost.receipt.total_paise().unwrap_or_default(),
                entry: lost.at.hash,
            };
            let (of_town, of_device) = self.certificates();
            let fact = ReceiptRecovered {
                claim: claim.sign(&self.writer.key, &of_device, &of_town).to_text(),
                receipt: ReceiptIssued { shift: shift.hash, ..lost.receipt },
                approval: None,
                entry: Some(lost.entry),
            };
            again.push((lost.at, writing.append(Some(clerk), &Fact::from(fact)).await?));
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
