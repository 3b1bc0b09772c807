//! Time, as whoever runs an exchange has it.

/// Two clocks: the one people read, and one that only goes forward.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970, as this computer believes. For display and marks.
    fn now_ms(&self) -> i64;
    /// Milliseconds since any fixed moment, never going back. For waiting.
    fn forward_ms(&self) -> i64;
}
