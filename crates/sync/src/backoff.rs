//! How long to wait after a failure: doubling, with jitter, so that a state's counters do not all come back at once
//! when the line does.

use journal::Entropy;

/// First wait.
pub const FIRST_MS: i64 = 2_000;
/// Longest wait of its own choosing.
pub const LONGEST_MS: i64 = 5 * 60 * 1_000;
/// Longest wait a server may ask for: a mistaken header must not silence an office for a day.
pub const ASKED_MAX_MS: i64 = 60 * 60 * 1_000;

/// The wait after `failures` failures in a row (1 for the first): between half and the whole of the doubled base, and
/// never less than the peer asked for.
pub fn wait_ms(failures: u32, asked_ms: Option<i64>, entropy: &mut dyn Entropy) -> i64 {
    let doublings = failures.saturating_sub(1).min(20);
    let base = FIRST_MS.saturating_mul(1 << doublings).min(LONGEST_MS);
    let own = base / 2 + below(base / 2 + 1, entropy);
    match asked_ms {
        None => own,
        Some(asked) => {
            let asked = asked.clamp(0, ASKED_MAX_MS);
            own.max(asked + below(asked / 10 + 1, entropy))
        }
    }
}

/// A span with a tenth of jitter either side.
pub fn around_ms(span_ms: i64, entropy: &mut dyn Entropy) -> i64 {
    span_ms - span_ms / 10 + below(span_ms / 5 + 1, entropy)
}

/// A number from 0 up to, not including, `bound`; the bias over 64 random bits does not matter for waiting.
fn below(bound: i64, entropy: &mut dyn Entropy) -> i64 {
    let random = u64::from_be_bytes(journal::random(entropy));
    let bound = u64::try_from(bound).unwrap_or(0).max(1);
    i64::try_from(random % bound).unwrap_or(0)
}
