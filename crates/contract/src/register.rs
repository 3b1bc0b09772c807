//! Import of registers, wards, editing of a property.

use domain::register::PropertyField;
use domain::{Bilingual, Paise};
use serde::{Deserialize, Serialize};

/// What is wrong in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportCheck {
    /// Rows read.
    pub rows: u64,
    /// Properties found good.
    pub properties: u64,
    /// Their dues.
    pub due_lines: u64,
    /// The dues' sum.
    pub due_paise: Paise,
    /// Problems, at most 1,000.
    pub problems: Vec<ImportProblem>,
    /// How many there are in all.
    pub problem_count: u64,
}

/// One bad value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportProblem {
    /// `E-IMPORT-…`
    pub code: String,
    /// Row as the spreadsheet counts it.
    pub row: u64,
    /// Column heading.
    pub column: String,
    /// The value.
    pub value: String,
    /// What is wrong and what to do.
    pub message: Bilingual,
}

/// A file was taken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportDone {
    /// New properties.
    pub created: u64,
    /// Changed properties.
    pub changed: u64,
    /// As they were.
    pub unchanged: u64,
    /// Demand lines entered.
    pub due_lines: u64,
    /// Rows left out on the person's word.
    pub left_out: u64,
}

/// A ward with its localities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WardView {
    /// Code.
    pub code: String,
    /// Words.
    pub name: Bilingual,
    /// Localities (code, words).
    pub localities: Vec<crate::office::Choice>,
}

/// Fields to change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditProperty {
    /// Consumer code.
    pub consumer: String,
    /// Only what changed.
    pub fields: Vec<(PropertyField, String)>,
    /// Ten digits; `None` to leave it.
    pub mobile: Option<String>,
}
