//! Which neighbours are asked. Not all of them: whoever asks the same two as everybody else hears of everything, and an
//! office of twelve computers is not kept busy with itself.

use crate::exchange::state_of;
use crate::running_exchange::Exchanges;
use crate::{OfficeError, Shell, Town};
use carrier::{CarrierError, Neighbour};
use contract::{NeighbourView, Problem, SyncState};
use domain::DeviceId;
use domain::identity::PublicKey;
use hub::{Computer, Sighting};
use journal::device_of;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::query::people;
use tokio::sync::mpsc;

/// Neighbours asked, of those that were seen; the ones with the lowest names, which are the same for everybody.
const ASKED: usize = 2;
/// How often those that did not answer are tried again, and a newly enrolled one is noticed.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// One that failed so often in a row gives its place to the next.
const FAILURES: u32 = 2;
/// Computers remembered: a hostile network may claim any number.
const SEEN_MAX: usize = 256;

/// The name under which what a device holds is kept, whichever way it said so.
pub(crate) fn peer_of(device: &DeviceId) -> String {
    format!("device/{device}")
}

/// What is known of the others, and the exchanges with those that are asked.
pub(crate) struct Neighbours {
    town: Arc<Town>,
    exchanges: Arc<Exchanges>,
    shell: Arc<dyn Shell>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// By their names on the network.
    seen: BTreeMap<String, Computer>,
    /// Whom an exchange runs with, by where it was found.
    asked: BTreeMap<Place, DeviceId>,
    /// Who did not answer, and why.
    silent: BTreeMap<Place, CarrierError>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Typed(String),
    Seen(DeviceId, String),
}

impl Neighbours {
    pub(crate) fn of(town: Arc<Town>, exchanges: Arc<Exchanges>, shell: Arc<dyn Shell>) -> Arc<Neighbours> {
        Arc::new(Neighbours { town, exchanges, shell, known: Mutex::default() })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks until it is stopped.
    pub(crate) async fn look(self: Arc<Self>, mut sightings: Option<mpsc::Receiver<Sighting>>) {
        loop {
            // A failing file shows elsewhere; here the next look tries again.
            let _ = self.settle().await;
            let next = async {
                match &mut sightings {
                    Some(sightings) => sightings.recv().await,
                    None => std::future::pending().await,
                }
            };
            match tokio::time::timeout(LOOK_EVERY, next).await {
                Ok(Some(sighting)) => self.note(sighting),
                Ok(None) => sightings = None,
                Err(_) => {}
            }
        }
    }

    fn note(&self, sighting: Sighting) {
        let mut known = self.known();
        match sighting {
            Sighting::Here(computer) => {
                let before = known.seen.get(&computer.name);
                let moved = before.is_some_and(|before| before.addresses != computer.addresses);
                let place = Place::Seen(computer.device, computer.name.clone());
                if moved {
                    self.end(&mut known, &place);
                }
                known.silent.remove(&place);
                if known.seen.len() < SEEN_MAX || known.seen.contains_key(&computer.name) {
                    known.seen.insert(computer.name.clone(), computer);
                }
            }
            Sighting::Gone(name) => {
                if let Some(computer) = known.seen.remove(&name) {
                    let place = Place::Seen(computer.device, name);
                    self.end(&mut known, &place);
                    known.silent.remove(&place);
                }
            }
        }
    }

    fn end(&self, known: &mut Known, place: &Place) {
        if let Some(device) = known.asked.remove(place) {
            self.exchanges.end(&peer_of(&device));
        }
    }

    /// Ends all that was begun here.
    pub(crate) fn end_all(&self) {
        let asked = std::mem::take(&mut self.known().asked);
        asked.values().for_each(|device| self.exchanges.end(&peer_of(device)));
    }

    /// Brings the exchanges to what is known: every typed address, and of the computers that were seen the first that
    /// answer.
    async fn settle(&self) -> Result<(), OfficeError> {
        let keys = self.town.trusted_keys().await?;
        self.drop_failing(&keys);
        for typed in super::settings_of(&self.town).await?.addresses {
            let place = Place::Typed(typed.clone());
            if !self.known().asked.contains_key(&place) {
                self.ask(place, Neighbour::at(&typed, &keys).await).await?;
            }
        }
        let seen: Vec<Computer> = self.known().seen.values().cloned().collect();
        let mut places: Vec<(Place, PublicKey, Computer)> = seen
            .into_iter()
            .filter_map(|computer| {
                let key = keys.iter().find(|key| device_of(key) == computer.device)?;
                Some((Place::Seen(computer.device, computer.name.clone()), *key, computer))
            })
            .collect();
        places.sort_by(|a, b| a.0.cmp(&b.0));
        let mut answering = 0;
        for (place, key, computer) in places {
            // A twin of this computer is always asked: that is how a clone is found.
            let is_twin = computer.device == self.town.device;
            if answering >= ASKED && !is_twin {
                let mut known = self.known();
                self.end(&mut known, &place);
                continue;
            }
            if !self.known().asked.contains_key(&place) {
                self.ask(place.clone(), Neighbour::seen(key, &computer.addresses).await).await?;
            }
            answering += usize::from(!is_twin && self.known().asked.contains_key(&place));
        }
        Ok(())
    }

    /// Whoever lost the town's trust, or does not answer any more, is let go.
    fn drop_failing(&self, keys: &[PublicKey]) {
        let mut known = self.known();
        let failing: Vec<Place> = known
            .asked
            .iter()
            .filter(|(place, device)| {
                let trusted = keys.iter().any(|key| device_of(key) == **device);
                let failures = self.exchanges.status(&peer_of(device)).map_or(0, |status| status.failures);
                // Where somebody typed the address there is no other to give the place to.
                !trusted || (failures >= FAILURES && matches!(place, Place::Seen(..)))
            })
            .map(|(place, _)| place.clone())
            .collect();
        for place in failing {
            self.end(&mut known, &place);
        }
    }

    async fn ask(&self, place: Place, met: Result<Neighbour, CarrierError>) -> Result<(), OfficeError> {
        match met {
            Err(silent) => {
                self.known().silent.insert(place, silent);
            }
            Ok(neighbour) => {
                let device = neighbour.device();
                let peer = peer_of(&device);
                self.known().silent.remove(&place);
                // Found twice (typed and seen): once is enough.
                if !self.exchanges.runs(&peer) {
                    self.exchanges.begin(Arc::clone(&self.town), &peer, neighbour, &self.shell).await?;
                    self.known().asked.insert(place, device);
                }
            }
        }
        Ok(())
    }

    /// For the devices' page: typed addresses first, then those that were seen.
    pub(crate) async fn views(&self) -> Result<Vec<NeighbourView>, OfficeError> {
        let rows = people::devices(&mut *self.town.store.reading().await?).await?;
        let mut views = Vec::new();
        for (place, address, device) in self.places().await? {
            let problem = self.known().silent.get(&place).map(problem_of);
            let status = device.and_then(|device| self.exchanges.status(&peer_of(&device)));
            let (state, failed) = state_of(status, "address");
            let row = rows.iter().find(|row| Some(row.device) == device);
            let last_success_ms = match device {
                Some(device) => carrier::last_success_ms(&self.town.store, &peer_of(&device)).await?,
                None => None,
            };
            views.push(NeighbourView {
                address,
                typed: matches!(place, Place::Typed(_)),
                name: row.map(|row| row.name.clone()).unwrap_or_default(),
                counter: row.map(|row| row.counter.clone()).unwrap_or_default(),
                state: if problem.is_some() { SyncState::Failed } else { state },
                last_success_ms,
                problem: problem.or(failed),
            });
        }
        Ok(views)
    }

    async fn places(&self) -> Result<Vec<(Place, String, Option<DeviceId>)>, OfficeError> {
        let typed = super::settings_of(&self.town).await?.addresses;
        let known = self.known();
        let typed = typed.into_iter().map(|address| {
            let place = Place::Typed(address.clone());
            let device = known.asked.get(&place).copied();
            (place, address, device)
        });
        let seen = known.seen.values().filter_map(|computer| {
            let address = computer.addresses.first()?.to_string();
            Some((Place::Seen(computer.device, computer.name.clone()), address, Some(computer.device)))
        });
        Ok(typed.chain(seen).collect())
    }
}

fn problem_of(error: &CarrierError) -> Problem {
    Problem {
        code: error.code().to_owned(),
        message: error.message(),
        field: "address".to_owned(),
        detail: error.to_string(),
    }
}
