//! 300,000 receipts of another counter arrive: through the background exchange, over HTTP, as a device that has been
//! away takes them in. What is counted is everything this process spends on it: the line's bytes, unpacking, hashing,
//! signatures, the encrypted file, every projection and index, the last checkpoint.

use crate::clock;
use crate::desk::Desk;
use crate::history::{ENTRIES, RECEIPTS};
use crate::rows::{print, say};
use crate::state::State;
use crate::town::Copied;
use anyhow::{Result, bail};
use measure::{Bar, Row};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// Receipts a second of processor time.
const BAR: f64 = 25_000.0;
const ARRIVAL_WAIT: Duration = Duration::from_secs(600);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Lets the second counter's receipts arrive, and prints what they cost.
pub async fn measure(copied: &Copied) -> Result<()> {
    let before = row_counts(&copied.counter).await?;
    let state = State::start(&copied.state).await?;
    let desk = Desk::open(&copied.counter).await?;
    desk.set_server(&state.url).await?;
    let (begun, spent) = (clock::now(), clock::processor_time());
    desk.office.start_exchange().await?;
    until_held(&desk, ENTRIES).await?;
    desk.office.close().await;
    let (spent, wall) = (clock::processor_time().saturating_sub(spent), begun.elapsed());
    state.stop().await?;
    say(&format!(
        "{RECEIPTS} receipts in {:.1} s of processor time, {:.1} s on the wall",
        spent.as_secs_f64(),
        wall.as_secs_f64()
    ));
    tell_tables(&copied.counter, &before).await?;
    let rate = f64::from(RECEIPTS) / spent.as_secs_f64();
    print(&Row::alone("import of another counter's receipts", rate, "receipts/CPU-s", Bar::AtLeast(BAR)));
    Ok(())
}

/// Waits until so many entries of other counters are held and folded.
pub async fn until_held(desk: &Desk, entries: u64) -> Result<()> {
    let mut waited = Duration::ZERO;
    while waited < ARRIVAL_WAIT {
        if held(desk).await? >= entries {
            return Ok(());
        }
        tokio::time::sleep(LOOK_AGAIN).await;
        waited += LOOK_AGAIN;
    }
    bail!("the receipts did not arrive")
}

/// Entries of other counters that are folded here.
pub async fn held(desk: &Desk) -> Result<u64> {
    let town = desk.office.open_town().await?;
    let chains = store::query::desk::chains(&mut *town.store.reading().await?).await?;
    let whole = |chain: &&store::query::desk::ChainRow| chain.head.device != town.device;
    Ok(chains.iter().filter(whole).map(|chain| chain.folded_seq).sum())
}

/// The file once more, as another program on this machine would open it.
async fn open(folder: &Path) -> Result<SqliteConnection> {
    let key = std::fs::read_to_string(folder.join(machine::DEMONSTRATION_KEY))?;
    let options = SqliteConnectOptions::new()
        .filename(folder.join("town.palika"))
        .pragma("key", format!("\"x'{}'\"", key.trim()))
        .pragma("query_only", "on");
    Ok(options.connect().await?)
}

async fn row_counts(folder: &Path) -> Result<BTreeMap<String, i64>> {
    let mut connection = open(folder).await?;
    let tables: Vec<String> = sqlx::query_scalar(
        "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name",
    )
    .fetch_all(&mut connection)
    .await?;
    let mut counts = BTreeMap::new();
    for table in tables {
        let sql = AssertSqlSafe(format!("select count(*) from \"{table}\""));
        if let Ok(count) = sqlx::query_scalar(sql).fetch_one(&mut connection).await {
            counts.insert(table, count);
        }
    }
    connection.close().await?;
    Ok(counts)
}

/// Names the tables that grew, with their indexes.
async fn tell_tables(folder: &Path, before: &BTreeMap<String, i64>) -> Result<()> {
    let after = row_counts(folder).await?;
    let mut connection = open(folder).await?;
    for (table, count) in after {
        let grown = count - before.get(&table).copied().unwrap_or_default();
        if grown == 0 {
            continue;
        }
        let indexes: Vec<String> = sqlx::query_scalar(
            "select name from sqlite_schema where type = 'index' and tbl_name = ? order by name",
        )
        .bind(&table)
        .fetch_all(&mut connection)
        .await?;
        say(&format!("  {table}: {grown} rows more; indexes: {}", indexes.join(", ")));
    }
    connection.close().await?;
    Ok(())
}
