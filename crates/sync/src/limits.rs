//! Every bound of the protocol, by name. A message beyond one is refused before it is read further.

/// Bytes of one message as it travels (compressed).
pub const FRAME_BYTES_MAX: usize = 8 << 20;
/// Bytes of one message when opened: a small frame must not unfold into all the memory there is.
pub const PAYLOAD_BYTES_MAX: usize = 16 << 20;
/// Bytes of entries (before compression) put into one message at the most. A range is cut only where a signature is
/// held, so one longer batch may still travel alone, up to the bounds above.
pub const BUDGET_BYTES_MAX: u32 = 6 << 20;
/// Bytes of entries in one range, unless one signed batch is longer. Each range is stored in a transaction of its own, and
/// a receipt at the counter waits for it: 64 KiB are about 150 receipts, a few milliseconds.
pub const RANGE_BYTES_MAX: usize = 64 << 10;
/// On a bad line the calling side halves its budget down to this, so that a message gets through between two breaks.
pub const BUDGET_BYTES_MIN: u32 = 16 << 10;
/// Entries in one message. What arrives with one message is taken in together while nobody is at the counter, and the
/// pages that many receipts touch are then written once.
pub const ENTRIES_MAX: usize = 4 * journal::range::RANGE_ENTRIES_MAX;
/// Ranges in one message.
pub const RANGES_MAX: usize = 256;
/// Chains (device × epoch) one town may have.
pub const HEADS_MAX: usize = 4_096;
/// Wrapped keys in one message.
pub const KEYS_MAX: usize = 1_024;
/// Bytes of one wrapped key.
pub const KEY_BYTES_MAX: usize = 256;
/// Alarms in one answer.
pub const ALARMS_MAX: usize = 256;
/// Bytes of a challenge.
pub const CHALLENGE_BYTES_MAX: usize = 64;
/// A challenge is good for this long; afterwards the next request costs one more round trip.
pub const CHALLENGE_VALID_MS: i64 = 60 * 60 * 1_000;
/// Bytes of the sealed package of an invitation.
pub const INVITATION_BYTES_MAX: usize = 64 << 10;
/// An invitation expires after this long at the most.
pub const INVITATION_VALID_MS_MAX: i64 = 7 * 24 * 60 * 60 * 1_000;
/// How far before the shorter head the proof of a fork begins: far enough to hold the last common entry as a rule.
pub const FORK_EVIDENCE_ENTRIES: u64 = 256;
/// Segments in one catalogue.
pub const SEGMENTS_MAX: usize = 16_384;
/// Bytes of one segment as it lies and travels.
pub const SEGMENT_BYTES_MAX: usize = 16 << 20;
/// Bytes of one segment unfolded: a new device holds one at a time.
pub const SEGMENT_UNFOLDED_BYTES_MAX: usize = 32 << 20;
/// Bytes of a segment in one answer.
pub const SEGMENT_PIECE_BYTES_MAX: u32 = 1 << 20;
