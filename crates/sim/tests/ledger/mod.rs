//! A small ledger on a simulated disk, and the check of what a power cut left of it.

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions, Connection, SqliteConnection};

/// How SQLite keeps a commit atomic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Journal {
    Wal,
    Delete,
}

/// The work: batches of lines, each batch one transaction that also moves a series on.
#[derive(Clone, Debug)]
pub struct Ledger {
    pub journal: Journal,
    pub synchronous: &'static str,
    /// The raw key: 32 bytes, or 48 with the database's salt behind it.
    pub key_bytes: usize,
    pub transactions: u64,
    pub lines: u64,
}

/// What the writer was told.
#[derive(Debug)]
pub struct Outcome {
    /// Transactions in the file for certain, those before this run included.
    pub acknowledged: u64,
    /// Whether the run came to its end.
    pub finished: bool,
    pub error: Option<String>,
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

impl Ledger {
    pub fn new(journal: Journal) -> Self {
        Self { journal, synchronous: "full", key_bytes: 48, transactions: 10, lines: 3 }
    }

    pub fn connect_options(&self, vfs_name: &str) -> SqliteConnectOptions {
        let journal_mode = match self.journal {
            Journal::Wal => SqliteJournalMode::Wal,
            Journal::Delete => SqliteJournalMode::Delete,
        };
        SqliteConnectOptions::new()
            .filename("/town.db")
            .vfs(vfs_name.to_owned())
            .create_if_missing(true)
            .pragma("key", format!("\"x'{}'\"", "5a".repeat(self.key_bytes)))
            .pragma("cipher_log_level", "NONE")
            .journal_mode(journal_mode)
            .pragma("synchronous", self.synchronous)
            // Few pages, so that checkpoints fall among the operations where the power is cut.
            .pragma("wal_autocheckpoint", "9")
            .disable_statement_logging()
    }

    pub async fn connect(&self, vfs_name: &str) -> sqlx::Result<SqliteConnection> {
        self.connect_options(vfs_name).connect().await
    }

    /// Does the transactions after the first `done`, then closes.
    pub async fn run(&self, vfs_name: &str, done: u64) -> Outcome {
        let mut acknowledged = done;
        let result = self.work(vfs_name, &mut acknowledged).await;
        Outcome { acknowledged, finished: result.is_ok(), error: result.err().map(|error| error.to_string()) }
    }

    async fn work(&self, vfs_name: &str, acknowledged: &mut u64) -> sqlx::Result<()> {
        let mut connection = self.connect(vfs_name).await?;
        let result = self.transact(&mut connection, acknowledged).await;
        match result {
            Ok(()) => connection.close().await,
            Err(error) => {
                drop(connection.close().await);
                Err(error)
            }
        }
    }

    async fn transact(&self, connection: &mut SqliteConnection, acknowledged: &mut u64) -> sqlx::Result<()> {
        let mut transaction = connection.begin_with("begin immediate").await?;
        for statement in [
            "create table if not exists line (batch integer, number integer, payer text, primary key (batch, number))",
            "create index if not exists line_payer on line (payer)",
            "create table if not exists series (name text primary key, last integer not null)",
            "insert or ignore into series values ('C03', 0)",
        ] {
            sqlx::query(statement).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        for batch in *acknowledged..self.transactions {
            let mut transaction = connection.begin_with("begin immediate").await?;
            for number in 0..self.lines {
                sqlx::query("insert into line values (?, ?, ?)")
                    .bind(i64::try_from(batch).unwrap())
                    .bind(i64::try_from(number).unwrap())
                    .bind(payer(batch, number))
                    .execute(&mut *transaction)
                    .await?;
            }
            // Older pages change too, so that a checkpoint overwrites what was synced long ago.
            sqlx::query("update line set payer = payer || '.' where batch = ?")
                .bind(i64::try_from(batch / 2).unwrap())
                .execute(&mut *transaction)
                .await?;
            sqlx::query("update series set last = last + 1 where name = 'C03'")
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            *acknowledged = batch + 1;
        }
        Ok(())
    }
}

fn payer(batch: u64, number: u64) -> String {
    format!("{batch:06}-{number:02} ").repeat(40)
}

/// How many transactions the database holds, each of them whole; `Err` says what is wrong with it.
pub async fn check(ledger: &Ledger, vfs_name: &str) -> Result<u64, String> {
    let say = |error: sqlx::Error| error.to_string();
    let mut connection = ledger.connect(vfs_name).await.map_err(say)?;
    let result = inspect(ledger, &mut connection).await;
    connection.close().await.map_err(say)?;
    result
}

async fn inspect(ledger: &Ledger, connection: &mut SqliteConnection) -> Result<u64, String> {
    let say = |error: sqlx::Error| error.to_string();
    let problems: Vec<String> =
        sqlx::query_scalar("pragma integrity_check").fetch_all(&mut *connection).await.map_err(say)?;
    if problems != ["ok"] {
        return Err(format!("integrity_check: {problems:?}"));
    }
    let tables: i64 = sqlx::query_scalar("select count(*) from sqlite_schema where type = 'table'")
        .fetch_one(&mut *connection)
        .await
        .map_err(say)?;
    match tables {
        0 => return Ok(0),
        2 => {}
        some => return Err(format!("{some} tables of one transaction")),
    }
    let last: i64 =
        sqlx::query_scalar("select last from series").fetch_one(&mut *connection).await.map_err(say)?;
    let lines: Vec<(i64, i64, String)> =
        sqlx::query_as("select batch, number, payer from line order by batch, number")
            .fetch_all(&mut *connection)
            .await
            .map_err(say)?;
    let found = u64::try_from(last).map_err(|error| error.to_string())?;
    let mut expected = Vec::new();
    for batch in 0..found {
        // A batch is touched by each later batch b with b / 2 == batch, and the first one by itself.
        let touched = (0..found).filter(|later| later / 2 == batch && *later >= batch).count();
        for number in 0..ledger.lines {
            let key = |number: u64| i64::try_from(number).unwrap();
            expected.push((key(batch), key(number), payer(batch, number) + &".".repeat(touched)));
        }
    }
    if lines == expected {
        Ok(found)
    } else {
        Err(format!("the lines are not those of {found} transactions"))
    }
}
