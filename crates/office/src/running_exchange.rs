//! A running exchange, and what follows each of its turns.

use crate::later::later;
use crate::{Shell, Town};
use carrier::{Background, Clock, Guest, Server};
use std::sync::Arc;
use sync::client::Status;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// After so many entries from elsewhere the search index is worth merging.
const SETTLE_AFTER: u64 = 5_000;

/// A running exchange, and what follows each of its turns. Dropped, both stop.
pub(crate) struct Exchange {
    background: Background,
    following: JoinHandle<()>,
}

impl Exchange {
    /// Begins with a turn. Must be called inside a tokio runtime.
    pub(crate) fn begin(town: Arc<Town>, guest: Guest, server: Server, shell: &Arc<dyn Shell>) -> Exchange {
        let clock = Arc::new(ShellClock(Arc::clone(shell)));
        let background = Background::start(guest, server, clock, shell.entropy());
        background.asked();
        let following = tokio::spawn(follow(town, background.watch()));
        Exchange { background, following }
    }

    /// What a commit wakes, and what says how it goes.
    pub(crate) fn background(&self) -> &Background {
        &self.background
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.following.abort();
    }
}

/// The shell's clocks, as the carrier asks for them.
struct ShellClock(Arc<dyn Shell>);

impl Clock for ShellClock {
    fn now_ms(&self) -> i64 {
        self.0.now_ms()
    }

    fn forward_ms(&self) -> i64 {
        self.0.forward_ms()
    }
}

/// What came from elsewhere must be found by the omnibox here: after each turn mobiles are indexed, and after many
/// entries the index is merged. A failure leaves the index as it was; the next turn tries again.
async fn follow(town: Arc<Town>, mut status: watch::Receiver<Status>) {
    let mut settled = 0;
    while status.changed().await.is_ok() {
        let (busy, received) = {
            let now = status.borrow_and_update();
            (now.busy, now.entries_received)
        };
        if busy {
            continue;
        }
        let _ = later(|| town.index_mobiles()).await;
        if received.saturating_sub(settled) >= SETTLE_AFTER && town.store.settle_search().await.is_ok() {
            settled = received;
        }
    }
}
