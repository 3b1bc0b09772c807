//! Time as a measurement needs it: the wall's, and what this process has spent of the processors.

use std::time::{Duration, Instant};

/// Now, on a clock that only goes forward.
#[must_use]
pub fn now() -> Instant {
    #[allow(clippy::disallowed_methods, reason = "a measurement has a clock")]
    Instant::now()
}

/// What all threads of this process have spent of the processors, in the program and in the system for it: the same on
/// a busy machine as on an idle one.
#[must_use]
pub fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// Milliseconds, with their fraction.
#[must_use]
pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
