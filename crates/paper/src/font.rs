//! The four built-in faces and what shaping, PDF and dots need to know of them.

use crate::PaperError;
use rustybuzz::{Direction, ShapePlan, script, ttf_parser};
use tiny_skia::PathBuilder;

/// One of the built-in faces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Face {
    /// Noto Sans Regular
    Latin,
    /// Noto Sans Bold
    LatinBold,
    /// Noto Sans Devanagari Regular
    Devanagari,
    /// Noto Sans Devanagari Bold
    DevanagariBold,
}

impl Face {
    pub(crate) const ALL: [Face; 4] = [Face::Latin, Face::LatinBold, Face::Devanagari, Face::DevanagariBold];

    /// The name PDFs carry.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Face::Latin => "NotoSans-Regular",
            Face::LatinBold => "NotoSans-Bold",
            Face::Devanagari => "NotoSansDevanagari-Regular",
            Face::DevanagariBold => "NotoSansDevanagari-Bold",
        }
    }

    fn bytes(self) -> &'static [u8] {
        match self {
            Face::Latin => include_bytes!("../fonts/NotoSans-Regular.ttf"),
            Face::LatinBold => include_bytes!("../fonts/NotoSans-Bold.ttf"),
            Face::Devanagari => include_bytes!("../fonts/NotoSansDevanagari-Regular.ttf"),
            Face::DevanagariBold => include_bytes!("../fonts/NotoSansDevanagari-Bold.ttf"),
        }
    }

    fn is_devanagari(self) -> bool {
        matches!(self, Face::Devanagari | Face::DevanagariBold)
    }
}

/// A face, parsed once.
pub(crate) struct Font {
    pub(crate) face: Face,
    pub(crate) bytes: &'static [u8],
    pub(crate) parsed: rustybuzz::Face<'static>,
    pub(crate) plan: ShapePlan,
    pub(crate) script: rustybuzz::Script,
    pub(crate) language: Option<rustybuzz::Language>,
    pub(crate) units_per_em: u16,
    /// The character the font's own table leads to each glyph from, where there is one.
    character_of_glyph: Vec<Option<char>>,
}

impl Font {
    fn parse(face: Face) -> Result<Font, PaperError> {
        let bytes = face.bytes();
        let parsed = rustybuzz::Face::from_slice(bytes, 0)
            .ok_or_else(|| PaperError::Font { font: face.name(), why: "not a TrueType font".to_owned() })?;
        let (script, tag) =
            if face.is_devanagari() { (script::DEVANAGARI, "hi") } else { (script::LATIN, "en") };
        let language = tag.parse().ok();
        let plan = ShapePlan::new(&parsed, Direction::LeftToRight, Some(script), language.as_ref(), &[]);
        let units_per_em = u16::try_from(parsed.units_per_em()).unwrap_or(1000);
        let character_of_glyph = characters_of_glyphs(&parsed);
        Ok(Font { face, bytes, parsed, plan, script, language, units_per_em, character_of_glyph })
    }

    pub(crate) fn has(&self, character: char) -> bool {
        self.parsed.glyph_index(character).is_some_and(|glyph| glyph.0 != 0)
    }

    pub(crate) fn character_of(&self, glyph: u16) -> Option<char> {
        self.character_of_glyph.get(usize::from(glyph)).copied().flatten()
    }

    /// Advance width in font units.
    pub(crate) fn width(&self, glyph: u16) -> u16 {
        self.parsed.glyph_hor_advance(ttf_parser::GlyphId(glyph)).unwrap_or(0)
    }

    /// The outline in font units, y upward. `None` for a glyph without ink.
    pub(crate) fn outline(&self, glyph: u16) -> Option<tiny_skia::Path> {
        let mut pen = Pen(PathBuilder::new());
        self.parsed.outline_glyph(ttf_parser::GlyphId(glyph), &mut pen)?;
        pen.0.finish()
    }
}

fn characters_of_glyphs(face: &ttf_parser::Face<'_>) -> Vec<Option<char>> {
    let mut characters = vec![None; usize::from(face.number_of_glyphs())];
    let subtables = face.tables().cmap.iter().flat_map(|cmap| cmap.subtables);
    for subtable in subtables.filter(ttf_parser::cmap::Subtable::is_unicode) {
        subtable.codepoints(|codepoint| {
            let slot =
                subtable.glyph_index(codepoint).and_then(|glyph| characters.get_mut(usize::from(glyph.0)));
            if let (Some(slot @ None), Some(character)) = (slot, char::from_u32(codepoint)) {
                *slot = Some(character);
            }
        });
    }
    characters
}

struct Pen(PathBuilder);

impl ttf_parser::OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to(x1, y1, x, y);
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.cubic_to(x1, y1, x2, y2, x, y);
    }
    fn close(&mut self) {
        self.0.close();
    }
}

/// All four faces.
pub(crate) struct Fonts {
    latin: Font,
    latin_bold: Font,
    devanagari: Font,
    devanagari_bold: Font,
}

impl Fonts {
    pub(crate) fn load() -> Result<Fonts, PaperError> {
        Ok(Fonts {
            latin: Font::parse(Face::Latin)?,
            latin_bold: Font::parse(Face::LatinBold)?,
            devanagari: Font::parse(Face::Devanagari)?,
            devanagari_bold: Font::parse(Face::DevanagariBold)?,
        })
    }

    pub(crate) fn get(&self, face: Face) -> &Font {
        match face {
            Face::Latin => &self.latin,
            Face::LatinBold => &self.latin_bold,
            Face::Devanagari => &self.devanagari,
            Face::DevanagariBold => &self.devanagari_bold,
        }
    }
}
