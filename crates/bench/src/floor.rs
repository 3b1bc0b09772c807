//! The floor under a receipt: one row in one table of an encrypted file, committed. Same cipher, same journal, same
//! disk, same driver as the town's file; nothing is indexed, folded, hashed or signed.

use crate::clock;
use anyhow::Result;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};
use std::path::Path;
use std::time::Duration;

/// About what the entry of a receipt takes.
const BODY_BYTES: usize = 400;
/// A raw key with its salt, as the town's file has one; nothing in this file is anybody's.
const KEY: &str =
    "\"x'2b7e151628aed2a6abf7158809cf4f3c2b7e151628aed2a6abf7158809cf4f3c00112233445566778899aabbccddeeff'\"";

/// The file with its one table.
pub struct Floor {
    connection: SqliteConnection,
    body: Vec<u8>,
}

impl Floor {
    /// A new file in the folder of the town, so that both stand on one disk.
    pub async fn new(folder: &Path) -> Result<Floor> {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(folder.join(format!("floor.palika{suffix}")));
        }
        let options = SqliteConnectOptions::new()
            .filename(folder.join("floor.palika"))
            .create_if_missing(true)
            .pragma("key", KEY)
            .pragma("cipher_log_level", "NONE")
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("wal_autocheckpoint", store::CHECKPOINT_PAGES.to_string());
        let mut connection = options.connect().await?;
        sqlx::raw_sql("create table floor (id integer primary key, body blob not null) strict")
            .execute(&mut connection)
            .await?;
        Ok(Floor { connection, body: vec![0x5a; BODY_BYTES] })
    }

    /// One row, one transaction, on the disk when it answers. A single statement commits by itself: there is no cheaper
    /// way to make a row durable.
    pub async fn commit(&mut self) -> Result<Duration> {
        let begun = clock::now();
        sqlx::query("insert into floor (body) values (?)")
            .bind(self.body.as_slice())
            .execute(&mut self.connection)
            .await?;
        Ok(begun.elapsed())
    }

    /// Closes the file.
    pub async fn close(self) -> Result<()> {
        Ok(self.connection.close().await?)
    }
}
