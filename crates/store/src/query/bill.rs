//! One consumer: what the register says, what is demanded and applied, what was received.

use crate::search::json_numbers;
use crate::{StoreError, rows};
use domain::demand::{Balance, HeadCode};
use domain::register::{Property, PropertyField};
use domain::{BusinessDate, ChainHead, DocumentId, Epoch, FinancialYear, Paise};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::collections::HashMap;

/// One due of a consumer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRow {
    /// Year.
    pub year: FinancialYear,
    /// Head.
    pub head: HeadCode,
    /// Demand and what receipts applied.
    pub balance: Balance,
    /// Two unequal demands of this name arrived.
    pub demand_conflict: bool,
}

/// All dues of a consumer, oldest first.
pub async fn dues(
    connection: &mut SqliteConnection,
    service: &str,
    consumer: &str,
) -> Result<Vec<DueRow>, StoreError> {
    let rows = sqlx::query(DUES).bind(consumer).bind(service).fetch_all(connection).await?;
    rows.iter().map(due_of_row).collect()
}

pub(super) const DUES: &str = "select due.year, head.text, due.demand_paise, due.applied_paise, due.demand_conflict \
    from due join code as head on head.id = due.head where due.consumer = (select consumer.id from consumer \
    join code on code.id = consumer.service where consumer.code = ? and code.text = ?) order by due.year, head.text";

pub(super) fn due_of_row(row: &SqliteRow) -> Result<DueRow, StoreError> {
    Ok(DueRow {
        year: FinancialYear(row.try_get(0)?),
        head: HeadCode(row.try_get(1)?),
        balance: Balance {
            demand_paise: Paise(row.try_get::<Option<i64>, _>(2)?.unwrap_or(0)),
            applied_paise: Paise(row.try_get(3)?),
        },
        demand_conflict: row.try_get(4)?,
    })
}

/// A register record with its places in this file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRow {
    /// This file's key; search hits carry it.
    pub key: i64,
    /// The document.
    pub document: DocumentId,
    /// What the register says.
    pub property: Property,
}

pub(crate) const RECORD_COLUMNS: &str = "select id, document, property_id, old_id, owner_hindi, owner_english, guardian_hindi, \
    guardian_english, door_number, ward, locality, address, usage from record where ";

pub(crate) fn record_of_row(row: &SqliteRow) -> Result<RecordRow, StoreError> {
    let mut property = Property::default();
    for (index, field) in PropertyField::ALL.into_iter().enumerate() {
        *field.get_mut(&mut property) = row.try_get(index + 2)?;
    }
    let document = DocumentId::from_slice(row.try_get(1)?).ok_or(StoreError::NotFound("document"))?;
    Ok(RecordRow { key: row.try_get(0)?, document, property })
}

pub(super) fn record_sql() -> String {
    format!("{RECORD_COLUMNS} consumer in (select id from consumer where code = ?) order by document limit 1")
}

/// The record of a consumer.
pub async fn record(
    connection: &mut SqliteConnection,
    property_id: &str,
) -> Result<Option<RecordRow>, StoreError> {
    let row =
        sqlx::query(sqlx::AssertSqlSafe(record_sql())).bind(property_id).fetch_optional(connection).await?;
    row.as_ref().map(record_of_row).transpose()
}

/// Records by this file's keys, each with its dues, in the order asked for; keys that are gone are left out. One trip for
/// all of them: they are read at every keystroke.
pub async fn records_with_dues(
    connection: &mut SqliteConnection,
    keys: &[i64],
) -> Result<Vec<(RecordRow, Vec<DueRow>)>, StoreError> {
    let text = format!("{RECORD_COLUMNS} id in (select value from json_each(?)); {DUES_OF_RECORDS}");
    let listed = json_numbers(keys);
    let query = sqlx::query(sqlx::AssertSqlSafe(text)).bind(listed.as_str()).bind(listed.as_str());
    let [records, due_rows] = rows::answers(connection, query).await?;
    let mut dues: HashMap<i64, Vec<DueRow>> = HashMap::new();
    for row in &due_rows {
        dues.entry(row.try_get("record")?).or_default().push(due_of_row(row)?);
    }
    let mut found = Vec::with_capacity(records.len());
    for row in &records {
        let record = record_of_row(row)?;
        let of_record = dues.remove(&record.key).unwrap_or_default();
        found.push((record, of_record));
    }
    found.sort_by_key(|(record, _)| keys.iter().position(|key| *key == record.key));
    Ok(found)
}

/// As [`DUES`], of many records, each row with its record's key.
const DUES_OF_RECORDS: &str = "select due.year, head.text, due.demand_paise, due.applied_paise, due.demand_conflict, \
    record.id as record from record join due on due.consumer = record.consumer join code as head on head.id = due.head \
    where record.id in (select value from json_each(?)) order by record.id, due.year, head.text";

/// Fields of a record that carry concurrent unequal values.
pub async fn conflicting_fields(
    connection: &mut SqliteConnection,
    record: i64,
) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar("select field from conflict where record = ? order by field")
        .bind(record)
        .fetch_all(connection)
        .await?)
}

/// The sealed mobile last recorded for a document, as CBOR of [`domain::receipt::Sealed`].
pub async fn contact(
    connection: &mut SqliteConnection,
    document: &DocumentId,
) -> Result<Option<domain::receipt::Sealed>, StoreError> {
    let bytes: Option<Vec<u8>> = sqlx::query_scalar("select sealed from contact where document = ?")
        .bind(document.0.as_slice())
        .fetch_optional(connection)
        .await?;
    Ok(bytes.and_then(|bytes| minicbor::decode(&bytes).ok()))
}

/// A receipt as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptRow {
    /// Its entry.
    pub receipt: ChainHead,
    /// Year of its series.
    pub year: FinancialYear,
    /// Number in the series.
    pub serial: u32,
    /// The counter.
    pub counter: String,
    /// Business date.
    pub business_date: BusinessDate,
    /// Written at.
    pub at_ms: i64,
    /// Service.
    pub service: String,
    /// Consumer; empty for none.
    pub consumer: String,
    /// Amount.
    pub amount_paise: Paise,
    /// Mode, by its number.
    pub mode: i64,
    /// Who paid, or the assessee.
    pub payer: String,
    /// Cancelled.
    pub cancelled: bool,
    /// Remitted to the bank.
    pub remitted: bool,
    /// A rule or authority failed.
    pub disputed: bool,
    /// Entered again: another row is the receipt, and this one is in no sum.
    pub replaced: bool,
    /// A peer has confirmed that it holds it.
    pub confirmed: bool,
}

/// The columns of [`ReceiptRow`], over `receipt` joined as below.
pub(crate) const RECEIPT_COLUMNS: &str = "select chain.device, chain.epoch, receipt.seq, entry.hash, receipt.year, \
    receipt.serial, coalesce(shift.counter, ''), receipt.business_date, entry.at_ms, service.text, \
    coalesce(consumer.code, ''), receipt.amount_paise, receipt.mode, receipt.payer, \
    receipt.cancelled_seq is not null, receipt.remitted_seq is not null, receipt.disputed, receipt.replaced, \
    exists (select 1 from confirmed where confirmed.device = chain.device and confirmed.epoch = chain.epoch \
        and confirmed.seq >= receipt.seq) \
    from receipt join chain on chain.id = receipt.chain \
    join entry on entry.chain = receipt.chain and entry.seq = receipt.seq \
    join code as service on service.id = receipt.service \
    left join consumer on consumer.id = receipt.consumer \
    left join shift on shift.chain = receipt.chain and shift.seq = receipt.shift_seq ";

pub(crate) fn receipt_of_row(row: &SqliteRow) -> Result<ReceiptRow, StoreError> {
    Ok(ReceiptRow {
        receipt: ChainHead {
            device: rows::device(row.try_get(0)?)?,
            epoch: Epoch(row.try_get(1)?),
            seq: row.try_get::<i64, _>(2)? as u64,
            hash: rows::hash(row.try_get(3)?)?,
        },
        year: FinancialYear(row.try_get(4)?),
        serial: row.try_get(5)?,
        counter: row.try_get(6)?,
        business_date: BusinessDate::from_number(row.try_get(7)?)
            .map_err(|_| StoreError::NotFound("date"))?,
        at_ms: row.try_get(8)?,
        service: row.try_get(9)?,
        consumer: row.try_get(10)?,
        amount_paise: Paise(row.try_get(11)?),
        mode: row.try_get(12)?,
        payer: row.try_get(13)?,
        cancelled: row.try_get(14)?,
        remitted: row.try_get(15)?,
        disputed: row.try_get(16)?,
        replaced: row.try_get(17)?,
        confirmed: row.try_get(18)?,
    })
}

/// The newest receipts of a consumer.
pub async fn receipts_of(
    connection: &mut SqliteConnection,
    service: &str,
    consumer: &str,
    limit: i64,
) -> Result<Vec<ReceiptRow>, StoreError> {
    let sql = format!(
        "{RECEIPT_COLUMNS} where receipt.consumer = (select consumer.id from consumer join code on code.id = consumer.service \
         where consumer.code = ? and code.text = ?) and receipt.replaced = 0 order by receipt.business_date desc, entry.at_ms desc limit ?"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(consumer)
        .bind(service)
        .bind(limit)
        .fetch_all(connection)
        .await?;
    rows.iter().map(receipt_of_row).collect()
}

/// One receipt by its place.
pub async fn receipt(
    connection: &mut SqliteConnection,
    at: &ChainHead,
) -> Result<Option<ReceiptRow>, StoreError> {
    let sql = format!("{RECEIPT_COLUMNS} where chain.device = ? and chain.epoch = ? and receipt.seq = ?");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(at.device.0.as_slice())
        .bind(at.epoch.0)
        .bind(at.seq as i64)
        .fetch_optional(connection)
        .await?;
    let row = row.as_ref().map(receipt_of_row).transpose()?;
    Ok(row.filter(|row| row.receipt.hash == at.hash))
}
