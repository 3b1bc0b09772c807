//! From Enter to durable: the same request the confirm dialog sends, through the office, until its commit has returned.
//!
//! A floor commit and a receipt take turns, so that whatever else the disk does falls on both. Idle, each is held
//! against the floor of its own turns. While an import runs the bar stays the idle floor: what a person waits for must
//! not be excused by the import having made the disk slow for everybody. The floor beside the import is told, not used.

use crate::clock;
use crate::desk::{Desk, Press};
use crate::floor::Floor;
use crate::history::ENTRIES;
use crate::importing::held;
use crate::rows::{print, say};
use crate::state::State;
use anyhow::{Context as _, Result, bail};
use domain::Paise;
use domain::register::RegisterRow;
use measure::{Bar, Row, quantile};
use std::path::Path;
use std::time::Duration;

/// Times the floor.
const BAR: f64 = 3.0;
/// Presses that fill caches and are not counted.
const WARM: usize = 50;
/// Presses of the idle measurement.
const IDLE_PRESSES: usize = 1_000;
/// Fewer say nothing about one in a hundred.
const PRESSES_MIN: usize = 300;
/// More than this are no longer told apart by more.
const PRESSES_MAX: usize = 1_500;
/// Coprime to the number of houses, and not the history's.
const STRIDE: usize = 104_729;
/// A clerk does not press again at once; the import goes on meanwhile.
const BETWEEN: Duration = Duration::from_millis(15);

/// Houses that owe something, one after the other.
struct Payers<'a> {
    rows: &'a [RegisterRow],
    turn: usize,
}

impl Payers<'_> {
    /// The next house with something due, and what a clerk would type: all of it, or a part.
    async fn next(&mut self, desk: &Desk) -> Result<(String, Paise)> {
        loop {
            self.turn += 1;
            let row = self.rows.get(self.turn * STRIDE % self.rows.len()).context("an empty register")?;
            let bill = desk.bill(&row.property.property_id).await?;
            let due = bill.total_due_paise;
            if due.0 >= 100 {
                let amount = if self.turn.is_multiple_of(3) { Paise(due.0 / 2) } else { due };
                return Ok((row.property.property_id.clone(), amount));
            }
        }
    }
}

#[derive(Default)]
struct Times {
    floor: Vec<f64>,
    durable: Vec<f64>,
    answered: Vec<f64>,
}

impl Times {
    fn note(&mut self, floor: Duration, press: Press) {
        self.floor.push(clock::ms(floor));
        self.durable.push(press.durable_ms);
        self.answered.push(press.answered_ms);
    }

    fn tell(&mut self, when: &str) {
        for (name, list) in [
            ("floor", &mut self.floor),
            ("durable", &mut self.durable),
            ("with its paper", &mut self.answered),
        ] {
            let at = |list: &mut Vec<f64>, share| quantile(list, share).unwrap_or(f64::NAN);
            say(&format!(
                "  {when}: {name:15} p50 {:7.2}  p90 {:7.2}  p99 {:7.2}  max {:7.2} ms, {} times",
                at(list, 0.5),
                at(list, 0.9),
                at(list, 0.99),
                at(list, 1.0),
                list.len()
            ));
        }
    }
}

/// The floor of the idle turns: what the import's turns are held against.
struct IdleFloor {
    p50: f64,
    p99: f64,
}

/// Prints the four rows. `state` holds everything the counter does, `more` the receipts of a third counter besides.
pub async fn measure(counter: &Path, state: &Path, more: &Path, rows: &[RegisterRow]) -> Result<()> {
    let mut floor = Floor::new(counter).await?;
    let mut payers = Payers { rows, turn: 0 };
    let idle = idle(counter, state, &mut floor, &mut payers).await?;
    while_importing(counter, more, &mut floor, &mut payers, &idle).await?;
    floor.close().await
}

/// A clerk at the desk, and the exchange with the server running as in any office with a line.
async fn at_work(counter: &Path, state: &Path) -> Result<(Desk, State)> {
    let state = State::start(state).await?;
    let desk = Desk::open(counter).await?;
    desk.set_server(&state.url).await?;
    desk.sign_in(&demo::staff::CLERK).await?;
    desk.open_shift().await?;
    desk.office.start_exchange().await?;
    Ok((desk, state))
}

/// One turn each.
async fn turn(desk: &Desk, floor: &mut Floor, payers: &mut Payers<'_>) -> Result<(Duration, Press)> {
    let (consumer, amount) = payers.next(desk).await?;
    tokio::time::sleep(BETWEEN).await;
    let bare = floor.commit().await?;
    Ok((bare, desk.take(&consumer, amount).await?))
}

async fn idle(counter: &Path, state: &Path, floor: &mut Floor, payers: &mut Payers<'_>) -> Result<IdleFloor> {
    let (desk, state) = at_work(counter, state).await?;
    for _ in 0..WARM {
        turn(&desk, floor, payers).await?;
    }
    let mut times = Times::default();
    for _ in 0..IDLE_PRESSES {
        let (bare, press) = turn(&desk, floor, payers).await?;
        times.note(bare, press);
    }
    desk.office.close().await;
    state.stop().await?;
    times.tell("idle");
    let idle = IdleFloor {
        p50: quantile(&mut times.floor, 0.5).context("no floor")?,
        p99: quantile(&mut times.floor, 0.99).context("no floor")?,
    };
    rows_of("idle", &mut times.durable, &idle)?;
    Ok(idle)
}

async fn while_importing(
    counter: &Path,
    state: &Path,
    floor: &mut Floor,
    payers: &mut Payers<'_>,
    idle: &IdleFloor,
) -> Result<()> {
    let (desk, state) = at_work(counter, state).await?;
    let before = ENTRIES;
    while held(&desk).await? <= before + ENTRIES / 100 {
        tokio::time::sleep(BETWEEN).await;
    }
    let (begun, first) = (clock::now(), held(&desk).await?);
    let mut times = Times::default();
    while times.durable.len() < PRESSES_MAX {
        let (bare, press) = turn(&desk, floor, payers).await?;
        if held(&desk).await? >= before + ENTRIES {
            break;
        }
        times.note(bare, press);
    }
    let arrived = held(&desk).await? - first;
    say(&format!("  {arrived} entries arrived meanwhile, in {:.1} s", begun.elapsed().as_secs_f64()));
    times.tell("importing");
    if times.durable.len() < PRESSES_MIN {
        bail!("only {} presses fell into the import", times.durable.len());
    }
    if arrived == 0 {
        bail!("nothing was imported while receipts were taken");
    }
    rows_of("while a first sync is importing", &mut times.durable, idle)?;
    desk.office.close().await;
    state.stop().await
}

fn rows_of(when: &str, durable: &mut [f64], floor: &IdleFloor) -> Result<()> {
    for (name, share, bare) in [("p50", 0.5, floor.p50), ("p99", 0.99, floor.p99)] {
        let value = quantile(durable, share).context("no presses")?;
        let name = format!("receipt, Enter to durable, {when}, {name}");
        print(&Row::beside(&name, value, "ms", "bare commit, idle", bare, Bar::TimesAtMost(BAR)));
    }
    Ok(())
}
