//! Entries that are kept and not, or not fully, believed: refused, waiting for their past or for a newer version,
//! disputed.

use crate::{StoreError, rows};
use domain::fact::Kind;
use domain::receipt::ReceiptIssued;
use domain::{DeviceId, Epoch, Hash, Paise};
use sqlx::{Row, SqliteConnection};

/// Why an entry stands here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Chain or signature is wrong; the reason as the log noted it.
    Refused(String),
    /// Its past is not here; so many entries of its chain wait, it included.
    WaitsForPast(u64),
    /// A newer version wrote it.
    WaitsForVersion,
    /// A rule or authority failed; the fold's stable word.
    Disputed(String),
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
    /// Why.
    pub fate: Fate,
    /// Money of receipts in it, and in those that wait with it.
    pub amount_paise: Option<Paise>,
}

/// All of them, at most `limit` of each fate.
pub async fn held(connection: &mut SqliteConnection, limit: i64) -> Result<Vec<HeldRow>, StoreError> {
    let mut held = refused(connection, limit).await?;
    held.extend(waiting(connection, limit).await?);
    held.extend(unknown(connection, limit).await?);
    held.extend(disputed(connection, limit).await?);
    Ok(held)
}

/// Forks are cases and shown there.
async fn refused(connection: &mut SqliteConnection, limit: i64) -> Result<Vec<HeldRow>, StoreError> {
    let rows = sqlx::query(
        "select fingerprint, device, epoch, first_seq, reason from refused where reason <> 'fork' \
         order by id desc limit ?",
    )
    .bind(limit)
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
                fate: Fate::Refused(row.try_get(4)?),
                amount_paise: None,
            })
        })
        .collect()
}

/// The first waiting entry of each chain stands for all behind it.
async fn waiting(connection: &mut SqliteConnection, limit: i64) -> Result<Vec<HeldRow>, StoreError> {
    let rows = sqlx::query(
        "select entry.hash, chain.device, chain.epoch, entry.seq, entry.kind, chain.id, chain.head_seq from chain \
         join entry on entry.chain = chain.id and entry.seq = chain.folded_seq + 1 \
         where chain.folded_seq < chain.head_seq order by chain.device, chain.epoch limit ?",
    )
    .bind(limit)
    .fetch_all(&mut *connection)
    .await?;
    let mut held = Vec::with_capacity(rows.len());
    for row in &rows {
        let seq: i64 = row.try_get(3)?;
        let head: i64 = row.try_get(6)?;
        let waiting = (head - seq + 1) as u64;
        let amount_paise = waiting_money(connection, row.try_get(5)?, seq).await?;
        held.push(held_of_row(row, Fate::WaitsForPast(waiting), amount_paise)?);
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
    Ok(if amounts.is_empty() { None } else { Paise::checked_sum(amounts.into_iter()) })
}

fn amount_of(body: &[u8]) -> Option<Paise> {
    minicbor::decode::<ReceiptIssued>(body).ok()?.total_paise()
}

async fn unknown(connection: &mut SqliteConnection, limit: i64) -> Result<Vec<HeldRow>, StoreError> {
    let rows = sqlx::query(
        "select entry.hash, chain.device, chain.epoch, entry.seq, entry.kind from unknown \
         join chain on chain.id = unknown.chain \
         join entry on entry.chain = unknown.chain and entry.seq = unknown.seq \
         order by chain.device, chain.epoch, entry.seq limit ?",
    )
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| held_of_row(row, Fate::WaitsForVersion, None)).collect()
}

async fn disputed(connection: &mut SqliteConnection, limit: i64) -> Result<Vec<HeldRow>, StoreError> {
    let rows = sqlx::query(
        "select entry.hash, chain.device, chain.epoch, entry.seq, entry.kind, disputed.reason, receipt.amount_paise \
         from disputed join chain on chain.id = disputed.chain \
         join entry on entry.chain = disputed.chain and entry.seq = disputed.seq \
         left join receipt on receipt.chain = disputed.chain and receipt.seq = disputed.seq \
         order by entry.at_ms desc, entry.hash limit ?",
    )
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let amount: Option<i64> = row.try_get(6)?;
            held_of_row(row, Fate::Disputed(row.try_get(5)?), amount.map(Paise))
        })
        .collect()
}

fn held_of_row(
    row: &sqlx::sqlite::SqliteRow,
    fate: Fate,
    amount_paise: Option<Paise>,
) -> Result<HeldRow, StoreError> {
    Ok(HeldRow {
        entry: rows::hash(row.try_get(0)?)?,
        device: rows::device(row.try_get(1)?)?,
        epoch: Epoch(row.try_get(2)?),
        seq: row.try_get::<i64, _>(3)? as u64,
        kind: row.try_get::<i64, _>(4)? as u16,
        fate,
        amount_paise,
    })
}
