//! What an import compares a file with, for some hundred properties in one question each.

use super::bill::{RECORD_COLUMNS, RecordRow, record_of_row};
use crate::fold::load_record;
use crate::search::json_numbers;
use crate::{Store, StoreError};
use domain::demand::HeadCode;
use domain::identity::PersonId;
use domain::receipt::Sealed;
use domain::{DocumentId, FinancialYear, Paise};
use journal::Record;
use sqlx::{Row, SqliteConnection};
use std::collections::HashMap;

/// Blobs as SQLite takes a list of them.
fn hex_list<'a>(ids: impl Iterator<Item = &'a [u8; 16]>) -> String {
    let texts: Vec<String> = ids.map(|id| format!("\"{}\"", domain::identity::to_hex(id))).collect();
    format!("[{}]", texts.join(","))
}

/// The places in this file of documents that are here.
pub async fn keys_of(
    connection: &mut SqliteConnection,
    documents: &[DocumentId],
) -> Result<HashMap<DocumentId, i64>, StoreError> {
    let rows = sqlx::query(
        "select record.document, record.id from json_each(?) wanted \
         join record on record.document = unhex(wanted.value)",
    )
    .bind(hex_list(documents.iter().map(|document| &document.0)))
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let document = DocumentId::from_slice(row.try_get(0)?).ok_or(StoreError::NotFound("document"))?;
            Ok((document, row.try_get(1)?))
        })
        .collect()
}

/// The records of documents that are here.
pub async fn records_of(
    connection: &mut SqliteConnection,
    documents: &[DocumentId],
) -> Result<HashMap<DocumentId, RecordRow>, StoreError> {
    let keys: Vec<i64> = keys_of(connection, documents).await?.into_values().collect();
    let sql = format!("{RECORD_COLUMNS} id in (select value from json_each(?))");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(json_numbers(&keys)).fetch_all(connection).await?;
    rows.iter().map(|row| record_of_row(row).map(|record| (record.document, record))).collect()
}

/// A record's document, from its changes in the log.
pub async fn document(connection: &mut SqliteConnection, record: i64) -> Result<Record, StoreError> {
    load_record(connection, record, &mut Vec::new()).await
}

/// A demand that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemandRow {
    /// The stronger of all that were entered.
    pub amount_paise: Paise,
    /// Unequal ones were entered.
    pub conflict: bool,
}

/// Demands of some consumers, by consumer, year and head. A due that has receipts only is not among them.
pub async fn demands_of(
    connection: &mut SqliteConnection,
    service: &str,
    consumers: &[&str],
) -> Result<HashMap<(String, FinancialYear, HeadCode), DemandRow>, StoreError> {
    let wanted = consumers.iter().map(|code| json_text(code)).collect::<Vec<_>>().join(",");
    let rows = sqlx::query(
        "select consumer.code, due.year, head.text, due.demand_paise, due.demand_conflict from json_each(?) wanted \
         join consumer on consumer.code = wanted.value join code as service on service.id = consumer.service \
         join due on due.consumer = consumer.id join code as head on head.id = due.head \
         where service.text = ? and due.demand_paise is not null",
    )
    .bind(format!("[{wanted}]"))
    .bind(service)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let name = (row.try_get(0)?, FinancialYear(row.try_get(1)?), HeadCode(row.try_get(2)?));
            Ok((name, DemandRow { amount_paise: Paise(row.try_get(3)?), conflict: row.try_get(4)? }))
        })
        .collect()
}

/// A text as JSON writes it; consumer codes come from files and may hold anything printable.
fn json_text(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if u32::from(c) < 0x20 => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A sealed mobile with the wrapped key that opens it, where that is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactRow {
    /// The sealed text.
    pub mobile: Sealed,
    /// Wrapped key; `None` where it has not come, empty where it was erased.
    pub wrapped_key: Option<Vec<u8>>,
}

/// Sealed mobiles of documents.
pub async fn contacts_of(
    connection: &mut SqliteConnection,
    documents: &[DocumentId],
) -> Result<HashMap<DocumentId, ContactRow>, StoreError> {
    let rows = sqlx::query(
        "select contact.document, contact.sealed from json_each(?) wanted \
         join contact on contact.document = unhex(wanted.value)",
    )
    .bind(hex_list(documents.iter().map(|document| &document.0)))
    .fetch_all(&mut *connection)
    .await?;
    let mut sealed: Vec<(DocumentId, Sealed)> = Vec::with_capacity(rows.len());
    for row in &rows {
        let document = DocumentId::from_slice(row.try_get(0)?).ok_or(StoreError::NotFound("document"))?;
        if let Ok(mobile) = minicbor::decode(row.try_get(1)?) {
            sealed.push((document, mobile));
        }
    }
    let mut keys = wrapped_keys(connection, sealed.iter().map(|(_, sealed)| &sealed.person.0)).await?;
    Ok(sealed
        .into_iter()
        .map(|(document, mobile)| {
            let wrapped_key = keys.remove(&mobile.person);
            (document, ContactRow { mobile, wrapped_key })
        })
        .collect())
}

async fn wrapped_keys(
    connection: &mut SqliteConnection,
    persons: impl Iterator<Item = &[u8; 16]>,
) -> Result<HashMap<PersonId, Vec<u8>>, StoreError> {
    let rows = sqlx::query(
        "select person_key.person, person_key.wrapped from json_each(?) wanted \
         join person_key on person_key.person = unhex(wanted.value)",
    )
    .bind(hex_list(persons))
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let person = PersonId::from_slice(row.try_get(0)?).ok_or(StoreError::NotFound("person"))?;
            Ok((person, row.try_get(1)?))
        })
        .collect()
}

/// Merge steps of the search index in one go: a few milliseconds each.
const MERGE_PAGES: i64 = 256;

impl Store {
    /// Merges what many batches left in the search index, a little at a time so that a receipt never waits for it.
    pub async fn settle_search(&self) -> Result<(), StoreError> {
        // A negative count asks for one merge of everything; further calls go on with it until nothing moves.
        let mut pages = -MERGE_PAGES;
        loop {
            let mut connection = self.writer.acquire().await?;
            let before: i64 =
                sqlx::query_scalar("select total_changes()").fetch_one(&mut *connection).await?;
            sqlx::query("insert into search_text (search_text, rank) values ('merge', ?)")
                .bind(pages)
                .execute(&mut *connection)
                .await?;
            let after: i64 = sqlx::query_scalar("select total_changes()").fetch_one(&mut *connection).await?;
            if after - before < 2 {
                return Ok(());
            }
            pages = MERGE_PAGES;
        }
    }
}
