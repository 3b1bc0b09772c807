//! What can be wrong with a table, said in both languages with file, line, column and cure.

use domain::Language;
use std::fmt;

/// What a cell should have held, in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cure {
    /// In Hindi.
    pub hindi: &'static str,
    /// In English.
    pub english: &'static str,
}

impl fmt::Display for Cure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.english)
    }
}

/// A table that cannot be read. Nothing of it is used; the tables in use stay as they were.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MastersError {
    /// The bytes are not UTF-8 text.
    #[error("{file}: not UTF-8 text")]
    NotText {
        /// The definition's name.
        file: String,
    },
    /// There is no line of column names.
    #[error("{file}: no line of column names")]
    NoColumns {
        /// The definition's name.
        file: String,
    },
    /// A column the table needs is missing.
    #[error("{file}, line {line}: no column {column}")]
    MissingColumn {
        /// The definition's name.
        file: String,
        /// The line of column names, counted from 1.
        line: usize,
        /// The column's name.
        column: &'static str,
    },
    /// A line has more or fewer cells than there are columns.
    #[error("{file}, line {line}: {found} cells, {expected} expected")]
    CellCount {
        /// The definition's name.
        file: String,
        /// Counted from 1.
        line: usize,
        /// Cells in the line.
        found: usize,
        /// Columns of the table.
        expected: usize,
    },
    /// A cell does not hold what its column needs.
    #[error("{file}, line {line}, column {column}: {value:?}, {cure} expected")]
    BadCell {
        /// The definition's name.
        file: String,
        /// Counted from 1.
        line: usize,
        /// The column's name.
        column: &'static str,
        /// What stands there.
        value: String,
        /// What should stand there.
        cure: Cure,
    },
    /// A code that must be unique stands twice.
    #[error("{file}, line {line}, column {column}: {value:?} stands twice")]
    Repeated {
        /// The definition's name.
        file: String,
        /// The second line it stands in, counted from 1.
        line: usize,
        /// The column's name.
        column: &'static str,
        /// The code.
        value: String,
    },
}

impl MastersError {
    /// Stable across releases and languages.
    pub fn code(&self) -> &'static str {
        match self {
            MastersError::NotText { .. } => "E-MASTERS-001",
            MastersError::NoColumns { .. } => "E-MASTERS-002",
            MastersError::MissingColumn { .. } => "E-MASTERS-003",
            MastersError::CellCount { .. } => "E-MASTERS-004",
            MastersError::BadCell { .. } => "E-MASTERS-005",
            MastersError::Repeated { .. } => "E-MASTERS-006",
        }
    }

    /// What happened, what is safe, what to do.
    pub fn message(&self, language: Language) -> String {
        match language {
            Language::Hindi => format!(
                "{} इस तालिका का कोई भाग उपयोग नहीं किया गया; पहले वाली तालिका यथावत लागू है।",
                self.in_hindi()
            ),
            Language::English => {
                format!(
                    "{} No part of this table is used; the one before it stays in force.",
                    self.in_english()
                )
            }
        }
    }

    fn in_hindi(&self) -> String {
        match self {
            MastersError::NotText { file } => {
                format!("तालिका {file} यूटीएफ-8 पाठ नहीं है। फ़ाइल को यूटीएफ-8 में सहेजकर पुनः भेजें।")
            }
            MastersError::NoColumns { file } => {
                format!("तालिका {file} में स्तम्भों के नाम की पंक्ति नहीं है। उसे जोड़ें।")
            }
            MastersError::MissingColumn { file, line, column } => {
                format!("तालिका {file}, पंक्ति {line}: स्तम्भ \"{column}\" नहीं है। उसे जोड़ें।")
            }
            MastersError::CellCount { file, line, found, expected } => format!(
                "तालिका {file}, पंक्ति {line}: {found} खाने हैं, {expected} होने चाहिए। टैब जाँचें; खाली खाने में \"-\" लिखें।"
            ),
            MastersError::BadCell { file, line, column, value, cure } => format!(
                "तालिका {file}, पंक्ति {line}, स्तम्भ \"{column}\": \"{value}\" मान्य नहीं है। यहाँ {} लिखें।",
                cure.hindi
            ),
            MastersError::Repeated { file, line, column, value } => format!(
                "तालिका {file}, पंक्ति {line}, स्तम्भ \"{column}\": \"{value}\" दो बार आया है। एक पंक्ति हटाएँ या उसका कोड बदलें।"
            ),
        }
    }

    fn in_english(&self) -> String {
        match self {
            MastersError::NotText { file } => {
                format!("The table {file} is not UTF-8 text. Save it as UTF-8 and send it again.")
            }
            MastersError::NoColumns { file } => {
                format!("The table {file} has no line of column names. Add it.")
            }
            MastersError::MissingColumn { file, line, column } => {
                format!("Table {file}, line {line}: there is no column \"{column}\". Add it.")
            }
            MastersError::CellCount { file, line, found, expected } => format!(
                "Table {file}, line {line}: {found} cells where {expected} are needed. Check the tabs; write \"-\" in an empty cell."
            ),
            MastersError::BadCell { file, line, column, value, cure } => format!(
                "Table {file}, line {line}, column \"{column}\": \"{value}\" does not fit. Write {} here.",
                cure.english
            ),
            MastersError::Repeated { file, line, column, value } => format!(
                "Table {file}, line {line}, column \"{column}\": \"{value}\" stands twice. Remove one line or change its code."
            ),
        }
    }
}
