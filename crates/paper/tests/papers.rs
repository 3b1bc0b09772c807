//! What every paper says, to the letter, on A5 and on the roll.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use paper::{Paper, PaperSize, Press, Warning};

fn text<P: Paper>(paper: &P, size: PaperSize) -> String {
    let document = Press::new().unwrap().compose(paper, size).unwrap();
    assert_eq!(document.warnings, Vec::new());
    format!("{}\n\n{}", document.title, document.plain_text())
}

macro_rules! says {
    ($($name:ident: $paper:expr,)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(concat!(stringify!($name), "_a5"), text(&$paper, PaperSize::A5));
            insta::assert_snapshot!(concat!(stringify!($name), "_roll"), text(&$paper, PaperSize::Roll80));
        }
    )*};
}

says! {
    receipt: common::receipt(),
    receipt_by_cheque: common::cheque_receipt(),
    certificate: common::certificate(),
    cancelled: common::cancelled(),
    day_close: common::day_close(),
    remittance: common::remittance(),
    handover: common::handover(),
    recovery_key: common::recovery_key(),
    upi: common::upi(),
}

#[test]
fn a_miscellaneous_receipt_has_no_empty_rows() {
    let receipt =
        paper::Receipt { consumer: paper::Consumer::default(), balance_after: None, ..common::receipt() };
    let said = text(&receipt, PaperSize::A5);
    assert!(!said.contains("Assessee") && !said.contains("Ward") && !said.contains("Balance"), "{said}");
    assert!(said.contains("Paid by"));
}

#[test]
fn the_clock_is_told_where_it_is_not_the_business_date() {
    let mut receipt = common::receipt();
    receipt.business_date = receipt.business_date.next();
    let said = text(&receipt, PaperSize::Roll80);
    assert!(said.contains("24-11-2026 (23-11-2026, 11:22)"), "{said}");
}

#[test]
fn lines_that_do_not_add_up_are_printed_and_told() {
    let receipt = paper::Receipt { total: domain::Paise(1), ..common::receipt() };
    let document = Press::new().unwrap().compose(&receipt, PaperSize::A5).unwrap();
    let differs = Warning::SumDiffers { lines_paise: Some(720_000), total_paise: 1 };
    assert_eq!(document.warnings, vec![differs]);
}

#[test]
fn the_recovery_key_is_not_in_a_debug_print() {
    let sheet = common::recovery_key();
    assert!(!format!("{sheet:?}").contains(&sheet.key[..8]));
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    let receipt = common::cheque_receipt();
    let mut fresh = Press::new().unwrap();
    let first = fresh.receipt_pdf(&receipt).unwrap();
    let mut used = Press::new().unwrap();
    used.print(&common::longest_receipt(), PaperSize::A4).unwrap();
    used.print(&common::day_close(), PaperSize::A5).unwrap();
    assert_eq!(used.receipt_pdf(&receipt).unwrap(), first);
    assert_eq!(fresh.thermal(&receipt).unwrap(), used.thermal(&receipt).unwrap());
}
