//! How a message is wrapped: magic, version, kind; for what an enrolled device says also its certificates and its
//! signature; then CBOR compressed with zstd. Checks run from the cheapest to the dearest: length, magic, version,
//! certificates, signature; only what an enrolled device signed is ever unfolded.

use crate::SyncError;
use crate::limits::{FRAME_BYTES_MAX, PAYLOAD_BYTES_MAX};
use journal::certificate::CERTIFICATE_BYTES;
use journal::key::verify;
use journal::{Certificate, KeyPair};
use minicbor::{Decode, Encode};
use std::io::Read;

/// The first four bytes of every message.
pub const MAGIC: [u8; 4] = *b"PLKX";
/// The version spoken here.
pub const VERSION: u8 = 1;
const HEADER_BYTES: usize = 6;
const SIGNATURE_BYTES: usize = 64;
const LABEL: &str = "palika message 1";
/// Level 3: a day of receipts shrinks to a quarter; higher levels cost a counter's computer more than the line saves.
const LEVEL: i32 = 3;
/// 16 MiB, the largest payload there is.
const WINDOW_LOG_MAX: u32 = 24;

/// What a frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum FrameKind {
    /// [`crate::Offer`], signed.
    Offer = 1,
    /// [`crate::Answer`].
    Answer = 2,
    /// "Ask again with this challenge."
    Challenge = 3,
    /// [`crate::code::Deposit`], signed.
    Deposit = 4,
    /// [`crate::bundle::Cover`], signed.
    Cover = 5,
    /// [`crate::Watch`], signed.
    Watch = 6,
    /// "There is something new."
    News = 7,
    /// [`crate::segment::Take`], signed.
    Take = 8,
    /// [`crate::segment::Catalogue`].
    Catalogue = 9,
    /// [`crate::segment::SegmentPiece`].
    SegmentPiece = 10,
}

/// An enrolled device's proof of who it is: certificates from the state root down, and its key.
#[derive(Clone)]
pub struct Credentials {
    /// State → town.
    pub town: Certificate,
    /// Town → device.
    pub device: Certificate,
    /// The device's key.
    pub key: KeyPair,
}

/// A signed frame whose signature holds. Whether its certificates lead to the state root is checked in [`crate::admit`].
pub struct Signed<T> {
    /// State → town, as sent.
    pub town: Certificate,
    /// Town → device, as sent.
    pub device: Certificate,
    /// The message.
    pub message: T,
}

fn header(kind: FrameKind) -> [u8; HEADER_BYTES] {
    let [a, b, c, d] = MAGIC;
    [a, b, c, d, VERSION, kind as u8]
}

/// Wraps an unsigned message.
pub fn pack<T: Encode<()>>(kind: FrameKind, message: &T) -> Result<Vec<u8>, SyncError> {
    let mut frame = header(kind).to_vec();
    frame.extend_from_slice(&deflate(message)?);
    bounded(frame)
}

/// Wraps a message and signs it. The signature covers header, certificates and the compressed bytes.
pub fn pack_signed<T: Encode<()>>(
    kind: FrameKind,
    message: &T,
    credentials: &Credentials,
) -> Result<Vec<u8>, SyncError> {
    let mut signed = header(kind).to_vec();
    signed.extend_from_slice(&credentials.town.to_bytes());
    signed.extend_from_slice(&credentials.device.to_bytes());
    let front = signed.len();
    signed.extend_from_slice(&deflate(message)?);
    let signature = credentials.key.sign(LABEL, &signed);
    let payload = signed.split_off(front);
    signed.extend_from_slice(&signature.0);
    signed.extend_from_slice(&payload);
    bounded(signed)
}

/// The kind of a frame, after length, magic and version were checked.
pub fn kind_of(frame: &[u8]) -> Result<FrameKind, SyncError> {
    split(frame).map(|(kind, _)| kind)
}

/// Opens an unsigned message of one kind.
pub fn open<T>(kind: FrameKind, frame: &[u8]) -> Result<T, SyncError>
where
    T: for<'b> Decode<'b, ()>,
{
    match split(frame)? {
        (found, payload) if found == kind => inflate(payload),
        _ => Err(SyncError::Malformed("kind")),
    }
}

/// The parts of a signed frame, with the certificates read and nothing unfolded yet.
pub(crate) struct Parts<'a> {
    pub(crate) town: Certificate,
    pub(crate) device: Certificate,
    front: &'a [u8],
    signature: [u8; SIGNATURE_BYTES],
    payload: &'a [u8],
}

impl<'a> Parts<'a> {
    pub(crate) fn of(kind: FrameKind, frame: &'a [u8]) -> Result<Parts<'a>, SyncError> {
        let cut = SyncError::Malformed("frame");
        let (found, rest) = split(frame)?;
        if found != kind {
            return Err(SyncError::Malformed("kind"));
        }
        let (town, rest) = rest.split_at_checked(CERTIFICATE_BYTES).ok_or(cut.clone())?;
        let (device, rest) = rest.split_at_checked(CERTIFICATE_BYTES).ok_or(cut.clone())?;
        let (signature, payload) = rest.split_first_chunk::<SIGNATURE_BYTES>().ok_or(cut.clone())?;
        let front = frame.get(..HEADER_BYTES + 2 * CERTIFICATE_BYTES).ok_or(cut)?;
        Ok(Parts {
            town: Certificate::from_bytes(town).map_err(SyncError::Stranger)?,
            device: Certificate::from_bytes(device).map_err(SyncError::Stranger)?,
            front,
            signature: *signature,
            payload,
        })
    }

    /// Checks the signature, then unfolds.
    pub(crate) fn open<T>(self) -> Result<Signed<T>, SyncError>
    where
        T: for<'b> Decode<'b, ()>,
    {
        let mut signed = Vec::with_capacity(self.front.len() + self.payload.len());
        signed.extend_from_slice(self.front);
        signed.extend_from_slice(self.payload);
        verify(&self.device.key, LABEL, &signed, &domain::identity::Signature(self.signature), "message")
            .map_err(|_| SyncError::Signature)?;
        Ok(Signed { town: self.town, device: self.device, message: inflate(self.payload)? })
    }
}

fn split(frame: &[u8]) -> Result<(FrameKind, &[u8]), SyncError> {
    if frame.len() > FRAME_BYTES_MAX {
        return Err(SyncError::TooLarge("message"));
    }
    let (header, rest) = frame.split_first_chunk::<HEADER_BYTES>().ok_or(SyncError::Malformed("frame"))?;
    let [a, b, c, d, version, kind] = *header;
    if [a, b, c, d] != MAGIC {
        return Err(SyncError::Malformed("frame"));
    }
    if version != VERSION {
        return Err(SyncError::Version(version));
    }
    let kind = match kind {
        1 => FrameKind::Offer,
        2 => FrameKind::Answer,
        3 => FrameKind::Challenge,
        4 => FrameKind::Deposit,
        5 => FrameKind::Cover,
        6 => FrameKind::Watch,
        7 => FrameKind::News,
        8 => FrameKind::Take,
        9 => FrameKind::Catalogue,
        10 => FrameKind::SegmentPiece,
        _ => return Err(SyncError::Malformed("kind")),
    };
    Ok((kind, rest))
}

fn bounded(frame: Vec<u8>) -> Result<Vec<u8>, SyncError> {
    if frame.len() > FRAME_BYTES_MAX { Err(SyncError::TooLarge("message")) } else { Ok(frame) }
}

pub(crate) fn deflate<T: Encode<()>>(message: &T) -> Result<Vec<u8>, SyncError> {
    let payload = minicbor::to_vec(message).map_err(|_| SyncError::Malformed("message"))?;
    if payload.len() > PAYLOAD_BYTES_MAX {
        return Err(SyncError::TooLarge("message"));
    }
    // An answer is not signed: the checksum tells a byte broken on the way from what the peer said.
    let mut compressor = zstd::bulk::Compressor::new(LEVEL).map_err(|_| SyncError::TooLarge("message"))?;
    compressor.include_checksum(true).map_err(|_| SyncError::TooLarge("message"))?;
    compressor.compress(&payload).map_err(|_| SyncError::TooLarge("message"))
}

/// Compresses what is packed once and kept: with a window as wide as it is long, and slowly.
pub(crate) fn compress_far(payload: &[u8], level: i32, window_log: u32) -> Result<Vec<u8>, SyncError> {
    let failed = |_| SyncError::TooLarge("segment");
    let mut compressor = zstd::bulk::Compressor::new(level).map_err(failed)?;
    compressor.window_log(window_log).map_err(failed)?;
    compressor.long_distance_matching(true).map_err(failed)?;
    compressor.compress(payload).map_err(failed)
}

/// Unfolds one such frame, and nothing that is longer than `bytes_max`.
pub(crate) fn decompress_far(bytes: &[u8], window_log: u32, bytes_max: usize) -> Result<Vec<u8>, SyncError> {
    unfold(bytes, window_log, bytes_max, "segment")
}

/// One zstd frame and nothing after it, unfolded to no more than `bytes_max`.
fn unfold(bytes: &[u8], window_log: u32, bytes_max: usize, what: &'static str) -> Result<Vec<u8>, SyncError> {
    let malformed = SyncError::Malformed(what);
    let mut decoder =
        zstd::stream::read::Decoder::with_buffer(bytes).map_err(|_| malformed.clone())?.single_frame();
    decoder.window_log_max(window_log).map_err(|_| malformed.clone())?;
    let mut payload = Vec::new();
    let mut limited = decoder.take(bytes_max as u64 + 1);
    limited.read_to_end(&mut payload).map_err(|_| malformed.clone())?;
    if payload.len() > bytes_max {
        return Err(SyncError::TooLarge(what));
    }
    match limited.into_inner().finish().is_empty() {
        true => Ok(payload),
        false => Err(malformed),
    }
}

pub(crate) fn inflate<T>(bytes: &[u8]) -> Result<T, SyncError>
where
    T: for<'b> Decode<'b, ()>,
{
    let malformed = SyncError::Malformed("message");
    let payload = unfold(bytes, WINDOW_LOG_MAX, PAYLOAD_BYTES_MAX, "message")?;
    let mut decoder = minicbor::Decoder::new(&payload);
    let message = decoder.decode().map_err(|_| malformed.clone())?;
    if decoder.position() != payload.len() {
        return Err(malformed);
    }
    Ok(message)
}
