//! Who else is there: each computer of a town tells the local network (mDNS, DNS-SD `_palika._tcp`) where it answers, and
//! hears where the others do. Nothing heard here is believed: it is only where to ask, and who answers is told by its key.

use crate::HubError;
use domain::{DeviceId, TownCode};
use mdns_sd::{ResolvedService, ServiceDaemon, ServiceEvent, ServiceInfo};
use std::net::{IpAddr, SocketAddr};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

const SERVICE: &str = "_palika._tcp.local.";
/// Sightings not yet taken; a flood of them waits in the daemon.
const SIGHTINGS: usize = 64;
/// Computers remembered at once: more than a building has, and a hostile network may claim any number.
pub(crate) const ADDRESSES_MAX: usize = 16;

/// A computer that says it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Computer {
    /// Its name on the network; another one each time it starts.
    pub name: String,
    /// Which device it says it is.
    pub device: DeviceId,
    /// Where it says it answers.
    pub addresses: Vec<SocketAddr>,
}

/// What was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sighting {
    /// A computer of the same town is there, or has moved.
    Here(Computer),
    /// The one of that name has gone.
    Gone(String),
}

/// This computer's voice and ear on the local network. Dropped, it says that it goes.
pub struct Nearby {
    daemon: ServiceDaemon,
    listening: JoinHandle<()>,
}

impl Nearby {
    /// Says that `device` answers at `port`, and listens for others of the same town. `start` is random, so that a
    /// perfect clone of this computer is another name and not taken for this one. Must be called inside a tokio runtime.
    pub fn begin(
        town: TownCode,
        device: DeviceId,
        port: u16,
        start: [u8; 4],
    ) -> Result<(Nearby, mpsc::Receiver<Sighting>), HubError> {
        let failed = |error: mdns_sd::Error| HubError::Discovery(error.to_string());
        let start: String = start.iter().map(|byte| format!("{byte:02x}")).collect();
        let own = format!("{device}-{start}");
        let host = format!("palika-{start}.local.");
        let properties = [("town", town.to_string()), ("device", device.to_string())];
        let service = ServiceInfo::new(SERVICE, &own, &host, "", port, &properties[..]);
        let daemon = ServiceDaemon::new().map_err(failed)?;
        daemon.register(service.map_err(failed)?.enable_addr_auto()).map_err(failed)?;
        let heard = daemon.browse(SERVICE).map_err(failed)?;
        let (tell, sightings) = mpsc::channel(SIGHTINGS);
        let listening = tokio::spawn(async move {
            while let Ok(event) = heard.recv_async().await {
                let sighting = sighting_of(event, town);
                if let Some(sighting) = sighting.filter(|one| !is_of(one, &own))
                    && tell.send(sighting).await.is_err()
                {
                    return;
                }
            }
        });
        Ok((Nearby { daemon, listening }, sightings))
    }
}

impl Drop for Nearby {
    fn drop(&mut self) {
        self.listening.abort();
        let _ = self.daemon.shutdown();
    }
}

fn sighting_of(event: ServiceEvent, town: TownCode) -> Option<Sighting> {
    match event {
        ServiceEvent::ServiceResolved(service) => computer_of(&service, town).map(Sighting::Here),
        ServiceEvent::ServiceRemoved(_, full) => Some(Sighting::Gone(name_of(&full)?)),
        _ => None,
    }
}

fn is_of(sighting: &Sighting, own: &str) -> bool {
    match sighting {
        Sighting::Here(computer) => computer.name == own,
        Sighting::Gone(name) => name == own,
    }
}

fn name_of(full: &str) -> Option<String> {
    full.strip_suffix(SERVICE)?.strip_suffix('.').map(str::to_owned)
}

fn computer_of(service: &ResolvedService, town: TownCode) -> Option<Computer> {
    let of_town = service.get_property_val_str("town")? == town.to_string();
    let device = DeviceId::from_hex(service.get_property_val_str("device")?)?;
    let mut addresses: Vec<SocketAddr> = service
        .get_addresses()
        .iter()
        .map(|address| SocketAddr::new(address.to_ip_addr(), service.get_port()))
        .filter(|address| is_reachable(&address.ip()))
        .collect();
    // The building's own network first, this same computer last.
    addresses.sort_by_key(|address| (address.ip().is_loopback(), address.is_ipv6(), *address));
    addresses.truncate(ADDRESSES_MAX);
    let usable = of_town && !addresses.is_empty();
    usable.then(|| name_of(service.get_fullname()).map(|name| Computer { name, device, addresses }))?
}

/// An IPv6 address of one cable cannot be asked without naming the cable; such a computer has an IPv4 address too.
fn is_reachable(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            !address.is_unspecified() && !address.is_broadcast() && !address.is_multicast()
        }
        IpAddr::V6(address) => {
            !address.is_unspecified() && !address.is_multicast() && !address.is_unicast_link_local()
        }
    }
}

/// Where this computer can be reached from the building, for a person to type at another. None while no cable is in.
pub fn addresses() -> Vec<IpAddr> {
    let Ok(interfaces) = if_addrs::get_if_addrs() else { return Vec::new() };
    let mut addresses: Vec<IpAddr> = interfaces
        .iter()
        .filter(|interface| !interface.is_loopback())
        .map(if_addrs::Interface::ip)
        .filter(|address| address.is_ipv4())
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_from_what_the_network_calls_it() {
        assert_eq!(name_of("abc-01020304._palika._tcp.local.").as_deref(), Some("abc-01020304"));
        assert_eq!(name_of("abc._printer._tcp.local."), None);
        assert_eq!(name_of(SERVICE), None);
    }

    #[test]
    fn its_own_voice_is_not_a_neighbour() {
        let here = |name: &str| {
            Sighting::Here(Computer {
                name: name.to_owned(),
                device: DeviceId([1; 16]),
                addresses: Vec::new(),
            })
        };
        assert!(is_of(&here("one-01"), "one-01") && is_of(&Sighting::Gone("one-01".into()), "one-01"));
        // A perfect clone, and this computer before it was started again, have another start in their names.
        assert!(!is_of(&here("one-02"), "one-01"));
    }

    #[test]
    fn only_addresses_that_can_be_asked_are_kept() {
        for (address, expected) in [
            ("192.168.1.5", true),
            ("127.0.0.1", true),
            ("fd00::5", true),
            ("0.0.0.0", false),
            ("255.255.255.255", false),
            ("224.0.0.251", false),
            ("fe80::1", false),
            ("ff02::fb", false),
            ("::", false),
        ] {
            assert_eq!(is_reachable(&address.parse().unwrap()), expected, "{address}");
        }
    }
}
