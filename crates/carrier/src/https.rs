//! HTTPS to a server: plain only on this same computer, nothing followed elsewhere, every wait and every size bounded.

use crate::CarrierError;
use crate::guest::{Broken, Carry};
use crate::wire::{EnrolTown, FRAME_TYPE, Refusal, StateRoot, TakeInvitation, TownEnrolled};
use domain::TownCode;
use domain::identity::{PublicKey, from_hex, to_hex};
use journal::{Certificate, CertificateKind, KeyPair};
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use sync::Credentials;
use sync::admit::Challenge;
use sync::code::{Deposit, InvitationCode};
use sync::frame::{FrameKind, open};
use sync::limits::{FRAME_BYTES_MAX, INVITATION_BYTES_MAX};

const CONNECT_WAIT: Duration = Duration::from_secs(15);
/// In the same building: whoever does not answer by then is off.
const NEARBY_CONNECT_WAIT: Duration = Duration::from_secs(4);
/// Between two pieces of an answer.
const PIECE_WAIT: Duration = Duration::from_secs(60);
/// A whole request: the largest message on a line of 64 kbit/s takes about two minutes.
const WHOLE_WAIT: Duration = Duration::from_secs(300);
const JSON_BYTES_MAX: usize = 64 << 10;

/// A server at an address.
#[derive(Clone, Debug)]
pub struct Server {
    base: Url,
    client: reqwest::Client,
}

/// What a town gets at its enrolment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// State → town.
    pub certificate: Certificate,
    /// The state's root key.
    pub state_root: PublicKey,
}

/// Checks an address without asking anybody: `https://…`, or `http://` on this same computer.
pub fn check_address(address: &str) -> Result<Url, CarrierError> {
    let mut url = Url::parse(address.trim()).map_err(|_| CarrierError::Address)?;
    let host = url.host_str().ok_or(CarrierError::Address)?;
    let here = host == "localhost"
        || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    match url.scheme() {
        "https" => {}
        "http" if here => {}
        "http" => return Err(CarrierError::Plain),
        _ => return Err(CarrierError::Address),
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    url.set_query(None);
    Ok(url)
}

impl Server {
    /// A server; `extra_roots_pem` are certificates trusted beside the system's own (a state's private authority).
    pub fn at(address: &str, extra_roots_pem: Option<&[u8]>) -> Result<Server, CarrierError> {
        let base = check_address(address)?;
        // Whoever installed another provider before keeps it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT_WAIT)
            .read_timeout(PIECE_WAIT)
            .timeout(WHOLE_WAIT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("palika/", env!("CARGO_PKG_VERSION")));
        if base.scheme() == "http" {
            // This same computer: no proxy may stand between, and no list of authorities is needed.
            builder = builder.no_proxy().tls_certs_only([]);
        }
        if let Some(pem) = extra_roots_pem {
            let roots = reqwest::Certificate::from_pem_bundle(pem)
                .map_err(|error| CarrierError::Untrusted(error.to_string()))?;
            builder = builder.tls_certs_merge(roots);
        }
        let client = builder.build().map_err(|error| CarrierError::Untrusted(chain_of(&error)))?;
        Ok(Server { base, client })
    }

    /// A computer of the office that shows one of these keys. `addresses` are those of the name in `base`.
    pub(crate) fn of_office(
        base: Url,
        addresses: &[SocketAddr],
        tls: rustls::ClientConfig,
    ) -> Result<Server, CarrierError> {
        let mut builder = reqwest::Client::builder()
            .connect_timeout(NEARBY_CONNECT_WAIT)
            .read_timeout(PIECE_WAIT)
            .timeout(WHOLE_WAIT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .user_agent(concat!("palika/", env!("CARGO_PKG_VERSION")))
            .tls_backend_preconfigured(tls);
        if let (Some(name), false) = (base.host_str(), addresses.is_empty()) {
            builder = builder.resolve_to_addrs(name, addresses);
        }
        let client = builder.build().map_err(|error| CarrierError::Untrusted(chain_of(&error)))?;
        Ok(Server { base, client })
    }

    /// Whether somebody answers there at all.
    pub(crate) async fn greet(&self) -> Result<(), CarrierError> {
        let request = self.request(Method::GET, "health")?;
        self.send(request, JSON_BYTES_MAX).await.map(|_| ())
    }

    /// The address.
    pub fn address(&self) -> &str {
        self.base.as_str()
    }

    /// The state's root key, as this server says.
    pub async fn state_root(&self) -> Result<PublicKey, CarrierError> {
        let request = self.request(Method::GET, "state-root")?;
        Ok(self.json::<StateRoot>(request).await?.public_key)
    }

    /// Exchanges a one-time code for the state's certificate of the town. May be repeated with the same key.
    pub async fn enrol_town(
        &self,
        code: &str,
        town: TownCode,
        key: &KeyPair,
    ) -> Result<Enrolled, CarrierError> {
        let request = self.request(Method::POST, "enrol/town")?;
        let enrolled: TownEnrolled =
            self.json(with_json(request, &EnrolTown::sign(code, town, key))?).await?;
        let certificate = from_hex(&enrolled.certificate)
            .and_then(|bytes| Certificate::from_bytes(&bytes).ok())
            .ok_or(CarrierError::Garbage("certificate"))?;
        let fits = certificate.kind == CertificateKind::Town
            && certificate.town == town
            && certificate.key == key.public()
            && certificate.verify(&enrolled.state_root).is_ok();
        if !fits {
            return Err(CarrierError::Garbage("certificate"));
        }
        Ok(Enrolled { certificate, state_root: enrolled.state_root })
    }

    /// Leaves the sealed package of an invitation with the server.
    pub async fn leave_invitation(
        &self,
        credentials: &Credentials,
        code: &InvitationCode,
        package: Vec<u8>,
        valid_ms: i64,
    ) -> Result<(), CarrierError> {
        let town = credentials.town.town;
        let mut deposit = Deposit { town, challenge: Vec::new(), id: code.id(), valid_ms, package };
        // The first try learns the challenge, the second is taken.
        for _ in 0..2 {
            let frame = deposit.to_frame(credentials).map_err(|_| CarrierError::Garbage("package"))?;
            let request = self.request(Method::PUT, &format!("invitation/{}", code.id()))?;
            let request = request.header(header::CONTENT_TYPE, FRAME_TYPE).body(frame);
            let answer = self.send(request, FRAME_BYTES_MAX).await?;
            if answer.is_empty() {
                return Ok(());
            }
            let asked = open::<Challenge>(FrameKind::Challenge, &answer);
            deposit.challenge = asked.map_err(|_| CarrierError::Garbage("challenge"))?.challenge;
        }
        Err(CarrierError::Garbage("challenge"))
    }

    /// Takes the package of an invitation. Keep `nonce` and give it again where the answer was lost.
    pub async fn take_invitation(
        &self,
        code: &InvitationCode,
        nonce: [u8; 16],
    ) -> Result<Vec<u8>, CarrierError> {
        let request = self.request(Method::POST, &format!("invitation/{}/take", code.id()))?;
        let request = with_json(request, &TakeInvitation { nonce: to_hex(&nonce) })?;
        self.send(request, INVITATION_BYTES_MAX).await
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, CarrierError> {
        let url = self.base.join(path).map_err(|_| CarrierError::Address)?;
        Ok(self.client.request(method, url))
    }

    async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, CarrierError> {
        let body = self.send(request, JSON_BYTES_MAX).await?;
        serde_json::from_slice(&body).map_err(|_| CarrierError::Garbage("json"))
    }

    /// Sends, and reads an answer of at most `bytes_max`.
    async fn send(&self, request: RequestBuilder, bytes_max: usize) -> Result<Vec<u8>, CarrierError> {
        let response = request.send().await.map_err(|error| of_reqwest(&error))?;
        match response.status() {
            StatusCode::OK => read(response, bytes_max).await,
            StatusCode::NO_CONTENT => Ok(Vec::new()),
            _ => Err(refused(response).await),
        }
    }
}

impl Carry for Server {
    async fn carry(&self, town: TownCode, frame: Vec<u8>) -> Result<Vec<u8>, Broken> {
        let sent = async {
            let request = self.request(Method::POST, &format!("exchange/{town}"))?;
            self.send(request.header(header::CONTENT_TYPE, FRAME_TYPE).body(frame), FRAME_BYTES_MAX).await
        };
        sent.await.map_err(broken)
    }

    async fn watch(&self, town: TownCode, frame: Vec<u8>) -> Result<Option<Vec<u8>>, Broken> {
        let sent = async {
            let request = self.request(Method::POST, &format!("watch/{town}"))?;
            self.send(request.header(header::CONTENT_TYPE, FRAME_TYPE).body(frame), JSON_BYTES_MAX).await
        };
        let answer = sent.await.map_err(broken)?;
        Ok((!answer.is_empty()).then_some(answer))
    }

    async fn take(&self, town: TownCode, frame: Vec<u8>) -> Result<Option<Vec<u8>>, Broken> {
        let sent = async {
            let request = self.request(Method::POST, &format!("segment/{town}"))?;
            self.send(request.header(header::CONTENT_TYPE, FRAME_TYPE).body(frame), FRAME_BYTES_MAX).await
        };
        match sent.await {
            // One that knows no segments, or has this one no more.
            Err(CarrierError::Refused { status: 404 | 405, .. }) => Ok(None),
            answer => answer.map(Some).map_err(broken),
        }
    }
}

fn broken(error: CarrierError) -> Broken {
    Broken { trouble: error.trouble(), retry_after_ms: error.retry_after_ms() }
}

fn with_json<T: Serialize>(request: RequestBuilder, body: &T) -> Result<RequestBuilder, CarrierError> {
    let body = serde_json::to_vec(body).map_err(|_| CarrierError::Garbage("json"))?;
    Ok(request.header(header::CONTENT_TYPE, "application/json").body(body))
}

async fn read(mut response: Response, bytes_max: usize) -> Result<Vec<u8>, CarrierError> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| of_reqwest(&error))? {
        if body.len() + piece.len() > bytes_max {
            return Err(CarrierError::Garbage("too long"));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

async fn refused(response: Response) -> CarrierError {
    let status = response.status().as_u16();
    let retry_after_ms = response
        .headers()
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.trim().parse::<i64>().ok())
        .filter(|seconds| *seconds >= 0)
        .map(|seconds| seconds.saturating_mul(1_000));
    let body = read(response, JSON_BYTES_MAX).await.unwrap_or_default();
    match serde_json::from_slice::<Refusal>(&body) {
        Ok(refusal) => CarrierError::Refused { status, refusal, retry_after_ms },
        // A proxy, a captive portal, another program on that port.
        Err(_) => match retry_after_ms {
            Some(_) => CarrierError::Refused {
                status,
                refusal: Refusal {
                    code: CarrierError::Slow.code().to_owned(),
                    message: CarrierError::Slow.message(),
                },
                retry_after_ms,
            },
            None => CarrierError::Garbage("refusal"),
        },
    }
}

fn of_reqwest(error: &reqwest::Error) -> CarrierError {
    if error.is_timeout() {
        return CarrierError::Slow;
    }
    let chain = chain_of(error);
    if chain.contains("certificate") || chain.contains("TLS") || chain.contains("tls") {
        CarrierError::Untrusted(chain)
    } else {
        CarrierError::NoLine(chain)
    }
}

/// The causes, without the address: it may carry what an office would not like in a log.
fn chain_of(error: &reqwest::Error) -> String {
    let mut words = Vec::new();
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        words.push(next.to_string());
        cause = next.source();
    }
    words.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_travels_in_the_clear_only_inside_this_computer() {
        for address in ["https://state.example", "http://127.0.0.1:7410", "http://[::1]:7410"] {
            assert!(check_address(address).is_ok(), "{address}");
        }
        for address in ["http://192.168.1.7:7410", "http://state.example", "ftp://state.example", "", "x"] {
            let refused = check_address(address).expect_err(address);
            assert!(!refused.code().is_empty());
            assert!(!refused.message().hindi.is_empty() && !refused.message().english.is_empty());
        }
        assert_eq!(check_address("https://state.example/palika").unwrap().path(), "/palika/");
    }
}
