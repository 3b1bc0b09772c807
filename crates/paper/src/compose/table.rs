//! Tables that go on over pages, their head repeated.

use super::block::Block;
use super::{Align, Composer, Label, Style};
use crate::scene::Item;

/// A column; a share of nothing hides it on that kind of paper.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) title: Label,
    pub(crate) align: Align,
    /// Share of the width of a sheet.
    pub(crate) sheet: f32,
    /// Share of the width of a roll.
    pub(crate) roll: f32,
}

/// What stands in one place of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    text: String,
    second: String,
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), second: String::new() }
    }

    pub(crate) fn both(value: &domain::Bilingual) -> Cell {
        Cell { text: value.hindi.clone(), second: value.english.clone() }
    }

    pub(crate) fn label(label: Label) -> Cell {
        Cell { text: label.hindi.to_owned(), second: label.english.to_owned() }
    }
}

/// A row; totals are set bold between rules.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    cells: Vec<Cell>,
    is_total: bool,
}

impl Row {
    pub(crate) fn line(cells: Vec<Cell>) -> Row {
        Row { cells, is_total: false }
    }

    pub(crate) fn total(cells: Vec<Cell>) -> Row {
        Row { cells, is_total: true }
    }
}

const PADDING: f32 = 3.0;
/// Lines a cell may take before it ends in an ellipsis.
const CELL_LINES: usize = 3;

/// A row that has been measured: each visible cell's block with its left end and width.
struct Measured {
    blocks: Vec<(Block, f32)>,
    height: f32,
    is_total: bool,
}

impl Composer<'_> {
    /// Sets the table; its head is repeated on each page it reaches. A last total stays with the row above it.
    pub(crate) fn table(&mut self, columns: &[Column], rows: &[Row]) {
        let head = self.measure_head(columns);
        let row_height = self.measures.body * 2.0;
        self.ensure(head.height + 2.0 * row_height);
        let mut top = self.y;
        self.set_head(&head, columns);
        for (index, row) in rows.iter().enumerate() {
            let measured = self.measure(columns, row);
            let total_follows = rows.get(index + 1).is_some_and(|next| next.is_total);
            let needed = measured.height + if total_follows { row_height } else { 0.0 };
            if self.y + needed > self.limit() {
                self.close(columns, top);
                if self.ensure(needed) {
                    top = self.y;
                    self.set_head(&head, columns);
                }
            }
            self.set_row(measured);
        }
        self.close(columns, top);
        self.y += self.measures.gap;
    }

    fn share(&self, column: &Column) -> f32 {
        if self.is_roll() { column.roll } else { column.sheet }
    }

    fn visible<'c>(&self, columns: &'c [Column]) -> Vec<(usize, &'c Column, f32)> {
        let shares: f32 = columns.iter().map(|column| self.share(column)).sum();
        let width = self.measures.inner() / shares.max(0.001);
        columns
            .iter()
            .enumerate()
            .map(|(index, column)| (index, column, self.share(column) * width))
            .filter(|(_, _, width)| *width > 0.0)
            .collect()
    }

    fn measure_head(&mut self, columns: &[Column]) -> Measured {
        let main = Style { size: self.measures.second, bold: true, ink: 0.0 };
        let second = Style { size: self.measures.small, bold: false, ink: 0.0 };
        let mut blocks = Vec::new();
        let mut height = 0.0f32;
        for (_, column, width) in self.visible(columns) {
            let inner = width - 2.0 * PADDING;
            let title = column.title;
            let mut block = self.block(title.hindi, main, inner, column.align, 2);
            block.stack(self.block(title.english, second, inner, column.align, 2));
            height = height.max(block.height + 3.0);
            blocks.push((block, width));
        }
        Measured { blocks, height, is_total: false }
    }

    fn measure(&mut self, columns: &[Column], row: &Row) -> Measured {
        let main = self.body(row.is_total);
        let second = Style { ink: self.soft_ink(), ..self.second() };
        let empty = Cell::default();
        let mut blocks = Vec::new();
        let mut height = self.measures.body * 1.36 + 2.0;
        for (index, column, width) in self.visible(columns) {
            let cell = row.cells.get(index).unwrap_or(&empty);
            let inner = width - 2.0 * PADDING;
            let block =
                self.pair((&cell.text, main), (&cell.second, second), inner, column.align, CELL_LINES);
            height = height.max(block.height + 2.0);
            blocks.push((block, width));
        }
        Measured { blocks, height, is_total: row.is_total }
    }

    fn set_head(&mut self, head: &Measured, columns: &[Column]) {
        let (x, y, width, height) = (self.measures.left, self.y, self.measures.inner(), head.height);
        if !self.is_roll() {
            self.draw(Item::Fill { x, y, width, height, ink: 0.9 });
        }
        self.rule(x, y, x + width, y, 0.8);
        debug_assert!(head.blocks.len() <= columns.len());
        self.set_blocks(head.blocks.clone(), y + 1.5);
        self.y += height;
        self.rule(x, self.y, x + width, self.y, 0.8);
    }

    fn set_row(&mut self, row: Measured) {
        let (x, y, width) = (self.measures.left, self.y, self.measures.inner());
        if row.is_total {
            if !self.is_roll() {
                self.draw(Item::Fill { x, y, width, height: row.height, ink: 0.955 });
            }
            self.rule(x, y, x + width, y, 0.8);
        }
        self.set_blocks(row.blocks, y + 1.0);
        self.y += row.height;
        let thickness = if row.is_total { 0.8 } else { 0.25 };
        if !self.is_roll() || row.is_total {
            self.rule(x, self.y, x + width, self.y, thickness);
        }
    }

    fn set_blocks(&mut self, blocks: Vec<(Block, f32)>, y: f32) {
        let mut x = self.measures.left;
        for (block, width) in blocks {
            self.place(block, x + PADDING, y);
            x += width;
        }
    }

    /// The lower rule and, on sheets, the upright ones.
    fn close(&mut self, columns: &[Column], top: f32) {
        let (left, right, bottom) = (self.measures.left, self.measures.width - self.measures.left, self.y);
        self.rule(left, bottom, right, bottom, 0.8);
        if self.is_roll() {
            return;
        }
        let mut x = left;
        self.rule(x, top, x, bottom, 0.4);
        for (_, _, width) in self.visible(columns) {
            x += width;
            self.rule(x, top, x, bottom, 0.4);
        }
    }
}
