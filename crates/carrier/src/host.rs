//! The answering side: stores what an admitted device brought, then answers with what it holds and what the device
//! lacks. The state's server and an office computer on the local network are both this.

use crate::error::HostError;
use crate::guest::outcome;
use crate::sealing::{Given, SEGMENT_ENTRIES_MIN, Segments};
use crate::shelf::Shelf;
use crate::town_log::{FileLog, Standing, TownLog, Visit, Visited};
use domain::{DeviceId, Epoch};
use journal::Entropy;
use std::sync::Arc;
use std::time::Duration;
use store::{Store, StoreError};
use sync::host::{Brought, Parts, Turn, answer_frame, claimed_end};
use sync::limits::KEYS_MAX;
use sync::plan::Filler;
use sync::segment::{Catalogue, Take};
use sync::watch::{Watch, hash_of};
use sync::{Credentials, Guest, Keys};

/// What one turn did, for the log of the server. No personal data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Entries that came.
    pub entries_in: usize,
    /// Entries that went.
    pub entries_out: usize,
    /// Alarms in the answer.
    pub alarms: usize,
}

/// One town's log, answering.
#[derive(Clone)]
pub struct Host<L = FileLog> {
    log: L,
    challenge_secret: [u8; 32],
    segments: Option<Arc<Segments<L>>>,
}

impl Host {
    /// Answers from `store`. Several servers that share `challenge_secret` accept each other's challenges.
    pub async fn new(
        store: Store,
        challenge_secret: [u8; 32],
        entropy: &mut dyn Entropy,
    ) -> Result<Host, StoreError> {
        Ok(Host::over(FileLog::new(store, entropy).await?, challenge_secret))
    }

    /// An office computer that answers the others. It is one replica whichever way it speaks: what a neighbour said of
    /// its list of keys as a guest holds when it is a host.
    pub async fn of_device(
        store: Store,
        credentials: &Credentials,
        epoch: Epoch,
        challenge_secret: [u8; 32],
        entropy: &mut dyn Entropy,
    ) -> Result<Host, StoreError> {
        Ok(Host::over(FileLog::of_device(store, credentials, epoch, entropy).await?, challenge_secret))
    }

    /// The town's file.
    pub fn store(&self) -> &Store {
        self.log.store()
    }
}

impl<L: TownLog> Host<L> {
    /// Answers from wherever the log is held.
    pub fn over(log: L, challenge_secret: [u8; 32]) -> Host<L> {
        Host { log, challenge_secret, segments: None }
    }

    /// Where the log is held.
    pub fn log(&self) -> &L {
        &self.log
    }

    /// Gives segments as well, which it keeps on this shelf, sealed under a key that follows from a lasting secret.
    #[must_use]
    pub fn with_shelf(self, shelf: Arc<dyn Shelf>, secret: &[u8; 32]) -> Host<L> {
        self.with_shelf_from(SEGMENT_ENTRIES_MIN, shelf, secret)
    }

    /// The same for a log of so many entries or more.
    #[must_use]
    pub fn with_shelf_from(mut self, entries: u64, shelf: Arc<dyn Shelf>, secret: &[u8; 32]) -> Host<L> {
        self.segments = Some(Segments::new(self.log.clone(), shelf, secret, entries));
        self
    }

    /// Answers a take. A device whose trust ended, or may have, is given an empty catalogue and nothing of any other.
    pub async fn give(
        &self,
        device: DeviceId,
        take: &Take,
        now_ms: i64,
        entropy: Box<dyn Entropy>,
    ) -> Result<Given, HostError<L::Error>> {
        let standing = self.log.standing(device).await.map_err(HostError::Log)?;
        match &self.segments {
            Some(segments) if standing == Standing::Trusted => {
                segments.answer(device, take, now_ms, entropy).await
            }
            _ if take.name.is_none() => {
                Ok(Given::Frame(Catalogue::default().to_frame().map_err(HostError::Sync)?))
            }
            _ => Ok(Given::Gone),
        }
    }

    /// True as soon as something else is held here than a watch says; false where nothing came in time. A device whose
    /// trust ended hears of nothing.
    pub async fn news(&self, device: DeviceId, watch: &Watch, wait: Duration) -> Result<bool, L::Error> {
        let mut growth = self.log.growth();
        let waited = async {
            loop {
                growth.mark_unchanged();
                let is_new = hash_of(&self.log.heads().await?) != watch.heads;
                if is_new && self.log.standing(device).await? == Standing::Trusted {
                    return Ok(true);
                }
                if growth.changed().await.is_err() {
                    return Ok(false);
                }
            }
        };
        tokio::time::timeout(wait, waited).await.unwrap_or(Ok(false))
    }

    /// Answers one admitted offer. Dropped in between, what was stored stays and the device asks again.
    pub async fn answer(&self, guest: Guest, now_ms: i64) -> Result<(Vec<u8>, Tally), HostError<L::Error>> {
        let (mut turn, brought) = Turn::new(guest);
        let Brought { ranges, keys, heads } = brought;
        let mut tally =
            Tally { entries_in: ranges.iter().map(journal::Range::len).sum(), ..Tally::default() };
        let ends: Vec<_> = ranges.iter().map(claimed_end).collect();
        let visit =
            Visit { device: turn.device(), replica: turn.their_replica(), ranges, keys, heads, now_ms };
        let visited = self.log.visit(visit).await.map_err(HostError::Log)?;
        for (end, received) in ends.iter().zip(&visited.received) {
            turn.received(end, &outcome(&received.outcome));
        }
        match visited.standing {
            Standing::Trusted => {}
            Standing::Revoked => turn.revoke(),
            Standing::Unjudged => turn.hold_back(),
        }
        let filler = turn.plan(&visited.heads, &visited.before);
        let filled = fill(&self.log, filler).await.map_err(HostError::Log)?.done();
        tally.entries_out = filled.ranges.iter().map(journal::Range::len).sum();
        let (keys, keys_more) = self.give_keys(&turn, &visited).await.map_err(HostError::Log)?;
        let answer = turn.answer(Parts {
            replica: visited.replica,
            heads: visited.heads,
            filled,
            keys,
            keys_more,
            keys_held: visited.keys_held,
            challenge_secret: &self.challenge_secret,
            now_ms,
        });
        tally.alarms = answer.alarms.len();
        Ok((answer_frame(&answer).map_err(HostError::Sync)?, tally))
    }

    async fn give_keys(&self, turn: &Turn, visited: &Visited) -> Result<(Keys, bool), L::Error> {
        let after = turn.keys_after(visited.replica);
        if !turn.may_receive() || after >= visited.keys_upto {
            return Ok((Keys::stretch(after, Vec::new()), false));
        }
        let listed = self.log.person_keys_after(after, KEYS_MAX as i64).await?;
        let more = listed.len() == KEYS_MAX;
        Ok((Keys::stretch(after, listed), more))
    }
}

async fn fill<L: TownLog>(log: &L, mut filler: Filler) -> Result<Filler, L::Error> {
    while let Some(ask) = filler.ask() {
        filler.put(log.range_after(ask.wanted, ask.bytes_max).await?);
    }
    Ok(filler)
}
