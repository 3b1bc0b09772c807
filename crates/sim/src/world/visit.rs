//! Counters of one building that ask each other, with the line to the state up or down.

use super::wire::CHALLENGE_SECRET;
use super::{Broken, World};
use crate::dice::Dice;
use carrier::Host;

impl World {
    /// Another counter that this one may meet in its building.
    fn neighbour(&self, of: usize, dice: &mut Dice) -> Option<usize> {
        let own = self.counters.get(of).filter(|counter| counter.is_alone())?;
        let others: Vec<usize> = self
            .counters
            .iter()
            .filter(|one| one.is_alone() && one.index != of && one.building == own.building)
            .map(|one| one.index)
            .collect();
        dice.pick(&others).copied()
    }

    /// One counter asks another. The power may go at either of them.
    pub(super) async fn visit(&mut self, from: usize, dice: &mut Dice) -> Result<(), Broken> {
        let Some(to) = self.neighbour(from, dice) else { return Ok(()) };
        let Some(answering) = self.counters.get(to) else { return Ok(()) };
        let peer = format!("device/{}", answering.device());
        let (store, credentials) = (answering.machine.store()?.clone(), answering.credentials());
        let mut entropy = answering.entropy("host");
        let epoch = answering.writer.epoch;
        let host = Host::of_device(store, &credentials, epoch, CHALLENGE_SECRET, &mut entropy).await;
        if let (Ok(host), Some(asking)) = (host, self.counters.get_mut(from)) {
            // A cut that struck unnoticed shows at the first statement; the exchange meets it and mends it.
            let before = asking.entries_held().await.ok();
            asking.ask(&peer, &self.wire.between(asking.line, host), &mut self.story).await?;
            self.story.note("visits");
            let after = asking.entries_held().await.ok();
            let came = before.zip(after).map_or(0, |(before, after)| after.saturating_sub(before));
            self.story.count("entries by visit", came);
        }
        match self.counters.get_mut(to) {
            Some(answering) if answering.machine.is_dead() => answering.restart(&mut self.story).await,
            _ => Ok(()),
        }
    }
}
