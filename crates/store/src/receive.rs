//! Ranges that came from elsewhere: checked, stored, folded, durable. Many of them share a transaction while nobody is
//! at the counter, and step back when somebody is (see `turns`).

use crate::fold::{ChainState, Fold};
use crate::log::{hash_at, head_of_row, insert_entries};
use crate::turns::Way;
use crate::{Store, StoreError, rows};
use domain::identity::Signature;
use domain::{ChainHead, DeviceId, Epoch, Hash, TownCode};
use journal::range::Opened;
use journal::{Entry, JournalError, Range};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, HashSet};

/// What became of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// New entries were stored; those whose past is here are folded.
    Stored,
    /// All of it was here.
    Duplicate,
    /// Entries before it are missing; nothing was stored.
    Gap,
    /// It continues another branch than the one here: kept as evidence, the head does not move.
    Forked,
    /// Chain, signature or town is wrong: kept as evidence.
    Refused(JournalError),
}

/// The answer to a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The head durably held now for that chain; `None` where nothing of it is here.
    pub head: Option<ChainHead>,
    /// What became of it.
    pub outcome: Outcome,
}

/// A range whose chain and signature were looked at, before the file is asked for anything.
struct Arrival {
    device: DeviceId,
    epoch: Epoch,
    first_seq: u64,
    /// As it came: kept as evidence where it does not hold.
    range: Range,
    opened: Result<Opened, JournalError>,
}

impl Arrival {
    fn new(range: Range, town: Option<TownCode>) -> Arrival {
        let (device, epoch, first_seq) = (range.device(), range.epoch, range.first_seq);
        let opened = if Some(range.town) == town {
            range.clone().open()
        } else {
            Err(JournalError::Malformed("range of another town"))
        };
        Arrival { device, epoch, first_seq, range, opened }
    }
}

impl Store {
    /// Takes a range in: checked, stored and folded in one durable transaction.
    pub async fn receive(&self, range: Range, now_ms: i64) -> Result<Received, StoreError> {
        let mut received = Vec::with_capacity(1);
        self.receive_all(vec![range], now_ms, &mut received).await?;
        received.pop().ok_or(StoreError::NotFound("range"))
    }

    /// Takes ranges in, in their order and in as few transactions as the counter allows. What became of each is added to
    /// `received` once it is durable; after a failure, that much was done.
    pub async fn receive_all(
        &self,
        ranges: Vec<Range>,
        now_ms: i64,
        received: &mut Vec<Received>,
    ) -> Result<(), StoreError> {
        let town = self.town().await?;
        let arrivals: Vec<Arrival> = ranges.into_iter().map(|range| Arrival::new(range, town)).collect();
        let mut waiting = arrivals.as_slice();
        while !waiting.is_empty() {
            let (some, rest) = waiting.split_at(self.turns.ranges_at_once().clamp(1, waiting.len()));
            let way = self.turns.way();
            match self.take_in(town, some, now_ms, &way).await {
                Ok(done) => {
                    received.extend(done);
                    waiting = rest;
                    let entries = some.iter().map(|arrival| arrival.range.len()).sum();
                    if self.turns.is_time_to_fold(entries) {
                        self.checkpoint().await?;
                    }
                    self.turns.finished(entries).await;
                }
                Err(_) if way.gave() => self.turns.gave_way(),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// One transaction.
    async fn take_in(
        &self,
        town: Option<TownCode>,
        arrivals: &[Arrival],
        now_ms: i64,
        way: &Way,
    ) -> Result<Vec<Received>, StoreError> {
        let mut transaction = self.begin_immediate().await?;
        match take_in_all(&mut transaction, town, arrivals, now_ms, way).await {
            Ok(received) => {
                transaction.commit().await?;
                if received.iter().any(|one| one.outcome == Outcome::Stored) {
                    self.grown.send_replace(());
                }
                Ok(received)
            }
            Err(error) => {
                // Now and not when the connection is next asked for: somebody may wait for it.
                let _ = transaction.rollback().await;
                Err(error)
            }
        }
    }
}

async fn take_in_all(
    connection: &mut SqliteConnection,
    town: Option<TownCode>,
    arrivals: &[Arrival],
    now_ms: i64,
    way: &Way,
) -> Result<Vec<Received>, StoreError> {
    let mut outcomes = Vec::with_capacity(arrivals.len());
    let given_up = given_up(connection).await?;
    match town {
        Some(town) => {
            let mut storing = Storing::new(connection, way);
            for arrival in arrivals {
                way.check()?;
                outcomes.push(match &arrival.opened {
                    Err(error) => Outcome::Refused(error.clone()),
                    // Its own device gave this branch up; whoever sends it will hear of that.
                    Ok(opened) if given_up.contains(&opened.head.hash) => Outcome::Forked,
                    Ok(opened) => storing.place(opened).await?,
                });
            }
            storing.fold(town).await?;
        }
        // A file that belongs to no town yet holds nothing of any: no range opened.
        None => outcomes.extend(
            arrivals.iter().filter_map(|one| one.opened.as_ref().err().cloned().map(Outcome::Refused)),
        ),
    }
    let mut received = Vec::with_capacity(arrivals.len());
    for (arrival, outcome) in arrivals.iter().zip(outcomes) {
        let reason = match &outcome {
            Outcome::Refused(error) => Some(error.to_string()),
            Outcome::Forked if !is_given_up(&given_up, arrival) => Some("fork".to_owned()),
            _ => None,
        };
        if let Some(reason) = reason {
            keep_evidence(connection, now_ms, arrival, &reason).await?;
        }
        received.push(Received { head: head_of(connection, arrival).await?, outcome });
    }
    Ok(received)
}

async fn given_up(connection: &mut SqliteConnection) -> Result<HashSet<Hash>, StoreError> {
    let hashes: Vec<Vec<u8>> = sqlx::query_scalar("select hash from given_up").fetch_all(connection).await?;
    hashes.iter().map(|hash| rows::hash(hash)).collect()
}

fn is_given_up(given_up: &HashSet<Hash>, arrival: &Arrival) -> bool {
    arrival.opened.as_ref().is_ok_and(|opened| given_up.contains(&opened.head.hash))
}

/// Ranges on their way into the file. Those of one chain mostly follow each other: their entries are written together,
/// and the chain is read and saved once.
struct Storing<'c, 'a> {
    connection: &'c mut SqliteConnection,
    way: &'a Way,
    chains: Vec<Growing<'a>>,
}

/// A chain with what is new of it.
struct Growing<'a> {
    state: ChainState,
    /// True where nothing of it waited for its past before.
    caught_up: bool,
    new: Vec<&'a (Entry, Hash)>,
    /// Of `new`, how many are in the file.
    written: usize,
    /// Signatures by the number of the entry they stand at.
    signatures: BTreeMap<u64, &'a Signature>,
}

impl<'c, 'a> Storing<'c, 'a> {
    fn new(connection: &'c mut SqliteConnection, way: &'a Way) -> Storing<'c, 'a> {
        Storing { connection, way, chains: Vec::new() }
    }

    /// Finds where a range belongs. Another branch of a chain is remembered at the chain: its writer must hear of it.
    async fn place(&mut self, opened: &'a Opened) -> Result<Outcome, StoreError> {
        let at = self.chain_of(opened).await?;
        let outcome = self.place_at(at, opened).await?;
        if outcome == Outcome::Forked
            && let Some(chain) = self.chains.get(at)
        {
            sqlx::query("update chain set came_seq = max(came_seq, 1) where id = ?")
                .bind(chain.state.id)
                .execute(&mut *self.connection)
                .await?;
        }
        Ok(outcome)
    }

    async fn place_at(&mut self, at: usize, opened: &'a Opened) -> Result<Outcome, StoreError> {
        let Some(chain) = self.chains.get_mut(at) else { return Err(StoreError::NotFound("chain")) };
        let first = opened.entries.first().map_or(0, |(entry, _)| entry.position.seq);
        if first > chain.state.head_seq + 1 {
            return Ok(Outcome::Gap);
        }
        let head_seq = chain.state.head_seq;
        let held = opened.entries.iter().take_while(|(e, _)| e.position.seq <= head_seq).count();
        let (held, new) = opened.entries.split_at(held);
        if !held.is_empty() {
            // What it is compared with may have come with the same message.
            chain.write(self.connection, self.way).await?;
        }
        for (entry, own) in held {
            if hash_at(self.connection, chain.state.id, entry.position.seq).await? != Some(*own) {
                return Ok(Outcome::Forked);
            }
        }
        let Some((first_new, _)) = new.first() else { return Ok(Outcome::Duplicate) };
        if first_new.previous != chain.state.head_hash {
            return Ok(Outcome::Forked);
        }
        chain.state.head_seq = opened.head.seq;
        chain.state.head_hash = opened.head.hash;
        if let Some((last, _)) = new.last() {
            chain.state.last_at_ms = last.at_ms;
        }
        chain.new.extend(new);
        chain.signatures.insert(opened.head.seq, &opened.signature);
        Ok(Outcome::Stored)
    }

    async fn chain_of(&mut self, opened: &Opened) -> Result<usize, StoreError> {
        let (device, epoch) = (opened.head.device, opened.head.epoch);
        let known = self.chains.iter().position(|one| (one.state.device, one.state.epoch) == (device, epoch));
        if let Some(at) = known {
            return Ok(at);
        }
        let state = ChainState::load_or_create(self.connection, device, epoch, &opened.key).await?;
        let caught_up = state.folded_seq == state.head_seq;
        self.chains.push(Growing {
            state,
            caught_up,
            new: Vec::new(),
            written: 0,
            signatures: BTreeMap::new(),
        });
        Ok(self.chains.len() - 1)
    }

    /// Writes what is new, then folds it and whatever waited for it.
    async fn fold(mut self, town: TownCode) -> Result<(), StoreError> {
        for chain in &mut self.chains {
            chain.write(self.connection, self.way).await?;
            match chain.new.is_empty() {
                true => chain.state.save(self.connection).await?,
                false => chain.state.save_came(self.connection).await?,
            }
        }
        let mut fold = Fold::new(self.connection, town).await?.giving_way(self.way.clone());
        for chain in &self.chains {
            for (entry, _) in &chain.new {
                fold.learn_given_up(entry).await?;
            }
        }
        // Before its history is whole a new device's file stands as the snapshot says.
        if fold.is_arriving().await? {
            return Ok(());
        }
        if fold.begins_anew() {
            // What these chains looked like a moment ago is no longer what the file holds.
            return fold.settle().await;
        }
        for chain in self.chains.iter_mut().filter(|chain| chain.caught_up && !chain.new.is_empty()) {
            fold.chain(&mut chain.state, &chain.new).await?;
        }
        fold.settle().await
    }
}

impl Growing<'_> {
    async fn write(&mut self, connection: &mut SqliteConnection, way: &Way) -> Result<(), StoreError> {
        let unwritten = self.new.get(self.written..).unwrap_or_default();
        insert_entries(connection, self.state.id, unwritten, &self.signatures, way).await?;
        self.written = self.new.len();
        Ok(())
    }
}

async fn head_of(
    connection: &mut SqliteConnection,
    arrival: &Arrival,
) -> Result<Option<ChainHead>, StoreError> {
    sqlx::query(
        "select device, epoch, head_seq, head_hash from chain where device = ? and epoch = ? and head_seq > 0",
    )
    .bind(arrival.device.0.as_slice())
    .bind(arrival.epoch.0)
    .fetch_optional(connection)
    .await?
    .as_ref()
    .map(head_of_row)
    .transpose()
}

async fn keep_evidence(
    connection: &mut SqliteConnection,
    now_ms: i64,
    arrival: &Arrival,
    reason: &str,
) -> Result<(), StoreError> {
    let bytes = minicbor::to_vec(&arrival.range).map_err(|error| StoreError::Database(error.to_string()))?;
    sqlx::query(
        "insert into refused (received_ms, device, epoch, first_seq, reason, bytes, fingerprint) \
         values (?, ?, ?, ?, ?, ?, ?) on conflict do update set reason = excluded.reason",
    )
    .bind(now_ms)
    .bind(arrival.device.0.as_slice())
    .bind(arrival.epoch.0)
    .bind(arrival.first_seq as i64)
    .bind(reason)
    .bind(bytes.as_slice())
    .bind(journal::hash(&bytes).0.as_slice())
    .execute(connection)
    .await?;
    Ok(())
}
