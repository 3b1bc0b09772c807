//! A state's server over PostgreSQL on the same machine: a busy day, and the morning after a night without a line.

use crate::clock;
use crate::rows::{print, say};
use crate::simulated::{Counter, town};
use crate::state::State;
use crate::town::register;
use anyhow::{Context as _, Result, ensure};
use carrier::Server;
use domain::TownCode;
use measure::{Bar, Row, quantile};
use scratch::postgres::Cluster;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use sync_server::Register;
use tokio::task::JoinSet;

const TOWNS: usize = 102;
const COUNTERS_A_TOWN: usize = 10;
/// Each counter takes a payment this often: together some 530 a second.
const PAYMENT_EVERY: Duration = Duration::from_millis(1_920);
const PAYMENTS_EACH: usize = 16;
/// Of each town so many come back at once, with a peak day each.
const RECONNECTING_A_TOWN: usize = 2;
const PAYMENTS_OF_A_DAY: usize = 250;
const PGBENCH_SECONDS: &str = "10";

const RATE_BAR: f64 = 500.0;
const ACK_P99_BAR_MS: f64 = 250.0;
const DRAINED_BAR_S: f64 = 60.0;
const RESIDENT_BAR_MB: f64 = 300.0;
const OF_PGBENCH_BAR: f64 = 0.5;

/// Measures it below a folder, in which nothing of an earlier run is left.
pub async fn measure(folder: &Path) -> Result<()> {
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder)?;
    say("a state's server over PostgreSQL");
    let cluster = Cluster::start()?;
    let database = cluster.database("state")?;
    sync_server::prepare_database(&database.owner_url).await?;
    cluster.admit_server(&database)?;
    let keys = sync_server::init(folder, None)?;
    let state = State::start_over(folder, &database.server_url).await?;
    let register = Register::in_database(&database.server_url).await?;
    let counters = counters(&state.url, &keys.state_root, &register).await?;
    register.close().await;
    let counters = busy_day(counters).await?;
    let (rate, counters) = reconnect(counters).await?;
    let resident = state.resident_peak_mb()?;
    print(&Row::alone(
        "state server: resident memory at its peak",
        resident,
        "MB",
        Bar::AtMost(RESIDENT_BAR_MB),
    ));
    let entry = counters.first().context("a counter")?.last_bytes();
    let bare = pgbench(&cluster, folder, &entry)?;
    print(&Row::beside(
        "state server: entries of a reconnect",
        rate,
        "entries/s",
        "pgbench, bare inserts",
        bare,
        Bar::TimesAtLeast(OF_PGBENCH_BAR),
    ));
    state.stop().await
}

async fn counters(url: &str, root: &journal::KeyPair, towns: &Register) -> Result<Vec<Counter>> {
    let mut rows = register()?;
    rows.truncate(5_000);
    let (rows, mut counters) = (Arc::new(rows), Vec::new());
    for number in 0..TOWNS {
        let code = TownCode(900_000 + u32::try_from(number)?);
        let town = town(code, root, towns, Server::at(url, None)?, Arc::clone(&rows)).await?;
        counters.extend((1..=COUNTERS_A_TOWN).map(|number| Counter::of(&town, number)));
    }
    // Each learns its challenge, in the quiet before the day.
    for counter in &mut counters {
        counter.deliver().await?;
    }
    Ok(counters)
}

/// Every counter takes payments at its own pace and waits for each to be acknowledged.
async fn busy_day(counters: Vec<Counter>) -> Result<Vec<Counter>> {
    let payments = counters.len() * PAYMENTS_EACH;
    say(&format!("  {} counters take {payments} payments", counters.len()));
    let (begun, mut day) = (clock::now(), JoinSet::new());
    for (at, counter) in counters.into_iter().enumerate() {
        // Spread over the pace, so that they do not beat as one.
        let first = PAYMENT_EVERY.mul_f64((at as f64 * 0.618_033_988_75).fract());
        day.spawn(pay(counter, first));
    }
    let (mut counters, mut times) = (Vec::new(), Vec::new());
    while let Some(done) = day.join_next().await {
        let (counter, took) = done??;
        counters.push(counter);
        times.extend(took);
    }
    let rate = payments as f64 / begun.elapsed().as_secs_f64();
    let troubles: usize = counters.iter().map(|counter| counter.troubles).sum();
    say(&format!("  {troubles} trips had to be repeated"));
    print(&Row::alone("state server: payments of 1,020 counters", rate, "entries/s", Bar::AtLeast(RATE_BAR)));
    for (name, share, bar) in [("p50", 0.5, ACK_P99_BAR_MS), ("p99", 0.99, ACK_P99_BAR_MS)] {
        let at = quantile(&mut times, share).context("no times")?;
        print(&Row::alone(&format!("state server: acknowledged, {name}"), at, "ms", Bar::AtMost(bar)));
    }
    Ok(counters)
}

async fn pay(mut counter: Counter, first: Duration) -> Result<(Counter, Vec<f64>)> {
    let mut pace = tokio::time::interval_at(tokio::time::Instant::now() + first, PAYMENT_EVERY);
    let mut times = Vec::with_capacity(PAYMENTS_EACH);
    for _ in 0..PAYMENTS_EACH {
        pace.tick().await;
        counter.take()?;
        let begun = clock::now();
        counter.deliver().await?;
        times.push(clock::ms(begun.elapsed()));
    }
    Ok((counter, times))
}

/// A fifth of the counters was without a line for a peak day, and comes back in the same moment.
async fn reconnect(counters: Vec<Counter>) -> Result<(f64, Vec<Counter>)> {
    let (mut back, mut entries) = (Vec::new(), 0);
    let mut of_town = std::collections::BTreeMap::<TownCode, usize>::new();
    for mut counter in counters {
        let nth = of_town.entry(counter.town()).or_default();
        *nth += 1;
        if *nth > RECONNECTING_A_TOWN {
            continue;
        }
        let before = counter.written();
        for _ in 0..PAYMENTS_OF_A_DAY {
            counter.take()?;
        }
        entries += counter.written() - before;
        back.push(counter);
    }
    let payments = back.len() * PAYMENTS_OF_A_DAY;
    say(&format!("  {} counters come back with {payments} payments, {entries} entries", back.len()));
    let (begun, mut coming) = (clock::now(), JoinSet::new());
    for mut counter in back {
        coming.spawn(async move {
            counter.deliver().await?;
            anyhow::Ok(counter)
        });
    }
    let mut counters = Vec::new();
    while let Some(done) = coming.join_next().await {
        counters.push(done??);
    }
    let took = begun.elapsed().as_secs_f64();
    ensure!(counters.iter().all(Counter::is_acknowledged), "a counter was not acknowledged");
    print(&Row::alone(
        "state server: 51,000 payments of a reconnect drained",
        took,
        "s",
        Bar::AtMost(DRAINED_BAR_S),
    ));
    Ok((payments as f64 / took, counters))
}

/// One row an entry, one commit a row: what the database does with the same bytes where nothing is checked.
fn pgbench(cluster: &Cluster, folder: &Path, entry: &[u8]) -> Result<f64> {
    cluster.database("bare")?;
    cluster.sql("bare", "create table bare (town bigint not null, body bytea not null)")?;
    let script = folder.join("bare.sql");
    let hex = domain::identity::to_hex(entry);
    store::durable_file::replace(
        &script,
        format!("insert into bare values (:client_id, '\\x{hex}');\n").as_bytes(),
    )?;
    let mut pgbench = cluster.program("pgbench");
    pgbench.args(["-n", "-c", "16", "-j", "2", "-M", "prepared", "-T", PGBENCH_SECONDS, "-f"]);
    let output = pgbench.arg(&script).arg("bare").output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(output.status.success(), "pgbench: {}", String::from_utf8_lossy(&output.stderr));
    let line = said.lines().find_map(|line| line.strip_prefix("tps = ")).context("pgbench says no tps")?;
    Ok(line.split_whitespace().next().context("tps")?.parse()?)
}
