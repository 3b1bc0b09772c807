//! A new counter's first sync: from the invitation to a file that holds the whole town, in a process of its own, so that
//! what it spends is its own. On the way a receipt is taken as soon as one can be: so many of the bytes had come by then.
//!
//! Beside it stands the floor: the same entries, unpacked by bare zstd and inserted into one table of an encrypted file.

use crate::clock;
use crate::desk::Desk;
use crate::floor;
use crate::history;
use crate::rows::{print, say};
use crate::state::{State, bytes_crossed};
use crate::town::{
    Copied, copy_folder, found, invite, register_of, serve, until_sent, version_of, write_history,
};
use anyhow::{Context as _, Result, bail};
use contract::{JoinTown, Request};
use demo::staff::{ADMINISTRATOR, CLERK, PASSPHRASE};
use domain::Paise;
use domain::register::RegisterRow;
use measure::{Bar, Row};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use store::RawKey;
use tokio::process::Command;

/// The word by which this program, started again, becomes the new counter.
pub const NEW_COUNTER: &str = "new-counter";
/// The one by which it becomes the floor.
pub const FLOOR: &str = "first-sync-floor";

const RECORDS: u32 = 100_000;
const DEMAND_LINES: usize = 500_000;
/// Raised when what is made here changes.
const VERSION: u32 = 1;
const ARRIVAL_WAIT: Duration = Duration::from_secs(600);
const LOOK_AGAIN: Duration = Duration::from_millis(20);
const STILL: Duration = Duration::from_secs(5);

const BYTES_BAR: f64 = 60.0;
const PROCESSOR_BAR: f64 = 60.0;
const RESIDENT_BAR: f64 = 400.0;
const USABLE_BAR: f64 = 15.0;
const FLOOR_BAR: f64 = 4.0;
const MEGABYTE: f64 = 1e6;

/// What the new counter's process says of itself.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Told {
    bytes: u64,
    usable_bytes: u64,
    usable_seconds: f64,
    seconds: f64,
    processor_seconds: f64,
    resident_bytes: u64,
    records: u64,
    differed: String,
}

/// Makes the town where it is not kept yet, lets a new counter join, and prints what it cost.
pub async fn measure(bench: &Path) -> Result<()> {
    let kept = bench.join(format!("first-sync-{}", version_of(&format!("{VERSION} {RECORDS}"))?));
    if !kept.join("done").exists() {
        say(&format!("making the town of the first sync once, in {}: some minutes", kept.display()));
        let _ = std::fs::remove_dir_all(&kept);
        std::fs::create_dir_all(&kept)?;
        make(&kept).await?;
        std::fs::create_dir(kept.join("done"))?;
    }
    let run = bench.join("first-sync-run");
    let copied = Copied { counter: run.join("counter"), state: run.join("state") };
    copy_folder(&kept.join("counter"), &copied.counter)?;
    copy_folder(&kept.join("state"), &copied.state)?;
    let state = State::start(&copied.state).await?;
    let first = Desk::open(&copied.counter).await?;
    first.set_server(&state.url).await?;
    first.sign_in(&ADMINISTRATOR).await?;
    first.office.start_exchange().await?;
    let invitation = invite(&first, "C03").await?;
    until_sent(&*first.office.open_town().await?).await?;
    first.office.close().await;
    say("  a new counter joins");
    let place = run.join("new");
    let _ = std::fs::remove_dir_all(&place);
    let told: Told =
        said_by(&[NEW_COUNTER.as_ref(), place.as_os_str(), state.url.as_ref(), invitation.as_ref()]).await?;
    state.stop().await?;
    say(&format!("  {told:?}"));
    say("  the floor: the same entries, bare");
    let floor: f64 = said_by(&[FLOOR.as_ref(), place.as_os_str(), run.join("floor").as_os_str()]).await?;
    if !told.differed.is_empty() {
        bail!("the snapshot differed from the log: {}", told.differed);
    }
    let (bytes, usable) = (told.bytes as f64, told.usable_bytes as f64);
    print(&Row::alone("first sync: bytes", bytes / MEGABYTE, "MB", Bar::AtMost(BYTES_BAR)));
    print(&Row::alone(
        "first sync: a receipt taken after so much of the bytes",
        usable / bytes * 100.0,
        "%",
        Bar::AtMost(USABLE_BAR),
    ));
    print(&Row::alone("first sync: processor", told.processor_seconds, "CPU-s", Bar::AtMost(PROCESSOR_BAR)));
    let resident = told.resident_bytes as f64 / MEGABYTE;
    print(&Row::alone("first sync: resident", resident, "MB", Bar::AtMost(RESIDENT_BAR)));
    print(&Row::beside(
        "first sync: processor",
        told.processor_seconds,
        "CPU-s",
        "bare zstd and inserts",
        floor,
        Bar::TimesAtMost(FLOOR_BAR),
    ));
    Ok(())
}

/// What this program says, started again as something else.
async fn said_by<T: for<'a> Deserialize<'a>>(arguments: &[&std::ffi::OsStr]) -> Result<T> {
    let output = Command::new(std::env::current_exe()?)
        .args(arguments)
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .output()
        .await?;
    if !output.status.success() {
        bail!("{arguments:?} ended with {}", output.status);
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

async fn make(kept: &Path) -> Result<()> {
    let state = kept.join("state");
    std::fs::create_dir_all(&state)?;
    let keys = sync_server::init(&state, None)?;
    let running = serve(&state, &keys).await?;
    let counter = kept.join("counter");
    let first = found(&counter, &state, &keys, &running.url).await?;
    first.office.start_exchange().await?;
    let second = kept.join("second");
    crate::town::join(&first, &running.url, &second, "C02").await?;
    let rows = rows()?;
    say(&format!("  register of {} properties", rows.len()));
    first.office.import_rows(&rows, office::source_of(&rows)).await?;
    until_sent(&*first.office.open_town().await?).await?;
    first.office.close().await;
    write_history(&second, &running.url, &rows, 0).await?;
    running.shutdown().await;
    std::fs::remove_dir_all(second)?;
    Ok(())
}

/// The register with exactly as many demand lines as the figure names.
fn rows() -> Result<Vec<RegisterRow>> {
    let mut rows = register_of(RECORDS)?;
    let mut left = DEMAND_LINES;
    let houses = rows.len();
    for (at, row) in rows.iter_mut().enumerate() {
        let share = left.div_ceil(houses - at);
        row.dues.truncate(share);
        left -= row.dues.len();
    }
    say(&format!("  {} demand lines", DEMAND_LINES - left));
    Ok(rows)
}

/// The new counter's process: joins, takes one receipt as soon as it can, leaves the desk, and waits for the history.
pub async fn new_counter(folder: &Path, url: &str, code: &str) -> Result<()> {
    let (begun, spent) = (clock::now(), clock::processor_time());
    let crossed = bytes_crossed(url).await?;
    let desk = Desk::open(folder).await?;
    let joined = desk.office.answer(Request::JoinTown(JoinTown {
        server: url.to_owned(),
        code: code.to_owned(),
        password: CLERK.password.to_owned(),
        passphrase: PASSPHRASE.to_owned(),
    }));
    joined.await.map_err(|problem| anyhow::anyhow!("{}", problem.message.english))?;
    let town = desk.office.open_town().await?;
    let store = &town.store;
    let mut told = Told::default();
    let mut waited = Duration::ZERO;
    while !(store.arriving().await?.is_some_and(|arriving| arriving.usable)) {
        waited = pause(waited).await?;
    }
    desk.sign_in(&CLERK).await?;
    desk.open_shift().await?;
    let house = rows_first()?;
    desk.take(&house, Paise(10_000)).await?;
    store.arriving().await?.context("the history was here before the receipt")?;
    told.usable_bytes = bytes_crossed(url).await? - crossed;
    told.usable_seconds = begun.elapsed().as_secs_f64();
    desk.ask(Request::Lock).await?;
    while store.arriving().await?.is_some() {
        waited = pause(waited).await?;
    }
    // No segment holds the keys of sealed mobiles: their list comes by exchange.
    told.bytes = still(url).await? - crossed;
    told.differed = store.snapshot_differed().await?;
    let heads = store.vector().await?;
    told.records = heads.iter().map(|head| head.seq).sum();
    if told.records < history::ENTRIES + u64::from(RECORDS) {
        bail!("only {} entries came", told.records);
    }
    drop(town);
    desk.office.close().await;
    told.seconds = begun.elapsed().as_secs_f64();
    told.processor_seconds = clock::processor_time().saturating_sub(spent).as_secs_f64();
    told.resident_bytes = peak_resident_bytes()?;
    println!("{}", serde_json::to_string(&told)?);
    Ok(())
}

fn rows_first() -> Result<String> {
    let rows = register_of(1)?;
    Ok(rows.first().context("an empty register")?.property.property_id.clone())
}

async fn pause(waited: Duration) -> Result<Duration> {
    if waited > ARRIVAL_WAIT {
        bail!("the log did not arrive");
    }
    tokio::time::sleep(LOOK_AGAIN).await;
    Ok(waited + LOOK_AGAIN)
}

/// Bytes that crossed the line, once none have for a while.
async fn still(url: &str) -> Result<u64> {
    let mut before = 0;
    loop {
        let crossed = bytes_crossed(url).await?;
        if crossed == before {
            return Ok(crossed);
        }
        before = crossed;
        tokio::time::sleep(STILL).await;
    }
}

/// The most memory this process ever had resident.
fn peak_resident_bytes() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("VmHWM")?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib * 1_024)
}

/// The floor's process: what it prints is the processor's time for unpacking and inserting alone.
pub async fn bare(counter: &Path, folder: &Path) -> Result<()> {
    let key = std::fs::read_to_string(counter.join(machine::DEMONSTRATION_KEY))?;
    let key = domain::identity::from_hex(key.trim()).and_then(|key| key.try_into().ok());
    let packed = floor::packed_entries(&counter.join("town.palika"), RawKey(key.context("a key")?)).await?;
    println!("{}", floor::unpack_and_insert(folder, &packed).await?.as_secs_f64());
    Ok(())
}
