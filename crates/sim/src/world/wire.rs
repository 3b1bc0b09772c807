//! The network between the counters and the server, and from counter to counter: loses requests and answers, delivers twice, brings back old
//! messages, garbles bytes, and is cut for whole stretches.

use super::SimClock;
use super::hostile::Liar;
use super::machine::{Machine, SimEntropy};
use super::newer::{longer_answer, longer_offer};
use super::town::Town;
use crate::dice::Dice;
use carrier::{Asked, Broken, Carry, Gate, Host, HostError};
use domain::identity::PublicKey;
use domain::{Bilingual, TownCode};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use sync::Credentials;
use sync::admit::{Admitted, Guest};
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
    /// Messages that a later version made longer.
    longer: u64,
    /// The server could not answer though it is on.
    server_failed: bool,
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
        let weather = Weather {
            dice,
            is_calm: true,
            lines_down: BTreeSet::new(),
            remembered: Vec::new(),
            longer: 0,
            server_failed: false,
        };
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

    pub(crate) fn is_stormy(&self) -> bool {
        self.weather(|weather| !weather.is_calm)
    }

    pub(crate) fn stormy(&self) {
        self.weather(|weather| weather.is_calm = false);
    }

    /// What happens to messages from here on follows from these dice: an event left out before changes nothing.
    pub(crate) fn throw(&self, dice: Dice) {
        self.weather(|weather| weather.dice = dice);
    }

    /// Takes a line down, or puts it up again.
    pub(crate) fn turn_line(&self, line: usize) {
        self.weather(|weather| {
            if !weather.lines_down.remove(&line) {
                weather.lines_down.insert(line);
            }
        });
    }

    /// Messages that a later version made longer, so far.
    pub(crate) fn longer(&self) -> u64 {
        self.weather(|weather| weather.longer)
    }

    /// Whether the server failed to answer from its file since this was last asked.
    pub(crate) fn server_failed(&self) -> bool {
        self.weather(|weather| std::mem::take(&mut weather.server_failed))
    }

    /// One line to the server.
    pub(crate) fn of(&self, number: usize, later: Option<Credentials>) -> Line<'_> {
        Line { wire: self, number, end: End::Server, later }
    }

    /// The local network between one counter and another, which answers from `host`. A line that is down is the line out
    /// of the building.
    pub(crate) fn between(&self, number: usize, host: Host) -> Line<'_> {
        Line { wire: self, number, end: End::Neighbour(host), later: None }
    }

    /// The local network to somebody who answers what is not so.
    pub(crate) fn to_liar(&self, number: usize, liar: Liar) -> Line<'_> {
        Line { wire: self, number, end: End::Liar(Mutex::new(liar)), later: None }
    }

    /// A message nobody lost or changed, as somebody hostile sends it.
    pub(crate) async fn send_straight(&self, frame: &[u8]) -> Result<Vec<u8>, Broken> {
        self.deliver(frame, &End::Server).await
    }

    fn fate(&self, line: &Line<'_>, frame: &[u8]) -> Fate {
        self.weather(|weather| {
            let cut = matches!(line.end, End::Server) && weather.lines_down.contains(&line.number);
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

    async fn deliver(&self, frame: &[u8], end: &End) -> Result<Vec<u8>, Broken> {
        let error = |what: &dyn std::fmt::Display| broken_by(&what.to_string());
        if let End::Liar(liar) = end {
            let mut liar = liar.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            return Ok(liar.answer(frame));
        }
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
        if let End::Neighbour(host) = end {
            return Ok(host.answer(guest, now_ms).await.map_err(|wrong| error(&wrong))?.0);
        }
        let answered = self.ask_server(guest, now_ms).await;
        answered.map_err(|wrong| {
            self.weather(|weather| weather.server_failed = true);
            error(&wrong)
        })
    }

    async fn ask_server(&self, guest: Guest, now_ms: i64) -> Result<Vec<u8>, HostError> {
        let server = self.server.lock().await;
        let store = server.store().map_err(super::counter::not_found).map_err(HostError::Log)?.clone();
        let mut entropy = SimEntropy(Dice::new(1));
        let host = Host::new(store, CHALLENGE_SECRET, &mut entropy).await.map_err(HostError::Log)?;
        Ok(host.answer(guest, now_ms).await?.0)
    }
}

fn broken_by(what: &str) -> Broken {
    let message = Bilingual::new(what, what);
    Broken { trouble: Trouble { code: "E-SIM-001".to_owned(), message }, retry_after_ms: None }
}

/// Who answers.
enum End {
    Server,
    Neighbour(Host),
    Liar(Mutex<Liar>),
}

/// One counter's way to whoever answers.
pub(crate) struct Line<'w> {
    wire: &'w Wire,
    number: usize,
    end: End,
    /// Both ends run a later version; by these the longer offer is signed.
    later: Option<Credentials>,
}

impl Line<'_> {
    /// The frame as the asking side's version sends it.
    fn outward(&self, asked: &[u8]) -> Vec<u8> {
        match self.later.as_ref().and_then(|credentials| longer_offer(asked, credentials)) {
            Some(longer) => {
                self.wire.weather(|weather| weather.longer += 1);
                longer
            }
            None => asked.to_vec(),
        }
    }

    /// The answer as the answering side's version gives it.
    fn inward(&self, answer: Vec<u8>, sent: &[u8], asked: &[u8]) -> Vec<u8> {
        let later = self.later.is_some();
        later.then(|| longer_answer(&answer, sent, asked)).flatten().unwrap_or(answer)
    }
}

impl Carry for Line<'_> {
    async fn carry(&self, _town: TownCode, frame: Vec<u8>) -> Result<Vec<u8>, Broken> {
        let asked = frame;
        let frame = self.outward(&asked);
        let fate = self.wire.fate(self, &frame);
        if let Some(old) = &fate.replayed {
            let _ = self.wire.deliver(old, &self.end).await;
        }
        if fate.lost {
            return Err(broken_by("lost on the way"));
        }
        if fate.doubled {
            let _ = self.wire.deliver(&frame, &self.end).await;
        }
        let answer = self.wire.deliver(&frame, &self.end).await?;
        let mut answer = self.inward(answer, &frame, &asked);
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
