//! Series that nobody continues: of a device whose trust ended, or of an epoch that its device left although it had
//! written more than is held. Receipts may stand behind the last known one, of which no replica has heard.

use crate::{StoreError, rows};
use domain::fact::{EpochOpened, Kind};
use domain::{ChainHead, DeviceId, Epoch, FinancialYear, Hash};
use sqlx::{Row, SqliteConnection};
use std::collections::BTreeMap;

/// The end of one, as far as it is known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TailRow {
    /// The last entry held; number 0 where nothing of the chain is.
    pub head: ChainHead,
    /// Its writer's clock; 0 for none.
    pub last_at_ms: i64,
    /// Trust in the device ended; otherwise it goes on in a later epoch.
    pub revoked: bool,
    /// The last entry that a mark on its machine had heard of, where it lies beyond the head.
    pub marked_seq: Option<u64>,
    /// The last number of its receipts, in the last year it gave one.
    pub last: Option<(FinancialYear, u32)>,
    /// Numbers beyond the last known one that were entered again from their papers.
    pub entered_again: Vec<(FinancialYear, u32)>,
}

/// All of them, by device and epoch.
pub async fn tails(connection: &mut SqliteConnection) -> Result<Vec<TailRow>, StoreError> {
    let marked = marked(connection).await?;
    let mut ends: BTreeMap<(DeviceId, u32), (bool, Option<u64>)> = BTreeMap::new();
    for (device, epoch) in last_epochs_of_revoked(connection).await? {
        ends.insert((device, epoch), (true, None));
    }
    for ((device, epoch), seq) in marked {
        ends.entry((device, epoch)).or_default().1 = Some(seq);
    }
    let mut tails = Vec::new();
    for ((device, epoch), (revoked, marked_seq)) in ends {
        let (head, last_at_ms) = head_of(connection, device, epoch).await?;
        let marked_seq = marked_seq.filter(|marked| *marked > head.seq);
        if !revoked && marked_seq.is_none() {
            continue;
        }
        let last = last_number(connection, &head).await?;
        let entered_again = entered_again(connection, &head, last).await?;
        tails.push(TailRow { head, last_at_ms, revoked, marked_seq, last, entered_again });
    }
    Ok(tails)
}

async fn last_epochs_of_revoked(
    connection: &mut SqliteConnection,
) -> Result<Vec<(DeviceId, u32)>, StoreError> {
    let rows = sqlx::query(
        "select device_cut.device, coalesce(max(chain.epoch), 0) from device_cut \
         left join chain on chain.device = device_cut.device and chain.head_seq > 0 group by device_cut.device",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((rows::device(row.try_get(0)?)?, row.try_get(1)?))).collect()
}

/// What entries that open an epoch say of marks. Such an entry is the first of its chain, or the second behind what its
/// writer had seen.
async fn marked(connection: &mut SqliteConnection) -> Result<BTreeMap<(DeviceId, u32), u64>, StoreError> {
    let rows = sqlx::query(
        "select chain.device, entry.body from chain join entry on entry.chain = chain.id \
         where entry.seq <= 2 and entry.seq <= chain.folded_seq and entry.kind = ? and chain.epoch > 0",
    )
    .bind(i64::from(Kind::EpochOpened.number()))
    .fetch_all(connection)
    .await?;
    let mut furthest: BTreeMap<(DeviceId, u32), u64> = BTreeMap::new();
    for row in &rows {
        let opened = minicbor::decode::<EpochOpened>(row.try_get(1)?).ok();
        let Some(marked) = opened.and_then(|opened| opened.marked) else { continue };
        let seq = furthest.entry((rows::device(row.try_get(0)?)?, marked.epoch.0)).or_default();
        *seq = (*seq).max(marked.seq);
    }
    Ok(furthest)
}

async fn head_of(
    connection: &mut SqliteConnection,
    device: DeviceId,
    epoch: u32,
) -> Result<(ChainHead, i64), StoreError> {
    let row = sqlx::query(
        "select device, epoch, head_seq, head_hash, last_at_ms from chain where device = ? and epoch = ?",
    )
    .bind(device.0.as_slice())
    .bind(epoch)
    .fetch_optional(connection)
    .await?;
    match row {
        Some(row) => Ok((crate::log::head_of_row(&row)?, row.try_get(4)?)),
        None => Ok((ChainHead { device, epoch: Epoch(epoch), seq: 0, hash: Hash::ZERO }, 0)),
    }
}

async fn last_number(
    connection: &mut SqliteConnection,
    head: &ChainHead,
) -> Result<Option<(FinancialYear, u32)>, StoreError> {
    let row = sqlx::query(
        "select year, last_serial from series join chain on chain.id = series.chain \
         where chain.device = ? and chain.epoch = ? and kind = ? order by year desc limit 1",
    )
    .bind(head.device.0.as_slice())
    .bind(head.epoch.0)
    .bind(crate::Series::Receipt as i64)
    .fetch_optional(connection)
    .await?;
    row.map(|row| Ok((FinancialYear(row.try_get(0)?), row.try_get(1)?))).transpose()
}

async fn entered_again(
    connection: &mut SqliteConnection,
    head: &ChainHead,
    last: Option<(FinancialYear, u32)>,
) -> Result<Vec<(FinancialYear, u32)>, StoreError> {
    let (year, serial) = last.map_or((i16::MIN, 0), |(year, serial)| (year.0, serial));
    let rows = sqlx::query(
        "select distinct year, serial from recovered where device = ? and epoch = ? and (year, serial) > (?, ?) \
         order by year, serial",
    )
    .bind(head.device.0.as_slice())
    .bind(head.epoch.0)
    .bind(year)
    .bind(serial)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((FinancialYear(row.try_get(0)?), row.try_get(1)?))).collect()
}
