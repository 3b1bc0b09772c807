//! The other computers of the office. Each answers the others and asks two of them, so that a payment at one counter is
//! known at the next although the line to the state is down; and whoever has a line tells the state of all of them.

mod neighbours;

use crate::running_exchange::ShellClock;
use crate::{Office, OfficeError, Refusal, Town};
use carrier::{FolderShelf, Gate, HUB_PORT, Host, neighbour_address};
use contract::{LocalNetwork as Settings, LocalNetworkView, Problem, Reply};
use hub::{Answering, Hub, HubError, Nearby};
use neighbours::Neighbours;
pub(crate) use neighbours::peer_of;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::task::JoinHandle;

const SETTINGS: &str = "local_network";
/// Addresses somebody may type: more than a building has computers.
const ADDRESSES_MAX: usize = 32;

/// What runs for the others of the building. Dropped, all of it stops.
pub(crate) struct LocalNetwork {
    hub: Option<Hub>,
    _nearby: Option<Nearby>,
    problem: Option<Problem>,
    neighbours: Arc<Neighbours>,
    looking: JoinHandle<()>,
}

impl Drop for LocalNetwork {
    fn drop(&mut self) {
        self.looking.abort();
        self.neighbours.end_all();
    }
}

impl Office {
    /// Answers the other computers of the building and asks them, where a town is open and it was not switched off. What
    /// fails here is told by the devices' page; the counter works all the same. Must be called inside a tokio runtime.
    pub async fn start_local_network(&self) {
        let mut running = self.local_network.lock().await;
        let Some(town) = self.open.read().await.clone() else { return };
        if running.is_none() && settings_of(&town).await.is_ok_and(|settings| settings.on) {
            *running = Some(self.begin_local_network(town).await);
        }
    }

    /// Where this computer answers the others; `None` where it does not.
    pub async fn hub_address(&self) -> Option<SocketAddr> {
        self.local_network.lock().await.as_ref()?.hub.as_ref().map(Hub::address)
    }

    async fn begin_local_network(&self, town: Arc<Town>) -> LocalNetwork {
        let answering = self.begin_answering(&town).await;
        let port = answering.as_ref().ok().map(|hub| hub.address().port());
        let (hub, mut problem) = parted(answering);
        let start = journal::random(self.shell.entropy().as_mut());
        // Who does not answer has nothing to say of itself, and asks only where an address was typed.
        let nearby = port.map(|port| Nearby::begin(town.code, town.device, port, start)).transpose();
        let (nearby, no_nearby) = parted(nearby);
        problem = problem.or(no_nearby);
        let (nearby, sightings) = nearby.flatten().unzip();
        let neighbours = Neighbours::of(town, Arc::clone(&self.exchanges), Arc::clone(&self.shell));
        let looking = tokio::spawn(Arc::clone(&neighbours).look(sightings));
        LocalNetwork { hub, _nearby: nearby, problem, neighbours, looking }
    }

    async fn begin_answering(&self, town: &Arc<Town>) -> Result<Hub, HubError> {
        let credentials = crate::devices::credentials(town);
        let mut entropy = self.shell.entropy();
        let challenge_secret: [u8; 32] = journal::random(entropy.as_mut());
        let shelf = Arc::new(FolderShelf::at(town.folder.join("segments")));
        let host = Host::of_device(
            town.store.clone(),
            &credentials,
            town.writer.epoch,
            challenge_secret,
            entropy.as_mut(),
        );
        let (following, exchanges) = (Arc::clone(town), Arc::clone(&self.exchanges));
        let host = host.await.map_err(carrier::HostError::Log)?.with_shelf(shelf, &credentials.key.secret());
        let shell = Arc::clone(&self.shell);
        let answering = Answering {
            host,
            gate: Gate { state_root: town.state_root, challenge_secret },
            town: town.code,
            town_key: town.of_town.key,
            clock: Arc::new(ShellClock(Arc::clone(&self.shell))),
            entropy: Box::new(move || shell.entropy()),
            brought: Box::new(move |device| {
                exchanges.changed_but(&peer_of(&device));
                let town = Arc::clone(&following);
                // What was brought is found by the omnibox here too; a failure is made good by the next.
                tokio::spawn(async move { town.index_mobiles().await.is_ok() });
            }),
        };
        let anywhere = |port| SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
        Hub::start(&[anywhere(HUB_PORT), anywhere(0)], &credentials.key, answering)
    }

    pub(crate) async fn local_network(&self) -> Result<Reply, OfficeError> {
        let (town, _) = self.at_work().await?;
        let settings = settings_of(&town).await?;
        let running = self.local_network.lock().await;
        let answers_at = match running.as_ref().and_then(|running| running.hub.as_ref()) {
            Some(hub) => hub::addresses()
                .into_iter()
                .map(|address| SocketAddr::new(address, hub.address().port()).to_string())
                .collect(),
            None => Vec::new(),
        };
        let problem = running.as_ref().and_then(|running| running.problem.clone());
        let neighbours = match running.as_ref() {
            Some(running) => running.neighbours.views().await?,
            None => Vec::new(),
        };
        Ok(Reply::LocalNetwork(Box::new(LocalNetworkView { settings, answers_at, problem, neighbours })))
    }

    /// Takes new settings, and begins anew with them.
    pub(crate) async fn set_local_network(&self, ask: Settings) -> Result<Reply, OfficeError> {
        let (town, _) = self.at_work().await?;
        let mut addresses = Vec::new();
        for typed in ask.addresses.iter().filter(|typed| !typed.trim().is_empty()) {
            let address = neighbour_address(typed).map_err(|_| Refusal::NeighbourAddress)?;
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        if addresses.len() > ADDRESSES_MAX {
            return Err(Refusal::NeighbourAddress.into());
        }
        let settings = Settings { on: ask.on, addresses };
        let text = serde_json::to_string(&settings).map_err(|error| OfficeError::File(error.to_string()))?;
        town.store.set_desk(SETTINGS, &text).await?;
        *self.local_network.lock().await = None;
        self.start_local_network().await;
        self.local_network().await
    }
}

async fn settings_of(town: &Town) -> Result<Settings, OfficeError> {
    let kept = town.store.desk(SETTINGS).await?;
    Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

fn parted<T>(result: Result<T, HubError>) -> (Option<T>, Option<Problem>) {
    match result {
        Ok(value) => (Some(value), None),
        Err(error) => (
            None,
            Some(Problem {
                code: error.code().to_owned(),
                message: error.message(),
                field: String::new(),
                detail: error.to_string(),
            }),
        ),
    }
}
