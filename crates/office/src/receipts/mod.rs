//! Receipts after they were taken: lists, the same paper again, cancellation, certificates of payment.

mod cancel;
mod certificate;
mod list;
mod recover;
mod reprint;

pub(crate) use cancel::{cancellation_of, has_left_the_drawer, reason_words};

use crate::{OfficeError, Town};
use domain::ChainHead;
use store::query::bill::{self, ReceiptRow};

/// A receipt known here.
async fn known(town: &Town, at: &ChainHead) -> Result<ReceiptRow, OfficeError> {
    let row = bill::receipt(&mut *town.store.reading().await?, at).await?;
    Ok(row.ok_or(store::StoreError::NotFound("receipt"))?)
}

/// A receipt of this device's own drawer that stands.
async fn own_standing(town: &Town, at: &ChainHead) -> Result<ReceiptRow, OfficeError> {
    let row = known(town, at).await?;
    if at.device != town.device || at.epoch != town.writer.epoch {
        return Err(OfficeError::NotThisDrawer);
    }
    if row.cancelled {
        return Err(OfficeError::CancelledAlready);
    }
    Ok(row)
}
