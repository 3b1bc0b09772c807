//! The property register: what several people describe together, and the rows an office brings it in with.

use crate::demand::HeadCode;
use crate::{FinancialYear, Paise};
use serde::{Deserialize, Serialize};

/// The service whose consumers are the register's properties.
pub const PROPERTY_TAX_SERVICE: &str = "PT";

/// What the register says of one property. Every field is one scalar of the property's document; an empty text
/// means "not recorded". No dues, no receipts, no balance: those are folds over facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Property {
    /// The office's own number, unique in the town, e.g. `PT-248459-000123`.
    pub property_id: String,
    /// The number in the register before this one.
    pub old_id: String,
    /// Owner in Devanagari.
    pub owner_hindi: String,
    /// Owner in Latin script.
    pub owner_english: String,
    /// Father or husband in Devanagari.
    pub guardian_hindi: String,
    /// Father or husband in Latin script.
    pub guardian_english: String,
    /// House or door number as painted on the door.
    pub door_number: String,
    /// Ward code of the masters.
    pub ward: String,
    /// Locality code of the masters, unique inside the town.
    pub locality: String,
    /// Anything else needed to find the door.
    pub address: String,
    /// Residential, commercial … as the office writes it.
    pub usage: String,
}

/// A field of [`Property`], by its name in the document and in import files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each is the field of Property with the same name")]
pub enum PropertyField {
    PropertyId,
    OldId,
    OwnerHindi,
    OwnerEnglish,
    GuardianHindi,
    GuardianEnglish,
    DoorNumber,
    Ward,
    Locality,
    Address,
    Usage,
}

impl PropertyField {
    /// All, in the order of the form.
    pub const ALL: [PropertyField; 11] = [
        PropertyField::PropertyId,
        PropertyField::OldId,
        PropertyField::OwnerHindi,
        PropertyField::OwnerEnglish,
        PropertyField::GuardianHindi,
        PropertyField::GuardianEnglish,
        PropertyField::DoorNumber,
        PropertyField::Ward,
        PropertyField::Locality,
        PropertyField::Address,
        PropertyField::Usage,
    ];

    /// The key in the document and the column in files.
    pub const fn key(self) -> &'static str {
        match self {
            PropertyField::PropertyId => "property_id",
            PropertyField::OldId => "old_id",
            PropertyField::OwnerHindi => "owner_hindi",
            PropertyField::OwnerEnglish => "owner_english",
            PropertyField::GuardianHindi => "guardian_hindi",
            PropertyField::GuardianEnglish => "guardian_english",
            PropertyField::DoorNumber => "door_number",
            PropertyField::Ward => "ward",
            PropertyField::Locality => "locality",
            PropertyField::Address => "address",
            PropertyField::Usage => "usage",
        }
    }

    /// The field of a key.
    pub fn from_key(key: &str) -> Option<PropertyField> {
        PropertyField::ALL.into_iter().find(|field| field.key() == key)
    }

    /// The field's text.
    pub fn get(self, property: &Property) -> &str {
        match self {
            PropertyField::PropertyId => &property.property_id,
            PropertyField::OldId => &property.old_id,
            PropertyField::OwnerHindi => &property.owner_hindi,
            PropertyField::OwnerEnglish => &property.owner_english,
            PropertyField::GuardianHindi => &property.guardian_hindi,
            PropertyField::GuardianEnglish => &property.guardian_english,
            PropertyField::DoorNumber => &property.door_number,
            PropertyField::Ward => &property.ward,
            PropertyField::Locality => &property.locality,
            PropertyField::Address => &property.address,
            PropertyField::Usage => &property.usage,
        }
    }

    /// The field, to be written.
    pub fn get_mut(self, property: &mut Property) -> &mut String {
        match self {
            PropertyField::PropertyId => &mut property.property_id,
            PropertyField::OldId => &mut property.old_id,
            PropertyField::OwnerHindi => &mut property.owner_hindi,
            PropertyField::OwnerEnglish => &mut property.owner_english,
            PropertyField::GuardianHindi => &mut property.guardian_hindi,
            PropertyField::GuardianEnglish => &mut property.guardian_english,
            PropertyField::DoorNumber => &mut property.door_number,
            PropertyField::Ward => &mut property.ward,
            PropertyField::Locality => &mut property.locality,
            PropertyField::Address => &mut property.address,
            PropertyField::Usage => &mut property.usage,
        }
    }
}

/// One outstanding due as the old books have it. Taken as it is, never recomputed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningDue {
    /// The year it was demanded for.
    pub year: FinancialYear,
    /// The head it was demanded under.
    pub head: HeadCode,
    /// What is still unpaid; negative for a credit (rebate).
    pub amount_paise: Paise,
}

/// One property as an import file or the demo generator gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterRow {
    /// What the register says.
    pub property: Property,
    /// Ten digits, or empty. Personal: sealed before it enters the log.
    pub mobile: String,
    /// What is outstanding, each (year, head) at most once.
    pub dues: Vec<OpeningDue>,
}
