//! Two texts that a clerk would call the same word fold to the same key. For comparing only: nothing folded is stored.

/// Lower case, without spaces and punctuation, with the free choices of Hindi spelling settled: nukta and the long
/// dots dropped, a nasal before its own class written as anusvara (सम्पत्ति, संपत्ति), Devanagari digits as ASCII.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut characters = text.chars().flat_map(char::to_lowercase).peekable();
    while let Some(c) = characters.next() {
        match c {
            'ङ' | 'ञ' | 'ण' | 'न' | 'म' if characters.peek() == Some(&'\u{94D}') => {
                characters.next();
                match characters.peek() {
                    Some(next) if same_class(c, *next) => folded.push('ं'),
                    _ => folded.extend([c, '\u{94D}']),
                }
            }
            'ँ' => folded.push('ं'),
            '\u{93C}' | '\u{200C}' | '\u{200D}' => {}
            '\u{958}'..='\u{95F}' => folded.push(without_nukta(c)),
            '०'..='९' => folded.push(ascii_digit(c)),
            c if c.is_alphanumeric() || is_devanagari_sign(c) => folded.push(c),
            _ => {}
        }
    }
    folded
}

/// Devanagari digits as ASCII; everything else unchanged.
pub(crate) fn ascii_digit(c: char) -> char {
    match c {
        '०'..='९' => char::from_digit(u32::from(c) - u32::from('०'), 10).unwrap_or(c),
        _ => c,
    }
}

/// Letters and signs of Hindi.
pub(crate) fn is_devanagari(c: char) -> bool {
    ('\u{900}'..='\u{97F}').contains(&c) || ('\u{A8E0}'..='\u{A8FF}').contains(&c)
}

fn is_devanagari_sign(c: char) -> bool {
    is_devanagari(c) && !matches!(c, '।' | '॥' | '॰')
}

fn same_class(nasal: char, consonant: char) -> bool {
    match nasal {
        'ङ' => ('क'..='घ').contains(&consonant),
        'ञ' => ('च'..='झ').contains(&consonant),
        'ण' => ('ट'..='ढ').contains(&consonant),
        'न' => ('त'..='ध').contains(&consonant),
        'म' => ('प'..='भ').contains(&consonant),
        _ => false,
    }
}

fn without_nukta(c: char) -> char {
    match c {
        '\u{958}' => 'क',
        '\u{959}' => 'ख',
        '\u{95A}' => 'ग',
        '\u{95B}' => 'ज',
        '\u{95C}' => 'ड',
        '\u{95D}' => 'ढ',
        '\u{95E}' => 'फ',
        '\u{95F}' => 'य',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn spellings_of_one_word_meet() {
        for (one, other) in [
            ("सम्पत्ति कर", "संपत्ति  कर"),
            ("PT_TAX 2023-24", "pt tax 2023–24"),
            ("खण्डूड़ी", "खंडूडी"),
            ("गाँधी", "गांधी"),
            ("हिन्दी", "हिंदी"),
            ("ज़मीन", "ज\u{93C}मीन"),
            ("२०२३", "2023"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        // Other words stay apart.
        for (one, other) in [("कम", "काम"), ("जन्म", "जंम"), ("अन्य", "अंय")]
        {
            assert_ne!(fold(one), fold(other), "{one} {other}");
        }
        assert_eq!(fold(" .,-।"), "");
    }
}
