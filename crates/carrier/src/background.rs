//! The loop beside the counter: exchanges, waits, is woken by a commit or a person, and says how it goes.

use crate::clock::Clock;
use crate::guest::{Carry, Guest};
use crate::taking::STILL_MS;
use journal::Entropy;
use std::sync::Arc;
use std::time::Duration;
use sync::client::{Event, Status};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

#[derive(Clone, Copy, Debug)]
enum Call {
    Changed,
    Asked,
}

/// The running exchange of one town with one peer. Dropped, it stops; nothing stored is lost.
pub struct Background {
    calls: mpsc::Sender<Call>,
    status: watch::Receiver<Status>,
    task: JoinHandle<()>,
}

/// A new device asks so soon again for the segment that broke off.
const SEGMENTS_AGAIN_MS: i64 = 3_000;
/// While a call waits to be heard, further ones say nothing new.
const CALLS: usize = 4;

impl Background {
    /// Starts exchanging. Must be called inside a tokio runtime.
    pub fn start<C: Carry + 'static>(
        guest: Guest,
        carrier: C,
        clock: Arc<dyn Clock>,
        entropy: Box<dyn Entropy>,
    ) -> Background {
        let (calls, heard) = mpsc::channel(CALLS);
        let (publish, status) = watch::channel(Status::default());
        let task = tokio::spawn(run(guest, carrier, clock, entropy, heard, publish));
        Background { calls, status, task }
    }

    /// Something was committed here.
    pub fn changed(&self) {
        let _ = self.calls.try_send(Call::Changed);
    }

    /// A person asks for an exchange now.
    pub fn asked(&self) {
        let _ = self.calls.try_send(Call::Asked);
    }

    /// How it goes.
    pub fn status(&self) -> Status {
        self.status.borrow().clone()
    }

    /// Tells whoever shows it when it changes.
    pub fn watch(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn run<C: Carry>(
    mut guest: Guest,
    carrier: C,
    clock: Arc<dyn Clock>,
    mut entropy: Box<dyn Entropy>,
    mut heard: mpsc::Receiver<Call>,
    publish: watch::Sender<Status>,
) {
    let mut begin = Event::Tick;
    loop {
        publish.send_modify(|status| status.busy = true);
        let broken = guest.take_segments(&carrier, clock.as_ref(), entropy.as_mut()).await.err();
        let until_ms = guest.pass(begin, &carrier, clock.as_ref(), entropy.as_mut()).await;
        publish.send_if_modified(|status| {
            let changed = status != guest.status();
            status.clone_from(guest.status());
            changed
        });
        // Whatever keeps it from being folded now is gone some other time.
        let _ = guest.take_up(clock.as_ref()).await;
        let mut wait_ms = until_ms.saturating_sub(clock.forward_ms());
        if let Some(broken) = broken {
            wait_ms = wait_ms.min(broken.retry_after_ms.unwrap_or(SEGMENTS_AGAIN_MS).min(SEGMENTS_AGAIN_MS));
        }
        if guest.waits_for_a_pause().await {
            wait_ms = wait_ms.min(STILL_MS);
        }
        let sleep = tokio::time::sleep(Duration::from_millis(u64::try_from(wait_ms).unwrap_or(0)));
        begin = tokio::select! {
            () = sleep => Event::Tick,
            () = guest.news(&carrier) => Event::Changed,
            call = heard.recv() => match call {
                Some(Call::Changed) => Event::Changed,
                Some(Call::Asked) => Event::Asked,
                None => return,
            },
        };
    }
}
