//! Reads the property register an office brings, with its outstanding dues by year and head, from CSV files and XLSX
//! workbooks; says of every bad row where it is, what is wrong and what to do.
//!
//! Bytes in, values out. This crate must not know files, the clock, the store or the masters: the wards, localities and
//! heads a file is checked against are handed to it as a [`KnownTown`]. Legacy amounts are taken as they are.

mod amount;
mod batches;
mod checker;
mod column;
mod column_names;
mod delimited;
mod encoding;
mod error;
mod fold;
mod header;
mod legacy_font;
pub mod limits;
mod problem;
mod record;
mod table;
mod text;
mod town;
mod words;
mod workbook;

pub use batches::{demand_batches, write_canonical};
pub use error::{FileKind, ImportError, Severity};
pub use header::Form;
pub use problem::{ColumnName, Problem, Problems};
pub use town::{KnownHead, KnownLocality, KnownTown, KnownWard, Sign};

use checker::Checker;
use domain::Paise;
use domain::demand::HeadCode;
use domain::register::RegisterRow;
use std::collections::BTreeMap;

/// What the person decided after the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// All of the file or nothing.
    WholeFile,
    /// The properties without an error; the others stay out until they are corrected.
    GoodRowsOnly,
}

/// A file that was read to its end.
#[derive(Clone, Debug)]
pub struct Checked {
    rows: Vec<RegisterRow>,
    problems: Problems,
    form: Form,
    rows_read: u64,
    properties_left_out: u64,
    rows_without_property: u64,
    totals: BTreeMap<HeadCode, Paise>,
}

impl Checked {
    fn new(
        rows: Vec<RegisterRow>,
        problems: Problems,
        form: Form,
        rows_read: u64,
        properties_left_out: u64,
        rows_without_property: u64,
    ) -> Checked {
        let mut totals: BTreeMap<HeadCode, Paise> = BTreeMap::new();
        for due in rows.iter().flat_map(|row| &row.dues) {
            let total = totals.entry(due.head.clone()).or_default();
            *total = Paise(total.0.saturating_add(due.amount_paise.0));
        }
        Checked { rows, problems, form, rows_read, properties_left_out, rows_without_property, totals }
    }

    /// The properties without an error, by property id, their dues by year and head.
    pub fn good_rows(&self) -> &[RegisterRow] {
        &self.rows
    }

    /// Everything there is to say about the file.
    pub fn problems(&self) -> &Problems {
        &self.problems
    }

    /// How the dues are written.
    pub fn form(&self) -> Form {
        self.form
    }

    /// Rows below the column names with something in them.
    pub fn rows_read(&self) -> u64 {
        self.rows_read
    }

    /// Properties with an error in one of their rows.
    pub fn properties_left_out(&self) -> u64 {
        self.properties_left_out
    }

    /// Rows that name no property, or not legibly.
    pub fn rows_without_property(&self) -> u64 {
        self.rows_without_property
    }

    /// The sum of the good rows by head, for comparing with the books before anything is taken.
    pub fn totals(&self) -> &BTreeMap<HeadCode, Paise> {
        &self.totals
    }

    /// The rows to bring in, in an order that depends only on what they say. [`ImportError::NotWhole`] where the whole
    /// file is wanted and has errors.
    pub fn take(self, choice: Choice) -> Result<Vec<RegisterRow>, ImportError> {
        match (choice, self.problems.errors()) {
            (Choice::GoodRowsOnly, _) | (Choice::WholeFile, 0) => Ok(self.rows),
            (Choice::WholeFile, errors) => Err(ImportError::NotWhole { errors }),
        }
    }
}

/// Reads and checks a file; CSV or XLSX is told by its bytes, not by its name. `sheet` names the sheet of a workbook;
/// without it the first visible one is read. `progress` hears (done, total) in bytes of the file or the sheet. The error
/// is the one problem for which nothing of the file can be taken.
pub fn check(
    bytes: &[u8],
    sheet: Option<&str>,
    town: &KnownTown,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Checked, Box<Problem>> {
    if is_workbook(bytes) {
        let mut checker = Checker::new(town, false);
        workbook::read(bytes, sheet, &mut checker, progress)?;
        return checker.finish();
    }
    let mut checker = Checker::new(town, true);
    let mut notes = Vec::new();
    delimited::read(bytes, town, &mut checker, &mut |problem| notes.push(problem), progress)?;
    for problem in notes {
        checker.note(problem);
    }
    checker.finish()
}

/// Whether the bytes are a workbook (or at least an archive), not text.
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(workbook::MAGIC)
}

/// The names of a workbook's visible sheets, for the person to choose from.
pub fn sheet_names(bytes: &[u8]) -> Result<Vec<String>, Box<Problem>> {
    workbook::sheet_names(bytes)
}
