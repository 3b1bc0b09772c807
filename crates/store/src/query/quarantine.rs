//! Entries that are kept and not, or not fully, believed: refused, waiting for their past or for a newer version,
//! disputed.

use crate::{StoreError, rows};
use domain::fact::Kind;
use domain::receipt::ReceiptIssued;
use domain::{DeviceId, Epoch, Hash, Paise};
use sqlx::{Row, SqliteConnection};

/// What becomes of an entry that is kept aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Chain or signature is wrong.
    Refused,
    /// Its past is not here, or a newer version wrote it.
    Waiting,
    /// A rule or authority failed.
    Disputed,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRow {
    /// The entry, or the fingerprint of refused evidence.
    pub entry: Hash,
    /// The device.
    pub device: DeviceId,
    /// Its epoch.
    pub epoch: Epoch,
    /// Number of the entry, or of the first one of refused evidence.
    pub seq: u64,
    /// Its kind; 0 where evidence is not read.
    pub kind: u16,
    /// Which fate.
    pub fate: Fate,
    /// The stable word of a dispute or refusal; `past` or `version` where it waits.
    pub reason: String,
    /// Entries that wait with it, itself included; 0 for the other fates.
    pub waiting: u64,
    /// Money of receipts in it, and in those that wait with it.
    pub amount_paise: Option<Paise>,
}

/// At most so many of each fate.
const HELD_MAX: i64 = 200;

/// All of them.
pub async fn held(connection: &mut SqliteConnection) -> Result<Vec<HeldRow>, StoreError> {
    let mut held = refused(connection).await?;
    held.extend(waiting(connection).await?);
    held.extend(unknown(connection).await?);
    held.extend(disputed(connection).await?);
    Ok(held)
}

/// Forks are cases and shown there.
async fn refused(connection: &mut SqliteConnection) -> Result<Vec<HeldRow>, StoreError> {
    let rows = sqlx::query(
        "select fingerprint, device, epoch, first_seq, reason from refused where reason not in ('fork', 'fork-settled') \
         order by id desc limit ?",
    )
    .bind(HELD_MAX)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(HeldRow {
                entry: rows::hash(row.try_get(0)?)?,
                device: rows::device(row.try_get(1)?)?,
                epoch: Epoch(row.try_get(2)?),
                seq: row.try_get::<i64, _>(3)? as u64,
                kind: 0,
                fate: Fate::Refused,
                reason: row.try_get(4)?,
                waiting: 0,
                amount_paise: None,
            })
        })
        .collect()
}

/// The first waiting entry of each chain stands for all behind it.
async fn waiting(connection: &mut SqliteConnection) -> Result<Vec<HeldRow>, StoreError> {
    let rows = sqlx::query(
        "select entry.hash, chain.device, chain.epoch, entry.seq, entry.kind, chain.id, chain.head_seq from chain \
         join entry on entry.chain = chain.id and entry.seq = chain.folded_seq + 1 \
         where chain.folded_seq < chain.head_seq order by chain.device, chain.epoch limit ?",
    )
    .bind(HELD_MAX)
    .fetch_all(&mut *connection)
    .await?;
    let mut held = Vec::with_capacity(rows.len());
    for row in &rows {
        let seq: i64 = row.try_get(3)?;
        let head: i64 = row.try_get(6)?;
        let waiting = (head - seq + 1) as u64;
        let amount_paise = waiting_money(connection, row.try_get(5)?, seq).await?;
        held.push(HeldRow { waiting, amount_paise, ..held_of_row(row, Fate::Waiting, "past")? });
    }
    Ok(held)
}

/// Money of receipts that wait: not folded, so it is read from the entries themselves.
async fn waiting_money(
    connection: &mut SqliteConnection,
    chain: i64,
    from_seq: i64,
) -> Result<Option<Paise>, StoreError> {
    let bodies: Vec<Vec<u8>> =
        sqlx::query_scalar("select body from entry where chain = ? and seq >= ? and kind = ?")
            .bind(chain)
            .bind(from_seq)
            .bind(i64::from(Kind::ReceiptIssued.number()))
            .fetch_all(connection)
            .await?;
    let amounts: Vec<Paise> = bodies.iter().filter_map(|body| amount_of(body)).collect();
    Ok(if amounts.is_empty() { None } else { Paise::checked_sum(amounts) })
}

fn amount_of(body: &[u8]) -> Option<Paise> {
    minicbor::decode::<ReceiptIssued>(body).ok()?.total_paise()
}

async fn unknown(connection: &mut SqliteConnection) -> Result<Vec<HeldRow>, StoreError> {
    let rows = sqlx::query(
        "select entry.hash, chain.device, chain.epoch, entry.seq, entry.kind from unknown \
         join chain on chain.id = unknown.chain \
         join entry on entry.chain = unknown.chain and entry.seq = unknown.seq \
         order by chain.device, chain.epoch, entry.seq limit ?",
    )
    .bind(HELD_MAX)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok(HeldRow { waiting: 1, ..held_of_row(row, Fate::Waiting, "version")? })).collect()
}

async fn disputed(connection: &mut SqliteConnection) -> Result<Vec<HeldRow>, StoreError> {
    let rows = sqlx::query(
        "select entry.hash, chain.device, chain.epoch, entry.seq, entry.kind, disputed.reason, receipt.amount_paise \
         from disputed join chain on chain.id = disputed.chain \
         join entry on entry.chain = disputed.chain and entry.seq = disputed.seq \
         left join receipt on receipt.chain = disputed.chain and receipt.seq = disputed.seq \
         order by entry.at_ms desc, entry.hash limit ?",
    )
    .bind(HELD_MAX)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let amount: Option<i64> = row.try_get(6)?;
            let held = held_of_row(row, Fate::Disputed, row.try_get(5)?)?;
            Ok(HeldRow { amount_paise: amount.map(Paise), ..held })
        })
        .collect()
}

fn held_of_row(row: &sqlx::sqlite::SqliteRow, fate: Fate, reason: &str) -> Result<HeldRow, StoreError> {
    Ok(HeldRow {
        entry: rows::hash(row.try_get(0)?)?,
        device: rows::device(row.try_get(1)?)?,
        epoch: Epoch(row.try_get(2)?),
        seq: row.try_get::<i64, _>(3)? as u64,
        kind: row.try_get::<i64, _>(4)? as u16,
        fate,
        reason: reason.to_owned(),
        waiting: 0,
        amount_paise: None,
    })
}
