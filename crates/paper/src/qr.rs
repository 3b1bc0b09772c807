//! QR codes: the modules, as a picture for the screen, and as part of a page.

use crate::PaperError;
use qrcode::{EcLevel, QrCode};
use std::fmt::Write as _;

/// Light modules around the code that readers need to find it.
const QUIET_MODULES: usize = 4;

/// The modules of a QR code, quiet zone included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrix {
    side: usize,
    /// Dark stretches: column, row, length.
    runs: Vec<(usize, usize, usize)>,
}

impl Matrix {
    /// Encodes the text. Error correction M (a seventh of the code may be lost), as receipts are folded and stamped.
    pub fn new(text: &str) -> Result<Matrix, PaperError> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M)
            .map_err(|_| PaperError::QrTooLong { characters: text.chars().count() })?;
        let width = code.width();
        let mut runs = Vec::new();
        for (row, modules) in code.to_colors().chunks(width).enumerate() {
            let mut start = None;
            for (column, module) in modules.iter().enumerate() {
                match (module, start) {
                    (qrcode::Color::Dark, None) => start = Some(column),
                    (qrcode::Color::Light, Some(first)) => {
                        runs.push((first + QUIET_MODULES, row + QUIET_MODULES, column - first));
                        start = None;
                    }
                    _ => {}
                }
            }
            if let Some(first) = start {
                runs.push((first + QUIET_MODULES, row + QUIET_MODULES, width - first));
            }
        }
        Ok(Matrix { side: width + 2 * QUIET_MODULES, runs })
    }

    /// Modules on a side, quiet zone included.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Dark stretches as (column, row, length), from the upper left corner.
    pub fn runs(&self) -> &[(usize, usize, usize)] {
        &self.runs
    }

    /// The dark modules as the `d` of an SVG path in units of modules.
    pub fn svg_path(&self) -> String {
        let mut path = String::with_capacity(self.runs.len() * 14);
        for (column, row, length) in &self.runs {
            // Writing to a String cannot fail.
            let _ = write!(path, "M{column} {row}h{length}v1h-{length}z");
        }
        path
    }
}

/// The code as an SVG picture for a screen, black on white whatever the theme (readers expect it so).
pub fn qr_svg(text: &str) -> Result<String, PaperError> {
    let matrix = Matrix::new(text)?;
    let side = matrix.side();
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/><path fill=\"#000\" d=\"{}\"/></svg>",
        matrix.svg_path()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_receipt_fits_a_code_that_prints() {
        let matrix = Matrix::new(&"A1$ %*+-./:".repeat(47)).unwrap();
        assert!(matrix.side() <= 85, "{}", matrix.side());
    }

    #[test]
    fn too_much_text_is_an_answer() {
        let error = Matrix::new(&"क".repeat(2_000)).unwrap_err();
        assert_eq!(error, PaperError::QrTooLong { characters: 2_000 });
        assert_eq!(error.code(), "E-PAPER-002");
    }

    #[test]
    fn the_picture_for_the_screen_holds_every_dark_module() {
        let matrix = Matrix::new("upi://pay?pa=a@b").unwrap();
        let dark: usize = matrix.runs().iter().map(|run| run.2).sum();
        let path = matrix.svg_path();
        let drawn: usize =
            path.split('h').skip(1).filter_map(|piece| piece.split('v').next()?.parse::<usize>().ok()).sum();
        assert_eq!(dark, drawn);
        assert!(qr_svg("x").unwrap().starts_with("<svg"));
    }
}
