//! Opening the town's file: raw key, write-ahead log, full sync, migrations.

use crate::StoreError;
use crate::turns::{Turns, Waiting};
use sqlx::migrate::Migrator;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Sqlite, Transaction};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

const BEGIN: &str = "begin immediate";
/// How long a writer waits for another program (window and command line may both be open).
const BUSY_WAIT: Duration = Duration::from_secs(10);
/// Readers beside the one writer: the screen, a report, sync.
const READERS: u32 = 3;
/// Page cache of each connection, in KiB: dues, consumers and their receipts of a town of 50,000 fit the writer's, what the
/// omnibox reads of its search index a reader's. A page that is not there is decrypted anew.
const WRITER_CACHE_KIB: i32 = 48_000;
const READER_CACHE_KIB: i32 = 16_000;

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
    /// Pages of the write-ahead log after which a commit folds it into the file before it answers.
    pub checkpoint_pages: u32,
}

/// What a counter uses: more than a thousand of its own receipts. An import folds the log itself, beside the writer and
/// before this, so that no receipt's commit has to.
pub const CHECKPOINT_PAGES: u32 = 30_000;

/// The town's file, open.
#[derive(Clone)]
pub struct Store {
    pub(crate) writer: SqlitePool,
    pub(crate) reader: SqlitePool,
    pub(crate) turns: Arc<Turns>,
    pub(crate) grown: Arc<watch::Sender<()>>,
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
        cipher::outlive_the_exit();
        let connect = connect_options(path, &options);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(BUSY_WAIT)
            .idle_timeout(None)
            .max_lifetime(None)
            // There is no line to this database that could have broken.
            .test_before_acquire(false)
            .connect_with(connect.clone().pragma("cache_size", (-WRITER_CACHE_KIB).to_string()))
            .await?;
        fold_recovered_log(&writer).await?;
        MIGRATIONS.run(&writer).await?;
        let reader = SqlitePoolOptions::new()
            .max_connections(READERS)
            .min_connections(0)
            .acquire_timeout(BUSY_WAIT)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_lazy_with(
                connect.pragma("cache_size", (-READER_CACHE_KIB).to_string()).pragma("query_only", "on"),
            );
        let store = Store { writer, reader, turns: Turns::new(), grown: Arc::new(watch::Sender::new(())) };
        match store.fold_as_this_version_does().await {
            Ok(()) => Ok(store),
            Err(error) => {
                store.close().await;
                Err(error)
            }
        }
    }

    /// Closes all connections; the write-ahead log is folded into the file.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }

    /// Somebody sits at this file, or nobody does any more: what comes from elsewhere is then taken in by smaller steps.
    pub fn attend(&self, attended: bool) {
        self.turns.attend(attended);
    }

    /// Counts what people write through this handle: the same number again later means that they have been still.
    pub fn presses(&self) -> usize {
        self.turns.presses()
    }

    /// Tells whoever waits for it when entries were added to the log through this handle, own ones or another's, once
    /// they are durable.
    pub fn growth(&self) -> watch::Receiver<()> {
        self.grown.subscribe()
    }

    /// Folds what is committed into the file, as far as nobody reads or writes what is older, without holding either up.
    pub(crate) async fn checkpoint(&self) -> Result<(), StoreError> {
        let mut reader = self.reader.acquire().await?;
        sqlx::query("pragma wal_checkpoint(passive)").fetch_all(&mut *reader).await?;
        Ok(())
    }

    /// The writer, for a person's own statement: who takes in something from elsewhere steps back.
    pub(crate) async fn own(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        self.turns.press();
        self.noting().await
    }

    /// The same for what this replica notes for itself: nobody pressed anything.
    async fn noting(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        let _waiting: Waiting = self.turns.ask();
        Ok(self.writer.acquire().await?)
    }

    /// The writer with the file's write lock, for a person's own batch.
    pub(crate) async fn own_batch(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.turns.press();
        let _waiting: Waiting = self.turns.ask();
        self.begin_immediate().await
    }

    /// The writer with the file's write lock, for whoever can wait.
    pub(crate) async fn begin_immediate(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        match self.writer.begin_with(BEGIN).await {
            // On a full or failing disk SQLite ends a transaction by itself, and the driver believes for ever that it
            // still runs. Nothing of it is left; only the connection must be another.
            Err(sqlx::Error::InvalidSavePointStatement) => {
                self.writer.acquire().await?.close().await?;
                Ok(self.writer.begin_with(BEGIN).await?)
            }
            begun => Ok(begun?),
        }
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
        .execute(&mut *self.noting().await?)
        .await?;
        Ok(())
    }

    /// Sets a value of this replica's own where `before` still stands; false where something else does.
    pub async fn replace_meta(
        &self,
        name: &str,
        before: Option<&[u8]>,
        value: &[u8],
    ) -> Result<bool, StoreError> {
        let text = match before {
            None => "insert into meta (value, name) values (?, ?) on conflict do nothing",
            Some(_) => "update meta set value = ? where name = ? and value = ?",
        };
        let mut query = sqlx::query(text).bind(value).bind(name);
        if let Some(before) = before {
            query = query.bind(before);
        }
        Ok(query.execute(&mut *self.noting().await?).await?.rows_affected() > 0)
    }
}

/// Folds into the file what the write-ahead log still holds after a power cut. The frame that fills up the last commit's
/// sector is synced only as far as that sector, so a cut can leave the commit without it; the next commit would begin
/// inside that sector, and a second cut there could tear the first commit away.
async fn fold_recovered_log(writer: &SqlitePool) -> Result<(), StoreError> {
    sqlx::query("pragma wal_checkpoint(passive)").fetch_all(writer).await?;
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_transaction_that_a_full_disk_ended_does_not_stop_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let options = OpenOptions { key: RawKey([7; 48]), create: true, vfs: None, checkpoint_pages: 1_000 };
        let store = Store::open(&folder.path().join("town.palika"), options).await.unwrap();
        let mut batch = store.own_batch().await.unwrap();
        // Not below what the file has already: from here on every new page is one too many.
        sqlx::query("pragma max_page_count = 1").fetch_all(&mut *batch).await.unwrap();
        let full = sqlx::query("insert into meta (name, value) values ('large', zeroblob(1000000))")
            .execute(&mut *batch)
            .await
            .unwrap_err();
        assert!(matches!(StoreError::from(full), StoreError::DiskFull));
        drop(batch);
        let mut batch = store.own_batch().await.unwrap();
        sqlx::query("insert into meta (name, value) values ('small', x'01')")
            .execute(&mut *batch)
            .await
            .unwrap();
        batch.commit().await.unwrap();
        assert_eq!(store.meta("small").await.unwrap(), Some(vec![1]));
        assert_eq!(store.meta("large").await.unwrap(), None);
    }
}
