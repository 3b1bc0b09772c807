//! The desk: draft, settings, the open shift, what is unsent, what others are known of.

use crate::rows::Insert;
use crate::{Store, StoreError, rows};
use domain::{BusinessDate, ChainHead, DeviceId, Epoch, Hash, Paise, UserId};
use sqlx::{Row, SqliteConnection};

/// The shift of a chain, open or closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftRow {
    /// Its entry.
    pub shift: ChainHead,
    /// Counter.
    pub counter: String,
    /// Business date.
    pub business_date: BusinessDate,
    /// Float.
    pub float_paise: Paise,
    /// Who holds the drawer.
    pub holder: UserId,
    /// Opened at.
    pub opened_at_ms: i64,
    /// Number of the entry that closed it.
    pub closed_seq: Option<u64>,
    /// The epoch of that entry: the shift's own, or a later one.
    pub closed_epoch: Option<Epoch>,
    /// Number of the entry that remitted it.
    pub remitted_seq: Option<u64>,
}

const SHIFT_COLUMNS: &str = "select chain.device, chain.epoch, shift.seq, shift.hash, counter, business_date, float_paise, \
    holder, opened_at_ms, closed_seq, remitted_seq, closed_epoch from shift join chain on chain.id = shift.chain ";

pub(super) fn shift_of_row(row: &sqlx::sqlite::SqliteRow) -> Result<ShiftRow, StoreError> {
    Ok(ShiftRow {
        shift: crate::log::head_of_row(row)?,
        counter: row.try_get(4)?,
        business_date: BusinessDate::from_number(row.try_get(5)?)
            .map_err(|_| StoreError::NotFound("date"))?,
        float_paise: Paise(row.try_get(6)?),
        holder: rows::user(row.try_get(7)?)?,
        opened_at_ms: row.try_get(8)?,
        closed_seq: row.try_get::<Option<i64>, _>(9)?.map(|seq| seq as u64),
        closed_epoch: row.try_get::<Option<u32>, _>(11)?.map(Epoch),
        remitted_seq: row.try_get::<Option<i64>, _>(10)?.map(|seq| seq as u64),
    })
}

pub(super) fn last_shift_sql() -> String {
    format!("{SHIFT_COLUMNS} where chain.device = ? and chain.epoch = ? order by shift.seq desc limit 1")
}

/// The last shift of a device in its epoch, if any.
pub async fn last_shift(
    connection: &mut SqliteConnection,
    device: &DeviceId,
    epoch: Epoch,
) -> Result<Option<ShiftRow>, StoreError> {
    let row = sqlx::query(sqlx::AssertSqlSafe(last_shift_sql()))
        .bind(device.0.as_slice())
        .bind(epoch.0)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(shift_of_row).transpose()
}

/// Shifts that earlier epochs of a device left open.
pub async fn shifts_left_open(
    connection: &mut SqliteConnection,
    device: &DeviceId,
    before: Epoch,
) -> Result<Vec<ShiftRow>, StoreError> {
    let sql = format!(
        "{SHIFT_COLUMNS} where chain.device = ? and chain.epoch < ? and closed_seq is null order by chain.epoch, shift.seq"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(device.0.as_slice())
        .bind(before.0)
        .fetch_all(connection)
        .await?;
    rows.iter().map(shift_of_row).collect()
}

/// Closed shifts of a device, of its epochs up to one, whose money is still in hand.
pub async fn shifts_to_remit(
    connection: &mut SqliteConnection,
    device: &DeviceId,
    epoch: Epoch,
) -> Result<Vec<ShiftRow>, StoreError> {
    let sql = format!(
        "{SHIFT_COLUMNS} where chain.device = ? and chain.epoch <= ? and closed_seq is not null and remitted_seq is null \
         order by chain.epoch, shift.seq"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(device.0.as_slice())
        .bind(epoch.0)
        .fetch_all(connection)
        .await?;
    rows.iter().map(shift_of_row).collect()
}

/// Receipts of a shift by mode: (mode, receipts that stand, their sum).
pub async fn shift_totals(
    connection: &mut SqliteConnection,
    shift: &ChainHead,
) -> Result<Vec<(i64, u32, Paise)>, StoreError> {
    let rows = sqlx::query(
        "select mode, count(*), sum(amount_paise) from receipt join chain on chain.id = receipt.chain \
         where chain.device = ? and chain.epoch = ? and receipt.seq > ? and shift_seq = ? and cancelled_seq is null and replaced = 0 \
         group by mode order by mode",
    )
    .bind(shift.device.0.as_slice())
    .bind(shift.epoch.0)
    .bind(shift.seq as i64)
    .bind(shift.seq as i64)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get::<u32, _>(1)?, Paise(row.try_get(2)?)))).collect()
}

/// What a device wrote and the peer has not confirmed: receipts, their sum, the time of the oldest.
pub async fn unsent(
    connection: &mut SqliteConnection,
    peer: &str,
    device: &DeviceId,
) -> Result<(u64, Paise, Option<i64>), StoreError> {
    let row = sqlx::query(
        "select count(*), coalesce(sum(receipt.amount_paise), 0), min(entry.at_ms) from chain \
         join receipt on receipt.chain = chain.id and receipt.replaced = 0 \
         join entry on entry.chain = receipt.chain and entry.seq = receipt.seq \
         where chain.device = ?1 and receipt.seq > coalesce((select confirmed.seq from confirmed \
         where confirmed.peer = ?2 and confirmed.device = chain.device and confirmed.epoch = chain.epoch), 0)",
    )
    .bind(device.0.as_slice())
    .bind(peer)
    .fetch_one(connection)
    .await?;
    Ok((row.try_get::<i64, _>(0)? as u64, Paise(row.try_get(1)?), row.try_get(2)?))
}

/// A chain as the supervisor's page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainRow {
    /// Head held.
    pub head: ChainHead,
    /// Folded so far.
    pub folded_seq: u64,
    /// The last entry's clock.
    pub last_at_ms: i64,
}

/// Every chain held.
pub async fn chains(connection: &mut SqliteConnection) -> Result<Vec<ChainRow>, StoreError> {
    let rows = sqlx::query(
        "select device, epoch, head_seq, head_hash, folded_seq, last_at_ms from chain where head_seq > 0 \
         order by device, epoch",
    )
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(ChainRow {
                head: crate::log::head_of_row(row)?,
                folded_seq: row.try_get::<i64, _>(4)? as u64,
                last_at_ms: row.try_get(5)?,
            })
        })
        .collect()
}

/// How many records the register holds.
pub async fn record_count(connection: &mut SqliteConnection) -> Result<u64, StoreError> {
    let count: i64 = sqlx::query_scalar("select count(*) from record").fetch_one(connection).await?;
    Ok(count as u64)
}

/// The newest definition of a name, by its hash and bytes; ties by hash.
pub async fn definition(
    connection: &mut SqliteConnection,
    name: &str,
) -> Result<Option<(Hash, Vec<u8>)>, StoreError> {
    let row = sqlx::query(
        "select definition.hash, bytes from definition join entry on entry.chain = definition.chain \
         and entry.seq = definition.seq where name = ? order by entry.at_ms desc, definition.hash limit 1",
    )
    .bind(name)
    .fetch_optional(connection)
    .await?;
    row.map(|row| Ok((rows::hash(row.try_get(0)?)?, row.try_get(1)?))).transpose()
}

const PLACES: Insert<'static> = Insert {
    head: "insert into place (code, hindi, english) values ",
    columns: 3,
    tail: "on conflict do update set hindi = excluded.hindi, english = excluded.english",
};

impl Store {
    /// Keeps what a person has typed.
    pub async fn save_draft(&self, user: &UserId, body: &str) -> Result<(), StoreError> {
        sqlx::query(
            "insert into draft (user, body) values (?, ?) on conflict do update set body = excluded.body",
        )
        .bind(user.0.as_slice())
        .bind(body)
        .execute(&mut *self.own().await?)
        .await?;
        Ok(())
    }

    /// What a person had typed.
    pub async fn draft(&self, user: &UserId) -> Result<Option<String>, StoreError> {
        Ok(sqlx::query_scalar("select body from draft where user = ?")
            .bind(user.0.as_slice())
            .fetch_optional(&self.reader)
            .await?)
    }

    /// Throws a draft away.
    pub async fn drop_draft(&self, user: &UserId) -> Result<(), StoreError> {
        sqlx::query("delete from draft where user = ?")
            .bind(user.0.as_slice())
            .execute(&mut *self.own().await?)
            .await?;
        Ok(())
    }

    /// A setting of this window.
    pub async fn desk(&self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(sqlx::query_scalar("select value from desk where name = ?")
            .bind(name)
            .fetch_optional(&self.reader)
            .await?)
    }

    /// Keeps a setting of this window.
    pub async fn set_desk(&self, name: &str, value: &str) -> Result<(), StoreError> {
        sqlx::query(
            "insert into desk (name, value) values (?, ?) on conflict do update set value = excluded.value",
        )
        .bind(name)
        .bind(value)
        .execute(&mut *self.own().await?)
        .await?;
        Ok(())
    }

    /// Names of localities for the search index; the masters' words, given once when the file is made.
    pub async fn set_places(&self, places: &[(String, domain::Bilingual)]) -> Result<(), StoreError> {
        let mut transaction = self.own_batch().await?;
        PLACES
            .all(&mut transaction, places, |query, (code, name)| {
                query.bind(code).bind(&name.hindi).bind(&name.english)
            })
            .await?;
        transaction.commit().await?;
        Ok(())
    }
}
