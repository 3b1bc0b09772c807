//! A town in bad weather: several counters and the state's server, each a machine with the real store on a disk that
//! fails, exchanging over a network that loses, doubles, delays and garbles; all from one seed.
//!
//! What must hold whatever happens: a receipt that was acknowledged is never lost and never doubled; every series is
//! gapless; when the weather clears all replicas come to one vector and one digest within a bounded number of
//! exchanges.

mod counter;
mod desk;
mod judge;
mod machine;
mod stick;
mod town;
mod visit;
mod wire;

use crate::dice::Dice;
use counter::Counter;
use machine::Machine;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use stick::Sticks;
use town::Town;
use wire::Wire;

/// Things that happen in one run.
const STEPS: u32 = 55;
/// Exchanges each replica may need once the weather is clear.
const ROUNDS_TO_AGREE: u32 = 25;

/// Why a run failed: what broke, for the person who replays it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Broken(pub String);

/// What a run did, to tell runs apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Story {
    /// Receipts acknowledged to a clerk.
    pub acknowledged: u32,
    /// Receipts found durable though the power went before the clerk was told.
    pub found_after_cut: u32,
    /// Power cuts that struck.
    pub power_cuts: u32,
    /// Exchanges begun in bad weather.
    pub exchanges: u32,
    /// Receipts cancelled by two people.
    pub cancelled: u32,
    /// Properties described.
    pub described: u32,
    /// Files of dues brought in.
    pub brought: u32,
    /// Sticks written for another counter.
    pub sticks_written: u32,
    /// Sticks read to their end.
    pub sticks_read: u32,
    /// Entries that came by stick before they came by line.
    pub entries_by_stick: u32,
    /// Times a counter asked another of its building.
    pub visits: u32,
    /// Entries that came so before they came from the server.
    pub entries_by_visit: u64,
}

pub(crate) fn broken<E: std::fmt::Display>(what: &str) -> impl FnOnce(E) -> Broken + '_ {
    move |error| Broken(format!("{what}: {error}"))
}

/// Runs one seed.
pub async fn run(seed: u64) -> Result<Story, Broken> {
    let mut world = World::begin(seed).await?;
    let ended = world.live().await;
    // Every connection's thread must be gone before the process ends: the cipher's own clean-up at exit does not wait.
    world.close().await;
    ended.map(|()| world.story)
}

struct World {
    dice: Dice,
    clock: Arc<SimClock>,
    server: Arc<tokio::sync::Mutex<Machine>>,
    counters: Vec<Counter>,
    wire: Wire,
    sticks: Sticks,
    story: Story,
}

/// Virtual time: the one that only goes forward. Each counter adds its own error to it.
#[derive(Default)]
pub(crate) struct SimClock(AtomicI64);

impl SimClock {
    pub(crate) fn now_ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    fn advance(&self, by_ms: i64) {
        self.0.fetch_add(by_ms, Ordering::Relaxed);
    }
}

/// 23 November 2026, 10:00 in India.
const MORNING_MS: i64 = 1_795_408_200_000;

impl World {
    async fn begin(seed: u64) -> Result<World, Broken> {
        let mut dice = Dice::new(seed);
        let clock = Arc::new(SimClock::default());
        clock.advance(MORNING_MS);
        let town = Town::of(&mut dice.fork("keys"));
        let counts = 2 + dice.index(2);
        let mut server = Machine::new(dice.fork("server"));
        server.make(&town).await?;
        let server = Arc::new(tokio::sync::Mutex::new(server));
        let wire = Wire::new(dice.fork("wire"), Arc::clone(&server), Arc::clone(&clock), &town);
        let mut counters = Vec::new();
        for index in 0..counts {
            let mut counter =
                Counter::new(index, dice.fork(&format!("counter {index}")), &town, Arc::clone(&clock));
            counter.machine.make(&town).await?;
            counters.push(counter);
        }
        let mut world =
            World { dice, clock, server, counters, wire, sticks: Sticks::of(&town), story: Story::default() };
        let enrolled: Vec<_> = world.counters.iter().map(|counter| counter.enrolment(&town)).collect();
        if let Some(first) = world.counters.first_mut() {
            first.found(&town, enrolled).await?;
        }
        // Enrolment is done with the line up: nobody may write before it is in their past.
        world.wire.calm();
        for _ in 0..2 {
            world.exchange_all().await?;
        }
        for counter in &mut world.counters {
            counter.open_shift().await?;
        }
        world.wire.stormy();
        Ok(world)
    }

    async fn live(&mut self) -> Result<(), Broken> {
        for _ in 0..STEPS {
            self.step().await?;
        }
        self.clear_up().await?;
        self.judge().await
    }

    async fn close(&mut self) {
        self.server.lock().await.close().await;
        for counter in &mut self.counters {
            counter.machine.close().await;
        }
    }

    async fn step(&mut self) -> Result<(), Broken> {
        self.clock.advance(1_000 + self.dice.below(600_000) as i64);
        let at = self.dice.index(self.counters.len());
        let roll = self.dice.below(100);
        let Some(counter) = self.counters.get_mut(at) else { return Ok(()) };
        match roll {
            0..=31 => counter.take_money(&mut self.dice, &mut self.story).await?,
            32..=36 => counter.cancel(&mut self.dice, &mut self.story).await?,
            37..=41 => counter.describe(&mut self.dice, &mut self.story).await?,
            42..=44 => counter.bring_dues(&mut self.dice, &mut self.story).await?,
            45..=51 => self.visit(at).await?,
            52..=61 => {
                self.story.exchanges += 1;
                counter.exchange(&self.wire, &mut self.story).await?;
            }
            62..=65 => self.write_stick(at).await?,
            66..=69 => self.read_stick().await?,
            70..=79 => counter.machine.cut_soon(&mut self.dice),
            80..=83 => self.server.lock().await.cut_soon(&mut self.dice),
            84..=87 => counter.jump_clock(&mut self.dice),
            88..=91 => counter.close_day(&mut self.story).await?,
            92..=94 => counter.restart(&mut self.story).await?,
            _ => self.wire.turn_line(at),
        }
        self.revive_server().await
    }

    async fn revive_server(&mut self) -> Result<(), Broken> {
        let mut server = self.server.lock().await;
        if server.is_dead() {
            self.story.power_cuts += 1;
            server.revive().await?;
        }
        Ok(())
    }

    async fn exchange_all(&mut self) -> Result<(), Broken> {
        for at in 0..self.counters.len() {
            self.clock.advance(60_000);
            if let Some(counter) = self.counters.get_mut(at) {
                counter.exchange(&self.wire, &mut self.story).await?;
            }
            self.revive_server().await?;
        }
        Ok(())
    }

    /// The weather clears: no cut is pending, every line is up, every clock is right.
    async fn clear_up(&mut self) -> Result<(), Broken> {
        self.wire.calm();
        self.server.lock().await.spare();
        for counter in &mut self.counters {
            counter.machine.spare();
            counter.right_clock();
            counter.restart(&mut self.story).await?;
        }
        for _ in 0..ROUNDS_TO_AGREE {
            self.exchange_all().await?;
            if self.agree().await? {
                return Ok(());
            }
        }
        Err(Broken(format!(
            "no agreement after {ROUNDS_TO_AGREE} exchanges of every counter in clear weather"
        )))
    }

    async fn agree(&self) -> Result<bool, Broken> {
        let vector = self.server.lock().await.store()?.vector().await.map_err(broken("server's vector"))?;
        for counter in &self.counters {
            if counter.machine.store()?.vector().await.map_err(broken("counter's vector"))? != vector {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
