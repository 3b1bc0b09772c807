//! What asks for a supervisor: fields with two values, dues paid twice, demands that differ, chains that forked; and how
//! such cases were settled.

pub use super::quarantine::{Fate, HeldRow, held as quarantine};

use crate::fold::load_record;
use crate::{StoreError, Writing, rows};
use domain::demand::{DemandBatch, HeadCode};
use domain::fact::{Fact, Kind, RecordChanged, Register};
use domain::{DeviceId, DocumentId, Epoch, FinancialYear, Hash, Paise, UserId};
use journal::Range;
use journal::record::change_hash;
use sqlx::{Row, SqliteConnection};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Cases of one kind asked for at once: more than a page can show.
const CASES_MAX: i64 = 500;

/// Who wrote an entry, where and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The device.
    pub device: DeviceId,
    /// The person, where one acted.
    pub user: Option<UserId>,
    /// By the writer's clock, milliseconds since 1970.
    pub at_ms: i64,
}

/// A field of a record with concurrent unequal values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConflictRow {
    /// The record's place in this file.
    pub record: i64,
    /// Its document.
    pub document: DocumentId,
    /// The property.
    pub property_id: String,
    /// The field's key.
    pub field: String,
}

/// Open conflicts, by property and field.
pub async fn conflicts(connection: &mut SqliteConnection) -> Result<Vec<ConflictRow>, StoreError> {
    let rows = sqlx::query(
        "select record.id, record.document, record.property_id, conflict.field from conflict \
         join record on record.id = conflict.record order by record.property_id, conflict.field limit ?",
    )
    .bind(CASES_MAX)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let document = DocumentId::from_slice(row.try_get(1)?).ok_or(StoreError::NotFound("document"))?;
            Ok(ConflictRow {
                record: row.try_get(0)?,
                document,
                property_id: row.try_get(2)?,
                field: row.try_get(3)?,
            })
        })
        .collect()
}

/// One value of a field in conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SideRow {
    /// The value.
    pub value: String,
    /// The change that wrote it; names the side.
    pub change: Hash,
    /// The person, where one acted.
    pub user: Option<UserId>,
    /// The device, where its entry is known.
    pub device: Option<DeviceId>,
    /// By the writer's clock, milliseconds since 1970.
    pub at_ms: i64,
    /// What the register shows meanwhile.
    pub shown: bool,
}

/// All sides of a field that count: a disputed change has no say.
pub async fn sides(
    connection: &mut SqliteConnection,
    conflict: &ConflictRow,
) -> Result<Vec<SideRow>, StoreError> {
    let mut disputed = Vec::new();
    let document = load_record(connection, conflict.record, &mut disputed).await?;
    let origins = origins(connection, conflict.record).await?;
    let state = document.field(&conflict.field)?;
    let counting = state.conflict.into_iter().filter(|side| !disputed.contains(&side.change));
    Ok(counting
        .map(|side| {
            let origin = origins.get(&side.change);
            SideRow {
                shown: side.value == state.value,
                value: side.value,
                change: side.change,
                user: origin.and_then(|origin| origin.user),
                device: origin.map(|origin| origin.device),
                at_ms: origin.map_or(0, |origin| origin.at_ms),
            }
        })
        .collect())
}

/// The change that settles a conflict on one value, to be appended in the same batch; `None` where the field is no longer
/// in conflict and says that value already. `by` is the writing device, its epoch and its clock.
pub async fn settle_conflict(
    writing: &mut Writing,
    property_id: &str,
    field: &str,
    value: &str,
    by: (DeviceId, Epoch, i64),
) -> Result<Option<Fact>, StoreError> {
    let known = sqlx::query(
        "select record.id, record.document from record join conflict on conflict.record = record.id \
         where record.property_id = ? and conflict.field = ? order by record.document limit 1",
    )
    .bind(property_id)
    .bind(field)
    .fetch_optional(writing.connection())
    .await?;
    let Some(row) = known else { return Ok(None) };
    let document = DocumentId::from_slice(row.try_get(1)?).ok_or(StoreError::NotFound("document"))?;
    let mut record = load_record(writing.connection(), row.try_get(0)?, &mut Vec::new()).await?;
    let (device, epoch, at_ms) = by;
    let change = record.write(device, epoch, at_ms, &[(field, value)])?;
    Ok(change.map(|change| RecordChanged { register: Register::Property, document, change }.into()))
}

/// Which entry carried each change of a record.
async fn origins(
    connection: &mut SqliteConnection,
    record: i64,
) -> Result<HashMap<Hash, Origin>, StoreError> {
    let rows = sqlx::query(
        "select entry.body, chain.device, author.user, entry.at_ms from record_change \
         join entry on entry.chain = record_change.chain and entry.seq = record_change.seq \
         join chain on chain.id = entry.chain left join author on author.id = entry.author \
         where record_change.record = ?",
    )
    .bind(record)
    .fetch_all(connection)
    .await?;
    let mut origins = HashMap::with_capacity(rows.len());
    for row in &rows {
        let Ok(body) = minicbor::decode::<RecordChanged>(row.try_get(0)?) else { continue };
        let origin = origin_of(row.try_get(1)?, row.try_get(2)?, row.try_get(3)?)?;
        origins.insert(change_hash(&body.change)?, origin);
    }
    Ok(origins)
}

fn origin_of(device: &[u8], user: Option<&[u8]>, at_ms: i64) -> Result<Origin, StoreError> {
    Ok(Origin { device: rows::device(device)?, user: user.and_then(UserId::from_slice), at_ms })
}

/// A due that more was applied to than was demanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExcessRow {
    /// Service.
    pub service: String,
    /// Consumer.
    pub consumer: String,
    /// Year.
    pub year: FinancialYear,
    /// Head.
    pub head: HeadCode,
    /// Applied beyond the demand.
    pub excess_paise: Paise,
}

/// Dues in excess, by consumer. Reads only the index of them.
pub async fn excesses(connection: &mut SqliteConnection) -> Result<Vec<ExcessRow>, StoreError> {
    let rows = sqlx::query(
        "select service.text, consumer.code, due.year, head.text, due.applied_paise - due.demand_paise from due \
         join consumer on consumer.id = due.consumer join code as service on service.id = consumer.service \
         join code as head on head.id = due.head \
         where due.demand_paise >= 0 and due.applied_paise > due.demand_paise \
         order by consumer.code, due.year, head.text limit ?",
    )
    .bind(CASES_MAX)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(ExcessRow {
                service: row.try_get(0)?,
                consumer: row.try_get(1)?,
                year: FinancialYear(row.try_get(2)?),
                head: HeadCode(row.try_get(3)?),
                excess_paise: Paise(row.try_get(4)?),
            })
        })
        .collect()
}

/// The name of a due: service, consumer, year, head.
pub type DueName = (String, String, FinancialYear, HeadCode);

/// Dues that unequal demands were entered for, each with all demands and whose they were, the weakest first.
pub async fn unequal_demands(
    connection: &mut SqliteConnection,
) -> Result<BTreeMap<DueName, Vec<(Paise, Origin)>>, StoreError> {
    let rows = sqlx::query(
        "select service.text, consumer.code, due.year, head.text from due \
         join consumer on consumer.id = due.consumer join code as service on service.id = consumer.service \
         join code as head on head.id = due.head where due.demand_conflict <> 0 limit ?",
    )
    .bind(CASES_MAX)
    .fetch_all(&mut *connection)
    .await?;
    let mut found: BTreeMap<DueName, Vec<(Paise, Origin)>> = BTreeMap::new();
    for row in &rows {
        let name =
            (row.try_get(0)?, row.try_get(1)?, FinancialYear(row.try_get(2)?), HeadCode(row.try_get(3)?));
        found.insert(name, Vec::new());
    }
    if !found.is_empty() {
        read_demands(connection, &mut found).await?;
    }
    Ok(found)
}

/// Demand batches looked through at once: each may be 60 KB.
const BATCHES_AT_ONCE: i64 = 32;

/// Finds every demand of some dues in the log. The log has no index by consumer, since this is asked only where demands
/// differ, which an office meets a few times a year.
async fn read_demands(
    connection: &mut SqliteConnection,
    found: &mut BTreeMap<DueName, Vec<(Paise, Origin)>>,
) -> Result<(), StoreError> {
    let mut after = (0i64, 0i64);
    loop {
        let rows = sqlx::query(
            "select entry.chain, entry.seq, entry.body, chain.device, author.user, entry.at_ms from entry \
             join chain on chain.id = entry.chain left join author on author.id = entry.author \
             where entry.kind = ? and (entry.chain, entry.seq) > (?, ?) and entry.seq <= chain.folded_seq \
             order by entry.chain, entry.seq limit ?",
        )
        .bind(i64::from(Kind::DemandBatch.number()))
        .bind(after.0)
        .bind(after.1)
        .bind(BATCHES_AT_ONCE)
        .fetch_all(&mut *connection)
        .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = (last.try_get(0)?, last.try_get(1)?);
        for row in &rows {
            let Ok(batch) = minicbor::decode::<DemandBatch>(row.try_get(2)?) else { continue };
            let origin = origin_of(row.try_get(3)?, row.try_get(4)?, row.try_get(5)?)?;
            for line in batch.lines {
                let name = (batch.service.0.clone(), line.consumer.0, line.year, line.head);
                if let Some(demands) = found.get_mut(&name) {
                    demands.push((line.amount_paise, origin));
                    demands.sort_by_key(|(amount, _)| (amount.0.unsigned_abs(), amount.0));
                }
            }
        }
    }
}

/// How a case was settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledRow {
    /// The case's name.
    pub name: String,
    /// The decision's code.
    pub decision: String,
    /// In the supervisor's words.
    pub remark: String,
    /// Whose decision.
    pub origin: Origin,
}

/// Settlements, newest first by the writer's clock.
pub async fn settlements(
    connection: &mut SqliteConnection,
    limit: i64,
) -> Result<Vec<SettledRow>, StoreError> {
    let rows = sqlx::query(
        "select case_settled.name, case_settled.decision, case_settled.remark, chain.device, author.user, entry.at_ms \
         from case_settled join chain on chain.id = case_settled.chain \
         join entry on entry.chain = case_settled.chain and entry.seq = case_settled.seq \
         left join author on author.id = entry.author order by entry.at_ms desc, entry.hash limit ?",
    )
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(SettledRow {
                name: row.try_get(0)?,
                decision: row.try_get(1)?,
                remark: row.try_get(2)?,
                origin: origin_of(row.try_get(3)?, row.try_get(4)?, row.try_get(5)?)?,
            })
        })
        .collect()
}

/// Names of the cases that were settled.
pub async fn settled(connection: &mut SqliteConnection) -> Result<HashSet<String>, StoreError> {
    let names: Vec<String> =
        sqlx::query_scalar("select distinct name from case_settled").fetch_all(connection).await?;
    Ok(names.into_iter().collect())
}

/// Devices of which a chain forked.
pub async fn forked_devices(connection: &mut SqliteConnection) -> Result<HashSet<DeviceId>, StoreError> {
    let devices: Vec<Vec<u8>> =
        sqlx::query_scalar("select distinct device from refused where reason = 'fork'")
            .fetch_all(connection)
            .await?;
    devices.iter().map(|device| rows::device(device)).collect()
}

/// A chain that two different entries stand in at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForkRow {
    /// The device.
    pub device: DeviceId,
    /// Its epoch.
    pub epoch: Epoch,
    /// The first place where the two differ, as far as the evidence shows.
    pub seq: u64,
    /// The entry held here, with its writer's clock.
    pub here: Option<(Hash, i64)>,
    /// The entry of the other branch.
    pub there: Option<(Hash, i64)>,
    /// When the evidence came, by this machine's clock.
    pub received_ms: i64,
}

/// Forks found so far, one a chain, the oldest evidence of each.
pub async fn forks(connection: &mut SqliteConnection) -> Result<Vec<ForkRow>, StoreError> {
    let rows = sqlx::query(
        "select device, epoch, first_seq, bytes, received_ms from refused where id in \
         (select min(id) from refused where reason = 'fork' group by device, epoch) order by device, epoch",
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut forks = Vec::with_capacity(rows.len());
    for row in &rows {
        let (device, epoch) = (rows::device(row.try_get(0)?)?, Epoch(row.try_get(1)?));
        let first_seq = row.try_get::<i64, _>(2)? as u64;
        let evidence = minicbor::decode::<Range>(row.try_get(3)?).ok().and_then(|range| range.open().ok());
        let mut fork =
            ForkRow { device, epoch, seq: first_seq, here: None, there: None, received_ms: row.try_get(4)? };
        for (entry, hash) in evidence.into_iter().flat_map(|opened| opened.entries) {
            let held = held_at(connection, &device, epoch, entry.position.seq).await?;
            if held.is_none_or(|(held, _)| held != hash) {
                fork.seq = entry.position.seq;
                fork.here = held;
                fork.there = Some((hash, entry.at_ms));
                break;
            }
        }
        forks.push(fork);
    }
    Ok(forks)
}

async fn held_at(
    connection: &mut SqliteConnection,
    device: &DeviceId,
    epoch: Epoch,
    seq: u64,
) -> Result<Option<(Hash, i64)>, StoreError> {
    let row = sqlx::query(
        "select entry.hash, entry.at_ms from entry join chain on chain.id = entry.chain \
         where chain.device = ? and chain.epoch = ? and entry.seq = ?",
    )
    .bind(device.0.as_slice())
    .bind(epoch.0)
    .bind(seq as i64)
    .fetch_optional(connection)
    .await?;
    row.map(|row| Ok((rows::hash(row.try_get(0)?)?, row.try_get(1)?))).transpose()
}
