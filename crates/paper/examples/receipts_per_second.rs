//! How many receipts a second become PDF files of their own, in the words of `xtask/peers/pdfmake/receipt.js`.
//!
//! `cargo run --release -p paper --example receipts_per_second -- [COUNT] [OUT.pdf]`
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement: it has a clock and a terminal, and may fail"
)]

use paper::{Press, Receipt};
use serde::Deserialize;
use std::time::Instant;

/// The receipt both sides render.
#[derive(Deserialize)]
struct Sample {
    receipt: Receipt,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let count: u32 = arguments.next().map_or(2_000, |count| count.parse().expect("a number of receipts"));
    let Sample { receipt } = serde_json::from_str(include_str!("receipt.json")).expect("the sample receipt");
    let mut press = Press::new().unwrap();
    // Every receipt has another number, payer and amount, as at a counter; the words they are made of recur.
    let receipts: Vec<Receipt> = (0..count).map(|serial| numbered(&receipt, serial)).collect();
    for receipt in receipts.iter().take(5) {
        press.receipt_pdf(receipt).unwrap();
    }
    let mut bytes = 0;
    let started = Instant::now();
    for receipt in &receipts {
        bytes = press.receipt_pdf(receipt).unwrap().len();
    }
    let seconds = started.elapsed().as_secs_f64();
    if let Some(path) = arguments.next() {
        std::fs::write(path, press.receipt_pdf(&receipt).unwrap()).unwrap();
    }
    let row = serde_json::json!({
        "press": "paper",
        "pages": count,
        "seconds": seconds,
        "pages_per_second": f64::from(count) / seconds,
        "bytes": bytes,
    });
    println!("{row}");
}

fn numbered(receipt: &Receipt, serial: u32) -> Receipt {
    let names = ["मोहन सिंह रौतेला", "कमला जोशी", "Harish Chandra Pant", "सुरेश चंद्र भट्ट", "पुष्पा नेगी"];
    let payer = names.get(serial as usize % names.len()).copied().unwrap_or_default();
    Receipt {
        number: format!("248459/C03-b/2026-27/{serial:06}"),
        payer: payer.to_owned(),
        taken_at_unix_ms: receipt.taken_at_unix_ms + i64::from(serial) * 60_000,
        ..receipt.clone()
    }
}
