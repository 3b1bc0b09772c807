//! What was printed otherwise than it was given, so that nothing changes in silence.

use std::collections::BTreeMap;

/// One thing the paper shows differently from the value it was made from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warning {
    /// No font here has this character; a box stands in its place.
    NoGlyph {
        /// The character.
        character: char,
        /// How often.
        times: usize,
    },
    /// An invisible character that could reorder or hide text was left out.
    LeftOut {
        /// The character.
        character: char,
        /// How often.
        times: usize,
    },
    /// The text did not fit its place and ends in an ellipsis.
    Shortened {
        /// The first characters of the text.
        begins: String,
    },
    /// The printed lines do not add up to the printed total. The paper shows both as given.
    SumDiffers {
        /// The lines' sum in paise, or `None` where it does not fit.
        lines_paise: Option<i64>,
        /// The total in paise.
        total_paise: i64,
    },
}

/// Gathers warnings, one for each character or text however often it occurs.
#[derive(Debug, Default)]
pub(crate) struct Warnings {
    no_glyph: BTreeMap<char, usize>,
    left_out: BTreeMap<char, usize>,
    others: Vec<Warning>,
}

/// Characters of a shortened text that its warning quotes.
const QUOTED_CHARACTERS: usize = 40;

impl Warnings {
    pub(crate) fn no_glyph(&mut self, character: char) {
        *self.no_glyph.entry(character).or_default() += 1;
    }

    pub(crate) fn left_out(&mut self, character: char) {
        *self.left_out.entry(character).or_default() += 1;
    }

    pub(crate) fn shortened(&mut self, text: &str) {
        self.push(Warning::Shortened { begins: text.chars().take(QUOTED_CHARACTERS).collect() });
    }

    pub(crate) fn push(&mut self, warning: Warning) {
        if !self.others.contains(&warning) {
            self.others.push(warning);
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Warning> {
        let missing =
            self.no_glyph.into_iter().map(|(character, times)| Warning::NoGlyph { character, times });
        let left_out =
            self.left_out.into_iter().map(|(character, times)| Warning::LeftOut { character, times });
        missing.chain(left_out).chain(self.others).collect()
    }
}
