//! What the log holds, read back. A row is a signed stretch that was opened before it was kept, so its signature is not
//! asked again; whoever receives it asks.

use super::Open;
use crate::ServerError;
use domain::{ChainHead, DeviceId, Epoch, Hash, TownCode};
use journal::range::{Opened, RANGE_ENTRIES_MAX};
use journal::{Entry, Range};
use sqlx::Row;
use sqlx::postgres::PgRow;
use sync::plan::Wanted;

/// Rows read at once: a counter's live receipts are one each.
const PAGE: i64 = 32;
/// Bytes of ranges handed to a fold at once.
const ARRIVED_BYTES: usize = 4 << 20;

/// A row that cannot be read back.
pub(super) fn damaged(what: &'static str) -> ServerError {
    ServerError::Database(format!("a row is damaged: {what}"))
}

/// Of device, epoch, number and hash.
pub(super) fn head_of_row(row: &PgRow) -> Result<ChainHead, ServerError> {
    Ok(ChainHead {
        device: DeviceId::from_slice(row.try_get(0)?).ok_or_else(|| damaged("device"))?,
        epoch: Epoch(u32::try_from(row.try_get::<i64, _>(1)?).map_err(|_| damaged("epoch"))?),
        seq: row.try_get::<i64, _>(2)? as u64,
        hash: Hash::from_slice(row.try_get(3)?).ok_or_else(|| damaged("hash"))?,
    })
}

fn unfolded(bytes: &[u8]) -> Result<Opened, ServerError> {
    range_of(bytes)?.unfold().map_err(|_| damaged("range"))
}

fn range_of(bytes: &[u8]) -> Result<Range, ServerError> {
    minicbor::decode(bytes).map_err(|_| damaged("range"))
}

/// The hash of the entry at a place of a chain; nothing where the chain is not held that far.
pub(super) async fn hash_at(
    open: &mut Open,
    town: TownCode,
    at: &ChainHead,
) -> Result<Option<Hash>, ServerError> {
    let row = sqlx::query(
        "select last_seq, last_hash, bytes from entry_range \
         where town = $1 and device = $2 and epoch = $3 and last_seq >= $4 and not aside order by last_seq limit 1",
    )
    .bind(i64::from(town.0))
    .bind(at.device.0.as_slice())
    .bind(i64::from(at.epoch.0))
    .bind(at.seq as i64)
    .fetch_optional(&mut **open)
    .await?;
    let Some(row) = row else { return Ok(None) };
    if row.try_get::<i64, _>(0)? == at.seq as i64 {
        return Hash::from_slice(row.try_get(1)?).ok_or_else(|| damaged("hash")).map(Some);
    }
    let opened = unfolded(row.try_get(2)?)?;
    Ok(opened.entries.iter().find(|(entry, _)| entry.position.seq == at.seq).map(|(_, own)| *own))
}

/// Entries of one chain from a place on, cut at the end of the last row within about `bytes_max` (at least one row).
pub(super) async fn range_after(
    open: &mut Open,
    town: TownCode,
    wanted: &Wanted,
    bytes_max: usize,
) -> Result<Option<Range>, ServerError> {
    let mut joined: Option<Joined> = None;
    let mut after = wanted.after_seq as i64;
    loop {
        let rows = sqlx::query(
            "select last_seq, bytes from entry_range \
             where town = $1 and device = $2 and epoch = $3 and last_seq > $4 and not aside order by last_seq limit $5",
        )
        .bind(i64::from(town.0))
        .bind(wanted.device.0.as_slice())
        .bind(i64::from(wanted.epoch.0))
        .bind(after)
        .bind(PAGE)
        .fetch_all(&mut **open)
        .await?;
        for row in &rows {
            after = row.try_get(0)?;
            let bytes: &[u8] = row.try_get(1)?;
            match &mut joined {
                None => joined = Some(Joined::beginning(bytes, wanted.after_seq)?),
                Some(joined) if joined.has_room(bytes.len(), bytes_max) => {
                    if !joined.append(bytes)? {
                        return Ok(joined.pack());
                    }
                }
                Some(joined) => return Ok(joined.pack()),
            }
        }
        if rows.len() < PAGE as usize {
            return Ok(joined.and_then(|joined| joined.pack()));
        }
    }
}

/// Rows of one chain, one after the other.
struct Joined {
    opened: Opened,
    bytes: usize,
}

impl Joined {
    fn beginning(bytes: &[u8], after_seq: u64) -> Result<Joined, ServerError> {
        let mut opened = unfolded(bytes)?;
        opened.entries.retain(|(entry, _)| entry.position.seq > after_seq);
        Ok(Joined { opened, bytes: bytes.len() })
    }

    fn has_room(&self, bytes: usize, bytes_max: usize) -> bool {
        self.bytes + bytes <= bytes_max
    }

    /// False where the two together would be longer than a range may be.
    fn append(&mut self, bytes: &[u8]) -> Result<bool, ServerError> {
        let next = unfolded(bytes)?;
        if self.opened.entries.len() + next.entries.len() > RANGE_ENTRIES_MAX {
            return Ok(false);
        }
        self.bytes += bytes.len();
        self.opened.entries.extend(next.entries);
        (self.opened.head, self.opened.signature) = (next.head, next.signature);
        Ok(true)
    }

    fn pack(&self) -> Option<Range> {
        let entries: Vec<Entry> = self.opened.entries.iter().map(|(entry, _)| entry.clone()).collect();
        Range::pack(self.opened.key, &entries, self.opened.signature)
    }
}

/// Ranges in the order in which they became visible, after a place in it, with the place of the last; those of branches
/// that were given up too, since a fold comes to that by itself, in its turn.
pub(super) async fn arrived_after(
    open: &mut Open,
    town: TownCode,
    arrival: i64,
) -> Result<Option<(i64, Vec<Range>)>, ServerError> {
    let rows = sqlx::query(
        "select arrival, bytes from (select arrival, bytes, \
         sum(length(bytes)) over (order by arrival) - length(bytes) as before \
         from (select arrival, bytes from entry_range where town = $1 and arrival > $2 order by arrival limit 256) as page) \
         as summed where before < $3 order by arrival",
    )
    .bind(i64::from(town.0))
    .bind(arrival)
    .bind(ARRIVED_BYTES as i64)
    .fetch_all(&mut **open)
    .await?;
    let Some(last) = rows.last() else { return Ok(None) };
    let ranges = rows.iter().map(|row| range_of(row.try_get(1)?));
    Ok(Some((last.try_get(0)?, ranges.collect::<Result<_, ServerError>>()?)))
}
