//! Text before it is shaped: nothing invisible, nothing that turns the line round, figures as the town writes them.

use crate::warning::Warnings;
use domain::{BusinessDate, Paise};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The figures of amounts and dates. Numbers by which a thing is found again (receipt, property) keep Latin digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Digits {
    /// 0123456789
    #[default]
    Latin,
    /// ०१२३४५६७८९
    Devanagari,
}

impl Digits {
    /// Indian grouping, two decimals: `12,34,567.00`.
    pub(crate) fn amount(self, amount: Paise) -> String {
        self.figures(&amount.to_string())
    }

    /// With the sign of the rupee: `₹ 12,34,567.00`.
    pub(crate) fn rupees(self, amount: Paise) -> String {
        format!("₹ {}", self.amount(amount))
    }

    /// `23-11-2026`
    pub(crate) fn date(self, date: BusinessDate) -> String {
        self.figures(&date.on_paper())
    }

    /// Date and time of an instant in India: `23-11-2026, 11:42`.
    pub(crate) fn date_and_time(self, at_unix_ms: i64) -> String {
        let day = BusinessDate::from_unix_ms(at_unix_ms);
        format!("{}, {}", self.date(day), self.time(at_unix_ms))
    }

    /// Time of day in India: `11:42`.
    pub(crate) fn time(self, at_unix_ms: i64) -> String {
        const IST_MINUTES: i64 = 330;
        let minute = (at_unix_ms.div_euclid(60_000).saturating_add(IST_MINUTES)).rem_euclid(24 * 60);
        self.figures(&format!("{:02}:{:02}", minute / 60, minute % 60))
    }

    /// The text with its digits in these figures.
    pub(crate) fn figures(self, text: &str) -> String {
        match self {
            Digits::Latin => text.to_owned(),
            Digits::Devanagari => text.chars().map(devanagari_digit).collect(),
        }
    }
}

fn devanagari_digit(character: char) -> char {
    match character.to_digit(10) {
        Some(value) => char::from_u32(u32::from('०') + value).unwrap_or(character),
        None => character,
    }
}

/// True for what the Devanagari fonts are for: letters, signs, danda, digits.
pub(crate) fn is_devanagari(character: char) -> bool {
    matches!(character, '\u{0900}'..='\u{097F}' | '\u{1CD0}'..='\u{1CFF}' | '\u{A8E0}'..='\u{A8FF}')
}

/// Joiners shape Devanagari and mean nothing on any other paper of ours.
fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200C}' | '\u{200D}')
}

/// Marks that turn, hide or split text: direction marks, soft hyphens, tags, byte order marks, variation selectors.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// One line of text with single spaces, free of control and direction characters.
pub(crate) fn clean<'a>(text: &'a str, warnings: &mut Warnings) -> Cow<'a, str> {
    if is_clean(text) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        let previous = cleaned.chars().next_back();
        if character.is_whitespace() || character.is_control() {
            if !character.is_whitespace() {
                warnings.left_out(character);
            }
            if previous.is_some_and(|before| before != ' ') {
                cleaned.push(' ');
            }
        } else if is_joiner(character) && previous.is_some_and(is_devanagari) {
            cleaned.push(character);
        } else if is_invisible(character) {
            warnings.left_out(character);
        } else {
            cleaned.push(character);
        }
    }
    cleaned.truncate(cleaned.trim_end_matches(' ').len());
    Cow::Owned(cleaned)
}

/// Most texts are clean already; they are not copied.
fn is_clean(text: &str) -> bool {
    let mut previous = ' ';
    for character in text.chars() {
        let strange = match character {
            ' ' => previous == ' ',
            _ => character.is_whitespace() || character.is_control() || is_invisible(character),
        };
        if strange {
            return false;
        }
        previous = character;
    }
    text.is_empty() || previous != ' '
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Warning;

    fn cleaned(text: &str) -> (String, Vec<Warning>) {
        let mut warnings = Warnings::default();
        let cleaned = clean(text, &mut warnings).into_owned();
        (cleaned, warnings.into_vec())
    }

    #[test]
    fn direction_marks_and_controls_are_left_out_and_told() {
        let (text, warnings) = cleaned("राम\u{202E}बहादुर\u{0007} \n थापा\u{200F}  ");
        assert_eq!(text, "रामबहादुर थापा");
        assert_eq!(
            warnings,
            vec![
                Warning::LeftOut { character: '\u{7}', times: 1 },
                Warning::LeftOut { character: '\u{200F}', times: 1 },
                Warning::LeftOut { character: '\u{202E}', times: 1 },
            ]
        );
    }

    #[test]
    fn joiners_stay_inside_devanagari_only() {
        assert_eq!(cleaned("क्\u{200D}ष").0, "क्\u{200D}ष");
        assert_eq!(cleaned("a\u{200D}b").0, "ab");
        assert_eq!(cleaned("\u{200D}").0, "");
    }

    #[test]
    fn figures_in_both_scripts() {
        assert_eq!(Digits::Devanagari.rupees(Paise(123_456_700)), "₹ १२,३४,५६७.००");
        assert_eq!(Digits::Latin.date_and_time(1_795_413_120_000), "23-11-2026, 11:22");
        assert_eq!(Digits::Latin.time(i64::MAX).len(), 5);
        assert_eq!(Digits::Latin.time(i64::MIN).len(), 5);
    }
}
