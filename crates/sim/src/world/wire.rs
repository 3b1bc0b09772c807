//! The network between the counters and the server, and from counter to counter: loses requests and answers, delivers twice, brings back old
//! messages, garbles bytes, and is cut for whole stretches.

use super::SimClock;
use super::machine::{Machine, SimEntropy};
use super::town::Town;
use crate::dice::Dice;
use carrier::{Asked, Broken, Carry, Gate, Host};
use domain::identity::PublicKey;
use domain::{Bilingual, TownCode};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use sync::admit::Admitted;
use sync::client::Trouble;

/// Old frames kept to be delivered again out of order.
const REMEMBERED: usize = 12;
pub(super) const CHALLENGE_SECRET: [u8; 32] = [3; 32];

pub(crate) struct Wire {
    weather: Mutex<Weather>,
    server: Arc<tokio::sync::Mutex<Machine>>,
    clock: Arc<SimClock>,
    town: TownCode,
    state_root: PublicKey,
    town_key: PublicKey,
}

struct Weather {
    dice: Dice,
    is_calm: bool,
    lines_down: BTreeSet<usize>,
    remembered: Vec<Vec<u8>>,
}

/// What happens to one message.
struct Fate {
    lost: bool,
    doubled: bool,
    replayed: Option<Vec<u8>>,
    answer_lost: bool,
    garbled_at: Option<u64>,
}

impl Wire {
    pub(crate) fn new(
        dice: Dice,
        server: Arc<tokio::sync::Mutex<Machine>>,
        clock: Arc<SimClock>,
        town: &Town,
    ) -> Wire {
        let weather = Weather { dice, is_calm: true, lines_down: BTreeSet::new(), remembered: Vec::new() };
        Wire {
            weather: Mutex::new(weather),
            server,
            clock,
            town: town.code,
            state_root: town.state.public(),
            town_key: town.key.public(),
        }
    }

    fn weather<T>(&self, change: impl FnOnce(&mut Weather) -> T) -> T {
        let mut weather = self.weather.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        change(&mut weather)
    }

    pub(crate) fn calm(&self) {
        self.weather(|weather| {
            weather.is_calm = true;
            weather.lines_down.clear();
        });
    }

    pub(crate) fn stormy(&self) {
        self.weather(|weather| weather.is_calm = false);
    }

    /// Takes one counter's line down, or puts it up again.
    pub(crate) fn turn_line(&self, counter: usize) {
        self.weather(|weather| {
            if !weather.lines_down.remove(&counter) {
                weather.lines_down.insert(counter);
            }
        });
    }

    /// The line of one counter to the server.
    pub(crate) fn of(&self, counter: usize) -> Line<'_> {
        Line { wire: self, counter, neighbour: None }
    }

    /// The local network between one counter and another, which answers from `host`. A line that is down is the line out
    /// of the building.
    pub(crate) fn between(&self, counter: usize, host: Host) -> Line<'_> {
        Line { wire: self, counter, neighbour: Some(host) }
    }

    fn fate(&self, line: &Line<'_>, frame: &[u8]) -> Fate {
        self.weather(|weather| {
            let cut = line.neighbour.is_none() && weather.lines_down.contains(&line.counter);
            let dice = &mut weather.dice;
            if weather.is_calm {
                return Fate {
                    lost: false,
                    doubled: false,
                    replayed: None,
                    answer_lost: false,
                    garbled_at: None,
                };
            }
            let replayed = if dice.chance(1, 6) { dice.pick(&weather.remembered).cloned() } else { None };
            let fate = Fate {
                lost: cut || dice.chance(1, 6),
                doubled: dice.chance(1, 6),
                replayed,
                answer_lost: dice.chance(1, 6),
                garbled_at: dice.chance(1, 10).then(|| dice.next_u64()),
            };
            if weather.remembered.len() < REMEMBERED {
                weather.remembered.push(frame.to_vec());
            }
            fate
        })
    }

    async fn deliver(&self, frame: &[u8], neighbour: Option<&Host>) -> Result<Vec<u8>, Broken> {
        let error = |what: &dyn std::fmt::Display| broken_by(&what.to_string());
        let now_ms = self.clock.now_ms();
        let gate = Gate { state_root: self.state_root, challenge_secret: CHALLENGE_SECRET };
        let asked = Asked { town: self.town, town_key: Some(self.town_key), now_ms };
        let admitted = gate.offer(frame.to_vec(), asked).await.map_err(|wrong| error(&wrong))?;
        let guest = match admitted {
            Admitted::AskAgain(device) => {
                return gate.ask_again(&device, now_ms).map_err(|wrong| error(&wrong));
            }
            Admitted::Guest(guest) => *guest,
        };
        if let Some(host) = neighbour {
            return Ok(host.answer(guest, now_ms).await.map_err(|wrong| error(&wrong))?.0);
        }
        let server = self.server.lock().await;
        let store = server.store().map_err(|wrong| error(&wrong))?.clone();
        let mut entropy = SimEntropy(Dice::new(1));
        let host = Host::new(store, CHALLENGE_SECRET, &mut entropy).await.map_err(|wrong| error(&wrong))?;
        Ok(host.answer(guest, now_ms).await.map_err(|wrong| error(&wrong))?.0)
    }
}

fn broken_by(what: &str) -> Broken {
    let message = Bilingual::new(what, what);
    Broken { trouble: Trouble { code: "E-SIM-001".to_owned(), message }, retry_after_ms: None }
}

/// One counter's way to whoever answers.
pub(crate) struct Line<'w> {
    wire: &'w Wire,
    counter: usize,
    neighbour: Option<Host>,
}

impl Carry for Line<'_> {
    async fn carry(&self, _town: TownCode, frame: Vec<u8>) -> Result<Vec<u8>, Broken> {
        let fate = self.wire.fate(self, &frame);
        if let Some(old) = &fate.replayed {
            let _ = self.wire.deliver(old, self.neighbour.as_ref()).await;
        }
        if fate.lost {
            return Err(broken_by("lost on the way"));
        }
        if fate.doubled {
            let _ = self.wire.deliver(&frame, self.neighbour.as_ref()).await;
        }
        let mut answer = self.wire.deliver(&frame, self.neighbour.as_ref()).await?;
        if fate.answer_lost {
            return Err(broken_by("answer lost on the way"));
        }
        if let Some(at) = fate.garbled_at {
            let length = answer.len().max(1) as u64;
            if let Some(byte) = answer.get_mut((at % length) as usize) {
                *byte ^= 1 << (at % 8);
            }
        }
        Ok(answer)
    }
}
