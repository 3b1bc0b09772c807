//! Latin letters as Indians write Hindi names with them: no standard, much habit.

use super::sound::{ASPIRATED, BREATH, CH, FLAP, SH};

/// How to read a `c` that no `h` follows: hard as in Cantt and Colony, or as the scholars' च.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BareC {
    Hard,
    Ch,
}

fn is_vowel(c: Option<char>) -> bool {
    matches!(c, Some('a' | 'e' | 'i' | 'o' | 'u'))
}

/// Appends the sounds of a run of lower-case Latin letters; what is no ASCII letter stands for itself.
pub(super) fn sounds(letters: &[char], bare_c: BareC, out: &mut Vec<char>) {
    let at = |n: usize| letters.get(n).copied();
    let mut n = 0;
    while let Some(c) = at(n) {
        let (next, after) = (at(n.saturating_add(1)), at(n.saturating_add(2)));
        let before = n.checked_sub(1).and_then(at);
        let taken = match c {
            'a' | 'e' | 'i' | 'o' | 'u' => vowel(n, c, next, after, out),
            'h' => {
                let follows_consonant = before.is_some_and(|b| b.is_ascii_alphabetic()) && !is_vowel(before);
                push(out, if follows_consonant { ASPIRATED } else { BREATH }, 1)
            }
            'c' => match next {
                Some('h') => push(out, CH, 2),
                Some('k') => push(out, 'k', 2),
                _ if bare_c == BareC::Ch => push(out, CH, 1),
                Some('e' | 'i' | 'y') => push(out, 's', 1),
                _ => push(out, 'k', 1),
            },
            's' if next == Some('h') => push(out, SH, 2),
            'p' if next == Some('h') => push(out, 'f', 2),
            'r' if next == Some('h') => push(out, FLAP, 2),
            // jnana, dnyan: the same letter ज्ञ
            'j' if n == 0 && next == Some('n') && matches!(after, Some('a' | 'y')) => {
                out.extend(['g', 'y']);
                2
            }
            'd' if n == 0 && next == Some('n') && after == Some('y') => push(out, 'g', 2),
            'x' => {
                out.extend(['k', SH]);
                1
            }
            'q' => {
                out.push('k');
                // Siddiqui, Quazi: the u is English spelling, not a sound; in Qureshi it is one.
                if next == Some('u') && (is_vowel(after) || after.is_none()) { 2 } else { 1 }
            }
            'w' => push(out, 'v', 1),
            // Choudhry ends in a vowel, Vijay does not.
            'y' if !is_vowel(before) && !is_vowel(next) => push(out, 'i', 1),
            _ => push(out, c, 1),
        };
        n = n.saturating_add(taken);
    }
}

fn push(out: &mut Vec<char>, sound: char, taken: usize) -> usize {
    out.push(sound);
    taken
}

/// One vowel or the pair that stands for one; answers how many letters it took.
fn vowel(n: usize, c: char, next: Option<char>, after: Option<char>, out: &mut Vec<char>) -> usize {
    match (c, next) {
        ('a', Some('i')) => push(out, 'E', 2),
        ('a', Some('e')) => push(out, 'E', 2),
        ('a', Some('u' | 'o')) => push(out, 'O', 2),
        ('a', Some('a')) => {
            if n == 0 && out.is_empty() {
                out.push('a');
            }
            2
        }
        ('a', _) => {
            if n == 0 && out.is_empty() {
                out.push('a');
            }
            1
        }
        ('e', Some('e')) => push(out, 'i', 2),
        ('e', Some('i')) => push(out, 'E', 2),
        ('o', Some('o')) => push(out, 'u', 2),
        ('o', Some('u')) => push(out, 'O', 2),
        // Chowdhary, but not Sowan
        ('o', Some('w')) if !is_vowel(after) => push(out, 'O', 2),
        _ => push(out, c, 1),
    }
}
