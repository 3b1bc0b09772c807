//! Rows of a register become entries: changes of documents, sealed mobiles, demand batches. What stands already is not
//! written again, so a run that a power cut ended is healed by the same run once more, and two devices that bring in
//! the same file end with one register.

use crate::authority::Session;
use crate::later::later;
use crate::{Office, OfficeError, Town};
use contract::{ImportDone, Progress};
use domain::demand::{ServiceCode, stronger_demand};
use domain::fact::{ContactSealed, Fact, Kind, RecordChanged, Register};
use domain::people::Author;
use domain::register::{OpeningDue, PROPERTY_TAX_SERVICE, Property, PropertyField, RegisterRow};
use domain::{Bilingual, DocumentId, FinancialYear, Hash};
use journal::Record;
use journal::record::document_of;
use std::collections::HashMap;
use std::sync::Arc;
use store::Writing;
use store::query::bill::RecordRow;
use store::query::register::{self, ContactRow, DemandRow};

/// Properties of one transaction. A receipt at this counter waits for one at the most: some tens of milliseconds.
const PROPERTIES_AT_ONCE: usize = 64;
/// After so many new properties the search index is worth merging.
const SETTLE_AFTER: u64 = 1_000;
/// The name of the register in derived identities.
pub(super) const PROPERTY_REGISTER: &str = "property";

/// Everything of one transaction that is asked before anything is written.
struct Standing {
    records: HashMap<DocumentId, RecordRow>,
    contacts: HashMap<DocumentId, ContactRow>,
    demands: HashMap<(String, FinancialYear, domain::demand::HeadCode), DemandRow>,
}

/// What one transaction does.
#[derive(Default)]
struct Taken {
    done: ImportDone,
    records: Vec<Fact>,
    contacts: Vec<Fact>,
    /// Property id and mobile, for the search index.
    mobiles: Vec<(DocumentId, String)>,
    /// Numbers that are no longer the property's.
    forget: Vec<(i64, String)>,
    /// Rows with the dues that are not here yet.
    owing: Vec<RegisterRow>,
}

impl Office {
    /// Takes rows of a register in, in many short transactions, each whole for its properties. `source` names what they
    /// came from (see [`import::write_canonical`]). The person at the desk must be allowed to raise demands.
    pub async fn import_rows(&self, rows: &[RegisterRow], source: Hash) -> Result<ImportDone, OfficeError> {
        let taken = later(|| self.take_in(rows, source)).await;
        self.set_progress(None);
        taken
    }

    async fn take_in(&self, rows: &[RegisterRow], source: Hash) -> Result<ImportDone, OfficeError> {
        let (town, session) = self.at_work().await?;
        let author = town.author(&session.user, Kind::DemandBatch).await?;
        let mut sum = ImportDone::default();
        let mut taken = 0;
        for some in rows.chunks(PROPERTIES_AT_ONCE) {
            self.still_at_work(&session).await?;
            let done = self.take_some(&town, author, some, source).await?;
            sum.created += done.created;
            sum.changed += done.changed;
            sum.unchanged += done.unchanged;
            sum.due_lines += done.due_lines;
            taken += some.len();
            self.set_progress(Some(Progress {
                what: Bilingual::new("पंजी दर्ज हो रही है", "Taking the register in"),
                done: taken as u64,
                of: rows.len() as u64,
            }));
        }
        if sum.created >= SETTLE_AFTER {
            self.set_progress(Some(Progress {
                what: Bilingual::new("खोज-सूची सँवारी जा रही है", "Settling the search index"),
                done: 0,
                of: 0,
            }));
            town.store.settle_search().await?;
        }
        Ok(sum)
    }

    /// Whoever began a long piece of work must still be at the desk while it goes on; a locked screen only shows
    /// nobody's name, so another person signing in is what ends it.
    async fn still_at_work(&self, session: &Session) -> Result<(), OfficeError> {
        match &*self.session.lock().await {
            Some(now) if now.user != session.user => Err(OfficeError::NotSignedIn),
            _ => Ok(()),
        }
    }

    async fn take_some(
        &self,
        town: &Arc<Town>,
        author: Author,
        rows: &[RegisterRow],
        source: Hash,
    ) -> Result<ImportDone, OfficeError> {
        let now_ms = self.shell.now_ms();
        let mut writing = town.store.begin(&town.writer, now_ms).await?;
        let standing = Standing::read(town, &mut writing, rows).await?;
        let mut taken = Taken::default();
        for row in rows {
            self.take_row(town, &mut writing, &standing, row, now_ms, &mut taken).await?;
        }
        let Taken { mut done, records, contacts, mobiles, forget, owing } = taken;
        // Records first, together: the search index takes them in one step. Then what names them.
        let mut facts = records;
        facts.extend(contacts);
        let service = ServiceCode::from(PROPERTY_TAX_SERVICE);
        for batch in import::demand_batches(&owing, &service, source) {
            done.due_lines += batch.lines.len() as u64;
            facts.push(batch.into());
        }
        if facts.is_empty() {
            return Ok(done);
        }
        writing.append_all(Some(author), &facts).await?;
        index(&mut writing, &mobiles, &forget).await?;
        self.commit(writing).await?;
        Ok(done)
    }

    async fn take_row(
        &self,
        town: &Town,
        writing: &mut Writing,
        standing: &Standing,
        row: &RegisterRow,
        now_ms: i64,
        taken: &mut Taken,
    ) -> Result<(), OfficeError> {
        let property_id = row.property.property_id.as_str();
        let document = document_of(town.code, PROPERTY_REGISTER, property_id);
        let known = standing.records.get(&document);
        let change = record_change(town, writing, known, &row.property, now_ms).await?;
        let contact = self.contact(town, writing, standing, row, document, taken).await?;
        match (known, change.is_some() || contact.is_some()) {
            (None, _) => taken.done.created += 1,
            (Some(_), true) => taken.done.changed += 1,
            (Some(_), false) => taken.done.unchanged += 1,
        }
        if let Some(change) = change {
            taken.records.push(RecordChanged { register: Register::Property, document, change }.into());
        }
        taken.contacts.extend(contact);
        let dues = standing.missing_dues(row);
        if !dues.is_empty() {
            let property = Property { property_id: property_id.to_owned(), ..Property::default() };
            taken.owing.push(RegisterRow { property, mobile: String::new(), dues });
        }
        Ok(())
    }

    /// The mobile, sealed, where it is not the one that stands.
    async fn contact(
        &self,
        town: &Town,
        writing: &mut Writing,
        standing: &Standing,
        row: &RegisterRow,
        document: DocumentId,
        taken: &mut Taken,
    ) -> Result<Option<Fact>, OfficeError> {
        if row.mobile.is_empty() {
            return Ok(None);
        }
        let now = standing.contacts.get(&document).and_then(|contact| town.open_contact(contact));
        if now.as_deref() == Some(row.mobile.as_str()) {
            return Ok(None);
        }
        if let (Some(now), Some(record)) = (now, standing.records.get(&document)) {
            taken.forget.push((record.key, now));
        }
        let mut entropy = self.shell.entropy();
        let property_id = row.property.property_id.as_str();
        let mobile =
            town.seal_for(writing, entropy.as_mut(), PROPERTY_REGISTER, property_id, &row.mobile).await?;
        taken.mobiles.push((document, row.mobile.clone()));
        Ok(Some(ContactSealed { document, mobile }.into()))
    }
}

impl Standing {
    async fn read(town: &Town, writing: &mut Writing, rows: &[RegisterRow]) -> Result<Standing, OfficeError> {
        let ids: Vec<&str> = rows.iter().map(|row| row.property.property_id.as_str()).collect();
        let documents: Vec<DocumentId> =
            ids.iter().map(|id| document_of(town.code, PROPERTY_REGISTER, id)).collect();
        let connection = writing.connection();
        Ok(Standing {
            records: register::records_of(connection, &documents).await?,
            contacts: register::contacts_of(connection, &documents).await?,
            demands: register::demands_of(connection, PROPERTY_TAX_SERVICE, &ids).await?,
        })
    }

    /// Dues whose entry would still change anything: those not here, and those unequal to what is here until the case
    /// is open. An unequal one that is weaker than what stands says nothing more the second time.
    fn missing_dues(&self, row: &RegisterRow) -> Vec<OpeningDue> {
        let is_missing = |due: &&OpeningDue| {
            let name = (row.property.property_id.clone(), due.year, due.head.clone());
            match self.demands.get(&name) {
                None => true,
                Some(held) if held.amount_paise == due.amount_paise => false,
                Some(held) => {
                    let stands = stronger_demand(held.amount_paise, due.amount_paise) == held.amount_paise;
                    !(held.conflict && stands)
                }
            }
        };
        row.dues.iter().filter(is_missing).cloned().collect()
    }
}

/// The change that brings a record to what the row says; `None` where it says nothing new. An empty value says nothing:
/// a file without a column must not empty the register's.
async fn record_change(
    town: &Town,
    writing: &mut Writing,
    known: Option<&RecordRow>,
    wanted: &Property,
    now_ms: i64,
) -> Result<Option<Vec<u8>>, OfficeError> {
    let shown = known.map(|record| &record.property);
    let differs = |field: &PropertyField| {
        let value = field.get(wanted);
        !value.is_empty() && shown.is_none_or(|shown| field.get(shown) != value)
    };
    let fields: Vec<(&str, &str)> = PropertyField::ALL
        .into_iter()
        .filter(differs)
        .map(|field| (field.key(), field.get(wanted)))
        .collect();
    if fields.is_empty() {
        return Ok(None);
    }
    let mut record = match known {
        None => Record::new()?,
        Some(known) => register::document(writing.connection(), known.key).await?,
    };
    Ok(record.write(town.device, town.writer.epoch, now_ms, &fields)?)
}

/// Puts the batch's mobiles where the omnibox finds them.
async fn index(
    writing: &mut Writing,
    mobiles: &[(DocumentId, String)],
    forget: &[(i64, String)],
) -> Result<(), OfficeError> {
    let documents: Vec<DocumentId> = mobiles.iter().map(|(document, _)| *document).collect();
    let keys = register::keys_of(writing.connection(), &documents).await?;
    let find: Vec<(i64, &str)> = mobiles
        .iter()
        .filter_map(|(document, mobile)| Some((*keys.get(document)?, mobile.as_str())))
        .collect();
    for (record, mobile) in forget {
        store::search::remove_mobile(writing.connection(), *record, mobile)
            .await
            .map_err(store::StoreError::from)?;
    }
    store::search::add_mobiles(writing.connection(), &find).await.map_err(store::StoreError::from)?;
    Ok(())
}
