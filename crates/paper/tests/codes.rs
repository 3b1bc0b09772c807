//! Codes are read back from the paper as it leaves the printer: dots of the press, and PDF drawn by poppler.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use paper::scene::Item;
use paper::{Dots, Paper, PaperSize, Press, upi_uri};

fn codes_in_dots(dots: &Dots) -> Vec<String> {
    let (width, height) = (dots.width as usize, dots.height as usize);
    readback::codes_in(width, height, |x, y| dots.is_black(x as u32, y as u32))
}

fn check<P: Paper>(press: &mut Press, name: &str, paper: &P, expected: &str) {
    for size in [PaperSize::A4, PaperSize::A5] {
        let document = press.compose(paper, size).unwrap();
        let from_dots: Vec<String> =
            document.pages.iter().flat_map(|page| codes_in_dots(&press.dots(page, 300.0).unwrap())).collect();
        assert_eq!(from_dots, [expected], "{name} {size:?}, dots");
        assert_eq!(
            readback::codes(&press.pdf(&document).unwrap()).unwrap(),
            [expected],
            "{name} {size:?}, PDF"
        );
    }
    let from_roll: Vec<String> = press.thermal(paper).unwrap().iter().flat_map(codes_in_dots).collect();
    assert_eq!(from_roll, [expected], "{name}, thermal");
}

#[test]
fn every_code_can_be_read_from_every_paper() {
    let seal = common::seal().qr;
    assert_eq!(seal.len(), 520);
    let mut press = Press::new().unwrap();
    check(&mut press, "receipt", &common::receipt(), &seal);
    check(&mut press, "cheque receipt", &common::cheque_receipt(), &seal);
    check(&mut press, "certificate", &common::certificate(), &seal);
    check(&mut press, "cancelled slip", &common::cancelled(), &seal);
    check(&mut press, "day close", &common::day_close(), &seal);
    check(&mut press, "remittance", &common::remittance(), &seal);
    check(&mut press, "handover", &common::handover(), &seal);
    check(&mut press, "recovery key", &common::recovery_key(), &common::recovery_key().key);
    check(&mut press, "upi", &common::upi(), &upi_uri(&common::upi().request));
}

#[test]
fn the_code_for_the_screen_says_the_same() {
    let text = upi_uri(&common::upi().request);
    let svg = paper::qr_svg(&text).unwrap();
    let path = svg.split("fill=\"#000\" d=\"").nth(1).unwrap().split('"').next().unwrap();
    // Each stretch is `Mx yhLv1h-Lz`: draw it four dots to a module.
    let mut dark = std::collections::HashSet::new();
    for stretch in path.split('M').filter(|stretch| !stretch.is_empty()) {
        let (place, rest) = stretch.split_once('h').unwrap();
        let (x, y) = place.split_once(' ').unwrap();
        let length: usize = rest.split('v').next().unwrap().parse().unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        dark.extend((x..x + length).map(|x| (x, y)));
    }
    let side = 4 * paper::qr::Matrix::new(&text).unwrap().side();
    assert_eq!(readback::codes_in(side, side, |x, y| dark.contains(&(x / 4, y / 4))), [text]);
}

#[test]
fn a_code_on_a_sheet_stands_on_whole_dots_whatever_its_length() {
    let mut press = Press::new().unwrap();
    for characters in [300, 350, 400, 450, 500, 520, 600] {
        let mut paper = common::handover();
        paper.seal.qr = paper.seal.qr.chars().cycle().take(characters).collect();
        for size in [PaperSize::A4, PaperSize::A5] {
            let document = press.compose(&paper, size).unwrap();
            let items = document.pages.iter().flat_map(|page| &page.items);
            let codes = items.filter_map(|item| match item {
                Item::Code { x, y, side, matrix } => Some([*x, *y, side / matrix.side() as f32]),
                _ => None,
            });
            let lengths = codes.collect::<Vec<_>>().concat();
            assert_eq!(lengths.len(), 3);
            for length in lengths {
                let dots = length * 300.0 / 72.0;
                assert!((dots - dots.round()).abs() < 0.01, "{characters} on {size:?}: {dots} dots");
            }
        }
    }
}
