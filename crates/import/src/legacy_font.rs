//! Recognises Hindi typed in a legacy font. In Kruti Dev and its kin each Latin letter is drawn as a piece of a
//! Devanagari letter: the file holds `jke flag`, the screen shows राम सिंह. Without the font it is noise, and a register
//! full of it looks like any other to a program.

/// Words met on almost every page of a register, as Kruti Dev stores them; none is a name in Latin script.
const WORDS: [&str; 25] = [
    "flag", "dqekj", "dqekjh", "nsoh", "izlkn", "pUnz", "panz", "Jh", "Jherh", "yky", "jke", "jkt", "nRr",
    "nÙk", "[kku", "fc\"V", "jkor", "usxh", "HkV~V", "tks'kh", "'kekZ", "oekZ", "vk;Z", "eksgu", "ik.Ms",
];

/// True where a name can hardly be anything but Kruti Dev. Sure signs only: a register in English must pass whole.
pub(crate) fn looks_typed_in_one(text: &str) -> bool {
    if text.chars().any(crate::fold::is_devanagari) || text.len() < 2 {
        return false;
    }
    let mut words = 0_u32;
    let mut strange = 0_u32;
    for word in text.split_whitespace() {
        if WORDS.contains(&word) {
            return true;
        }
        words += 1;
        strange += u32::from(is_strange(word));
    }
    strange > 0 && strange * 2 >= words
}

/// A word no one spells so in Latin: letter pairs that do not occur in names, or signs inside a word.
fn is_strange(word: &str) -> bool {
    let characters: Vec<char> = word.chars().collect();
    let has_letters = characters.iter().filter(|c| c.is_alphabetic()).count() >= 2;
    has_letters
        && (starts_strangely(&characters)
            || has_capital_inside(&characters)
            || characters.windows(2).any(is_strange_pair)
            || characters.windows(3).any(is_strange_triple))
}

/// `fo`, `fc`, `fd` at the beginning is the sign ि before its consonant; `'k` is श; `[k` is ख.
fn starts_strangely(characters: &[char]) -> bool {
    match characters {
        ['f', second, ..] => "bcdghjkmnpqstvwxyzHJDUT".contains(*second),
        ['\'' | '"', 'k', ..] | ['[' | '{' | '?' | '/', 'k', ..] => true,
        _ => false,
    }
}

/// `tkVo`, `lSuh`: a word that begins small and has a capital further on.
fn has_capital_inside(characters: &[char]) -> bool {
    characters.first().is_some_and(char::is_ascii_lowercase)
        && characters.iter().any(char::is_ascii_uppercase)
}

/// `eqj`, `iq"`: ु after म, प, व, न. In Latin a q between a vowel and a consonant is only Iqbal's.
fn is_strange_triple(triple: &[char]) -> bool {
    let [before, 'q', after] = *triple else { return false };
    "aeiou".contains(before) && after.is_ascii_lowercase() && !"aeioubw".contains(after)
}

fn is_strange_pair(pair: &[char]) -> bool {
    const CONSONANTS: &str = "bcdfghjklmnprstvwxyz";
    const SIGNS: &str = ";[]{}\"~^+=|\\<>%";
    let [first, second] = *pair else { return false };
    let letters = |c: char| c.is_ascii_alphabetic();
    match (first, second) {
        // ु and ू after a consonant. A Latin q is followed by a vowel, or ends its word.
        (c, 'q') if CONSONANTS.contains(c) => true,
        // ग, ल, स, न, र, च, द with the upright stroke or the long ी after it.
        ('x', 'k' | 'h' | 's' | 'q' | 'z') | ('k', 'j' | 'x' | 'z') | ('y' | 'l' | 'n' | 'j', 'x') => true,
        ('z' | 'Z', 'k') | ('j' | 'y' | 'u' | 'l' | 'd', 'Z') => true,
        (a, b) if SIGNS.contains(a) && letters(b) || letters(a) && SIGNS.contains(b) => true,
        ('\'', 'k') => true,
        // Signs of Windows-1252 above ASCII that only a font gives a meaning inside a word.
        (a, b) => letters(a) && is_high_sign(b) || is_high_sign(a) && letters(b),
    }
}

fn is_high_sign(c: char) -> bool {
    matches!(
        c,
        '¡'..='¿'
            | 'Ø'
            | 'Æ'
            | 'Ù'
            | 'Ê'
            | 'Ë'
            | 'Ì'
            | 'Í'
            | 'Î'
            | 'Ï'
            | 'Ð'
            | 'Ñ'
            | 'ß'
            | '÷'
            | '×'
            | '‚'
            | '„'
            | '†'
            | '‡'
            | 'ˆ'
            | '‰'
            | '‹'
            | 'Œ'
            | 'ƒ'
    )
}

#[cfg(test)]
mod tests {
    use super::looks_typed_in_one;

    #[test]
    fn kruti_dev_is_seen() {
        for name in [
            "jke flag",
            "lqjs'k pUnz tks'kh",
            "fnus'k dqekj",
            "deyk nsoh",
            "vfuy 'kekZ",
            "HkV~V",
            "[kq'kky flag",
            "fot; ikyh",
            "vk;Z",
            "nhid iar dqekj",
        ] {
            assert!(looks_typed_in_one(name), "{name}");
        }
    }

    #[test]
    fn english_names_pass() {
        for name in [
            "Ram Singh Bisht",
            "M/s Sharma & Sons",
            "Mohd. Shafiq Qureshi",
            "Ashfaq Ahmad",
            "Tariq Iqbal",
            "S/o Late Sh. Ram @ Ramu",
            "D'Souza",
            "McDonald",
            "K.N.Pandey",
            "Laxmi Saxena",
            "Frank O'Neil",
            "Mushtaq",
            "Col. (Retd.) J.S. Rawat",
            "Fyaz",
            "Smt.Kamla Devi",
            "ram singh bisht",
            "RAM SINGH",
            "DSouza",
            "राम flag",
            "",
            "-",
        ] {
            assert!(!looks_typed_in_one(name), "{name}");
        }
    }
}
