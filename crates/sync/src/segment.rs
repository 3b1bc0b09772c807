//! Segments: long stretches of the log, and what follows from it at one place, packed once and given to every new device.
//!
//! A segment never changes once it is made, so it is named by the hash of its bytes, may lie anywhere, and is taken piece
//! by piece, each from the byte at which the one before broke off. The catalogue says which segments there are and in
//! which order to take them: first a **snapshot** (what the counter needs: people, definitions, register, dues), then the
//! **history** it was folded from. A snapshot is the host's word until the history is here and was folded; history is
//! ranges signed by their writers, like any other.

use crate::admit::{Admission, Admitted, Challenged, Identity, open_signed};
use crate::frame::{Credentials, FrameKind, open, pack, pack_signed};
use crate::limits::{
    CHALLENGE_BYTES_MAX, HEADS_MAX, SEGMENT_BYTES_MAX, SEGMENT_PIECE_BYTES_MAX, SEGMENT_UNFOLDED_BYTES_MAX,
    SEGMENTS_MAX,
};
use crate::message::bound;
use crate::{SyncError, frame};
use domain::{ChainHead, Hash, TownCode};
use journal::{Range, hash};
use minicbor::{Decode, Encode};

/// Segments are packed once and unpacked by every new device: the packing may take its time.
const LEVEL: i32 = 15;
/// 32 MiB: names and numbers repeat over a whole register.
const WINDOW_LOG: u32 = 25;

/// What a segment holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum SegmentKind {
    /// A part of what follows from the log at the catalogue's place.
    #[n(0)]
    Snapshot,
    /// Ranges of the log.
    #[n(1)]
    History,
}

/// One segment, as the catalogue lists it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Segment {
    /// SHA-256 of its bytes.
    #[n(0)]
    pub name: Hash,
    /// What it holds.
    #[n(1)]
    pub kind: SegmentKind,
    /// Its length.
    #[n(2)]
    pub bytes: u64,
    /// Entries, or rows of a snapshot: for the progress a person sees.
    #[n(3)]
    pub records: u64,
    /// Receipts among them.
    #[n(4)]
    pub receipts: u64,
    /// What these receipts come to, in paise.
    #[n(5)]
    pub paise: i64,
}

/// What a host has to give.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Catalogue {
    /// The place in the log the snapshot was made at: the last folded entry of each chain.
    #[n(0)]
    pub position: Vec<ChainHead>,
    /// In the order in which to take them; none where the log is short and comes quicker by exchange.
    #[n(1)]
    pub segments: Vec<Segment>,
    /// The host's clock when it was made, milliseconds; for display.
    #[n(2)]
    pub made_ms: i64,
}

/// "Give me this much of that", signed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Take {
    /// The town.
    #[n(0)]
    pub town: TownCode,
    /// What the answering side gave last.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub challenge: Vec<u8>,
    /// The segment; none for the catalogue.
    #[n(2)]
    pub name: Option<Hash>,
    /// From this byte on.
    #[n(3)]
    pub offset: u64,
    /// At most so many.
    #[n(4)]
    pub bytes: u32,
}

/// A piece of a segment.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SegmentPiece {
    /// The segment.
    #[n(0)]
    pub name: Hash,
    /// Where it begins.
    #[n(1)]
    pub offset: u64,
    /// The bytes.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub bytes: Vec<u8>,
}

impl Challenged for Take {
    fn challenge(&self) -> &[u8] {
        &self.challenge
    }
    fn town(&self) -> TownCode {
        self.town
    }
}

impl Take {
    /// The signed frame.
    pub fn to_frame(&self, credentials: &Credentials) -> Result<Vec<u8>, SyncError> {
        pack_signed(FrameKind::Take, self, credentials)
    }
}

/// Opens a take and decides, as for an offer.
pub fn admit_take(frame: &[u8], admission: &Admission<'_>) -> Result<Admitted<(Identity, Take)>, SyncError> {
    let (identity, mut take, recent) = open_signed::<Take>(FrameKind::Take, frame, admission)?;
    bound(take.challenge.len(), CHALLENGE_BYTES_MAX, "challenge")?;
    take.bytes = take.bytes.clamp(1, SEGMENT_PIECE_BYTES_MAX);
    match recent {
        true => Ok(Admitted::Guest(Box::new((identity, take)))),
        false => Ok(Admitted::AskAgain(identity.device)),
    }
}

impl Catalogue {
    /// The frame that answers a take without a name.
    pub fn to_frame(&self) -> Result<Vec<u8>, SyncError> {
        pack(FrameKind::Catalogue, self)
    }

    /// Reads it; beyond a bound it is refused.
    pub fn of_frame(frame: &[u8]) -> Result<Catalogue, SyncError> {
        let catalogue: Catalogue = open(FrameKind::Catalogue, frame)?;
        bound(catalogue.position.len(), HEADS_MAX, "heads")?;
        bound(catalogue.segments.len(), SEGMENTS_MAX, "segments")?;
        let longest = catalogue.segments.iter().map(|segment| segment.bytes).max().unwrap_or(0);
        bound(usize::try_from(longest).unwrap_or(usize::MAX), SEGMENT_BYTES_MAX, "segment")?;
        Ok(catalogue)
    }
}

impl SegmentPiece {
    /// The piece of a segment that was asked for; `None` beyond its end.
    #[must_use]
    pub fn of(name: Hash, segment: &[u8], take: &Take) -> Option<SegmentPiece> {
        let from = usize::try_from(take.offset).ok()?;
        let rest = segment.get(from..).filter(|rest| !rest.is_empty())?;
        let bytes = rest.iter().take(take.bytes as usize).copied().collect();
        Some(SegmentPiece { name, offset: take.offset, bytes })
    }

    /// The frame that answers a take of a segment.
    pub fn to_frame(&self) -> Result<Vec<u8>, SyncError> {
        pack(FrameKind::SegmentPiece, self)
    }

    /// Reads the piece that was asked for, and no other.
    pub fn of_frame(frame: &[u8], asked: &Take) -> Result<SegmentPiece, SyncError> {
        let piece: SegmentPiece = open(FrameKind::SegmentPiece, frame)?;
        let fits = Some(piece.name) == asked.name
            && piece.offset == asked.offset
            && !piece.bytes.is_empty()
            && piece.bytes.len() <= asked.bytes as usize;
        if fits { Ok(piece) } else { Err(SyncError::OtherAnswer) }
    }
}

/// Packs what a segment holds, CBOR, and says its name.
pub fn pack_segment<T: Encode<()>>(contents: &T) -> Result<(Hash, Vec<u8>), SyncError> {
    let payload = minicbor::to_vec(contents).map_err(|_| SyncError::Malformed("segment"))?;
    bound(payload.len(), SEGMENT_UNFOLDED_BYTES_MAX, "segment")?;
    let packed = frame::compress_far(&payload, LEVEL, WINDOW_LOG)?;
    bound(packed.len(), SEGMENT_BYTES_MAX, "segment")?;
    Ok((hash(&packed), packed))
}

/// Unpacks a segment whose bytes are those that its name says.
pub fn open_segment<T>(name: &Hash, bytes: &[u8]) -> Result<T, SyncError>
where
    T: for<'b> Decode<'b, ()>,
{
    if hash(bytes) != *name {
        return Err(SyncError::Malformed("segment"));
    }
    let payload = frame::decompress_far(bytes, WINDOW_LOG, SEGMENT_UNFOLDED_BYTES_MAX)?;
    minicbor::decode(&payload).map_err(|_| SyncError::Malformed("segment"))
}

/// The ranges of a history segment, all of this town.
pub fn open_history(name: &Hash, bytes: &[u8], town: TownCode) -> Result<Vec<Range>, SyncError> {
    let ranges: Vec<Range> = open_segment(name, bytes)?;
    match ranges.iter().all(|range| range.town == town) {
        true => Ok(ranges),
        false => Err(SyncError::OtherTown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(offset: u64, bytes: u32) -> Take {
        Take { town: TownCode(1), challenge: Vec::new(), name: Some(Hash([7; 32])), offset, bytes }
    }

    #[test]
    fn a_segment_taken_piece_by_piece_is_the_segment() {
        let contents: Vec<String> = (0..2_000).map(|n| format!("house {n}")).collect();
        let (name, packed) = pack_segment(&contents).unwrap();
        let mut taken = Vec::new();
        while taken.len() < packed.len() {
            let asked = Take { name: Some(name), ..take(taken.len() as u64, 777) };
            let frame = SegmentPiece::of(name, &packed, &asked).unwrap().to_frame().unwrap();
            taken.extend(SegmentPiece::of_frame(&frame, &asked).unwrap().bytes);
        }
        assert_eq!(open_segment::<Vec<String>>(&name, &taken).unwrap(), contents);
        assert!(
            SegmentPiece::of(name, &packed, &Take { offset: packed.len() as u64, ..take(0, 1) }).is_none()
        );
    }

    #[test]
    fn a_segment_with_any_byte_changed_is_refused() {
        let (name, packed) = pack_segment(&vec![1u8; 300]).unwrap();
        for at in 0..packed.len() {
            let mut broken = packed.clone();
            broken[at] ^= 1;
            assert!(open_segment::<Vec<u8>>(&name, &broken).is_err(), "byte {at}");
        }
        for cut in 0..packed.len() {
            assert!(open_segment::<Vec<u8>>(&name, &packed[..cut]).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn a_small_segment_that_unfolds_into_all_the_memory_there_is_is_refused() {
        let zeros = vec![0u8; SEGMENT_UNFOLDED_BYTES_MAX + 1];
        let bomb = frame::compress_far(&zeros, 3, WINDOW_LOG).unwrap();
        assert!(bomb.len() < 64 << 10);
        let refused = open_segment::<Vec<u8>>(&hash(&bomb), &bomb);
        assert!(matches!(refused, Err(SyncError::TooLarge(_))), "{refused:?}");
    }

    #[test]
    fn a_piece_that_was_not_asked_for_is_refused() {
        let (name, packed) = pack_segment(&vec![1u8, 2, 3]).unwrap();
        let asked = Take { name: Some(name), ..take(0, 4) };
        let frame = SegmentPiece::of(name, &packed, &asked).unwrap().to_frame().unwrap();
        assert!(SegmentPiece::of_frame(&frame, &Take { offset: 1, ..asked.clone() }).is_err());
        assert!(SegmentPiece::of_frame(&frame, &Take { bytes: 3, ..asked.clone() }).is_err());
        assert!(SegmentPiece::of_frame(&frame, &take(0, 4)).is_err());
        assert!(SegmentPiece::of_frame(&frame, &asked).is_ok());
    }
}
