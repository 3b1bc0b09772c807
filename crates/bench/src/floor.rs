//! The floors: what the same machine takes for the bare work, with the town's cipher, journal, disk and driver, where
//! nothing is indexed, folded, hashed or signed. Under a receipt: one row in one table of an encrypted file, committed. Under a first sync: its
//! entries unpacked and inserted.

use crate::clock;
use anyhow::Result;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};
use std::path::Path;
use std::time::Duration;
use store::{OpenOptions, RawKey, Store};

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

/// Entries in one transaction of the bare insert: as many as an import at an idle counter takes in at once.
const ROWS_AT_ONCE: usize = 16_384;
/// Bytes of entries in one packed block.
const BLOCK_BYTES: usize = 8 << 20;
const LEVEL: i32 = 3;

/// The bodies of a town's entries, packed in blocks as bare zstd packs them: each body after its length.
pub async fn packed_entries(path: &Path, key: RawKey) -> Result<Vec<Vec<u8>>> {
    let options = OpenOptions { key, create: false, vfs: None, checkpoint_pages: store::CHECKPOINT_PAGES };
    let store = Store::open(path, options).await?;
    let mut blocks = Vec::new();
    let mut block = Vec::new();
    for head in store.vector().await? {
        let mut after = 0;
        while let Some(range) = store.range_after(head.device, head.epoch, after, 1 << 20).await? {
            after = range.last_seq();
            for (_, body) in range.bodies() {
                block.extend_from_slice(&u32::try_from(body.len())?.to_be_bytes());
                block.extend_from_slice(body);
            }
            if block.len() >= BLOCK_BYTES {
                blocks.push(zstd::bulk::compress(&block, LEVEL)?);
                block.clear();
            }
        }
    }
    blocks.push(zstd::bulk::compress(&block, LEVEL)?);
    store.close().await;
    Ok(blocks)
}

/// Unpacks the blocks and inserts each body as a row, on the disk and folded into the file at the end; answers with the
/// processor's time.
pub async fn unpack_and_insert(folder: &Path, blocks: &[Vec<u8>]) -> Result<Duration> {
    std::fs::create_dir_all(folder)?;
    let mut floor = Floor::new(folder).await?;
    let begun = clock::processor_time();
    for block in blocks {
        let unpacked = zstd::stream::decode_all(block.as_slice())?;
        let mut rest = unpacked.as_slice();
        let mut rows = Vec::with_capacity(ROWS_AT_ONCE);
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let Some((body, after)) = after.split_at_checked(u32::from_be_bytes(*length) as usize) else {
                break;
            };
            rows.push(body);
            rest = after;
            if rows.len() == ROWS_AT_ONCE {
                floor.insert(&rows).await?;
                rows.clear();
            }
        }
        floor.insert(&rows).await?;
    }
    floor.close().await?;
    Ok(clock::processor_time().saturating_sub(begun))
}

impl Floor {
    /// Rows in one transaction, as many with one statement as the town's file takes.
    async fn insert(&mut self, rows: &[&[u8]]) -> Result<()> {
        let mut transaction = self.connection.begin().await?;
        for some in rows.chunks(256) {
            let text = format!("insert into floor (body) values {}", vec!["(?)"; some.len()].join(","));
            let query = sqlx::query(sqlx::AssertSqlSafe(text));
            some.iter().fold(query, |query, body| query.bind(*body)).execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }
}
