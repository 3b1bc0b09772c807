//! Leaving an epoch whose entries came from elsewhere: this computer was put back from a backup, or a copy of it is at
//! work. Nothing more is written under it, receipts go on in a new series, and those of a branch that was given up are
//! entered again in the next shift.

use crate::authority::Session;
use crate::{Office, OfficeError, Town};
use domain::ChainHead;
use domain::fact::{Fact, Kind};
use std::sync::Arc;
use store::Writing;
use store::query::given_up;

impl Office {
    /// Begins a new epoch where the present one is over.
    pub(crate) async fn leave_epoch(&self) -> Result<(), OfficeError> {
        let Some(town) = self.open.read().await.clone() else { return Ok(()) };
        if !town.store.is_epoch_over(&town.device, town.writer.epoch).await? {
            return Ok(());
        }
        let mut open = self.open.write().await;
        // Two requests may have found it over; the second finds the first one's epoch.
        let Some(now) = open.clone().filter(|now| now.writer.epoch == town.writer.epoch) else {
            return Ok(());
        };
        *open = Some(Arc::new(now.in_new_epoch(self.shell.as_ref()).await?));
        drop(open);
        // Peers know this copy of the log by its epoch: what they held of its keys they may not hold any more.
        let was_answering = self.local_network.lock().await.take().is_some();
        self.exchanges.end_all();
        self.start_exchange().await?;
        if was_answering {
            self.start_local_network().await;
        }
        Ok(())
    }

    /// Enters the receipts of branches that this device gave up again, into the shift just opened: the same batch, so
    /// that none is left out or entered twice.
    pub(crate) async fn enter_lost_receipts(
        &self,
        town: &Town,
        session: &Session,
        writing: &mut Writing,
        shift: &ChainHead,
    ) -> Result<(), OfficeError> {
        let lost = given_up::lost_receipts(writing.connection(), Some(&town.device)).await?;
        if lost.is_empty() {
            return Ok(());
        }
        let author = town.author(&session.user, Kind::ReceiptRecovered).await?;
        for one in lost {
            let fact = one.entered_again(shift.hash, &town.writer.key, &town.of_device, &town.of_town);
            let fact = fact.ok_or(OfficeError::AmountTooLarge)?;
            writing.append(Some(author), &Fact::from(fact)).await?;
        }
        Ok(())
    }
}
