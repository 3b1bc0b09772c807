//! Text pulled back out of a PDF is the text put in: by poppler, which knows nothing of this crate.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use domain::Paise;
use paper::{Paper, PaperSize, Press, Receipt};

fn sorted(mut words: Vec<String>) -> Vec<String> {
    words.sort();
    words
}

fn check<P: Paper>(press: &mut Press, name: &str, paper: &P) -> usize {
    let mut words = 0;
    for size in [PaperSize::A4, PaperSize::A5, PaperSize::Roll80] {
        let document = press.compose(paper, size).unwrap();
        let pdf = press.pdf(&document).unwrap();
        let put_in: Vec<String> = document.plain_text().split_whitespace().map(str::to_owned).collect();
        words += put_in.len();
        assert_eq!(sorted(readback::words(&pdf).unwrap()), sorted(put_in), "{name} {size:?}");
    }
    words
}

#[test]
fn every_paper_in_every_size_can_be_read_back() {
    let mut press = Press::new().unwrap();
    let mut devanagari_figures = common::receipt();
    devanagari_figures.letterhead.digits = paper::Digits::Devanagari;
    let words = [
        check(&mut press, "receipt", &common::receipt()),
        check(&mut press, "cheque receipt", &common::cheque_receipt()),
        check(&mut press, "receipt with Devanagari figures", &devanagari_figures),
        check(&mut press, "longest receipt", &common::longest_receipt()),
        check(&mut press, "certificate", &common::certificate()),
        check(&mut press, "cancelled slip", &common::cancelled()),
        check(&mut press, "day close", &common::day_close()),
        check(&mut press, "remittance", &common::remittance()),
        check(&mut press, "handover", &common::handover()),
        check(&mut press, "recovery key", &common::recovery_key()),
        check(&mut press, "upi", &common::upi()),
    ];
    assert!(words.iter().sum::<usize>() > 5_000, "{words:?}");
}

const CONSONANTS: &str = "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसह";
const SIGNS: [&str; 14] = ["", "ा", "ि", "ी", "ु", "ू", "ृ", "े", "ै", "ो", "ौ", "ं", "ँ", "ॉ"];

/// Every consonant with every sign, every pair of consonants joined, reph, rakar, nukta, clusters of three, and words
/// as they stand on papers.
fn hindi_words() -> Vec<String> {
    let mut words = Vec::new();
    for consonant in CONSONANTS.chars() {
        for sign in SIGNS {
            words.push(format!("{consonant}{sign}"));
        }
        for sign in ["", "ि", "ी", "े", "ों"] {
            words.push(format!("म{consonant}र{sign}"));
            words.push(format!("अर्{consonant}{sign}"));
            words.push(format!("{consonant}्र{sign}त"));
            words.push(format!("र्{consonant}्य{sign}"));
        }
        for second in CONSONANTS.chars() {
            words.push(format!("अ{consonant}्{second}ि"));
            words.push(format!("{consonant}्{second}ा"));
        }
    }
    for nukta in [
        "क़लम",
        "ख़र्च",
        "ग़लत",
        "ज़मीन",
        "फ़र्श",
        "सड़क",
        "गढ़",
        "पढ़ाई",
        "ज़िला",
        "काग़ज़",
        "\u{095C}ाक",
        "\u{095B}िद्दी",
    ] {
        words.push(nukta.to_owned());
    }
    let real = "संपत्ति सम्पत्ति प्राप्ति विद्यार्थी ज्ञान श्रृंखला शृंखला क्षत्रिय द्वितीय र्कि कर्त्ता राष्ट्रीय ह्रस्व चिह्न ज़िंदगी माँ हिंदी \
                हिन्दी उत्तराखण्ड हल्द्वानी पिथौरागढ़ अल्मोड़ा श्रीमती लक्ष्मी कृष्ण चन्द्र ब्रह्म विष्ट बिष्ट रौतेला कार्की भट्ट उप्रेती \
                द्वारिका प्रसाद ज्योत्स्ना स्वच्छता शुल्क अनुज्ञप्ति उद्धरण सत्त्व महत्त्व कार्यालय निस्तारण प्रतिष्ठान स्त्री वस्त्र \
                शास्त्री विज्ञप्ति क्रमांक दिनांक रु॰ ॐ श्री। है। (जारी) मद/Head वार्ड-12 14/231-ए ऑफ़िस डॉ. कॉलोनी ऱ क्‍ष र्‍य अः";
    words.extend(real.split_whitespace().map(str::to_owned));
    words
}

#[test]
fn every_hindi_word_comes_back_as_it_was_written() {
    let words = hindi_words();
    assert!(words.len() > 3_000, "{}", words.len());
    let mut press = Press::new().unwrap();
    for (bold, chunk) in words.chunks(480).enumerate() {
        // Five words a line of the receipt; every other receipt shows them as names too, which are bold.
        let mut receipt = Receipt { lines: Vec::new(), ..common::receipt() };
        receipt.lines =
            chunk.chunks(4).map(|words| common::line(&words.join(" "), "", "2026-27", 100)).collect();
        receipt.total = Paise(100 * receipt.lines.len() as i64 + receipt.advance.0);
        if bold % 2 == 1 {
            receipt.payer = chunk.iter().take(20).cloned().collect::<Vec<_>>().join(" ");
        }
        let printed = press.print(&receipt, PaperSize::A4).unwrap();
        assert_eq!(printed.warnings, Vec::new());
        let read = readback::words(&printed.pdf).unwrap();
        let mut from = 0;
        for word in chunk {
            let found = read[from..].iter().position(|read| read == word);
            let at = found.unwrap_or_else(|| {
                panic!("{word} ({}) is not in {:?}", word.escape_unicode(), &read[from..from + 12])
            });
            from += at + 1;
        }
    }
}
