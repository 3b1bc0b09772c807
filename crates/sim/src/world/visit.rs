//! Counters of one building that ask each other, with the line to the state up or down.

use super::wire::CHALLENGE_SECRET;
use super::{Broken, World};
use carrier::Host;
use domain::Epoch;

impl World {
    /// One counter asks another. The power may go at either of them.
    pub(super) async fn visit(&mut self, from: usize) -> Result<(), Broken> {
        let to = (from + 1 + self.dice.index(self.counters.len().max(2) - 1)) % self.counters.len().max(1);
        let Some(answering) = self.counters.get(to) else { return Ok(()) };
        let peer = format!("device/{}", journal::device_of(&answering.writer.key.public()));
        let (store, credentials) = (answering.machine.store()?.clone(), answering.credentials());
        let mut entropy = answering.entropy("host");
        let host = Host::of_device(store, &credentials, Epoch(0), CHALLENGE_SECRET, &mut entropy).await;
        if let (Ok(host), Some(asking)) = (host, self.counters.get_mut(from)) {
            // A cut that struck unnoticed shows at the first statement; the exchange meets it and mends it.
            let before = asking.entries_held().await.ok();
            asking.ask(&peer, &self.wire.between(from, host), &mut self.story).await?;
            self.story.visits += 1;
            let after = asking.entries_held().await?;
            self.story.entries_by_visit += before.map_or(0, |before| after.saturating_sub(before));
        }
        match self.counters.get_mut(to) {
            Some(answering) if answering.machine.is_dead() => answering.restart(&mut self.story).await,
            _ => Ok(()),
        }
    }
}
