//! The code of a printed receipt, read from its PDF by programs of others.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The text of the QR on the receipt with that serial, drawn as a laser printer of 300 dots to the inch does.
pub fn on_receipt(town: &Path, serial: &str) -> String {
    let pdf = receipt_of(town, serial);
    let drawn = tempfile::tempdir().unwrap();
    let mut draw = Command::new("pdftoppm");
    draw.args(["-r", "300", "-gray"]).arg(&pdf).arg(drawn.path().join("page"));
    assert!(draw.status().expect("pdftoppm is installed (apt-get install poppler-utils)").success());
    let pages =
        std::fs::read_dir(drawn.path()).unwrap().map(|page| std::fs::read(page.unwrap().path()).unwrap());
    pages.flat_map(|page| codes_in(&page)).next().unwrap_or_else(|| panic!("no code on {}", pdf.display()))
}

fn receipt_of(town: &Path, serial: &str) -> PathBuf {
    let days = std::fs::read_dir(town.join("papers")).unwrap();
    let mut papers = days.flat_map(|day| std::fs::read_dir(day.unwrap().path()).unwrap());
    let end = format!("{serial}.pdf");
    let found = papers.find(|paper| paper.as_ref().unwrap().file_name().to_string_lossy().ends_with(&end));
    found.unwrap_or_else(|| panic!("no receipt {serial} in {}", town.display())).unwrap().path()
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
