//! The log's own questions: which heads are here, a range to send, what a peer holds.

use crate::rows::{Insert, Statement};
use crate::turns::Way;
use crate::{Store, StoreError, rows};
use domain::identity::{PublicKey, Signature};
use domain::people::Author;
use domain::{ChainHead, DeviceId, Epoch, Hash, TownCode, UserId};
use journal::{Entry, Position, Range};
use sqlx::{Row, SqliteConnection};
use std::collections::{BTreeMap, HashMap};

/// Entries loaded at once when a range is packed: not many more than the receipts of one range, because what is loaded
/// beyond its end is loaded again for the next.
const PACK_ENTRIES: i64 = 192;

impl Store {
    /// The town this file belongs to; `None` before it is founded or joined.
    pub async fn town(&self) -> Result<Option<TownCode>, StoreError> {
        let bytes = self.meta("town").await?;
        Ok(bytes.and_then(|bytes| bytes.try_into().ok()).map(|bytes| TownCode(u32::from_be_bytes(bytes))))
    }

    /// Binds a new file to its town and the state's root key, by which every replica judges.
    pub async fn bind_town(&self, town: TownCode, state_root: &PublicKey) -> Result<(), StoreError> {
        self.set_meta("town", &town.0.to_be_bytes()).await?;
        self.set_meta("state_root", &state_root.0).await
    }

    /// The state's root key this replica trusts.
    pub async fn state_root(&self) -> Result<Option<PublicKey>, StoreError> {
        Ok(self.meta("state_root").await?.and_then(|bytes| PublicKey::from_slice(&bytes)))
    }

    /// Every chain's durable head.
    pub async fn vector(&self) -> Result<Vec<ChainHead>, StoreError> {
        let rows = sqlx::query(
            "select device, epoch, head_seq, head_hash from chain where head_seq > 0 order by device, epoch",
        )
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(head_of_row).collect()
    }

    /// Entries of one chain after `after_seq`, cut at the last held signature within about `bytes_max` bytes of bodies
    /// (at least one batch). `None` where there is nothing to send.
    pub async fn range_after(
        &self,
        device: DeviceId,
        epoch: Epoch,
        after_seq: u64,
        bytes_max: usize,
    ) -> Result<Option<Range>, StoreError> {
        let chain = sqlx::query("select id, public_key from chain where device = ? and epoch = ?")
            .bind(device.0.as_slice())
            .bind(epoch.0)
            .fetch_optional(&self.reader)
            .await?;
        let (Some(chain), Some(town)) = (chain, self.town().await?) else { return Ok(None) };
        let key = PublicKey::from_slice(chain.try_get("public_key")?).ok_or(StoreError::NotFound("key"))?;
        let id: i64 = chain.try_get("id")?;
        let mut connection = self.reader.acquire().await?;
        let mut entries: Vec<(Entry, Option<Signature>)> = Vec::new();
        let mut bytes = 0;
        let mut any_signed = false;
        let mut cursor = after_seq as i64;
        loop {
            let page = load_entries(
                &mut connection,
                id,
                town,
                Position { device, epoch, seq: 0 },
                cursor,
                PACK_ENTRIES,
            )
            .await?;
            let ended = page.len() < PACK_ENTRIES as usize;
            for loaded in page {
                cursor = loaded.entry.position.seq as i64;
                bytes += loaded.entry.body.len() + 16;
                let signed = loaded.signature.is_some();
                entries.push((loaded.entry, loaded.signature));
                any_signed |= signed;
                // Beyond either bound the range ends at the last signature within them; a longer batch goes whole.
                let full = bytes >= bytes_max || entries.len() >= journal::range::RANGE_ENTRIES_MAX;
                if full && any_signed {
                    return Ok(pack(key, entries));
                }
            }
            if ended {
                return Ok(pack(key, entries));
            }
        }
    }

    /// Notes what a peer says it durably holds: all of it. Only heads that are on our own branch count; of a chain that
    /// is not listed the peer holds nothing any more, so what was sent of it is unsent again.
    pub async fn confirm(&self, peer: &str, heads: &[ChainHead], now_ms: i64) -> Result<(), StoreError> {
        let mut transaction = self.begin_immediate().await?;
        let noted = sqlx::query("select device, epoch, seq, hash from confirmed where peer = ?")
            .bind(peer)
            .fetch_all(&mut *transaction)
            .await?;
        for row in &noted {
            let before = head_of_row(row)?;
            let listed = heads.iter().any(|head| (head.device, head.epoch) == (before.device, before.epoch));
            if !listed {
                sqlx::query("delete from confirmed where peer = ? and device = ? and epoch = ?")
                    .bind(peer)
                    .bind(before.device.0.as_slice())
                    .bind(before.epoch.0)
                    .execute(&mut *transaction)
                    .await?;
            }
        }
        for head in heads {
            let ours: Option<i64> = sqlx::query_scalar(
                "select 1 from entry join chain on chain.id = entry.chain \
                 where chain.device = ? and chain.epoch = ? and entry.seq = ? and entry.hash = ?",
            )
            .bind(head.device.0.as_slice())
            .bind(head.epoch.0)
            .bind(head.seq as i64)
            .bind(head.hash.0.as_slice())
            .fetch_optional(&mut *transaction)
            .await?;
            if ours.is_none() {
                continue;
            }
            sqlx::query(
                "insert into confirmed (peer, device, epoch, seq, hash, at_ms) values (?, ?, ?, ?, ?, ?) \
                 on conflict do update set seq = excluded.seq, hash = excluded.hash, at_ms = excluded.at_ms",
            )
            .bind(peer)
            .bind(head.device.0.as_slice())
            .bind(head.epoch.0)
            .bind(head.seq as i64)
            .bind(head.hash.0.as_slice())
            .bind(now_ms)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// What a peer last said it durably holds, where it is on our own branch.
    pub async fn confirmed(&self, peer: &str) -> Result<Vec<ChainHead>, StoreError> {
        let rows = sqlx::query(
            "select device, epoch, seq, hash from confirmed where peer = ? order by device, epoch",
        )
        .bind(peer)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(head_of_row).collect()
    }

    /// Whether some chain cannot be folded to its end, since what its writer had seen is not here yet.
    pub async fn waits_for_past(&self) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar("select exists (select 1 from chain where folded_seq < head_seq)")
            .fetch_one(&self.reader)
            .await?)
    }

    /// One entry by its place; the hash must be the one named.
    pub async fn entry(&self, at: &ChainHead) -> Result<Entry, StoreError> {
        let town = self.town().await?.ok_or(StoreError::NotFound("town"))?;
        let mut connection = self.reader.acquire().await?;
        entry_at(&mut connection, town, at).await
    }
}

pub(crate) async fn entry_at(
    connection: &mut SqliteConnection,
    town: TownCode,
    at: &ChainHead,
) -> Result<Entry, StoreError> {
    let id: i64 = sqlx::query_scalar("select id from chain where device = ? and epoch = ?")
        .bind(at.device.0.as_slice())
        .bind(at.epoch.0)
        .fetch_optional(&mut *connection)
        .await?
        .ok_or(StoreError::NotFound("chain"))?;
    let position = Position { device: at.device, epoch: at.epoch, seq: 0 };
    let loaded = load_entries(connection, id, town, position, at.seq as i64 - 1, 1).await?;
    match loaded.into_iter().next() {
        Some(loaded) if loaded.entry.position.seq == at.seq && loaded.hash == at.hash => Ok(loaded.entry),
        _ => Err(StoreError::NotFound("entry")),
    }
}

fn pack(key: PublicKey, mut entries: Vec<(Entry, Option<Signature>)>) -> Option<Range> {
    let last_signed = entries.iter().rposition(|(_, signature)| signature.is_some())?;
    entries.truncate(last_signed + 1);
    let signature = entries.last().and_then(|(_, signature)| *signature)?;
    let entries: Vec<Entry> = entries.into_iter().map(|(entry, _)| entry).collect();
    Range::pack(key, &entries, signature)
}

pub(crate) fn head_of_row(row: &sqlx::sqlite::SqliteRow) -> Result<ChainHead, StoreError> {
    Ok(ChainHead {
        device: rows::device(row.try_get(0)?)?,
        epoch: Epoch(row.try_get(1)?),
        seq: row.try_get::<i64, _>(2)? as u64,
        hash: rows::hash(row.try_get(3)?)?,
    })
}

/// An entry as the file holds it.
pub(crate) struct Loaded {
    pub entry: Entry,
    pub hash: Hash,
    pub signature: Option<Signature>,
}

/// Entries of one chain after a number, in order.
pub(crate) async fn load_entries(
    connection: &mut SqliteConnection,
    chain: i64,
    town: TownCode,
    position: Position,
    after_seq: i64,
    count: i64,
) -> Result<Vec<Loaded>, StoreError> {
    let mut previous = match after_seq {
        0 => Hash::ZERO,
        seq => hash_at(connection, chain, seq as u64).await?.ok_or(StoreError::NotFound("entry"))?,
    };
    let rows = sqlx::query(
        "select entry.seq, entry.hash, entry.at_ms, entry.kind, entry.body, entry.signature, author.user, author.grant_hash \
         from entry left join author on author.id = entry.author \
         where entry.chain = ? and entry.seq > ? order by entry.seq limit ?",
    )
    .bind(chain)
    .bind(after_seq)
    .bind(count)
    .fetch_all(connection)
    .await?;
    let mut loaded = Vec::with_capacity(rows.len());
    for row in &rows {
        let own = rows::hash(row.try_get(1)?)?;
        let author = match row.try_get::<Option<&[u8]>, _>(6)? {
            None => None,
            Some(user) => Some(Author {
                user: UserId::from_slice(user).ok_or(StoreError::NotFound("author"))?,
                grant: rows::hash(row.try_get(7)?)?,
            }),
        };
        let entry = Entry {
            town,
            position: Position { seq: row.try_get::<i64, _>(0)? as u64, ..position },
            previous,
            at_ms: row.try_get(2)?,
            kind: row.try_get::<i64, _>(3)? as u16,
            author,
            body: row.try_get(4)?,
        };
        let signature = row.try_get::<Option<&[u8]>, _>(5)?.and_then(Signature::from_slice);
        loaded.push(Loaded { entry, hash: own, signature });
        previous = own;
    }
    Ok(loaded)
}

pub(crate) async fn hash_at(
    connection: &mut SqliteConnection,
    chain: i64,
    seq: u64,
) -> Result<Option<Hash>, StoreError> {
    let bytes: Option<Vec<u8>> = sqlx::query_scalar("select hash from entry where chain = ? and seq = ?")
        .bind(chain)
        .bind(seq as i64)
        .fetch_optional(connection)
        .await?;
    bytes.as_deref().map(rows::hash).transpose()
}

/// Stores consecutive entries, with the signatures that are held by the number of the entry they stand at.
pub(crate) async fn insert_entries(
    connection: &mut SqliteConnection,
    chain: i64,
    entries: &[&(Entry, Hash)],
    signatures: &BTreeMap<u64, &Signature>,
    way: &Way,
) -> Result<(), StoreError> {
    let mut authors = HashMap::new();
    let mut prepared = Vec::with_capacity(entries.len());
    for (entry, own) in entries {
        let author = match entry.author {
            None => None,
            Some(author) => Some(match authors.get(&author) {
                Some(id) => *id,
                None => {
                    let id = author_id(connection, &author).await?;
                    authors.insert(author, id);
                    id
                }
            }),
        };
        prepared.push((entry, own, author, signatures.get(&entry.position.seq).copied()));
    }
    ENTRIES
        .all_giving_way(connection, way, &prepared, |query, (entry, own, author, signature)| {
            query
                .bind(chain)
                .bind(entry.position.seq as i64)
                .bind(own.0.as_slice())
                .bind(entry.at_ms)
                .bind(i64::from(entry.kind))
                .bind(*author)
                .bind(entry.body.as_slice())
                .bind(signature.map(|signature| signature.0.as_slice()))
        })
        .await
}

const ENTRIES: Insert<'static> = Insert {
    head: "insert into entry (chain, seq, hash, at_ms, kind, author, body, signature) values ",
    columns: 8,
    tail: "",
};

/// Stores one entry, its author beside it where this is the first time: two statements.
pub(crate) const INSERT_ENTRY: &str = "insert into author (user, grant_hash) select ?, ? where ? is not null on conflict do nothing; \
     insert into entry (chain, seq, hash, at_ms, kind, author, body) values \
     (?, ?, ?, ?, ?, (select id from author where user = ? and grant_hash = ?), ?)";

/// Binds the parameters of [`INSERT_ENTRY`].
pub(crate) fn bind_entry<'q>(
    query: Statement<'q>,
    chain: i64,
    (entry, own): &'q (Entry, Hash),
) -> Statement<'q> {
    let user = entry.author.map(|author| author.user.0.to_vec());
    let grant = entry.author.map(|author| author.grant.0.to_vec());
    query
        .bind(user.clone())
        .bind(grant.clone())
        .bind(user.clone())
        .bind(chain)
        .bind(entry.position.seq as i64)
        .bind(own.0.as_slice())
        .bind(entry.at_ms)
        .bind(i64::from(entry.kind))
        .bind(user)
        .bind(grant)
        .bind(entry.body.as_slice())
}

async fn author_id(connection: &mut SqliteConnection, author: &Author) -> Result<i64, StoreError> {
    let known: Option<i64> = sqlx::query_scalar("select id from author where user = ? and grant_hash = ?")
        .bind(author.user.0.as_slice())
        .bind(author.grant.0.as_slice())
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(id) = known {
        return Ok(id);
    }
    let id = sqlx::query_scalar("insert into author (user, grant_hash) values (?, ?) returning id")
        .bind(author.user.0.as_slice())
        .bind(author.grant.0.as_slice())
        .fetch_one(connection)
        .await?;
    Ok(id)
}
