//! What is kept of one property: its words as ranking reads them, and the terms FTS5 finds it by.

use super::MatchedField;
use domain::register::Property;
use domain::spelling::{self, Token};

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
                    let is_register_number = matches!(line, Line::PropertyId | Line::OldId);
                    number_terms(&token.plain, *line != Line::PropertyId, is_register_number, column);
                    continue;
                }
                term(column, 'x', &token.plain);
                for fold in spelling::folds(&token.plain) {
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
        for fold in spelling::folds(&pair.concat()) {
            term(column, 'f', &fold);
        }
    }
}

/// The ways a recorded number is typed: whole, without its first parts, without leading zeros. `PT-248459-000123` is
/// found by `248459000123`, `000123` and `123`.
pub(super) fn number_forms(number: &str, with_inner_parts: bool) -> Vec<String> {
    let parts: Vec<&str> = number.split('-').collect();
    let mut forms: Vec<String> = (0..parts.len()).filter_map(|from| parts.get(from..)).map(|p| p.concat()).collect();
    if with_inner_parts {
        forms.extend(parts.iter().filter(|part| part.starts_with(|c: char| c.is_ascii_digit())).map(|p| (*p).to_owned()));
    }
    if let Some(last) = parts.last() {
        let bare = last.trim_start_matches('0');
        if !bare.is_empty() {
            forms.push(bare.to_owned());
        }
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// The digits a number ends in, for "the last four".
pub(super) fn closing_digits(number: &str) -> Option<&str> {
    number.rsplit('-').find(|part| part.starts_with(|c: char| c.is_ascii_digit()))
}

fn number_terms(number: &str, with_inner_parts: bool, by_end: bool, column: &mut String) {
    for form in number_forms(number, with_inner_parts) {
        term(column, 'n', &form);
    }
    if by_end && let Some(digits) = closing_digits(number) {
        term(column, 'r', &digits.chars().rev().collect::<String>());
    }
}
