use super::ward_and_locality;
use crate::{Office, OfficeError};
use contract::{Hit, Hits, Reply};
use domain::register::PROPERTY_TAX_SERVICE;
use domain::{Bilingual, Paise};
use store::query::bill;
use store::search::{MatchedField, first_two_tie, search};

/// Hits shown while typing: a screen of them.
const HITS_SHOWN: usize = 12;
/// A pasted page is not a name.
const SEARCH_CHARACTERS_MAX: usize = 100;

impl Office {
    pub(crate) async fn search(&self, text: String) -> Result<Reply, OfficeError> {
        let (town, _) = self.at_work().await?;
        let typed: String = text.chars().take(SEARCH_CHARACTERS_MAX).collect();
        let mut reading = town.store.reading().await?;
        let found = search(&mut reading, &typed, HITS_SHOWN + 1).await.map_err(store::StoreError::from)?;
        let tie = first_two_tie(&found);
        let more = found.len() > HITS_SHOWN;
        let keys: Vec<i64> = found.iter().take(HITS_SHOWN).map(|hit| hit.property_key).collect();
        let records = bill::records_with_dues(&mut reading, &keys).await?;
        let mut hits = Vec::with_capacity(records.len());
        for (record, dues) in records {
            let Some(hit) = found.iter().find(|hit| hit.property_key == record.key) else { continue };
            let property = record.property;
            let due = super::open_dues(&dues)?;
            let (ward, locality) = ward_and_locality(town.code, &property)?;
            hits.push(Hit {
                service: PROPERTY_TAX_SERVICE.to_owned(),
                consumer: property.property_id,
                owner: Bilingual { hindi: property.owner_hindi, english: property.owner_english },
                guardian: Bilingual { hindi: property.guardian_hindi, english: property.guardian_english },
                door_number: property.door_number,
                locality,
                ward,
                due_paise: domain::allocation::total_due(&due).unwrap_or(Paise::ZERO),
                matched: matched_word(hit.matched_field).to_owned(),
            });
        }
        Ok(Reply::Hits(Hits { text, hits, tie, more }))
    }
}

const fn matched_word(field: MatchedField) -> &'static str {
    match field {
        MatchedField::Owner => "owner",
        MatchedField::Guardian => "guardian",
        MatchedField::PropertyId => "property-id",
        MatchedField::OldId => "old-id",
        MatchedField::Door => "door",
        MatchedField::Locality | MatchedField::Address => "locality",
        MatchedField::Mobile => "mobile",
    }
}
