//! `palika-sync-server`: make the keys, give out enrolment codes, serve.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks to its terminal")]

use clap::{Parser, Subcommand};
use domain::TownCode;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use sync_server::{Bucket, Config, Register, ServerError, ServerKeys, TlsFiles, init, open_keys, start};

#[derive(Parser)]
#[command(
    name = "palika-sync-server",
    version,
    about = "The state's end of Palika: enrols towns and exchanges logs."
)]
struct Arguments {
    /// Folder of keys, register and towns.
    #[arg(long, global = true, default_value = "palika-server")]
    data: PathBuf,
    /// PostgreSQL for a whole state, instead of files below the data folder: postgres://USER@HOST/NAME, or better in
    /// the environment, where other programs do not read the password.
    #[arg(long, global = true, env = "PALIKA_SERVER_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// Ask for the passphrase of the keys (or give it in PALIKA_SERVER_PASSPHRASE).
    #[arg(long, global = true)]
    ask_passphrase: bool,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Make the state's root key and the server's other secrets, once.
    Init,
    /// Print a one-time code with which a town's first computer enrols the town.
    EnrolTown {
        /// The town's number in the Local Government Directory, e.g. 248459.
        #[arg(long)]
        town: u32,
        /// Days the code is good.
        #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=90))]
        days: u32,
        /// Accept a number that the list of towns does not have yet.
        #[arg(long)]
        unlisted: bool,
    },
    /// Bring the database's tables up to this version, as its owner.
    PrepareDatabase,
    /// List the enrolled towns.
    Towns,
    /// Serve until Ctrl-C or SIGTERM.
    Run {
        /// Where to listen. Other addresses than this computer's own need a certificate.
        #[arg(long, default_value = "127.0.0.1:7410")]
        listen: SocketAddr,
        /// Certificate chain, PEM.
        #[arg(long, requires = "tls_key")]
        tls_certificate: Option<PathBuf>,
        /// Its key, PEM.
        #[arg(long, requires = "tls_certificate")]
        tls_key: Option<PathBuf>,
        /// A bucket for what is packed for new computers, s3://BUCKET/FOLDER, where several servers run; its keys,
        /// region and endpoint stand in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT_URL.
        #[arg(long, env = "PALIKA_SERVER_SEGMENTS")]
        segments: Option<String>,
        /// Write the log as JSON lines.
        #[arg(long)]
        json_log: bool,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(work(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", error.code());
            ExitCode::FAILURE
        }
    }
}

async fn work(arguments: Arguments) -> Result<(), ServerError> {
    let Arguments { data, database, ask_passphrase, verb } = arguments;
    let passphrase = passphrase(ask_passphrase)?;
    let passphrase = passphrase.as_deref().map(String::as_str);
    match verb {
        Verb::Init => make_keys(&data, passphrase),
        Verb::EnrolTown { town, days, unlisted } => {
            let keys = open_keys(&data, passphrase)?;
            enrol_town(&register(&data, database, &keys).await?, TownCode(town), days, unlisted).await
        }
        Verb::PrepareDatabase => {
            let url = database.ok_or(ServerError::DatabaseAddress)?;
            sync_server::prepare_database(&url).await
        }
        Verb::Towns => {
            let register = register(&data, database, &open_keys(&data, passphrase)?).await?;
            for row in register.towns().await? {
                println!("{}\t{}\t{}", row.town, row.public_key, name_of(row.town).unwrap_or_default());
            }
            register.close().await;
            Ok(())
        }
        Verb::Run { listen, tls_certificate, tls_key, segments, json_log } => {
            let tls = tls_certificate.zip(tls_key).map(|(certificate, key)| TlsFiles { certificate, key });
            sync_server::check_listen(listen, tls.is_some())?;
            log(json_log);
            let keys = open_keys(&data, passphrase)?;
            let bucket = segments.as_deref().map(Bucket::from_environment).transpose()?;
            let config = Config::on_this_computer(&data, keys);
            let running = start(Config { listen, database, tls, bucket, ..config }).await?;
            println!("{}", running.url);
            told_to_stop().await;
            running.shutdown().await;
            Ok(())
        }
    }
}

fn make_keys(data: &Path, passphrase: Option<&str>) -> Result<(), ServerError> {
    let keys = init(data, passphrase)?;
    println!("state root: {}", keys.state_root.public());
    println!(
        "Keep a copy of {} in the safe: without it no town can be enrolled again.",
        data.join("server.keys").display()
    );
    if passphrase.is_none() {
        println!("It is not locked with a passphrase: whoever can read it can act as the state.");
    }
    Ok(())
}

async fn register(data: &Path, database: Option<String>, keys: &ServerKeys) -> Result<Register, ServerError> {
    match database {
        Some(url) => Register::in_database(&url).await,
        None => Register::open(data, keys).await,
    }
}

async fn enrol_town(
    register: &Register,
    town: TownCode,
    days: u32,
    unlisted: bool,
) -> Result<(), ServerError> {
    let name = name_of(town);
    if name.is_none() && !unlisted {
        return Err(ServerError::NoSuchTown);
    }
    let valid_ms = i64::from(days) * 24 * 60 * 60 * 1_000;
    let code = sync_server::enrolment_code_in(register, town, valid_ms).await?;
    register.close().await;
    println!("{code}");
    eprintln!("for {} {}, good for {days} days, once", town, name.unwrap_or_default());
    Ok(())
}

fn name_of(town: TownCode) -> Option<String> {
    let towns = masters::towns().ok()?;
    towns.iter().find(|row| row.code == town).map(|row| row.office_name().english)
}

/// From the environment, or asked for at the terminal; never an argument, which every program on the machine can read.
fn passphrase(ask: bool) -> Result<Option<zeroize::Zeroizing<String>>, ServerError> {
    if let Ok(given) = std::env::var("PALIKA_SERVER_PASSPHRASE") {
        return Ok(Some(zeroize::Zeroizing::new(given)));
    }
    if !ask {
        return Ok(None);
    }
    if !std::io::stdin().is_terminal() {
        return Err(ServerError::File("no terminal to ask for the passphrase".to_owned()));
    }
    rpassword::prompt_password("passphrase: ")
        .map(|given| Some(zeroize::Zeroizing::new(given)))
        .map_err(|error| ServerError::File(error.to_string()))
}

fn log(json: bool) {
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).with_writer(std::io::stderr);
    if json { subscriber.json().init() } else { subscriber.with_ansi(false).init() }
}

async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
