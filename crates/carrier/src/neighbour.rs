//! Another computer of the same office, asked over the local network. It is known by its key and by nothing else: an
//! address may be another computer's tomorrow.

use crate::device_tls::{Met, asking};
use crate::guest::{Broken, Carry};
use crate::{CarrierError, Server};
use domain::identity::PublicKey;
use domain::{DeviceId, TownCode};
use journal::device_of;
use reqwest::Url;
use std::net::SocketAddr;

/// Where an office computer answers the others, unless something else sits there.
pub const HUB_PORT: u16 = 7_421;

/// A computer of the office, met once.
#[derive(Clone, Debug)]
pub struct Neighbour {
    server: Server,
    device: DeviceId,
}

/// The address of an office computer as people type it: `192.168.1.5`, `192.168.1.5:7421`, `counter2`.
pub fn neighbour_address(typed: &str) -> Result<String, CarrierError> {
    let url = url_of(typed)?;
    let host = url.host_str().ok_or(CarrierError::Address)?;
    Ok(format!("{host}:{}", url.port().unwrap_or(HUB_PORT)))
}

fn url_of(typed: &str) -> Result<Url, CarrierError> {
    let typed = typed.trim();
    let plain = !typed.is_empty()
        && !typed.contains(['/', '@', '?', '#', '\\'])
        && !typed.contains(char::is_whitespace);
    if !plain {
        return Err(CarrierError::Address);
    }
    let mut url = Url::parse(&format!("https://{typed}/")).map_err(|_| CarrierError::Address)?;
    if url.port().is_none() {
        url.set_port(Some(HUB_PORT)).map_err(|()| CarrierError::Address)?;
    }
    Ok(url)
}

impl Neighbour {
    /// The computer that was seen on the local network at one of these addresses, and none but it.
    pub async fn seen(key: PublicKey, addresses: &[SocketAddr]) -> Result<Neighbour, CarrierError> {
        let port = addresses.first().map_or(HUB_PORT, SocketAddr::port);
        // A name of our own for all its addresses: whichever answers first is taken, and the key decides who it is.
        let url = format!("https://{}.palika.internal:{port}/", device_of(&key));
        let url = Url::parse(&url).map_err(|_| CarrierError::Address)?;
        Neighbour::meet(url, addresses, &[key]).await
    }

    /// Whichever of these computers answers at an address somebody typed.
    pub async fn at(typed: &str, trusted: &[PublicKey]) -> Result<Neighbour, CarrierError> {
        Neighbour::meet(url_of(typed)?, &[], trusted).await
    }

    async fn meet(
        url: Url,
        addresses: &[SocketAddr],
        trusted: &[PublicKey],
    ) -> Result<Neighbour, CarrierError> {
        let met = Met::default();
        Server::of_office(url.clone(), addresses, asking(trusted, &met)?)?.greet().await?;
        let key = met.key().ok_or(CarrierError::Garbage("key"))?;
        // From here on only that one: what is noted of a peer must not be noted of another that got its address.
        let server = Server::of_office(url, addresses, asking(&[key], &met)?)?;
        Ok(Neighbour { server, device: device_of(&key) })
    }

    /// Who it is.
    pub fn device(&self) -> DeviceId {
        self.device
    }
}

impl Carry for Neighbour {
    async fn carry(&self, town: TownCode, frame: Vec<u8>) -> Result<Vec<u8>, Broken> {
        self.server.carry(town, frame).await
    }

    async fn watch(&self, town: TownCode, frame: Vec<u8>) -> Result<Option<Vec<u8>>, Broken> {
        Carry::watch(&self.server, town, frame).await
    }

    async fn take(&self, town: TownCode, frame: Vec<u8>) -> Result<Option<Vec<u8>>, Broken> {
        Carry::take(&self.server, town, frame).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_computer_of_the_office_and_nothing_more() {
        assert_eq!(neighbour_address(" 192.168.1.5 ").unwrap(), "192.168.1.5:7421");
        assert_eq!(neighbour_address("192.168.1.5:8000").unwrap(), "192.168.1.5:8000");
        assert_eq!(neighbour_address("counter2").unwrap(), "counter2:7421");
        assert_eq!(neighbour_address("[fe80::1]").unwrap(), "[fe80::1]:7421");
        for typed in ["", "https://192.168.1.5", "a b", "user@host", "host/path", "host:port", "host?x"] {
            assert_eq!(neighbour_address(typed), Err(CarrierError::Address), "{typed}");
        }
    }
}
