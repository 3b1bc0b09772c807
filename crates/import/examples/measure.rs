//! Measures the reading of a register: `cargo run --release -p import --example measure [properties]`.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measurement speaks to the terminal, reads the clock and may fail"
)]

#[path = "../tests/support/haldwani.rs"]
mod haldwani;

use std::time::Instant;

fn main() {
    let count = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(50_000);
    let mut rows = haldwani::demo_rows(count);
    // Six dues each, the figure the bar is set at.
    for row in &mut rows {
        let mut year = 2_026;
        while row.dues.len() < 6 {
            for head in ["PT_TAX", "SWATCHATHA_TAX"] {
                let year = domain::FinancialYear(year);
                if !row.dues.iter().any(|due| due.year == year && due.head.as_str() == head) {
                    let amount_paise = domain::Paise(12_345);
                    row.dues.push(domain::register::OpeningDue { year, head: head.into(), amount_paise });
                }
            }
            year -= 1;
        }
    }
    let town = haldwani::known_town();
    let mut long = Vec::new();
    demo::to_csv(rows.iter().cloned(), &mut long).unwrap();
    let wide = haldwani::wide_csv(&rows).into_bytes();
    let book = haldwani::workbook(&wide);
    for (name, file) in [("long CSV", long), ("wide CSV", wide), ("wide XLSX", book)] {
        let start = Instant::now();
        let checked = import::check(&file, None, &town, &mut |_, _| {}).unwrap();
        let seconds = start.elapsed().as_secs_f64();
        let dues: usize = checked.good_rows().iter().map(|row| row.dues.len()).sum();
        println!(
            "{name}: {} MB, {} properties, {dues} dues, {} errors: {seconds:.2} s",
            file.len() >> 20,
            checked.good_rows().len(),
            checked.problems().errors()
        );
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM unknown"));
}
