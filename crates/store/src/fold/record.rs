//! Register records: the document's changes applied, its fields projected, conflicts noted.

use super::{Dispute, Fold, Step};
use crate::StoreError;
use crate::query::bill::{RECORD_COLUMNS, record_of_row};
use crate::rows::Insert;
use crate::search::{self, IndexEntry};
use domain::fact::{RecordChanged, Register};
use domain::register::{PROPERTY_TAX_SERVICE, Property, PropertyField};
use domain::{DocumentId, Hash};
use journal::Record;
use journal::record::change_hash;
use sqlx::{Row, SqliteConnection};
use std::collections::HashMap;

const CONFLICTS: Insert<'static> =
    Insert { head: "insert into conflict (record, field) values ", columns: 2, tail: "" };

impl Fold<'_> {
    pub(super) async fn record_changed(
        &mut self,
        step: &Step<'_>,
        body: &RecordChanged,
        objection: Option<Dispute>,
    ) -> Result<Option<Dispute>, StoreError> {
        let Register::Property = body.register;
        let Ok(own_hash) = change_hash(&body.change) else { return Ok(Some("malformed")) };
        let shown = sqlx::query(sqlx::AssertSqlSafe(record_sql()))
            .bind(body.document.0.as_slice())
            .fetch_optional(&mut *self.connection)
            .await?;
        let shown = shown.as_ref().map(record_of_row).transpose()?;
        let known = shown.as_ref().map(|row| row.key);
        let mut disputed: Vec<Hash> = Vec::new();
        let mut record = match known {
            Some(id) => load(self.connection, id, &mut disputed).await?,
            None => Record::new()?,
        };
        if record.apply(&body.change).is_err() {
            return Ok(Some("malformed"));
        }
        if objection.is_some() {
            disputed.push(own_hash);
        }
        let (property, conflicts) = project(&mut record, &disputed)?;
        let is_shown = shown.is_some_and(|row| row.property == property);
        let id = match known.filter(|_| is_shown) {
            Some(id) => id,
            None => self.write_record(known, &body.document, &property).await?,
        };
        sqlx::query("insert into record_change (record, chain, seq, disputed) values (?, ?, ?, ?)")
            .bind(id)
            .bind(step.chain.id)
            .bind(step.seq())
            .bind(objection.is_some())
            .execute(&mut *self.connection)
            .await?;
        if known.is_some() {
            sqlx::query("delete from conflict where record = ?")
                .bind(id)
                .execute(&mut *self.connection)
                .await?;
        }
        CONFLICTS.all(self.connection, &conflicts, |query, field| query.bind(id).bind(field.key())).await?;
        // Folded anew, or after a snapshot, most records come out as they stand, and are found already.
        if !is_shown {
            self.bulk.changed_records.retain(|(changed, _)| *changed != id || known.is_none());
            self.bulk.changed_records.push((id, property));
        }
        if self.bulk.changed_records.len() >= INDEX_AT_ONCE {
            let changed = std::mem::take(&mut self.bulk.changed_records);
            self.index_records(changed).await?;
        }
        Ok(objection)
    }

    async fn write_record(
        &mut self,
        known: Option<i64>,
        document: &DocumentId,
        property: &Property,
    ) -> Result<i64, StoreError> {
        let service = self.code(PROPERTY_TAX_SERVICE).await?;
        let consumer = self.consumer(service, &property.property_id).await?;
        let query = match known {
            None => sqlx::query_scalar(INSERT_RECORD).bind(document.0.as_slice()),
            Some(id) => sqlx::query_scalar(UPDATE_RECORD).bind(id),
        };
        let mut query = query.bind(consumer);
        for field in PropertyField::ALL {
            query = query.bind(field.get(property).to_owned());
        }
        Ok(query.fetch_one(&mut *self.connection).await?)
    }

    /// Brings the search index up to what the records now say.
    pub(crate) async fn index_records(&mut self, changed: Vec<(i64, Property)>) -> Result<(), StoreError> {
        if changed.is_empty() {
            return Ok(());
        }
        let mut places: HashMap<&str, (String, String)> = HashMap::new();
        for (_, property) in &changed {
            if property.locality.is_empty() || places.contains_key(property.locality.as_str()) {
                continue;
            }
            let row = sqlx::query("select hindi, english from place where code = ?")
                .bind(&property.locality)
                .fetch_optional(&mut *self.connection)
                .await?;
            if let Some(row) = row {
                places.insert(&property.locality, (row.try_get(0)?, row.try_get(1)?));
            }
        }
        let names: Vec<Vec<&str>> = changed
            .iter()
            .map(|(_, property)| match places.get(property.locality.as_str()) {
                Some((hindi, english)) => vec![hindi.as_str(), english.as_str()],
                None => Vec::new(),
            })
            .collect();
        let entries: Vec<IndexEntry<'_>> = changed
            .iter()
            .zip(&names)
            .map(|((id, property), names)| IndexEntry { key: *id, property, locality_names: names })
            .collect();
        Ok(search::index_properties(self.connection, &entries).await?)
    }
}

/// Records indexed for search with one set of statements.
const INDEX_AT_ONCE: usize = 256;

fn record_sql() -> String {
    format!("{RECORD_COLUMNS} document = ?")
}

const INSERT_RECORD: &str = "insert into record (document, consumer, property_id, old_id, owner_hindi, owner_english, \
    guardian_hindi, guardian_english, door_number, ward, locality, address, usage) \
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id";
const UPDATE_RECORD: &str = "update record set consumer = ?2, property_id = ?3, old_id = ?4, owner_hindi = ?5, \
    owner_english = ?6, guardian_hindi = ?7, guardian_english = ?8, door_number = ?9, ward = ?10, locality = ?11, \
    address = ?12, usage = ?13 where id = ?1 returning id";

/// Loads a record's document from the log, with the hashes of its disputed changes.
pub(crate) async fn load(
    connection: &mut SqliteConnection,
    record: i64,
    disputed: &mut Vec<Hash>,
) -> Result<Record, StoreError> {
    let changes = sqlx::query(
        "select entry.body, record_change.disputed from record_change \
         join entry on entry.chain = record_change.chain and entry.seq = record_change.seq \
         where record_change.record = ? order by record_change.chain, record_change.seq",
    )
    .bind(record)
    .fetch_all(connection)
    .await?;
    let mut document = Record::new()?;
    for row in &changes {
        let body: RecordChanged = minicbor::decode(row.try_get(0)?)
            .map_err(|_| journal::JournalError::Malformed("record change"))?;
        if row.try_get(1)? {
            disputed.push(change_hash(&body.change)?);
        }
        document.apply(&body.change)?;
    }
    Ok(document)
}

/// What the record shows, and which fields are in conflict. A field whose shown value a disputed change wrote is shown
/// as it was at that change's dependencies.
fn project(record: &mut Record, disputed: &[Hash]) -> Result<(Property, Vec<PropertyField>), StoreError> {
    let mut property = Property::default();
    let mut conflicts = Vec::new();
    for field in PropertyField::ALL {
        let state = record.field(field.key())?;
        let mut shown = state.value;
        if !disputed.is_empty()
            && let Some(change) = record.shown_by(field.key())?
            && disputed.contains(&change)
        {
            shown = record.field_before(field.key(), &change)?;
        }
        if state.conflict.iter().any(|side| !disputed.contains(&side.change) && side.value != shown) {
            conflicts.push(field);
        }
        *field.get_mut(&mut property) = shown;
    }
    Ok((property, conflicts))
}
