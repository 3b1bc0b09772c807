//! Names as people spell them: one key for the same sound in Devanagari and in Latin letters.
//!
//! Three keys, from strict to loose, each a pure function of one word:
//! * [`plain`]: the word in its own script without what nobody means by it (case, joiners, the choice between
//!   पन्त and पंत). Two words with one plain key are the same spelling.
//! * [`fold_word`]: what the ear keeps. चौधरी, Chaudhary and Choudhry are one; so are विजय, Vijay and Bijay. The
//!   short *a* is dropped except at the start, because Latin writes it or not as it pleases and never tells
//!   it from the long one. Aspiration, length, doubling and the three sibilants go for the same reason.
//! * [`skeleton`]: consonants only, for finding candidates whose vowels differ (Rajender, राजेन्द्र); who uses
//!   it ranks them with [`distance`].
//!
//! The fold is written so that the fold of a word being typed is nearly always the beginning of the fold of the
//! whole word: aspirates fold to their plain letter (`p` before `ph`), so no letter is taken back by the next.
//! Two sounds have letters of their own in keys, ʧ (च) and ɦ (ह): they are no ASCII letters, so that a key read
//! once more as Latin text is itself.

mod devanagari;
mod distance;
mod latin;
mod sound;
#[cfg(test)]
mod tests;

pub use distance::{DISTANCE_PER_CONSONANT, DISTANCE_PER_LETTER_MIN, distance, prefix_distance};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters kept of one word: no name met has more, and a pasted page must not cost more than a name.
pub const WORD_CHARACTERS_MAX: usize = 40;
/// Words taken of one text.
pub const WORDS_MAX: usize = 24;

/// One piece of a text as search sees it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Token {
    /// A word's [`plain`] key; for a number its letters and digits with `-` between the parts (`pt-248459-000123`).
    pub plain: String,
    /// Whether it carries digits.
    pub is_number: bool,
}

/// The keys of a recorded word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// See [`fine`].
    pub fine: String,
    /// See [`folds`].
    pub folds: Vec<String>,
}

impl Keys {
    /// The keys of a word that is [`plain`] already, without normalising it once more.
    pub fn of_plain(plain: &str) -> Keys {
        let fine = fine_of_plain(plain, latin::BareC::Hard);
        Keys { folds: folds_of_fine(&fine), fine }
    }
}

/// The word in its own script, stripped of what nobody means: lower case, compatibility forms and Latin accents
/// resolved, joiners and a closing halant gone, ँ as ं, a nasal before its own class as ं, nukta kept only where it
/// makes another letter (ड़, ढ़). Anything that is neither letter nor mark is left out, digits too. May be empty.
pub fn plain(word: &str) -> String {
    // Each kept character may be several code points before (emoji, stacked marks): bound the input, then the output.
    let letters: Vec<char> = word
        .chars()
        .take(WORD_CHARACTERS_MAX * 4)
        .nfkd()
        .flat_map(char::to_lowercase)
        .filter(|c| if is_combining_mark(*c) { devanagari::is_devanagari(*c) } else { c.is_alphabetic() })
        .collect();
    let mut letters = devanagari::plain(&letters);
    letters.truncate(WORD_CHARACTERS_MAX);
    letters.into_iter().collect()
}

/// The key of the ear. Where a word holds a flap that Latin writes `r` or `d` (ड़, ढ़, `rh`), this is the `r` reading;
/// [`folds`] gives both. Idempotent; empty for a word without letters.
pub fn fold_word(word: &str) -> String {
    sound::fold(&fine(word), 'r')
}

/// Every fold a recorded word may be found under: one, or two when it holds a flap (पहाड़ी: pahari, pahadi).
pub fn folds(word: &str) -> Vec<String> {
    folds_of_fine(&fine(word))
}

/// Every fold a typed word may mean: [`folds`], and where it has a bare Latin `c` also the scholars' reading (candra),
/// and for the letters of सिंह (Simh, Sinh) its sound.
/// `being_typed` drops what the next letter may still change: a closing ं becomes म before labials.
pub fn query_folds(word: &str, being_typed: bool) -> Vec<String> {
    let plain = plain(word);
    let typed = if being_typed { plain.trim_end_matches('ं') } else { plain.as_str() };
    let mut all = Keys::of_plain(typed).folds;
    if typed.contains('c') {
        all.extend(folds_of_fine(&fine_of_plain(typed, latin::BareC::Ch)));
    }
    // सिंह letter by letter: Simh, Simha, Sinh. As spoken it ends in ng.
    if let Some(stem) = SINGH_ENDINGS.iter().find_map(|ending| typed.strip_suffix(ending)) {
        all.extend(Keys::of_plain(&format!("{stem}ing")).folds);
    }
    let mut seen = Vec::with_capacity(all.len());
    all.retain(|fold| {
        !seen.contains(fold) && {
            seen.push(fold.clone());
            true
        }
    });
    all
}

/// A finer key than the fold, to rank words of one fold: keeps v from b, sh from s, f from p, e from i and aspiration.
/// Comparable across scripts.
pub fn fine(word: &str) -> String {
    fine_of_plain(&plain(word), latin::BareC::Hard)
}

/// The consonants of a fold; a vowel at its start stays as `a`. Loose: for candidates only.
pub fn skeleton(fold: &str) -> String {
    sound::skeleton(fold)
}

/// Whether the word is written in Devanagari.
pub fn is_devanagari(word: &str) -> bool {
    word.chars().any(devanagari::is_devanagari)
}

/// Words and numbers of a text in their order, abbreviations of names spelled out (Mohd, मो०), relation marks (s/o)
/// left out. At most [`WORDS_MAX`].
pub fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    for chunk in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '[' | ']')) {
        if found.len() >= WORDS_MAX {
            break;
        }
        let latin: String =
            chunk.chars().filter(|c| !c.is_control()).take(8).collect::<String>().to_lowercase();
        if RELATIONS.contains(&latin.trim_end_matches('.')) {
            continue;
        }
        // मो० : the zero serves as the full stop of an abbreviation.
        let chunk = match chunk.strip_suffix('०') {
            Some(short) if is_devanagari(short) && !short.chars().any(|c| digit(c).is_some()) => short,
            _ => chunk,
        };
        if chunk.chars().any(|c| digit(c).is_some()) {
            number_tokens(chunk, &mut found);
        } else {
            word_tokens(chunk, &mut found);
        }
    }
    found.truncate(WORDS_MAX);
    found
}

/// Whether the word is an address before a name (श्रीमती, Late, Dr), by which nobody is found.
pub fn is_title(plain: &str) -> bool {
    TITLES.contains(&plain)
}

/// The digit's value in ASCII, Devanagari or full-width digits.
pub fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '०'..='९' => char::from_digit((c as u32).saturating_sub('०' as u32), 10),
        '０'..='９' => char::from_digit((c as u32).saturating_sub('０' as u32), 10),
        _ => None,
    }
}

const RELATIONS: [&str; 8] = ["s/o", "w/o", "d/o", "c/o", "h/o", "m/s", "एस/ओ", "डब्लू/ओ"];

const TITLES: [&str; 31] = [
    "shri",
    "sri",
    "shree",
    "shrimati",
    "smt",
    "mr",
    "mrs",
    "ms",
    "dr",
    "late",
    "km",
    "messrs",
    "श्री",
    "श्रीमती",
    "श्रीमति",
    "सुश्री",
    "स्व",
    "स्वर्गीय",
    "डा",
    "डॉ",
    "कु",
    "मै",
    "मैसर्स",
    "पुत्र",
    "पुत्री",
    "पत्नी",
    "सपुत्र",
    "so",
    "wo",
    "do",
    "उर्फ",
];

const SINGH_ENDINGS: [&str; 4] = ["imh", "imha", "inh", "inha"];

/// Abbreviations that hide more of a name than a fold can bridge.
const ABBREVIATIONS: [(&str, &str); 12] = [
    ("mohd", "mohammad"),
    ("md", "mohammad"),
    ("mohmd", "mohammad"),
    ("mhd", "mohammad"),
    ("मो", "मोहम्मद"),
    ("मौ", "मोहम्मद"),
    ("मु", "मोहम्मद"),
    ("मोहं", "मोहम्मद"),
    ("kr", "kumar"),
    ("pd", "prasad"),
    ("प्र", "प्रसाद"),
    ("rao", "rav"),
];

fn folds_of_fine(fine: &str) -> Vec<String> {
    let first = sound::fold(fine, 'r');
    if fine.contains(sound::FLAP) { vec![first, sound::fold(fine, 'd')] } else { vec![first] }
}

fn fine_of_plain(plain: &str, bare_c: latin::BareC) -> String {
    // A word may mix scripts by a slip of the keyboard: each run is read by its own script's rules.
    let letters: Vec<char> = plain.chars().collect();
    let mut sounds = Vec::with_capacity(letters.len());
    for run in letters.chunk_by(|a, b| devanagari::is_devanagari(*a) == devanagari::is_devanagari(*b)) {
        if run.first().copied().is_some_and(devanagari::is_devanagari) {
            devanagari::sounds(run, &mut sounds);
        } else {
            latin::sounds(run, bare_c, &mut sounds);
        }
    }
    sound::collapse(sounds)
}

fn word_tokens(chunk: &str, found: &mut Vec<Token>) {
    let is_part =
        |c: char| c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '\u{200c}' | '\u{200d}');
    for part in chunk.split(|c: char| !is_part(c)) {
        let word = plain(part);
        if word.is_empty() {
            continue;
        }
        let word = match ABBREVIATIONS.iter().find(|(short, _)| *short == word) {
            Some((_, whole)) => plain(whole),
            None => word,
        };
        found.push(Token { plain: word, is_number: false });
    }
}

/// `PT-248459-000123`, `12/3`, `No.-16`, `गली3`: one number of its parts, and its longer words as words.
fn number_tokens(chunk: &str, found: &mut Vec<Token>) {
    let mut parts: Vec<(bool, String)> = Vec::new();
    let mut joined = false;
    for c in chunk.chars().take(WORD_CHARACTERS_MAX) {
        let value = digit(c);
        if value.is_none() && !c.is_alphanumeric() && !is_combining_mark(c) {
            joined = false;
            continue;
        }
        let is_digit = value.is_some();
        let c = value.unwrap_or(c);
        match parts.last_mut() {
            Some((was_digit, part)) if joined && *was_digit == is_digit => part.push(c),
            _ => parts.push((is_digit, c.to_string())),
        }
        joined = true;
    }
    let mut number = String::new();
    for (is_digit, part) in &parts {
        let part = if *is_digit { part.clone() } else { plain(part) };
        if part.is_empty() {
            continue;
        }
        if !is_digit && part.chars().count() >= 3 {
            found.push(Token { plain: part, is_number: false });
            continue;
        }
        if !number.is_empty() {
            number.push('-');
        }
        number.push_str(&part);
    }
    if !number.is_empty() {
        found.push(Token { plain: number, is_number: true });
    }
}
