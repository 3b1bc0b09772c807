//! The one place where the server reads the clock and the operating system's randomness.

use carrier::Clock;
use journal::Entropy;
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970; before it, 0.
#[allow(
    clippy::disallowed_methods,
    reason = "the server is a shell: it reads the clock for everything below it"
)]
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A clock that only goes forward, for how long something took.
#[allow(clippy::disallowed_methods, reason = "a shell reads the clock for what it measures")]
pub(crate) fn begun() -> Instant {
    Instant::now()
}

/// The machine's clocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        now_ms()
    }

    #[allow(clippy::disallowed_methods, reason = "a shell reads the clock for what it starts")]
    fn forward_ms(&self) -> i64 {
        static START: OnceLock<Instant> = OnceLock::new();
        i64::try_from(START.get_or_init(Instant::now).elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}

/// The operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[allow(clippy::disallowed_methods, reason = "a shell gives randomness to everything below it")]
    fn fill(&mut self, bytes: &mut [u8]) {
        // Keys made without randomness would be worse than no server at all; Linux and Windows block until there is
        // some, so this ends the process only on a broken machine.
        if getrandom::fill(bytes).is_err() {
            std::process::abort();
        }
    }
}
