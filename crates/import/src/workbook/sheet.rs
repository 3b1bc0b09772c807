//! The rows of one sheet.

use super::Workbook;
use super::package::{Package, PartXml, attribute, damaged, reference};
use crate::error::ImportError;
use crate::limits;
use crate::table::{Cell, RowSink, Stop, Value, stop, stop_at};
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// A joined cell that reaches over several rows. Cells joined to the right carry nothing: each column is its own field.
pub(super) struct Merge {
    top: u64,
    bottom: u64,
    column: usize,
}

/// The joined cells. They stand behind the rows in the file, so they are fetched in a pass of their own, and only where
/// there are any.
pub(super) fn merges(package: &mut Package<'_>, path: &str) -> Result<Vec<Merge>, Stop> {
    let Some((mut xml, _)) = package.part(path, limits::SHEET_BYTES_MAX)? else { return Err(damaged()) };
    if !xml.contains(b"mergeCell")? {
        return Ok(Vec::new());
    }
    drop(xml);
    let Some((mut xml, _)) = package.part(path, limits::SHEET_BYTES_MAX)? else { return Err(damaged()) };
    let mut merges = Vec::new();
    loop {
        match xml.next()? {
            Event::Start(element) if element.local_name().as_ref() == "mergeCell" => {
                let range = attribute(&element, "ref").unwrap_or_default();
                let Some((first, last)) = range.split_once(':') else { continue };
                if let (Some((column, top)), Some((_, bottom))) = (position(first), position(last))
                    && bottom > top
                    && column < limits::COLUMNS_MAX
                {
                    merges.push(Merge { top, bottom, column });
                }
                if merges.len() > limits::MERGED_CELLS_MAX {
                    return Err(stop(ImportError::UnpacksTooLarge));
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    merges.sort_by_key(|merge| merge.top);
    Ok(merges)
}

/// `AB12` as column 27 and row 12.
fn position(reference: &str) -> Option<(usize, u64)> {
    const ROWS_OF_A_SHEET: u64 = 1 << 20;
    let split = reference.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = reference.split_at(split);
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let mut column = 0_usize;
    for letter in letters.chars() {
        let value = letter.to_ascii_uppercase().to_digit(36).filter(|value| *value >= 10)? - 9;
        column = column * 26 + usize::try_from(value).ok()?;
    }
    let row: u64 = digits.parse().ok().filter(|row| (1..=ROWS_OF_A_SHEET).contains(row))?;
    Some((column - 1, row))
}

/// How a cell's text is meant.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Meaning {
    #[default]
    Blank,
    Text,
    Shared,
    Number,
    Date,
    Failed,
}

/// A cell kept from row to row, so that its text's memory is used again.
#[derive(Clone, Default)]
struct Slot {
    meaning: Meaning,
    text: String,
}

/// Hands all rows over. Hidden rows are rows: what is hidden is still owed.
pub(super) fn rows(
    package: &mut Package<'_>,
    workbook: &Workbook,
    path: &str,
    merges: Vec<Merge>,
    sink: &mut impl RowSink,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), Stop> {
    const ROWS_BETWEEN_REPORTS: u64 = 1_000;
    let Some((mut xml, total)) = package.part(path, limits::SHEET_BYTES_MAX)? else { return Err(damaged()) };
    let mut row = Row { slots: Vec::new(), used: 0, number: 0 };
    let mut carried = Carried { merges, next: 0, active: BTreeMap::new() };
    let mut rows_read: u64 = 0;
    progress(0, total);
    loop {
        match xml.next()? {
            Event::Start(element) if element.local_name().as_ref() == "row" => {
                let next = row.number + 1;
                row.number = attribute(&element, "r").and_then(|r| r.trim().parse().ok()).unwrap_or(next);
                row.used = 0;
            }
            Event::Start(element) if element.local_name().as_ref() == "c" => {
                let start = CellStart::read(&element, row.used, workbook);
                row.read_cell(&mut xml, start)?;
            }
            Event::End(element) if element.local_name().as_ref() == "row" => {
                if row.is_blank() {
                    continue;
                }
                rows_read += 1;
                if rows_read > limits::ROWS_MAX + limits::TITLE_ROWS_MAX as u64 {
                    return Err(stop_at(row.number, ImportError::TooManyRows));
                }
                row.hand_over(workbook, &mut carried, sink)?;
                if rows_read.is_multiple_of(ROWS_BETWEEN_REPORTS) {
                    progress(xml.position().min(total), total);
                }
            }
            Event::End(element) if element.local_name().as_ref() == "sheetData" => break,
            Event::Eof => return Err(damaged()),
            _ => {}
        }
    }
    progress(total, total);
    if rows_read == 0 { Err(stop(ImportError::EmptyFile)) } else { Ok(()) }
}

/// What the opening mark of a cell says.
struct CellStart {
    column: usize,
    meaning: Meaning,
    boolean: bool,
}

impl CellStart {
    fn read(element: &BytesStart<'_>, next_column: usize, workbook: &Workbook) -> CellStart {
        let column = attribute(element, "r")
            .and_then(|reference| position(&reference))
            .map_or(next_column, |(column, _)| column);
        let kind = attribute(element, "t").unwrap_or_default();
        let meaning = match kind.as_str() {
            "s" => Meaning::Shared,
            "str" | "inlineStr" | "b" => Meaning::Text,
            "e" => Meaning::Failed,
            "d" => Meaning::Date,
            _ if attribute(element, "s").is_some_and(|style| workbook.is_date(&style)) => Meaning::Date,
            _ => Meaning::Number,
        };
        CellStart { column, meaning, boolean: kind == "b" }
    }
}

struct Row {
    slots: Vec<Slot>,
    /// Slots that belong to this row; those behind are left from a longer one.
    used: usize,
    number: u64,
}

impl Row {
    fn is_blank(&self) -> bool {
        !self.slots.iter().take(self.used).any(|slot| slot.meaning != Meaning::Blank)
    }

    /// Reads from behind a cell's opening mark to its end: the value (a formula's is the cached one) or the inline text.
    fn read_cell(&mut self, xml: &mut PartXml<'_, '_>, start: CellStart) -> Result<(), Stop> {
        let mut text = self.take_text(start.column);
        let (mut inside, mut phonetic) = (false, false);
        loop {
            match xml.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "v" | "t" => inside = !phonetic,
                    "rPh" => phonetic = true,
                    _ => {}
                },
                Event::End(element) => match element.local_name().as_ref() {
                    "c" => break,
                    "v" | "t" => inside = false,
                    "rPh" => phonetic = false,
                    _ => {}
                },
                Event::Text(part) if inside => text.push_str(&part.xml10_content()),
                Event::CData(part) if inside => text.push_str(&part.xml10_content()),
                Event::GeneralRef(name) if inside => text.push(reference(&name)?),
                Event::Eof => return Err(damaged()),
                _ => {}
            }
        }
        if text.len() > limits::CELL_CHARACTERS_MAX && text.chars().count() > limits::CELL_CHARACTERS_MAX {
            return Err(stop_at(self.number, ImportError::CellTooLong));
        }
        if start.boolean && !text.is_empty() {
            text = if text.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned();
        }
        self.put(start, text)
    }

    /// The memory of the slot's last text, empty.
    fn take_text(&mut self, column: usize) -> String {
        let mut text =
            self.slots.get_mut(column).map(|slot| std::mem::take(&mut slot.text)).unwrap_or_default();
        text.clear();
        text
    }

    fn put(&mut self, start: CellStart, text: String) -> Result<(), Stop> {
        let meaning = if text.is_empty() { Meaning::Blank } else { start.meaning };
        if start.column >= limits::COLUMNS_MAX {
            // Formats alone often reach to the last column of a sheet; only a value there is one too many.
            return match meaning {
                Meaning::Blank => Ok(()),
                _ => Err(stop_at(self.number, ImportError::TooManyColumns)),
            };
        }
        if start.column >= self.slots.len() {
            self.slots.resize(start.column + 1, Slot::default());
        }
        let from = self.used;
        self.used = self.used.max(start.column + 1);
        for slot in self.slots.iter_mut().take(self.used).skip(from) {
            slot.meaning = Meaning::Blank;
        }
        if let Some(slot) = self.slots.get_mut(start.column) {
            *slot = Slot { meaning, text };
        }
        Ok(())
    }

    fn hand_over(
        &self,
        workbook: &Workbook,
        carried: &mut Carried,
        sink: &mut impl RowSink,
    ) -> Result<(), Stop> {
        carried.advance(self);
        let mut unescaped: Vec<Option<String>> = Vec::with_capacity(self.used);
        for slot in self.slots.iter().take(self.used) {
            let text = slot.text(workbook)?;
            unescaped.push(text.contains("_x").then(|| without_escapes(text)));
        }
        let width = self.used.max(carried.width(self.number));
        let mut cells: Vec<Cell<'_>> = Vec::with_capacity(width);
        for (slot, unescaped) in self.slots.iter().take(self.used).zip(&unescaped) {
            let text = match unescaped {
                Some(text) => text,
                None => slot.text(workbook)?,
            };
            cells.push(Cell { value: slot.meaning.value(text), carried: false });
        }
        cells.resize(width, Cell::BLANK);
        for (column, from_above) in &carried.active {
            if let Some(cell) = cells.get_mut(*column)
                && cell.is_blank()
                && (from_above.top + 1..=from_above.bottom).contains(&self.number)
            {
                let text = from_above.slot.text(workbook)?;
                *cell = Cell { value: from_above.slot.meaning.value(text), carried: true };
            }
        }
        sink.row(self.number, &cells)
    }
}

impl Slot {
    fn text<'a>(&'a self, workbook: &'a Workbook) -> Result<&'a str, Stop> {
        match self.meaning {
            Meaning::Blank => Ok(""),
            Meaning::Shared => workbook.shared.get(&self.text),
            _ => Ok(&self.text),
        }
    }
}

impl Meaning {
    fn value(self, text: &str) -> Value<'_> {
        match self {
            _ if text.is_empty() => Value::Blank,
            Meaning::Blank => Value::Blank,
            Meaning::Text | Meaning::Shared => Value::Text(text),
            Meaning::Number => Value::Number(text),
            Meaning::Date => Value::Date(text),
            Meaning::Failed => Value::Failed(text),
        }
    }
}

/// Values of joined cells that reach into the rows below: at most one a column, so a file with a hundred thousand
/// overlapping ranges costs no more than an honest one.
struct Carried {
    merges: Vec<Merge>,
    next: usize,
    active: BTreeMap<usize, FromAbove>,
}

struct FromAbove {
    top: u64,
    bottom: u64,
    slot: Slot,
}

impl Carried {
    fn advance(&mut self, row: &Row) {
        while let Some(merge) = self.merges.get(self.next).filter(|merge| merge.top <= row.number) {
            self.next += 1;
            if merge.top == row.number
                && let Some(slot) = row.slots.get(merge.column).filter(|_| merge.column < row.used)
            {
                let from_above = FromAbove { top: merge.top, bottom: merge.bottom, slot: slot.clone() };
                self.active.insert(merge.column, from_above);
            }
        }
        self.active.retain(|_, from_above| from_above.bottom >= row.number);
    }

    fn width(&self, row: u64) -> usize {
        let reaching = self.active.iter().filter(|(_, from_above)| from_above.bottom >= row);
        reaching.map(|(column, _)| column + 1).max().unwrap_or(0)
    }
}

/// `_x000D_` is how a workbook writes a character XML cannot hold.
fn without_escapes(text: &str) -> String {
    const ESCAPE_LENGTH: usize = 7;
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let escape = from.get(..ESCAPE_LENGTH).filter(|escape| escape.ends_with('_'));
        let character = escape
            .and_then(|escape| escape.get(2..ESCAPE_LENGTH - 1))
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .and_then(char::from_u32);
        let taken = match character {
            Some(character) => {
                plain.push(character);
                ESCAPE_LENGTH
            }
            None => {
                plain.push_str("_x");
                2
            }
        };
        rest = from.get(taken..).unwrap_or_default();
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        assert_eq!(position("A1"), Some((0, 1)));
        assert_eq!(position("AB12"), Some((27, 12)));
        assert_eq!(position("XFD1048576"), Some((16_383, 1_048_576)));
        for bad in ["", "A", "1", "A0", "ABCD1", "A1048577", "A1B", "$A$1", "ख1", "A-1"] {
            assert_eq!(position(bad), None, "{bad}");
        }
    }

    #[test]
    fn escapes() {
        assert_eq!(without_escapes("a_x000D_b"), "a\rb");
        assert_eq!(without_escapes("a_x005F_x000D_b"), "a_x000D_b");
        assert_eq!(without_escapes("a_xyz_x_"), "a_xyz_x_");
        assert_eq!(without_escapes("_xD800_राम_x"), "_xD800_राम_x");
    }
}
