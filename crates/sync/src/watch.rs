//! Waiting for news: a device that has nothing to say asks the other side to answer once it holds something else than it
//! last said. What the news is, the exchange after it brings; this only says when.

use crate::SyncError;
use crate::admit::{Admission, Admitted, Challenged, Identity, open_signed};
use crate::frame::{Credentials, FrameKind, kind_of, open, pack, pack_signed};
use crate::limits::CHALLENGE_BYTES_MAX;
use crate::message::bound;
use domain::{ChainHead, Hash, TownCode};
use journal::hash;
use minicbor::{Decode, Encode};

/// How long the answering side waits at the most before it says "nothing". Shorter than what stands between two
/// computers (a router, a proxy) commonly takes for a dead line.
pub const WATCH_MS: u64 = 50_000;

/// "Answer once you hold something else than this."
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Watch {
    /// The town.
    #[n(0)]
    pub town: TownCode,
    /// What the answering side gave last.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub challenge: Vec<u8>,
    /// Of the heads it last said it holds, see [`hash_of`].
    #[n(2)]
    pub heads: Hash,
}

/// "I do."
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
struct News {}

impl Challenged for Watch {
    fn challenge(&self) -> &[u8] {
        &self.challenge
    }
    fn town(&self) -> TownCode {
        self.town
    }
}

impl Watch {
    /// The signed frame.
    pub fn to_frame(&self, credentials: &Credentials) -> Result<Vec<u8>, SyncError> {
        pack_signed(FrameKind::Watch, self, credentials)
    }
}

/// One name for a set of heads, whatever their order.
pub fn hash_of(heads: &[ChainHead]) -> Hash {
    let mut sorted = heads.to_vec();
    sorted.sort_unstable();
    let mut bytes = b"palika heads 1\0".to_vec();
    for head in &sorted {
        bytes.extend_from_slice(&head.device.0);
        bytes.extend_from_slice(&head.epoch.0.to_be_bytes());
        bytes.extend_from_slice(&head.seq.to_be_bytes());
        bytes.extend_from_slice(&head.hash.0);
    }
    hash(&bytes)
}

/// Opens the frame and decides, as for an offer.
pub fn admit_watch(
    frame: &[u8],
    admission: &Admission<'_>,
) -> Result<Admitted<(Identity, Watch)>, SyncError> {
    let (identity, watch, recent) = open_signed::<Watch>(FrameKind::Watch, frame, admission)?;
    bound(watch.challenge.len(), CHALLENGE_BYTES_MAX, "challenge")?;
    match recent {
        true => Ok(Admitted::Guest(Box::new((identity, watch)))),
        false => Ok(Admitted::AskAgain(identity.device)),
    }
}

/// The frame that says there is something.
pub fn news_frame() -> Result<Vec<u8>, SyncError> {
    pack(FrameKind::News, &News {})
}

/// Whether what came back is a reason to exchange: there is news, or the challenge was too old, and an exchange brings
/// another.
pub fn is_news(frame: &[u8]) -> bool {
    match kind_of(frame) {
        Ok(FrameKind::News) => open::<News>(FrameKind::News, frame).is_ok(),
        Ok(FrameKind::Challenge) => true,
        _ => false,
    }
}
