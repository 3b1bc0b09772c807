//! A page before it is ink: lines of shaped text, rules, boxes, codes and pictures at places in points.
//!
//! The origin is the upper left corner, y grows downward, one point is 1/72 inch. Ink runs from 0 (black) to 1
//! (paper). Nothing here knows PDF or dots.

use crate::Warning;
use crate::qr::Matrix;
use std::sync::Arc;

pub use crate::font::Face;
pub use crate::shape::{Glyph, Line, Part, SPACE_EM, Word};

/// A paper, laid out.
#[derive(Clone, Debug)]
pub struct Document {
    /// What the paper is, for the PDF's title.
    pub title: String,
    /// The instant the paper says it is of, in milliseconds since 1970; the PDF's date.
    pub dated_unix_ms: i64,
    /// In reading order.
    pub pages: Vec<Page>,
    /// Where the paper differs from the value it shows.
    pub warnings: Vec<Warning>,
}

/// One side of paper.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Points.
    pub width: f32,
    /// Points.
    pub height: f32,
    /// In the order they are drawn.
    pub items: Vec<Item>,
}

/// A thing on a page.
#[derive(Clone, Debug)]
pub enum Item {
    /// A line of text.
    Text {
        /// Left end.
        x: f32,
        /// The line the letters stand on.
        baseline: f32,
        /// Points per em.
        size: f32,
        /// 0 black, 1 paper.
        ink: f32,
        /// The words.
        line: Line,
    },
    /// A straight line, level or upright.
    Rule {
        /// Start, from the left.
        x1: f32,
        /// Start, from the top.
        y1: f32,
        /// End, from the left.
        x2: f32,
        /// End, from the top.
        y2: f32,
        /// Points.
        thickness: f32,
        /// 0 black, 1 paper.
        ink: f32,
    },
    /// A filled rectangle.
    Fill {
        /// Left.
        x: f32,
        /// Top.
        y: f32,
        /// Points.
        width: f32,
        /// Points.
        height: f32,
        /// 0 black, 1 paper.
        ink: f32,
    },
    /// A QR code with its quiet zone inside the square.
    Code {
        /// Left.
        x: f32,
        /// Top.
        y: f32,
        /// The side of the square.
        side: f32,
        /// The modules.
        matrix: Arc<Matrix>,
    },
    /// A picture in grey.
    Picture {
        /// Left.
        x: f32,
        /// Top.
        y: f32,
        /// Points.
        width: f32,
        /// Points.
        height: f32,
        /// The picture.
        picture: Arc<GreyPicture>,
    },
}

/// A picture of one byte a pixel, rows from the top, 0 black to 255 white: the town's emblem.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GreyPicture {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width × height` bytes. A picture with any other number of bytes is not drawn.
    pub pixels: Vec<u8>,
}

impl GreyPicture {
    /// Whether the bytes are as many as the sides say.
    pub fn is_whole(&self) -> bool {
        let pixels = u64::from(self.width) * u64::from(self.height);
        pixels > 0 && u64::try_from(self.pixels.len()) == Ok(pixels)
    }
}

impl Document {
    /// All texts in reading order: lines from top to bottom, cells from left to right, a tab between cells.
    pub fn plain_text(&self) -> String {
        let mut text = String::new();
        for (number, page) in self.pages.iter().enumerate() {
            if number > 0 {
                text.push_str("\u{c}\n");
            }
            text.push_str(&page.plain_text());
        }
        text
    }
}

impl Page {
    fn plain_text(&self) -> String {
        let mut pieces: Vec<(i64, i64, String)> = self
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Text { x, baseline, line, .. } => {
                    // Tenths of a point sort and compare without the quirks of floats.
                    Some(((baseline * 10.0) as i64, (x * 10.0) as i64, line.text()))
                }
                _ => None,
            })
            .collect();
        pieces.sort();
        let mut text = String::new();
        let mut row = None;
        for (baseline, _, piece) in pieces {
            if row.is_some() {
                text.push(if row == Some(baseline) { '\t' } else { '\n' });
            }
            row = Some(baseline);
            text.push_str(&piece);
        }
        text.push('\n');
        text
    }
}
