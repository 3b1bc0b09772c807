//! Room for those who come, when a state's counters come back all at once: what is in memory and what is worked on is
//! bounded, some wait in order, and the rest are asked to come again at different times.

use crate::ServerError;
use crate::shell::SystemEntropy;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Messages worked on at once. Each is checked on one core and waits for one disk; more of them only wait longer.
const WORKED_ON: usize = 16;
/// Messages held at once, by what they may take unfolded.
const HELD_KIB: usize = 160 << 10;
/// What one message may take beside its bytes as they travel: unfolded, with its entries read.
const UNFOLDED_TIMES: usize = 8;
const MESSAGE_KIB: usize = 64;
/// The largest message unfolded, with its entries read.
const MESSAGE_KIB_MAX: usize = 48 << 10;
/// Whoever does not get room waits in order: their connections cost little, their messages are not read yet.
const WAITING: usize = 1_024;
const WAIT: Duration = Duration::from_secs(25);
/// Whoever is turned away comes again between these: a state's counters must not come back as one.
const COME_AGAIN_SECONDS: (u32, u32) = (5, 45);

/// The room of one server.
pub(crate) struct Admission {
    waiting: Arc<Semaphore>,
    held: Arc<Semaphore>,
    work: Semaphore,
}

/// Room for one message until it is answered.
pub(crate) struct Admitted {
    _held: OwnedSemaphorePermit,
}

impl Admission {
    pub(crate) fn new() -> Admission {
        Admission {
            waiting: Arc::new(Semaphore::new(WAITING)),
            held: Arc::new(Semaphore::new(HELD_KIB)),
            work: Semaphore::new(WORKED_ON),
        }
    }

    /// Room for a message of so many bytes, before it is read.
    pub(crate) async fn enter(&self, bytes: usize) -> Result<Admitted, ServerError> {
        let kib =
            (bytes.div_ceil(1 << 10).saturating_mul(UNFOLDED_TIMES)).clamp(MESSAGE_KIB, MESSAGE_KIB_MAX);
        let kib = u32::try_from(kib).unwrap_or(u32::MAX);
        let Ok(_waiting) = Arc::clone(&self.waiting).try_acquire_owned() else {
            return Err(ServerError::Busy);
        };
        let room = tokio::time::timeout(WAIT, Arc::clone(&self.held).acquire_many_owned(kib)).await;
        match room {
            Ok(Ok(held)) => Ok(Admitted { _held: held }),
            _ => Err(ServerError::Busy),
        }
    }

    /// A turn to be worked on, once the message is read: a slow line holds memory and no turn.
    pub(crate) async fn turn(&self) -> Result<tokio::sync::SemaphorePermit<'_>, ServerError> {
        self.work.acquire().await.map_err(|_| ServerError::Busy)
    }

    /// How many wait for room.
    pub(crate) fn waiting(&self) -> usize {
        WAITING.saturating_sub(self.waiting.available_permits())
    }
}

/// When whoever is turned away is to come again.
pub(crate) fn come_again_seconds() -> u32 {
    let (from, to) = COME_AGAIN_SECONDS;
    let random = u32::from_be_bytes(journal::random(&mut SystemEntropy));
    from + random % (to - from + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_finds_no_room_waits_in_order_and_no_longer_than_that() {
        let admission = Admission::new();
        let mut inside = Vec::new();
        // The largest messages fill the room long before their number does.
        while admission.held.available_permits() >= MESSAGE_KIB_MAX {
            inside.push(admission.enter(usize::MAX / 2).await.unwrap());
        }
        assert!(inside.len() <= HELD_KIB / MESSAGE_KIB_MAX);
        let begun = tokio::time::Instant::now();
        assert!(matches!(admission.enter(8 << 20).await, Err(ServerError::Busy)));
        assert!(begun.elapsed() >= WAIT);
        let (next, ()) = tokio::join!(admission.enter(8 << 20), async { inside.truncate(0) });
        assert!(next.is_ok());
        assert_eq!(admission.waiting(), 0);
    }

    #[test]
    fn those_turned_away_come_again_at_different_times() {
        let times: std::collections::BTreeSet<u32> = (0..200).map(|_| come_again_seconds()).collect();
        assert!(times.len() > 20, "{times:?}");
        assert!(times.iter().all(|seconds| (5..=45).contains(seconds)));
    }
}
