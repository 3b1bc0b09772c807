//! The state's database, for several servers over one log. It holds what cannot be worked out again; a town's file on a
//! server is a fold that may be thrown away (`judgement`).
//!
//! Every transaction acts as a role that owns nothing and is held to one town by the database itself, so that a question
//! that forgets its town finds nothing instead of everything.

mod arriving;
mod branch;
mod held;
mod judgement;
mod log;
mod news;
mod register;

pub(crate) use judgement::Folds;
pub(crate) use log::PostgresLog;
pub(crate) use register::PostgresRegister;

use crate::ServerError;
use domain::TownCode;
use news::News;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Postgres, Row, Transaction};
use std::sync::Arc;
use std::time::Duration;

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations/postgres");

/// Connections of one server. More would only wait for each other: the database's disk is one.
const CONNECTIONS: u32 = 16;
const CONNECT_WAIT: Duration = Duration::from_secs(10);

pub(crate) type Open = Transaction<'static, Postgres>;

/// The database, open.
#[derive(Clone)]
pub(crate) struct Database {
    pool: PgPool,
    news: Arc<News>,
}

/// Brings the tables of a database up to this version, and makes the role the servers act as. Run as the database's
/// owner, once for each version, before the servers.
pub async fn prepare_database(url: &str) -> Result<(), ServerError> {
    let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(CONNECT_WAIT);
    let pool = pool.connect_with(options(url)?).await?;
    let done = MIGRATIONS.run(&pool).await;
    let readable = sqlx::query("grant select on _sqlx_migrations to palika_server").execute(&pool).await;
    pool.close().await;
    done.map_err(|error| ServerError::Database(error.to_string()))?;
    readable?;
    Ok(())
}

fn options(url: &str) -> Result<PgConnectOptions, ServerError> {
    let options: PgConnectOptions = url.parse().map_err(|_| ServerError::DatabaseAddress)?;
    // Nothing waits for ever, and what a dead server left open does not hold its town.
    let options = options.application_name("palika-sync-server").options([
        ("lock_timeout", "10s"),
        ("statement_timeout", "60s"),
        ("idle_in_transaction_session_timeout", "60s"),
    ]);
    Ok(options)
}

impl Database {
    /// Opens a database that is prepared for this version.
    pub(crate) async fn open(url: &str) -> Result<Database, ServerError> {
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(CONNECT_WAIT)
            .connect_with(options(url)?)
            .await?;
        check_durable(&pool).await?;
        let database = Database { news: News::start(pool.clone()).await?, pool };
        database.check_prepared().await?;
        Ok(database)
    }

    /// A transaction that sees one town.
    pub(crate) async fn begin(&self, town: TownCode) -> Result<Open, ServerError> {
        // The number is a number: nothing of a stranger's comes into this text.
        let text = format!("begin; set local role palika_server; set local palika.town = '{}'", town.0);
        Ok(self.pool.begin_with(AssertSqlSafe(text)).await?)
    }

    /// A transaction that sees no town.
    pub(crate) async fn begin_without_town(&self) -> Result<Open, ServerError> {
        Ok(self.pool.begin_with("begin; set local role palika_server; set local palika.town = ''").await?)
    }

    async fn check_prepared(&self) -> Result<(), ServerError> {
        let mut reading = self.begin_without_town().await.map_err(unprepared)?;
        let newest = sqlx::query_scalar("select max(version) from _sqlx_migrations where success")
            .fetch_one(&mut *reading)
            .await;
        let newest: Option<i64> = newest.map_err(|error| unprepared(error.into()))?;
        let own = MIGRATIONS.iter().map(|migration| migration.version).max();
        if newest < own {
            return Err(ServerError::NotPrepared);
        }
        let row = sqlx::query("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
            .fetch_one(&mut *reading)
            .await?;
        match row.try_get(0)? {
            true => Err(ServerError::Database("palika_server may pass row level security".to_owned())),
            false => Ok(()),
        }
    }

    /// True where it answers.
    pub(crate) async fn is_ready(&self) -> bool {
        sqlx::query("select 1").fetch_one(&self.pool).await.is_ok()
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) {
        self.news.stop().await;
        self.pool.close().await;
    }
}

fn unprepared(error: ServerError) -> ServerError {
    match error {
        ServerError::Busy => ServerError::Busy,
        _ => ServerError::NotPrepared,
    }
}

/// A device forgets to send again what this side said it holds: that must then be on a disk.
async fn check_durable(pool: &PgPool) -> Result<(), ServerError> {
    for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
        let row = sqlx::query(AssertSqlSafe(format!("show {setting}"))).fetch_one(pool).await?;
        if row.try_get::<String, _>(0)? == "off" {
            return Err(ServerError::Database(format!("{setting} is off: what is committed could be lost")));
        }
    }
    Ok(())
}
