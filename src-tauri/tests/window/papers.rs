//! The papers kept on a computer, as they lie in its town's folder.

use std::path::{Path, PathBuf};

use crate::town::HALDWANI;

/// Papers of the first counter, in no order.
pub fn of_first_counter(town: &Path) -> Vec<PathBuf> {
    kept(town, &format!("{}-C01", HALDWANI.0), "")
}

/// The receipt of that number.
pub fn receipt(town: &Path, number: &str) -> PathBuf {
    let found = kept(town, &number.replace('/', "-"), "").pop();
    found.unwrap_or_else(|| panic!("no receipt {number} in {}", town.display()))
}

/// The text of the code on the receipt with that serial.
pub fn code_on_receipt(town: &Path, serial: &str) -> String {
    let found = kept(town, "", &format!("{serial}.pdf")).pop();
    let receipt = found.unwrap_or_else(|| panic!("no receipt {serial} in {}", town.display()));
    readback::code(&std::fs::read(receipt).unwrap()).unwrap()
}

/// Papers are kept in a folder a day; their names begin and end so.
fn kept(town: &Path, begin: &str, end: &str) -> Vec<PathBuf> {
    let days = std::fs::read_dir(town.join("papers")).unwrap();
    let papers = days.flat_map(|day| std::fs::read_dir(day.unwrap().path()).unwrap());
    let papers = papers.map(|paper| paper.unwrap().path());
    let named = |paper: &PathBuf| {
        let name = paper.file_name().unwrap().to_string_lossy();
        name.starts_with(begin) && name.ends_with(end)
    };
    papers.filter(named).collect()
}
