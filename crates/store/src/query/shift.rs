//! One drawer's shifts: their receipts, what was cancelled in them, what of closed ones is still in hand.

use super::bill::{RECEIPT_COLUMNS, ReceiptRow, receipt_of_row};
use crate::StoreError;
use domain::payment::PaymentMode;
use domain::{ChainHead, DeviceId, Epoch, FinancialYear};
use sqlx::{Row, SqliteConnection};

/// Every receipt of a shift, cancelled ones included, in the order taken.
pub async fn receipts(
    connection: &mut SqliteConnection,
    shift: &ChainHead,
) -> Result<Vec<ReceiptRow>, StoreError> {
    let sql = format!(
        "{RECEIPT_COLUMNS} where chain.device = ? and chain.epoch = ? and receipt.seq > ? and receipt.shift_seq = ? \
         order by receipt.seq"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(shift.device.0.as_slice())
        .bind(shift.epoch.0)
        .bind(shift.seq as i64)
        .bind(shift.seq as i64)
        .fetch_all(connection)
        .await?;
    rows.iter().map(receipt_of_row).collect()
}

/// Receipts of the drawer that were cancelled since the shift was opened, whichever shift took them.
pub async fn cancelled_since(
    connection: &mut SqliteConnection,
    shift: &ChainHead,
) -> Result<Vec<ReceiptRow>, StoreError> {
    let sql = format!(
        "{RECEIPT_COLUMNS} where chain.device = ?1 and chain.epoch = ?2 and (receipt.chain, receipt.seq) in \
         (select receipt_chain, receipt_seq from receipt_event join chain on chain.id = receipt_event.chain \
         where chain.device = ?1 and chain.epoch = ?2 and receipt_event.seq > ?3 and receipt_event.kind = ?4) \
         order by receipt.seq"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(shift.device.0.as_slice())
        .bind(shift.epoch.0)
        .bind(shift.seq as i64)
        .bind(i64::from(domain::fact::Kind::ReceiptCancelled.number()))
        .fetch_all(connection)
        .await?;
    rows.iter().map(receipt_of_row).collect()
}

/// Cheques and drafts of closed shifts that no slip has listed yet.
pub async fn instruments_in_hand(
    connection: &mut SqliteConnection,
    device: &DeviceId,
    epoch: Epoch,
) -> Result<Vec<ReceiptRow>, StoreError> {
    let sql = format!(
        "{RECEIPT_COLUMNS} where chain.device = ? and chain.epoch <= ? and receipt.mode in (?, ?) \
         and receipt.cancelled_seq is null and receipt.replaced = 0 and receipt.remitted_seq is null \
         and shift.closed_seq is not null order by chain.epoch, receipt.seq"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(device.0.as_slice())
        .bind(epoch.0)
        .bind(PaymentMode::Cheque as i64)
        .bind(PaymentMode::DemandDraft as i64)
        .fetch_all(connection)
        .await?;
    rows.iter().map(receipt_of_row).collect()
}

/// Cash that came to light after its shift was paid in: whoever paid in did not know of it.
pub async fn late_cash(
    connection: &mut SqliteConnection,
    device: &DeviceId,
    epoch: Epoch,
) -> Result<Vec<ReceiptRow>, StoreError> {
    let sql = format!(
        "{RECEIPT_COLUMNS} where chain.device = ? and chain.epoch <= ? and receipt.mode = ? \
         and receipt.cancelled_seq is null and receipt.replaced = 0 and receipt.remitted_seq is null \
         and shift.remitted_seq is not null order by chain.epoch, receipt.seq"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(device.0.as_slice())
        .bind(epoch.0)
        .bind(PaymentMode::Cash as i64)
        .fetch_all(connection)
        .await?;
    rows.iter().map(receipt_of_row).collect()
}

/// Whether the money of the shift that took a receipt has gone to the bank.
pub async fn is_remitted(connection: &mut SqliteConnection, receipt: &ChainHead) -> Result<bool, StoreError> {
    let remitted: Option<i64> = sqlx::query_scalar(
        "select 1 from receipt join chain on chain.id = receipt.chain \
         join shift on shift.chain = receipt.chain and shift.seq = receipt.shift_seq \
         where chain.device = ? and chain.epoch = ? and receipt.seq = ? and shift.remitted_seq is not null",
    )
    .bind(receipt.device.0.as_slice())
    .bind(receipt.epoch.0)
    .bind(receipt.seq as i64)
    .fetch_optional(connection)
    .await?;
    Ok(remitted.is_some())
}

/// How many shifts of a drawer's year were closed by entries up to one number: the close's own serial.
pub async fn closes_up_to(
    connection: &mut SqliteConnection,
    device: &DeviceId,
    epoch: Epoch,
    year: FinancialYear,
    seq: u64,
) -> Result<u32, StoreError> {
    Ok(sqlx::query_scalar(
        "select count(*) from shift join chain on chain.id = shift.chain \
         where chain.device = ? and closed_epoch = ? and closed_seq <= ? and business_date between ? and ?",
    )
    .bind(device.0.as_slice())
    .bind(epoch.0)
    .bind(seq as i64)
    .bind(year.first_day().to_number())
    .bind(year.last_day().to_number())
    .fetch_one(connection)
    .await?)
}

/// Bank accounts the town has paid into, the last used first.
pub async fn accounts(connection: &mut SqliteConnection) -> Result<Vec<(String, String)>, StoreError> {
    let rows = sqlx::query(
        "select bank, account from remittance group by bank, account \
         order by max(business_date) desc, max(seq) desc, bank, account",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}
