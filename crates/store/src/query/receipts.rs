//! Lists of receipts, and what happened to each.

use super::bill::{RECEIPT_COLUMNS, ReceiptRow, receipt_of_row};
use crate::StoreError;
use domain::{BusinessDate, ChainHead, Paise};
use sqlx::{Row, SqliteConnection};

/// Why an entry is disputed; `None` where it is not.
pub async fn dispute(
    connection: &mut SqliteConnection,
    at: &ChainHead,
) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "select reason from disputed join chain on chain.id = disputed.chain \
         where chain.device = ? and chain.epoch = ? and disputed.seq = ?",
    )
    .bind(at.device.0.as_slice())
    .bind(at.epoch.0)
    .bind(at.seq as i64)
    .fetch_optional(connection)
    .await?)
}

/// Entries that name a receipt, oldest first by the writer's clock.
pub async fn events(connection: &mut SqliteConnection, at: &ChainHead) -> Result<Vec<ChainHead>, StoreError> {
    let rows = sqlx::query(
        "select chain.device, chain.epoch, entry.seq, entry.hash from receipt_event \
         join chain as owner on owner.id = receipt_event.receipt_chain \
         join chain on chain.id = receipt_event.chain \
         join entry on entry.chain = receipt_event.chain and entry.seq = receipt_event.seq \
         where owner.device = ? and owner.epoch = ? and receipt_event.receipt_seq = ? \
         order by entry.at_ms, chain.device, entry.seq",
    )
    .bind(at.device.0.as_slice())
    .bind(at.epoch.0)
    .bind(at.seq as i64)
    .fetch_all(connection)
    .await?;
    rows.iter().map(crate::log::head_of_row).collect()
}

/// Which receipts. Empty fields do not narrow.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Payer or consumer contains it, or the serial is it.
    pub text: String,
    /// From this day.
    pub from: Option<BusinessDate>,
    /// To this day.
    pub to: Option<BusinessDate>,
    /// One mode, by its number.
    pub mode: Option<i64>,
    /// One counter.
    pub counter: String,
}

const NARROWED: &str = "where receipt.replaced = 0 and (?1 is null or receipt.business_date >= ?1) and (?2 is null or receipt.business_date <= ?2) \
    and (?3 is null or receipt.mode = ?3) and (?4 = '' or shift.counter = ?4) \
    and (?5 = '' or receipt.payer like ?6 escape '\\' or consumer.code like ?6 escape '\\' or receipt.serial = ?7) ";

/// A page of receipts, newest first, with how many match and the sum of those that stand.
pub async fn list(
    connection: &mut SqliteConnection,
    filter: &Filter,
    offset: u32,
    limit: u32,
) -> Result<(Vec<ReceiptRow>, u64, Paise), StoreError> {
    let escaped = filter.text.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let pattern = format!("%{escaped}%");
    let serial =
        filter.text.rsplit('/').next().and_then(|part| part.trim().parse::<i64>().ok()).unwrap_or(-1);
    let bound = |sql: String| {
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(filter.from.map(BusinessDate::to_number))
            .bind(filter.to.map(BusinessDate::to_number))
            .bind(filter.mode)
            .bind(filter.counter.clone())
            .bind(filter.text.trim().to_owned())
            .bind(pattern.clone())
            .bind(serial)
    };
    let page = bound(format!(
        "{RECEIPT_COLUMNS} {NARROWED} order by receipt.business_date desc, entry.at_ms desc, receipt.chain, receipt.seq desc \
         limit {limit} offset {offset}"
    ))
    .fetch_all(&mut *connection)
    .await?;
    let totals = bound(format!(
        "select count(*), coalesce(sum(case when receipt.cancelled_seq is null then receipt.amount_paise end), 0) \
         from receipt left join consumer on consumer.id = receipt.consumer \
         left join shift on shift.chain = receipt.chain and shift.seq = receipt.shift_seq {NARROWED}"
    ))
    .fetch_one(connection)
    .await?;
    let rows = page.iter().map(receipt_of_row).collect::<Result<Vec<_>, _>>()?;
    Ok((rows, totals.try_get::<i64, _>(0)? as u64, Paise(totals.try_get(1)?)))
}
