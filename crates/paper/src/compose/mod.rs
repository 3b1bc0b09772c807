//! Composing: blocks from top to bottom, new pages where they are needed, the same paper on sheets and on a roll.

mod block;
mod blocks;
mod table;

pub(crate) use block::{Align, Style};
pub(crate) use blocks::{Beside, Fact, fact};
pub(crate) use table::{Cell, Column, Row};

use crate::scene::{Document, Item, Page};
use crate::shape::Shaper;
use crate::warning::{Warning, Warnings};
use block::Block;
use serde::{Deserialize, Serialize};

/// What a paper is printed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PaperSize {
    /// 210 × 297 mm
    A4,
    /// 148 × 210 mm
    A5,
    /// A roll 80 mm wide, of which 72 mm are printed; as long as it takes.
    Roll80,
}

/// A word or phrase in both languages, as it stands on the form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Label {
    pub(crate) hindi: &'static str,
    pub(crate) english: &'static str,
}

/// Hindi first.
pub(crate) const fn label(hindi: &'static str, english: &'static str) -> Label {
    Label { hindi, english }
}

/// Measures of one size of paper, in points.
pub(crate) struct Measures {
    pub(crate) width: f32,
    /// The lower end of what blocks may use; a roll goes on until readers and printers stop.
    bottom: f32,
    pub(crate) left: f32,
    pub(crate) top: f32,
    /// Town's name.
    pub(crate) town: f32,
    /// The paper's title.
    pub(crate) title: f32,
    /// Values.
    pub(crate) body: f32,
    /// The second language beside a value.
    pub(crate) second: f32,
    /// Labels.
    pub(crate) small: f32,
    /// Notes at the foot.
    foot: f32,
    /// Between blocks.
    pub(crate) gap: f32,
}

const POINTS_PER_MM: f32 = 72.0 / 25.4;

/// PDF readers take pages up to 14,400 points.
const ROLL_POINTS_MAX: f32 = 14_000.0;

impl Measures {
    fn of(size: PaperSize) -> Measures {
        let mm = |length: f32| length * POINTS_PER_MM;
        match size {
            PaperSize::A4 => Measures {
                width: mm(210.0),
                bottom: mm(297.0) - mm(14.0),
                left: mm(15.0),
                top: mm(12.0),
                town: 19.0,
                title: 14.0,
                body: 10.0,
                second: 8.5,
                small: 7.5,
                foot: 7.5,
                gap: 8.0,
            },
            PaperSize::A5 => Measures {
                width: mm(148.0),
                bottom: mm(210.0) - mm(8.0),
                left: mm(10.0),
                top: mm(8.0),
                town: 15.0,
                title: 11.5,
                body: 8.8,
                second: 7.5,
                small: 6.3,
                foot: 5.8,
                gap: 4.5,
            },
            // 8.5 points is the least that 203 dots to the inch set legibly.
            PaperSize::Roll80 => Measures {
                width: mm(80.0),
                bottom: ROLL_POINTS_MAX,
                left: mm(4.5),
                top: mm(2.0),
                town: 13.0,
                title: 11.0,
                body: 9.5,
                second: 8.5,
                small: 8.5,
                foot: 8.5,
                gap: 5.0,
            },
        }
    }

    fn height(size: PaperSize) -> f32 {
        match size {
            PaperSize::A4 => 297.0 * POINTS_PER_MM,
            PaperSize::A5 => 210.0 * POINTS_PER_MM,
            PaperSize::Roll80 => ROLL_POINTS_MAX,
        }
    }

    /// The width blocks share.
    pub(crate) fn inner(&self) -> f32 {
        self.width - 2.0 * self.left
    }
}

/// Sets one paper.
pub struct Composer<'s> {
    pub(crate) shaper: &'s mut Shaper,
    pub(crate) size: PaperSize,
    pub(crate) measures: Measures,
    pub(crate) warnings: Warnings,
    title: String,
    dated_unix_ms: i64,
    pages: Vec<Page>,
    page: Page,
    /// Where the next block begins.
    pub(crate) y: f32,
    /// Stands at the head of following pages.
    running_head: String,
    /// Stands at the foot of every page.
    foot: Vec<Block>,
}

impl<'s> Composer<'s> {
    pub(crate) fn new(shaper: &'s mut Shaper, size: PaperSize, title: String, dated_unix_ms: i64) -> Self {
        let measures = Measures::of(size);
        let page = Page { width: measures.width, height: Measures::height(size), items: Vec::new() };
        Composer {
            shaper,
            size,
            y: measures.top,
            measures,
            warnings: Warnings::default(),
            running_head: title.clone(),
            title,
            dated_unix_ms,
            pages: Vec::new(),
            page,
            foot: Vec::new(),
        }
    }

    pub(crate) fn is_roll(&self) -> bool {
        self.size == PaperSize::Roll80
    }

    pub(crate) fn warn(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }

    /// Notes that stand at the foot of every page, above the page number. A note in several parts is one line on a
    /// sheet and one line a part on a roll.
    pub(crate) fn set_foot(&mut self, notes: &[&[&str]]) {
        let style = Style { size: self.measures.foot, bold: false, ink: self.soft_ink() };
        let width = self.measures.inner();
        let mut foot = Vec::new();
        for parts in notes {
            if self.is_roll() {
                foot.extend(parts.iter().map(|part| self.block(part, style, width, Align::Centre, 6)));
            } else {
                foot.push(self.block(&parts.join(" · "), style, width, Align::Centre, 3));
            }
        }
        self.foot = foot;
    }

    /// What stands at the head of the second and later pages.
    pub(crate) fn set_running_head(&mut self, text: String) {
        self.running_head = text;
    }

    /// The ink of labels: grey on sheets, black on a roll, whose printer has no grey.
    pub(crate) fn soft_ink(&self) -> f32 {
        if self.is_roll() { 0.0 } else { 0.32 }
    }

    pub(crate) fn draw(&mut self, item: Item) {
        self.page.items.push(item);
    }

    pub(crate) fn rule(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, thickness: f32) {
        let ink = if thickness < 0.5 && !self.is_roll() { 0.35 } else { 0.0 };
        self.draw(Item::Rule { x1, y1, x2, y2, thickness, ink });
    }

    /// Four rules around a rectangle.
    pub(crate) fn frame(&mut self, x: f32, y: f32, width: f32, height: f32, thickness: f32) {
        let half = thickness / 2.0;
        let (right, bottom) = (x + width, y + height);
        self.rule(x - half, y, right + half, y, thickness);
        self.rule(x - half, bottom, right + half, bottom, thickness);
        self.rule(x, y, x, bottom, thickness);
        self.rule(right, y, right, bottom, thickness);
    }

    fn foot_height(&self) -> f32 {
        let notes: f32 = self.foot.iter().map(|note| note.height).sum();
        notes + self.measures.foot * 1.6
    }

    /// The lowest place blocks may reach on a sheet.
    fn limit(&self) -> f32 {
        self.measures.bottom - if self.is_roll() { 0.0 } else { self.foot_height() + 4.0 }
    }

    /// Begins a new page unless this much room is left. Blocks taller than a page begin at the top of one.
    pub(crate) fn ensure(&mut self, height: f32) -> bool {
        let at_top = self.page.items.is_empty();
        if self.y + height <= self.limit() || at_top {
            return false;
        }
        self.turn_page();
        true
    }

    fn turn_page(&mut self) {
        let fresh = Page { width: self.page.width, height: self.page.height, items: Vec::new() };
        self.pages.push(std::mem::replace(&mut self.page, fresh));
        self.y = self.measures.top;
        let style = Style { size: self.measures.second, bold: true, ink: 0.0 };
        let head = self.running_head.clone();
        let block = self.block(&head, style, self.measures.inner(), Align::Left, 1);
        let height = block.height;
        self.place(block, self.measures.left, self.y);
        self.y += height + 2.0;
        let (left, right) = (self.measures.left, self.measures.width - self.measures.left);
        self.rule(left, self.y, right, self.y, 0.6);
        self.y += self.measures.gap;
    }

    /// Ends the paper: the foot of every page, now that their number is known.
    pub(crate) fn finish(mut self) -> Document {
        if self.is_roll() {
            self.finish_roll();
        }
        let mut pages = std::mem::take(&mut self.pages);
        pages.push(std::mem::take(&mut self.page));
        let count = pages.len();
        if !self.is_roll() {
            for (index, page) in pages.iter_mut().enumerate() {
                self.finish_sheet(page, index + 1, count);
            }
        }
        Document {
            title: self.title,
            dated_unix_ms: self.dated_unix_ms,
            pages,
            warnings: self.warnings.into_vec(),
        }
    }

    fn finish_sheet(&mut self, page: &mut Page, number: usize, count: usize) {
        let left = self.measures.left;
        let mut y = self.measures.bottom - self.foot_height();
        let ink = self.soft_ink();
        page.items.push(Item::Rule {
            x1: left,
            y1: y,
            x2: self.measures.width - left,
            y2: y,
            thickness: 0.4,
            ink,
        });
        y += 2.0;
        for note in self.foot.clone() {
            let height = note.height;
            note.place_on(page, left, y);
            y += height;
        }
        let style = Style { size: self.measures.foot, bold: false, ink };
        let text = format!("पृष्ठ / Page {number}/{count}");
        let block = self.block(&text, style, self.measures.inner(), Align::Right, 1);
        block.place_on(page, left, y);
    }

    fn finish_roll(&mut self) {
        self.y += self.measures.gap;
        for note in std::mem::take(&mut self.foot) {
            let height = note.height;
            self.place(note, self.measures.left, self.y);
            self.y += height;
        }
        // Room to tear off.
        self.page.height = self.y + 8.0 * POINTS_PER_MM;
    }
}
