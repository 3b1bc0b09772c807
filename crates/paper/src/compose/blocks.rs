//! The blocks papers are made of.

use super::block::Block;
use super::{Align, Composer, Label, POINTS_PER_MM, Style};
use crate::PaperError;
use crate::papers::Letterhead;
use crate::qr::Matrix;
use crate::scene::Item;
use domain::words::amount_in_words;
use domain::{Bilingual, Language, Paise};
use std::sync::Arc;

/// A labelled value.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) label: String,
    pub(crate) value: String,
    /// The same in the second language, or nothing.
    pub(crate) second: String,
    /// The share of the row's width on a sheet.
    pub(crate) share: f32,
    /// Set larger than the rest.
    pub(crate) strong: bool,
}

/// A fact in one language.
pub(crate) fn fact(label: Label, value: impl Into<String>) -> Fact {
    let label = format!("{} / {}", label.hindi, label.english);
    Fact { label, value: value.into(), second: String::new(), share: 1.0, strong: false }
}

impl Fact {
    /// A fact in both languages.
    pub(crate) fn both(label: Label, value: &Bilingual) -> Fact {
        Fact { second: value.english.clone(), ..fact(label, value.hindi.clone()) }
    }

    /// A fact whose label comes with the value.
    pub(crate) fn named(label: &Bilingual, value: impl Into<String>) -> Fact {
        let label = format!("{} / {}", label.hindi, label.english);
        Fact { label, value: value.into(), second: String::new(), share: 1.0, strong: false }
    }

    pub(crate) fn share(self, share: f32) -> Fact {
        Fact { share, ..self }
    }

    pub(crate) fn strong(self) -> Fact {
        Fact { strong: true, ..self }
    }

    fn is_empty(&self) -> bool {
        self.value.trim().is_empty() && self.second.trim().is_empty()
    }
}

/// What stands beside a code.
#[derive(Clone, Debug, Default)]
pub(crate) struct Beside {
    /// Said in words.
    pub(crate) amount: Option<Paise>,
    pub(crate) facts: Vec<Fact>,
}

/// A row of a form, measured: each cell's block and width.
struct FactRow {
    cells: Vec<(Block, f32)>,
    height: f32,
}

/// Dots to the inch of an office's laser printer; finer ones split each.
const LASER_DPI: f32 = 300.0;
/// Lines a value may take in its cell before it ends in an ellipsis.
const VALUE_LINES: usize = 3;
/// Lines of a paragraph before it ends in an ellipsis.
const PARAGRAPH_LINES: usize = 20;
/// Inside a cell, from its rules to its letters.
const CELL_PADDING: f32 = 3.5;
/// Above and below a cell's lines together.
const CELL_MARGIN: f32 = 3.4;

impl Composer<'_> {
    fn small(&self) -> Style {
        Style { size: self.measures.small, bold: false, ink: self.soft_ink() }
    }

    pub(crate) fn body(&self, bold: bool) -> Style {
        Style { size: self.measures.body, bold, ink: 0.0 }
    }

    pub(crate) fn second(&self) -> Style {
        Style { size: self.measures.second, bold: false, ink: 0.0 }
    }

    /// Town, department and address, a double rule, and the paper's title.
    pub(crate) fn letterhead(&mut self, head: &Letterhead, title: Label) {
        let width = self.measures.inner();
        let emblem = head.emblem.as_ref().filter(|emblem| emblem.is_whole());
        let emblem_side = self.measures.town * 2.6;
        let text_width = if emblem.is_some() { width - 2.0 * emblem_side } else { width };
        let town = Style { size: self.measures.town, bold: true, ink: 0.0 };
        let town_english = Style { size: self.measures.town * 0.62, bold: true, ink: 0.0 };
        let mut block = self.block(&head.town.hindi, town, text_width, Align::Centre, 2);
        block.stack(self.block(&head.town.english, town_english, text_width, Align::Centre, 2));
        let second = self.second();
        let small = self.small();
        for line in [&head.department, &head.address] {
            let pair = self.pair((&line.hindi, second), (&line.english, small), text_width, Align::Centre, 2);
            block.stack(pair);
        }
        let top = self.y;
        if let Some(emblem) = emblem {
            let picture = Arc::clone(emblem);
            let (x, side) = (self.measures.left, emblem_side);
            self.draw(Item::Picture { x, y: top + 2.0, width: side, height: side, picture });
            block.height = block.height.max(side + 4.0);
        }
        let height = block.height;
        self.place(block, self.measures.left + (width - text_width) / 2.0, top);
        self.y = top + height + 3.0;
        self.double_rule();
        self.title(title);
    }

    fn double_rule(&mut self) {
        let (left, right) = (self.measures.left, self.measures.width - self.measures.left);
        self.rule(left, self.y, right, self.y, 1.4);
        self.rule(left, self.y + 2.4, right, self.y + 2.4, 0.5);
        self.y += 2.4 + self.measures.gap;
    }

    fn title(&mut self, title: Label) {
        let style = Style { size: self.measures.title, bold: true, ink: 0.0 };
        let second = Style { size: self.measures.title * 0.88, ..style };
        let width = self.measures.inner();
        let block = self.pair((title.hindi, style), (title.english, second), width, Align::Centre, 2);
        self.put(block);
        self.y += self.measures.gap;
    }

    /// A line that must not be overlooked: white on black where strong, framed otherwise.
    pub(crate) fn banner(&mut self, hindi: &str, english: &str, strong: bool) {
        let ink = if strong { 1.0 } else { 0.0 };
        let (main, second) = if strong {
            (self.measures.title, self.measures.body)
        } else {
            (self.measures.body, self.measures.second)
        };
        let (main, second) = (Style { size: main, bold: true, ink }, Style { size: second, bold: true, ink });
        let (left, width) = (self.measures.left, self.measures.inner());
        let inner = width - 2.0 * CELL_PADDING;
        let block = self.pair((hindi, main), (english, second), inner, Align::Centre, 3);
        let height = block.height + 4.0;
        self.ensure(height);
        let y = self.y;
        if strong {
            self.draw(Item::Fill { x: left, y, width, height, ink: 0.0 });
        } else {
            self.frame(left, y, width, height, 1.0);
        }
        self.place(block, left + CELL_PADDING, y + 2.0);
        self.y += height + self.measures.gap;
    }

    /// Rows of labelled values: a ruled form on sheets, label and value on one line of a roll. Empty facts leave no
    /// trace on a roll and an empty cell on a sheet; a row of empty facts leaves none.
    pub(crate) fn facts(&mut self, rows: &[Vec<Fact>]) {
        let (left, width) = (self.measures.left, self.measures.inner());
        for row in rows.iter().filter(|row| row.iter().any(|fact| !fact.is_empty())) {
            if self.is_roll() {
                self.roll_facts(row);
            } else {
                let row = self.measure_row(row, width);
                self.ensure(row.height);
                let height = row.height;
                self.set_row_of_facts(row, left, self.y);
                self.y += height;
            }
        }
        self.y += self.measures.gap;
    }

    fn measure_row(&mut self, row: &[Fact], width: f32) -> FactRow {
        let shares: f32 = row.iter().map(|fact| fact.share).sum();
        let mut cells = Vec::with_capacity(row.len());
        let mut height = 0.0f32;
        for fact in row {
            let cell_width = width * fact.share / shares;
            let block = self.form_cell(fact, cell_width - 2.0 * CELL_PADDING);
            height = height.max(block.height + CELL_MARGIN);
            cells.push((block, cell_width));
        }
        FactRow { cells, height }
    }

    fn set_row_of_facts(&mut self, row: FactRow, left: f32, y: f32) {
        let mut x = left;
        for (block, width) in row.cells {
            self.frame(x, y, width, row.height, 0.4);
            self.place(block, x + CELL_PADDING, y + CELL_MARGIN * 0.4);
            x += width;
        }
    }

    fn form_cell(&mut self, fact: &Fact, width: f32) -> Block {
        let small = self.small();
        let mut block = self.block(&fact.label, small, width, Align::Left, 2);
        let (main, second) = (self.value_style(fact), self.second());
        block.stack(self.pair((&fact.value, main), (&fact.second, second), width, Align::Left, VALUE_LINES));
        block
    }

    fn value_style(&self, fact: &Fact) -> Style {
        let mut style = self.body(true);
        style.size += if fact.strong { 1.5 } else { 0.0 };
        style
    }

    fn roll_facts(&mut self, facts: &[Fact]) {
        for fact in facts.iter().filter(|fact| !fact.is_empty()) {
            self.roll_fact(fact);
        }
    }

    /// Label at the left, value at the right of the same line where both fit, else below; the second language below
    /// the first.
    fn roll_fact(&mut self, fact: &Fact) {
        let width = self.measures.inner();
        let (label_style, main, second) = (self.small(), self.value_style(fact), self.second());
        let label = self.block(&fact.label, label_style, width, Align::Left, 2);
        let mut quiet = crate::warning::Warnings::default();
        let label_width = self.shaper.line(&fact.label, false, &mut quiet).advance * label_style.size;
        let room = width - label_width - 6.0;
        let value_width = self.shaper.line(&fact.value, true, &mut quiet).advance * main.size;
        let second_width = self.shaper.line(&fact.second, false, &mut quiet).advance * second.size;
        if value_width > room || (value_width > 0.0 && second_width > width) {
            let value =
                self.pair((&fact.value, main), (&fact.second, second), width, Align::Right, VALUE_LINES);
            self.ensure(label.height + value.height);
            self.put(label);
            self.put(value);
            return;
        }
        let mut value = self.block(&fact.value, main, width, Align::Right, 1);
        value.stack(self.block(&fact.second, second, width, Align::Right, 1));
        let height = value.height.max(label.height);
        self.ensure(height);
        // One baseline for both sizes.
        let drop = main.size - label_style.size;
        self.place(label, self.measures.left, self.y + drop);
        self.place(value, self.measures.left, self.y);
        self.y += height;
    }

    /// The amount in words, Hindi above English, in a frame.
    pub(crate) fn words(&mut self, amount: Paise) {
        let width = self.measures.inner();
        let block = self.words_block(amount, width);
        self.ensure(block.height + CELL_MARGIN);
        let (left, y) = (self.measures.left, self.y);
        self.y += self.set_words(block, left, y, width) + self.measures.gap;
    }

    fn words_block(&mut self, amount: Paise, width: f32) -> Block {
        let (body, second) = (self.body(true), self.second());
        let inner = width - 2.0 * CELL_PADDING;
        let mut block = self.block(&amount_in_words(amount, Language::Hindi), body, inner, Align::Left, 4);
        block.stack(self.block(&amount_in_words(amount, Language::English), second, inner, Align::Left, 4));
        block
    }

    fn set_words(&mut self, block: Block, x: f32, y: f32, width: f32) -> f32 {
        let height = block.height + CELL_MARGIN;
        if !self.is_roll() {
            self.draw(Item::Fill { x, y, width, height, ink: 0.955 });
        }
        self.frame(x, y, width, height, 0.4);
        self.place(block, x + CELL_PADDING, y + CELL_MARGIN * 0.4);
        height
    }

    /// A paragraph in both languages, not torn apart.
    pub(crate) fn paragraph(&mut self, hindi: &str, english: &str) {
        let width = self.measures.inner();
        let (body, second) = (self.body(false), self.second());
        let mut block = self.block(hindi, body, width, Align::Left, PARAGRAPH_LINES);
        block.stack(self.block(english, second, width, Align::Left, PARAGRAPH_LINES));
        self.put(block);
        self.y += self.measures.gap * 0.8;
    }

    /// A heading over a table.
    pub(crate) fn heading(&mut self, label: Label) {
        let width = self.measures.inner();
        let (body, second) = (self.body(true), self.second());
        let block = self.pair((label.hindi, body), (label.english, second), width, Align::Left, 2);
        // A heading at the foot of a page with its table on the next is no use.
        self.ensure(block.height + self.measures.body * 9.0);
        self.put(block);
        self.y += 2.0;
    }

    /// A code with its caption, about so large; on a sheet the amount in words and the facts stand beside it, two facts
    /// to a row.
    pub(crate) fn code(
        &mut self,
        text: &str,
        side_mm: f32,
        caption: Label,
        beside: Beside,
    ) -> Result<(), PaperError> {
        let matrix = Arc::new(Matrix::new(text)?);
        if self.is_roll() {
            if let Some(amount) = beside.amount {
                self.words(amount);
            }
            self.roll_facts(&beside.facts);
            self.roll_code(matrix, caption);
            return Ok(());
        }
        let modules = matrix.side() as f32;
        let side = on_dots(side_mm * POINTS_PER_MM / modules) * modules;
        let small = self.small();
        let caption =
            self.block(&format!("{} / {}", caption.hindi, caption.english), small, side, Align::Centre, 2);
        let gap = self.measures.gap;
        let width = self.measures.inner() - side - gap;
        let words = beside.amount.map(|amount| self.words_block(amount, width));
        let rows = self.measure_beside(&beside.facts, width);
        let words_height = words.as_ref().map_or(0.0, |block| block.height + CELL_MARGIN + gap);
        let rows_height: f32 = rows.iter().map(|row| row.height).sum();
        let height = (side + caption.height).max(words_height + rows_height);
        self.ensure(height);
        let (left, top) = (on_dots(self.measures.left), on_dots(self.y));
        self.draw(Item::Code { x: left, y: top, side, matrix });
        self.place(caption, left, top + side);
        let (x, mut y) = (left + side + gap, top);
        if let Some(words) = words {
            y += self.set_words(words, x, y, width) + gap;
        }
        for row in rows {
            let row_height = row.height;
            self.set_row_of_facts(row, x, y);
            y += row_height;
        }
        self.y = top + height + gap;
        Ok(())
    }

    /// Two facts to a row where each fits half the width on one line, else one.
    fn measure_beside(&mut self, facts: &[Fact], width: f32) -> Vec<FactRow> {
        let mut rows = Vec::new();
        let mut waiting: Option<Fact> = None;
        for fact in facts.iter().filter(|fact| !fact.is_empty()) {
            let is_short = self.fits(fact, width / 2.0 - 2.0 * CELL_PADDING);
            match (waiting.take(), is_short) {
                (None, true) => waiting = Some(fact.clone()),
                (Some(first), true) => rows.push(self.measure_row(&[first, fact.clone()], width)),
                (first, false) => {
                    for single in first.iter().chain([fact]) {
                        rows.push(self.measure_row(std::slice::from_ref(single), width));
                    }
                }
            }
        }
        if let Some(last) = waiting {
            rows.push(self.measure_row(&[last], width));
        }
        rows
    }

    fn fits(&mut self, fact: &Fact, width: f32) -> bool {
        let (small, main) = (self.small(), self.value_style(fact));
        let mut quiet = crate::warning::Warnings::default();
        self.shaper.line(&fact.label, false, &mut quiet).advance * small.size <= width
            && self.shaper.line(&fact.value, true, &mut quiet).advance * main.size <= width
    }

    fn roll_code(&mut self, matrix: Arc<Matrix>, caption: Label) {
        // Whole dots: the widest module that leaves the code within the strip, at most 8 dots (a millimetre).
        let dots = (self.measures.inner() * crate::dots::THERMAL_DPI / 72.0 / matrix.side() as f32).floor();
        let side = dots.clamp(1.0, 8.0) * matrix.side() as f32 * 72.0 / crate::dots::THERMAL_DPI;
        self.ensure(side);
        let x = (self.measures.width - side) / 2.0;
        self.draw(Item::Code { x, y: self.y, side, matrix });
        self.y += side;
        let (width, small) = (self.measures.inner(), self.small());
        let text = format!("{} / {}", caption.hindi, caption.english);
        let block = self.block(&text, small, width, Align::Centre, 2);
        self.put(block);
        self.y += self.measures.gap;
    }

    /// Lines to sign on, side by side on a sheet, one below the other on a roll.
    pub(crate) fn signatures(&mut self, who: &[Label]) {
        let room = self.measures.body * if self.is_roll() { 3.4 } else { 3.6 };
        // A single signature stands at the right, half a sheet wide.
        let across = if self.is_roll() { 1 } else { who.len().clamp(1, 3) };
        let width = self.measures.inner() / if self.is_roll() { 1.0 } else { across.max(2) as f32 };
        let start = self.measures.left + self.measures.inner() - width * across as f32;
        let (second, small) = (self.second(), self.small());
        for row in who.chunks(across) {
            let mut blocks = Vec::new();
            let mut height = 0.0f32;
            for label in row {
                let mut block = self.block(label.hindi, second, width - 14.0, Align::Centre, 2);
                block.stack(self.block(label.english, small, width - 14.0, Align::Centre, 2));
                height = height.max(block.height);
                blocks.push(block);
            }
            self.ensure(room + height);
            let mut x = start;
            let y = self.y + room;
            for block in blocks {
                self.rule(x + 7.0, y, x + width - 7.0, y, 0.5);
                self.place(block, x + 7.0, y + 1.0);
                x += width;
            }
            self.y = y + height + self.measures.gap;
        }
    }
}

/// The length in whole dots of a laser printer. Between two dots it would round the edges of a code's modules one way
/// here and another there, and readers that find the code by its corners would miss it.
fn on_dots(points: f32) -> f32 {
    (points * LASER_DPI / 72.0).round() * 72.0 / LASER_DPI
}
