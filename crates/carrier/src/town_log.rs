//! What an answering side needs of the place where a town's log is held. The town's file is one such place; the state's
//! database is another. One [`Host`](crate::Host) answers over both, so that no device can tell them apart.

use crate::guest::host_replica;
use crate::noted;
use domain::{ChainHead, DeviceId};
use journal::seal::WrappedKey;
use journal::{Entropy, Range};
use std::future::Future;
use store::query::people;
use store::{Received, Store, StoreError};
use sync::plan::Wanted;
use sync::{Credentials, KeyCursor, Keys, ReplicaId};
use tokio::sync::watch;

/// Meta: see [`TownLog::segments`].
const SEGMENTS: &str = "segments";

/// What a device brought with one offer.
#[derive(Debug)]
pub struct Visit {
    /// The device.
    pub device: DeviceId,
    /// Its copy of the log, whose list of keys `keys` continues.
    pub replica: ReplicaId,
    /// Ranges, each received by itself.
    pub ranges: Vec<Range>,
    /// Wrapped keys of persons.
    pub keys: Keys,
    /// What it says it durably holds.
    pub heads: Vec<ChainHead>,
    /// The answering side's clock.
    pub now_ms: i64,
}

/// What the town thinks of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing speaks against it.
    Trusted,
    /// The town ended its trust in it.
    Revoked,
    /// Somebody wrote that trust ends, and whether that holds is not worked out here yet. What it brings is taken; it
    /// is given nothing until then.
    Unjudged,
}

/// What became of a visit. All of it is durable.
#[derive(Debug)]
pub struct Visited {
    /// The name of this copy, whose list of keys `person_keys_after` gives.
    pub replica: ReplicaId,
    /// What the device's replica was known to hold before.
    pub before: Vec<ChainHead>,
    /// What became of each range.
    pub received: Vec<Received>,
    /// How far the device's list of keys is held here now.
    pub keys_held: KeyCursor,
    /// The last place in this side's own list of keys.
    pub keys_upto: i64,
    /// What the town thinks of the device, with what it just brought.
    pub standing: Standing,
    /// Heads durably held now.
    pub heads: Vec<ChainHead>,
}

/// A town's log where it is held.
pub trait TownLog: Clone + Send + Sync + 'static {
    /// Why it could not be read or written.
    type Error: std::error::Error + From<StoreError> + Send + Sync + 'static;

    /// Takes in what a device brought. Returns once it is durable; dropped before, what was stored stays.
    fn visit(&self, visit: Visit) -> impl Future<Output = Result<Visited, Self::Error>> + Send;

    /// Every chain's durable head.
    fn heads(&self) -> impl Future<Output = Result<Vec<ChainHead>, Self::Error>> + Send;

    /// What the town thinks of a device.
    fn standing(&self, device: DeviceId) -> impl Future<Output = Result<Standing, Self::Error>> + Send;

    /// Entries of one chain from a place on, cut where a signature is held.
    fn range_after(
        &self,
        wanted: Wanted,
        bytes_max: usize,
    ) -> impl Future<Output = Result<Option<Range>, Self::Error>> + Send;

    /// Wrapped keys after a place in this side's list.
    fn person_keys_after(
        &self,
        order: i64,
        limit: i64,
    ) -> impl Future<Output = Result<Vec<(i64, WrappedKey)>, Self::Error>> + Send;

    /// Told after entries became durable, whoever brought them.
    fn growth(&self) -> watch::Receiver<()>;

    /// What was noted of the segments made of this log.
    fn segments(&self) -> impl Future<Output = Result<Option<Vec<u8>>, Self::Error>> + Send;

    /// Notes it, where `before` still stands; false where somebody else was first.
    fn note_segments(
        &self,
        before: Option<&[u8]>,
        bytes: &[u8],
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// The town's file with all that is held now received into it. May take long where the log is held elsewhere.
    fn folded(&self) -> impl Future<Output = Result<Store, Self::Error>> + Send;
}

/// A town's file with the name of this copy.
#[derive(Clone)]
pub struct FileLog {
    store: Store,
    replica: ReplicaId,
}

impl FileLog {
    /// A file that only answers.
    pub(crate) async fn new(store: Store, entropy: &mut dyn Entropy) -> Result<FileLog, StoreError> {
        let replica = host_replica(&store, entropy).await?;
        Ok(FileLog { store, replica })
    }

    /// The file of a device, which also asks.
    pub(crate) async fn of_device(
        store: Store,
        credentials: &Credentials,
        epoch: domain::Epoch,
        entropy: &mut dyn Entropy,
    ) -> Result<FileLog, StoreError> {
        let replica = crate::guest::replica(&store, credentials, epoch, entropy).await?;
        Ok(FileLog { store, replica })
    }

    /// The file.
    pub fn store(&self) -> &Store {
        &self.store
    }

    async fn take_keys(&self, peer: &str, visit: &Visit) -> Result<KeyCursor, StoreError> {
        self.store.receive_person_keys(&visit.keys.keys).await?;
        let held = noted::keys_held(&self.store, peer).await?;
        let cursor = visit.keys.cursor(visit.replica, held);
        noted::set_keys_held(&self.store, peer, cursor).await?;
        Ok(cursor)
    }
}

impl TownLog for FileLog {
    type Error = StoreError;

    async fn visit(&self, mut visit: Visit) -> Result<Visited, StoreError> {
        let peer = format!("device/{}", visit.device);
        let before = self.store.confirmed(&peer).await?;
        let ranges = std::mem::take(&mut visit.ranges);
        let mut received = Vec::with_capacity(ranges.len());
        self.store.receive_all(ranges, visit.now_ms, &mut received).await?;
        let keys_held = self.take_keys(&peer, &visit).await?;
        if before != visit.heads {
            self.store.confirm(&peer, &visit.heads, visit.now_ms).await?;
        }
        Ok(Visited {
            replica: self.replica,
            before,
            received,
            keys_held,
            keys_upto: i64::MAX,
            standing: self.standing(visit.device).await?,
            heads: self.store.vector().await?,
        })
    }

    async fn heads(&self) -> Result<Vec<ChainHead>, StoreError> {
        self.store.vector().await
    }

    async fn standing(&self, device: DeviceId) -> Result<Standing, StoreError> {
        let devices = people::devices(&mut *self.store.reading().await?).await?;
        let revoked = devices.iter().any(|row| row.device == device && row.revoked);
        Ok(if revoked { Standing::Revoked } else { Standing::Trusted })
    }

    async fn range_after(&self, wanted: Wanted, bytes_max: usize) -> Result<Option<Range>, StoreError> {
        self.store.range_after(wanted.device, wanted.epoch, wanted.after_seq, bytes_max).await
    }

    async fn person_keys_after(&self, order: i64, limit: i64) -> Result<Vec<(i64, WrappedKey)>, StoreError> {
        self.store.person_keys_after(order, limit).await
    }

    fn growth(&self) -> watch::Receiver<()> {
        self.store.growth()
    }

    async fn segments(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.meta(SEGMENTS).await
    }

    async fn note_segments(&self, before: Option<&[u8]>, bytes: &[u8]) -> Result<bool, StoreError> {
        self.store.replace_meta(SEGMENTS, before, bytes).await
    }

    async fn folded(&self) -> Result<Store, StoreError> {
        Ok(self.store.clone())
    }
}
