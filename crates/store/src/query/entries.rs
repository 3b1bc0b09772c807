//! Entries found by what a paper says of them: a number, a hash.

use super::bill::{RECEIPT_COLUMNS, ReceiptRow, receipt_of_row};
use crate::StoreError;
use domain::fact::Kind;
use domain::{BusinessDate, ChainHead, DeviceId, Epoch, FinancialYear, Hash};
use sqlx::SqliteConnection;

/// The entry at a number of a chain.
pub async fn head_at(
    connection: &mut SqliteConnection,
    device: &DeviceId,
    epoch: Epoch,
    seq: u64,
) -> Result<Option<ChainHead>, StoreError> {
    let row = sqlx::query(
        "select chain.device, chain.epoch, entry.seq, entry.hash from entry join chain on chain.id = entry.chain \
         where chain.device = ? and chain.epoch = ? and entry.seq = ?",
    )
    .bind(device.0.as_slice())
    .bind(epoch.0)
    .bind(seq as i64)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(crate::log::head_of_row).transpose()
}

/// The receipt that holds a number of a chain's series. The day printed on it finds it at once; a number printed with
/// another day is sought through the whole chain.
pub async fn receipt_by_number(
    connection: &mut SqliteConnection,
    device: &DeviceId,
    epoch: Epoch,
    year: FinancialYear,
    serial: u32,
    on: BusinessDate,
) -> Result<Option<ReceiptRow>, StoreError> {
    for day in ["and receipt.business_date = ?5", "and ?5 is not null"] {
        let sql = format!(
            "{RECEIPT_COLUMNS} where chain.device = ?1 and chain.epoch = ?2 and receipt.year = ?3 \
             and receipt.serial = ?4 {day} and not exists (select 1 from recovered \
             where recovered.chain = receipt.chain and recovered.seq = receipt.seq) order by receipt.seq limit 1"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(device.0.as_slice())
            .bind(epoch.0)
            .bind(year.0)
            .bind(serial)
            .bind(on.to_number())
            .fetch_optional(&mut *connection)
            .await?;
        if let Some(row) = row {
            return receipt_of_row(&row).map(Some);
        }
    }
    Ok(None)
}

/// The receipt that stands for a lost entry, if it was entered again.
pub async fn entered_again(
    connection: &mut SqliteConnection,
    original: &Hash,
) -> Result<Option<ReceiptRow>, StoreError> {
    let sql = format!(
        "{RECEIPT_COLUMNS} join recovered on recovered.chain = receipt.chain and recovered.seq = receipt.seq \
         where recovered.original = ? and receipt.replaced = 0"
    );
    let row =
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(original.0.as_slice()).fetch_optional(connection).await?;
    row.as_ref().map(receipt_of_row).transpose()
}

/// The entry of one of the kinds papers other than receipts are printed from, by its hash. Each is reached through its
/// own small table: the log itself has no index by hash.
pub async fn by_hash(
    connection: &mut SqliteConnection,
    kind: Kind,
    device: &DeviceId,
    epoch: Epoch,
    hash: &Hash,
) -> Result<Option<ChainHead>, StoreError> {
    let places = match kind {
        Kind::PaymentCertified => "select chain, seq from receipt_event where kind = 34",
        Kind::ShiftClosed => "select chain, seq from shift_close",
        Kind::Remitted => "select chain, seq from remittance",
        _ => return Ok(None),
    };
    let sql = format!(
        "select chain.device, chain.epoch, entry.seq, entry.hash from ({places}) as place \
         join chain on chain.id = place.chain join entry on entry.chain = place.chain and entry.seq = place.seq \
         where chain.device = ? and chain.epoch = ? and entry.hash = ? limit 1"
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(device.0.as_slice())
        .bind(epoch.0)
        .bind(hash.0.as_slice())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(crate::log::head_of_row).transpose()
}
