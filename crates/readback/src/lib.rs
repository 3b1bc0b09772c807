//! What a person or a scanner reads on a paper: the words and the codes of a PDF, read by programs of others.
//!
//! For tests only. Must not know how a paper is made, nor what stands on it.

use std::io::{Error, Result, Write};
use std::process::{Command, Output};

/// Dots to the inch of the office's laser printer: a code that cannot be read there is too small.
const DOTS_PER_INCH: &str = "300";
/// Grey from which a printer leaves the paper white.
const WHITE_FROM: u8 = 128;

/// The words of all pages as poppler reads them, in its order.
pub fn words(pdf: &[u8]) -> Result<Vec<String>> {
    let text = poppler("pdftotext", &["-enc", "UTF-8", "-layout"], &["-"], pdf)?;
    let text = String::from_utf8(text).map_err(Error::other)?;
    Ok(text.split_whitespace().map(str::to_owned).collect())
}

/// The texts of the codes of all pages, printed as a laser printer does and looked at once.
pub fn codes(pdf: &[u8]) -> Result<Vec<String>> {
    let pages = poppler("pdftoppm", &["-r", DOTS_PER_INCH, "-gray"], &[], pdf)?;
    let mut texts = Vec::new();
    let mut rest = pages.as_slice();
    while !rest.is_empty() {
        let page =
            Picture::first_of(&mut rest).ok_or_else(|| Error::other("pdftoppm: not a grey picture"))?;
        texts.extend(codes_in(page.width, page.height, |x, y| page.is_black(x, y)));
    }
    Ok(texts)
}

/// The text of the one code of a PDF.
pub fn code(pdf: &[u8]) -> Result<String> {
    let mut texts = codes(pdf)?;
    match (texts.pop(), texts.len()) {
        (Some(text), 0) => Ok(text),
        (None, _) => Err(Error::other("no code can be read")),
        (Some(_), others) => Err(Error::other(format!("{} codes can be read", others + 1))),
    }
}

/// The texts of the codes in a picture of black and white dots.
pub fn codes_in(width: usize, height: usize, is_black: impl Fn(usize, usize) -> bool) -> Vec<String> {
    let grey = |x, y| if is_black(x, y) { 0 } else { 255 };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
    image.detect_grids().into_iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}

/// What a program of poppler answers about a PDF.
fn poppler(program: &str, before: &[&str], after: &[&str], pdf: &[u8]) -> Result<Vec<u8>> {
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(pdf)?;
    let Output { status, stdout, stderr } =
        Command::new(program).args(before).arg(file.path()).args(after).output().map_err(|error| {
            Error::new(error.kind(), format!("{program} (apt-get install poppler-utils): {error}"))
        })?;
    if !status.success() {
        return Err(Error::other(format!("{program}: {}", String::from_utf8_lossy(&stderr))));
    }
    Ok(stdout)
}

/// A grey picture as poppler writes it (PGM).
struct Picture<'a> {
    width: usize,
    height: usize,
    pixels: &'a [u8],
}

impl<'a> Picture<'a> {
    /// Takes the first picture off; poppler writes page after page.
    fn first_of(pages: &mut &'a [u8]) -> Option<Picture<'a>> {
        let mut parts = pages.splitn(5, u8::is_ascii_whitespace);
        parts.next().filter(|kind| *kind == b"P5")?;
        let mut number = || std::str::from_utf8(parts.next()?).ok()?.parse().ok();
        let (width, height, white): (usize, usize, usize) = (number()?, number()?, number()?);
        if white != 255 {
            return None;
        }
        let (pixels, rest) = parts.next()?.split_at_checked(width * height)?;
        *pages = rest;
        Some(Picture { width, height, pixels })
    }

    fn is_black(&self, x: usize, y: usize) -> bool {
        self.pixels.get(y * self.width + x).is_some_and(|grey| *grey < WHITE_FROM)
    }
}
