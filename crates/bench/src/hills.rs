//! A day of one counter comes home over a bad line: a hill town's in the rains. The counter's program and the state's run
//! in network namespaces of their own, over HTTPS, each run from the same two folders and with dice of its own.

use crate::bad_line::{BadLine, FAR};
use crate::clock;
use crate::desk::Desk;
use crate::line::{MachineClock, RECEIPTS};
use crate::rows::{print, say};
use crate::town::{copy_folder, found, join, register_of, serve};
use anyhow::{Context as _, Result, bail};
use carrier::{Clock as _, Guest, Server};
use demo::staff::{ADMINISTRATOR, CLERK};
use domain::Paise;
use machine::OperatingSystem;
use measure::{Bar, Row, quantile};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use store::durable_file;
use sync::client::Event;
use sync_server::{Config, TlsFiles, open_keys, start};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};

/// The word by which this program, started again, becomes the state's side.
pub const ANSWER: &str = "hills-state";
/// The one by which it becomes the counter's.
pub const CALL: &str = "hills-counter";

const SEEDS: usize = 20;
/// Lines laid beside each other: the programs at their ends do little.
const AT_ONCE: usize = 5;
const BAR_SECONDS: f64 = 60.0;
/// A run that is not home by then counts as this long.
const GIVEN_UP: Duration = Duration::from_secs(300);
const PORT: u16 = 7_410;
const ROW: &str = "64 kbit/s, 800 ms and 20 % loss each way: a day home, p90";

/// Prints the 90th percentile. Where no line can be laid the row is there all the same, and does not hold.
pub async fn measure(bench: &Path) -> Result<()> {
    say(&format!("{RECEIPTS} receipts come home over a bad line, {SEEDS} times"));
    if let Err(error) = BadLine::lay(0, 0) {
        say(&format!("  no line: {error:#}"));
        print(&Row::alone(ROW, f64::MAX, "s", Bar::AtMost(BAR_SECONDS)));
        return Ok(());
    }
    let folder = bench.join("hills");
    let _ = std::fs::remove_dir_all(&folder);
    make(&folder).await?;
    let mut seconds = Vec::with_capacity(SEEDS);
    let seeds: Vec<usize> = (1..=SEEDS).collect();
    for some in seeds.chunks(AT_ONCE) {
        let mut running = tokio::task::JoinSet::new();
        for seed in some {
            running.spawn(one(folder.clone(), *seed));
        }
        while let Some(ended) = running.join_next().await {
            let (seed, took) = ended??;
            say(&format!("  seed {seed}: {took:.1} s"));
            seconds.push(took);
        }
    }
    let home = quantile(&mut seconds, 0.9).context("no runs")?;
    print(&Row::alone(ROW, home, "s", Bar::AtMost(BAR_SECONDS)));
    Ok(())
}

/// A counter with a day that has not gone anywhere yet, and the state that waits for it.
async fn make(folder: &Path) -> Result<()> {
    let state = folder.join("state");
    std::fs::create_dir_all(&state)?;
    let keys = sync_server::init(&state, None)?;
    let running = serve(&state, &keys).await?;
    let first = found(&folder.join("C01"), &state, &keys, &running.url).await?;
    let rows = register_of(u32::try_from(RECEIPTS)? * 2)?;
    first.office.import_rows(&rows, office::source_of(&rows)).await?;
    first.sign_in(&ADMINISTRATOR).await?;
    first.office.start_exchange().await?;
    let counter = folder.join("counter");
    join(&first, &running.url, &counter, "C02").await?;
    let desk = Desk::open(&counter).await?;
    desk.sign_in(&CLERK).await?;
    desk.open_shift().await?;
    desk.office.start_exchange().await?;
    crate::town::until_sent(&*desk.office.open_town().await?).await?;
    desk.office.stop_exchange();
    for row in rows.iter().filter(|row| !row.dues.is_empty()).take(RECEIPTS) {
        desk.take(&row.property.property_id, Paise(10_000)).await?;
    }
    for desk in [&desk, &first] {
        desk.office.close().await;
    }
    running.shutdown().await;
    let certified = rcgen::generate_simple_self_signed(vec![FAR.to_owned()])?;
    durable_file::replace(&folder.join("certificate.pem"), certified.cert.pem().as_bytes())?;
    durable_file::replace(&folder.join("key.pem"), certified.signing_key.serialize_pem().as_bytes())?;
    Ok(())
}

async fn one(folder: PathBuf, seed: usize) -> Result<(usize, f64)> {
    let run = folder.join(format!("run-{seed}"));
    for part in ["state", "counter"] {
        copy_folder(&folder.join(part), &run.join(part))?;
    }
    let line = BadLine::lay(seed, seed as u64)?;
    let program = std::env::current_exe()?;
    let mut state = BadLine::inside(&line.far, &program)
        .arg(ANSWER)
        .args([&run.join("state"), &folder])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let ready =
        BufReader::new(state.stdout.take().context("the state's output")?).lines().next_line().await?;
    ready.context("the state ended at once")?;
    let counter = BadLine::inside(&line.near, &program)
        .arg(CALL)
        .args([&run.join("counter"), &folder.join("certificate.pem")])
        .stderr(Stdio::inherit())
        .output()
        .await?;
    if !counter.status.success() {
        bail!("the counter ended with {}", counter.status);
    }
    drop(state.stdin.take());
    state.wait().await?;
    drop(line);
    let _ = std::fs::remove_dir_all(&run);
    Ok((seed, serde_json::from_slice(&counter.stdout)?))
}

/// The state's side, until its input is closed.
pub async fn answer(folder: &Path, certified: &Path) -> Result<()> {
    let keys = open_keys(folder, None)?;
    let tls = TlsFiles { certificate: certified.join("certificate.pem"), key: certified.join("key.pem") };
    let listen = std::net::SocketAddr::new(FAR.parse()?, PORT);
    let config = Config::on_this_computer(folder, keys);
    let running = start(Config { listen, tls: Some(tls), ..config }).await?;
    println!("{}", running.url);
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    running.shutdown().await;
    Ok(())
}

/// The counter's side: prints how many seconds it took from the first word until the state had said that it holds the
/// last receipt.
pub async fn call(folder: &Path, certificate: &Path) -> Result<()> {
    let desk = Desk::open(folder).await?;
    let town = desk.office.open_town().await?;
    let credentials = sync::Credentials {
        town: town.of_town.clone(),
        device: town.of_device.clone(),
        key: town.writer.key.clone(),
    };
    let pem = std::fs::read(certificate)?;
    let server = Server::at(&format!("https://{FAR}:{PORT}"), Some(&pem))?;
    let epoch = town.writer.epoch;
    let mut guest =
        Guest::new(town.store.clone(), "server", credentials, epoch, &mut OperatingSystem).await?;
    let heads = town.store.vector().await?;
    let head = heads.into_iter().find(|head| head.device == town.device).context("no receipts")?;
    let begun = clock::now();
    while begun.elapsed() < GIVEN_UP {
        let until_ms = guest.pass(Event::Tick, &server, &MachineClock, &mut OperatingSystem).await;
        if town.store.confirmed("server").await?.contains(&head) {
            break;
        }
        say(&format!("    {:?}", guest.status().trouble.as_ref().map(|trouble| &trouble.code)));
        let wait_ms = until_ms.saturating_sub(MachineClock.forward_ms());
        tokio::time::sleep(Duration::from_millis(u64::try_from(wait_ms).unwrap_or(0))).await;
    }
    println!("{}", begun.elapsed().as_secs_f64());
    Ok(())
}
