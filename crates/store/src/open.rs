//! Opening the town's file: raw key, write-ahead log, full sync, migrations.

use crate::StoreError;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use std::path::Path;
use std::time::Duration;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// How long a writer waits for another program (window and command line may both be open).
const BUSY_WAIT: Duration = Duration::from_secs(10);
/// Readers beside the one writer: the screen, a report, sync.
const READERS: u32 = 3;
/// Page cache of each connection, in KiB. The due and search indexes of a town of 50,000 fit the writer's.
const WRITER_CACHE_KIB: i32 = 24_000;
const READER_CACHE_KIB: i32 = 8_000;

/// The random key of one file, as SQLCipher takes it (no derivation): 32 bytes of key and 16 of salt. The salt is held
/// here because SQLCipher otherwise reads it from the file's first sector, and a checkpoint torn there by a power cut
/// would lock the town out for ever although the write-ahead log still holds the page.
#[derive(Clone, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
pub struct RawKey(pub [u8; 48]);

impl RawKey {
    fn pragma(&self) -> zeroize::Zeroizing<String> {
        zeroize::Zeroizing::new(format!("\"x'{}'\"", domain::identity::to_hex(&self.0)))
    }
}

/// How to open.
#[derive(Clone)]
pub struct OpenOptions {
    /// The file's key.
    pub key: RawKey,
    /// Make a new file; refused where one is.
    pub create: bool,
    /// Another VFS, for the simulator's faulty disks.
    pub vfs: Option<String>,
    /// Pages of the write-ahead log after which it is folded into the file. At SQLite's default of 1,000 an import
    /// copies hot pages four times as often.
    pub checkpoint_pages: u32,
}

/// What a counter uses.
pub const CHECKPOINT_PAGES: u32 = 4_000;

/// The town's file, open.
#[derive(Clone)]
pub struct Store {
    pub(crate) writer: SqlitePool,
    pub(crate) reader: SqlitePool,
}

impl Store {
    /// Opens or makes the file. A wrong key, a missing file and a file that is already there are told apart, and none
    /// of them changes anything.
    pub async fn open(path: &Path, options: OpenOptions) -> Result<Store, StoreError> {
        if options.vfs.is_none() {
            match (options.create, path.exists()) {
                (true, true) => return Err(StoreError::AlreadyThere),
                (false, false) => return Err(StoreError::Missing),
                _ => {}
            }
        }
        let connect = connect_options(path, &options);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(BUSY_WAIT)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(connect.clone().pragma("cache_size", (-WRITER_CACHE_KIB).to_string()))
            .await?;
        MIGRATIONS.run(&writer).await?;
        let reader = SqlitePoolOptions::new()
            .max_connections(READERS)
            .min_connections(0)
            .acquire_timeout(BUSY_WAIT)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with(
                connect.pragma("cache_size", (-READER_CACHE_KIB).to_string()).pragma("query_only", "on"),
            );
        Ok(Store { writer, reader })
    }

    /// Closes all connections; the write-ahead log is folded into the file.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }

    /// A value of this replica's own (device, server address …).
    pub async fn meta(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let value = sqlx::query_scalar("select value from meta where name = ?")
            .bind(name)
            .fetch_optional(&self.reader)
            .await?;
        Ok(value)
    }

    /// Sets a value of this replica's own.
    pub async fn set_meta(&self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        sqlx::query(
            "insert into meta (name, value) values (?, ?) on conflict do update set value = excluded.value",
        )
        .bind(name)
        .bind(value)
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}

fn connect_options(path: &Path, options: &OpenOptions) -> SqliteConnectOptions {
    let connect = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(options.create)
        .pragma("key", options.key.pragma().to_string())
        // SQLCipher would otherwise write to stderr, which a window has not.
        .pragma("cipher_log_level", "NONE")
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_WAIT)
        .statement_cache_capacity(200)
        .pragma("temp_store", "memory")
        .pragma("wal_autocheckpoint", options.checkpoint_pages.to_string());
    match &options.vfs {
        Some(vfs) => connect.vfs(vfs.clone()),
        None => connect,
    }
}
