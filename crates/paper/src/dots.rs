//! The scene as dots: one bit each, for thermal printers that know no Devanagari and take pictures only.

use crate::PaperError;
use crate::font::{Face, Fonts};
use crate::qr::Matrix;
use crate::scene::{GreyPicture, Item, Line, Page, SPACE_EM};
use std::collections::HashMap;
use tiny_skia::{FillRule, Mask, Path, Transform};

/// Dots to the inch of the usual 80 mm printer.
pub const THERMAL_DPI: f32 = 203.0;
/// Dots such a printer sets across: 72 mm of the 80.
pub const THERMAL_DOTS: u32 = 576;
/// Coverage of a dot from which it is burnt. Below one half, since thermal paper loses thin strokes.
const BURN_FROM: u8 = 110;
/// Higher pages are cut into several by the composer; this only guards the memory.
const HEIGHT_DOTS_MAX: u32 = 60_000;

/// A picture of one bit a dot, rows from the top, packed to whole bytes with the leftmost dot in the highest bit;
/// 1 is black. This is what `GS v 0` sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dots {
    /// Dots in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `height` rows of `width / 8` bytes, rounded up.
    pub bits: Vec<u8>,
}

impl Dots {
    /// Bytes of one row.
    pub fn row_bytes(&self) -> usize {
        (self.width as usize).div_ceil(8)
    }

    /// Whether the dot is black; white outside the picture.
    pub fn is_black(&self, x: u32, y: u32) -> bool {
        let byte = y as usize * self.row_bytes() + x as usize / 8;
        x < self.width && self.bits.get(byte).is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }

    /// The same picture as PNG, for the screen and for printers behind a spooler.
    pub fn png(&self) -> Result<Vec<u8>, PaperError> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let dots_per_metre = (THERMAL_DPI / 0.0254).round() as u32;
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: dots_per_metre,
            yppu: dots_per_metre,
            unit: png::Unit::Meter,
        }));
        // In a PNG of one bit, 1 is white.
        let white_bits: Vec<u8> = self.bits.iter().map(|byte| !byte).collect();
        encoder
            .write_header()
            .and_then(|mut writer| {
                writer.write_image_data(&white_bits)?;
                writer.finish()
            })
            .map_err(|_| PaperError::Dots)?;
        Ok(bytes)
    }
}

/// Outlines, parsed once.
#[derive(Default)]
pub(crate) struct Outlines(HashMap<(Face, u16), Option<Path>>);

/// Draws one page. `left_dots` are cut off at the left and the picture is `width_dots` wide: the strip the print head
/// reaches.
pub(crate) fn draw(
    page: &Page,
    fonts: &Fonts,
    outlines: &mut Outlines,
    dpi: f32,
    left_dots: u32,
    width_dots: u32,
) -> Result<Dots, PaperError> {
    let scale = dpi / 72.0;
    let height = (page.height * scale).ceil() as u32;
    if height > HEIGHT_DOTS_MAX {
        return Err(PaperError::Dots);
    }
    let ink = Mask::new(width_dots, height.max(1)).ok_or(PaperError::Dots)?;
    let mut canvas = Canvas { ink, scale, left: left_dots as f32, fonts, outlines };
    for item in &page.items {
        canvas.item(item);
    }
    Ok(canvas.burn())
}

struct Canvas<'a> {
    /// Coverage of black, a byte a dot.
    ink: Mask,
    scale: f32,
    left: f32,
    fonts: &'a Fonts,
    outlines: &'a mut Outlines,
}

impl Canvas<'_> {
    fn item(&mut self, item: &Item) {
        match item {
            Item::Text { x, baseline, size, ink, line } => self.text(*x, *baseline, *size, *ink, line),
            Item::Rule { x1, y1, x2, y2, thickness, .. } => {
                let half = thickness / 2.0;
                let (left, right) = (x1.min(*x2), x1.max(*x2));
                let (top, bottom) = (y1.min(*y2), y1.max(*y2));
                let level = right - left >= bottom - top;
                let (dx, dy) = if level { (0.0, half) } else { (half, 0.0) };
                self.block(left - dx, top - dy, right + dx, bottom + dy, true);
            }
            // A light tint would be a screen of dots, through which text is hard to read: leave the paper white.
            Item::Fill { x, y, width, height, ink } if *ink < 0.5 => {
                self.block(*x, *y, x + width, y + height, true);
            }
            Item::Fill { .. } => {}
            Item::Code { x, y, side, matrix } => self.code(*x, *y, *side, matrix),
            Item::Picture { x, y, width, height, picture } => self.picture(*x, *y, *width, *height, picture),
        }
    }

    fn text(&mut self, x: f32, baseline: f32, size: f32, ink: f32, line: &Line) {
        // On a black ground the letters are left out; lighter ink on paper is black, since dots know no grey.
        let black = ink < 0.9;
        let mut pen = x;
        for word in &line.words {
            for part in &word.parts {
                let per_unit = size / f32::from(self.fonts.get(part.face).units_per_em) * self.scale;
                for glyph in &part.glyphs {
                    let font = self.fonts.get(part.face);
                    let key = (part.face, glyph.id);
                    let outline = self.outlines.0.entry(key).or_insert_with(|| font.outline(glyph.id));
                    if let Some(outline) = outline {
                        let at_x = (pen + glyph.right * size) * self.scale - self.left;
                        let at_y = (baseline - glyph.up * size) * self.scale;
                        let place = Transform::from_row(per_unit, 0.0, 0.0, -per_unit, at_x, at_y);
                        fill(&mut self.ink, outline, place, black);
                    }
                    pen += glyph.advance * size;
                }
            }
            pen += SPACE_EM * size;
        }
    }

    /// A rectangle on whole dots, at least one dot thick.
    fn block(&mut self, left: f32, top: f32, right: f32, bottom: f32, black: bool) {
        let x = (left * self.scale - self.left).round();
        let y = (top * self.scale).round();
        let width = ((right - left) * self.scale).round().max(1.0);
        let height = ((bottom - top) * self.scale).round().max(1.0);
        self.dots(x, y, width, height, if black { 255 } else { 0 });
    }

    fn dots(&mut self, x: f32, y: f32, width: f32, height: f32, ink: u8) {
        let row_dots = self.ink.width() as usize;
        let columns = (x.max(0.0) as usize).min(row_dots)..((x + width).max(0.0) as usize).min(row_dots);
        let rows = (y.max(0.0) as usize)..((y + height).max(0.0) as usize);
        let count = rows.end.saturating_sub(rows.start);
        for row in self.ink.data_mut().chunks_mut(row_dots).skip(rows.start).take(count) {
            if let Some(dots) = row.get_mut(columns.clone()) {
                dots.fill(ink);
            }
        }
    }

    /// Modules of a whole number of dots: a reader forgives much, but not modules of unequal width.
    fn code(&mut self, x: f32, y: f32, side: f32, matrix: &Matrix) {
        let modules = matrix.side() as f32;
        // A side that was made of whole dots comes back a rounding error short of them.
        let module = (side * self.scale / modules + 0.01).floor().max(1.0);
        let spare = side * self.scale - module * modules;
        let left = (x * self.scale - self.left + spare / 2.0).round();
        let top = (y * self.scale + spare / 2.0).round();
        for (column, row, length) in matrix.runs() {
            let (column, row, length) = (*column as f32, *row as f32, *length as f32);
            self.dots(left + column * module, top + row * module, length * module, module, 255);
        }
    }

    fn picture(&mut self, x: f32, y: f32, width: f32, height: f32, picture: &GreyPicture) {
        if !picture.is_whole() {
            return;
        }
        let (columns, rows) = (picture.width as usize, picture.height as usize);
        let (dots_x, dots_y) = ((width * self.scale) as usize, (height * self.scale) as usize);
        for dot_y in 0..dots_y {
            for dot_x in 0..dots_x {
                let pixel = (dot_y * rows / dots_y) * columns + dot_x * columns / dots_x;
                if picture.pixels.get(pixel).is_some_and(|grey| *grey < 128) {
                    let at_x = (x * self.scale - self.left).round() + dot_x as f32;
                    let at_y = (y * self.scale).round() + dot_y as f32;
                    self.dots(at_x, at_y, 1.0, 1.0, 255);
                }
            }
        }
    }

    fn burn(self) -> Dots {
        let (width, height) = (self.ink.width(), self.ink.height());
        let bits = self
            .ink
            .data()
            .chunks(width as usize)
            .flat_map(|row| {
                row.chunks(8).map(|dots| {
                    let byte = dots.iter().fold(0u8, |byte, ink| byte << 1 | u8::from(*ink >= BURN_FROM));
                    byte << (8 - dots.len())
                })
            })
            .collect();
        Dots { width, height, bits }
    }
}

/// Adds a glyph's coverage to the ink, or takes it away where letters stand white on black. The glyph is drawn on a
/// small canvas of its own, so that the length of a roll is no matter.
fn fill(ink: &mut Mask, outline: &Path, place: Transform, black: bool) {
    let Some(bounds) = outline.bounds().transform(place).and_then(|bounds| bounds.round_out()) else {
        return;
    };
    let Some(mut glyph) = Mask::new(bounds.width() + 1, bounds.height() + 1) else { return };
    let (left, top) = (bounds.x(), bounds.y());
    glyph.fill_path(outline, FillRule::Winding, true, place.post_translate(-(left as f32), -(top as f32)));
    let row_dots = ink.width() as usize;
    for (row, covers) in (top..).zip(glyph.data().chunks(glyph.width() as usize)) {
        for (column, cover) in (left..).zip(covers).filter(|(_, cover)| **cover > 0) {
            let at = usize::try_from(row).ok().zip(usize::try_from(column).ok());
            let at = at.filter(|(_, column)| *column < row_dots).map(|(row, column)| row * row_dots + column);
            if let Some(dot) = at.and_then(|at| ink.data_mut().get_mut(at)) {
                *dot = if black { dot.saturating_add(*cover) } else { dot.saturating_sub(*cover) };
            }
        }
    }
}
