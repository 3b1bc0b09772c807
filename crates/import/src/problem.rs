//! The report: where something is wrong, with the value, bounded in length.

use crate::error::{ImportError, Severity};
use crate::limits;
use domain::Language;
use std::collections::BTreeMap;
use std::fmt;

/// A column of the file, as a person looks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnName {
    /// Its name in the file.
    pub header: String,
    /// Its letter in a spreadsheet, `A`, `AB` ….
    pub letter: String,
}

/// One thing that is wrong. The value may be personal (a mobile number): it is for the screen of the person who brought
/// the file, never for a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The row as a spreadsheet numbers it; `None` where the whole file is meant.
    pub row: Option<u64>,
    /// The column; `None` where the whole row is meant.
    pub column: Option<ColumnName>,
    /// The value as it stands in the file, cut to [`limits::SHOWN_CHARACTERS_MAX`] characters.
    pub value: String,
    /// What is wrong with it, and the cure.
    pub error: ImportError,
}

impl Problem {
    /// About the whole file.
    pub fn of_file(error: ImportError) -> Problem {
        Problem { row: None, column: None, value: String::new(), error }
    }

    /// The whole problem on one line: place, value, what is wrong, the cure, the code.
    pub fn message(&self, language: Language) -> String {
        let (row_word, column_word) = match language {
            Language::Hindi => ("पंक्ति", "स्तम्भ"),
            Language::English => ("Row", "column"),
        };
        let mut place = String::new();
        if let Some(row) = self.row {
            place.push_str(&format!("{row_word} {row}"));
        }
        if let Some(column) = &self.column {
            let separator = if place.is_empty() { "" } else { ", " };
            place.push_str(&format!("{separator}{column_word} {} ({})", column.letter, column.header));
        }
        if !self.value.is_empty() {
            place.push_str(&format!(" \"{}\"", self.value));
        }
        if !place.is_empty() {
            place.push_str(": ");
        }
        format!("{place}{} ({})", self.error.message(language), self.error.code())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Language::English))
    }
}

impl std::error::Error for Problem {}

/// Cuts a value for the report and makes what cannot be seen visible.
pub(crate) fn shown(value: &str) -> String {
    let mut text: String = value
        .chars()
        .take(limits::SHOWN_CHARACTERS_MAX)
        .map(|c| if c.is_control() || crate::text::is_invisible(c) { '\u{2423}' } else { c })
        .collect();
    if value.chars().nth(limits::SHOWN_CHARACTERS_MAX).is_some() {
        text.push('…');
    }
    text
}

/// `A` for 0, `Z` for 25, `AA` for 26.
pub(crate) fn column_letter(index: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// All problems of a file: the first thousand errors and notes each in full, the rest by number.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    kept: Vec<Problem>,
    errors: u64,
    notes: u64,
    by_code: BTreeMap<&'static str, u64>,
}

impl Problems {
    pub(crate) fn push(&mut self, problem: Problem) {
        let count = match problem.error.severity() {
            Severity::Error => &mut self.errors,
            Severity::Note => &mut self.notes,
        };
        *count += 1;
        let keep = *count <= limits::PROBLEMS_MAX as u64;
        *self.by_code.entry(problem.error.code()).or_default() += 1;
        if keep {
            self.kept.push(problem);
        }
    }

    /// In the order of the file; what concerns all of it comes first.
    pub(crate) fn sort(&mut self) {
        self.kept.sort_by_key(|problem| problem.row);
    }

    /// Those kept in full, in the order of the file.
    pub fn kept(&self) -> &[Problem] {
        &self.kept
    }

    /// How many keep a row out.
    pub fn errors(&self) -> u64 {
        self.errors
    }

    /// How many are only said.
    pub fn notes(&self) -> u64 {
        self.notes
    }

    /// How often each code was met, those beyond the kept ones included.
    pub fn by_code(&self) -> &BTreeMap<&'static str, u64> {
        &self.by_code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_a_spreadsheet() {
        let letters = [0, 25, 26, 27, 701, 702].map(column_letter);
        assert_eq!(letters, ["A", "Z", "AA", "AB", "ZZ", "AAA"]);
    }

    #[test]
    fn the_report_is_bounded_and_still_counts() {
        let mut problems = Problems::default();
        for row in 0..limits::PROBLEMS_MAX as u64 + 5 {
            problems.push(Problem { row: Some(row), ..Problem::of_file(ImportError::BadAmount) });
        }
        problems.push(Problem::of_file(ImportError::NameMoved));
        assert_eq!(problems.kept().len(), limits::PROBLEMS_MAX + 1);
        assert_eq!((problems.errors(), problems.notes()), (limits::PROBLEMS_MAX as u64 + 5, 1));
        assert_eq!(problems.by_code()["E-IMPORT-003"], limits::PROBLEMS_MAX as u64 + 5);
    }

    #[test]
    fn a_problem_names_place_value_cause_and_cure() {
        let problem = Problem {
            row: Some(17),
            column: Some(ColumnName { header: "राशि".into(), letter: "D".into() }),
            value: "12o".into(),
            error: ImportError::BadAmount,
        };
        assert_eq!(
            problem.message(Language::English),
            "Row 17, column D (राशि) \"12o\": This is not an amount. Write digits only, such as 1250 or 1,250.50; \
             leave it empty where nothing is owed. (E-IMPORT-003)"
        );
        assert!(
            problem.message(Language::Hindi).starts_with("पंक्ति 17, स्तम्भ D (राशि) \"12o\": यह राशि नहीं है।")
        );
        assert_eq!(shown("a\u{200e}b\nc"), "a␣b␣c");
        assert_eq!(shown(&"x".repeat(100)).chars().count(), 61);
    }
}
