//! The samples an office starts from, and the text that describes them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

#[path = "support/haldwani.rs"]
mod haldwani;
mod support;

use domain::register::PropertyField;
use import::{Choice, ImportError};
use std::path::PathBuf;
use support::{WorkbookBuilder, Xcell, inline, number};

fn docs(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(path)
}

/// The long sample as a workbook: amounts and mobiles as numbers, everything else as text.
fn sample_workbook() -> Vec<u8> {
    let text = std::fs::read_to_string(docs("samples/register-long.csv")).unwrap();
    let mut builder = WorkbookBuilder { one_sheet: true, ..WorkbookBuilder::default() };
    for line in text.trim_start_matches('\u{feff}').lines() {
        let cells = line.split(',').enumerate().map(|(column, cell)| match (column, cell) {
            (_, "") => Xcell::None,
            (11 | 14, digits) if digits.parse::<f64>().is_ok() => number(digits.trim_end_matches(".00")),
            (_, text) => inline(text),
        });
        builder = builder.row(cells.collect());
    }
    builder.build()
}

/// With `UPDATE_SAMPLES` set the workbook is written anew from the CSV beside it.
#[test]
fn the_three_samples_are_one_register_and_read_without_an_error() {
    let path = docs("samples/register.xlsx");
    if std::env::var_os("UPDATE_SAMPLES").is_some() {
        std::io::Write::write_all(&mut std::fs::File::create(&path).unwrap(), &sample_workbook()).unwrap();
    }
    let town = haldwani::known_town();
    let read = |bytes: &[u8]| {
        let checked = import::check(bytes, None, &town, &mut |_, _| {}).unwrap();
        assert_eq!(checked.problems().kept(), []);
        checked.take(Choice::WholeFile).unwrap()
    };
    let long = read(&std::fs::read(docs("samples/register-long.csv")).unwrap());
    assert_eq!(long.len(), 4);
    assert_eq!(read(&std::fs::read(docs("samples/register-wide.csv")).unwrap()), long);
    assert_eq!(read(&std::fs::read(&path).unwrap()), long);
}

#[test]
fn the_description_lists_every_column_and_every_code() {
    let text = std::fs::read_to_string(docs("import-format.md")).unwrap();
    for field in PropertyField::ALL {
        assert!(text.contains(&format!("`{}`", field.key())), "{}", field.key());
    }
    for error in ImportError::examples() {
        let row = format!(
            "| {} | {} |",
            error.code(),
            error.what(domain::Language::English).replace(" Nothing has been added to the register yet.", "")
        );
        assert!(text.contains(&row), "missing in import-format.md:\n{row}");
    }
    let rows = text.lines().filter(|line| line.starts_with("| E-IMPORT-")).count();
    assert_eq!(rows, ImportError::examples().len(), "a code that is no more");
}

#[test]
fn the_description_names_the_bounds_that_hold() {
    let text = std::fs::read_to_string(docs("import-format.md")).unwrap();
    let due = domain::limits::DEMAND_PAISE_MAX.to_string();
    for bound in [
        format!("| one due | ₹{} |", due.trim_end_matches(".00")),
        format!("| CSV file | {} MB |", import::limits::CSV_BYTES_MAX >> 20),
        "| rows | 500,000 |".to_owned(),
    ] {
        assert!(text.contains(&bound), "{bound}");
    }
    assert_eq!(import::limits::ROWS_MAX, 500_000);
}

/// Every name in the description's table of columns is understood.
#[test]
fn every_described_name_is_a_column() {
    let text = std::fs::read_to_string(docs("import-format.md")).unwrap();
    let names: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.starts_with("| column |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .flat_map(|line| line.trim_matches('|').split('|').next_back().unwrap().split(';'))
        .map(str::trim)
        .collect();
    assert!(names.len() > 80, "{}", names.len());
    for name in names {
        let file = format!("pid,{name},owner name,year,head,amount\nPT-1,,,,,\n");
        let ignored = match support::check(file.as_bytes()) {
            Ok(checked) => checked.problems().by_code().contains_key("E-IMPORT-043"),
            // A second column of the same field was understood too.
            Err(problem) => problem.error != ImportError::ColumnTwice,
        };
        assert!(!ignored, "{name}");
    }
}
