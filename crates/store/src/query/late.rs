//! Receipts that came to light when their day was closed: entered again into a later shift, or beyond what the close of
//! their own shift knew of.

use super::bill::{self, ReceiptRow};
use crate::{StoreError, rows};
use domain::drawer::ShiftClosed;
use domain::{BusinessDate, ChainHead, UserId};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

/// One of them, whose money no slip has taken to the bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateRow {
    /// The receipt.
    pub receipt: ReceiptRow,
    /// Who wrote its entry.
    pub user: Option<UserId>,
    /// The day of the shift that answers for its money.
    pub shift_day: BusinessDate,
    /// That shift is closed.
    pub shift_closed: bool,
    /// The close of its own shift did not know of it; otherwise it was entered again.
    pub missed_by_close: bool,
}

/// More than a page can show.
const LATE_MAX: usize = 500;

/// All of them, whichever drawer they belong to.
pub async fn receipts(connection: &mut SqliteConnection) -> Result<Vec<LateRow>, StoreError> {
    let mut late = entered_again(connection).await?;
    late.extend(missed_by_closes(connection).await?);
    late.truncate(LATE_MAX);
    Ok(late)
}

const COLUMNS: &str = "select chain.device, chain.epoch, receipt.seq, entry.hash, author.user, shift.business_date, \
    shift.closed_seq is not null from receipt join chain on chain.id = receipt.chain \
    join entry on entry.chain = receipt.chain and entry.seq = receipt.seq \
    join shift on shift.chain = receipt.chain and shift.seq = receipt.shift_seq \
    left join author on author.id = entry.author ";

const IN_NO_SLIP: &str =
    "receipt.replaced = 0 and receipt.cancelled_seq is null and receipt.remitted_seq is null ";

/// Entered again after the day on its paper, or on that day after a shift of its counter had been closed.
async fn entered_again(connection: &mut SqliteConnection) -> Result<Vec<LateRow>, StoreError> {
    let sql = format!(
        "{COLUMNS} join recovered on recovered.chain = receipt.chain and recovered.seq = receipt.seq \
         where {IN_NO_SLIP} and (shift.business_date > receipt.business_date or exists (select 1 from shift as day \
             join chain as of_day on of_day.id = day.chain where of_day.device = recovered.device \
             and day.business_date = receipt.business_date and day.closed_seq is not null and day.hash <> shift.hash)) \
         order by entry.at_ms, entry.hash"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *connection).await?;
    late_of_rows(connection, &rows, false).await
}

/// A shift that a later epoch closed: the close says how many receipts of it were known. Whatever stands behind them in
/// its chain came to light afterwards.
async fn missed_by_closes(connection: &mut SqliteConnection) -> Result<Vec<LateRow>, StoreError> {
    let closes = sqlx::query(
        "select shift.chain, shift.seq, entry.body from shift join chain on chain.id = shift.chain \
         join chain as closing on closing.device = chain.device and closing.epoch = shift.closed_epoch \
         join entry on entry.chain = closing.id and entry.seq = shift.closed_seq \
         where shift.closed_epoch <> chain.epoch",
    )
    .fetch_all(&mut *connection)
    .await?;
    let sql = format!(
        "{COLUMNS} where receipt.chain = ?1 and receipt.seq > (select seq from receipt \
         where chain = ?1 and seq > ?2 and shift_seq = ?2 union all select ?2 order by seq limit 1 offset ?3) \
         and receipt.shift_seq = ?2 and {IN_NO_SLIP} order by receipt.seq"
    );
    let mut late = Vec::new();
    for close in &closes {
        let Ok(closed) = minicbor::decode::<ShiftClosed>(close.try_get(2)?) else { continue };
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(close.try_get::<i64, _>(0)?)
            .bind(close.try_get::<i64, _>(1)?)
            .bind(i64::from(closed.receipts_issued))
            .fetch_all(&mut *connection)
            .await?;
        late.extend(late_of_rows(connection, &rows, true).await?);
    }
    Ok(late)
}

async fn late_of_rows(
    connection: &mut SqliteConnection,
    rows: &[SqliteRow],
    missed_by_close: bool,
) -> Result<Vec<LateRow>, StoreError> {
    let mut late = Vec::with_capacity(rows.len());
    for row in rows {
        let at: ChainHead = crate::log::head_of_row(row)?;
        let receipt = bill::receipt(connection, &at).await?.ok_or(StoreError::NotFound("receipt"))?;
        let user = row.try_get::<Option<&[u8]>, _>(4)?.map(rows::user).transpose()?;
        let shift_day =
            BusinessDate::from_number(row.try_get(5)?).map_err(|_| StoreError::NotFound("date"))?;
        late.push(LateRow { receipt, user, shift_day, shift_closed: row.try_get(6)?, missed_by_close });
    }
    Ok(late)
}
