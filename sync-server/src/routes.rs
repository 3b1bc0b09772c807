//! The paths. Every refusal is JSON with a stable code and both languages; nothing a device sends can do more than be
//! refused.

use crate::admission::{Admission as Room, come_again_seconds};
use crate::metrics::{self, Metrics};
use crate::register::Register;
use crate::shell::{begun, now_ms};
use crate::towns::Towns;
use crate::{ServerError, ServerKeys};
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use carrier::wire::{EnrolTown, FRAME_TYPE, StateRoot, TakeInvitation, TownEnrolled};
use carrier::{Asked, Gate, Given};
use domain::identity::{from_hex, to_hex};
use domain::{BusinessDate, TownCode};
use journal::Certificate;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use sync::admit::{Admission, Admitted};
use sync::code::{ENROLMENT_CHARACTERS, SpokenCode, admit_deposit, is_invitation_id};
use sync::host::challenge_frame;
use sync::limits::FRAME_BYTES_MAX;
use sync::watch::{WATCH_MS, news_frame};
use tokio::sync::Semaphore;

/// A whole request, its body included: the largest message on a line of 64 kbit/s takes about two minutes.
const REQUEST_WAIT: Duration = Duration::from_secs(240);
const JSON_BYTES_MAX: usize = 16 << 10;
/// Devices that wait for news at once: a state's counters, four times over. One that is turned away asks every minute.
const WATCHES_MAX: usize = 4_096;

/// What every request sees.
pub(crate) struct Site {
    pub(crate) keys: ServerKeys,
    pub(crate) register: Register,
    pub(crate) towns: Towns,
    gate: Gate,
    room: Room,
    metrics: Metrics,
    watches: Semaphore,
    leaving: tokio::sync::watch::Sender<bool>,
}

impl Site {
    pub(crate) fn new(keys: ServerKeys, register: Register, towns: Towns) -> Arc<Site> {
        let gate = Gate { state_root: keys.state_root.public(), challenge_secret: keys.challenge_secret };
        let (room, metrics, watches) = (Room::new(), Metrics::new(), Semaphore::new(WATCHES_MAX));
        let leaving = tokio::sync::watch::Sender::new(false);
        Arc::new(Site { keys, register, towns, gate, room, metrics, watches, leaving })
    }

    /// The server stops: whoever waits for news is told that there is none, and does not hold it up.
    pub(crate) fn leave(&self) {
        self.leaving.send_replace(true);
    }

    /// What a frame for a town is judged by.
    async fn asked(&self, town: TownCode) -> Result<Asked, ServerError> {
        Ok(Asked { town, town_key: self.admission_key(town).await?, now_ms: now_ms() })
    }

    async fn admission_key(
        &self,
        town: TownCode,
    ) -> Result<Option<domain::identity::PublicKey>, ServerError> {
        self.register.town_key(town).await
    }
}

pub(crate) fn router(site: Arc<Site>) -> Router {
    let json = Router::new()
        .route("/enrol/town", post(enrol_town))
        .route("/invitation/{id}/take", post(take_invitation))
        .layer(DefaultBodyLimit::max(JSON_BYTES_MAX));
    let frames = Router::new()
        .route("/exchange/{town}", post(exchange))
        .route("/segment/{town}", post(segment))
        .route("/invitation/{id}", put(leave_invitation))
        .layer(DefaultBodyLimit::max(FRAME_BYTES_MAX));
    let worked = json.merge(frames).layer(from_fn_with_state(site.clone(), bounded));
    let waiting =
        Router::new().route("/watch/{town}", post(watch)).layer(DefaultBodyLimit::max(JSON_BYTES_MAX));
    Router::new()
        .merge(waiting)
        .route("/health", get(health))
        .route("/ready", get(ready))
        .route("/metrics", get(numbers))
        .route("/state-root", get(state_root))
        .merge(worked)
        .fallback(|| async { ServerError::NoPath })
        .method_not_allowed_fallback(|| async { ServerError::NoPath })
        .layer(from_fn_with_state(site.clone(), counted))
        .with_state(site)
}

/// The stable code of a refusal, for whoever counts them.
#[derive(Clone, Copy)]
struct Refused(&'static str);

/// Refusals are counted by their code, wherever they come from.
async fn counted(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if let Some(Refused(code)) = response.extensions().get() {
        site.metrics.refused(code);
    }
    response
}

/// Room and time for one request. A message of unsaid length may be the longest.
async fn bounded(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let length = length.and_then(|length| length.parse().ok()).unwrap_or(FRAME_BYTES_MAX);
    let _room = match site.room.enter(length).await {
        Ok(room) => room,
        Err(error) => return error.into_response(),
    };
    match tokio::time::timeout(REQUEST_WAIT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ServerError::Busy.into_response(),
    }
}

async fn health() -> &'static str {
    "ok\n"
}

async fn ready(State(site): State<Arc<Site>>) -> Response {
    match site.register.is_ready().await {
        true => "ready\n".into_response(),
        false => ServerError::Busy.into_response(),
    }
}

async fn numbers(State(site): State<Arc<Site>>) -> Result<Response, ServerError> {
    let for_news = WATCHES_MAX.saturating_sub(site.watches.available_permits());
    Ok(with_type(metrics::TEXT, site.metrics.text(site.room.waiting(), for_news)?.into_bytes()))
}

async fn state_root(State(site): State<Arc<Site>>) -> Result<Response, ServerError> {
    json(&StateRoot { public_key: site.keys.state_root.public() })
}

async fn enrol_town(
    State(site): State<Arc<Site>>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ServerError> {
    let ask: EnrolTown = read_json(body)?;
    ask.verify().map_err(|_| ServerError::Request)?;
    let code = SpokenCode::parse(&ask.code, ENROLMENT_CHARACTERS).ok_or(ServerError::Code)?;
    let now_ms = now_ms();
    let on = BusinessDate::from_unix_ms(now_ms);
    let certificate = Certificate::town(&site.keys.state_root, ask.town, ask.public_key, on);
    let certificate = site.register.enrol(&code, &certificate, now_ms).await?;
    tracing::info!(town = ask.town.0, "town enrolled");
    json(&TownEnrolled {
        certificate: to_hex(&certificate.to_bytes()),
        state_root: site.keys.state_root.public(),
    })
}

async fn exchange(
    State(site): State<Arc<Site>>,
    Path(town): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ServerError> {
    let town = TownCode(town.parse().map_err(|_| ServerError::NoPath)?);
    let body = read(body)?;
    let (bytes_in, begun) = (body.len(), begun());
    let _turn = site.room.turn().await?;
    let asked = site.asked(town).await?;
    let now_ms = asked.now_ms;
    let guest = match site.gate.offer(body, asked).await? {
        Admitted::AskAgain(device) => return Ok(frame(site.gate.ask_again(&device, now_ms)?)),
        Admitted::Guest(guest) => *guest,
    };
    if asked.town_key.is_none() {
        site.register.adopt(&guest.identity.town_certificate, now_ms).await?;
        tracing::warn!(town = town.0, "a town this register had lost is taken up again");
    }
    let device = guest.identity.device;
    let (answer, tally) = site.towns.host(town).await?.answer(guest, now_ms).await?;
    site.metrics.exchanged(bytes_in, answer.len(), &tally, begun.elapsed());
    tracing::info!(
        town = town.0,
        device = %device,
        bytes_in,
        bytes_out = answer.len(),
        entries_in = tally.entries_in,
        entries_out = tally.entries_out,
        alarms = tally.alarms,
        "exchange"
    );
    Ok(frame(answer))
}

/// A new device takes what was packed for it.
async fn segment(
    State(site): State<Arc<Site>>,
    Path(town): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ServerError> {
    let town = TownCode(town.parse().map_err(|_| ServerError::NoPath)?);
    let _turn = site.room.turn().await?;
    let asked = site.asked(town).await?;
    let (identity, take) = match site.gate.take(read(body)?, asked).await? {
        Admitted::AskAgain(device) => return Ok(frame(site.gate.ask_again(&device, asked.now_ms)?)),
        Admitted::Guest(guest) => *guest,
    };
    let host = site.towns.host(town).await?;
    match host.give(identity.device, &take, asked.now_ms).await? {
        Given::Frame(answer) => {
            site.metrics.gave(answer.len());
            Ok(frame(answer))
        }
        Given::ComeAgain => Err(ServerError::Busy),
        Given::Gone => Err(ServerError::NoPath),
    }
}

/// Held until there is something new, without taking the room of those who bring something.
async fn watch(
    State(site): State<Arc<Site>>,
    Path(town): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ServerError> {
    let Ok(_waiting) = site.watches.try_acquire() else { return Err(ServerError::Busy) };
    let town = TownCode(town.parse().map_err(|_| ServerError::NoPath)?);
    let asked = site.asked(town).await?;
    let (identity, watch) = match site.gate.watch(read(body)?, asked).await? {
        Admitted::AskAgain(device) => return Ok(frame(site.gate.ask_again(&device, asked.now_ms)?)),
        Admitted::Guest(guest) => *guest,
    };
    let host = site.towns.host(town).await?;
    let mut leaving = site.leaving.subscribe();
    let news = tokio::select! {
        news = host.news(identity.device, &watch, Duration::from_millis(WATCH_MS)) => news?,
        _ = leaving.wait_for(|leaving| *leaving) => false,
    };
    match news {
        true => Ok(frame(news_frame()?)),
        false => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}

async fn leave_invitation(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ServerError> {
    let body = read(body)?;
    let now_ms = now_ms();
    let town = sync::code::deposit_town(&body)?;
    let town_key = site.admission_key(town).await?;
    let root = site.keys.state_root.public();
    let admission = Admission {
        state_root: &root,
        town,
        town_key: town_key.as_ref(),
        challenge_secret: &site.keys.challenge_secret,
        now_ms,
    };
    let (identity, deposit) = match admit_deposit(&body, &admission)? {
        Admitted::AskAgain(device) => {
            return Ok(frame(challenge_frame(&device, &site.keys.challenge_secret, now_ms)?));
        }
        Admitted::Guest(guest) => *guest,
    };
    if deposit.id != id {
        return Err(ServerError::Request);
    }
    site.register.leave(identity.town, &identity.device, &deposit, now_ms).await?;
    tracing::info!(town = town.0, device = %identity.device, bytes = deposit.package.len(), "invitation left");
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn take_invitation(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ServerError> {
    let ask: TakeInvitation = read_json(body)?;
    let nonce = from_hex(&ask.nonce).and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    let nonce = nonce.ok_or(ServerError::Request)?;
    if !is_invitation_id(&id) {
        return Err(ServerError::Invitation);
    }
    let package = site.register.take(&id, &nonce, now_ms()).await?;
    tracing::info!(bytes = package.len(), "invitation taken");
    Ok(frame(package))
}

fn read(body: Result<Bytes, BytesRejection>) -> Result<Bytes, ServerError> {
    body.map_err(|rejection| match rejection.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => ServerError::TooLong,
        _ => ServerError::Request,
    })
}

fn read_json<T: DeserializeOwned>(body: Result<Bytes, BytesRejection>) -> Result<T, ServerError> {
    serde_json::from_slice(&read(body)?).map_err(|_| ServerError::Request)
}

fn json<T: Serialize>(value: &T) -> Result<Response, ServerError> {
    let body = serde_json::to_vec(value).map_err(|_| ServerError::Request)?;
    Ok(with_type("application/json", body))
}

fn frame(bytes: Vec<u8>) -> Response {
    with_type(FRAME_TYPE, bytes)
}

fn with_type(media_type: &'static str, body: Vec<u8>) -> Response {
    const NO_STORE: (HeaderName, HeaderValue) = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type)), NO_STORE], body).into_response()
}

impl IntoResponse for ServerError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if status.is_server_error() {
            tracing::error!(code = self.code(), error = %self, "request failed");
        } else {
            tracing::info!(code = self.code(), "request refused");
        }
        let body = serde_json::to_vec(&self.refusal()).unwrap_or_default();
        let mut response = with_type("application/json", body);
        *response.status_mut() = status;
        response.extensions_mut().insert(Refused(self.code()));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(come_again_seconds()));
        }
        response
    }
}
