//! What is kept of one property: its words as ranking reads them, and the terms FTS5 finds it by.

use super::MatchedField;
use domain::register::Property;
use domain::spelling::{self, Keys, Token};

/// A field of a document: one line of its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    OwnerHindi,
    OwnerEnglish,
    GuardianHindi,
    GuardianEnglish,
    Locality,
    Address,
    Door,
    PropertyId,
    OldId,
}

impl Line {
    pub(super) const ALL: [Line; 9] = [
        Line::OwnerHindi,
        Line::OwnerEnglish,
        Line::GuardianHindi,
        Line::GuardianEnglish,
        Line::Locality,
        Line::Address,
        Line::Door,
        Line::PropertyId,
        Line::OldId,
    ];

    pub(super) fn field(self) -> MatchedField {
        match self {
            Line::OwnerHindi | Line::OwnerEnglish => MatchedField::Owner,
            Line::GuardianHindi | Line::GuardianEnglish => MatchedField::Guardian,
            Line::Locality => MatchedField::Locality,
            Line::Address => MatchedField::Address,
            Line::Door => MatchedField::Door,
            Line::PropertyId => MatchedField::PropertyId,
            Line::OldId => MatchedField::OldId,
        }
    }
}

/// A property's tokens, line by line in the order of [`Line::ALL`].
pub(super) struct Document {
    lines: Vec<(Line, Vec<Token>)>,
}

/// The four columns of `search_text`.
#[derive(Default)]
pub(super) struct Terms {
    pub(super) owner: String,
    pub(super) guardian: String,
    pub(super) place: String,
    pub(super) number: String,
}

const NUMBER_MARK: char = '#';

impl Document {
    pub(super) fn of(property: &Property, locality_names: &[&str]) -> Document {
        let text = |line: Line| match line {
            Line::OwnerHindi => property.owner_hindi.clone(),
            Line::OwnerEnglish => property.owner_english.clone(),
            Line::GuardianHindi => property.guardian_hindi.clone(),
            Line::GuardianEnglish => property.guardian_english.clone(),
            Line::Locality => locality_names.join(" "),
            Line::Address => property.address.clone(),
            Line::Door => property.door_number.clone(),
            Line::PropertyId => property.property_id.clone(),
            Line::OldId => property.old_id.clone(),
        };
        let tokens = |line: Line| {
            let mut tokens = spelling::tokens(&text(line));
            if line.field() <= MatchedField::Guardian {
                tokens.retain(|token| !spelling::is_title(&token.plain));
            }
            (line, tokens)
        };
        Document { lines: Line::ALL.into_iter().map(tokens).collect() }
    }

    /// One field a line, tokens by spaces, numbers marked.
    pub(super) fn body(&self) -> String {
        let mut body = String::with_capacity(160);
        for (n, (_, tokens)) in self.lines.iter().enumerate() {
            if n > 0 {
                body.push('\n');
            }
            for (n, token) in tokens.iter().enumerate() {
                if n > 0 {
                    body.push(' ');
                }
                if token.is_number {
                    body.push(NUMBER_MARK);
                }
                body.push_str(&token.plain);
            }
        }
        body
    }

    /// The first number of a line, without separators and the letters before it; empty where there is none.
    pub(super) fn whole_number(&self, line: Line) -> String {
        let tokens = self.lines.iter().filter(|(of, _)| *of == line).flat_map(|(_, tokens)| tokens);
        tokens
            .filter(|token| token.is_number)
            .map(|token| without_letters_before(&token.plain))
            .next()
            .unwrap_or_default()
    }

    /// The terms to index, and the folds for `search_near`.
    pub(super) fn terms(&self) -> (Terms, Vec<String>) {
        let mut terms = Terms::default();
        let mut folds = Vec::new();
        for (line, tokens) in &self.lines {
            let column = match line.field() {
                MatchedField::Owner => &mut terms.owner,
                MatchedField::Guardian => &mut terms.guardian,
                MatchedField::Locality | MatchedField::Address => &mut terms.place,
                _ => &mut terms.number,
            };
            for token in tokens {
                if token.is_number {
                    match line {
                        Line::PropertyId | Line::OldId => register_number_terms(&token.plain, column),
                        _ => number_terms(&token.plain, column),
                    }
                    continue;
                }
                term(column, 'x', &token.plain);
                for fold in Keys::of_plain(&token.plain).folds {
                    term(column, 'f', &fold);
                    folds.push(fold);
                }
            }
            if line.field() == MatchedField::Owner {
                owner_terms(tokens, column);
            }
        }
        (terms, folds)
    }
}

/// Lines and tokens of a stored body.
pub(super) fn read(body: &str) -> impl Iterator<Item = (Line, &str, bool)> {
    Line::ALL.into_iter().zip(body.split('\n')).flat_map(|(line, tokens)| {
        tokens.split(' ').filter(|token| !token.is_empty()).map(move |token| {
            token.strip_prefix(NUMBER_MARK).map_or((line, token, false), |number| (line, number, true))
        })
    })
}

fn term(column: &mut String, kind: char, text: &str) {
    if !text.is_empty() {
        column.push(kind);
        column.push_str(text);
        column.push(' ');
    }
}

/// How many words the name has, and its neighbours written as one: Ram Prasad is asked for as Ramprasad.
fn owner_terms(tokens: &[Token], column: &mut String) {
    let words: Vec<&str> = tokens.iter().filter(|t| !t.is_number).map(|t| t.plain.as_str()).collect();
    if !words.is_empty() {
        term(column, 'l', &words.len().to_string());
    }
    for pair in words.windows(2) {
        for fold in Keys::of_plain(&pair.concat()).folds {
            term(column, 'f', &fold);
        }
    }
}

/// The ways a recorded number is typed in full: whole, or without its first parts. `PT-248459-000123` is meant by
/// `248459000123` and by `000123`.
pub(super) fn number_forms(number: &str) -> Vec<String> {
    let parts: Vec<&str> = number.split('-').collect();
    (0..parts.len()).filter_map(|from| parts.get(from..)).map(<[&str]>::concat).collect()
}

/// The digits a number ends in, for "the last four".
pub(super) fn closing_digits(number: &str) -> Option<&str> {
    number.rsplit('-').find(|part| begins_with_digit(part))
}

/// A number without separators and the letters before it: `PT-248459-000123`, typed or recorded, is `248459000123`.
pub(super) fn without_letters_before(number: &str) -> String {
    let compact = number.replace('-', "");
    compact.trim_start_matches(|c: char| !c.is_ascii_digit()).to_owned()
}

fn begins_with_digit(part: &str) -> bool {
    part.starts_with(|c: char| c.is_ascii_digit())
}

/// A register's number by its last part only: what all numbers of a town begin with would be one term of every row.
fn register_number_terms(number: &str, column: &mut String) {
    let Some(digits) = closing_digits(number) else { return };
    number_terms(digits, column);
    term(column, 'r', &digits.chars().rev().collect::<String>());
}

/// The parts of a number: `12/3` by `12` and by `3`, `12-B` by `12` and by `b`.
fn number_terms(number: &str, column: &mut String) {
    for part in number.split('-') {
        term(column, 'n', part);
        let bare = part.trim_start_matches('0');
        if bare != part {
            term(column, 'n', bare);
        }
    }
}
