//! Fields of one property, changed at the desk.

use super::take_in::PROPERTY_REGISTER;
use crate::counter::{clean, is_mobile};
use crate::{Office, OfficeError, Refusal, Town};
use contract::{EditProperty, Reply};
use domain::DocumentId;
use domain::fact::{ContactSealed, Fact, Kind, RecordChanged, Register};
use domain::limits::{NAME_CHARACTERS_MAX, TEXT_CHARACTERS_MAX};
use domain::register::{PROPERTY_TAX_SERVICE, PropertyField};
use std::collections::BTreeMap;
use store::Writing;
use store::query::bill::{self, RecordRow};
use store::query::register;

impl Office {
    /// Changes fields of one property: one change of its document, in one transaction.
    pub(crate) async fn edit_property(&self, ask: EditProperty) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        let author = town.author(&session.user, Kind::RecordChanged).await?;
        let fields = checked(&town, &ask)?;
        let now_ms = self.shell.now_ms();
        let mut writing = town.store.begin(&town.writer, now_ms).await?;
        let record = bill::record(writing.connection(), &ask.consumer).await?;
        let record = record.ok_or(OfficeError::NoSuchConsumer)?;
        let mut facts: Vec<Fact> = Vec::new();
        if !fields.is_empty() {
            let written: Vec<(&str, &str)> =
                fields.iter().map(|(field, value)| (field.key(), value.as_str())).collect();
            let mut document = register::document(writing.connection(), record.key).await?;
            let change = document.write(town.device, town.writer.epoch, now_ms, &written)?;
            facts.extend(change.map(|change| {
                RecordChanged { register: Register::Property, document: record.document, change }.into()
            }));
        }
        let found_by = self.changed_mobile(&town, &mut writing, &record, &ask, &mut facts).await?;
        if !facts.is_empty() {
            writing.append_all(Some(author), &facts).await?;
            if let Some((forget, find)) = found_by {
                store::search::remove_mobile(writing.connection(), record.key, &forget)
                    .await
                    .map_err(store::StoreError::from)?;
                store::search::add_mobiles(writing.connection(), &[(record.key, find.as_str())])
                    .await
                    .map_err(store::StoreError::from)?;
            }
            self.commit(writing).await?;
        }
        self.bill(PROPERTY_TAX_SERVICE, &ask.consumer).await
    }

    /// Seals another mobile; answers what the omnibox must forget and find.
    async fn changed_mobile(
        &self,
        town: &Town,
        writing: &mut Writing,
        record: &RecordRow,
        ask: &EditProperty,
        facts: &mut Vec<Fact>,
    ) -> Result<Option<(String, String)>, OfficeError> {
        let Some(wanted) = &ask.mobile else { return Ok(None) };
        let document: DocumentId = record.document;
        let held = register::contacts_of(writing.connection(), &[document]).await?;
        let now = held.get(&document).and_then(|contact| town.open_contact(contact)).unwrap_or_default();
        if now == *wanted {
            return Ok(None);
        }
        let mut entropy = self.shell.entropy();
        let mobile = town
            .seal_for(writing, entropy.as_mut(), PROPERTY_REGISTER, &record.property.property_id, wanted)
            .await?;
        facts.push(ContactSealed { document, mobile }.into());
        Ok(Some((now, wanted.clone())))
    }
}

/// The fields as they will stand, each once.
fn checked(town: &Town, ask: &EditProperty) -> Result<BTreeMap<PropertyField, String>, OfficeError> {
    let mut fields = BTreeMap::new();
    for (field, value) in &ask.fields {
        let value = clean(value);
        let characters_max = characters_max(*field);
        if value.chars().count() > characters_max {
            return Err(OfficeError::TooLong { field: field.key(), characters_max });
        }
        if *field == PropertyField::PropertyId {
            return Err(Refusal::NumberIsFixed.into());
        }
        fields.insert(*field, value);
    }
    if let Some(mobile) = ask.mobile.as_deref().filter(|mobile| !mobile.is_empty())
        && !is_mobile(mobile)
    {
        return Err(OfficeError::Mobile);
    }
    check_place(town, &fields)?;
    Ok(fields)
}

const fn characters_max(field: PropertyField) -> usize {
    match field {
        PropertyField::OwnerHindi
        | PropertyField::OwnerEnglish
        | PropertyField::GuardianHindi
        | PropertyField::GuardianEnglish => NAME_CHARACTERS_MAX,
        PropertyField::PropertyId | PropertyField::OldId | PropertyField::DoorNumber => {
            import::limits::IDENTIFIER_CHARACTERS_MAX
        }
        PropertyField::Usage => import::limits::USAGE_CHARACTERS_MAX,
        PropertyField::Ward | PropertyField::Locality | PropertyField::Address => TEXT_CHARACTERS_MAX,
    }
}

/// Ward and locality are codes of the masters, where the town has them.
fn check_place(town: &Town, fields: &BTreeMap<PropertyField, String>) -> Result<(), OfficeError> {
    let Some(boundary) = masters::boundary(town.code)? else { return Ok(()) };
    let of = |field: PropertyField| fields.get(&field).filter(|code| !code.is_empty());
    if of(PropertyField::Ward).is_some_and(|code| boundary.ward(code).is_none()) {
        return Err(Refusal::NotInMasters("ward").into());
    }
    if of(PropertyField::Locality).is_some_and(|code| boundary.locality(code).is_none()) {
        return Err(Refusal::NotInMasters("locality").into());
    }
    Ok(())
}
