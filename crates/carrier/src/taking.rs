//! How far taking segments has come with one peer, as long as the program runs.

use domain::Hash;

/// On a bad line the pieces become as small as this.
pub(crate) const PIECE_BYTES_MIN: u32 = 8 << 10;

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
}

impl Default for Taking {
    fn default() -> Taking {
        Taking {
            challenge: Vec::new(),
            piece_bytes: PIECE_BYTES_MIN * 8,
            begun: None,
            under_way: false,
            over: false,
        }
    }
}
