//! What every kind of file is reduced to: rows of cells, handed over one by one.

use crate::error::ImportError;
use crate::problem::Problem;

/// The value of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// Nothing.
    Blank,
    /// Text, as typed.
    Text(&'a str),
    /// A spreadsheet's number, by its stored digits.
    Number(&'a str),
    /// A spreadsheet's date.
    Date(&'a str),
    /// A failed formula, by its mark (`#REF!`).
    Failed(&'a str),
}

/// A cell of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell<'a> {
    pub(crate) value: Value<'a>,
    /// The value stands in a joined cell that began in a row above. A name or a year may be read from there; an amount
    /// must not, or one amount over three rows would be three.
    pub(crate) carried: bool,
}

impl<'a> Cell<'a> {
    pub(crate) const BLANK: Cell<'static> = Cell { value: Value::Blank, carried: false };

    /// The value as it stands in the file.
    pub(crate) fn raw(&self) -> &'a str {
        match self.value {
            Value::Blank => "",
            Value::Text(text) | Value::Number(text) | Value::Date(text) | Value::Failed(text) => text,
        }
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.raw().trim().is_empty()
    }
}

/// Takes the rows of a file, in the order of the file.
pub(crate) trait RowSink {
    /// A row, by the number a spreadsheet gives it. An error ends the reading of the file.
    fn row(&mut self, number: u64, cells: &[Cell<'_>]) -> Result<(), Stop>;
}

/// Why the whole file is refused.
pub(crate) type Stop = Box<Problem>;

/// Refuses the file.
pub(crate) fn stop(error: ImportError) -> Stop {
    Box::new(Problem::of_file(error))
}

/// Refuses the file, naming the row.
pub(crate) fn stop_at(row: u64, error: ImportError) -> Stop {
    Box::new(Problem { row: Some(row), ..Problem::of_file(error) })
}
