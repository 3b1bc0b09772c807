//! Starting and stopping: in its own process, or inside a test or the demonstration.

use crate::postgres::Database;
use crate::register::Register;
use crate::routes::{Site, router};
use crate::shelves::{Bucket, Shelves};
use crate::towns::{Common, Towns};
use crate::{ServerError, ServerKeys};
use axum_server::tls_rustls::RustlsConfig;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::task::JoinHandle;

/// Requests under way get this long when the server stops.
const FAREWELL: Duration = Duration::from_secs(20);
/// A connection that has not sent its first request by then is closed.
const FIRST_REQUEST_WAIT: Duration = Duration::from_secs(30);

/// Certificate chain and key, PEM.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The chain.
    pub certificate: PathBuf,
    /// The key.
    pub key: PathBuf,
}

/// How to start.
pub struct Config {
    /// Folder of keys, register and towns.
    pub data: PathBuf,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// `postgres://…` of a database that was prepared; without it everything lies in files below `data`.
    pub database: Option<String>,
    /// Certificate and key; without them only this same computer is served.
    pub tls: Option<TlsFiles>,
    /// The server's secrets.
    pub keys: ServerKeys,
    /// A log of so many entries or more is given to new devices as segments too.
    pub segment_entries_min: u64,
    /// Where these lie, for several servers; without it below `data`.
    pub bucket: Option<Bucket>,
}

impl Config {
    /// Plain HTTP on a free port, for programs on this same computer.
    pub fn on_this_computer(data: &Path, keys: ServerKeys) -> Config {
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        Config {
            data: data.to_owned(),
            listen,
            database: None,
            tls: None,
            keys,
            segment_entries_min: carrier::SEGMENT_ENTRIES_MIN,
            bucket: None,
        }
    }
}

/// A running server.
pub struct Running {
    /// `http://127.0.0.1:…` or `https://…`.
    pub url: String,
    /// Where it listens.
    pub address: SocketAddr,
    handle: axum_server::Handle<SocketAddr>,
    task: JoinHandle<std::io::Result<()>>,
    site: std::sync::Arc<Site>,
}

/// Plain HTTP only to this same computer: what travels is the town's money and names.
pub fn check_listen(listen: SocketAddr, has_tls: bool) -> Result<(), ServerError> {
    if has_tls || listen.ip().is_loopback() { Ok(()) } else { Err(ServerError::Plain(listen)) }
}

/// Starts serving; returns once it listens.
pub async fn start(config: Config) -> Result<Running, ServerError> {
    check_listen(config.listen, config.tls.is_some())?;
    let folder = config.data.join("towns");
    let shelves = match &config.bucket {
        None => Shelves::Folders(folder.clone()),
        Some(bucket) => {
            bucket.look().await;
            Shelves::Bucket(bucket.clone())
        }
    };
    let common = Common {
        folder,
        shelves,
        keys: config.keys.clone(),
        segment_entries_min: config.segment_entries_min,
    };
    let (register, towns) = match &config.database {
        None => {
            let register = Register::open(&config.data, &config.keys).await?;
            (register, Towns::in_files(common))
        }
        Some(url) => {
            let database = Database::open(url).await?;
            (Register::of(database.clone()), Towns::in_database(database, common))
        }
    };
    let site = Site::new(config.keys, register, towns);
    let failed = |error: std::io::Error| ServerError::Listen(config.listen, error.to_string());
    let listener = TcpListener::bind(config.listen).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let handle = axum_server::Handle::new();
    let service = router(site.clone()).into_make_service();
    let (scheme, task) = match &config.tls {
        None => {
            let server = axum_server::from_tcp(listener).map_err(failed)?;
            let server = server.handle(handle.clone()).first_request_timeout(FIRST_REQUEST_WAIT);
            ("http", tokio::spawn(server.serve(service)))
        }
        Some(files) => {
            let _ = rustls::crypto::ring::default_provider().install_default();
            let tls = RustlsConfig::from_pem_file(&files.certificate, &files.key)
                .await
                .map_err(|error| ServerError::Tls(error.to_string()))?;
            let server = axum_server::tls_rustls::from_tcp_rustls(listener, tls).map_err(failed)?;
            let server = server.handle(handle.clone()).first_request_timeout(FIRST_REQUEST_WAIT);
            ("https", tokio::spawn(server.serve(service)))
        }
    };
    handle.listening().await;
    tracing::info!(address = %address, scheme, "listening");
    Ok(Running { url: format!("{scheme}://{address}"), address, handle, task, site })
}

impl Running {
    /// Stops: no new request, the running ones get their time, the files are closed.
    pub async fn shutdown(self) {
        self.site.leave();
        self.handle.graceful_shutdown(Some(FAREWELL));
        let _ = self.task.await;
        self.site.towns.close().await;
        self.site.register.close().await;
        tracing::info!("stopped");
    }
}
