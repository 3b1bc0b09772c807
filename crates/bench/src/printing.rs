//! Receipts as PDF, each a file of its own, beside pdfmake on Node with the same receipt and the same fonts
//! (`xtask/peers/pdfmake`). The two take turns, each on one thread.

use crate::clock;
use crate::rows::{print, say};
use anyhow::{Context as _, Result, bail};
use measure::{Bar, Row, quantile};
use paper::{Press, Receipt};
use serde::Deserialize;
use std::path::Path;
use std::process::{Command, Stdio};

/// Times the peer's pages.
const BAR: f64 = 15.0;
const ROUNDS: usize = 5;
const OUR_PAGES: u32 = 1_000;
const PEER_PAGES: u32 = 60;
const WARM: usize = 20;
/// The receipt both sides render.
const SAMPLE: &str = include_str!("../../paper/examples/receipt.json");

#[derive(Deserialize)]
struct Sample {
    receipt: Receipt,
}

#[derive(Deserialize)]
struct PeerSaid {
    peer: String,
    pages_per_second: f64,
    bytes: u64,
}

/// Prints the row. `peers` is the folder of the peers, their packages installed.
pub fn measure(peers: &Path) -> Result<()> {
    let Sample { receipt } = serde_json::from_str(SAMPLE)?;
    let mut press = Press::new()?;
    // Every receipt has another number, payer and time, as at a counter; the words they are made of recur.
    let receipts: Vec<Receipt> = (0..OUR_PAGES).map(|serial| numbered(&receipt, serial)).collect();
    for receipt in receipts.iter().take(WARM) {
        press.receipt_pdf(receipt)?;
    }
    let (mut ours, mut theirs, mut name) = (Vec::new(), Vec::new(), String::new());
    for _ in 0..ROUNDS {
        let begun = clock::now();
        let mut bytes = 0;
        for receipt in &receipts {
            bytes = press.receipt_pdf(receipt)?.len();
        }
        let rate = f64::from(OUR_PAGES) / begun.elapsed().as_secs_f64();
        let said = peer(peers)?;
        say(&format!(
            "  ours {rate:.0} pages/s of {bytes} bytes; {} {:.1} pages/s of {} bytes",
            said.peer, said.pages_per_second, said.bytes
        ));
        ours.push(rate);
        theirs.push(said.pages_per_second);
        name = said.peer;
    }
    let middle = |rates: &mut Vec<f64>| quantile(rates, 0.5).context("no rounds");
    let (ours, theirs) = (middle(&mut ours)?, middle(&mut theirs)?);
    print(&Row::beside(
        "receipt PDF, each its own file",
        ours,
        "pages/s",
        &name,
        theirs,
        Bar::TimesAtLeast(BAR),
    ));
    Ok(())
}

fn peer(peers: &Path) -> Result<PeerSaid> {
    let output = Command::new("node")
        .args(["receipt.js", &PEER_PAGES.to_string()])
        .current_dir(peers.join("pdfmake"))
        .stderr(Stdio::inherit())
        .output()
        .context("node did not start")?;
    if !output.status.success() {
        bail!("the peer ended with {}", output.status);
    }
    serde_json::from_slice(&output.stdout).context("the peer's answer")
}

fn numbered(receipt: &Receipt, serial: u32) -> Receipt {
    const PAYERS: [&str; 5] =
        ["मोहन सिंह रौतेला", "कमला जोशी", "Harish Chandra Pant", "सुरेश चंद्र भट्ट", "पुष्पा नेगी"];
    let payer = PAYERS.get(serial as usize % PAYERS.len()).copied().unwrap_or_default();
    Receipt {
        number: format!("248459/C03-b/2026-27/{serial:06}"),
        payer: payer.to_owned(),
        taken_at_unix_ms: receipt.taken_at_unix_ms + i64::from(serial) * 60_000,
        ..receipt.clone()
    }
}
