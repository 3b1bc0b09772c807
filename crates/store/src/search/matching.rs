//! One typed word against one recorded word.

use super::document::{closing_digits, number_forms, without_letters_before};
use super::query::{NUMBER_END_DIGITS_MIN, Word};
use domain::spelling::{self, Keys};

/// How a typed word meets a recorded one; smaller is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// As written, or with the same sounds in the other script, where "as written" cannot be.
    Whole,
    /// As [`Level::Whole`], for the beginning of the word.
    Prefix,
    /// Another spelling of the same sound.
    Sound,
    /// A beginning of that.
    SoundPrefix,
    /// A slip away.
    Near,
}

impl Level {
    /// Whether only the beginning of the recorded word was typed.
    pub(super) fn is_beginning(self) -> bool {
        matches!(self, Level::Prefix | Level::SoundPrefix)
    }
}

/// A level, and the cost that orders words of one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Match {
    pub(super) level: Level,
    pub(super) cost: u32,
}

/// A recorded word with its keys.
pub(super) struct Recorded {
    plain: String,
    is_number: bool,
    is_devanagari: bool,
    fine: String,
    folds: Vec<String>,
}

impl Recorded {
    pub(super) fn of(plain: &str, is_number: bool) -> Recorded {
        let keys = if is_number { Keys::default() } else { Keys::of_plain(plain) };
        Recorded {
            plain: plain.to_owned(),
            is_number,
            is_devanagari: spelling::is_devanagari(plain),
            fine: keys.fine,
            folds: keys.folds,
        }
    }

    /// How the typed word meets this one, if at all.
    pub(super) fn meets(&self, typed: &Word, looks_near: bool) -> Option<Match> {
        match (typed.is_number, self.is_number) {
            (true, true) => self.meets_number(typed),
            (false, false) => {
                self.meets_word(typed).or_else(|| if looks_near { self.is_near(typed) } else { None })
            }
            _ => None,
        }
    }

    fn meets_number(&self, typed: &Word) -> Option<Match> {
        let compact = typed.compact();
        let forms = number_forms(&self.plain);
        if forms.contains(&compact) {
            return Some(Match { level: Level::Whole, cost: 0 });
        }
        let bare =
            |number: &str| number.rsplit('-').next().map(|last| last.trim_start_matches('0').to_owned());
        if !typed.plain.contains('-')
            && bare(&typed.plain).is_some_and(|b| !b.is_empty() && bare(&self.plain) == Some(b))
        {
            return Some(Match { level: Level::Whole, cost: 1 });
        }
        let only_digits = compact.chars().all(|c| c.is_ascii_digit());
        let is_end = only_digits
            && compact.len() >= NUMBER_END_DIGITS_MIN
            && closing_digits(&self.plain).is_some_and(|digits| digits.ends_with(&compact));
        if is_end {
            return Some(Match { level: Level::Prefix, cost: 2 });
        }
        let (number, compact) = (without_letters_before(&self.plain), without_letters_before(&typed.plain));
        let begins = typed.is_last
            && (number.starts_with(&compact) || forms.iter().any(|form| form.starts_with(&typed.compact())));
        let is_part = self.plain.split('-').any(|part| part == typed.plain);
        (begins || is_part).then_some(Match { level: Level::Prefix, cost: 3 })
    }

    fn meets_word(&self, typed: &Word) -> Option<Match> {
        if self.plain == typed.plain {
            return Some(Match { level: Level::Whole, cost: 0 });
        }
        let other_script = self.is_devanagari != typed.is_devanagari;
        if other_script && self.fine == typed.fine {
            let ends_alike = self.ends_alike(typed);
            let level = if typed.is_last && !ends_alike { Level::Prefix } else { Level::Whole };
            return Some(Match { level, cost: 1 + u32::from(!ends_alike) });
        }
        if typed.is_last {
            if self.plain.starts_with(&typed.plain) {
                return Some(Match { level: Level::Prefix, cost: 0 });
            }
            if other_script && !typed.fine.is_empty() && self.fine.starts_with(&typed.fine) {
                return Some(Match { level: Level::Prefix, cost: 1 });
            }
        }
        self.sounds_like(typed)
    }

    fn sounds_like(&self, typed: &Word) -> Option<Match> {
        if typed.folds.iter().any(|fold| self.folds.contains(fold)) {
            let cost = self.spelling_distance(typed);
            return Some(Match { level: Level::Sound, cost });
        }
        let begins =
            |fold: &String| !fold.is_empty() && self.folds.iter().any(|whole| whole.starts_with(fold));
        (typed.is_last && typed.beginnings.iter().any(begins))
            .then_some(Match { level: Level::SoundPrefix, cost: 0 })
    }

    fn is_near(&self, typed: &Word) -> Option<Match> {
        let far = self.folds.iter().filter_map(|fold| typed.distance_to(fold)).min()?;
        Some(Match { level: Level::Near, cost: far * 8 + self.spelling_distance(typed).min(31) })
    }

    /// How far the spellings lie apart: letter by letter in one script, by the fine key across.
    fn spelling_distance(&self, typed: &Word) -> u32 {
        if self.is_devanagari == typed.is_devanagari {
            spelling::distance(&typed.plain, &self.plain)
        } else {
            spelling::distance(&typed.fine, &self.fine)
        }
    }

    /// Whether both end in a written a: of राम and रामा the second is meant by Rama.
    fn ends_alike(&self, typed: &Word) -> bool {
        let ends_in_a = |word: &str| word.ends_with(['a', 'ा']);
        ends_in_a(&self.plain) == ends_in_a(&typed.plain)
    }
}
