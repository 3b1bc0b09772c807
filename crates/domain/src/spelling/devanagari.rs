//! Devanagari: what a spelling means, and how it sounds.

use super::sound::{ASPIRATED, BREATH, CH, FLAP, SH};

const NUKTA: char = '\u{93c}';
const HALANT: char = '\u{94d}';
const ANUSVARA: char = '\u{902}';
const CANDRABINDU: char = '\u{901}';

/// Letters, signs and digits of the script.
pub(super) fn is_devanagari(c: char) -> bool {
    ('\u{900}'..='\u{97f}').contains(&c)
}

/// Steps of one articulation class, whose nasal is written as ं as often as with its own letter.
fn class(c: char) -> Option<u32> {
    let at = (c as u32).checked_sub('क' as u32)?;
    match c {
        'क'..='न' => Some(at / 5),
        'प'..='म' => Some(5),
        _ => None,
    }
}

/// One form for spellings that mean the same: पन्त and पंत, कुँवर and कुंवर, ज़फ़र and जफर. Decomposed letters in, same out.
pub(super) fn plain(letters: &[char]) -> Vec<char> {
    let mut out: Vec<char> = Vec::with_capacity(letters.len());
    for (n, &c) in letters.iter().enumerate() {
        let following = |step: usize| letters.get(n.saturating_add(step)).copied();
        match c {
            NUKTA if !matches!(out.last(), Some('ड' | 'ढ')) => {}
            CANDRABINDU => out.push(ANUSVARA),
            'ङ' | 'ञ' | 'ण' | 'न' | 'म'
                if following(1) == Some(HALANT)
                    && following(2).is_some_and(|next| !is_nasal(next) && class(next) == class(c)) =>
            {
                out.push(ANUSVARA);
            }
            HALANT if out.last() == Some(&ANUSVARA) => {}
            _ => out.push(c),
        }
    }
    while out.last() == Some(&HALANT) {
        out.pop();
    }
    out
}

fn is_nasal(c: char) -> bool {
    matches!(c, 'ङ' | 'ञ' | 'ण' | 'न' | 'म')
}

/// Appends the sounds of a run of plain Devanagari. The short a is written nowhere but at the start: Hindi drops it by
/// rules that people's Latin does not follow.
pub(super) fn sounds(letters: &[char], out: &mut Vec<char>) {
    for (n, &c) in letters.iter().enumerate() {
        let next = n.checked_add(1).and_then(|at| letters.get(at)).copied();
        let before = n.checked_sub(1).and_then(|at| letters.get(at)).copied();
        match c {
            'अ' | 'आ' if n == 0 && out.is_empty() => out.push('a'),
            'ज' if next == Some(HALANT) && letters.get(n.saturating_add(2)) == Some(&'ञ') => {
                out.extend(['g', 'y']); // ज्ञ is said gya in Hindi
            }
            'ञ' if before == Some(HALANT) && letters.get(n.saturating_sub(2)) == Some(&'ज') => {}
            'ह' => match before {
                Some(ANUSVARA) => out.extend(['g', ASPIRATED]), // सिंह is said and written Singh
                Some(HALANT) => out.push(ASPIRATED),
                _ => out.push(BREATH),
            },
            ANUSVARA => out.push(if next.is_some_and(|next| class(next) == Some(5)) { 'm' } else { 'n' }),
            NUKTA => {
                // Only ड़ and ढ़ keep their nukta in the plain form.
                if out.last() == Some(&ASPIRATED) {
                    out.pop();
                }
                if let Some(last) = out.last_mut() {
                    *last = FLAP;
                }
            }
            'ऋ' | 'ृ' => out.extend(['r', 'i']),
            'ॐ' => out.extend(['o', 'm']),
            _ => {
                let Some((sound, aspirated)) = letter(c) else { continue };
                out.push(sound);
                if aspirated {
                    out.push(ASPIRATED);
                }
            }
        }
    }
}

/// The sound of a letter and whether it carries breath; none for signs without a sound.
fn letter(c: char) -> Option<(char, bool)> {
    let sound = match c {
        'क' => ('k', false),
        'ख' => ('k', true),
        'ग' => ('g', false),
        'घ' => ('g', true),
        'च' => (CH, false),
        'छ' => (CH, true),
        'ज' => ('j', false),
        'झ' => ('j', true),
        'ट' | 'त' => ('t', false),
        'ठ' | 'थ' => ('t', true),
        'ड' | 'द' => ('d', false),
        'ढ' | 'ध' => ('d', true),
        'ङ' | 'ञ' | 'ण' | 'न' => ('n', false),
        'प' => ('p', false),
        'फ' => ('f', false),
        'ब' => ('b', false),
        'भ' => ('b', true),
        'म' => ('m', false),
        'य' => ('y', false),
        'र' => ('r', false),
        'ल' | 'ळ' => ('l', false),
        'व' => ('v', false),
        'श' | 'ष' => (SH, false),
        'स' => ('s', false),
        'इ' | 'ई' | 'ि' | 'ी' => ('i', false),
        'उ' | 'ऊ' | 'ु' | 'ू' => ('u', false),
        'ए' | 'े' | 'ऍ' | 'ॅ' | 'ऎ' | 'ॆ' | 'ॲ' => ('e', false),
        'ऐ' | 'ै' => ('E', false),
        'ओ' | 'ो' | 'ऑ' | 'ॉ' | 'ऒ' | 'ॊ' => ('o', false),
        'औ' | 'ौ' => ('O', false),
        _ => return None,
    };
    Some(sound)
}
