//! Ranges on their way into the log: chain and signature are checked before the database is asked for anything, then
//! each finds its place, or is kept as evidence.

use super::branch::{self, GivenUp};
use super::{Open, held};
use crate::ServerError;
use domain::fact::{Fact, Kind};
use domain::identity::PublicKey;
use domain::{ChainHead, DeviceId, Epoch, Hash, TownCode};
use journal::range::Opened;
use journal::{Entry, JournalError, Range, hash};

use std::collections::{BTreeMap, BTreeSet};
use store::Outcome;

/// A range whose chain and signature were looked at.
pub(super) struct Arrival {
    range: Range,
    opened: Result<Opened, JournalError>,
}

impl Arrival {
    fn new(range: Range, town: TownCode) -> Arrival {
        let opened = match range.town == town {
            true => range.clone().open(),
            false => Err(JournalError::Malformed("range of another town")),
        };
        Arrival { range, opened }
    }

    /// Whether the head is one of the range's own chain.
    pub(super) fn is_of(&self, head: &ChainHead) -> bool {
        (head.device, head.epoch) == (self.range.device(), self.range.epoch)
    }
}

/// Looks at all of them, beside the threads that listen: a signature takes its time.
pub(super) async fn opened(town: TownCode, ranges: Vec<Range>) -> Result<Vec<Arrival>, ServerError> {
    if ranges.is_empty() {
        return Ok(Vec::new());
    }
    let looking = tokio::task::spawn_blocking(move || {
        ranges.into_iter().map(|range| Arrival::new(range, town)).collect()
    });
    looking.await.map_err(|error| ServerError::Database(error.to_string()))
}

/// The town's chains, as they are and as they will be.
pub(super) struct Chains(BTreeMap<(DeviceId, Epoch), ChainHead>);

impl Chains {
    pub(super) async fn load(open: &mut Open, town: TownCode) -> Result<Chains, ServerError> {
        let rows = sqlx::query("select device, epoch, head_seq, head_hash from chain where town = $1")
            .bind(i64::from(town.0))
            .fetch_all(&mut **open)
            .await?;
        let heads = rows.iter().map(|row| {
            let head = held::head_of_row(row)?;
            Ok(((head.device, head.epoch), head))
        });
        Ok(Chains(heads.collect::<Result<_, ServerError>>()?))
    }

    /// In the order of devices and epochs.
    pub(super) fn heads(&self) -> Vec<ChainHead> {
        self.0.values().copied().collect()
    }

    /// A chain that now ends earlier.
    pub(super) fn move_back(&mut self, to: ChainHead) {
        self.0.insert((to.device, to.epoch), to);
    }

    /// The head of the chain that `of` belongs to.
    pub(super) fn head_of(&self, of: &ChainHead) -> Option<ChainHead> {
        self.0.get(&(of.device, of.epoch)).copied()
    }
}

/// A stretch that will be stored.
struct New {
    key: PublicKey,
    first_seq: u64,
    head: ChainHead,
    bytes: Vec<u8>,
}

/// What becomes of each arrival, and what is new.
#[derive(Default)]
pub(super) struct Placed {
    pub(super) outcomes: Vec<Outcome>,
    new: Vec<New>,
    named: BTreeSet<DeviceId>,
    moves_trust: bool,
    given_up: Vec<GivenUp>,
    /// Heads that were given up before: what ends in one is no evidence of anything new.
    known_given_up: BTreeSet<Hash>,
}

impl Placed {
    pub(super) fn has_grown(&self) -> bool {
        !self.new.is_empty()
    }

    /// Whether something new says that trust in the device ends.
    pub(super) fn names(&self, device: &DeviceId) -> bool {
        self.named.contains(device)
    }

    pub(super) fn moves_trust(&self) -> bool {
        self.moves_trust
    }

    fn is_given_up(&self, arrival: &Arrival) -> bool {
        arrival.opened.as_ref().is_ok_and(|opened| self.known_given_up.contains(&opened.head.hash))
    }

    fn learn(&mut self, entry: &Entry) {
        self.given_up.extend(branch::given_up_by(entry));
        self.moves_trust |= may_move_trust(entry.kind);
        if let Ok(Some(Fact::DeviceRevoked(revoked))) = entry.fact() {
            self.named.insert(revoked.device);
        }
    }
}

/// Money and records say nothing of whom the town trusts. What this version does not know, it does not rule out.
fn may_move_trust(kind: u16) -> bool {
    !matches!(
        Kind::from_number(kind),
        Some(
            Kind::Seen
                | Kind::DefinitionPublished
                | Kind::DemandBatch
                | Kind::ShiftOpened
                | Kind::ReceiptIssued
                | Kind::ReceiptRecovered
                | Kind::ReceiptCancelled
                | Kind::ReceiptReprinted
                | Kind::PaymentCertified
                | Kind::ShiftClosed
                | Kind::Remitted
                | Kind::DrawerHandedOver
                | Kind::LeafBookIssued
                | Kind::AdvanceSpent
                | Kind::CaseSettled
                | Kind::RecordChanged
                | Kind::ContactSealed
        )
    )
}

/// Finds where each belongs. The town's row is locked where there are any, so the chains stand still.
pub(super) async fn place(
    open: &mut Open,
    town: TownCode,
    chains: &mut Chains,
    arrivals: &[Arrival],
) -> Result<Placed, ServerError> {
    let mut placed = Placed::default();
    if !arrivals.is_empty() {
        placed.known_given_up = branch::known(open, town).await?;
    }
    for (at, arrival) in arrivals.iter().enumerate() {
        let outcome = match &arrival.opened {
            Err(error) => Outcome::Refused(error.clone()),
            Ok(opened) if placed.known_given_up.contains(&opened.head.hash) => Outcome::Forked,
            Ok(opened) => {
                let earlier = arrivals.get(..at).unwrap_or_default();
                place_one(open, town, chains, earlier, arrival, opened, &mut placed).await?
            }
        };
        placed.outcomes.push(outcome);
    }
    Ok(placed)
}

async fn place_one(
    open: &mut Open,
    town: TownCode,
    chains: &mut Chains,
    earlier: &[Arrival],
    arrival: &Arrival,
    opened: &Opened,
    placed: &mut Placed,
) -> Result<Outcome, ServerError> {
    let ChainHead { device, epoch, .. } = opened.head;
    let head = chains.head_of(&opened.head);
    let head = head.unwrap_or(ChainHead { device, epoch, seq: 0, hash: Hash::ZERO });
    if arrival.range.first_seq > head.seq.saturating_add(1) {
        return Ok(Outcome::Gap);
    }
    let held = opened.entries.iter().take_while(|(entry, _)| entry.position.seq <= head.seq).count();
    let (held, new) = opened.entries.split_at(held);
    // Each hash holds all before it: where the last one held agrees, so do the others.
    if let Some((entry, own)) = held.last() {
        let at = ChainHead { seq: entry.position.seq, hash: *own, ..head };
        let here = match at.seq == head.seq {
            true => Some(head.hash),
            false => match brought_with(earlier, &at, &placed.outcomes) {
                Some(hash) => Some(hash),
                None => held::hash_at(open, town, &at).await?,
            },
        };
        if here != Some(*own) {
            return Ok(Outcome::Forked);
        }
    }
    let Some((first_new, _)) = new.first() else { return Ok(Outcome::Duplicate) };
    if first_new.previous != head.hash {
        return Ok(Outcome::Forked);
    }
    let bytes = match held.is_empty() {
        true => minicbor::to_vec(&arrival.range),
        false => {
            let entries: Vec<Entry> = new.iter().map(|(entry, _)| entry.clone()).collect();
            minicbor::to_vec(Range::pack(opened.key, &entries, opened.signature))
        }
    };
    let bytes = bytes.map_err(|error| ServerError::Database(error.to_string()))?;
    new.iter().for_each(|(entry, _)| placed.learn(entry));
    placed.new.push(New { key: opened.key, first_seq: first_new.position.seq, head: opened.head, bytes });
    chains.0.insert((device, epoch), opened.head);
    Ok(Outcome::Stored)
}

/// The hash at a place that came with the same message and is in no table yet.
fn brought_with(earlier: &[Arrival], at: &ChainHead, outcomes: &[Outcome]) -> Option<Hash> {
    let stored = earlier.iter().zip(outcomes).filter(|(_, outcome)| **outcome == Outcome::Stored);
    let opened = stored.filter_map(|(arrival, _)| arrival.opened.as_ref().ok());
    let mut of_chain =
        opened.filter(|opened| (opened.head.device, opened.head.epoch) == (at.device, at.epoch));
    of_chain.find_map(|opened| {
        opened.entries.iter().find(|(entry, _)| entry.position.seq == at.seq).map(|(_, own)| *own)
    })
}

/// Writes what is new, and what speaks against somebody.
pub(super) async fn keep(
    open: &mut Open,
    town: TownCode,
    chains: &mut Chains,
    arrival: i64,
    placed: &Placed,
    arrivals: &[Arrival],
    now_ms: i64,
) -> Result<(), ServerError> {
    keep_new(open, town, arrival, placed, now_ms).await?;
    branch::give_up(open, town, chains, &placed.given_up).await?;
    for device in &placed.named {
        sqlx::query("insert into named_revoked (town, device) values ($1, $2) on conflict do nothing")
            .bind(i64::from(town.0))
            .bind(device.0.as_slice())
            .execute(&mut **open)
            .await?;
    }
    for (arrival, outcome) in arrivals.iter().zip(&placed.outcomes) {
        match outcome {
            Outcome::Refused(error) => {
                keep_evidence(open, town, &arrival.range, &error.to_string(), now_ms).await?
            }
            Outcome::Forked if placed.is_given_up(arrival) => {}
            Outcome::Forked => keep_evidence(open, town, &arrival.range, "fork", now_ms).await?,
            Outcome::Stored | Outcome::Duplicate | Outcome::Gap => {}
        }
    }
    Ok(())
}

/// Ranges, chains' heads and the town's place in one statement.
async fn keep_new(
    open: &mut Open,
    town: TownCode,
    arrival: i64,
    placed: &Placed,
    now_ms: i64,
) -> Result<(), ServerError> {
    if placed.new.is_empty() {
        return Ok(());
    }
    // A statement may touch a chain once: the last stretch of each moves its head.
    let heads: BTreeMap<_, _> =
        placed.new.iter().map(|new| ((new.head.device, new.head.epoch), new)).collect();
    let column = |of: fn(&New) -> &[u8]| placed.new.iter().map(of).collect::<Vec<_>>();
    let numbers = |of: fn(&New) -> i64| placed.new.iter().map(of).collect::<Vec<_>>();
    let head_bytes = |of: fn(&New) -> &[u8]| heads.values().map(|new| of(new)).collect::<Vec<_>>();
    let head_numbers = |of: fn(&New) -> i64| heads.values().map(|new| of(new)).collect::<Vec<_>>();
    sqlx::query(
        "with stored as (insert into entry_range \
             (town, device, epoch, first_seq, last_seq, last_hash, arrival, received_ms, bytes) \
             select $1, device, epoch, first_seq, last_seq, last_hash, $2 + place, $3, bytes from \
             unnest($4::bytea[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bytea[], $9::bytea[]) \
             with ordinality as new (device, epoch, first_seq, last_seq, last_hash, bytes, place)), \
         moved as (insert into chain (town, device, epoch, public_key, head_seq, head_hash) \
             select $1, * from unnest($10::bytea[], $11::bigint[], $12::bytea[], $13::bigint[], $14::bytea[]) \
             on conflict (town, device, epoch) do update \
             set head_seq = excluded.head_seq, head_hash = excluded.head_hash) \
         update log set arrival = $2 + $15, trust_arrival = case when $16 then $2 + $15 else trust_arrival end \
         where town = $1",
    )
    .bind(i64::from(town.0))
    .bind(arrival)
    .bind(now_ms)
    .bind(column(|new| &new.head.device.0))
    .bind(numbers(|new| i64::from(new.head.epoch.0)))
    .bind(numbers(|new| new.first_seq as i64))
    .bind(numbers(|new| new.head.seq as i64))
    .bind(column(|new| &new.head.hash.0))
    .bind(column(|new| &new.bytes))
    .bind(head_bytes(|new| &new.head.device.0))
    .bind(head_numbers(|new| i64::from(new.head.epoch.0)))
    .bind(head_bytes(|new| &new.key.0))
    .bind(head_numbers(|new| new.head.seq as i64))
    .bind(head_bytes(|new| &new.head.hash.0))
    .bind(placed.new.len() as i64)
    .bind(placed.moves_trust)
    .execute(&mut **open)
    .await?;
    Ok(())
}

async fn keep_evidence(
    open: &mut Open,
    town: TownCode,
    range: &Range,
    reason: &str,
    now_ms: i64,
) -> Result<(), ServerError> {
    let bytes = minicbor::to_vec(range).map_err(|error| ServerError::Database(error.to_string()))?;
    sqlx::query(
        "insert into refused (town, fingerprint, received_ms, device, epoch, first_seq, reason, bytes) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
    )
    .bind(i64::from(town.0))
    .bind(hash(&bytes).0.as_slice())
    .bind(now_ms)
    .bind(range.device().0.as_slice())
    .bind(i64::from(range.epoch.0))
    .bind(range.first_seq as i64)
    .bind(reason)
    .bind(bytes.as_slice())
    .execute(&mut **open)
    .await?;
    Ok(())
}
