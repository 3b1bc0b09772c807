//! What is kept and not, or not fully, believed, as a person settles it: all entries of one chain that share their fate
//! and its reason, with the money in them.

use super::quarantine::Fate;
use crate::{StoreError, rows};
use domain::fact::{Fact, Kind, Seen};
use domain::receipt::{ReceiptIssued, ReceiptNumber};
use domain::{ChainHead, DeviceId, Epoch, Hash, Paise, UserId};
use journal::Range;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

/// Some entries of one chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldGroup {
    /// What became of them.
    pub fate: Fate,
    /// The stable word of a dispute or refusal; `past` or `version` where they wait.
    pub reason: String,
    /// The last of them; of refused evidence its first number and its fingerprint.
    pub last: ChainHead,
    /// How many they are.
    pub entries: u64,
    /// Money of receipts in them; of refused evidence, what it claims.
    pub amount_paise: Option<Paise>,
    /// By the writer's clock, and of refused evidence when it first came, milliseconds since 1970.
    pub since_ms: i64,
    /// Some of them, receipts first.
    pub shown: Vec<HeldEntry>,
    /// Heads of others that they wait for.
    pub lacks: Vec<ChainHead>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldEntry {
    /// Its place and hash.
    pub at: ChainHead,
    /// Its kind.
    pub kind: u16,
    /// Who acted.
    pub user: Option<UserId>,
    /// By the writer's clock, milliseconds since 1970.
    pub at_ms: i64,
    /// Number and sum of a receipt.
    pub receipt: Option<(ReceiptNumber, Paise)>,
}

/// Groups of each fate.
const GROUPS_MAX: i64 = 100;
/// Entries of a group that are shown one by one.
const SHOWN_MAX: i64 = 20;

/// All groups.
pub async fn groups(connection: &mut SqliteConnection) -> Result<Vec<HeldGroup>, StoreError> {
    let mut groups = disputed(connection).await?;
    groups.extend(waiting(connection).await?);
    groups.extend(unknown(connection).await?);
    groups.extend(refused(connection).await?);
    Ok(groups)
}

async fn disputed(connection: &mut SqliteConnection) -> Result<Vec<HeldGroup>, StoreError> {
    let rows = sqlx::query(
        "select chain.id, chain.device, chain.epoch, max(disputed.seq), count(*), min(entry.at_ms), disputed.reason, \
         sum(receipt.amount_paise) from disputed join chain on chain.id = disputed.chain \
         join entry on entry.chain = disputed.chain and entry.seq = disputed.seq \
         left join receipt on receipt.chain = disputed.chain and receipt.seq = disputed.seq \
         and receipt.replaced = 0 and receipt.cancelled_seq is null \
         group by chain.id, disputed.reason order by min(entry.at_ms) limit ?",
    )
    .bind(GROUPS_MAX)
    .fetch_all(&mut *connection)
    .await?;
    let mut groups = Vec::with_capacity(rows.len());
    for row in &rows {
        let reason: String = row.try_get(6)?;
        let sql = format!(
            "{ENTRIES} join disputed on disputed.chain = entry.chain and disputed.seq = entry.seq \
             where entry.chain = ?1 and disputed.reason = ?2 {RECEIPTS_FIRST}"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(row.try_get::<i64, _>(0)?).bind(&reason);
        let shown = shown(query.fetch_all(&mut *connection).await?, row)?;
        let amount: Option<i64> = row.try_get(7)?;
        let group = group_of(connection, row, Fate::Disputed, reason, shown).await?;
        groups.push(HeldGroup { amount_paise: amount.map(Paise), ..group });
    }
    Ok(groups)
}

/// The first entry that cannot be folded says what its writer had seen; all behind it wait with it.
async fn waiting(connection: &mut SqliteConnection) -> Result<Vec<HeldGroup>, StoreError> {
    let rows = sqlx::query(
        "select chain.id, chain.device, chain.epoch, chain.head_seq, chain.head_seq - chain.folded_seq, entry.at_ms, \
         entry.body, entry.kind, chain.folded_seq from chain \
         join entry on entry.chain = chain.id and entry.seq = chain.folded_seq + 1 \
         where chain.folded_seq < chain.head_seq order by entry.at_ms limit ?",
    )
    .bind(GROUPS_MAX)
    .fetch_all(&mut *connection)
    .await?;
    let mut groups = Vec::with_capacity(rows.len());
    for row in &rows {
        let (chain, folded): (i64, i64) = (row.try_get(0)?, row.try_get(8)?);
        let amount_paise = waiting_money(connection, chain, folded).await?;
        let sql = format!(
            "{ENTRIES} where entry.chain = ?1 and entry.seq > ?2 and entry.kind <> 1 {RECEIPTS_FIRST}"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(chain).bind(folded);
        let shown = shown(query.fetch_all(&mut *connection).await?, row)?;
        let lacks = match row.try_get::<i64, _>(7)? == i64::from(Kind::Seen.number()) {
            true => lacking(connection, row.try_get(6)?).await?,
            false => Vec::new(),
        };
        let group = group_of(connection, row, Fate::Waiting, "past".to_owned(), shown).await?;
        groups.push(HeldGroup { amount_paise, lacks, ..group });
    }
    Ok(groups)
}

/// Not folded, so it is read from the entries themselves.
async fn waiting_money(
    connection: &mut SqliteConnection,
    chain: i64,
    folded: i64,
) -> Result<Option<Paise>, StoreError> {
    let bodies: Vec<Vec<u8>> =
        sqlx::query_scalar("select body from entry where chain = ? and seq > ? and kind = ?")
            .bind(chain)
            .bind(folded)
            .bind(i64::from(Kind::ReceiptIssued.number()))
            .fetch_all(connection)
            .await?;
    let receipts = bodies.iter().filter_map(|body| minicbor::decode::<ReceiptIssued>(body).ok());
    Ok(sum(receipts.filter_map(|receipt| receipt.total_paise())))
}

fn sum(amounts: impl Iterator<Item = Paise>) -> Option<Paise> {
    let amounts: Vec<Paise> = amounts.collect();
    if amounts.is_empty() { None } else { Paise::checked_sum(amounts) }
}

/// The heads a writer had seen that are not folded here.
async fn lacking(connection: &mut SqliteConnection, body: &[u8]) -> Result<Vec<ChainHead>, StoreError> {
    let Ok(seen) = minicbor::decode::<Seen>(body) else { return Ok(Vec::new()) };
    let mut lacks = Vec::new();
    for head in seen.heads {
        let folded: Option<i64> =
            sqlx::query_scalar("select folded_seq from chain where device = ? and epoch = ?")
                .bind(head.device.0.as_slice())
                .bind(head.epoch.0)
                .fetch_optional(&mut *connection)
                .await?;
        if folded.unwrap_or(0) < head.seq as i64 {
            lacks.push(head);
        }
    }
    Ok(lacks)
}

async fn unknown(connection: &mut SqliteConnection) -> Result<Vec<HeldGroup>, StoreError> {
    let rows = sqlx::query(
        "select chain.id, chain.device, chain.epoch, max(unknown.seq), count(*), min(entry.at_ms) from unknown \
         join chain on chain.id = unknown.chain \
         join entry on entry.chain = unknown.chain and entry.seq = unknown.seq \
         group by chain.id order by min(entry.at_ms) limit ?",
    )
    .bind(GROUPS_MAX)
    .fetch_all(&mut *connection)
    .await?;
    let mut groups = Vec::with_capacity(rows.len());
    for row in &rows {
        let sql = format!(
            "{ENTRIES} join unknown on unknown.chain = entry.chain and unknown.seq = entry.seq \
             where entry.chain = ?1 {RECEIPTS_FIRST}"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(row.try_get::<i64, _>(0)?);
        let shown = shown(query.fetch_all(&mut *connection).await?, row)?;
        groups.push(group_of(connection, row, Fate::Waiting, "version".to_owned(), shown).await?);
    }
    Ok(groups)
}

const ENTRIES: &str = "select entry.seq, entry.hash, entry.kind, entry.body, author.user, entry.at_ms from entry \
    left join author on author.id = entry.author ";
/// Receipts and those entered again (kinds 31 and 42) before everything else.
const RECEIPTS_FIRST: &str = "order by entry.kind not in (31, 42), entry.seq limit 20";

/// The entries of a group, read from its first columns: chain, device, epoch.
fn shown(entries: Vec<SqliteRow>, group: &SqliteRow) -> Result<Vec<HeldEntry>, StoreError> {
    let (device, epoch) = (rows::device(group.try_get(1)?)?, Epoch(group.try_get(2)?));
    let read = |row: &SqliteRow| {
        let (seq, kind): (i64, i64) = (row.try_get(0)?, row.try_get(2)?);
        let at = ChainHead { device, epoch, seq: seq as u64, hash: rows::hash(row.try_get(1)?)? };
        let user = row.try_get::<Option<&[u8]>, _>(4)?.map(rows::user).transpose()?;
        let receipt = receipt_in(kind as u16, row.try_get(3)?);
        Ok(HeldEntry { at, kind: kind as u16, user, at_ms: row.try_get(5)?, receipt })
    };
    entries.iter().map(read).collect()
}

fn receipt_in(kind: u16, body: &[u8]) -> Option<(ReceiptNumber, Paise)> {
    let receipt = match Fact::decode(Kind::from_number(kind)?, body).ok()? {
        Fact::ReceiptIssued(receipt) => receipt,
        Fact::ReceiptRecovered(recovered) => recovered.receipt,
        _ => return None,
    };
    let total = receipt.total_paise()?;
    Some((receipt.number, total))
}

/// A group from its first columns: chain, device, epoch, last number, how many, since when.
async fn group_of(
    connection: &mut SqliteConnection,
    row: &SqliteRow,
    fate: Fate,
    reason: String,
    shown: Vec<HeldEntry>,
) -> Result<HeldGroup, StoreError> {
    let (chain, seq): (i64, i64) = (row.try_get(0)?, row.try_get(3)?);
    let hash = crate::log::hash_at(connection, chain, seq as u64).await?.unwrap_or(Hash::ZERO);
    let (device, epoch) = (rows::device(row.try_get(1)?)?, Epoch(row.try_get(2)?));
    Ok(HeldGroup {
        fate,
        reason,
        last: ChainHead { device, epoch, seq: seq as u64, hash },
        entries: row.try_get::<i64, _>(4)? as u64,
        amount_paise: None,
        since_ms: row.try_get(5)?,
        shown,
        lacks: Vec::new(),
    })
}

/// Forks are cases of their own, until their device itself has said which branch stands. Of evidence that came often the newest stands for all.
async fn refused(connection: &mut SqliteConnection) -> Result<Vec<HeldGroup>, StoreError> {
    let rows = sqlx::query(
        "select device, epoch, (select min(received_ms) from refused as same where same.device = refused.device \
             and same.epoch = refused.epoch and same.reason = refused.reason), reason, bytes, fingerprint, first_seq \
         from refused where id in (select max(id) from refused where reason not in ('fork', 'fork-settled') group by device, epoch, reason) \
         order by id desc limit ?",
    )
    .bind(GROUPS_MAX)
    .fetch_all(&mut *connection)
    .await?;
    let mut groups = Vec::with_capacity(rows.len());
    for row in &rows {
        let (device, epoch) = (rows::device(row.try_get(0)?)?, Epoch(row.try_get(1)?));
        let shown = claimed(connection, &device, epoch, row.try_get(4)?).await?;
        let hash = rows::hash(row.try_get(5)?)?;
        let seq = row.try_get::<i64, _>(6)? as u64;
        groups.push(HeldGroup {
            fate: Fate::Refused,
            reason: row.try_get(3)?,
            last: ChainHead { device, epoch, seq, hash },
            entries: shown.len() as u64,
            amount_paise: sum(shown.iter().filter_map(|entry| entry.receipt.as_ref().map(|(_, sum)| *sum))),
            since_ms: row.try_get(2)?,
            shown: shown.into_iter().take(SHOWN_MAX as usize).collect(),
            lacks: Vec::new(),
        });
    }
    Ok(groups)
}

/// What refused bytes say stands in the chain and is not held: proven by nothing, but worth asking its writer for.
async fn claimed(
    connection: &mut SqliteConnection,
    device: &DeviceId,
    epoch: Epoch,
    bytes: &[u8],
) -> Result<Vec<HeldEntry>, StoreError> {
    let unfolded = minicbor::decode::<Range>(bytes).ok().and_then(|range| range.unfold().ok());
    let Some(unfolded) = unfolded else { return Ok(Vec::new()) };
    let held: Option<i64> = sqlx::query_scalar("select head_seq from chain where device = ? and epoch = ?")
        .bind(device.0.as_slice())
        .bind(epoch.0)
        .fetch_optional(connection)
        .await?;
    let held = held.unwrap_or(0) as u64;
    let mut claimed: Vec<HeldEntry> = Vec::new();
    for (entry, hash) in unfolded.entries.iter().filter(|(entry, _)| entry.position.seq > held) {
        claimed.push(HeldEntry {
            at: ChainHead { device: *device, epoch, seq: entry.position.seq, hash: *hash },
            kind: entry.kind,
            user: entry.author.map(|author| author.user),
            at_ms: entry.at_ms,
            receipt: receipt_in(entry.kind, &entry.body),
        });
    }
    claimed.sort_by_key(|entry| (entry.receipt.is_none(), entry.at.seq));
    Ok(claimed)
}
