//! Papers read back by programs that are not ours.

use contract::PaperDone;
use std::process::Command;

/// The words of a PDF, as poppler reads them, with single spaces.
pub fn words_of(paper: &PaperDone) -> String {
    let output = Command::new("pdftotext")
        .args(["-enc", "UTF-8", "-layout", paper.path.as_str(), "-"])
        .output()
        .expect("pdftotext is installed (apt-get install poppler-utils)");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Dots to the inch of laser printers. A scanner in the hand looks at a code more than once and from more than one
/// distance; the decoder here sees a still picture, and not every pattern in every grid.
const DOTS_PER_INCH: [&str; 3] = ["300", "600", "400"];

/// The one QR's text on a PDF, read by a decoder of its own.
pub fn code_on(paper: &PaperDone) -> String {
    let found = DOTS_PER_INCH.iter().map(|dots| codes_at(paper, dots)).find(|codes| !codes.is_empty());
    let codes = found.unwrap_or_default();
    assert_eq!(codes.len(), 1, "one code on {}", paper.path);
    codes[0].clone()
}

fn codes_at(paper: &PaperDone, dots_per_inch: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new("pdftoppm")
        .args(["-r", dots_per_inch, "-gray", paper.path.as_str()])
        .arg(folder.path().join("page"))
        .status()
        .expect("pdftoppm is installed (apt-get install poppler-utils)");
    assert!(status.success());
    let pages = std::fs::read_dir(folder.path()).unwrap().map(|page| page.unwrap().path());
    pages.flat_map(|page| codes_in(&std::fs::read(page).unwrap())).collect()
}

/// Codes in a grey picture as poppler writes it (PGM).
fn codes_in(picture: &[u8]) -> Vec<String> {
    let header: Vec<&str> = picture
        .splitn(4, u8::is_ascii_whitespace)
        .take(3)
        .map(|part| std::str::from_utf8(part).unwrap())
        .collect();
    let (width, height): (usize, usize) = (header[1].parse().unwrap(), header[2].parse().unwrap());
    let pixels = &picture[picture.len() - width * height..];
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    image.detect_grids().into_iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}
