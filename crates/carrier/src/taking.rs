//! How far taking segments has come with one peer, as long as the program runs.

use crate::clock::Clock;
use domain::Hash;

/// On a bad line the pieces become as small as this.
pub(crate) const PIECE_BYTES_MIN: u32 = 8 << 10;

/// Who is signed in all day makes a pause now and then: after so long without a draft or a press the counter counts as
/// left. Who comes back meanwhile does not wait.
pub(crate) const STILL_MS: i64 = 60_000;

/// What of taking segments outlives a broken line.
pub(crate) struct Taking {
    pub(crate) challenge: Vec<u8>,
    pub(crate) piece_bytes: u32,
    /// The beginning of the segment under way.
    pub(crate) begun: Option<(Hash, Vec<u8>)>,
    /// Segments of this peer are being taken.
    pub(crate) under_way: bool,
    /// There is nothing to ask this peer for.
    pub(crate) over: bool,
    /// What people had written here at the last look, and since when they have written no more.
    pub(crate) presses: usize,
    pub(crate) still_since_ms: i64,
}

impl Default for Taking {
    fn default() -> Taking {
        Taking {
            challenge: Vec::new(),
            piece_bytes: PIECE_BYTES_MIN * 8,
            begun: None,
            under_way: false,
            over: false,
            presses: 0,
            still_since_ms: i64::MAX,
        }
    }
}

impl Taking {
    /// Whether people have written nothing here for a while, as far as was looked.
    pub(crate) fn is_still(&mut self, presses: usize, clock: &dyn Clock) -> bool {
        let now_ms = clock.forward_ms();
        if self.presses != presses || self.still_since_ms > now_ms {
            (self.presses, self.still_since_ms) = (presses, now_ms);
        }
        now_ms - self.still_since_ms >= STILL_MS
    }
}
