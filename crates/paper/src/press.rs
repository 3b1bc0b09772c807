//! The press: fonts parsed and words shaped once, however many papers follow.

use crate::compose::{Composer, PaperSize};
use crate::dots::{Dots, Outlines, THERMAL_DOTS, THERMAL_DPI};
use crate::papers::Paper;
use crate::scene::{Document, Page};
use crate::shape::Shaper;
use crate::{PaperError, Receipt, Warning, dots, pdf};

/// Makes papers. Keep one and use it for all: it remembers the shape of every word it has set.
pub struct Press {
    shaper: Shaper,
    outlines: Outlines,
}

/// A paper as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// Sides of paper.
    pub pages: usize,
    /// Where the paper differs from the value it shows.
    pub warnings: Vec<Warning>,
}

impl Press {
    /// Parses the fonts (some milliseconds).
    pub fn new() -> Result<Press, PaperError> {
        Ok(Press { shaper: Shaper::new()?, outlines: Outlines::default() })
    }

    /// Lays a paper out.
    pub fn compose<P: Paper>(&mut self, paper: &P, size: PaperSize) -> Result<Document, PaperError> {
        let mut composer = Composer::new(&mut self.shaper, size, paper.title(), paper.dated_unix_ms());
        paper.lay_out(&mut composer)?;
        Ok(composer.finish())
    }

    /// A laid-out paper as PDF.
    pub fn pdf(&self, document: &Document) -> Result<Vec<u8>, PaperError> {
        pdf::write(document, &self.shaper.fonts)
    }

    /// A paper as PDF, in one step.
    pub fn print<P: Paper>(&mut self, paper: &P, size: PaperSize) -> Result<Printed, PaperError> {
        let document = self.compose(paper, size)?;
        let pdf = self.pdf(&document)?;
        Ok(Printed { pdf, pages: document.pages.len(), warnings: document.warnings })
    }

    /// A receipt on A5 as PDF, the paper that is made most often.
    pub fn receipt_pdf(&mut self, receipt: &Receipt) -> Result<Vec<u8>, PaperError> {
        Ok(self.print(receipt, PaperSize::A5)?.pdf)
    }

    /// The pages of a paper of [`PaperSize::Roll80`] as dots for a thermal printer: 576 across, 203 to the inch.
    pub fn thermal<P: Paper>(&mut self, paper: &P) -> Result<Vec<Dots>, PaperError> {
        let document = self.compose(paper, PaperSize::Roll80)?;
        document.pages.iter().map(|page| self.thermal_page(page)).collect()
    }

    /// One laid-out page of an 80 mm roll as dots: the middle 72 mm, which the head reaches.
    pub fn thermal_page(&mut self, page: &Page) -> Result<Dots, PaperError> {
        let across = (page.width * THERMAL_DPI / 72.0).round() as u32;
        let left = across.saturating_sub(THERMAL_DOTS) / 2;
        dots::draw(page, &self.shaper.fonts, &mut self.outlines, THERMAL_DPI, left, THERMAL_DOTS)
    }

    /// Any laid-out page as dots, for a preview or another printer. `dots_per_inch` may be anything from 1 to 1200.
    pub fn dots(&mut self, page: &Page, dots_per_inch: f32) -> Result<Dots, PaperError> {
        let dpi = dots_per_inch.clamp(1.0, 1200.0);
        let width = (page.width * dpi / 72.0).ceil() as u32;
        dots::draw(page, &self.shaper.fonts, &mut self.outlines, dpi, 0, width)
    }
}
