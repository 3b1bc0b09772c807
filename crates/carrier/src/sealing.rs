//! A host's segments: made from what it holds, sealed, laid on a shelf, given out piece by piece.
//!
//! History is made once: what is new goes into further segments, the old ones stay as they are. A snapshot is of one
//! place and is made anew where the log has grown past it.

use crate::error::HostError;
use crate::shelf::Shelf;
use crate::town_log::TownLog;
use domain::fact::{Fact, Kind};
use domain::{ChainHead, DeviceId, Hash, TownCode};
use journal::{Entropy, Range, seal};
use minicbor::{Decode, Encode};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use store::{Store, StoreError};
use sync::SyncError;
use sync::limits::RANGE_BYTES_MAX;
use sync::segment::{Catalogue, Segment, SegmentKind, SegmentPiece, Take, open_segment, pack_segment};
use tokio::sync::Mutex;

/// A log of fewer entries comes by exchange as quickly.
pub const SEGMENT_ENTRIES_MIN: u64 = 20_000;
/// Of the entries in a catalogue, so many may have come since before it is made anew: one in sixteen.
const STALE_SHARE: u64 = 16;
/// Bytes of entries in one segment of history, before they are packed.
const HISTORY_BYTES: usize = 12 << 20;
const PURPOSE: &str = "palika segment 1";

/// What was made. It is noted beside the log, and holds for every server over that log.
#[derive(Clone, Debug, Default, Encode, Decode)]
struct Made {
    /// What of the log is in the history.
    #[n(0)]
    covered: Vec<ChainHead>,
    /// History, in order.
    #[n(1)]
    history: Vec<Segment>,
    /// The last catalogue.
    #[n(2)]
    catalogue: Catalogue,
    /// The snapshot before: who began from it may still be taking it.
    #[n(3)]
    outgoing: Vec<Hash>,
    /// Devices the last snapshot knows.
    #[n(4)]
    devices: Vec<DeviceId>,
}

impl Made {
    /// True for a log that has not grown much past it.
    fn is_fresh(&self, held: u64) -> bool {
        let told = entries_of(&self.catalogue.position);
        told > 0 && held.saturating_sub(told) <= told / STALE_SHARE
    }

    fn names(&self) -> HashSet<Hash> {
        let snapshots_and_history = self.catalogue.segments.iter().map(|segment| segment.name);
        snapshots_and_history.chain(self.outgoing.iter().copied()).collect()
    }

    fn snapshot_names(&self) -> Vec<Hash> {
        let segments = self.catalogue.segments.iter();
        segments.filter(|one| one.kind == SegmentKind::Snapshot).map(|one| one.name).collect()
    }
}

fn entries_of(heads: &[ChainHead]) -> u64 {
    heads.iter().map(|head| head.seq).sum()
}

/// What a host gives for a take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// A catalogue or a piece.
    Frame(Vec<u8>),
    /// The segments are being made.
    ComeAgain,
    /// There is no such segment, or not any more.
    Gone,
}

/// One town's segments.
pub struct Segments<L> {
    log: L,
    shelf: Arc<dyn Shelf>,
    entries_min: u64,
    /// Seals what lies on the shelf.
    key: [u8; 32],
    /// Held by whoever makes them.
    making: Mutex<()>,
    /// The segment given last: the next piece is of the same one, as a rule.
    last: Mutex<Option<(Hash, Arc<Vec<u8>>)>>,
}

impl<L: TownLog> Segments<L> {
    /// Of a log, on a shelf, sealed under a key that follows from this host's secret.
    pub fn new(log: L, shelf: Arc<dyn Shelf>, secret: &[u8; 32], entries_min: u64) -> Arc<Segments<L>> {
        let mut keyed = b"palika segment key 1\0".to_vec();
        keyed.extend_from_slice(secret);
        let key = journal::hash(&keyed).0;
        Arc::new(Segments { log, shelf, entries_min, key, making: Mutex::new(()), last: Mutex::new(None) })
    }

    /// Answers a take.
    pub async fn answer(
        self: &Arc<Self>,
        device: DeviceId,
        take: &Take,
        now_ms: i64,
        entropy: Box<dyn Entropy>,
    ) -> Result<Given, HostError<L::Error>> {
        let frame = match take.name {
            Some(name) => return self.piece(name, take).await,
            None => self.catalogue(device).await.map_err(HostError::Log)?,
        };
        match frame {
            Some(catalogue) => Ok(Given::Frame(catalogue.to_frame().map_err(HostError::Sync)?)),
            None => {
                // Whoever asked may be gone before it is done; the next finds it.
                let segments = Arc::clone(self);
                tokio::spawn(async move { segments.make_for(device, now_ms, entropy).await });
                Ok(Given::ComeAgain)
            }
        }
    }

    async fn piece(&self, name: Hash, take: &Take) -> Result<Given, HostError<L::Error>> {
        let Some(segment) = self.segment(&name).await.map_err(|error| HostError::Log(error.into()))? else {
            self.make_anew_without(&name).await.map_err(HostError::Log)?;
            return Ok(Given::Gone);
        };
        let Some(piece) = SegmentPiece::of(name, &segment, take) else { return Ok(Given::Gone) };
        if take.offset as usize + piece.bytes.len() == segment.len() {
            // Towns are many, and each would keep one for ever.
            self.last.lock().await.take_if(|(held, _)| *held == name);
        }
        Ok(Given::Frame(piece.to_frame().map_err(HostError::Sync)?))
    }

    /// The catalogue as it stands; an empty one for a short log; `None` where it must be made: a snapshot that does not
    /// know the device it is for would let it do nothing.
    async fn catalogue(&self, device: DeviceId) -> Result<Option<Catalogue>, L::Error> {
        let held = entries_of(&self.log.heads().await?);
        if held < self.entries_min {
            return Ok(Some(Catalogue::default()));
        }
        let (made, _) = self.made().await?;
        Ok((made.is_fresh(held) && made.devices.contains(&device)).then_some(made.catalogue))
    }

    /// With the bytes noted, to name what it replaces.
    async fn made(&self) -> Result<(Made, Option<Vec<u8>>), L::Error> {
        let noted = self.log.segments().await?;
        let made = noted.as_ref().and_then(|bytes| minicbor::decode(bytes).ok()).unwrap_or_default();
        Ok((made, noted))
    }

    /// Makes what is missing for a device. Does nothing where somebody makes it already, where what is here waits for its
    /// past or is still arriving itself, or where nothing would come of it that the device could use.
    async fn make_for(
        &self,
        device: DeviceId,
        now_ms: i64,
        mut entropy: Box<dyn Entropy>,
    ) -> Result<(), HostError<L::Error>> {
        let Ok(_making) = self.making.try_lock() else { return Ok(()) };
        let file = self.log.folded().await.map_err(HostError::Log)?;
        let (made, noted) = self.made().await.map_err(HostError::Log)?;
        let stored = |error: StoreError| HostError::Log(error.into());
        let Some(mut snapshot) = file.snapshot().await.map_err(stored)? else { return Ok(()) };
        let devices = snapshot.devices().await.map_err(stored)?;
        let helps = devices.contains(&device) && !made.devices.contains(&device);
        if made.is_fresh(entries_of(snapshot.position())) && !helps {
            return Ok(());
        }
        let mut next = Made { outgoing: made.snapshot_names(), devices, ..made.clone() };
        let position = snapshot.position().to_vec();
        let mut segments = Vec::new();
        while let Some(part) = snapshot.next_part().await.map_err(stored)? {
            let records = if part.is_of_records() { part.rows() } else { 0 };
            let described = Described { records, receipts: 0, paise: 0 };
            segments.push(self.put(SegmentKind::Snapshot, part, described, entropy.as_mut()).await?);
        }
        drop(snapshot);
        self.make_history(&file, &position, &mut next, entropy.as_mut()).await?;
        segments.extend(next.history.iter().cloned());
        next.catalogue = Catalogue { position, segments, made_ms: now_ms };
        self.note(&made, noted.as_deref(), &next).await
    }

    /// Notes what was made and takes away what nobody needs any more: what was made before, or, where another server was
    /// first, what was made in vain.
    async fn note(
        &self,
        before: &Made,
        noted: Option<&[u8]>,
        next: &Made,
    ) -> Result<(), HostError<L::Error>> {
        let bytes = minicbor::to_vec(next).map_err(|_| HostError::Sync(SyncError::Malformed("segments")))?;
        let is_first = self.log.note_segments(noted, &bytes).await.map_err(HostError::Log)?;
        let (standing, _) = self.made().await.map_err(HostError::Log)?;
        let named = standing.names();
        let gone = if is_first { before.names() } else { next.names() };
        for name in gone.difference(&named) {
            self.shelf.take_away(&name.to_hex()).await.map_err(|error| HostError::Log(error.into()))?;
        }
        Ok(())
    }

    /// The shelf lost what the catalogue names, or holds it broken: all of it is made anew for the next device.
    async fn make_anew_without(&self, lost: &Hash) -> Result<(), L::Error> {
        let (made, noted) = self.made().await?;
        if made.catalogue.segments.iter().any(|segment| segment.name == *lost) {
            let nothing = Made { outgoing: made.names().into_iter().collect(), ..Made::default() };
            let nothing = minicbor::to_vec(nothing).unwrap_or_default();
            self.log.note_segments(noted.as_deref(), &nothing).await?;
        }
        Ok(())
    }

    /// What the history lacks up to a place, in further segments: the newest of each chain last, chain by chain.
    async fn make_history(
        &self,
        file: &Store,
        position: &[ChainHead],
        made: &mut Made,
        entropy: &mut dyn Entropy,
    ) -> Result<(), HostError<L::Error>> {
        let mut covered: HashMap<_, u64> =
            made.covered.iter().map(|head| ((head.device, head.epoch), head.seq)).collect();
        let mut gathered = Gathered::default();
        for head in position {
            let after = covered.entry((head.device, head.epoch)).or_default();
            while *after < head.seq {
                let range = file.range_after(head.device, head.epoch, *after, RANGE_BYTES_MAX).await;
                let Some(range) = range.map_err(|error| HostError::Log(error.into()))? else { break };
                *after = range.last_seq();
                gathered.add(range);
                if gathered.bytes >= HISTORY_BYTES {
                    made.history.push(self.put_history(std::mem::take(&mut gathered), entropy).await?);
                }
            }
        }
        if !gathered.ranges.is_empty() {
            made.history.push(self.put_history(gathered, entropy).await?);
        }
        made.covered = position.to_vec();
        Ok(())
    }

    async fn put_history(
        &self,
        gathered: Gathered,
        entropy: &mut dyn Entropy,
    ) -> Result<Segment, HostError<L::Error>> {
        self.put(SegmentKind::History, gathered.ranges, gathered.described, entropy).await
    }

    async fn put<T: Encode<()> + Send + 'static>(
        &self,
        kind: SegmentKind,
        contents: T,
        described: Described,
        entropy: &mut dyn Entropy,
    ) -> Result<Segment, HostError<L::Error>> {
        let stored = |error: StoreError| HostError::Log(error.into());
        // Seconds of work: beside the threads that listen.
        let packed = tokio::task::spawn_blocking(move || pack_segment(&contents)).await;
        let packed = packed.map_err(|error| stored(StoreError::File(error.to_string())))?;
        let (name, packed) = packed.map_err(HostError::Sync)?;
        let bytes = packed.len() as u64;
        let sealed = seal::wrap(&self.key, &purpose(&name), &packed, entropy);
        let sealed = sealed.map_err(|error| stored(error.into()))?;
        self.shelf.put(&name.to_hex(), sealed).await.map_err(stored)?;
        let Described { records, receipts, paise } = described;
        Ok(Segment { name, kind, bytes, records, receipts, paise })
    }

    /// A segment as it travels. What lies on the shelf broken is as good as gone.
    async fn segment(&self, name: &Hash) -> Result<Option<Arc<Vec<u8>>>, StoreError> {
        let mut last = self.last.lock().await;
        if let Some((held, bytes)) = last.as_ref()
            && held == name
        {
            return Ok(Some(Arc::clone(bytes)));
        }
        let Some(sealed) = self.shelf.get(&name.to_hex()).await? else { return Ok(None) };
        let Ok(opened) = seal::unwrap(&self.key, &purpose(name), &sealed) else { return Ok(None) };
        let bytes = Arc::new(opened.to_vec());
        *last = Some((*name, Arc::clone(&bytes)));
        Ok(Some(bytes))
    }
}

fn purpose(name: &Hash) -> String {
    format!("{PURPOSE} {}", name.to_hex())
}

#[derive(Clone, Copy, Debug, Default)]
struct Described {
    records: u64,
    receipts: u64,
    paise: i64,
}

/// Ranges on their way into a segment.
#[derive(Default)]
struct Gathered {
    ranges: Vec<Range>,
    bytes: usize,
    described: Described,
}

impl Gathered {
    fn add(&mut self, range: Range) {
        self.bytes += range.size_bytes();
        self.described.records += range.len() as u64;
        for (kind, body) in range.bodies() {
            if let Some(Ok(Fact::ReceiptIssued(receipt))) =
                Kind::from_number(kind).map(|kind| Fact::decode(kind, body))
            {
                self.described.receipts += 1;
                let paise = receipt.total_paise().map_or(0, |total| total.0);
                self.described.paise = self.described.paise.saturating_add(paise);
            }
        }
        self.ranges.push(range);
    }
}

/// A part of a snapshot from a segment's bytes.
pub(crate) fn open_part(name: &Hash, bytes: &[u8]) -> Result<store::Part, sync::SyncError> {
    open_segment(name, bytes)
}

pub(crate) fn open_history(name: &Hash, bytes: &[u8], town: TownCode) -> Result<Vec<Range>, sync::SyncError> {
    sync::segment::open_history(name, bytes, town)
}
