//! Which column is what: by its name, in Hindi or English, whatever the case, the spaces and the order.
//! `docs/import-format.md` lists the names for the people who prepare files.

use crate::column::Column;
use crate::column_names::NAMES;
use crate::error::ImportError;
use crate::fold::fold;
use crate::limits;
use crate::problem::{ColumnName, Problem, column_letter, shown};
use crate::table::{Cell, Stop};
use crate::text::with_ascii_digits;
use crate::town::KnownTown;
use domain::FinancialYear;
use domain::register::PropertyField;
use std::collections::HashMap;
use std::sync::LazyLock;

/// How the dues are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A row a due: columns for year, head and amount.
    Long,
    /// A row a property: a column for each year and head.
    Wide,
    /// Properties only.
    WithoutDues,
}

/// The columns of one file.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) columns: Vec<Column>,
    pub(crate) names: Vec<ColumnName>,
    pub(crate) form: Form,
}

/// One row looked at as if it were the row of column names.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) columns: Vec<Column>,
    /// How many columns are understood; what the delimiter is chosen by.
    pub(crate) understood: usize,
    pub(crate) has_id: bool,
}

impl Candidate {
    pub(crate) fn read(cells: &[Cell<'_>], town: &KnownTown) -> Candidate {
        let mut columns: Vec<Column> = cells.iter().map(|cell| recognise(cell.raw(), town)).collect();
        settle_scripts(&mut columns);
        let understood = columns.iter().filter(|column| **column != Column::Ignored).count();
        let has_id = columns.contains(&Column::Field(PropertyField::PropertyId));
        Candidate { columns, understood, has_id }
    }

    /// A title may say "Property ID" too; a row of column names says more.
    pub(crate) fn is_header(&self) -> bool {
        self.has_id && self.understood >= 2
    }
}

impl Header {
    /// Takes the row as the header. A dues column that is not understood refuses the file: money must not be passed
    /// over in silence.
    pub(crate) fn accept(
        row: u64,
        candidate: Candidate,
        cells: &[Cell<'_>],
        town: &KnownTown,
    ) -> Result<Header, Stop> {
        let names: Vec<ColumnName> = cells
            .iter()
            .enumerate()
            .map(|(index, cell)| ColumnName {
                header: shown(cell.raw().trim()),
                letter: column_letter(index),
            })
            .collect();
        let refuse = |index: usize, error: ImportError| {
            Box::new(Problem {
                row: Some(row),
                column: names.get(index).cloned(),
                value: String::new(),
                error,
            })
        };
        if cells.len() > limits::COLUMNS_MAX {
            return Err(refuse(limits::COLUMNS_MAX, ImportError::TooManyColumns));
        }
        for (index, (column, cell)) in candidate.columns.iter().zip(cells).enumerate() {
            let earlier = candidate.columns.get(..index).unwrap_or_default();
            if *column != Column::Ignored && earlier.iter().any(|other| same_column(other, column)) {
                return Err(refuse(index, ImportError::ColumnTwice));
            }
            if *column == Column::Ignored
                && let Some(error) = lost_money(cell.raw(), town)
            {
                return Err(refuse(index, error));
            }
        }
        let form = form(&candidate.columns).map_err(|(index, error)| refuse(index.unwrap_or(0), error))?;
        Ok(Header { columns: candidate.columns, names, form })
    }
}

fn same_column(one: &Column, other: &Column) -> bool {
    match (one, other) {
        (Column::Due { year, head, .. }, Column::Due { year: other_year, head: other_head, .. }) => {
            (year, head) == (other_year, other_head)
        }
        _ => one == other,
    }
}

fn form(columns: &[Column]) -> Result<Form, (Option<usize>, ImportError)> {
    let at = |wanted: &Column| columns.iter().position(|column| column == wanted);
    let long = [(Column::Year, "year"), (Column::Head, "head"), (Column::Amount, "amount")];
    let present = long.iter().filter_map(|(column, _)| at(column)).min();
    let wide = columns.iter().any(|column| matches!(column, Column::Due { .. }));
    match (present, wide) {
        (None, false) => Ok(Form::WithoutDues),
        (None, true) => Ok(Form::Wide),
        (Some(index), true) => Err((Some(index), ImportError::MixedForms)),
        (Some(index), false) => match long.iter().find(|(column, _)| at(column).is_none()) {
            None => Ok(Form::Long),
            Some((_, missing)) => Err((Some(index), ImportError::IncompleteLongForm { missing })),
        },
    }
}

/// Beside a column for one script, a column called just "Owner" is the other script.
fn settle_scripts(columns: &mut [Column]) {
    for (any, hindi, english) in [
        (Column::Owner, PropertyField::OwnerHindi, PropertyField::OwnerEnglish),
        (Column::Guardian, PropertyField::GuardianHindi, PropertyField::GuardianEnglish),
    ] {
        let has = |field: PropertyField| columns.contains(&Column::Field(field));
        let settled = match (has(hindi), has(english)) {
            (false, false) => continue,
            (true, false) => Column::Field(english),
            (false, true) => Column::Field(hindi),
            (true, true) => Column::Ignored,
        };
        for column in columns.iter_mut().filter(|column| **column == any) {
            *column = settled.clone();
        }
    }
}

fn recognise(header: &str, town: &KnownTown) -> Column {
    if header.chars().nth(limits::SHOWN_CHARACTERS_MAX * 2).is_some() {
        return Column::Ignored;
    }
    let key = fold(header);
    if key.is_empty() {
        return Column::Ignored;
    }
    if let Some(column) = by_name(&key) {
        return column;
    }
    if let Some(column) = by_name_and_language(&key) {
        return column;
    }
    match split_year(header) {
        Some((Ok(year), head)) => match town.head(&head) {
            Some((head, sign)) => Column::Due { year, head: head.clone(), sign },
            None => Column::Ignored,
        },
        _ => Column::Ignored,
    }
}

/// For a column that would be ignored: whether it looks like dues.
fn lost_money(header: &str, town: &KnownTown) -> Option<ImportError> {
    let (year, rest) = split_year(header)?;
    match (year, town.head(&rest)) {
        (Err(()), Some(_)) => Some(ImportError::BadYear),
        (Ok(_), None) => Some(ImportError::UnknownHead),
        // Arrears of several years in one lump belong to no year.
        (Err(()), None) => says_arrears(&rest, town).then_some(ImportError::BadYear),
        (Ok(_), Some(_)) => None,
    }
}

/// `PT_TAX 2019-20 to 2022-23`, `बकाया 2019-20 से 2022-23`.
fn says_arrears(rest: &str, town: &KnownTown) -> bool {
    const BETWEEN_YEARS: [&str; 8] = ["to", "from", "upto", "up", "and", "से", "तक", "एवं"];
    const ARREARS: [&str; 6] = ["बकाया", "arrear", "due", "balance", "outstanding", "demand"];
    let words: Vec<&str> = rest
        .split_whitespace()
        .filter(|word| !BETWEEN_YEARS.contains(&word.to_lowercase().as_str()))
        .collect();
    let key = fold(rest);
    town.head(&words.join(" ")).is_some() || ARREARS.iter().any(|word| key.contains(word))
}

/// Parts a header into its year and the rest: `PT_TAX 2023-24`, `2023-24 गृह कर`, `सम्पत्ति कर (२०२३-२४)`. `None` where
/// no year stands in it; an error where what stands there is no single financial year.
fn split_year(header: &str) -> Option<(Result<FinancialYear, ()>, String)> {
    let text = with_ascii_digits(header);
    let mut rest = String::new();
    let mut years: Vec<String> = Vec::new();
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if !c.is_ascii_digit() {
            rest.push(c);
            continue;
        }
        let mut run = String::from(c);
        while let Some(next) = characters.next_if(|c| c.is_ascii_digit() || is_year_separator(*c)) {
            run.push(if next.is_ascii_digit() { next } else { '-' });
        }
        rest.push(' ');
        years.push(run.trim_end_matches('-').to_owned());
    }
    let looks_like_year = |run: &String| run.split('-').next().is_some_and(|first| first.len() == 4);
    match years.as_slice() {
        [only] if looks_like_year(only) || only.len() == 5 && only.contains('-') => {
            Some((FinancialYear::parse(only).map_err(|_| ()), rest))
        }
        several if several.iter().any(looks_like_year) => Some((Err(()), rest)),
        _ => None,
    }
}

fn is_year_separator(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '/')
}

fn by_name(key: &str) -> Option<Column> {
    static BY_KEY: LazyLock<HashMap<String, Column>> = LazyLock::new(|| {
        NAMES
            .iter()
            .flat_map(|(column, names)| names.iter().map(|name| (fold(name), column.clone())))
            .collect()
    });
    BY_KEY.get(key).cloned()
}

/// `Owner (Hindi)`, `भवन स्वामी का नाम अंग्रेज़ी में`: the name without its language, and the language.
fn by_name_and_language(key: &str) -> Option<Column> {
    const HINDI: [&str; 5] = ["inhindi", "hindi", "हिंदीमें", "हिंदी", "देवनागरी"];
    const ENGLISH: [&str; 4] = ["inenglish", "english", "अंग्रेजीमें", "अंग्रेजी"];
    let without = |words: &[&str]| {
        words
            .iter()
            .map(|word| fold(word))
            .find(|word| key.contains(word.as_str()))
            .map(|word| key.replacen(&word, "", 1))
    };
    let (bare, hindi) = match (without(&HINDI), without(&ENGLISH)) {
        (Some(bare), None) => (bare, true),
        (None, Some(bare)) => (bare, false),
        _ => return None,
    };
    let field = match (by_name(&bare)?, hindi) {
        (Column::Owner, true) => PropertyField::OwnerHindi,
        (Column::Owner, false) => PropertyField::OwnerEnglish,
        (Column::Guardian, true) => PropertyField::GuardianHindi,
        (Column::Guardian, false) => PropertyField::GuardianEnglish,
        // "पता (हिन्दी)" is an address all the same.
        (other, _) => return Some(other),
    };
    Some(Column::Field(field))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Value;
    use crate::town::{KnownHead, Sign};
    use domain::Bilingual;

    fn town() -> KnownTown {
        let head = |code: &str, sign| KnownHead {
            code: code.into(),
            name: Bilingual::default(),
            also: Vec::new(),
            sign,
        };
        KnownTown::new([], [], [head("PT_TAX", Sign::Due), head("PT_TIME_REBATE", Sign::Credit)])
    }

    fn header(names: &[&str]) -> Result<Header, Stop> {
        let cells: Vec<Cell<'_>> =
            names.iter().map(|name| Cell { value: Value::Text(name), carried: false }).collect();
        let candidate = Candidate::read(&cells, &town());
        assert!(candidate.is_header(), "{candidate:?}");
        Header::accept(1, candidate, &cells, &town())
    }

    #[test]
    fn no_two_columns_share_a_name() {
        let mut all: Vec<String> =
            NAMES.iter().flat_map(|(_, names)| names.iter().map(|name| fold(name))).collect();
        all.sort();
        let twice: Vec<_> = all.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
        for field in PropertyField::ALL {
            assert_eq!(by_name(&fold(field.key())), Some(Column::Field(field)));
        }
    }

    #[test]
    fn names_in_both_languages_and_any_order() {
        let read =
            header(&["वर्ष", "राशि", "मद", "संपत्ति संख्या", "Father / Husband's Name", "भवन स्वामी का नाम"])
                .unwrap();
        assert_eq!(read.form, Form::Long);
        assert_eq!(
            read.columns,
            [
                Column::Year,
                Column::Amount,
                Column::Head,
                Column::Field(PropertyField::PropertyId),
                Column::Guardian,
                Column::Owner
            ]
        );
    }

    #[test]
    fn a_language_in_the_name_settles_the_script() {
        for (name, field) in [
            ("Owner Name (Hindi)", PropertyField::OwnerHindi),
            ("भवन स्वामी का नाम (अंग्रेज़ी में)", PropertyField::OwnerEnglish),
            ("Father name in Hindi", PropertyField::GuardianHindi),
            ("पता (हिन्दी)", PropertyField::Address),
        ] {
            assert_eq!(header(&["PID", name]).unwrap().columns[1], Column::Field(field), "{name}");
        }
        let both = header(&["PID", "Owner", "owner_hindi"]).unwrap();
        assert_eq!(both.columns[1], Column::Field(PropertyField::OwnerEnglish));
    }

    #[test]
    fn wide_columns_name_head_and_year_in_any_way() {
        for name in [
            "PT_TAX 2023-24",
            "PT_TAX_2023-24",
            "2023-24 PT TAX",
            "सम्पत्ति कर (२०२३-२४)",
            "House Tax 2023-2024",
            "गृहकर 2023/24",
            "PT_TAX 2023",
            "PT_TAX 23-24",
        ] {
            let read = header(&["PID", name]).unwrap();
            assert_eq!(read.form, Form::Wide, "{name}");
            assert!(
                matches!(&read.columns[1], Column::Due { year: FinancialYear(2023), head, .. } if head.as_str() == "PT_TAX"),
                "{name}: {:?}",
                read.columns
            );
        }
    }

    #[test]
    fn money_is_never_passed_over() {
        let refused = |names: &[&str]| header(names).unwrap_err().error;
        assert_eq!(refused(&["PID", "owner", "Sewer Tax 2023-24"]), ImportError::UnknownHead);
        assert_eq!(refused(&["PID", "owner", "2023-24"]), ImportError::UnknownHead);
        assert_eq!(refused(&["PID", "owner", "PT_TAX 2023-25"]), ImportError::BadYear);
        assert_eq!(refused(&["PID", "owner", "PT_TAX 2019-20 to 2022-23"]), ImportError::BadYear);
        assert_eq!(refused(&["PID", "owner", "बकाया 2019-20 से 2022-23"]), ImportError::BadYear);
        assert_eq!(refused(&["PID", "owner", "बकाया"]), ImportError::IncompleteLongForm { missing: "year" });
        assert_eq!(refused(&["PID", "PT_TAX 2023-24", "Amount"]), ImportError::MixedForms);
        assert_eq!(refused(&["PID", "PT_TAX 2023-24", "सम्पत्ति कर 23-24"]), ImportError::ColumnTwice);
        assert_eq!(refused(&["PID", "owner", "Property No"]), ImportError::ColumnTwice);
        let ignored = header(&["PID", "owner", "Remarks", "योग", "Line No. 17", "Email"]).unwrap();
        assert_eq!(ignored.columns.iter().filter(|column| **column == Column::Ignored).count(), 4);
    }
}
