//! What becomes of disks: copied and put back, copied into a second computer, dead. Somebody notices, says so in the log,
//! and goes on.

use super::counter::{Counter, Place, Promise, Standing};
use super::machine::Machine;
use super::{Broken, World, broken};
use crate::dice::Dice;
use domain::fact::Fact;
use domain::people::Role;
use store::StoreError;

/// Exchanges of everybody until a computer that was set up anew knows the town.
const ROUNDS_TO_JOIN: u32 = 12;

impl World {
    /// A disk nobody can trust is one too many already, and somebody must be left to serve.
    pub(super) async fn may_harm(&self) -> bool {
        let harmed = self.counters.iter().any(|counter| {
            counter.is_serving()
                && (!counter.machine.is_sound() || counter.disk_died || counter.twin.is_some())
        });
        !harmed
            && self.server.lock().await.is_sound()
            && self.counters.iter().filter(|counter| counter.is_serving()).count() > 1
    }

    pub(super) fn copy_disk(&mut self, at: usize, dice: &mut Dice) {
        if let Some(counter) =
            self.counters.get_mut(at).filter(|counter| counter.is_alone() && counter.machine.is_sound())
        {
            counter.copy = Some(counter.machine.copy_disk(dice));
        }
    }

    /// A computer is put back from its copy: it begins a new epoch before it writes.
    pub(super) async fn put_back(&mut self, at: usize, dice: &mut Dice) -> Result<(), Broken> {
        if !self.may_harm().await {
            return Ok(());
        }
        let Some(counter) = self.counters.get_mut(at).filter(|counter| counter.is_alone()) else {
            return Ok(());
        };
        let Some(copy) = counter.copy.take() else { return Ok(()) };
        self.story.note("computers put back");
        counter.machine.put_back(&copy, dice).await?;
        counter.is_behind = true;
        Ok(())
    }

    pub(super) async fn clone_counter(&mut self, at: usize, dice: &mut Dice) -> Result<(), Broken> {
        let index = self.counters.len();
        if !self.may_harm().await {
            return Ok(());
        }
        let Some(counter) = self.counters.get(at).filter(|counter| counter.is_alone()) else {
            return Ok(());
        };
        if counter.machine.is_dead() {
            return Ok(());
        }
        let mut twin = counter.cloned(index, &self.town, dice).await?;
        // A batch may have been under way when the copy was made.
        twin.mark = twin.own_seq().await.map_err(broken("a clone's chain"))?;
        twin.ensure_shift().await?;
        if let Some(counter) = self.counters.get_mut(at) {
            counter.twin = Some(index);
        }
        self.story.note("clones made");
        self.counters.push(twin);
        Ok(())
    }

    /// After an exchange of one half of a clone: found at first contact, or the simulator says it was not.
    pub(super) async fn look_for_clone(&mut self, at: usize, turn: super::life::Turn) -> Result<(), Broken> {
        let Some(counter) = self.counters.get(at) else { return Ok(()) };
        let Some(twin) = counter.twin else { return Ok(()) };
        if turn.own_fork || counter.is_behind {
            self.story.note("clones found");
            if counter.dice.fork("clone found").chance(1, 2) {
                return self.give_branch_up(at, twin).await;
            }
            self.retire(at, Standing::Twin).await;
            self.retire(twin, Standing::Twin).await;
            self.forget_what_died().await?;
            return self.join_anew(at).await;
        }
        if turn.succeeded && self.has_diverged(at).await? {
            return Err(Broken(format!("{} met the other half of itself and was not told", counter.name())));
        }
        Ok(())
    }

    /// The half that was told goes on under a new epoch, its own branch given up; the other computer is taken away.
    async fn give_branch_up(&mut self, at: usize, twin: usize) -> Result<(), Broken> {
        self.retire(twin, Standing::Twin).await;
        if let Some(counter) = self.counters.get_mut(at) {
            counter.twin = None;
            counter.machine.has_lost = true;
            counter.machine.spare();
            counter.open_epoch("a copy of this computer was at work", &mut self.story).await?;
        }
        self.forget_what_died().await
    }

    /// Whether a counter and the server hold different entries at one place of the counter's own chain.
    async fn has_diverged(&self, at: usize) -> Result<bool, Broken> {
        let Some(counter) = self.counters.get(at) else { return Ok(false) };
        let device = counter.device();
        let server = self.server.lock().await;
        let there = server.store()?.vector().await.map_err(broken("server's vector"))?;
        for own in counter.machine.store()?.vector().await.map_err(broken("vector"))? {
            let Some(other) = there
                .iter()
                .find(|one| own.device == device && one.device == device && one.epoch == own.epoch)
            else {
                continue;
            };
            let (shorter, longer) = match own.seq <= other.seq {
                true => (own, server.store()?),
                false => (*other, counter.machine.store()?),
            };
            if longer.entry(&shorter).await.is_err() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What follows from an event: failed disks are replaced, computers whose file is not what it was begin anew.
    pub(super) async fn mend(&mut self) -> Result<(), Broken> {
        if self.wire.server_failed() && self.server.lock().await.is_suspect() {
            self.replace_centre().await?;
        }
        let mut unsure = false;
        for counter in &mut self.counters {
            unsure |= counter.machine.came_back_unsure();
        }
        if unsure {
            self.forget_what_died().await?;
        }
        for at in 0..self.counters.len() {
            let Some(counter) = self.counters.get_mut(at) else { continue };
            if !counter.is_serving() {
                continue;
            }
            counter.is_behind |= !counter.disk_died && counter.is_epoch_over().await?;
            let (died, behind, twin) = (counter.disk_died, counter.is_behind, counter.twin);
            if died {
                self.story.note("disks replaced");
                self.retire(at, Standing::Dead).await;
                self.forget_what_died().await?;
                if let Some(twin) = twin.and_then(|twin| self.counters.get_mut(twin)) {
                    twin.twin = None;
                }
                self.join_anew(at).await?;
            } else if behind {
                self.begin_anew(at).await?;
            }
        }
        Ok(())
    }

    async fn begin_anew(&mut self, at: usize) -> Result<(), Broken> {
        if let Some(counter) = self.counters.get_mut(at) {
            counter.machine.has_lost = true;
            if counter.machine.is_suspect() {
                self.story.note("disks rolled back by a lie");
            }
            counter.machine.spare();
            counter.open_epoch("the file is not the one last used here", &mut self.story).await?;
        }
        self.forget_what_died().await
    }

    async fn retire(&mut self, at: usize, standing: Standing) {
        if let Some(counter) = self.counters.get_mut(at) {
            counter.standing = standing;
            counter.machine.spare();
            counter.machine.close().await;
        }
    }

    /// What no computer in service holds any more is gone, or back on a stick one day; on one half of a clone it is kept.
    pub(super) async fn forget_what_died(&mut self) -> Result<(), Broken> {
        self.has_lost = true;
        for at in 0..self.counters.len() {
            let Some(counter) = self.counters.get_mut(at) else { continue };
            let promised = std::mem::take(&mut counter.promised);
            let acknowledged = std::mem::take(&mut counter.acknowledged);
            let demanded = std::mem::take(&mut counter.demanded);
            let mut kept: (Vec<Promise>, Vec<Promise>) = (Vec::new(), Vec::new());
            for mut promise in promised {
                if let Some(cancelled) = promise.cancelled
                    && !self.is_held(&cancelled).await
                {
                    promise.cancelled_once = promise.cancelled.take();
                }
                match self.is_held(&promise.receipt).await {
                    true => kept.0.push(promise),
                    false => kept.1.push(promise),
                }
            }
            let (mut held, mut asked, mut asked_once) = (Vec::new(), Vec::new(), Vec::new());
            for entry in acknowledged {
                if self.is_held(&entry).await {
                    held.push(entry);
                }
            }
            for (entry, amount) in demanded {
                match self.is_held(&entry).await {
                    true => asked.push((entry, amount)),
                    false => asked_once.push((entry, amount)),
                }
            }
            if let Some(counter) = self.counters.get_mut(at) {
                (counter.promised, counter.acknowledged, counter.demanded) = (kept.0, held, asked);
                counter.demanded_once.extend(asked_once);
                match counter.standing {
                    Standing::Twin => counter.on_branch.extend(kept.1),
                    _ => counter.died.extend(kept.1),
                }
            }
        }
        Ok(())
    }

    async fn is_held(&self, entry: &domain::ChainHead) -> bool {
        if holds(&*self.server.lock().await, entry).await {
            return true;
        }
        for counter in self.counters.iter().filter(|counter| counter.is_serving()) {
            if holds(&counter.machine, entry).await {
                return true;
            }
        }
        false
    }

    /// Another computer in a dead one's place, enrolled by a colleague as a device of its own.
    async fn join_anew(&mut self, at: usize) -> Result<(), Broken> {
        let index = self.counters.len();
        let Some(before) = self.counters.get(at) else { return Ok(()) };
        let place = Place { index, ..before.place() };
        let dice = before.dice.fork("replaced");
        let mut counter = Counter::new(place, dice, &self.town, std::sync::Arc::clone(&self.clock));
        counter.machine.make(&self.town).await?;
        counter.is_newer = before.is_newer;
        let enrolment = Fact::from(counter.enrolment(&self.town));
        let colleague =
            self.counters.iter().position(|one| one.is_alone() && !one.disk_died && !one.is_behind);
        let Some(colleague) = colleague.and_then(|at| self.counters.get_mut(at)) else {
            return Err(Broken("nobody is left to enrol a computer".to_owned()));
        };
        colleague.machine.spare();
        // Nobody joins a town whose centre has no room to hear of it.
        self.server.lock().await.free();
        if !colleague.write_as_administrator(&enrolment, &mut self.story).await? {
            return Err(Broken("a computer could not be enrolled".to_owned()));
        }
        self.counters.push(counter);
        let stormy = self.wire.is_stormy();
        self.wire.calm();
        for _ in 0..ROUNDS_TO_JOIN {
            Box::pin(self.exchange_all()).await?;
            if self.knows_itself(index).await? {
                if let Some(counter) = self.counters.get_mut(index) {
                    counter.open_shift().await?;
                }
                if stormy {
                    self.wire.stormy();
                }
                return Ok(());
            }
        }
        Err(Broken(format!("a new computer does not know the town after {ROUNDS_TO_JOIN} exchanges")))
    }

    async fn knows_itself(&self, at: usize) -> Result<bool, Broken> {
        let Some(counter) = self.counters.get(at) else { return Ok(false) };
        let store = counter.machine.store()?;
        let mut reading = store.reading().await.map_err(broken("reading"))?;
        let devices = store::query::people::devices(&mut reading).await.map_err(broken("devices"))?;
        drop(reading);
        let is_listed = devices.iter().any(|row| row.device == counter.device());
        Ok(is_listed && counter.grant_of(super::town::USER, Role::Clerk).await.is_ok())
    }

    /// The centre's disk is gone: an empty file in its place, filled again by whoever asks it.
    pub(super) async fn replace_centre(&mut self) -> Result<(), Broken> {
        let mut server = self.server.lock().await;
        server.close().await;
        let dice = self.dice.fork(&format!("centre {}", self.clock.now_ms()));
        let mut empty = Machine::new(dice);
        empty.make(&self.town).await?;
        empty.has_lost = true;
        *server = empty;
        drop(server);
        self.story.note("centres lost");
        self.forget_what_died().await
    }

    /// The centre is put back from the copy in its safe; without one, a copy is put there.
    pub(super) async fn old_centre(&mut self, dice: &mut Dice) -> Result<(), Broken> {
        let mut server = self.server.lock().await;
        if server.is_dead() || !server.is_sound() {
            return Ok(());
        }
        match self.copy_of_centre.take() {
            None => {
                self.copy_of_centre = Some(server.copy_disk(dice));
                Ok(())
            }
            Some(copy) => {
                server.put_back(&copy, dice).await?;
                drop(server);
                self.story.note("centres put back");
                self.forget_what_died().await
            }
        }
    }
}

impl Counter {
    /// One fact of the administrator; tried once more where the power went. False where this computer could not.
    pub(super) async fn write_as_administrator(
        &mut self,
        fact: &Fact,
        story: &mut super::Story,
    ) -> Result<bool, Broken> {
        let Err(error) = self.try_as_administrator(fact).await else { return Ok(true) };
        self.after_failure("writing as administrator", &error, None, story).await?;
        if self.disk_died || self.is_behind {
            return Ok(false);
        }
        Ok(self.try_as_administrator(fact).await.is_ok())
    }

    async fn try_as_administrator(&mut self, fact: &Fact) -> Result<(), StoreError> {
        let administrator = self.grant_of(super::town::USER, Role::Administrator).await?;
        let store = self.machine.store().map_err(super::counter::not_found)?;
        let mut writing = store.begin(&self.writer, self.now_ms()).await?;
        writing.append(Some(administrator), fact).await?;
        let head = writing.commit().await?;
        self.keep_mark(&head);
        Ok(())
    }
}

async fn holds(machine: &Machine, entry: &domain::ChainHead) -> bool {
    match machine.store() {
        Ok(store) => store.entry(entry).await.is_ok(),
        Err(_) => false,
    }
}
