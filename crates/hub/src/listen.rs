//! Answering the others. Any computer of the office may do it, beside its own counter, so what it does at once is little
//! and bounded.

use crate::HubError;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum_server::tls_rustls::RustlsConfig;
use carrier::wire::FRAME_TYPE;
use carrier::{Asked, Clock, Gate, Given, Host, device_tls};
use domain::identity::PublicKey;
use domain::{DeviceId, TownCode};
use journal::{Entropy, KeyPair};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use sync::admit::Admitted;
use sync::limits::FRAME_BYTES_MAX;
use sync::watch::{WATCH_MS, news_frame};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

/// Messages worked on at once: each may hold sixteen megabytes unfolded, beside a counter at work.
const EXCHANGES_MAX: usize = 4;
/// Neighbours that wait for news: more than an office has computers.
const WATCHES_MAX: usize = 128;
/// A connection that has not sent its first request by then is closed.
const FIRST_REQUEST_WAIT: Duration = Duration::from_secs(10);
/// The part of a message that travels with its answer.
const RETRY_AFTER_SECONDS: &str = "2";

/// What an office computer answers with.
pub struct Answering {
    /// The town's file.
    pub host: Host,
    /// Whom it lets in.
    pub gate: Gate,
    /// The town.
    pub town: TownCode,
    /// The town's key.
    pub town_key: PublicKey,
    /// This computer's clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness, for what is sealed.
    pub entropy: Box<dyn Fn() -> Box<dyn Entropy> + Send + Sync>,
    /// Called with who brought entries, after they are stored: others may want them.
    pub brought: Box<dyn Fn(DeviceId) + Send + Sync>,
}

struct Site {
    answering: Answering,
    exchanges: Semaphore,
    watches: Semaphore,
}

/// An office computer that answers. Dropped, it stops; a neighbour whose message was under way sends it again.
pub struct Hub {
    address: SocketAddr,
    handle: axum_server::Handle<SocketAddr>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Hub {
    /// Listens at the first of these addresses that is free, and shows the device's key to whoever comes. Must be called
    /// inside a tokio runtime.
    pub fn start(listen: &[SocketAddr], key: &KeyPair, answering: Answering) -> Result<Hub, HubError> {
        let failed = |error: std::io::Error| HubError::Listen(error.to_string());
        let listener = TcpListener::bind(listen).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let tls = RustlsConfig::from_config(Arc::new(device_tls::answering(key)?));
        let handle = axum_server::Handle::new();
        let server = axum_server::tls_rustls::from_tcp_rustls(listener, tls).map_err(failed)?;
        let server = server.handle(handle.clone()).first_request_timeout(FIRST_REQUEST_WAIT);
        let task = tokio::spawn(server.serve(router(answering).into_make_service()));
        Ok(Hub { address, handle, task })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.handle.shutdown();
        self.task.abort();
    }
}

fn router(answering: Answering) -> Router {
    let site = Arc::new(Site {
        answering,
        exchanges: Semaphore::new(EXCHANGES_MAX),
        watches: Semaphore::new(WATCHES_MAX),
    });
    Router::new()
        .route("/exchange/{town}", post(exchange))
        .route("/watch/{town}", post(watch))
        .route("/segment/{town}", post(segment))
        .layer(DefaultBodyLimit::max(FRAME_BYTES_MAX))
        .route("/health", get(|| async { "ok\n" }))
        .fallback(|| async { HubError::NoPath })
        .method_not_allowed_fallback(|| async { HubError::NoPath })
        .with_state(site)
}

impl Site {
    /// What a frame for the town in the path is judged by.
    fn asked(&self, town: &str) -> Result<Asked, HubError> {
        let own = self.answering.town;
        match town.parse() == Ok(own.0) {
            true => Ok(Asked {
                town: own,
                town_key: Some(self.answering.town_key),
                now_ms: self.answering.clock.now_ms(),
            }),
            false => Err(sync::SyncError::OtherTown.into()),
        }
    }
}

async fn exchange(
    State(site): State<Arc<Site>>,
    Path(town): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, HubError> {
    let asked = site.asked(&town)?;
    let body = read(body)?;
    let _room = site.exchanges.try_acquire().map_err(|_| HubError::Busy)?;
    let Answering { host, gate, brought, .. } = &site.answering;
    match gate.offer(body, asked).await? {
        Admitted::AskAgain(device) => Ok(frame(gate.ask_again(&device, asked.now_ms)?)),
        Admitted::Guest(guest) => {
            let device = guest.identity.device;
            let (answer, tally) = host.answer(*guest, asked.now_ms).await?;
            if tally.entries_in > 0 {
                brought(device);
            }
            Ok(frame(answer))
        }
    }
}

async fn watch(
    State(site): State<Arc<Site>>,
    Path(town): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, HubError> {
    let asked = site.asked(&town)?;
    let body = read(body)?;
    let _room = site.watches.try_acquire().map_err(|_| HubError::Busy)?;
    let Answering { host, gate, .. } = &site.answering;
    let (identity, watch) = match gate.watch(body, asked).await? {
        Admitted::AskAgain(device) => return Ok(frame(gate.ask_again(&device, asked.now_ms)?)),
        Admitted::Guest(guest) => *guest,
    };
    let news = host.news(identity.device, &watch, Duration::from_millis(WATCH_MS)).await;
    match news.map_err(carrier::HostError::Log)? {
        true => Ok(frame(news_frame()?)),
        false => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}

/// A new computer of the office takes what was packed for it.
async fn segment(
    State(site): State<Arc<Site>>,
    Path(town): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, HubError> {
    let asked = site.asked(&town)?;
    let body = read(body)?;
    let _room = site.exchanges.try_acquire().map_err(|_| HubError::Busy)?;
    let Answering { host, gate, entropy, .. } = &site.answering;
    let (identity, take) = match gate.take(body, asked).await? {
        Admitted::AskAgain(device) => return Ok(frame(gate.ask_again(&device, asked.now_ms)?)),
        Admitted::Guest(guest) => *guest,
    };
    match host.give(identity.device, &take, asked.now_ms, entropy()).await? {
        Given::Frame(answer) => Ok(frame(answer)),
        Given::ComeAgain => Err(HubError::Busy),
        Given::Gone => Err(HubError::NoPath),
    }
}

fn read(body: Result<Bytes, BytesRejection>) -> Result<Bytes, HubError> {
    body.map_err(|rejection| match rejection.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => HubError::TooLong,
        _ => sync::SyncError::Malformed("frame").into(),
    })
}

fn frame(bytes: Vec<u8>) -> Response {
    with_type(FRAME_TYPE, bytes)
}

fn with_type(media_type: &'static str, body: Vec<u8>) -> Response {
    const NO_STORE: (HeaderName, HeaderValue) = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type)), NO_STORE], body).into_response()
}

impl IntoResponse for HubError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.refusal()).unwrap_or_default();
        let mut response = with_type("application/json", body);
        *response.status_mut() = status;
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECONDS));
        }
        response
    }
}
