//! Shaping: text to placed glyphs, word by word, and words to lines that fit.

use crate::PaperError;
use crate::font::{Face, Font, Fonts};
use crate::text::{clean, is_devanagari};
use crate::warning::Warnings;
use rustybuzz::{Direction, UnicodeBuffer};
use std::collections::HashMap;
use std::sync::Arc;
use unicode_segmentation::UnicodeSegmentation;

/// A glyph with its place; all measures in em.
#[derive(Clone, Debug, PartialEq)]
pub struct Glyph {
    /// The glyph's number in its face.
    pub id: u16,
    /// How far the pen moves on.
    pub advance: f32,
    /// Shift to the right while drawing.
    pub right: f32,
    /// Shift upward while drawing.
    pub up: f32,
    /// What this glyph alone stands for; together with its neighbours it may stand for something else.
    pub stands_for: String,
}

/// A stretch of one word in one face.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The face all glyphs come from.
    pub face: Face,
    /// The text as given.
    pub text: String,
    /// In the order they are drawn.
    pub glyphs: Vec<Glyph>,
    /// Whether the glyphs one by one spell the text. Where not, a copy of the page needs the text itself.
    pub spells_itself: bool,
}

/// A shaped word, shared between all places it stands in.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// The stretches, from left to right.
    pub parts: Vec<Part>,
    /// The whole width in em.
    pub advance: f32,
    /// Characters no face has; a box is drawn for each.
    pub missing: Vec<char>,
}

/// Words that stand beside each other, one space apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// From left to right.
    pub words: Vec<Arc<Word>>,
    /// The width in em.
    pub advance: f32,
}

impl Line {
    /// The text of the line.
    pub fn text(&self) -> String {
        let words: Vec<String> = self
            .words
            .iter()
            .map(|word| word.parts.iter().map(|part| part.text.as_str()).collect::<String>())
            .collect();
        words.join(" ")
    }

    fn push(&mut self, word: Arc<Word>) {
        self.advance += word.advance + if self.words.is_empty() { 0.0 } else { SPACE_EM };
        self.words.push(word);
    }
}

/// The width of the space between words, that of Noto Sans, whatever the scripts on both sides.
pub const SPACE_EM: f32 = 0.26;

/// Words remembered. A town's labels, heads and localities are some thousands; names come and go.
const CACHE_WORDS: usize = 20_000;

/// Characters of one word that are looked at: no line is longer, and shaping must not be made to work for nothing.
const WORD_CHARACTERS: usize = 400;

/// Shapes words and remembers them.
pub(crate) struct Shaper {
    pub(crate) fonts: Fonts,
    regular: HashMap<Box<str>, Arc<Word>>,
    bold: HashMap<Box<str>, Arc<Word>>,
    buffer: Option<UnicodeBuffer>,
}

impl Shaper {
    pub(crate) fn new() -> Result<Shaper, PaperError> {
        Ok(Shaper { fonts: Fonts::load()?, regular: HashMap::new(), bold: HashMap::new(), buffer: None })
    }

    fn word(&mut self, text: &str, bold: bool) -> Arc<Word> {
        let cache = if bold { &self.bold } else { &self.regular };
        if let Some(word) = cache.get(text) {
            return Arc::clone(word);
        }
        let word = Arc::new(self.shape(text, bold));
        let cache = if bold { &mut self.bold } else { &mut self.regular };
        if cache.len() >= CACHE_WORDS {
            cache.clear();
        }
        cache.insert(text.into(), Arc::clone(&word));
        word
    }

    fn shape(&mut self, text: &str, bold: bool) -> Word {
        let (segments, missing) = self.itemise(text, bold);
        let mut buffer = self.buffer.take().unwrap_or_default();
        let mut word = Word { parts: Vec::with_capacity(segments.len()), advance: 0.0, missing };
        for (face, segment) in segments {
            let font = self.fonts.get(face);
            buffer.push_str(&segment);
            buffer.set_direction(Direction::LeftToRight);
            buffer.set_script(font.script);
            if let Some(language) = &font.language {
                buffer.set_language(language.clone());
            }
            let shaped = rustybuzz::shape_with_plan(&font.parsed, &font.plan, buffer);
            let (part, advance) = part_of(font, segment, &shaped);
            word.advance += advance;
            word.parts.push(part);
            buffer = shaped.clear();
        }
        self.buffer = Some(buffer);
        word
    }

    /// Stretches of one face each. Punctuation and figures stay with the Devanagari they stand in, so that a word is
    /// not broken; standing alone they are Latin, so that figures are the same everywhere.
    fn itemise(&self, text: &str, bold: bool) -> (Vec<(Face, String)>, Vec<char>) {
        let (latin, devanagari) =
            if bold { (Face::LatinBold, Face::DevanagariBold) } else { (Face::Latin, Face::Devanagari) };
        let (latin_font, devanagari_font) = (self.fonts.get(latin), self.fonts.get(devanagari));
        let within_devanagari = text.chars().any(is_devanagari);
        let mut segments: Vec<(Face, String)> = Vec::new();
        let mut missing = Vec::new();
        for character in text.chars() {
            let joins_devanagari = within_devanagari && !character.is_alphabetic();
            let in_devanagari =
                devanagari_font.has(character) && (is_devanagari(character) || joins_devanagari);
            let face = if in_devanagari {
                devanagari
            } else if latin_font.has(character) {
                latin
            } else if devanagari_font.has(character) {
                devanagari
            } else {
                missing.push(character);
                latin
            };
            match segments.last_mut() {
                Some((last, segment)) if *last == face => segment.push(character),
                _ => segments.push((face, character.to_string())),
            }
        }
        (segments, missing)
    }

    /// One line as wide as it comes.
    pub(crate) fn line(&mut self, text: &str, bold: bool, warnings: &mut Warnings) -> Line {
        let cleaned = clean(text, warnings);
        let mut line = Line::default();
        for token in tokens(&cleaned) {
            let word = self.word(token, bold);
            line.push(word);
        }
        note_missing(&line, warnings);
        line
    }

    /// At most `lines_max` lines no wider than `width_em`. What does not fit is replaced by an ellipsis and told.
    pub(crate) fn lines(
        &mut self,
        text: &str,
        bold: bool,
        width_em: f32,
        lines_max: usize,
        warnings: &mut Warnings,
    ) -> Vec<Line> {
        let cleaned = clean(text, warnings);
        let mut filling = Filling { lines: vec![Line::default()], width_em, lines_max };
        let mut fits = true;
        for token in tokens(&cleaned) {
            fits = self.place(token, bold, &mut filling);
            if !fits {
                break;
            }
        }
        if !fits {
            self.end_with_ellipsis(bold, &mut filling);
            warnings.shortened(&cleaned);
        }
        filling.lines.retain(|line| !line.words.is_empty());
        for line in &filling.lines {
            note_missing(line, warnings);
        }
        filling.lines
    }

    /// Puts one word on the last line or a new one; a word wider than a line is broken between letters.
    fn place(&mut self, token: &str, bold: bool, filling: &mut Filling) -> bool {
        let word = self.word(token, bold);
        if word.advance <= filling.width_em {
            return filling.push(word);
        }
        let mut rest = token;
        while !rest.is_empty() {
            let (head, tail) = self.longest_head(rest, bold, filling.width_em);
            let word = Arc::new(self.shape(head, bold));
            if !filling.push(word) {
                return false;
            }
            rest = tail;
        }
        true
    }

    /// The longest beginning, in whole letters, that is not wider; at least one letter.
    fn longest_head<'t>(&mut self, text: &'t str, bold: bool, width_em: f32) -> (&'t str, &'t str) {
        let ends: Vec<usize> =
            text.grapheme_indices(true).map(|(start, letter)| start + letter.len()).collect();
        let (mut fits, mut too_wide) = (0, ends.len());
        while fits + 1 < too_wide {
            let middle = (fits + too_wide) / 2;
            let head = ends.get(middle).and_then(|end| text.get(..*end)).unwrap_or(text);
            if self.shape(head, bold).advance <= width_em {
                fits = middle;
            } else {
                too_wide = middle;
            }
        }
        let end = ends.get(fits).copied().unwrap_or(text.len());
        let (head, tail) = text.split_at_checked(end).unwrap_or((text, ""));
        // A number is easier to read when it breaks behind one of its marks.
        match head
            .rfind(['/', '-', ','])
            .filter(|_| !tail.is_empty())
            .and_then(|at| text.split_at_checked(at + 1))
        {
            Some((number, rest)) if number.len() * 2 >= head.len() => (number, rest),
            _ => (head, tail),
        }
    }

    fn end_with_ellipsis(&mut self, bold: bool, filling: &mut Filling) {
        let width_em = filling.width_em;
        let Some(line) = filling.lines.last_mut() else { return };
        let mut text = line.text();
        loop {
            let with_ellipsis = format!("{}…", text.trim_end());
            let mut shortened = Line::default();
            for token in tokens(&with_ellipsis) {
                let word = self.shape(token, bold);
                shortened.push(Arc::new(word));
            }
            if shortened.advance <= width_em || text.is_empty() {
                *line = shortened;
                return;
            }
            let last_letter = text.grapheme_indices(true).next_back().map_or(0, |(start, _)| start);
            text.truncate(last_letter);
        }
    }
}

/// Lines being filled.
struct Filling {
    lines: Vec<Line>,
    width_em: f32,
    lines_max: usize,
}

impl Filling {
    /// `false` when there is no room left.
    fn push(&mut self, word: Arc<Word>) -> bool {
        let lines_so_far = self.lines.len();
        match self.lines.last_mut() {
            Some(line)
                if line.words.is_empty() || line.advance + SPACE_EM + word.advance <= self.width_em =>
            {
                line.push(word);
                true
            }
            _ if lines_so_far < self.lines_max => {
                let mut line = Line::default();
                line.push(word);
                self.lines.push(line);
                true
            }
            _ => false,
        }
    }
}

/// Words between spaces, none longer than is ever drawn.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|token| !token.is_empty()).map(|token| {
        let end = token.char_indices().nth(WORD_CHARACTERS).map_or(token.len(), |(at, _)| at);
        token.get(..end).unwrap_or(token)
    })
}

fn note_missing(line: &Line, warnings: &mut Warnings) {
    for character in line.words.iter().flat_map(|word| &word.missing) {
        warnings.no_glyph(*character);
    }
}

fn part_of(font: &Font, text: String, shaped: &rustybuzz::GlyphBuffer) -> (Part, f32) {
    let em = f32::from(font.units_per_em);
    let in_em = |units: i32| units as f32 / em;
    let mut glyphs = Vec::with_capacity(shaped.len());
    let mut advance = 0.0;
    for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
        let glyph = Glyph {
            id: u16::try_from(info.glyph_id).unwrap_or(0),
            advance: in_em(position.x_advance),
            right: in_em(position.x_offset),
            up: in_em(position.y_offset),
            stands_for: String::new(),
        };
        advance += glyph.advance;
        glyphs.push(glyph);
    }
    let clusters: Vec<u32> = shaped.glyph_infos().iter().map(|info| info.cluster).collect();
    spell(font, &text, &clusters, &mut glyphs);
    let spells_itself = spells(font, &text, &glyphs);
    (Part { face: font.face, text, glyphs, spells_itself }, advance)
}

/// True when each glyph is the font's own glyph for one character, in the order of the text, each standing beside the
/// one before: readers take a shifted mark for the start of another word.
fn spells(font: &Font, text: &str, glyphs: &[Glyph]) -> bool {
    let mut characters = text.chars();
    let stands_alone = |glyph: &Glyph| glyph.advance > 0.0 && glyph.right == 0.0 && glyph.up == 0.0;
    glyphs
        .iter()
        .all(|glyph| glyph.id != 0 && stands_alone(glyph) && font.character_of(glyph.id) == characters.next())
        && characters.next().is_none()
}

/// Gives each glyph a text of its own, for readers that do not know about the text of the whole word: the character
/// the font leads to it from, else what is left of its cluster.
fn spell(font: &Font, text: &str, clusters: &[u32], glyphs: &mut [Glyph]) {
    let mut start = 0;
    while let Some(cluster) = clusters.get(start).copied() {
        let count = clusters.iter().skip(start).take_while(|other| **other == cluster).count();
        let end = clusters.get(start + count).map_or(text.len(), |next| *next as usize);
        let mut left: Vec<char> = text.get(cluster as usize..end).unwrap_or_default().chars().collect();
        let members = glyphs.iter_mut().skip(start).take(count);
        let mut unnamed = Vec::new();
        for glyph in members {
            match font.character_of(glyph.id) {
                // A reader keeps one text for a glyph, so it must be the same wherever the glyph stands.
                Some(own) => {
                    glyph.stands_for.push(own);
                    if let Some(at) = left.iter().position(|one| *one == own) {
                        left.remove(at);
                    }
                }
                None => unnamed.push(glyph),
            }
        }
        let mut left = left.into_iter();
        let last = unnamed.len().saturating_sub(1);
        for (place, glyph) in unnamed.into_iter().enumerate() {
            match place == last {
                true => glyph.stands_for.extend(left.by_ref()),
                false => glyph.stands_for.extend(left.next()),
            }
        }
        start += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shaper() -> Shaper {
        Shaper::new().unwrap()
    }

    #[test]
    fn devanagari_is_shaped_not_set_letter_by_letter() {
        let mut shaper = shaper();
        // The vowel sign i is drawn before the consonant it follows; a conjunct is one glyph; reph rises to the end.
        let fonts = Fonts::load().unwrap();
        let font = fonts.get(Face::Devanagari);
        let first_glyph = |text: &str, shaper: &mut Shaper| {
            shaper.shape(text, false).parts.first().unwrap().glyphs.first().unwrap().id
        };
        assert_ne!(font.character_of(first_glyph("कि", &mut shaper)), Some('क'));
        assert_eq!(shaper.shape("क्ष", false).parts.first().unwrap().glyphs.len(), 1);
        assert_eq!(font.character_of(first_glyph("र्म", &mut shaper)), Some('म'));
    }

    #[test]
    fn figures_are_latin_alone_and_stay_with_devanagari_inside_a_word() {
        let mut shaper = shaper();
        let faces = |text: &str, shaper: &mut Shaper| -> Vec<Face> {
            shaper.shape(text, false).parts.iter().map(|part| part.face).collect()
        };
        assert_eq!(faces("2024-25", &mut shaper), vec![Face::Latin]);
        assert_eq!(faces("वार्ड-12", &mut shaper), vec![Face::Devanagari]);
        assert_eq!(faces("है।", &mut shaper), vec![Face::Devanagari]);
        assert_eq!(faces("मद/Head", &mut shaper), vec![Face::Devanagari, Face::Latin]);
    }

    #[test]
    fn what_no_face_has_is_named() {
        let word = shaper().shape("राम🙏", false);
        assert_eq!(word.missing, vec!['🙏']);
        assert_eq!(word.parts.last().unwrap().glyphs.first().unwrap().id, 0);
        assert!(!word.parts.last().unwrap().spells_itself);
    }

    #[test]
    fn long_text_ends_in_an_ellipsis_within_its_width() {
        let mut shaper = shaper();
        for text in ["श्रीमती लक्ष्मी देवी ".repeat(300), "क्ष्म्य".repeat(800), "W".repeat(5_000)]
        {
            let mut warnings = Warnings::default();
            let lines = shaper.lines(&text, true, 20.0, 3, &mut warnings);
            assert_eq!(lines.len(), 3);
            assert!(lines.iter().all(|line| line.advance <= 20.0), "{lines:?}");
            assert!(lines.last().unwrap().text().ends_with('…'));
            assert_eq!(warnings.into_vec().len(), 1);
        }
    }

    #[test]
    fn the_cache_changes_nothing() {
        let mut shaper = shaper();
        let mut warnings = Warnings::default();
        let first = shaper.line("श्रृंखला विद्यार्थी ज़िला Ward 5", true, &mut warnings);
        let second = shaper.line("श्रृंखला विद्यार्थी ज़िला Ward 5", true, &mut warnings);
        assert_eq!(first, second);
    }
}
