//! The scene as PDF, through printpdf.
//!
//! printpdf neither shapes nor, in the small form used here, subsets: glyph numbers and cut-down fonts are handed to
//! it ready. Readers get each word's own text as `ActualText` wherever its glyphs do not spell it, so that what is
//! copied or searched is what was written. Names, dates and identifiers come from the document, never from chance.

use crate::PaperError;
use crate::font::{Face, Font, Fonts};
use crate::qr::Matrix;
use crate::scene::{Document, GreyPicture, Item, Line, Page, Part, SPACE_EM};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Object, StringFormat, dictionary};
use printpdf::{
    Codepoint, Color, CurTransMat, DictItem, ExternalStream, ExternalXObject, FontId, FontMetrics, FontType,
    Greyscale, LinePoint, Op, PaintMode, ParsedFont, PdfDocument, PdfFont, PdfFontHandle, PdfFontMetricsStub,
    PdfPage, PdfSaveOptions, Point, Pt, Rect, TextItem, XObject, XObjectId, XObjectTransform,
};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use subsetter::GlyphRemapper;

/// Level 6 gains a twentieth in size and costs a third of the time of a receipt.
const COMPRESSION: u32 = 3;

/// Writes the document.
pub(crate) fn write(document: &Document, fonts: &Fonts) -> Result<Vec<u8>, PaperError> {
    let used = UsedGlyphs::of(document);
    let mut pdf = PdfDocument::new("");
    for face in Face::ALL {
        if let Some(mapper) = used.mapper(face) {
            let font = embedded(fonts.get(face), mapper)?;
            pdf.resources.fonts.map.insert(font_id(face), PdfFont::new(font));
        }
    }
    let mut objects = BTreeMap::new();
    let pages = document
        .pages
        .iter()
        .map(|page| PageWriter { fonts, used: &used, page, ops: Vec::new(), objects: &mut objects }.write())
        .collect();
    pdf.resources.xobjects.map = objects;
    pdf.with_pages(pages);
    // `secure` drops operators printpdf does not know; there are none.
    let options =
        PdfSaveOptions { optimize: false, subset_fonts: false, secure: true, image_optimization: None };
    let mut file = pdf.to_lopdf_document(&options, &mut Vec::new());
    finish(&mut file, document)
}

fn font_id(face: Face) -> FontId {
    FontId(
        match face {
            Face::Latin => "L",
            Face::LatinBold => "LB",
            Face::Devanagari => "D",
            Face::DevanagariBold => "DB",
        }
        .to_owned(),
    )
}

/// Which glyphs of each face the document draws, with their numbers in the cut-down font.
struct UsedGlyphs {
    mappers: BTreeMap<Face, GlyphRemapper>,
}

impl UsedGlyphs {
    fn of(document: &Document) -> UsedGlyphs {
        let mut mappers: BTreeMap<Face, GlyphRemapper> = BTreeMap::new();
        let lines = document.pages.iter().flat_map(|page| &page.items).filter_map(|item| match item {
            Item::Text { line, .. } => Some(line),
            _ => None,
        });
        for part in lines.flat_map(|line| &line.words).flat_map(|word| &word.parts) {
            let mapper = mappers.entry(part.face).or_default();
            for glyph in &part.glyphs {
                mapper.remap(glyph.id);
            }
        }
        UsedGlyphs { mappers }
    }

    fn mapper(&self, face: Face) -> Option<&GlyphRemapper> {
        self.mappers.get(&face)
    }

    fn number(&self, face: Face, glyph: u16) -> u16 {
        self.mapper(face).and_then(|mapper| mapper.get(glyph)).unwrap_or(0)
    }
}

/// A font program of just the glyphs in use, in the form printpdf embeds without another look.
fn embedded(font: &Font, mapper: &GlyphRemapper) -> Result<ParsedFont, PaperError> {
    let program = subsetter::subset(font.bytes, 0, mapper)
        .map_err(|error| PaperError::Font { font: font.face.name(), why: error.to_string() })?;
    let widths = mapper
        .remapped_gids()
        .enumerate()
        .filter_map(|(number, glyph)| u16::try_from(number).ok().map(|number| (number, font.width(glyph))));
    let bounds = font.parsed.global_bounding_box();
    let weight = font.parsed.weight().to_number();
    Ok(ParsedFont {
        font_name: Some(format!("{}+{}", subset_tag(&program), font.face.name())),
        glyph_widths: widths.collect(),
        original_bytes: program,
        font_index: 0,
        codepoint_to_glyph: BTreeMap::new(),
        units_per_em: font.units_per_em,
        font_metrics: FontMetrics { ascent: font.parsed.ascender(), descent: font.parsed.descender() },
        font_type: FontType::TrueType,
        pdf_font_metrics: PdfFontMetricsStub {
            units_per_em: font.units_per_em,
            x_min: bounds.x_min,
            y_min: bounds.y_min,
            x_max: bounds.x_max,
            y_max: bounds.y_max,
            caret_slope_rise: 1,
            caret_slope_run: 0,
            us_weight_class: weight,
        },
    })
}

/// The six letters by which readers tell two subsets of one font apart.
fn subset_tag(program: &[u8]) -> String {
    Sha256::digest(program).iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}

/// Turns the items of one page into printpdf's operations.
struct PageWriter<'a> {
    fonts: &'a Fonts,
    used: &'a UsedGlyphs,
    page: &'a Page,
    ops: Vec<Op>,
    objects: &'a mut BTreeMap<XObjectId, XObject>,
}

impl PageWriter<'_> {
    fn write(mut self) -> PdfPage {
        let page = self.page;
        for item in &page.items {
            match item {
                Item::Text { x, baseline, size, ink, line } => {
                    self.ops.push(Op::SetFillColor { col: grey(*ink) });
                    self.text(*x, *baseline, *size, line);
                }
                Item::Rule { x1, y1, x2, y2, thickness, ink } => {
                    self.ops.push(Op::SetOutlineColor { col: grey(*ink) });
                    self.ops.push(Op::SetOutlineThickness { pt: Pt(*thickness) });
                    let points = vec![self.at(*x1, *y1), self.at(*x2, *y2)]
                        .into_iter()
                        .map(|p| LinePoint { p, bezier: false })
                        .collect();
                    self.ops.push(Op::DrawLine { line: printpdf::Line { points, is_closed: false } });
                }
                Item::Fill { x, y, width, height, ink } => {
                    let corner = self.at(*x, y + height);
                    let mut rectangle = Rect::from_xywh(corner.x, corner.y, Pt(*width), Pt(*height));
                    rectangle.mode = Some(PaintMode::Fill);
                    self.ops.push(Op::SetFillColor { col: grey(*ink) });
                    self.ops.push(Op::DrawRectangle { rectangle });
                }
                Item::Code { x, y, side, matrix } => self.code(*x, *y, *side, matrix),
                Item::Picture { x, y, width, height, picture } => {
                    self.picture(*x, *y, *width, *height, picture);
                }
            }
        }
        let media = Rect::from_wh(Pt(tenth(page.width)), Pt(tenth(page.height)));
        PdfPage { media_box: media.clone(), trim_box: media.clone(), crop_box: media, ops: self.ops }
    }

    /// PDF counts from the lower edge.
    fn at(&self, x: f32, y: f32) -> Point {
        Point { x: Pt(hundredth(x)), y: Pt(hundredth(self.page.height - y)) }
    }

    fn text(&mut self, x: f32, baseline: f32, size: f32, line: &Line) {
        let mut pen = x;
        for word in &line.words {
            for part in &word.parts {
                self.ops.push(Op::StartTextSection);
                let font = PdfFontHandle::External(font_id(part.face));
                self.ops.push(Op::SetFont { font, size: Pt(size) });
                self.ops.push(Op::SetTextCursor { pos: self.at(pen, baseline) });
                if !part.spells_itself {
                    self.ops.push(actual_text(&part.text));
                }
                self.glyphs(part, size);
                if !part.spells_itself {
                    self.ops.push(Op::EndMarkedContent);
                }
                self.ops.push(Op::EndTextSection);
                pen += part.glyphs.iter().map(|glyph| glyph.advance).sum::<f32>() * size;
            }
            pen += SPACE_EM * size;
        }
    }

    fn glyphs(&mut self, part: &Part, size: f32) {
        let font = self.fonts.get(part.face);
        let em = f32::from(font.units_per_em);
        let mut items = Vec::new();
        let mut codes = Vec::with_capacity(part.glyphs.len());
        for glyph in &part.glyphs {
            if glyph.right != 0.0 {
                flush(&mut codes, &mut items);
                items.push(TextItem::Offset(-glyph.right * 1000.0));
            }
            if glyph.up != 0.0 {
                flush(&mut codes, &mut items);
                show(&mut items, &mut self.ops);
                self.ops.push(Op::SetLineOffset { multiplier: glyph.up * size });
            }
            // The reader moves on by the font's own width in thousandths; what shaping wants otherwise is the
            // difference.
            let width = (f32::from(font.width(glyph.id)) * 1000.0 / em).trunc();
            let adjust = width + (glyph.right - glyph.advance) * 1000.0;
            codes.push(Codepoint {
                gid: self.used.number(part.face, glyph.id),
                offset: if adjust.abs() < 0.01 { 0.0 } else { adjust },
                cid: Some(glyph.stands_for.clone()),
            });
            if glyph.up != 0.0 {
                flush(&mut codes, &mut items);
                show(&mut items, &mut self.ops);
                self.ops.push(Op::SetLineOffset { multiplier: 0.0 });
            }
        }
        flush(&mut codes, &mut items);
        show(&mut items, &mut self.ops);
    }

    fn code(&mut self, x: f32, y: f32, side: f32, matrix: &Matrix) {
        let modules = matrix.side();
        let mut content = String::with_capacity(matrix.runs().len() * 16 + 8);
        for (column, row, length) in matrix.runs() {
            // Writing to a String cannot fail.
            let _ = writeln!(content, "{column} {} {length} 1 re", modules - row - 1);
        }
        content.push('f');
        let number = |value: usize| DictItem::Int(i64::try_from(value).unwrap_or(0));
        let bounds = vec![number(0), number(0), number(modules), number(modules)];
        let dict = named([
            ("Type", DictItem::Name(b"XObject".to_vec())),
            ("Subtype", DictItem::Name(b"Form".to_vec())),
            ("BBox", DictItem::Array(bounds)),
        ]);
        self.ops.push(Op::SetFillColor { col: grey(0.0) });
        self.object(ExternalStream { dict, content: content.into_bytes(), compress: true }, |writer| {
            let scale = side / modules as f32;
            let corner = writer.at(x, y + side);
            [scale, 0.0, 0.0, scale, corner.x.0, corner.y.0]
        });
    }

    fn picture(&mut self, x: f32, y: f32, width: f32, height: f32, picture: &GreyPicture) {
        if !picture.is_whole() {
            return;
        }
        let dict = named([
            ("Type", DictItem::Name(b"XObject".to_vec())),
            ("Subtype", DictItem::Name(b"Image".to_vec())),
            ("Width", DictItem::Int(i64::from(picture.width))),
            ("Height", DictItem::Int(i64::from(picture.height))),
            ("ColorSpace", DictItem::Name(b"DeviceGray".to_vec())),
            ("BitsPerComponent", DictItem::Int(8)),
        ]);
        self.object(ExternalStream { dict, content: picture.pixels.clone(), compress: true }, |writer| {
            let corner = writer.at(x, y + height);
            [width, 0.0, 0.0, height, corner.x.0, corner.y.0]
        });
    }

    /// Places a stream of its own on the page; the same stream on several pages is stored once.
    fn object(&mut self, stream: ExternalStream, matrix: impl Fn(&Self) -> [f32; 6]) {
        let digest = Sha256::digest(&stream.content);
        let name: String = digest.iter().take(8).fold(String::from("X"), |mut name, byte| {
            let _ = write!(name, "{byte:02x}");
            name
        });
        let id = XObjectId(name);
        let object = ExternalXObject { stream, width: None, height: None, dpi: None };
        self.objects.insert(id.clone(), XObject::External(object));
        self.ops.push(Op::SaveGraphicsState);
        self.ops.push(Op::SetTransformationMatrix { matrix: CurTransMat::Raw(matrix(self)) });
        let transform = XObjectTransform { no_auto_scale: true, ..XObjectTransform::default() };
        self.ops.push(Op::UseXobject { id, transform });
        self.ops.push(Op::RestoreGraphicsState);
    }
}

fn named<const N: usize>(entries: [(&str, DictItem); N]) -> BTreeMap<String, DictItem> {
    entries.into_iter().map(|(name, item)| (name.to_owned(), item)).collect()
}

fn flush(codes: &mut Vec<Codepoint>, items: &mut Vec<TextItem>) {
    if !codes.is_empty() {
        items.push(TextItem::GlyphIds(std::mem::take(codes)));
    }
}

fn show(items: &mut Vec<TextItem>, ops: &mut Vec<Op>) {
    if !items.is_empty() {
        ops.push(Op::ShowText { items: std::mem::take(items) });
    }
}

fn actual_text(text: &str) -> Op {
    let properties = DictItem::Dict {
        map: named([("ActualText", DictItem::String { data: utf16_text(text), literal: false })]),
    };
    Op::BeginMarkedContentWithProperties { tag: "Span".to_owned(), properties }
}

/// A PDF text string: UTF-16, big end first, with its mark.
fn utf16_text(text: &str) -> Vec<u8> {
    [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()
}

fn grey(ink: f32) -> Color {
    Color::Greyscale(Greyscale { percent: ink, icc_profile: None })
}

fn hundredth(points: f32) -> f32 {
    (points * 100.0).round() / 100.0
}

fn tenth(points: f32) -> f32 {
    (points * 10.0).round() / 10.0
}

/// What printpdf leaves to chance or to 1999: version, dates, identifier, language, compression.
fn finish(file: &mut lopdf::Document, document: &Document) -> Result<Vec<u8>, PaperError> {
    let mut digest = Sha256::new();
    for object in file.objects.values_mut() {
        if let Object::Stream(stream) = object {
            digest.update(&stream.content);
            compress(stream)?;
        }
    }
    digest.update(document.title.as_bytes());
    digest.update(document.dated_unix_ms.to_be_bytes());
    file.version = "1.7".to_owned();
    let date = Object::string_literal(pdf_date(document.dated_unix_ms));
    let information = file.add_object(dictionary! {
        "Title" => Object::String(utf16_text(&document.title), StringFormat::Hexadecimal),
        "Creator" => Object::string_literal("Palika"),
        "Producer" => Object::string_literal("Palika"),
        "CreationDate" => date.clone(),
        "ModDate" => date,
    });
    if let Ok(Object::Reference(old)) = file.trailer.get(b"Info").cloned() {
        file.objects.remove(&old);
    }
    file.trailer.set("Info", information);
    let identifier: Vec<u8> = digest.finalize().iter().take(16).copied().collect();
    let identifier = Object::String(identifier, StringFormat::Hexadecimal);
    file.trailer.set("ID", Object::Array(vec![identifier.clone(), identifier]));
    if let Ok(catalog) = file.catalog_mut() {
        catalog.set("Lang", Object::string_literal("hi-IN"));
        catalog.set("PageLayout", Object::Name(b"SinglePage".to_vec()));
        catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true, "PrintScaling" => "None" });
    }
    let mut bytes = Vec::with_capacity(64 * 1024);
    file.save_to(&mut bytes).map_err(|error| PaperError::Pdf { why: error.to_string() })?;
    Ok(bytes)
}

fn compress(stream: &mut lopdf::Stream) -> Result<(), PaperError> {
    let failed = |error: std::io::Error| PaperError::Pdf { why: error.to_string() };
    let capacity = stream.content.len() / 2;
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(capacity), Compression::new(COMPRESSION));
    encoder.write_all(&stream.content).map_err(failed)?;
    let compressed = encoder.finish().map_err(failed)?;
    if compressed.len() < stream.content.len() {
        stream.dict.set("Filter", "FlateDecode");
        stream.set_content(compressed);
    }
    Ok(())
}

/// `D:20261123114200+05'30'`, the office's time.
fn pdf_date(at_unix_ms: i64) -> String {
    let day = domain::BusinessDate::from_unix_ms(at_unix_ms).to_string().replace('-', "");
    let time = crate::Digits::Latin.time(at_unix_ms).replace(':', "");
    let second = at_unix_ms.div_euclid(1000).rem_euclid(60);
    format!("D:{day}{time}{second:02}+05'30'")
}
