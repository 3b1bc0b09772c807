//! What was typed, and the FTS5 expressions that look for it from strict to loose.

use super::document::without_letters_before;
use super::near::near_keys;
use domain::spelling::{self, DISTANCE_PER_CONSONANT, DISTANCE_PER_LETTER_MIN, Token};

/// Words of a query that count. Eight are a full name, a father and a place.
const WORDS_MAX: usize = 8;
/// Folds one word is widened to, nearest first.
const NEAR_FOLDS_MAX: usize = 24;
/// Digits from which a number may be the end of a mobile number.
const MOBILE_END_DIGITS_MIN: usize = 4;
/// Digits from which a number may be the end of a property's number.
pub(super) const NUMBER_END_DIGITS_MIN: usize = 3;
/// Words up to which neighbours are also tried as one word.
const JOINED_WORDS_MAX: usize = 4;

/// An expression no row answers: no name has no words.
const NOTHING: &str = "\"l0\"";

/// One typed word with its keys.
pub(super) struct Word {
    pub(super) plain: String,
    pub(super) is_number: bool,
    /// Still being typed: the last one.
    pub(super) is_last: bool,
    pub(super) is_devanagari: bool,
    pub(super) fine: String,
    pub(super) folds: Vec<String>,
    /// Folds of the word as the beginning of a longer one.
    pub(super) beginnings: Vec<String>,
    /// Recorded folds a slip away, nearest first.
    near: Vec<String>,
}

impl Word {
    fn of(token: Token, is_last: bool) -> Word {
        let text = &token.plain;
        Word {
            is_devanagari: spelling::is_devanagari(text),
            fine: spelling::fine(text),
            folds: spelling::query_folds(text, false),
            beginnings: spelling::query_folds(text, true),
            near: Vec::new(),
            is_number: token.is_number,
            is_last,
            plain: token.plain,
        }
    }

    /// A number's letters and digits without its separators.
    pub(super) fn compact(&self) -> String {
        self.plain.replace('-', "")
    }

    /// Keys of `search_near` this word shares with a word one slip away: to be met whole, and as beginnings.
    pub(super) fn near_keys(&self) -> (Vec<String>, Vec<String>) {
        if self.is_number {
            return (Vec::new(), Vec::new());
        }
        let mut whole: Vec<String> = self.folds.iter().flat_map(|fold| near_keys(fold)).collect();
        whole.sort_unstable();
        whole.dedup();
        let long_enough = |key: &String| self.is_last && key.chars().count() >= 2;
        let beginnings = whole.iter().filter(|key| long_enough(key)).cloned().collect();
        (whole, beginnings)
    }

    fn keep_nearest(&mut self, offered: &[&str]) {
        let mut ranked: Vec<(u32, &str)> =
            offered.iter().filter_map(|fold| self.distance_to(fold).map(|far| (far, *fold))).collect();
        ranked.sort_unstable();
        ranked.dedup();
        self.near = ranked.into_iter().take(NEAR_FOLDS_MAX).map(|(_, fold)| fold.to_owned()).collect();
    }

    /// How far a recorded fold is, if near enough to be meant.
    pub(super) fn distance_to(&self, fold: &str) -> Option<u32> {
        let letters = fold.chars().count();
        let whole = self.folds.iter().filter_map(|typed| {
            let near_enough = tolerance(typed);
            let may_be = missing(letters.abs_diff(typed.chars().count())) <= near_enough;
            may_be.then(|| spelling::distance(typed, fold)).filter(|far| *far <= near_enough)
        });
        let begun = self.beginnings.iter().filter(|_| self.is_last).filter_map(|typed| {
            let near_enough = tolerance(typed);
            let may_be = missing(typed.chars().count().saturating_sub(letters)) < near_enough;
            // A longer word fits a beginning more easily, so a beginning must be nearer than a whole.
            may_be.then(|| spelling::prefix_distance(typed, fold) + 1).filter(|far| *far <= near_enough)
        });
        whole.chain(begun).min()
    }
}

/// What so many letters more or less cost at the least: most folds offered are too long or too short, and need not be
/// held against the word letter by letter.
fn missing(letters: usize) -> u32 {
    u32::try_from(letters).unwrap_or(u32::MAX).saturating_mul(DISTANCE_PER_LETTER_MIN)
}

/// A slip in two letters makes another name, in eight it is still the same.
fn tolerance(fold: &str) -> u32 {
    match fold.chars().count() {
        0 | 1 => 0,
        2 => DISTANCE_PER_CONSONANT / 2,
        3 => DISTANCE_PER_CONSONANT.saturating_sub(1),
        4 | 5 => DISTANCE_PER_CONSONANT,
        6 | 7 => DISTANCE_PER_CONSONANT + 2,
        _ => DISTANCE_PER_CONSONANT * 2,
    }
}

/// A typed text.
pub(super) struct Query {
    words: Vec<Word>,
    /// The same words with two neighbours written as one, each way.
    joined: Vec<Vec<Word>>,
    /// Whether stricter levels found too little.
    pub(super) looked_near: bool,
}

impl Query {
    pub(super) fn parse(text: &str) -> Query {
        // What is beyond cannot be part of a query anyone means; a pasted file must not be scanned at every key.
        let text: String = text.chars().take(400).collect();
        let mut tokens = match mobile(&text) {
            Some(digits) => vec![Token { plain: digits, is_number: true }],
            None => spelling::tokens(&text),
        };
        if tokens.iter().any(|token| !spelling::is_title(&token.plain)) {
            tokens.retain(|token| !spelling::is_title(&token.plain));
        }
        tokens.truncate(WORDS_MAX);
        let joined = match tokens.len() {
            2..=JOINED_WORDS_MAX => joined(&tokens).into_iter().map(words).collect(),
            _ => Vec::new(),
        };
        Query { words: words(tokens), joined, looked_near: false }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub(super) fn words(&self) -> &[Word] {
        &self.words
    }

    /// Gives every word the nearest of the folds the index offered.
    pub(super) fn keep_nearest(&mut self, offered: &[&str]) {
        self.looked_near = true;
        for word in self.words.iter_mut().filter(|word| !word.is_number) {
            word.keep_nearest(offered);
        }
    }

    /// The words as typed, then with neighbours joined.
    pub(super) fn readings(&self) -> impl Iterator<Item = &[Word]> {
        std::iter::once(self.words.as_slice()).chain(self.joined.iter().map(Vec::as_slice))
    }

    /// The number, without the letters before it, where nothing else was typed.
    pub(super) fn only_number(&self) -> Option<String> {
        match self.words.as_slice() {
            [word] if word.is_number => Some(without_letters_before(&word.plain)),
            _ => None,
        }
    }

    /// Digits that may be a mobile number or its end, and whether they may also be its beginning.
    pub(super) fn mobile_digits(&self) -> impl Iterator<Item = (String, bool)> {
        self.words.iter().filter(|word| word.is_number).filter_map(|word| {
            let long_enough = (MOBILE_END_DIGITS_MIN..=10).contains(&word.plain.len());
            let only_digits = word.plain.chars().all(|c| c.is_ascii_digit());
            (long_enough && only_digits).then(|| (word.plain.clone(), word.is_last))
        })
    }

    /// The loosest expression by ear: any word anywhere, the last one as a beginning, neighbours as one or two.
    pub(super) fn by_ear(&self) -> String {
        let readings: Vec<String> = self.readings().map(|words| all(words, Level::Sound, false)).collect();
        readings.join(" OR ")
    }

    /// Expressions that pick the owners most surely meant out of what [`Query::by_ear`] finds too much of. With a
    /// number among the words it cannot be the owner's name alone: then what is written so anywhere.
    pub(super) fn owner_steps(&self) -> [String; 4] {
        let written = |whole| self.all(Level::Written, whole);
        if self.words.iter().any(|word| word.is_number) {
            return [written(true), written(false), NOTHING.to_owned(), NOTHING.to_owned()];
        }
        [
            self.whole_name(&written(true)),
            self.whole_name(&self.all(Level::Sound, true)),
            format!("owner : ({})", written(true)),
            format!("owner : ({})", written(false)),
        ]
    }

    /// Expressions for words scattered over owner, father and place, and for owners by ear.
    pub(super) fn scattered_steps(&self) -> Vec<String> {
        if self.words.iter().any(|word| word.is_number) {
            return Vec::new();
        }
        let written = |whole| self.all(Level::Written, whole);
        vec![written(true), written(false), format!("owner : ({})", self.all(Level::Sound, false))]
    }

    /// Expressions over the folds that [`Query::keep_nearest`] kept: all there is, and where that is too much, owners.
    pub(super) fn near_steps(&self) -> Vec<String> {
        let expression = self.all(Level::Near, false);
        let owners = [self.whole_name(&expression), format!("owner : ({expression})")];
        std::iter::once(expression).chain(owners).collect()
    }

    /// Owners whose name has as many words as were typed.
    fn whole_name(&self, expression: &str) -> String {
        format!("owner : (\"l{}\" AND {expression})", self.words.len())
    }

    fn all(&self, level: Level, whole: bool) -> String {
        all(&self.words, level, whole)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Written,
    Sound,
    Near,
}

/// Every word, the last one as a beginning unless `whole`.
fn all(words: &[Word], level: Level, whole: bool) -> String {
    let terms: Vec<String> = words
        .iter()
        .map(|word| {
            let begins = word.is_last && !whole;
            let terms =
                if word.is_number { number(word, level, begins) } else { word_terms(word, level, begins) };
            format!("({})", terms.join(" OR "))
        })
        .collect();
    format!("({})", terms.join(" AND "))
}

fn word_terms(word: &Word, level: Level, begins: bool) -> Vec<String> {
    match level {
        Level::Written => vec![term('x', &word.plain, begins)],
        Level::Sound => {
            let folds = if begins { &word.beginnings } else { &word.folds };
            folds.iter().map(|fold| term('f', fold, begins)).collect()
        }
        Level::Near => {
            let own = word.beginnings.iter().filter(|_| begins).map(|fold| term('f', fold, true));
            let near = word.near.iter().chain(&word.folds).map(|fold| term('f', fold, false));
            own.chain(near).collect()
        }
    }
}

/// A number as written has all its parts; loosely, its last part is the end of a longer number, with or without leading
/// zeros, and ranking holds the parts before against the recorded ones.
fn number(word: &Word, level: Level, begins: bool) -> Vec<String> {
    let parts: Vec<&str> = word.plain.split('-').collect();
    let Some((last, before)) = parts.split_last() else { return Vec::new() };
    let mut terms = vec![term('n', last, begins)];
    let bare = last.trim_start_matches('0');
    if !bare.is_empty() && bare != *last {
        terms.push(term('n', bare, begins));
    }
    if level == Level::Written && !before.is_empty() {
        let before: Vec<String> = before.iter().map(|part| term('n', part, false)).collect();
        return vec![format!("({} AND ({}))", before.join(" AND "), terms.join(" OR "))];
    }
    if last.len() >= NUMBER_END_DIGITS_MIN && last.chars().all(|c| c.is_ascii_digit()) {
        terms.push(term('r', &last.chars().rev().collect::<String>(), true));
    }
    terms
}

/// A quoted term: what the keys hold can be no operator, and quotes cannot be in them.
fn term(kind: char, key: &str, begins: bool) -> String {
    format!("\"{kind}{key}\"{}", if begins { " *" } else { "" })
}

fn words(tokens: Vec<Token>) -> Vec<Word> {
    let last = tokens.len().saturating_sub(1);
    tokens.into_iter().enumerate().map(|(n, token)| Word::of(token, n == last)).collect()
}

fn joined(tokens: &[Token]) -> Vec<Vec<Token>> {
    let mut readings = Vec::new();
    for (n, pair) in tokens.windows(2).enumerate() {
        let [first, second] = pair else { continue };
        if first.is_number || second.is_number {
            continue;
        }
        let mut reading = tokens.to_vec();
        reading.remove(n);
        if let Some(token) = reading.get_mut(n) {
            token.plain = format!("{}{}", first.plain, second.plain);
        }
        readings.push(reading);
    }
    readings
}

/// The ten digits of an Indian mobile number however it is written, or none.
pub(super) fn mobile(text: &str) -> Option<String> {
    let mut digits = String::new();
    for c in text.chars() {
        match spelling::digit(c) {
            Some(digit) => digits.push(digit),
            None if c.is_whitespace() || matches!(c, '+' | '-' | '(' | ')') => {}
            None => return None,
        }
    }
    let national = match digits.len() {
        10 => digits.as_str(),
        11 => digits.strip_prefix('0')?,
        12 => digits.strip_prefix("91")?,
        _ => return None,
    };
    national.starts_with(['6', '7', '8', '9']).then(|| national.to_owned())
}
