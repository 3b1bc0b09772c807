//! Names as they stand in the registers of Uttarakhand: Devanagari as an office writes it, the usual Latin spelling, and
//! the other spellings the same family meets on its own papers.

pub mod given;
pub mod surnames;

/// One name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// In Devanagari.
    pub hindi: &'static str,
    /// The usual Latin spelling.
    pub english: &'static str,
    /// Other Latin spellings met as often.
    pub also: &'static [&'static str],
}

const fn name(hindi: &'static str, english: &'static str, also: &'static [&'static str]) -> Name {
    Name { hindi, english, also }
}

/// Every list, for searches over the whole vocabulary.
pub const ALL: &[&[Name]] = &[
    given::MEN,
    given::WOMEN,
    given::MUSLIM_MEN,
    given::MUSLIM_WOMEN,
    given::SIKHS,
    surnames::HILL_RAJPUT,
    surnames::HILL_BRAHMIN,
    surnames::HILL_ARTISAN,
    surnames::PLAINS,
    surnames::BHOTIA,
    surnames::MUSLIM,
    surnames::SIKH,
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_name_is_in_the_script_it_claims() {
        for name in ALL.iter().copied().flatten() {
            assert!(name.hindi.chars().all(|c| c == ' ' || ('\u{900}'..='\u{97F}').contains(&c)), "{name:?}");
            assert!(!('\u{93A}'..='\u{94F}').contains(&name.hindi.chars().next().unwrap()), "{name:?}");
            for spelling in std::iter::once(&name.english).chain(name.also) {
                assert!(spelling.chars().all(|c| c == ' ' || c.is_ascii_alphabetic()), "{name:?}");
                assert!(spelling.starts_with(|c: char| c.is_ascii_uppercase()), "{name:?}");
            }
        }
    }

    #[test]
    fn no_list_holds_a_name_twice() {
        for list in ALL {
            let hindi: BTreeSet<&str> = list.iter().map(|name| name.hindi).collect();
            assert_eq!(hindi.len(), list.len());
            let mut spellings: Vec<&str> = list
                .iter()
                .flat_map(|name| std::iter::once(&name.english).chain(name.also))
                .copied()
                .collect();
            spellings.sort_unstable();
            let before = spellings.len();
            spellings.dedup();
            assert_eq!(spellings.len(), before, "{list:?}");
        }
    }
}
