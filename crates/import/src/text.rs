//! What becomes of the characters in a cell. Decided by kind of field: an id is a key and must be exact, a name is
//! printed on a receipt, an address only helps to find the door.

use crate::error::ImportError;
use crate::fold::{ascii_digit, is_devanagari};
use crate::legacy_font;
use crate::limits;

/// The kinds of text fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Property id, old id, door number: Latin or Devanagari letters, digits and signs. Emoji are an error.
    Identifier,
    /// Owner, father or husband. Emoji and other scripts are an error, since the receipt could not be printed.
    Name,
    /// Address: any script; emoji are taken out.
    Prose,
    /// Kind of use: as an address, but short.
    Usage,
}

impl Kind {
    const fn characters_max(self) -> usize {
        match self {
            Kind::Identifier => limits::IDENTIFIER_CHARACTERS_MAX,
            Kind::Name => domain::limits::NAME_CHARACTERS_MAX,
            Kind::Prose => domain::limits::TEXT_CHARACTERS_MAX,
            Kind::Usage => limits::USAGE_CHARACTERS_MAX,
        }
    }
}

/// A cleaned text, and whether something invisible was taken out that the person should hear of.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Clean {
    pub(crate) text: String,
    pub(crate) removed: bool,
}

/// Cleans one value: space runs become one space, marks nobody sees are dropped, letters composed as Unicode's
/// canonical form has them. A dash or "NA" in place of a value is no value.
pub(crate) fn clean(raw: &str, kind: Kind) -> Result<Clean, ImportError> {
    let mut text = String::with_capacity(raw.len());
    let mut removed = false;
    for c in raw.chars() {
        match class(c) {
            Class::Space => {
                if !text.is_empty() && !text.ends_with(' ') {
                    text.push(' ');
                }
            }
            Class::Joiner if joins(&text) && kind != Kind::Identifier => text.push(c),
            Class::Joiner | Class::Invisible => removed = true,
            Class::Lost => return Err(ImportError::LettersLost),
            Class::Pictograph if matches!(kind, Kind::Prose | Kind::Usage) => removed = true,
            Class::Pictograph => return Err(ImportError::StrangeCharacters),
            Class::OtherScript if matches!(kind, Kind::Identifier | Kind::Name) => {
                return Err(ImportError::StrangeCharacters);
            }
            Class::Plain | Class::OtherScript => push_composed(&mut text, c),
        }
    }
    text.truncate(text.trim_end_matches([' ', '\u{200C}', '\u{200D}']).len());
    if is_placeholder(&text) {
        text.clear();
    }
    check(&text, kind)?;
    Ok(Clean { text, removed })
}

fn check(text: &str, kind: Kind) -> Result<(), ImportError> {
    if text.chars().nth(kind.characters_max()).is_some() {
        return Err(ImportError::TooLong { characters_max: kind.characters_max() });
    }
    if text.contains("??") || text.contains("à¤") || text.contains("à¥") {
        return Err(ImportError::LettersLost);
    }
    if kind == Kind::Name && legacy_font::looks_typed_in_one(text) {
        return Err(ImportError::LegacyFont);
    }
    if kind == Kind::Identifier && is_shortened_number(text) {
        return Err(ImportError::DigitsLost);
    }
    Ok(())
}

/// `9.87654E+09`: what a spreadsheet leaves of a long number in a narrow column.
pub(crate) fn is_shortened_number(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once("E+").or_else(|| text.split_once("e+")) else {
        return false;
    };
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    digits(mantissa) && digits(exponent)
}

/// The texts people put where there is nothing to put.
pub(crate) fn is_placeholder(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| matches!(c, '-' | '–' | '—' | '_' | '.' | '*' | '/' | ' '))
        || ["NA", "N/A", "N.A.", "NIL", "NULL", "NONE", "#N/A"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
        || ["निल", "शून्य", "लागू नहीं"].contains(&text)
}

/// Which script a name is in; `None` where it has no letters of either.
pub(crate) fn script(text: &str) -> Option<Script> {
    let devanagari = text.chars().any(is_devanagari);
    let latin = text.chars().any(|c| c.is_alphabetic() && !is_devanagari(c));
    match (devanagari, latin) {
        (true, _) => Some(Script::Devanagari),
        (false, true) => Some(Script::Latin),
        (false, false) => None,
    }
}

/// The scripts of the register. A name with a Latin word in it ("शर्मा HUF") is Devanagari.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    Devanagari,
    Latin,
}

/// Digits only, with the digits of both scripts as one; used for ids, mobiles, years and amounts.
pub(crate) fn with_ascii_digits(text: &str) -> String {
    text.chars().map(ascii_digit).collect()
}

/// Marks that change or order what is seen without being seen.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(class(c), Class::Invisible | Class::Joiner)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    Space,
    /// Zero-width (non-)joiner: part of Hindi spelling after a virama, noise elsewhere.
    Joiner,
    Invisible,
    Pictograph,
    /// A replacement character or a letter of a font's private area.
    Lost,
    OtherScript,
}

fn class(c: char) -> Class {
    match c {
        '!'..='~' => Class::Plain,
        '\u{200C}' | '\u{200D}' => Class::Joiner,
        '\u{AD}'
        | '\u{61C}'
        | '\u{180E}'
        | '\u{200B}'
        | '\u{200E}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{E0000}'..='\u{E0FFF}' => Class::Invisible,
        c if c.is_whitespace() => Class::Space,
        c if c.is_control() => Class::Invisible,
        '\u{FFFD}' | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' => Class::Lost,
        '\u{20D0}'..='\u{20FF}'
        | '\u{2190}'..='\u{21FF}'
        | '\u{2300}'..='\u{2BFF}'
        | '\u{1F000}'..='\u{1FAFF}' => Class::Pictograph,
        '\u{A1}'..='\u{24F}'
        | '\u{1E00}'..='\u{1EFF}'
        | '\u{2010}'..='\u{2044}'
        | '\u{20B9}'
        | '\u{2116}' => Class::Plain,
        c if is_devanagari(c) => Class::Plain,
        _ => Class::OtherScript,
    }
}

/// A joiner has work to do only after a virama (र्‍य) or, rarely, a letter.
fn joins(text: &str) -> bool {
    text.chars().next_back().is_some_and(is_devanagari)
}

/// Appends a character in Unicode's canonical composition, which for Hindi is eleven letters: the nukta stays apart
/// except in ऩ, ऱ and ऴ. Two files that look alike must not make two spellings of one name.
fn push_composed(text: &mut String, c: char) {
    let apart = match c {
        '\u{958}' => 'क',
        '\u{959}' => 'ख',
        '\u{95A}' => 'ग',
        '\u{95B}' => 'ज',
        '\u{95C}' => 'ड',
        '\u{95D}' => 'ढ',
        '\u{95E}' => 'फ',
        '\u{95F}' => 'य',
        '\u{93C}' => {
            let together = match text.chars().next_back() {
                Some('न') => Some('\u{929}'),
                Some('र') => Some('\u{931}'),
                Some('ळ') => Some('\u{934}'),
                _ => None,
            };
            match together {
                Some(letter) => {
                    text.pop();
                    text.push(letter);
                }
                None => text.push(c),
            }
            return;
        }
        other => {
            text.push(other);
            return;
        }
    };
    text.extend([apart, '\u{93C}']);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(raw: &str, kind: Kind) -> Result<String, ImportError> {
        clean(raw, kind).map(|clean| clean.text)
    }

    #[test]
    fn spaces_and_marks() {
        assert_eq!(cleaned("  राम\u{a0}\n सिंह ", Kind::Name).unwrap(), "राम सिंह");
        let marked = clean("PT-1\u{200e}\u{202e}", Kind::Identifier).unwrap();
        assert_eq!((marked.text.as_str(), marked.removed), ("PT-1", true));
        // A joiner is spelling after a virama and noise between Latin letters.
        let joined = clean("र\u{94d}\u{200d}याम", Kind::Name).unwrap();
        assert_eq!((joined.text.as_str(), joined.removed), ("र\u{94d}\u{200d}याम", false));
        assert_eq!(cleaned("Ra\u{200d}m", Kind::Name).unwrap(), "Ram");
        assert_eq!(cleaned("a\u{0}b\u{7}c", Kind::Prose).unwrap(), "abc");
    }

    #[test]
    fn emoji_by_kind_of_field() {
        assert_eq!(cleaned("राम \u{1f600}", Kind::Name), Err(ImportError::StrangeCharacters));
        assert_eq!(cleaned("PT-\u{1f600}", Kind::Identifier), Err(ImportError::StrangeCharacters));
        assert_eq!(cleaned("मन्दिर \u{1f6d5} के पास", Kind::Prose).unwrap(), "मन्दिर के पास");
        assert_eq!(cleaned("محمد", Kind::Name), Err(ImportError::StrangeCharacters));
        assert_eq!(cleaned("محمد گلی", Kind::Prose).unwrap(), "محمد گلی");
    }

    #[test]
    fn lost_letters_are_seen() {
        for text in ["???? ????", "à¤°à¤¾à¤®", "रा\u{fffd}म", "\u{f0e1}\u{f0e2}"] {
            assert_eq!(cleaned(text, Kind::Name), Err(ImportError::LettersLost), "{text}");
        }
        assert_eq!(cleaned("M/s Ram & Sons (HUF)?", Kind::Name).unwrap(), "M/s Ram & Sons (HUF)?");
    }

    #[test]
    fn lengths_at_the_limit_and_one_past() {
        for (kind, limit) in
            [(Kind::Name, 120), (Kind::Prose, 500), (Kind::Identifier, 40), (Kind::Usage, 60)]
        {
            assert!(cleaned(&"र".repeat(limit), kind).is_ok());
            assert_eq!(
                cleaned(&"र".repeat(limit + 1), kind),
                Err(ImportError::TooLong { characters_max: limit })
            );
        }
        assert!(cleaned(&"Ram ".repeat(1_250), Kind::Name).is_err());
    }

    #[test]
    fn placeholders_are_nothing() {
        for text in ["-", " -- ", "N/A", "nil", ".", "—", "शून्य"] {
            assert_eq!(cleaned(text, Kind::Name).unwrap(), "", "{text}");
        }
        assert_eq!(cleaned("Nila", Kind::Name).unwrap(), "Nila");
    }

    #[test]
    fn composed_and_decomposed_letters_are_one_spelling() {
        assert_eq!(cleaned("\u{95c}", Kind::Name).unwrap(), "ड\u{93c}");
        assert_eq!(cleaned("न\u{93c}", Kind::Name).unwrap(), "\u{929}");
        assert_eq!(cleaned("ज\u{93c}ोरावर", Kind::Name), cleaned("\u{95b}ोरावर", Kind::Name));
    }

    #[test]
    fn shortened_numbers() {
        for text in ["1.23457E+11", "9E+09", "9.87654e+09"] {
            assert_eq!(cleaned(text, Kind::Identifier), Err(ImportError::DigitsLost), "{text}");
        }
        assert!(cleaned("12E+B", Kind::Identifier).is_ok());
    }
}
