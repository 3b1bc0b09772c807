//! The sample receipt that the press and its peer are measured with says the same as the press prints.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use domain::Language;
use domain::words::amount_in_words;
use paper::{PaperSize, Press};

/// `UPDATE_SAMPLE=1 cargo test -p paper --test sample` writes the file anew.
#[test]
fn the_sample_is_the_receipt_of_these_tests() {
    let receipt = common::receipt();
    let text = Press::new().unwrap().compose(&receipt, PaperSize::A5).unwrap().plain_text();
    let lines: Vec<&str> = text.lines().collect();
    let notes: Vec<&str> = lines[lines.len() - 4..lines.len() - 1].to_vec();
    let sample = serde_json::json!({
        "receipt": receipt,
        "words": {
            "hindi": amount_in_words(receipt.total, Language::Hindi),
            "english": amount_in_words(receipt.total, Language::English),
        },
        "date_and_time": "23-11-2026, 11:22",
        "notes": notes,
    });
    let expected = serde_json::to_string_pretty(&sample).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/receipt.json");
    if std::env::var_os("UPDATE_SAMPLE").is_some() {
        #[allow(clippy::disallowed_methods, reason = "a file of the repository, written by its developer")]
        std::fs::write(path, &expected).unwrap();
    }
    assert_eq!(
        include_str!("../examples/receipt.json"),
        expected,
        "run with UPDATE_SAMPLE=1, then build again"
    );
}
