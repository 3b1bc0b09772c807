//! A town in bad weather: several counters and the state's server, each a machine with the real store on a disk that
//! fails, exchanging over a network that loses, doubles, delays and garbles; all from one seed.
//!
//! What must hold whatever happens: a receipt that was acknowledged is never lost while one disk that held it lives, and
//! never doubled; every series is gapless; what is not so is refused and kept as evidence; when the weather clears all
//! replicas come to one vector and one digest within a bounded number of exchanges, and so does a centre that lost
//! everything.

mod branch;
mod counter;
mod desk;
mod disks;
mod export;
mod hostile;
mod judge;
mod life;
mod machine;
mod newer;
mod plan;
mod shrink;
mod stick;
mod story;
mod town;
mod visit;
mod wire;

pub use export::exported;
pub use plan::{Event, Plan, Scale, Weather};
pub use shrink::shrink;
pub use story::Story;

use crate::dice::Dice;
use crate::vfs::Disk;
use counter::{Counter, Place};
use domain::{ChainHead, DeviceId, Epoch, Hash};
use hostile::Rogue;
use machine::Machine;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use stick::Sticks;
use town::Town;
use wire::Wire;

/// Exchanges each replica may need once the weather is clear. Two are needed where one counter brings what another must
/// hear of, and one for each broken off by a budget that had been halved.
const ROUNDS_TO_AGREE: u32 = 8;
/// A centre that lost everything asks for all of it.
const ROUNDS_TO_REBUILD: u32 = 6;
const MINUTE_MS: i64 = 60_000;
const NIGHT_MS: i64 = 15 * 60 * MINUTE_MS;

/// Why a run failed: what broke, for the person who replays it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Broken(pub String);

impl Broken {
    /// Whether another run broke the same way: the same words, whatever numbers stand in them.
    pub fn is_like(&self, other: &Broken) -> bool {
        let words = |broken: &Broken| {
            broken
                .0
                .split_whitespace()
                .filter(|word| !word.contains(|c: char| c.is_ascii_digit()))
                .collect::<Vec<_>>()
                .join(" ")
        };
        words(self) == words(other)
    }
}

pub(crate) fn broken<E: std::fmt::Display>(what: &str) -> impl FnOnce(E) -> Broken + '_ {
    move |error| Broken(format!("{what}: {error}"))
}

/// Runs a plan.
///
/// # Errors
/// What did not hold.
pub async fn run(plan: &Plan) -> Result<Story, Broken> {
    Box::pin(told(plan)).await.0
}

/// Runs a plan and tells what happened, one line an event.
pub async fn told(plan: &Plan) -> (Result<Story, Broken>, Vec<String>) {
    let mut world = match Box::pin(World::begin(plan.clone())).await {
        Ok(world) => world,
        Err(broken) => return (Err(broken), Vec::new()),
    };
    let ended = Box::pin(world.live()).await;
    // Every connection's thread must be gone before the process ends: the cipher's own clean-up at exit does not wait.
    world.close().await;
    (ended.map(|()| world.story), world.diary)
}

struct World {
    plan: Plan,
    dice: Dice,
    town: Town,
    clock: Arc<SimClock>,
    server: Arc<tokio::sync::Mutex<Machine>>,
    copy_of_centre: Option<Disk>,
    counters: Vec<Counter>,
    rogue: Rogue,
    /// A disk died, or was put back: what only it held is nowhere.
    has_lost: bool,
    /// The founder's grant, and the end of what everybody heard at the founding.
    founder: Hash,
    founding: ChainHead,
    wire: Wire,
    sticks: Sticks,
    story: Story,
    diary: Vec<String>,
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
    async fn begin(plan: Plan) -> Result<World, Broken> {
        let mut dice = Dice::new(plan.seed);
        let clock = Arc::new(SimClock::default());
        clock.advance(MORNING_MS);
        let town = Town::of(&mut dice.fork("keys"));
        let rogue = Rogue::of(&town, &mut dice.fork("rogue"));
        let places = places(plan.scale, &mut dice);
        let mut server = Machine::new(dice.fork("server"));
        server.make(&town).await?;
        let server = Arc::new(tokio::sync::Mutex::new(server));
        let wire = Wire::new(dice.fork("wire"), Arc::clone(&server), Arc::clone(&clock), &town);
        let mut counters = Vec::new();
        for place in places {
            let own = dice.fork(&format!("counter {}", place.index));
            let mut counter = Counter::new(place, own, &town, Arc::clone(&clock));
            counter.is_newer = plan.weather.contains(&Weather::Newer) && place.index % 2 == 1;
            counter.machine.make(&town).await?;
            counters.push(counter);
        }
        let mut world = World {
            plan,
            dice,
            clock,
            server,
            copy_of_centre: None,
            counters,
            rogue,
            has_lost: false,
            founder: Hash::ZERO,
            founding: ChainHead { device: DeviceId([0; 16]), epoch: Epoch(0), seq: 0, hash: Hash::ZERO },
            wire,
            sticks: Sticks::of(&town),
            story: Story::default(),
            diary: Vec::new(),
            town,
        };
        world.found().await?;
        Ok(world)
    }

    async fn found(&mut self) -> Result<(), Broken> {
        let mut enrolled: Vec<_> =
            self.counters.iter().map(|counter| counter.enrolment(&self.town)).collect();
        if self.plan.weather.contains(&Weather::Hostile) {
            enrolled.push(self.rogue.enrolment(&self.town));
        }
        if let Some(first) = self.counters.first_mut() {
            (self.founder, self.founding) = first.found(&self.town, enrolled).await?;
        }
        // Enrolment is done with the line up: nobody may write before it is in their past.
        self.wire.calm();
        for _ in 0..2 {
            self.exchange_all().await?;
        }
        for counter in &mut self.counters {
            counter.open_shift().await?;
        }
        if self.plan.weather.contains(&Weather::Line) {
            self.wire.stormy();
        }
        Ok(())
    }

    async fn live(&mut self) -> Result<(), Broken> {
        for number in self.plan.events.clone() {
            let Some((event, mut dice)) = self.plan.event(number) else { continue };
            self.pass_time(&mut dice);
            self.wire.throw(dice.fork("wire"));
            let serving: Vec<usize> = self.serving().collect();
            let at = dice.pick(&serving).copied().unwrap_or(0);
            let name = self.counters.get(at).map(Counter::name).unwrap_or_default();
            self.diary.push(format!("event {number}: {event:?} at {name}"));
            self.happen(event, at, &mut dice).await?;
            self.revive_server().await?;
            self.mend().await?;
        }
        self.clear_up().await?;
        self.judge().await?;
        if self.dice.fork("rebuild").chance(1, 4) || self.plan.scale == Scale::Week {
            self.rebuild_centre().await?;
        }
        self.story.count("longer messages", self.wire.longer());
        self.count_evidence().await
    }

    fn serving(&self) -> impl Iterator<Item = usize> {
        self.counters.iter().filter(|counter| counter.is_serving()).map(|counter| counter.index)
    }

    fn pass_time(&self, dice: &mut Dice) {
        let pause = dice.below(10 * 60) as i64 * 1_000;
        // A week has nights.
        let night = self.plan.scale == Scale::Week && dice.chance(1, 60);
        self.clock.advance(1_000 + pause + if night { NIGHT_MS } else { 0 });
    }

    async fn close(&mut self) {
        self.server.lock().await.close().await;
        for counter in &mut self.counters {
            counter.machine.close().await;
        }
    }

    async fn happen(&mut self, event: Event, at: usize, dice: &mut Dice) -> Result<(), Broken> {
        match event {
            Event::Exchange => return self.exchange(at).await,
            Event::Visit => return self.visit(at, dice).await,
            Event::WriteStick => return self.write_stick(at, dice).await,
            Event::ReadStick => return self.read_stick(dice).await,
            Event::CutServer => self.server.lock().await.cut_soon(dice),
            Event::TurnLine => {
                let line = self.counters.get(at).map_or(0, |counter| counter.line);
                self.wire.turn_line(line);
            }
            Event::CopyDisk => self.copy_disk(at, dice),
            Event::PutBack => return self.put_back(at, dice).await,
            Event::Clone => return self.clone_counter(at, dice).await,
            Event::Lies => return self.tell_lies(dice).await,
            Event::FalseAnswer => return self.false_answer(at, dice).await,
            Event::Revoke => return self.revoke_rogue(at).await,
            Event::LoseCentre => return self.replace_centre().await,
            Event::OldCentre => return self.old_centre(dice).await,
            Event::Lie | Event::Flip => return self.harm(event, at, dice).await,
            Event::FillDisk | Event::FreeDisk if dice.chance(1, 4) => {
                self.diary.push("  at the server".to_owned());
                let mut server = self.server.lock().await;
                if event == Event::FillDisk { server.fill(dice) } else { server.free() }
            }
            _ => return self.at_counter(event, at, dice).await,
        }
        Ok(())
    }

    async fn at_counter(&mut self, event: Event, at: usize, dice: &mut Dice) -> Result<(), Broken> {
        let Some(counter) = self.counters.get_mut(at) else { return Ok(()) };
        match event {
            Event::TakeMoney => counter.take_money(dice, &mut self.story).await?,
            Event::Cancel => counter.cancel(dice, &mut self.story).await?,
            Event::Describe => counter.describe(dice, &mut self.story).await?,
            Event::BringDues => counter.bring_dues(dice, &mut self.story).await?,
            Event::CloseDay => counter.close_day(&mut self.story).await?,
            Event::Restart => counter.restart(&mut self.story).await?,
            Event::Cut => counter.machine.cut_soon(dice),
            Event::JumpClock => counter.jump_clock(dice),
            Event::FillDisk => counter.machine.fill(dice),
            Event::FreeDisk => counter.machine.free(),
            Event::WriteUnknown if counter.is_newer => {
                counter.write_unknown(dice, &mut self.story).await?;
            }
            Event::WriteLonger if counter.is_newer => {
                counter.write_longer(dice, &mut self.story).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// A disk begins to lie or to rot: the server's now and then.
    async fn harm(&mut self, event: Event, at: usize, dice: &mut Dice) -> Result<(), Broken> {
        if !self.may_harm().await {
            return Ok(());
        }
        if event == Event::Flip {
            self.story.note("bits flipped");
        }
        let mut server = self.server.lock().await;
        let machine = match (dice.chance(1, 4), self.counters.get_mut(at)) {
            (false, Some(counter)) => &mut counter.machine,
            _ => {
                self.diary.push("  at the server".to_owned());
                &mut *server
            }
        };
        if event == Event::Flip {
            machine.flip(dice)
        } else {
            machine.lie()
        }
        Ok(())
    }

    async fn exchange(&mut self, at: usize) -> Result<(), Broken> {
        self.story.note("exchanges");
        let Some(counter) = self.counters.get_mut(at) else { return Ok(()) };
        let turn = counter.exchange(&self.wire, &mut self.story).await?;
        self.revive_server().await?;
        self.look_for_clone(at, turn).await
    }

    async fn revive_server(&mut self) -> Result<(), Broken> {
        let mut server = self.server.lock().await;
        if !server.is_dead() {
            return Ok(());
        }
        self.story.note("power cuts at the server");
        let revived = server.revive().await;
        let suspect = server.is_suspect();
        server.has_lost |= suspect;
        drop(server);
        match revived {
            Ok(()) if suspect => self.forget_what_died().await,
            Ok(()) => Ok(()),
            Err(_) if suspect => self.replace_centre().await,
            Err(error) => Err(Broken(format!("the server after a power cut: {error}"))),
        }
    }

    async fn exchange_all(&mut self) -> Result<(), Broken> {
        let serving: Vec<usize> = self.serving().collect();
        for at in serving {
            self.clock.advance(MINUTE_MS);
            if self.counters.get(at).is_some_and(|counter| counter.is_serving() && !counter.disk_died) {
                self.exchange(at).await?;
            }
        }
        Ok(())
    }

    /// The weather clears: no cut is pending, every line is up, every clock is right, and whoever cannot read its disk
    /// gets another.
    async fn clear_up(&mut self) -> Result<(), Broken> {
        self.diary.push("the weather clears".to_owned());
        self.wire.calm();
        self.check_server().await?;
        for at in 0..self.counters.len() {
            let Some(counter) = self.counters.get_mut(at).filter(|counter| counter.is_serving()) else {
                continue;
            };
            counter.machine.spare();
            counter.right_clock();
            counter.restart(&mut self.story).await?;
            counter.read_disk().await;
            self.mend().await?;
        }
        let rounds = self.agree_within(ROUNDS_TO_AGREE).await?;
        self.story.most("most rounds to agree", u64::from(rounds));
        Ok(())
    }

    async fn check_server(&mut self) -> Result<(), Broken> {
        let mut server = self.server.lock().await;
        server.spare();
        let suspect = server.is_suspect();
        let sound = match server.restart().await {
            Ok(()) if suspect => server.read_all().await,
            started => started,
        };
        drop(server);
        match sound {
            Ok(()) => Ok(()),
            Err(_) if suspect => self.replace_centre().await,
            Err(error) => Err(Broken(format!("the server after a restart: {error}"))),
        }
    }

    async fn agree_within(&mut self, rounds: u32) -> Result<u32, Broken> {
        for round in 1..=rounds {
            self.exchange_all().await?;
            self.mend().await?;
            if self.agree().await? {
                return Ok(round);
            }
        }
        let apart = self.apart().await?.join(", ");
        Err(Broken(format!(
            "no agreement after {rounds} exchanges of every counter in clear weather: {apart}"
        )))
    }

    /// Who holds what the server does not, or the other way round.
    async fn apart(&self) -> Result<Vec<String>, Broken> {
        let vector = self.server.lock().await.store()?.vector().await.map_err(broken("server's vector"))?;
        let mut apart = Vec::new();
        for counter in self.counters.iter().filter(|counter| counter.is_serving()) {
            let own = counter.machine.store()?.vector().await.map_err(broken("counter's vector"))?;
            for head in own.iter().filter(|head| !vector.contains(head)) {
                let (name, device) = (counter.name(), self.name_of(head.device));
                apart.push(format!("{name} has {device} epoch {} to {}", head.epoch.0, head.seq));
            }
            for head in vector.iter().filter(|head| !own.contains(head)) {
                let (name, device) = (counter.name(), self.name_of(head.device));
                apart.push(format!("{name} lacks {device} epoch {} to {}", head.epoch.0, head.seq));
            }
        }
        Ok(apart)
    }

    fn name_of(&self, device: DeviceId) -> String {
        let found = self.counters.iter().find(|counter| counter.device() == device);
        found.map_or_else(|| "the rogue".to_owned(), Counter::name)
    }

    async fn agree(&self) -> Result<bool, Broken> {
        let vector = self.server.lock().await.store()?.vector().await.map_err(broken("server's vector"))?;
        for counter in self.counters.iter().filter(|counter| counter.is_serving()) {
            if counter.machine.store()?.vector().await.map_err(broken("counter's vector"))? != vector {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The centre loses everything, and is filled again by the offices to what it was.
    async fn rebuild_centre(&mut self) -> Result<(), Broken> {
        let before = self.server.lock().await.store()?.digest().await.map_err(broken("server's digest"))?;
        self.replace_centre().await?;
        self.agree_within(ROUNDS_TO_REBUILD).await?;
        let after = self.server.lock().await.store()?.digest().await.map_err(broken("server's digest"))?;
        if before != after {
            return Err(Broken("the centre was rebuilt to another digest".to_owned()));
        }
        self.story.note("centres rebuilt from devices");
        self.judge().await
    }
}

/// Where the counters of a run stand.
fn places(scale: Scale, dice: &mut Dice) -> Vec<Place> {
    match scale {
        Scale::Day => {
            let counters = 2 + dice.index(2);
            (0..counters).map(|index| Place { index, building: 0, line: index }).collect()
        }
        Scale::Week => (0..6).map(|index| Place { index, building: index / 2, line: index / 2 }).collect(),
    }
}
