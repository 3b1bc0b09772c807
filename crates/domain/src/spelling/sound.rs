//! The alphabet both scripts are read into, and what each key keeps of it.
//!
//! Small letters are themselves; `E` and `O` are ai and au; `S` is sh, [`FLAP`] ड़, [`ASPIRATED`] a breath after a
//! consonant. Capitals cannot come from a plain word, so they never meet a letter of the text.

/// श and ष.
pub(super) const SH: char = 'S';
/// च, छ.
pub(super) const CH: char = 'ʧ';
/// ह as a consonant of its own.
pub(super) const BREATH: char = 'ɦ';
/// The breath of ख, घ, ध …
pub(super) const ASPIRATED: char = 'H';
/// ड़ and ढ़, which Latin writes r, rh or d.
pub(super) const FLAP: char = 'R';

/// One of each run of equal sounds, as a text.
pub(super) fn collapse(mut sounds: Vec<char>) -> String {
    // क्ख, द्ध, च्छ: the doubled letter has its breath only once.
    sounds.dedup();
    sounds.into_iter().collect()
}

/// What the ear keeps; `flap` is how a flap is written.
pub(super) fn fold(fine: &str, flap: char) -> String {
    let mut out = String::with_capacity(fine.len());
    let mut last = None;
    for sound in fine.chars() {
        let kept = match sound {
            ASPIRATED => continue,
            SH => 's',
            FLAP => flap,
            'f' => 'p',
            'z' => 'j',
            'v' => 'b',
            'y' | 'e' | 'E' | 'i' => 'i',
            'o' | 'O' | 'u' => 'u',
            other => other,
        };
        if last == Some('a') && matches!(kept, 'i' | 'u') {
            out.pop(); // आइना, Aina: the first vowel of a pair at the start is lost in ai
        }
        if last != Some(kept) || out.is_empty() {
            out.push(kept);
        }
        last = Some(kept);
    }
    out
}

/// See [`super::skeleton`].
pub(super) fn skeleton(fold: &str) -> String {
    let mut out = String::with_capacity(fold.len());
    let mut last = None;
    for (n, c) in fold.chars().enumerate() {
        let kept = match c {
            'a' | 'i' | 'u' if n == 0 => 'a',
            'i' | 'u' | 'a' => continue,
            BREATH if n > 0 => continue,
            other => other,
        };
        if last != Some(kept) {
            out.push(kept);
        }
        last = Some(kept);
    }
    out
}
