//! Rows as they leave the program.

use measure::Row;

/// Prints a row for whoever started the program, at once: a run takes minutes.
pub fn print(row: &Row) {
    println!("{}", row.to_line());
}

/// Says what is being done, beside the rows.
pub fn say(text: &str) {
    eprintln!("{text}");
}
