//! The asking side: does what [`sync::Client`] says, with the town's file and a carrier.

use crate::clock::Clock;
use crate::noted;
use crate::taking::Taking;
use domain::{Epoch, TownCode};
use journal::seal::WrappedKey;
use journal::{Entropy, Range};
use std::future::Future;
use std::time::Duration;
use store::{Store, StoreError};
use sync::client::{Action, Client, Event, Status, Trouble};
use sync::host::Outcome;
use sync::limits::KEYS_MAX;
use sync::watch::is_news;
use sync::{Credentials, KeyCursor, ReplicaId, SyncError};

/// Between an exchange and the next watch.
const WATCH_PAUSE: Duration = Duration::from_millis(50);

/// Why a frame did not come back answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// For the person.
    pub trouble: Trouble,
    /// The peer asked for this much patience.
    pub retry_after_ms: Option<i64>,
}

/// Carries one frame to the peer and its answer back.
pub trait Carry: Send + Sync {
    /// Whatever bytes come back are the answer; the machine judges them.
    fn carry(&self, town: TownCode, frame: Vec<u8>) -> impl Future<Output = Result<Vec<u8>, Broken>> + Send;

    /// Carries a watch to the peer; `None` where it waited and has nothing new. A carrier without news never answers.
    fn watch(
        &self,
        _town: TownCode,
        _frame: Vec<u8>,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, Broken>> + Send {
        std::future::pending()
    }

    /// Carries a take to the peer; `None` where it has no such thing, or the carrier none of its kind.
    fn take(
        &self,
        _town: TownCode,
        _frame: Vec<u8>,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, Broken>> + Send {
        std::future::ready(Ok(None))
    }
}

impl From<&SyncError> for Broken {
    fn from(error: &SyncError) -> Broken {
        Broken { trouble: Trouble::from(error), retry_after_ms: None }
    }
}

/// One town's exchange with one peer, from this device.
pub struct Guest {
    pub(crate) store: Store,
    pub(crate) peer: String,
    pub(crate) town: TownCode,
    pub(crate) client: Client,
    pub(crate) taking: Taking,
}

impl Guest {
    /// The exchange of `store` with the peer of that name (the name under which confirmations are kept, e.g. `server`).
    pub async fn new(
        store: Store,
        peer: &str,
        credentials: Credentials,
        epoch: Epoch,
        entropy: &mut dyn Entropy,
    ) -> Result<Guest, StoreError> {
        let replica = replica(&store, &credentials, epoch, entropy).await?;
        let town = credentials.town.town;
        let (peer, client) = (peer.to_owned(), Client::new(credentials, replica));
        Ok(Guest { store, peer, town, client, taking: Taking::default() })
    }

    /// For the supervisor's page.
    pub fn status(&self) -> &Status {
        self.client.status()
    }

    /// Runs until the machine wants to wait; answers until when, on [`Clock::forward_ms`]. May be dropped at any point:
    /// what was stored stays, the rest comes again.
    pub async fn pass<C: Carry>(
        &mut self,
        begin: Event,
        carrier: &C,
        clock: &dyn Clock,
        entropy: &mut dyn Entropy,
    ) -> i64 {
        // An earlier pass may have been dropped half way.
        self.client.abandon();
        self.client.only_give(self.is_taking());
        let mut event = begin;
        let successes = self.client.status().successes;
        loop {
            event = match self.client.handle(event, clock.forward_ms(), entropy) {
                Action::Wait { until_ms } => {
                    self.note(successes, clock.now_ms()).await;
                    return until_ms;
                }
                Action::Read => self.read().await.unwrap_or_else(failed),
                Action::Gather { filler, keys_after } => {
                    self.gather(filler, keys_after).await.unwrap_or_else(failed)
                }
                Action::Send(frame) => match carrier.carry(self.town, frame).await {
                    Ok(answer) => Event::Received(answer),
                    Err(Broken { trouble, retry_after_ms }) => Event::Broken { trouble, retry_after_ms },
                },
                Action::Store { ranges, keys, keys_cursor, confirmed } => {
                    let mut outcomes = Vec::with_capacity(ranges.len());
                    let stored = self
                        .store(ranges, &mut outcomes, &keys, keys_cursor, &confirmed, clock.now_ms())
                        .await;
                    Event::Stored { outcomes, failed: stored.err().map(|error| trouble(&error)) }
                }
                // Only a machine asked from two places at once says this; it is asked from here alone.
                Action::Busy => return clock.forward_ms(),
            };
        }
    }

    /// Returns once the peer holds something that is not known here. Never, where it does not say such things or was
    /// not heard at the last try: then only time brings the next exchange. May be dropped at any point.
    pub async fn news<C: Carry>(&self, carrier: &C) {
        loop {
            // A peer that answers without waiting must not be asked in a circle.
            tokio::time::sleep(WATCH_PAUSE).await;
            let Some(frame) = self.client.watch() else { return std::future::pending().await };
            match carrier.watch(self.town, frame).await {
                Ok(Some(answer)) if is_news(&answer) => return,
                Ok(None) => {}
                Ok(Some(_)) | Err(_) => return std::future::pending().await,
            }
        }
    }

    async fn read(&self) -> Result<Event, StoreError> {
        Ok(Event::Read {
            heads: self.store.vector().await?,
            confirmed: self.store.confirmed(&self.peer).await?,
            keys_held: noted::keys_held(&self.store, &self.peer).await?,
        })
    }

    async fn gather(&self, filler: sync::plan::Filler, keys_after: Option<i64>) -> Result<Event, StoreError> {
        let filler = fill(&self.store, filler).await?;
        let keys = match keys_after {
            Some(after) => self.store.person_keys_after(after, KEYS_MAX as i64).await?,
            None => Vec::new(),
        };
        Ok(Event::Gathered { filler, keys_more: keys.len() == KEYS_MAX, keys })
    }

    async fn store(
        &self,
        ranges: Vec<Range>,
        outcomes: &mut Vec<Outcome>,
        keys: &[WrappedKey],
        keys_cursor: KeyCursor,
        confirmed: &[domain::ChainHead],
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut received = Vec::with_capacity(ranges.len());
        let stored = self.store.receive_all(ranges, now_ms, &mut received).await;
        outcomes.extend(received.into_iter().map(|received| outcome(&received.outcome)));
        stored?;
        self.store.receive_person_keys(keys).await?;
        noted::set_keys_held(&self.store, &self.peer, keys_cursor).await?;
        // An idle exchange writes nothing: a disk is not spun up every minute to note what it already holds.
        if self.store.confirmed(&self.peer).await? != confirmed {
            self.store.confirm(&self.peer, confirmed, now_ms).await?;
        }
        Ok(())
    }

    /// Keeps what a person should still find tomorrow. Failing to keep it harms no exchange.
    async fn note(&self, successes_before: u64, now_ms: i64) {
        let status = self.client.status();
        let _ = noted::note_alarms(&self.store, &self.peer, &status.alarms, now_ms).await;
        if status.successes > successes_before {
            let _ = noted::note_success(&self.store, &self.peer, now_ms).await;
        }
    }
}

/// Fills a message from the store.
async fn fill(store: &Store, mut filler: sync::plan::Filler) -> Result<sync::plan::Filler, StoreError> {
    while let Some(ask) = filler.ask() {
        let wanted = ask.wanted;
        filler.put(store.range_after(wanted.device, wanted.epoch, wanted.after_seq, ask.bytes_max).await?);
    }
    Ok(filler)
}

pub(crate) fn outcome(outcome: &store::Outcome) -> Outcome {
    match outcome {
        store::Outcome::Stored => Outcome::Stored,
        store::Outcome::Duplicate => Outcome::Duplicate,
        store::Outcome::Gap => Outcome::Gap,
        store::Outcome::Forked => Outcome::Forked,
        store::Outcome::Refused(error) => Outcome::Refused(error.code()),
    }
}

fn trouble(error: &StoreError) -> Trouble {
    Trouble { code: error.code().to_owned(), message: error.message() }
}

pub(crate) fn failure(error: StoreError) -> Broken {
    Broken { trouble: trouble(&error), retry_after_ms: None }
}

fn failed(error: StoreError) -> Event {
    Event::Broken { trouble: trouble(&error), retry_after_ms: None }
}

/// This device's copy of the log, towards whomever it asks.
pub(crate) async fn replica(
    store: &Store,
    credentials: &Credentials,
    epoch: Epoch,
    entropy: &mut dyn Entropy,
) -> Result<ReplicaId, StoreError> {
    let mut place = journal::device_of(&credentials.key.public()).0.to_vec();
    // A device put back from a backup has a new epoch, and its list of keys is then another list.
    place.extend_from_slice(&epoch.0.to_be_bytes());
    noted::replica(store, &place, entropy).await
}

/// Of a replica that answers; see [`ReplicaId`].
pub(crate) async fn host_replica(store: &Store, entropy: &mut dyn Entropy) -> Result<ReplicaId, StoreError> {
    noted::replica(store, b"host", entropy).await
}
