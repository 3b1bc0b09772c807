//! How far two folds lie apart, weighted by which slips people make.

use super::sound::{BREATH, CH};

/// Cost of one consonant lost, added or changed; a vowel costs half.
pub const DISTANCE_PER_CONSONANT: u32 = 4;

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
        'a' | 'i' | 'u' | BREATH => 2,
        'n' | 'm' => 3,
        _ => DISTANCE_PER_CONSONANT,
    }
}

fn change(a: char, b: char) -> u32 {
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

struct Rows;

impl Rows {
    /// Distance to all of `recorded`, and to its nearest beginning.
    fn run(typed: &str, recorded: &str) -> (u32, u32) {
        let recorded: Vec<char> = recorded.chars().take(CHARACTERS_MAX).collect();
        let mut before_last: Vec<u32> = Vec::new();
        let mut last: Vec<u32> = Vec::with_capacity(recorded.len().saturating_add(1));
        let mut sum = 0;
        last.push(0);
        for &r in &recorded {
            sum += gap(r);
            last.push(sum);
        }
        let mut typed_before = None;
        for t in typed.chars().take(CHARACTERS_MAX) {
            let mut row = Vec::with_capacity(last.len());
            let mut left = last.first().copied().unwrap_or(0) + gap(t);
            row.push(left);
            let mut recorded_before = None;
            for (n, &r) in recorded.iter().enumerate() {
                let diagonal = last.get(n).copied().unwrap_or(u32::MAX);
                let above = last.get(n.saturating_add(1)).copied().unwrap_or(u32::MAX);
                let mut best = (diagonal.saturating_add(change(t, r)))
                    .min(above.saturating_add(gap(t)))
                    .min(left.saturating_add(gap(r)));
                if typed_before == Some(r) && recorded_before == Some(t) {
                    let swapped =
                        n.checked_sub(1).and_then(|n| before_last.get(n)).copied().unwrap_or(u32::MAX);
                    best = best.min(swapped.saturating_add(DISTANCE_PER_CONSONANT));
                }
                row.push(best);
                left = best;
                recorded_before = Some(r);
            }
            before_last = std::mem::replace(&mut last, row);
            typed_before = Some(t);
        }
        (last.last().copied().unwrap_or(0), last.iter().copied().min().unwrap_or(0))
    }
}
