//! Amounts in words, as they stand on receipts: English and Hindi, by lakh and crore.
//!
//! The Hindi words follow the standard list of the Central Hindi Directorate (केंद्रीय हिंदी निदेशालय) where it
//! differs from the CLDR rules that `tests/words.rs` checks against; the differences are listed there, one by one.

use crate::{Language, Paise};

/// A rung of the Indian scale: its value and its two names.
struct Scale {
    value: u64,
    hindi: &'static str,
    english: &'static str,
}

/// English stops at crore: an Indian reader says "one lakh crore", while arab and kharab are Hindi words.
const CRORE: u64 = 10_000_000;

const SCALES: [Scale; 9] = [
    Scale { value: 100_000_000_000_000_000, hindi: "शंख", english: "" },
    Scale { value: 1_000_000_000_000_000, hindi: "पद्म", english: "" },
    Scale { value: 10_000_000_000_000, hindi: "नील", english: "" },
    Scale { value: 100_000_000_000, hindi: "खरब", english: "" },
    Scale { value: 1_000_000_000, hindi: "अरब", english: "" },
    Scale { value: CRORE, hindi: "करोड़", english: "crore" },
    Scale { value: 100_000, hindi: "लाख", english: "lakh" },
    Scale { value: 1_000, hindi: "हज़ार", english: "thousand" },
    Scale { value: 100, hindi: "सौ", english: "hundred" },
];

/// Hindi numbers below a hundred follow no rule; each is a word of its own.
#[rustfmt::skip] // ten to a line, so that a person can check them against the list
const HINDI_BELOW_HUNDRED: [&str; 100] = [
    "शून्य", "एक", "दो", "तीन", "चार", "पाँच", "छह", "सात", "आठ", "नौ",
    "दस", "ग्यारह", "बारह", "तेरह", "चौदह", "पंद्रह", "सोलह", "सत्रह", "अठारह", "उन्नीस",
    "बीस", "इक्कीस", "बाईस", "तेईस", "चौबीस", "पच्चीस", "छब्बीस", "सत्ताईस", "अट्ठाईस", "उनतीस",
    "तीस", "इकतीस", "बत्तीस", "तैंतीस", "चौंतीस", "पैंतीस", "छत्तीस", "सैंतीस", "अड़तीस", "उनतालीस",
    "चालीस", "इकतालीस", "बयालीस", "तैंतालीस", "चवालीस", "पैंतालीस", "छियालीस", "सैंतालीस", "अड़तालीस", "उनचास",
    "पचास", "इक्यावन", "बावन", "तिरपन", "चौवन", "पचपन", "छप्पन", "सत्तावन", "अट्ठावन", "उनसठ",
    "साठ", "इकसठ", "बासठ", "तिरसठ", "चौंसठ", "पैंसठ", "छियासठ", "सड़सठ", "अड़सठ", "उनहत्तर",
    "सत्तर", "इकहत्तर", "बहत्तर", "तिहत्तर", "चौहत्तर", "पचहत्तर", "छिहत्तर", "सतहत्तर", "अठहत्तर", "उनासी",
    "अस्सी", "इक्यासी", "बयासी", "तिरासी", "चौरासी", "पचासी", "छियासी", "सत्तासी", "अट्ठासी", "नवासी",
    "नब्बे", "इक्यानवे", "बानवे", "तिरानवे", "चौरानवे", "पंचानवे", "छियानवे", "सत्तानवे", "अट्ठानवे", "निन्यानवे",
];

const ENGLISH_BELOW_TWENTY: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

const ENGLISH_TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// The amount as a receipt says it: `Rupees one lakh twenty-three and paise fifty only`,
/// `रुपये एक लाख तेईस एवं पचास पैसे मात्र`. Every `i64` of paise has words.
pub fn amount_in_words(amount: Paise, language: Language) -> String {
    let magnitude = amount.0.unsigned_abs();
    let (rupees, paise) = (magnitude / 100, magnitude % 100);
    match language {
        Language::Hindi => hindi_amount(amount.is_negative(), rupees, paise),
        Language::English => english_amount(amount.is_negative(), rupees, paise),
    }
}

fn hindi_amount(negative: bool, rupees: u64, paise: u64) -> String {
    let mut words = String::from(if negative { "ऋण " } else { "" });
    let says_rupees = rupees > 0 || paise == 0;
    if says_rupees {
        words.push_str("रुपये ");
        push_hindi(&mut words, rupees);
    }
    if paise > 0 {
        words.push_str(if says_rupees { " एवं " } else { "" });
        push_hindi(&mut words, paise);
        words.push_str(if paise == 1 { " पैसा" } else { " पैसे" });
    }
    words.push_str(" मात्र");
    words
}

fn english_amount(negative: bool, rupees: u64, paise: u64) -> String {
    let mut words = String::from(if negative { "minus " } else { "" });
    let says_rupees = rupees > 0 || paise == 0;
    if says_rupees {
        words.push_str("rupees ");
        push_english(&mut words, rupees);
    }
    if paise > 0 {
        words.push_str(if says_rupees { " and paise " } else { "paise " });
        push_english(&mut words, paise);
    }
    words.push_str(" only");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// A count in words: `twelve thousand three hundred forty-five`, `बारह हज़ार तीन सौ पैंतालीस`.
pub fn number_in_words(number: u64, language: Language) -> String {
    let mut words = String::new();
    match language {
        Language::Hindi => push_hindi(&mut words, number),
        Language::English => push_english(&mut words, number),
    }
    words
}

fn push_hindi(words: &mut String, number: u64) {
    let mut rest = number;
    for scale in &SCALES {
        let count = rest / scale.value;
        if count > 0 {
            // Only शंख (of which a `u64` holds 184) can be counted in more than two figures.
            push_hindi(words, count);
            words.extend([" ", scale.hindi]);
            rest %= scale.value;
            words.push_str(if rest > 0 { " " } else { "" });
        }
    }
    if rest > 0 || number == 0 {
        words.push_str(below(&HINDI_BELOW_HUNDRED, rest));
    }
}

fn push_english(words: &mut String, number: u64) {
    let mut rest = number;
    for scale in SCALES.iter().filter(|scale| scale.value <= CRORE) {
        let count = rest / scale.value;
        if count > 0 {
            push_english(words, count);
            words.extend([" ", scale.english]);
            rest %= scale.value;
            words.push_str(if rest > 0 { " " } else { "" });
        }
    }
    if rest >= 20 {
        words.push_str(below(&ENGLISH_TENS, rest / 10));
        if !rest.is_multiple_of(10) {
            words.extend(["-", below(&ENGLISH_BELOW_TWENTY, rest % 10)]);
        }
    } else if rest > 0 || number == 0 {
        words.push_str(below(&ENGLISH_BELOW_TWENTY, rest));
    }
}

/// The word at a place the caller's division keeps inside the table.
fn below(table: &[&'static str], place: u64) -> &'static str {
    usize::try_from(place).ok().and_then(|place| table.get(place)).copied().unwrap_or_default()
}
