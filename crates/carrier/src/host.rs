//! The answering side: stores what an admitted device brought, then answers with what it holds and what the device
//! lacks. The state's server and an office computer on the local network are both this.

use crate::guest::{self, fill, host_replica, outcome};
use crate::noted;
use domain::{DeviceId, Epoch};
use journal::Entropy;
use std::time::Duration;
use store::query::people;
use store::{Store, StoreError};
use sync::host::{Brought, Parts, Turn, answer_frame, claimed_end};
use sync::limits::KEYS_MAX;
use sync::watch::{Watch, hash_of};
use sync::{Credentials, Guest, KeyCursor, Keys, ReplicaId, SyncError};

/// Why an admitted offer could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The town's file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The answer could not be put together.
    #[error(transparent)]
    Sync(#[from] SyncError),
}

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

/// One town's file, answering.
#[derive(Clone)]
pub struct Host {
    store: Store,
    replica: ReplicaId,
    challenge_secret: [u8; 32],
}

impl Host {
    /// Answers from `store`. Several servers that share `challenge_secret` accept each other's challenges.
    pub async fn new(
        store: Store,
        challenge_secret: [u8; 32],
        entropy: &mut dyn Entropy,
    ) -> Result<Host, StoreError> {
        let replica = host_replica(&store, entropy).await?;
        Ok(Host { store, replica, challenge_secret })
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
        let replica = guest::replica(&store, credentials, epoch, entropy).await?;
        Ok(Host { store, replica, challenge_secret })
    }

    /// True as soon as something else is held here than a watch says; false where nothing came in time. A device whose
    /// trust ended hears of nothing.
    pub async fn news(&self, device: DeviceId, watch: &Watch, wait: Duration) -> Result<bool, StoreError> {
        let mut growth = self.store.growth();
        let waited = async {
            loop {
                growth.mark_unchanged();
                if hash_of(&self.store.vector().await?) != watch.heads && !self.is_revoked(device).await? {
                    return Ok(true);
                }
                if growth.changed().await.is_err() {
                    return Ok(false);
                }
            }
        };
        tokio::time::timeout(wait, waited).await.unwrap_or(Ok(false))
    }

    /// The town's file.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Answers one admitted offer. Dropped in between, what was stored stays and the device asks again.
    pub async fn answer(&self, guest: Guest, now_ms: i64) -> Result<(Vec<u8>, Tally), HostError> {
        let (mut turn, brought) = Turn::new(guest);
        let peer = format!("device/{}", turn.device());
        let before = self.store.confirmed(&peer).await?;
        let mut tally = Tally::default();
        let Brought { ranges, keys, heads } = brought;
        tally.entries_in = ranges.iter().map(journal::Range::len).sum();
        let ends: Vec<_> = ranges.iter().map(claimed_end).collect();
        let mut received = Vec::with_capacity(ends.len());
        self.store.receive_all(ranges, now_ms, &mut received).await?;
        for (end, received) in ends.iter().zip(received) {
            turn.received(end, &outcome(received.outcome));
        }
        let keys_held = self.take_keys(&turn, &peer, &keys).await?;
        if before != heads {
            self.store.confirm(&peer, &heads, now_ms).await?;
        }
        if self.is_revoked(turn.device()).await? {
            turn.revoke();
        }
        let mine = self.store.vector().await?;
        let filled = fill(&self.store, turn.plan(&mine, &before)).await?.done();
        tally.entries_out = filled.ranges.iter().map(journal::Range::len).sum();
        let (keys, keys_more) = self.give_keys(&turn).await?;
        let answer = turn.answer(Parts {
            replica: self.replica,
            heads: mine,
            filled,
            keys,
            keys_more,
            keys_held,
            challenge_secret: &self.challenge_secret,
            now_ms,
        });
        tally.alarms = answer.alarms.len();
        Ok((answer_frame(&answer)?, tally))
    }

    async fn take_keys(&self, turn: &Turn, peer: &str, keys: &Keys) -> Result<KeyCursor, StoreError> {
        self.store.receive_person_keys(&keys.keys).await?;
        let held = noted::keys_held(&self.store, peer).await?;
        let cursor = keys.cursor(turn.their_replica(), held);
        noted::set_keys_held(&self.store, peer, cursor).await?;
        Ok(cursor)
    }

    async fn give_keys(&self, turn: &Turn) -> Result<(Keys, bool), StoreError> {
        let after = turn.keys_after(self.replica);
        if !turn.may_receive() {
            return Ok((Keys::stretch(after, Vec::new()), false));
        }
        let listed = self.store.person_keys_after(after, KEYS_MAX as i64).await?;
        let more = listed.len() == KEYS_MAX;
        Ok((Keys::stretch(after, listed), more))
    }

    async fn is_revoked(&self, device: DeviceId) -> Result<bool, StoreError> {
        let devices = people::devices(&mut *self.store.reading().await?).await?;
        Ok(devices.iter().any(|row| row.device == device && row.revoked))
    }
}
