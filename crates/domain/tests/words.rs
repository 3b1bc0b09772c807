//! Amounts in words against two programs that share no code with ours (`tests/words/make_oracles.py`), and read
//! back by a parser of this file's own over the whole range of an `i64`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use domain::words::{amount_in_words, number_in_words};
use domain::{Language, Paise};
use proptest::prelude::*;

/// Where the Central Hindi Directorate's standard list spells a number otherwise than CLDR does: CLDR's, ours.
const HINDI_SPELLINGS: [(&str, &str); 5] = [
    ("पन्द्रह", "पंद्रह"),     // 15: a nasal before its own class is written as anusvara
    ("चौवालीस", "चवालीस"), // 44
    ("तिरेपन", "तिरपन"),    // 53
    ("तिरेसठ", "तिरसठ"),    // 63
    ("नबे", "नवे"),          // 91 to 99: इक्यानवे … निन्यानवे
];

fn oracle(file: &str) -> impl Iterator<Item = (u64, &str)> {
    file.lines().map(|line| {
        let (number, words) = line.split_once('\t').unwrap();
        (number.parse().unwrap(), words)
    })
}

#[test]
fn english_numbers_agree_with_num2words() {
    let mut compared = 0;
    for (number, words) in oracle(include_str!("words/english.tsv")) {
        // Indian cheques and receipts have neither the commas nor the "and" of the English style.
        let expected = words.replace(',', "").replace(" and ", " ");
        assert_eq!(number_in_words(number, Language::English), expected, "{number}");
        compared += 1;
    }
    assert!(compared > 10_050, "only {compared} numbers in the oracle's file");
}

#[test]
fn hindi_numbers_agree_with_icu() {
    let mut compared = 0;
    for (number, words) in oracle(include_str!("words/hindi.tsv")) {
        let mut expected = words.to_owned();
        for (theirs, ours) in HINDI_SPELLINGS {
            expected = expected.replace(theirs, ours);
        }
        assert_eq!(number_in_words(number, Language::Hindi), expected, "{number}");
        compared += 1;
    }
    assert!(compared > 10_050, "only {compared} numbers in the oracle's file");
}

#[test]
fn amounts_as_receipts_say_them() {
    for (paise, english, hindi) in [
        (0, "Rupees zero only", "रुपये शून्य मात्र"),
        (1, "Paise one only", "एक पैसा मात्र"),
        (50, "Paise fifty only", "पचास पैसे मात्र"),
        (100, "Rupees one only", "रुपये एक मात्र"),
        (
            12_345_650,
            "Rupees one lakh twenty-three thousand four hundred fifty-six and paise fifty only",
            "रुपये एक लाख तेईस हज़ार चार सौ छप्पन एवं पचास पैसे मात्र",
        ),
        (-200_001, "Minus rupees two thousand and paise one only", "ऋण रुपये दो हज़ार एवं एक पैसा मात्र"),
        (100_000_000_000, "Rupees one hundred crore only", "रुपये एक अरब मात्र"),
        (
            i64::MAX,
            "Rupees nine hundred twenty-two crore thirty-three lakh seventy-two thousand thirty-six crore \
             eighty-five lakh forty-seven thousand seven hundred fifty-eight and paise seven only",
            "रुपये बानवे पद्म तेईस नील सैंतीस खरब बीस अरब छत्तीस करोड़ पचासी लाख सैंतालीस हज़ार सात सौ अट्ठावन एवं सात पैसे मात्र",
        ),
    ] {
        assert_eq!(amount_in_words(Paise(paise), Language::English), english);
        assert_eq!(amount_in_words(Paise(paise), Language::Hindi), hindi);
    }
}

#[test]
fn the_ends_of_the_range_have_words() {
    assert!(amount_in_words(Paise(i64::MIN), Language::English).ends_with("paise eight only"));
    assert!(amount_in_words(Paise(i64::MIN), Language::Hindi).starts_with("ऋण रुपये बानवे पद्म"));
    assert!(number_in_words(u64::MAX, Language::Hindi).starts_with("एक सौ चौरासी शंख छियालीस पद्म"));
    assert_eq!(read_back(&number_in_words(u64::MAX, Language::Hindi), Language::Hindi), u64::MAX);
    assert_eq!(read_back(&number_in_words(u64::MAX, Language::English), Language::English), u64::MAX);
}

/// Reads words as a person does: hundreds and units gather, each larger rung closes what was gathered; a second
/// "crore" multiplies everything before it.
fn read_back(words: &str, language: Language) -> u64 {
    let units: Vec<(String, u64)> =
        (0..100).map(|number| (number_in_words(number, language), number)).collect();
    let (mut total, mut gathered) = (0u64, 0u64);
    for word in words.split(' ') {
        match word {
            "सौ" | "hundred" => gathered *= 100,
            "हज़ार" | "thousand" => (total, gathered) = (total + gathered * 1_000, 0),
            "लाख" | "lakh" => (total, gathered) = (total + gathered * 100_000, 0),
            "crore" => (total, gathered) = ((total + gathered) * 10_000_000, 0),
            "करोड़" => (total, gathered) = (total + gathered * 10_000_000, 0),
            "अरब" => (total, gathered) = (total + gathered * 1_000_000_000, 0),
            "खरब" => (total, gathered) = (total + gathered * 100_000_000_000, 0),
            "नील" => (total, gathered) = (total + gathered * 10_000_000_000_000, 0),
            "पद्म" => (total, gathered) = (total + gathered * 1_000_000_000_000_000, 0),
            "शंख" => (total, gathered) = (total + gathered * 100_000_000_000_000_000, 0),
            unit => gathered += units.iter().find(|(name, _)| name == unit).expect("a word of the table").1,
        }
    }
    total + gathered
}

proptest! {
    #[test]
    fn words_read_back_as_the_number(number: u64) {
        for language in [Language::Hindi, Language::English] {
            prop_assert_eq!(read_back(&number_in_words(number, language), language), number);
        }
    }

    #[test]
    fn every_amount_has_words_in_one_piece(paise: i64) {
        for language in [Language::Hindi, Language::English] {
            let words = amount_in_words(Paise(paise), language);
            prop_assert!(!words.contains("  ") && !words.starts_with(' ') && !words.ends_with(' '));
        }
    }
}
