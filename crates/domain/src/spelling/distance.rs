//! How far two folds lie apart, weighted by which slips people make.

use super::sound::{BREATH, CH};

/// Cost of one consonant lost, added or changed; a vowel costs half.
pub const DISTANCE_PER_CONSONANT: u32 = 4;

/// What one letter more or less costs at the least.
pub const DISTANCE_PER_LETTER_MIN: u32 = 2;

const CHARACTERS_MAX: usize = super::WORD_CHARACTERS_MAX;

/// Weighted edit distance of two folds, neighbours swapped counted once.
pub fn distance(typed: &str, recorded: &str) -> u32 {
    Rows::run(typed, recorded).0
}

/// [`distance`] to the nearest beginning of `recorded`: what a word still being typed is away from it.
pub fn prefix_distance(typed: &str, recorded: &str) -> u32 {
    Rows::run(typed, recorded).1
}

/// Cost of losing or adding a letter: vowels and breath come and go, a nasal before a consonant often.
fn gap(c: char) -> u32 {
    match c {
        'a' | 'i' | 'u' | BREATH => DISTANCE_PER_LETTER_MIN,
        'n' | 'm' => 3,
        _ => DISTANCE_PER_CONSONANT,
    }
}

pub(super) fn change(a: char, b: char) -> u32 {
    if a == b {
        return 0;
    }
    let pair = if a < b { (a, b) } else { (b, a) };
    match pair {
        ('i', 'u') | ('a', 'i') | ('a', 'u') => 2,
        ('d', 'r') | ('b', 'u') | ('m', 'n') | ('i', 'j') | ('d', 't') | ('g', 'k') => 2,
        ('s', CH) | ('k', CH) | ('j', 's') => 3,
        _ => DISTANCE_PER_CONSONANT,
    }
}

/// A row of the table, and its place before the first letter.
type Row = [u32; CHARACTERS_MAX + 1];

struct Rows;

impl Rows {
    /// Distance to all of `recorded`, and to its nearest beginning. One keystroke asks this thousands of times, so it
    /// touches no memory but its own.
    fn run(typed: &str, recorded: &str) -> (u32, u32) {
        let mut letters = ['\0'; CHARACTERS_MAX];
        let mut count = 0;
        let (mut before_last, mut last, mut row): (Row, Row, Row) =
            ([0; CHARACTERS_MAX + 1], [0; CHARACTERS_MAX + 1], [0; CHARACTERS_MAX + 1]);
        let mut sum = 0;
        for ((letter, place), cost) in recorded.chars().zip(&mut letters).zip(last.iter_mut().skip(1)) {
            *place = letter;
            sum += gap(letter);
            *cost = sum;
            count += 1;
        }
        let letters = letters.get(..count).unwrap_or_default();
        let mut typed_before = None;
        for t in typed.chars().take(CHARACTERS_MAX) {
            fill(&mut row, &last, &before_last, t, typed_before, letters);
            (before_last, last, row) = (last, row, before_last);
            typed_before = Some(t);
        }
        let last = last.get(..=count).unwrap_or_default();
        (last.last().copied().unwrap_or(0), last.iter().copied().min().unwrap_or(0))
    }
}

/// The row of one more typed letter, from the two before it.
fn fill(row: &mut Row, last: &Row, before_last: &Row, t: char, typed_before: Option<char>, letters: &[char]) {
    let lost = gap(t);
    let [first, rest @ ..] = row;
    let [above_first, above @ ..] = last;
    let (mut left, mut diagonal) = (above_first.saturating_add(lost), *above_first);
    *first = left;
    let mut recorded_before = None;
    // Two places back in the row before the last: what a swap continues.
    let mut before = std::iter::once(&u32::MAX).chain(before_last);
    for ((cell, &above), &r) in rest.iter_mut().zip(above).zip(letters) {
        let swapped = before.next().copied().unwrap_or(u32::MAX);
        let mut best = diagonal
            .saturating_add(change(t, r))
            .min(above.saturating_add(lost))
            .min(left.saturating_add(gap(r)));
        if typed_before == Some(r) && recorded_before == Some(t) {
            best = best.min(swapped.saturating_add(DISTANCE_PER_CONSONANT));
        }
        *cell = best;
        (left, diagonal, recorded_before) = (best, above, Some(r));
    }
}
