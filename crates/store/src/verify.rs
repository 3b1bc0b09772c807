//! Proving the file: every page read, every chain re-hashed, every signature checked, every projection made again from
//! zero and compared row by row. The digest is the same rows hashed in key order: equal sets of entries give equal
//! digests.

use crate::log::{Loaded, load_entries};
use crate::{OpenOptions, Store, StoreError, rows};
use domain::identity::PublicKey;
use domain::{Epoch, Hash};
use journal::{Position, key::verify_head};
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{Column, Row, TypeInfo, ValueRef};
use std::path::Path;

/// The replicated projections as logical rows: nothing here depends on this file's own numbering.
const LOGICAL: &[(&str, &str)] = &[
    ("town", "select code, name_hindi, name_english, certificate from town order by code"),
    ("device", "select device, name, counter, certificate from device order by device"),
    ("given_up", "select device, epoch, after_seq, seq, hash from given_up order by 1, 2, 4, 5"),
    ("device_cut", "select device, unlifted_epoch, unlifted_seq, epoch, seq from device_cut order by device"),
    ("staff", "select user, name_hindi, name_english from staff order by user"),
    ("grant_of_role", "select hash, user, role, force from grant_of_role order by hash"),
    (
        "withdrawal",
        "select grant_hash, chain.device, chain.epoch, seq, force from withdrawal join chain on chain.id = withdrawal.chain \
         order by 1, 2, 3, 4",
    ),
    ("staff_key", "select staff_key.device, user, certificate, seq from staff_key order by 1, 2, 3, 4"),
    ("definition", "select hash, name from definition order by hash"),
    (
        "due",
        "select service.text, consumer.code, due.year, head.text, due.demand_paise, due.applied_paise, \
         due.demand_conflict from due join consumer on consumer.id = due.consumer \
         join code as service on service.id = consumer.service join code as head on head.id = due.head \
         order by consumer.code, service.text, due.year, head.text",
    ),
    (
        "record",
        "select document, property_id, old_id, owner_hindi, owner_english, guardian_hindi, guardian_english, \
         door_number, ward, locality, address, usage from record \
         where exists (select 1 from record_change where record_change.record = record.id) order by document",
    ),
    (
        "conflict",
        "select record.document, field from conflict join record on record.id = conflict.record order by 1, 2",
    ),
    ("contact", "select document, sealed, at_ms, hash from contact order by document"),
    (
        "shift",
        "select chain.device, chain.epoch, shift.seq, hash, counter, business_date, float_paise, holder, closed_epoch, \
         closed_seq, remitted_epoch, remitted_seq from shift join chain on chain.id = shift.chain order by 1, 2, 3",
    ),
    (
        "receipt",
        "select chain.device, chain.epoch, receipt.seq, year, serial, business_date, shift_seq, service.text, \
         consumer.code, amount_paise, mode, payer, cancelled_seq, remitted_epoch, remitted_seq, disputed, replaced from receipt \
         join chain on chain.id = receipt.chain join code as service on service.id = receipt.service \
         left join consumer on consumer.id = receipt.consumer order by 1, 2, 3",
    ),
    (
        "recovered",
        "select original, chain.device, chain.epoch, recovered.seq, recovered.device, recovered.epoch, year, serial, proven \
         from recovered join chain on chain.id = recovered.chain order by 1, 2, 3, 4",
    ),
    (
        "shift_close",
        "select hash, shift_chain.device, shift_chain.epoch, shift_seq, chain.epoch, shift_close.seq from shift_close \
         join chain on chain.id = shift_close.chain join chain as shift_chain on shift_chain.id = shift_close.shift_chain \
         order by hash",
    ),
    (
        "series",
        "select chain.device, chain.epoch, kind, year, last_serial from series join chain on chain.id = series.chain \
         where last_serial > 0 order by 1, 2, 3, 4",
    ),
    (
        "receipt_event",
        "select owner.device, owner.epoch, receipt_seq, chain.device, chain.epoch, receipt_event.seq, kind \
         from receipt_event join chain on chain.id = receipt_event.chain \
         join chain as owner on owner.id = receipt_event.receipt_chain order by 1, 2, 3, 4, 5, 6",
    ),
    (
        "remittance",
        "select chain.device, chain.epoch, remittance.seq, year, serial, business_date, bank, account, amount_paise \
         from remittance join chain on chain.id = remittance.chain order by 1, 2, 3",
    ),
    ("leaf_book", "select book, first_leaf, last_leaf, counter from leaf_book order by book"),
    (
        "leaf",
        "select book, leaf, chain.device, chain.epoch, leaf.seq from leaf join chain on chain.id = leaf.chain \
         order by 1, 2, 3, 4, 5",
    ),
    (
        "case_settled",
        "select name, chain.device, chain.epoch, case_settled.seq, decision, remark from case_settled \
         join chain on chain.id = case_settled.chain order by 1, 2, 3, 4",
    ),
    (
        "disputed",
        "select chain.device, chain.epoch, disputed.seq, reason from disputed join chain on chain.id = disputed.chain \
         order by 1, 2, 3",
    ),
];

/// Rows compared at once.
const PAGE: usize = 2_000;

/// What the replicated tables come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// SHA-256 over the logical rows.
    pub hash: Hash,
    /// Entries here wait for their past, or for a newer version: the digest is of a part.
    pub incomplete: bool,
}

/// What a proof found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Chains walked.
    pub chains: u64,
    /// Entries re-hashed.
    pub entries: u64,
    /// Signatures checked.
    pub signatures: u64,
    /// Projection rows compared.
    pub rows: u64,
    /// The first thing that does not hold, in words for the technician; `None` where all holds.
    pub first_difference: Option<String>,
}

impl Store {
    /// The digest of the replicated tables.
    pub async fn digest(&self) -> Result<Digest, StoreError> {
        let mut transaction = self.reader.begin().await?;
        let mut hasher = Sha256::new();
        for (table, sql) in LOGICAL {
            hasher.update(table.as_bytes());
            let rows = sqlx::query(*sql).fetch_all(&mut *transaction).await?;
            for row in &rows {
                hasher.update(row_bytes(row)?);
            }
        }
        let behind: Option<i64> = sqlx::query_scalar(
            "select 1 from chain where folded_seq < head_seq union all select 1 from unknown \
             union all select 1 from arriving limit 1",
        )
        .fetch_optional(&mut *transaction)
        .await?;
        Ok(Digest { hash: Hash(hasher.finalize().into()), incomplete: behind.is_some() })
    }

    /// Re-derives chains and projections and compares. `scratch` is a folder for a second file, made and removed here;
    /// nothing in this file changes. `progress` hears (entries done, entries in all); (0, 0) while the pages are read.
    pub async fn verify(
        &self,
        scratch: &Path,
        options: OpenOptions,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Verified, StoreError> {
        if self.arriving().await?.is_some() {
            return Err(StoreError::Arriving);
        }
        progress(0, 0);
        let mut verified = Verified { first_difference: self.damage().await?, ..Verified::default() };
        if verified.first_difference.is_none() {
            self.verify_chains(&mut verified, &mut progress).await?;
        }
        if verified.first_difference.is_some() {
            return Ok(verified);
        }
        let path = scratch.join("verify.palika");
        remove_database(&path);
        let again = Store::open(&path, OpenOptions { create: true, ..options }).await?;
        let compared = self.compare_with(&again, &mut verified, &mut progress).await;
        again.close().await;
        remove_database(&path);
        compared?;
        Ok(verified)
    }

    /// Reads every page, those of the search index too, which nothing below compares: each must open under the key, and
    /// the trees they make must hang together.
    pub async fn damage(&self) -> Result<Option<String>, StoreError> {
        let found = sqlx::query_scalar::<_, String>("pragma quick_check(1)").fetch_one(&self.reader).await;
        match found.map_err(StoreError::from) {
            Ok(found) if found == "ok" => Ok(None),
            Ok(found) => Ok(Some(format!("the file's pages: {}", found.replace('\n', " ")))),
            Err(error) if error.is_passing() => Err(error),
            Err(error) => Ok(Some(format!("the file's pages: {error}"))),
        }
    }

    async fn verify_chains(
        &self,
        verified: &mut Verified,
        progress: &mut impl FnMut(u64, u64),
    ) -> Result<(), StoreError> {
        let Some(town) = self.town().await? else { return Ok(()) };
        let all: i64 = sqlx::query_scalar("select count(*) from entry").fetch_one(&self.reader).await?;
        let chains = sqlx::query(
            "select id, device, epoch, public_key, head_seq, head_hash from chain order by device, epoch",
        )
        .fetch_all(&self.reader)
        .await?;
        let mut connection = self.reader.acquire().await?;
        for row in &chains {
            verified.chains += 1;
            let id: i64 = row.try_get(0)?;
            let position =
                Position { device: rows::device(row.try_get(1)?)?, epoch: Epoch(row.try_get(2)?), seq: 0 };
            let key = PublicKey::from_slice(row.try_get(3)?).ok_or(StoreError::NotFound("key"))?;
            let head = (row.try_get::<i64, _>(4)? as u64, rows::hash(row.try_get(5)?)?);
            let mut last = (0u64, Hash::ZERO, true);
            loop {
                let page = load_entries(&mut connection, id, town, position, last.0 as i64, 1_024).await?;
                if page.is_empty() {
                    break;
                }
                for Loaded { entry, hash, signature } in page {
                    let place = format!(
                        "{} epoch {} entry {}",
                        position.device, position.epoch.0, entry.position.seq
                    );
                    if entry.position.seq != last.0 + 1 {
                        verified.first_difference = Some(format!("{place}: entries before it are missing"));
                        return Ok(());
                    }
                    if entry.hash() != hash {
                        verified.first_difference = Some(format!("{place}: its bytes do not give its hash"));
                        return Ok(());
                    }
                    if let Some(signature) = &signature {
                        verified.signatures += 1;
                        if verify_head(&key, town, position.epoch, entry.position.seq, &hash, signature)
                            .is_err()
                        {
                            verified.first_difference = Some(format!("{place}: the signature does not hold"));
                            return Ok(());
                        }
                    }
                    last = (entry.position.seq, hash, signature.is_some());
                    verified.entries += 1;
                }
                progress(verified.entries, all as u64);
            }
            if (last.0, last.1) != head || !last.2 {
                verified.first_difference = Some(format!(
                    "{} epoch {}: the chain does not end in its signed head",
                    position.device, position.epoch.0
                ));
                return Ok(());
            }
        }
        Ok(())
    }

    async fn compare_with(
        &self,
        again: &Store,
        verified: &mut Verified,
        progress: &mut impl FnMut(u64, u64),
    ) -> Result<(), StoreError> {
        self.copy_log_into(again, progress).await?;
        for (table, sql) in LOGICAL {
            let here = sqlx::query(*sql).fetch_all(&self.reader).await?;
            let there = sqlx::query(*sql).fetch_all(&again.reader).await?;
            for (index, chunk) in here.chunks(PAGE).enumerate() {
                for (offset, row) in chunk.iter().enumerate() {
                    let number = index * PAGE + offset;
                    let same = match there.get(number) {
                        Some(other) => row_bytes(row)? == row_bytes(other)?,
                        None => false,
                    };
                    verified.rows += 1;
                    if !same {
                        verified.first_difference =
                            Some(format!("table {table}, row {}: {}", number + 1, describe(row)?));
                        return Ok(());
                    }
                }
            }
            if there.len() > here.len() {
                verified.first_difference =
                    Some(format!("table {table}: {} rows are missing", there.len() - here.len()));
                return Ok(());
            }
        }
        Ok(())
    }

    /// Gives another, empty file the same log; its projections follow by its own fold.
    pub async fn copy_log_into(
        &self,
        other: &Store,
        progress: &mut impl FnMut(u64, u64),
    ) -> Result<(), StoreError> {
        let (Some(town), Some(root)) = (self.town().await?, self.state_root().await?) else { return Ok(()) };
        other.bind_town(town, &root).await?;
        let all: u64 = self.vector().await?.iter().map(|head| head.seq).sum();
        let mut done = 0;
        for head in self.vector().await? {
            let mut after = 0;
            while let Some(range) = self.range_after(head.device, head.epoch, after, 1 << 20).await? {
                after = range.last_seq();
                done += range.len() as u64;
                other.receive(range, 0).await?;
                progress(done, all);
            }
        }
        Ok(())
    }
}

/// Removes a scratch database with its log and shared memory.
fn remove_database(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let _ = std::fs::remove_file(name);
    }
}

/// A row as bytes: each value with its type and length, so that no two rows run together.
fn row_bytes(row: &SqliteRow) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    for column in row.columns() {
        let value = row.try_get_raw(column.ordinal())?;
        if value.is_null() {
            bytes.push(0);
            continue;
        }
        let content: Vec<u8> = match value.type_info().name() {
            "INTEGER" => row.try_get::<i64, _>(column.ordinal())?.to_be_bytes().to_vec(),
            "TEXT" => row.try_get::<String, _>(column.ordinal())?.into_bytes(),
            _ => row.try_get::<Vec<u8>, _>(column.ordinal())?,
        };
        bytes.push(1);
        bytes.extend_from_slice(&(content.len() as u32).to_be_bytes());
        bytes.extend_from_slice(&content);
    }
    Ok(bytes)
}

/// A row's key columns for the technician: short texts and numbers; blobs as hexadecimal.
fn describe(row: &SqliteRow) -> Result<String, StoreError> {
    let mut parts = Vec::new();
    for column in row.columns().iter().take(4) {
        let value = row.try_get_raw(column.ordinal())?;
        let text = match value.type_info().name() {
            "INTEGER" => row.try_get::<i64, _>(column.ordinal())?.to_string(),
            "TEXT" => row.try_get::<String, _>(column.ordinal())?,
            "NULL" => String::new(),
            _ => domain::identity::to_hex(&row.try_get::<Vec<u8>, _>(column.ordinal())?),
        };
        parts.push(format!("{}={text}", column.name()));
    }
    Ok(parts.join(" "))
}
