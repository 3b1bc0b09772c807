//! A town's log in the state's database, as an answering side needs it.

use super::arriving::{self, Arrival, Chains};
use super::judgement::Folds;
use super::{Database, Open, held};
use crate::ServerError;
use crate::shell::SystemEntropy;
use carrier::{Standing, TownLog, Visit, Visited};
use domain::identity::PersonId;
use domain::{ChainHead, DeviceId, TownCode};
use journal::seal::WrappedKey;
use journal::{Range, hash, random};
use sqlx::Row;
use sqlx::postgres::PgRow;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Store;
use sync::plan::Wanted;
use sync::{KeyCursor, Keys, ReplicaId};
use tokio::sync::watch;

/// One town.
#[derive(Clone)]
pub(crate) struct PostgresLog {
    database: Database,
    town: TownCode,
    folds: Arc<Folds>,
}

/// What stands in the town's row, and beside it of one device.
struct Desk {
    replica: ReplicaId,
    arrival: i64,
    key_order: i64,
    standing: Standing,
    is_named: bool,
    before: Vec<ChainHead>,
    keys_held: Option<KeyCursor>,
}

const DESK: &str = "select log.replica, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), log.arrival, log.key_order, \
     log.judged_arrival >= log.trust_arrival and (log.judged_whole or log.judged_arrival = log.arrival), \
     exists (select from named_revoked where named_revoked.town = log.town and named_revoked.device = $2), \
     exists (select from revoked where revoked.town = log.town and revoked.device = $2), \
     peer.heads, peer.keys_replica, peer.keys_order \
     from log left join peer on peer.town = log.town and peer.device = $2 where log.town = $1";

impl Desk {
    fn of_row(row: &PgRow) -> Result<Desk, ServerError> {
        let (is_judged, is_named, is_revoked) = (row.try_get(4)?, row.try_get(5)?, row.try_get(6)?);
        let standing = match (is_named, is_judged, is_revoked) {
            (false, ..) | (true, true, false) => Standing::Trusted,
            (true, true, true) => Standing::Revoked,
            (true, false, _) => Standing::Unjudged,
        };
        let before = row.try_get::<Option<&[u8]>, _>(7)?;
        let keys_replica = row.try_get::<Option<&[u8]>, _>(8)?.and_then(|bytes| bytes.try_into().ok());
        let keys_held = match (keys_replica, row.try_get(9)?) {
            (Some(replica), Some(order)) => Some(KeyCursor { replica: ReplicaId(replica), order }),
            _ => None,
        };
        Ok(Desk {
            replica: replica_of(row.try_get(0)?, row.try_get(1)?),
            arrival: row.try_get(2)?,
            key_order: row.try_get(3)?,
            standing,
            is_named,
            before: before.and_then(|bytes| minicbor::decode(bytes).ok()).unwrap_or_default(),
            keys_held,
        })
    }
}

/// A database put back to an earlier state goes on under a new timeline, and its list of keys is then another list: what
/// devices remember of the old one must not count.
fn replica_of(kept: &[u8], timeline: &str) -> ReplicaId {
    let mut bytes = b"palika replica 1\0".to_vec();
    bytes.extend_from_slice(kept);
    bytes.extend_from_slice(timeline.as_bytes());
    let mut replica = ReplicaId::default();
    replica.0.iter_mut().zip(hash(&bytes).0).for_each(|(to, from)| *to = from);
    replica
}

impl PostgresLog {
    pub(crate) fn new(database: Database, town: TownCode, folds: Arc<Folds>) -> PostgresLog {
        PostgresLog { database, town, folds }
    }

    /// The town's row. Locked, nobody else adds to the town until the transaction ends.
    async fn desk(&self, open: &mut Open, device: &DeviceId, locked: bool) -> Result<Desk, ServerError> {
        let text = if locked { format!("{DESK} for update of log") } else { DESK.to_owned() };
        for _ in 0..2 {
            let row = sqlx::query(sqlx::AssertSqlSafe(text.clone()))
                .bind(i64::from(self.town.0))
                .bind(device.0.as_slice())
                .fetch_optional(&mut **open)
                .await?;
            if let Some(row) = row {
                return Desk::of_row(&row);
            }
            let replica: [u8; 16] = random(&mut SystemEntropy);
            sqlx::query("insert into log (town, replica) values ($1, $2) on conflict do nothing")
                .bind(i64::from(self.town.0))
                .bind(replica.as_slice())
                .execute(&mut **open)
                .await?;
        }
        Err(ServerError::Database("the town's row".to_owned()))
    }

    /// One transaction; the flag says whether the log grew.
    async fn take_in(&self, visit: &Visit, arrivals: &[Arrival]) -> Result<(Visited, bool), ServerError> {
        let mut open = self.database.begin(self.town).await?;
        let adds = !arrivals.is_empty() || !visit.keys.keys.is_empty();
        let desk = self.desk(&mut open, &visit.device, adds).await?;
        let mut chains = Chains::load(&mut open, self.town).await?;
        let placed = arriving::place(&mut open, self.town, &mut chains, arrivals).await?;
        arriving::keep(&mut open, self.town, &mut chains, desk.arrival, &placed, arrivals, visit.now_ms)
            .await?;
        let keys_upto = take_keys(&mut open, self.town, desk.key_order, &visit.keys).await?;
        let keys_held = visit.keys.cursor(visit.replica, desk.keys_held);
        self.note_peer(&mut open, visit, &desk, keys_held, &chains).await?;
        open.commit().await?;
        let standing = match desk.standing {
            _ if placed.names(&visit.device) => Standing::Unjudged,
            _ if desk.is_named && placed.moves_trust() => Standing::Unjudged,
            standing => standing,
        };
        let heads = chains.heads();
        let received = arrivals.iter().zip(&placed.outcomes).map(|(arrival, outcome)| store::Received {
            head: heads.iter().find(|head| arrival.is_of(head)).copied(),
            outcome: outcome.clone(),
        });
        let visited = Visited {
            replica: desk.replica,
            before: desk.before,
            received: received.collect(),
            keys_held,
            keys_upto,
            standing,
            heads,
        };
        Ok((visited, placed.has_grown()))
    }

    /// Written only where it moved: an idle device costs the disk nothing.
    async fn note_peer(
        &self,
        open: &mut Open,
        visit: &Visit,
        desk: &Desk,
        keys_held: KeyCursor,
        chains: &Chains,
    ) -> Result<(), ServerError> {
        // The cursor of a device that brought nothing says nothing yet.
        let keys_moved = desk.keys_held != Some(keys_held);
        if desk.before == visit.heads && !keys_moved {
            return Ok(());
        }
        let mut heads = Vec::with_capacity(visit.heads.len());
        for head in &visit.heads {
            let known = desk.before.contains(head) || chains.head_of(head) == Some(*head);
            if known || held::hash_at(open, self.town, head).await? == Some(head.hash) {
                heads.push(*head);
            }
        }
        if heads == desk.before && !keys_moved {
            return Ok(());
        }
        let heads = minicbor::to_vec(&heads).map_err(|error| ServerError::Database(error.to_string()))?;
        sqlx::query(
            "insert into peer (town, device, heads, keys_replica, keys_order, heard_ms) \
             values ($1, $2, $3, $4, $5, $6) on conflict (town, device) do update set heads = excluded.heads, \
             keys_replica = excluded.keys_replica, keys_order = excluded.keys_order, heard_ms = excluded.heard_ms",
        )
        .bind(i64::from(self.town.0))
        .bind(visit.device.0.as_slice())
        .bind(heads)
        .bind(keys_held.replica.0.as_slice())
        .bind(keys_held.order)
        .bind(visit.now_ms)
        .execute(&mut **open)
        .await?;
        Ok(())
    }

    async fn standing_now(&self, device: &DeviceId) -> Result<Standing, ServerError> {
        let mut open = self.database.begin(self.town).await?;
        let standing = self.desk(&mut open, device, false).await?.standing;
        open.commit().await?;
        Ok(standing)
    }
}

impl TownLog for PostgresLog {
    type Error = ServerError;

    async fn visit(&self, mut visit: Visit) -> Result<Visited, ServerError> {
        let arrivals = arriving::opened(self.town, std::mem::take(&mut visit.ranges)).await?;
        let (mut visited, has_grown) = self.take_in(&visit, &arrivals).await?;
        if has_grown {
            self.database.news.has_grown(self.town);
        }
        if visited.standing == Standing::Unjudged {
            visited.standing = self.standing(visit.device).await?;
        }
        Ok(visited)
    }

    async fn heads(&self) -> Result<Vec<ChainHead>, ServerError> {
        let mut open = self.database.begin(self.town).await?;
        let heads = Chains::load(&mut open, self.town).await?.heads();
        open.commit().await?;
        Ok(heads)
    }

    async fn standing(&self, device: DeviceId) -> Result<Standing, ServerError> {
        match self.standing_now(&device).await? {
            Standing::Unjudged => {
                self.folds.judge(self.database.clone(), self.town).await;
                self.standing_now(&device).await
            }
            standing => Ok(standing),
        }
    }

    async fn range_after(&self, wanted: Wanted, bytes_max: usize) -> Result<Option<Range>, ServerError> {
        let mut open = self.database.begin(self.town).await?;
        let range = held::range_after(&mut open, self.town, &wanted, bytes_max).await?;
        open.commit().await?;
        Ok(range)
    }

    async fn person_keys_after(&self, order: i64, limit: i64) -> Result<Vec<(i64, WrappedKey)>, ServerError> {
        let mut open = self.database.begin(self.town).await?;
        let rows = sqlx::query(
            "select key_order, person, wrapped from person_key where town = $1 and key_order > $2 \
             order by key_order limit $3",
        )
        .bind(i64::from(self.town.0))
        .bind(order)
        .bind(limit)
        .fetch_all(&mut *open)
        .await?;
        open.commit().await?;
        rows.iter()
            .map(|row| {
                let person = PersonId::from_slice(row.try_get(1)?).ok_or_else(|| held::damaged("person"))?;
                Ok((row.try_get(0)?, WrappedKey { person, bytes: row.try_get(2)? }))
            })
            .collect()
    }

    fn growth(&self) -> watch::Receiver<()> {
        self.database.news.growth(self.town)
    }

    async fn segments(&self) -> Result<Option<Vec<u8>>, ServerError> {
        let mut open = self.database.begin(self.town).await?;
        let made = sqlx::query_scalar("select made from segments where town = $1")
            .bind(i64::from(self.town.0))
            .fetch_optional(&mut *open)
            .await?;
        open.commit().await?;
        Ok(made)
    }

    async fn note_segments(&self, before: Option<&[u8]>, bytes: &[u8]) -> Result<bool, ServerError> {
        let mut open = self.database.begin(self.town).await?;
        let text = match before {
            None => "insert into segments (town, made) values ($1, $2) on conflict do nothing",
            Some(_) => "update segments set made = $2 where town = $1 and made = $3",
        };
        let mut query = sqlx::query(text).bind(i64::from(self.town.0)).bind(bytes);
        if let Some(before) = before {
            query = query.bind(before);
        }
        let noted = query.execute(&mut *open).await?;
        open.commit().await?;
        Ok(noted.rows_affected() > 0)
    }

    async fn folded(&self) -> Result<Store, ServerError> {
        self.folds.folded(&self.database, self.town).await
    }
}

/// Takes wrapped keys in; the last place in the list of keys comes back. Of two wraps the lower holds, so that an erased
/// (empty) one wins over any. A changed key goes to the end of the list, so that it travels on. The town's row is locked.
async fn take_keys(open: &mut Open, town: TownCode, upto: i64, keys: &Keys) -> Result<i64, ServerError> {
    let mut lowest: BTreeMap<&PersonId, &Vec<u8>> = BTreeMap::new();
    for key in &keys.keys {
        let held = lowest.entry(&key.person).or_insert(&key.bytes);
        *held = (*held).min(&key.bytes);
    }
    if lowest.is_empty() {
        return Ok(upto);
    }
    let persons: Vec<&[u8]> = lowest.keys().map(|person| person.0.as_slice()).collect();
    let rows = sqlx::query("select person, wrapped from person_key where town = $1 and person = any($2)")
        .bind(i64::from(town.0))
        .bind(&persons)
        .fetch_all(&mut **open)
        .await?;
    for row in &rows {
        let person = PersonId::from_slice(row.try_get(0)?).ok_or_else(|| held::damaged("person"))?;
        let wrapped: &[u8] = row.try_get(1)?;
        if lowest.get(&person).is_some_and(|new| wrapped <= new.as_slice()) {
            lowest.remove(&person);
        }
    }
    if lowest.is_empty() {
        return Ok(upto);
    }
    let (persons, wraps): (Vec<&[u8]>, Vec<&[u8]>) =
        lowest.iter().map(|(person, wrapped)| (person.0.as_slice(), wrapped.as_slice())).unzip();
    sqlx::query(
        "with listed as (insert into person_key (town, person, key_order, wrapped) \
         select $1, person, $2 + place, wrapped from unnest($3::bytea[], $4::bytea[]) with ordinality \
         as new (person, wrapped, place) on conflict (town, person) do update \
         set wrapped = excluded.wrapped, key_order = excluded.key_order) \
         update log set key_order = $2 + $5 where town = $1",
    )
    .bind(i64::from(town.0))
    .bind(upto)
    .bind(&persons)
    .bind(&wraps)
    .bind(persons.len() as i64)
    .execute(&mut **open)
    .await?;
    Ok(upto + persons.len() as i64)
}
