//! Registers as the CSV an office would bring: UTF-8 with the mark that makes spreadsheets read it as such, one row a
//! due, CRLF.

use domain::Paise;
use domain::register::{Property, PropertyField, RegisterRow};
use std::io::{self, Write};

/// Writes the rows; a property with three dues is three rows, one without is one row with the last columns empty.
/// Fails only where `out` does.
pub fn to_csv(rows: impl IntoIterator<Item = RegisterRow>, out: &mut impl Write) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let keys = PropertyField::ALL.map(PropertyField::key);
    write!(out, "{},mobile,year,head,amount\r\n", keys.join(","))?;
    for row in rows {
        if row.dues.is_empty() {
            write_property(out, &row.property, &row.mobile)?;
            out.write_all(b",,,\r\n")?;
        }
        for due in &row.dues {
            write_property(out, &row.property, &row.mobile)?;
            write!(out, ",{},{},{}\r\n", due.year, due.head, plain_amount(due.amount_paise))?;
        }
    }
    Ok(())
}

fn write_property(out: &mut impl Write, property: &Property, mobile: &str) -> io::Result<()> {
    for field in PropertyField::ALL {
        write_cell(out, field.get(property))?;
        out.write_all(b",")?;
    }
    write_cell(out, mobile)
}

fn write_cell(out: &mut impl Write, text: &str) -> io::Result<()> {
    if text.contains([',', '"', '\n', '\r']) {
        write!(out, "\"{}\"", text.replace('"', "\"\""))
    } else {
        out.write_all(text.as_bytes())
    }
}

/// Digits and a point only: grouping commas would have to be quoted.
fn plain_amount(amount: Paise) -> String {
    let sign = if amount.is_negative() { "-" } else { "" };
    let magnitude = amount.0.unsigned_abs();
    format!("{sign}{}.{:02}", magnitude / 100, magnitude % 100)
}
