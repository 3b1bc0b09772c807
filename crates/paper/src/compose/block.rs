//! A block: shaped lines with their places, measured before it is drawn.

use super::Composer;
use crate::scene::{Item, Line, Page};

/// How a line stands in its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Centre,
    Right,
}

/// How letters look.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Points per em.
    pub(crate) size: f32,
    pub(crate) bold: bool,
    /// 0 black, 1 paper.
    pub(crate) ink: f32,
}

/// From one line to the next, in em: room for vowel signs above and below.
const LINE_PITCH: f32 = 1.36;
/// From the top of a line to its baseline, in em.
const BASELINE: f32 = 1.02;

/// Lines measured and placed within a block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    pub(crate) height: f32,
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
struct Piece {
    x: f32,
    baseline: f32,
    style: Style,
    line: Line,
}

impl Block {
    /// The same lines below this block's.
    pub(crate) fn stack(&mut self, below: Block) {
        let from = self.height;
        self.pieces
            .extend(below.pieces.into_iter().map(|piece| Piece { baseline: piece.baseline + from, ..piece }));
        self.height += below.height;
    }

    pub(crate) fn place_on(self, page: &mut Page, x: f32, y: f32) {
        page.items.extend(self.pieces.into_iter().map(|piece| Item::Text {
            x: x + piece.x,
            baseline: y + piece.baseline,
            size: piece.style.size,
            ink: piece.style.ink,
            line: piece.line,
        }));
    }
}

impl Composer<'_> {
    /// Text in at most `lines_max` lines of this width.
    pub(crate) fn block(
        &mut self,
        text: &str,
        style: Style,
        width: f32,
        align: Align,
        lines_max: usize,
    ) -> Block {
        let lines = self.shaper.lines(text, style.bold, width / style.size, lines_max, &mut self.warnings);
        let mut block = Block::default();
        for line in lines {
            let spare = width - line.advance * style.size;
            let x = match align {
                Align::Left => 0.0,
                Align::Centre => spare / 2.0,
                Align::Right => spare,
            };
            let baseline = block.height + style.size * BASELINE;
            block.pieces.push(Piece { x, baseline, style, line });
            block.height += style.size * LINE_PITCH;
        }
        block
    }

    /// A value with its second language: beside it where both fit on one line, else below it.
    pub(crate) fn pair(
        &mut self,
        main: (&str, Style),
        second: (&str, Style),
        width: f32,
        align: Align,
        lines_max: usize,
    ) -> Block {
        let ((main_text, main_style), (second_text, second_style)) = (main, second);
        if second_text.trim().is_empty() || second_text == main_text {
            return self.block(main_text, main_style, width, align, lines_max);
        }
        if main_text.trim().is_empty() {
            let style = Style { size: main_style.size, ..second_style };
            return self.block(second_text, style, width, align, lines_max);
        }
        let mut quiet = crate::warning::Warnings::default();
        let main_line = self.shaper.line(main_text, main_style.bold, &mut quiet);
        let second_line = self.shaper.line(&format!("/ {second_text}"), second_style.bold, &mut quiet);
        let main_width = main_line.advance * main_style.size;
        let gap = main_style.size * 0.3;
        let whole = main_width + gap + second_line.advance * second_style.size;
        if whole > width {
            let mut block = self.block(main_text, main_style, width, align, lines_max);
            block.stack(self.block(second_text, second_style, width, align, lines_max));
            return block;
        }
        // Only now are both texts known to stand as they are; their warnings count once.
        self.shaper.line(main_text, main_style.bold, &mut self.warnings);
        self.shaper.line(second_text, second_style.bold, &mut self.warnings);
        let x = match align {
            Align::Left => 0.0,
            Align::Centre => (width - whole) / 2.0,
            Align::Right => width - whole,
        };
        let baseline = main_style.size * BASELINE;
        Block {
            height: main_style.size * LINE_PITCH,
            pieces: vec![
                Piece { x, baseline, style: main_style, line: main_line },
                Piece { x: x + main_width + gap, baseline, style: second_style, line: second_line },
            ],
        }
    }

    /// Draws a block with its upper left corner here.
    pub(crate) fn place(&mut self, block: Block, x: f32, y: f32) {
        block.place_on(&mut self.page, x, y);
    }

    /// Draws a block across the page and moves on.
    pub(crate) fn put(&mut self, block: Block) {
        self.ensure(block.height);
        let height = block.height;
        self.place(block, self.measures.left, self.y);
        self.y += height;
    }
}
