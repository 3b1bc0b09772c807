//! A chain of which two branches are known, because two copies of one device were at work. The copy that is told of the
//! other gives its own branch up: the entries leave the log for a table beside it, the receipts among them are entered
//! again under the new epoch, and every replica comes to the same chain.

use crate::append::Writer;
use crate::fold::Fold;
use crate::log::{Loaded, load_entries};
use crate::{Store, StoreError, rows};
use domain::fact::{EpochOpened, Fact, MarkedPlace};
use domain::{ChainHead, DeviceId, Epoch, Hash, TownCode};
use journal::{Entry, Position, Range};
use sqlx::{Row, SqliteConnection};

/// Why a device begins an epoch.
#[derive(Clone, Copy, Debug)]
pub struct Noticed<'a> {
    /// For the technician.
    pub reason: &'a str,
    /// The last own entry that a mark outside the file had heard of.
    pub marked: Option<MarkedPlace>,
}

impl<'a> From<&'a str> for Noticed<'a> {
    fn from(reason: &'a str) -> Noticed<'a> {
        Noticed { reason, marked: None }
    }
}

impl Store {
    /// Whether nothing may be written any more under an epoch of this device, since entries of it came from elsewhere; or
    /// another branch of an earlier one is proven here, which a new epoch must settle.
    pub async fn is_epoch_over(&self, device: &DeviceId, epoch: Epoch) -> Result<bool, StoreError> {
        let over: bool = sqlx::query_scalar(
            "select exists (select 1 from chain where device = ?1 and epoch = ?2 and came_seq > 0) \
             or exists (select 1 from refused where device = ?1 and reason = 'fork')",
        )
        .bind(device.0.as_slice())
        .bind(epoch.0)
        .fetch_one(&self.reader)
        .await?;
        Ok(over)
    }

    /// The first epoch of a device that nobody known here has heard of.
    pub async fn next_epoch(&self, device: &DeviceId) -> Result<Epoch, StoreError> {
        let last: Option<u32> = sqlx::query_scalar(
            "select max(epoch) from (select epoch from chain where device = ?1 union all \
             select epoch from seen where device = ?1 union all select epoch from refused where device = ?1)",
        )
        .bind(device.0.as_slice())
        .fetch_one(&self.reader)
        .await?;
        Ok(Epoch(last.map_or(0, |last| last.saturating_add(1))))
    }

    /// Begins the writer's epoch: own branches that others hold another of are given up, and the epoch's first entry says
    /// which heads of the earlier ones it goes on from, and why. Where a mark had heard of more than is known here, the
    /// entry says that too.
    pub async fn open_epoch(
        &self,
        writer: &Writer,
        noticed: impl Into<Noticed<'_>>,
        at_ms: i64,
    ) -> Result<ChainHead, StoreError> {
        let Noticed { reason, marked } = noticed.into();
        let device = journal::device_of(&writer.key.public());
        // What a snapshot said of this device is not believed either: the log comes by exchange.
        self.give_up_arriving().await?;
        self.give_up_branches(writer.town, &device).await?;
        let mut writing = self.begin(writer, at_ms).await?;
        // A press is remembered by its number alone, and numbers begin anew.
        sqlx::query("delete from press").execute(writing.connection()).await?;
        let earlier = heads_of(writing.connection(), &device, writer.epoch).await?;
        let given_up = given_up_heads(writing.connection(), &device).await?;
        let is_beyond = |marked: &MarkedPlace| {
            let known = earlier.iter().chain(&given_up);
            known.into_iter().all(|head| (head.epoch, head.seq) < (marked.epoch, marked.seq))
        };
        let marked = marked.filter(is_beyond);
        let given_up = (!given_up.is_empty()).then_some(given_up);
        let opened = EpochOpened { earlier, reason: reason.to_owned(), given_up, marked };
        writing.append(None, &Fact::from(opened)).await?;
        writing.commit().await
    }

    async fn give_up_branches(&self, town: TownCode, device: &DeviceId) -> Result<(), StoreError> {
        let mut transaction = self.own_batch().await?;
        let mut any = false;
        for (chain, epoch, common_seq) in forked_chains(&mut transaction, device).await? {
            let after_seq = last_signed(&mut transaction, chain, common_seq).await?;
            let given = sqlx::query(
                "insert into given_up (device, epoch, after_seq, seq, hash) select ?1, ?2, ?4, seq, hash from entry \
                 where chain = ?3 and seq > ?4 and signature is not null on conflict do nothing",
            )
            .bind(device.0.as_slice())
            .bind(epoch)
            .bind(chain)
            .bind(after_seq as i64)
            .execute(&mut *transaction)
            .await?
            .rows_affected();
            if given > 0 {
                set_aside(&mut transaction, chain, after_seq).await?;
                lower(&mut transaction, device, epoch, after_seq).await?;
                any = true;
            }
        }
        settle_forks(&mut transaction, device, None).await?;
        if any {
            Fold::new(&mut transaction, town).await?.anew().await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// Heads of the same chain that were given up before now follow an earlier entry too.
async fn lower(
    connection: &mut SqliteConnection,
    device: &DeviceId,
    epoch: u32,
    after_seq: u64,
) -> Result<(), StoreError> {
    sqlx::query("update given_up set after_seq = min(after_seq, ?) where device = ? and epoch = ?")
        .bind(after_seq as i64)
        .bind(device.0.as_slice())
        .bind(epoch)
        .execute(connection)
        .await?;
    Ok(())
}

/// What was kept as proof of another branch stays in the file, and asks for nothing any more: the device itself has said
/// which branch stands.
pub(crate) async fn settle_forks(
    connection: &mut SqliteConnection,
    device: &DeviceId,
    epoch: Option<Epoch>,
) -> Result<(), StoreError> {
    sqlx::query(
        "update refused set reason = 'fork-settled' where reason = 'fork' and device = ?1 and epoch = coalesce(?2, epoch)",
    )
    .bind(device.0.as_slice())
    .bind(epoch.map(|epoch| epoch.0))
    .execute(connection)
    .await?;
    Ok(())
}

/// Own chains another branch of which is proven here, with the last entry both have.
async fn forked_chains(
    connection: &mut SqliteConnection,
    device: &DeviceId,
) -> Result<Vec<(i64, u32, u64)>, StoreError> {
    let evidence = sqlx::query(
        "select chain.id, chain.epoch, bytes from refused join chain on chain.device = refused.device \
         and chain.epoch = refused.epoch where refused.reason = 'fork' and refused.device = ? order by refused.id",
    )
    .bind(device.0.as_slice())
    .fetch_all(&mut *connection)
    .await?;
    let mut forked: Vec<(i64, u32, u64)> = Vec::new();
    for row in &evidence {
        let (chain, epoch): (i64, u32) = (row.try_get(0)?, row.try_get(1)?);
        let Some(last) = last_common(connection, chain, row.try_get(2)?).await? else {
            continue;
        };
        match forked.iter_mut().find(|(known, _, _)| *known == chain) {
            Some((_, _, common)) => *common = (*common).min(last),
            None => forked.push((chain, epoch, last)),
        }
    }
    Ok(forked)
}

/// The last entry that a chain may share with a proof of another branch. Where the proof does not reach back to the last
/// common one, only what it surely contradicts is given up: the next exchange shows the difference again, further back.
/// More would be wrong, since whatever a device says it gave up leaves every replica.
async fn last_common(
    connection: &mut SqliteConnection,
    chain: i64,
    evidence: &[u8],
) -> Result<Option<u64>, StoreError> {
    let opened = minicbor::decode::<Range>(evidence).ok().and_then(|range| range.open().ok());
    let Some(opened) = opened else { return Ok(None) };
    for (entry, hash) in &opened.entries {
        let seq = entry.position.seq;
        match hash_at(connection, chain, seq).await? {
            Some(own) if own == *hash => continue,
            Some(_) => return Ok(Some(seq - 1)),
            None => {
                let before = hash_at(connection, chain, seq - 1).await?;
                let contradicted = before.is_some_and(|own| own != entry.previous);
                return Ok(contradicted.then(|| seq.saturating_sub(2)));
            }
        }
    }
    Ok(None)
}

async fn hash_at(
    connection: &mut SqliteConnection,
    chain: i64,
    seq: u64,
) -> Result<Option<Hash>, StoreError> {
    if seq == 0 {
        return Ok(Some(Hash::ZERO));
    }
    crate::log::hash_at(connection, chain, seq).await
}

async fn last_signed(
    connection: &mut SqliteConnection,
    chain: i64,
    up_to_seq: u64,
) -> Result<u64, StoreError> {
    let signed: Option<i64> = sqlx::query_scalar(
        "select max(seq) from entry where chain = ? and seq <= ? and signature is not null",
    )
    .bind(chain)
    .bind(up_to_seq as i64)
    .fetch_one(connection)
    .await?;
    Ok(signed.unwrap_or(0) as u64)
}

/// Moves the entries of a chain after a number beside the log. The projections must be made anew. A chain ends in a signed
/// head: where none is held at that number, because both branches begin alike or only the end of a longer range was
/// signed, the entries before it go too, and come back with the next exchange.
pub(crate) async fn set_aside(
    connection: &mut SqliteConnection,
    chain: i64,
    after_seq: u64,
) -> Result<(), StoreError> {
    let after_seq = last_signed(connection, chain, after_seq).await?;
    let row = sqlx::query(
        "select device, epoch, (select value from meta where name = 'town') from chain where id = ?",
    )
    .bind(chain)
    .fetch_one(&mut *connection)
    .await?;
    let (device, epoch) = (rows::device(row.try_get(0)?)?, Epoch(row.try_get(1)?));
    let town: [u8; 4] = row.try_get::<Vec<u8>, _>(2)?.try_into().map_err(|_| StoreError::NotFound("town"))?;
    let (town, position) = (TownCode(u32::from_be_bytes(town)), Position { device, epoch, seq: 0 });
    let mut cursor = after_seq as i64;
    loop {
        let page = load_entries(connection, chain, town, position, cursor, 512).await?;
        let Some(last) = page.last() else { break };
        cursor = last.entry.position.seq as i64;
        for Loaded { entry, hash, .. } in &page {
            keep(connection, entry, hash).await?;
        }
    }
    for statement in [
        "delete from entry where chain = ?1 and seq > ?2",
        "update chain set head_seq = ?2, folded_seq = min(folded_seq, ?2), head_hash = \
         coalesce((select hash from entry where chain = ?1 and seq = ?2), zeroblob(32)) where id = ?1",
        "delete from confirmed where seq > ?2 and (device, epoch) = (select device, epoch from chain where id = ?1)",
    ] {
        sqlx::query(statement).bind(chain).bind(after_seq as i64).execute(&mut *connection).await?;
    }
    Ok(())
}

async fn keep(connection: &mut SqliteConnection, entry: &Entry, hash: &Hash) -> Result<(), StoreError> {
    sqlx::query(
        "insert into aside (device, epoch, seq, hash, at_ms, kind, bytes) values (?, ?, ?, ?, ?, ?, ?) \
         on conflict do nothing",
    )
    .bind(entry.position.device.0.as_slice())
    .bind(entry.position.epoch.0)
    .bind(entry.position.seq as i64)
    .bind(hash.0.as_slice())
    .bind(entry.at_ms)
    .bind(i64::from(entry.kind))
    .bind(entry.to_bytes())
    .execute(connection)
    .await?;
    Ok(())
}

async fn heads_of(
    connection: &mut SqliteConnection,
    device: &DeviceId,
    before: Epoch,
) -> Result<Vec<ChainHead>, StoreError> {
    let rows = sqlx::query(
        "select device, epoch, head_seq, head_hash from chain where device = ? and epoch < ? and head_seq > 0 \
         order by epoch",
    )
    .bind(device.0.as_slice())
    .bind(before.0)
    .fetch_all(connection)
    .await?;
    rows.iter().map(crate::log::head_of_row).collect()
}

async fn given_up_heads(
    connection: &mut SqliteConnection,
    device: &DeviceId,
) -> Result<Vec<ChainHead>, StoreError> {
    let rows =
        sqlx::query("select device, epoch, seq, hash from given_up where device = ? order by epoch, seq")
            .bind(device.0.as_slice())
            .fetch_all(connection)
            .await?;
    rows.iter().map(crate::log::head_of_row).collect()
}
