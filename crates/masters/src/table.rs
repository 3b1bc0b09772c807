//! The one file form of all masters: UTF-8, lines starting with `#` are remarks, the first other line names the
//! columns, cells are separated by tabs, `-` is an empty cell.
//!
//! Columns are found by name and unknown ones ignored, so that a later release may add a column without older copies
//! refusing the table.

use crate::error::{Cure, MastersError};
use domain::Bilingual;
use std::collections::HashSet;

/// An empty cell. Written out, since editors and mail strip tabs at the end of a line.
const EMPTY: &str = "-";

const A_VALUE: Cure = Cure { hindi: "कोई मान", english: "a value" };
const A_NUMBER: Cure = Cure { hindi: "पूर्ण संख्या", english: "a whole number" };
const A_DEVANAGARI_NAME: Cure =
    Cure { hindi: "देवनागरी में नाम", english: "a name in Devanagari" };
const A_LATIN_NAME: Cure =
    Cure { hindi: "रोमन लिपि में नाम", english: "a name in Latin script" };
const YES_OR_NO: Cure = Cure { hindi: "\"yes\" या \"no\"", english: "\"yes\" or \"no\"" };

/// A table read up to its lines; the lines are read one by one.
pub(crate) struct Table<'a> {
    file: &'a str,
    columns: Vec<&'a str>,
    lines: Vec<(usize, &'a str)>,
}

/// One line with its cells.
pub(crate) struct Row<'t, 'a> {
    table: &'t Table<'a>,
    line: usize,
    cells: Vec<&'a str>,
}

impl<'a> Table<'a> {
    /// Reads remarks and column names. `required` are the columns the caller will ask for.
    pub(crate) fn new(
        file: &'a str,
        bytes: &'a [u8],
        required: &[&'static str],
    ) -> Result<Table<'a>, MastersError> {
        let text = std::str::from_utf8(bytes).map_err(|_| MastersError::NotText { file: file.to_owned() })?;
        let mut lines = text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
            .filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
        let (header_line, header) =
            lines.next().ok_or_else(|| MastersError::NoColumns { file: file.to_owned() })?;
        let columns: Vec<&str> = header.split('\t').collect();
        if let Some(column) = required.iter().find(|column| !columns.contains(column)) {
            return Err(MastersError::MissingColumn { file: file.to_owned(), line: header_line, column });
        }
        Ok(Table { file, columns, lines: lines.collect() })
    }

    /// Reads every line with `read`.
    pub(crate) fn rows<T>(
        &self,
        read: impl Fn(&Row<'_, 'a>) -> Result<T, MastersError>,
    ) -> Result<Vec<T>, MastersError> {
        self.lines.iter().map(|(line, text)| read(&self.row(*line, text)?)).collect()
    }

    /// As [`Table::rows`], and the cell of `key` must differ from line to line.
    pub(crate) fn keyed<T>(
        &self,
        key: &'static str,
        read: impl Fn(&Row<'_, 'a>) -> Result<T, MastersError>,
    ) -> Result<Vec<T>, MastersError> {
        let mut seen = HashSet::new();
        let mut out = Vec::with_capacity(self.lines.len());
        for (line, text) in &self.lines {
            let row = self.row(*line, text)?;
            let value = row.text(key)?;
            if !seen.insert(value) {
                return Err(row.repeated(key, value));
            }
            out.push(read(&row)?);
        }
        Ok(out)
    }

    fn row(&self, line: usize, text: &'a str) -> Result<Row<'_, 'a>, MastersError> {
        let cells: Vec<&str> = text.split('\t').collect();
        if cells.len() == self.columns.len() {
            Ok(Row { table: self, line, cells })
        } else {
            Err(MastersError::CellCount {
                file: self.file.to_owned(),
                line,
                found: cells.len(),
                expected: self.columns.len(),
            })
        }
    }
}

impl<'a> Row<'_, 'a> {
    /// The cell, or `None` when it is empty.
    pub(crate) fn optional(&self, column: &'static str) -> Option<&'a str> {
        let index = self.table.columns.iter().position(|name| *name == column)?;
        self.cells.get(index).copied().map(str::trim).filter(|cell| !cell.is_empty() && *cell != EMPTY)
    }

    /// The cell; an empty one is an error.
    pub(crate) fn text(&self, column: &'static str) -> Result<&'a str, MastersError> {
        self.optional(column).ok_or_else(|| self.bad(column, EMPTY, A_VALUE))
    }

    /// A whole number.
    pub(crate) fn number<N: std::str::FromStr>(&self, column: &'static str) -> Result<N, MastersError> {
        let cell = self.text(column)?;
        cell.parse().map_err(|_| self.bad(column, cell, A_NUMBER))
    }

    /// `yes` or `no`.
    pub(crate) fn yes(&self, column: &'static str) -> Result<bool, MastersError> {
        self.choice(column, &[("yes", true), ("no", false)], YES_OR_NO)
    }

    /// One of the words a column knows.
    pub(crate) fn choice<T: Copy>(
        &self,
        column: &'static str,
        choices: &[(&str, T)],
        cure: Cure,
    ) -> Result<T, MastersError> {
        let cell = self.text(column)?;
        let found = choices.iter().find(|(word, _)| *word == cell);
        found.map(|(_, value)| *value).ok_or_else(|| self.bad(column, cell, cure))
    }

    /// What stands in a cell, separated by `separator`; nothing when it is empty.
    pub(crate) fn list(&self, column: &'static str, separator: char) -> Vec<String> {
        let parts = self.optional(column).unwrap_or_default().split(separator);
        parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// The columns `hindi` and `english`. Each must hold its own script: a name copied into the wrong column is the
    /// commonest fault of a table filled in by hand.
    pub(crate) fn name(&self) -> Result<Bilingual, MastersError> {
        let hindi = self.text("hindi")?;
        let english = self.text("english")?;
        if !hindi.chars().any(is_devanagari_or_digit) || hindi.chars().any(char::is_control) {
            return Err(self.bad("hindi", hindi, A_DEVANAGARI_NAME));
        }
        if english.chars().any(is_devanagari) || english.chars().any(char::is_control) {
            return Err(self.bad("english", english, A_LATIN_NAME));
        }
        Ok(Bilingual::new(hindi, english))
    }

    /// The error for a cell that does not fit.
    pub(crate) fn bad(&self, column: &'static str, value: &str, cure: Cure) -> MastersError {
        MastersError::BadCell {
            file: self.table.file.to_owned(),
            line: self.line,
            column,
            value: value.to_owned(),
            cure,
        }
    }

    /// The error for a value that stands twice.
    pub(crate) fn repeated(&self, column: &'static str, value: &str) -> MastersError {
        MastersError::Repeated {
            file: self.table.file.to_owned(),
            line: self.line,
            column,
            value: value.to_owned(),
        }
    }
}

fn is_devanagari(character: char) -> bool {
    ('\u{0900}'..='\u{097F}').contains(&character)
}

/// "₹500 का नोट" has Devanagari, "₹1" would not: a figure alone is the same in both languages.
fn is_devanagari_or_digit(character: char) -> bool {
    is_devanagari(character) || character.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Result<Vec<u32>, MastersError> {
        Table::new("t", text.as_bytes(), &["code"])?.keyed("code", |row| row.number("code"))
    }

    #[test]
    fn reads_lines_between_remarks() {
        assert_eq!(numbers("# remark\ncode\tnew\n1\tx\n# 7\n\n2\t-\n"), Ok(vec![1, 2]));
        assert_eq!(
            numbers("new\tcode\r\nx\t1\r\n"),
            Ok(vec![1]),
            "columns go by name, whatever ends the line"
        );
    }

    #[test]
    fn says_where_and_what() {
        let place = |text: &str| numbers(text).map_err(|e| (e.code(), e.to_string()));
        let fault = |code, text: &str| Err((code, text.to_owned()));
        assert_eq!(numbers("\u{0}").map_err(|e| e.code()), Err("E-MASTERS-003"));
        assert_eq!(place("# only\n"), fault("E-MASTERS-002", "t: no line of column names"));
        assert_eq!(place("kode\n1\n"), fault("E-MASTERS-003", "t, line 1: no column code"));
        assert_eq!(place("code\n1\t2\n"), fault("E-MASTERS-004", "t, line 2: 2 cells, 1 expected"));
        assert_eq!(
            place("code\nx\n"),
            fault("E-MASTERS-005", "t, line 2, column code: \"x\", a whole number expected")
        );
        assert_eq!(
            place("code\n-\n"),
            fault("E-MASTERS-005", "t, line 2, column code: \"-\", a value expected")
        );
        assert_eq!(
            place("code\n1\n1\n"),
            fault("E-MASTERS-006", "t, line 3, column code: \"1\" stands twice")
        );
        let broken = Table::new("t", &[0xff, b'\n'], &[]).map(|_| ()).map_err(|e| e.code());
        assert_eq!(broken, Err("E-MASTERS-001"));
    }

    #[test]
    fn a_name_stands_in_its_own_script() {
        let name = |line: &str| {
            let text = format!("hindi\tenglish\n{line}\n");
            Table::new("t", text.as_bytes(), &["hindi", "english"]).and_then(|t| t.rows(|row| row.name()))
        };
        assert!(name("नगर\tNagar").is_ok());
        for swapped in ["Nagar\tनगर", "Nagar\tNagar", "नगर\tनगर", "-\tNagar", "नगर\t-"]
        {
            assert_eq!(name(swapped).map_err(|e| e.code()), Err("E-MASTERS-005"), "{swapped}");
        }
    }
}
