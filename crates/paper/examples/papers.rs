//! Writes every paper in every size into a folder, to be looked at: `cargo run -p paper --example papers -- FOLDER`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a look at the papers for developers, not a part of the office"
)]

#[path = "../tests/common/mod.rs"]
mod common;

use paper::{Paper, PaperSize, Press};
use std::path::Path;

fn write<P: Paper>(press: &mut Press, folder: &Path, name: &str, paper: &P) {
    for (size, suffix) in [(PaperSize::A4, "a4"), (PaperSize::A5, "a5"), (PaperSize::Roll80, "roll")] {
        let printed = press.print(paper, size).unwrap();
        std::fs::write(folder.join(format!("{name}-{suffix}.pdf")), &printed.pdf).unwrap();
        println!(
            "{name}-{suffix}: {} pages, {} bytes, {:?}",
            printed.pages,
            printed.pdf.len(),
            printed.warnings
        );
    }
    for (number, dots) in press.thermal(paper).unwrap().iter().enumerate() {
        std::fs::write(folder.join(format!("{name}-thermal-{number}.png")), dots.png().unwrap()).unwrap();
    }
}

fn main() {
    let folder = std::env::args().nth(1).expect("a folder to write to");
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).unwrap();
    let mut press = Press::new().unwrap();
    let mut with_emblem = common::receipt();
    with_emblem.letterhead.emblem = Some(common::emblem());
    with_emblem.letterhead.digits = paper::Digits::Devanagari;
    write(&mut press, folder, "receipt", &common::receipt());
    write(&mut press, folder, "receipt-cheque", &common::cheque_receipt());
    write(&mut press, folder, "receipt-emblem", &with_emblem);
    write(&mut press, folder, "receipt-longest", &common::longest_receipt());
    write(&mut press, folder, "certificate", &common::certificate());
    write(&mut press, folder, "cancelled", &common::cancelled());
    write(&mut press, folder, "day-close", &common::day_close());
    write(&mut press, folder, "remittance", &common::remittance());
    write(&mut press, folder, "handover", &common::handover());
    write(&mut press, folder, "recovery-key", &common::recovery_key());
    write(&mut press, folder, "upi", &common::upi());
}
