//! Hostile and extreme values: nothing panics, nothing leaves the page, nothing is dropped in silence.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use domain::drawer::DenominationCount;
use domain::{Bilingual, Paise};
use paper::scene::{Document, Item};
use paper::{PaperSize, Press, Receipt, Warning};
use proptest::prelude::*;

const SIZES: [PaperSize; 3] = [PaperSize::A4, PaperSize::A5, PaperSize::Roll80];

/// Every item lies on its page, and inside the strip a thermal head reaches.
fn stays_on_the_page(document: &Document, size: PaperSize) {
    let margin = if size == PaperSize::Roll80 { 4.0 * 72.0 / 25.4 } else { 0.0 };
    for page in &document.pages {
        for item in &page.items {
            let (left, right, top, bottom) = match item {
                Item::Text { x, baseline, size, line, .. } => {
                    (*x, x + line.advance * size, baseline - size, baseline + size * 0.4)
                }
                Item::Rule { x1, y1, x2, y2, .. } => (*x1, *x2, *y1, *y2),
                Item::Fill { x, y, width, height, .. } | Item::Picture { x, y, width, height, .. } => {
                    (*x, x + width, *y, y + height)
                }
                Item::Code { x, y, side, .. } => (*x, x + side, *y, y + side),
            };
            assert!(left >= margin - 0.5 && right <= page.width - margin + 0.5, "{size:?}: {item:?}");
            assert!(top >= 0.0 && bottom <= page.height, "{size:?}: {item:?}");
        }
    }
}

fn printed(receipt: &Receipt, size: PaperSize) -> Document {
    let mut press = Press::new().unwrap();
    let document = press.compose(receipt, size).unwrap();
    stays_on_the_page(&document, size);
    assert!(press.pdf(&document).unwrap().starts_with(b"%PDF-1.7"));
    document
}

#[test]
fn the_longest_receipt_shows_every_line_once() {
    for size in SIZES {
        let document = printed(&common::longest_receipt(), size);
        let text = document.plain_text();
        assert_eq!(text.matches("2007-08").count(), 6, "{size:?}");
        assert_eq!(text.matches("2026-27\t").count(), 6, "{size:?}");
        assert_eq!(text.matches("ब्याज").count(), 20, "{size:?}");
        assert_eq!(document.warnings, Vec::new());
        let pages = document.pages.len();
        assert!(pages <= if size == PaperSize::A5 { 5 } else { 4 }, "{size:?}: {pages}");
        for (number, page) in document.pages.iter().enumerate().filter(|_| size != PaperSize::Roll80) {
            let foot = format!("पृष्ठ / Page {}/{pages}", number + 1);
            let one = Document { pages: vec![page.clone()], ..document.clone() };
            assert!(one.plain_text().contains(&foot));
        }
    }
}

#[test]
fn names_of_five_thousand_characters_end_in_an_ellipsis() {
    for name in ["श्री लक्ष्मीनारायण ".repeat(270), "क्ष्म्य".repeat(715), "x".repeat(5_000), "नाम ".repeat(1_250)]
    {
        let mut receipt = common::receipt();
        receipt.payer = name.clone();
        receipt.consumer.name = Bilingual::new(name.clone(), name.clone());
        receipt.consumer.address = Bilingual::new(name.clone(), "W".repeat(5_000));
        receipt.lines[0].head = Bilingual::new(name.clone(), name.clone());
        receipt.letterhead.town = Bilingual::new(name.clone(), name.clone());
        receipt.number = name.clone();
        for size in SIZES {
            let document = printed(&receipt, size);
            assert!(document.plain_text().contains('…'));
            assert!(document.warnings.iter().any(|warning| matches!(warning, Warning::Shortened { .. })));
            assert!(document.pages.len() <= 3, "{size:?}");
        }
    }
}

#[test]
fn emoji_become_boxes_and_direction_marks_are_left_out_both_told() {
    let mut receipt = common::receipt();
    receipt.payer = "राम 🙏🏽 \u{202E}Ram\u{202C} שלום سلام 中\u{0}\u{7}".to_owned();
    for size in SIZES {
        let document = printed(&receipt, size);
        let told = |wanted: char| {
            document.warnings.iter().any(
                |warning| matches!(warning, Warning::NoGlyph { character, times: 1 } if *character == wanted),
            )
        };
        assert!(told('🙏') && told('中') && told('ש') && told('س'), "{:?}", document.warnings);
        assert!(document.warnings.contains(&Warning::LeftOut { character: '\u{202E}', times: 1 }));
        assert!(document.warnings.contains(&Warning::LeftOut { character: '\u{0}', times: 1 }));
        assert!(document.plain_text().contains("राम 🙏🏽 Ram שלום"), "{}", document.plain_text());
    }
}

#[test]
fn amounts_at_the_ends_of_the_range() {
    let mut receipt = common::receipt();
    for paise in [i64::MAX, i64::MIN, 0, -1, 100_000_000_000] {
        receipt.total = Paise(paise);
        receipt.lines[0].amount = Paise(paise);
        receipt.balance_after = Some(Paise(paise));
        receipt.payment.tendered = Some(Paise(paise));
        receipt.taken_at_unix_ms = paise;
        for size in SIZES {
            printed(&receipt, size);
        }
    }
}

#[test]
fn a_count_that_does_not_fit_is_a_dash_and_told() {
    let mut sheet = common::handover();
    sheet.cash = vec![DenominationCount { denomination_paise: Paise(i64::MAX), count: u32::MAX }];
    let document = Press::new().unwrap().compose(&sheet, PaperSize::A5).unwrap();
    stays_on_the_page(&document, PaperSize::A5);
    assert!(document.plain_text().contains('—'));
    assert!(matches!(document.warnings.as_slice(), [Warning::SumDiffers { lines_paise: None, .. }]));
}

#[test]
fn a_code_that_holds_too_much_is_an_error_with_a_message_in_both_languages() {
    let mut receipt = common::receipt();
    receipt.seal.qr = "क".repeat(3_000);
    let error = Press::new().unwrap().receipt_pdf(&receipt).unwrap_err();
    assert_eq!(error.code(), "E-PAPER-002");
    for language in [domain::Language::Hindi, domain::Language::English] {
        assert!(error.message(language).len() > 40);
    }
}

#[test]
fn empty_values_leave_a_paper_that_prints() {
    let receipt = Receipt {
        letterhead: paper::Letterhead::default(),
        number: String::new(),
        counter: String::new(),
        clerk: Bilingual::default(),
        subject: Bilingual::default(),
        payer: String::new(),
        consumer: paper::Consumer::default(),
        lines: Vec::new(),
        advance: Paise::ZERO,
        total: Paise::ZERO,
        balance_after: None,
        payment: paper::Payment::default(),
        seal: paper::Seal::default(),
        ..common::receipt()
    };
    for size in SIZES {
        printed(&receipt, size);
    }
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,60}",
        "[ऀ-ॿ]{0,40}",
        "[क-ह्ा-ौ़ंँa-zA-Z0-9/ .-]{0,120}",
        "[\u{200B}-\u{200F}\u{202A}-\u{202E}\u{0}-\u{1F}अa🙏]{0,40}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]
    #[test]
    fn any_receipt_prints_within_its_page(
        texts in proptest::collection::vec(any_text(), 14),
        amounts in proptest::collection::vec(any::<i64>(), 1..8),
        roll in any::<bool>(),
    ) {
        let text = |at: usize| texts[at % texts.len()].clone();
        let mut receipt = common::receipt();
        receipt.number = text(0);
        receipt.payer = text(1);
        receipt.clerk = Bilingual::new(text(2), text(3));
        receipt.consumer.name = Bilingual::new(text(4), text(5));
        receipt.consumer.id = text(6);
        receipt.consumer.ward = Bilingual::new(text(7), text(8));
        receipt.letterhead.town = Bilingual::new(text(9), text(10));
        receipt.payment.mode = Bilingual::new(text(11), text(12));
        receipt.payment.details = vec![paper::Detail { label: Bilingual::new(text(13), text(1)), value: text(2) }];
        receipt.lines = amounts
            .iter()
            .enumerate()
            .map(|(at, amount)| common::line(&text(at), &text(at + 1), &text(at + 2), *amount))
            .collect();
        let size = if roll { PaperSize::Roll80 } else { PaperSize::A5 };
        let document = printed(&receipt, size);
        prop_assert!(!document.pages.is_empty());
        if roll {
            prop_assert_eq!(Press::new().unwrap().thermal(&receipt).unwrap().len(), document.pages.len());
        }
    }
}
