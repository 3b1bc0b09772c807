//! CSV and its kin: the delimiter is found by trying, since only the right one shows column names.

use crate::encoding::decode;
use crate::error::ImportError;
use crate::header::Candidate;
use crate::limits;
use crate::problem::Problem;
use crate::table::{Cell, RowSink, Stop, Value, stop, stop_at};
use crate::town::KnownTown;

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Text looked at to find the delimiter.
const SAMPLE_BYTES: usize = 64 << 10;

/// Reads all rows. `note` hears what concerns the whole file without refusing it.
pub(crate) fn read(
    bytes: &[u8],
    town: &KnownTown,
    sink: &mut impl RowSink,
    note: &mut dyn FnMut(Problem),
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), Stop> {
    if bytes.len() > limits::CSV_BYTES_MAX {
        let megabytes_max = (limits::CSV_BYTES_MAX >> 20) as u64;
        return Err(stop(ImportError::FileTooLarge { megabytes_max }));
    }
    let decoded = decode(bytes)?;
    if decoded.text.trim().is_empty() {
        return Err(stop(ImportError::EmptyFile));
    }
    if decoded.western {
        note(Problem::of_file(ImportError::ReadAsWestern));
    }
    read_text(&decoded.text, town, sink, progress)
}

fn read_text(
    text: &str,
    town: &KnownTown,
    sink: &mut impl RowSink,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), Stop> {
    const ROWS_BETWEEN_REPORTS: u64 = 1_000;
    let delimiter = find_delimiter(text, town);
    let total = text.len() as u64;
    let mut reader = reader(text, delimiter);
    let mut record = csv::StringRecord::new();
    let mut rows = Rows { has_line_feeds: text.contains('\n'), ..Rows::default() };
    progress(0, total);
    while reader.read_record(&mut record).map_err(|_| stop_at(rows.last, ImportError::DamagedText))? {
        let number = rows.number(text, &record)?;
        check_cells(number, &record, delimiter)?;
        let cells: Vec<Cell<'_>> = record.iter().map(cell).collect();
        sink.row(number, &cells)?;
        if rows.count.is_multiple_of(ROWS_BETWEEN_REPORTS) {
            progress(record.position().map_or(0, csv::Position::byte), total);
        }
    }
    progress(total, total);
    Ok(())
}

fn cell(text: &str) -> Cell<'_> {
    Cell { value: if text.is_empty() { Value::Blank } else { Value::Text(text) }, carried: false }
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

/// Row numbers as a spreadsheet shows them: line feeds inside a cell do not begin a row, empty rows count.
#[derive(Default)]
struct Rows {
    has_line_feeds: bool,
    feeds_inside_cells: u64,
    count: u64,
    last: u64,
}

impl Rows {
    fn number(&mut self, text: &str, record: &csv::StringRecord) -> Result<u64, Stop> {
        self.count += 1;
        self.last = match record.position() {
            Some(position) if self.has_line_feeds => {
                // A record's position is where the one before ended; line ends and empty rows lie between.
                let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
                let between = text.as_bytes().get(start..).unwrap_or_default().iter();
                let skipped = between.take_while(|byte| matches!(byte, b'\n' | b'\r'));
                let feeds = skipped.filter(|byte| **byte == b'\n').count() as u64;
                (position.line() + feeds).saturating_sub(self.feeds_inside_cells)
            }
            _ => self.count,
        };
        let feeds = record.iter().map(|cell| cell.bytes().filter(|byte| *byte == b'\n').count() as u64);
        self.feeds_inside_cells += feeds.sum::<u64>();
        if self.count > limits::ROWS_MAX + limits::TITLE_ROWS_MAX as u64 {
            return Err(stop_at(self.last, ImportError::TooManyRows));
        }
        Ok(self.last)
    }
}

/// A quotation mark left open swallows the rows after it into one cell: whole lines with their delimiters.
fn check_cells(number: u64, record: &csv::StringRecord, delimiter: u8) -> Result<(), Stop> {
    const SWALLOWED_DELIMITERS: usize = 4;
    for cell in record {
        let lines = cell.split(['\n', '\r']).skip(1);
        let swallowed: usize = lines.map(|line| line.bytes().filter(|byte| *byte == delimiter).count()).sum();
        if swallowed >= SWALLOWED_DELIMITERS {
            return Err(stop_at(number, ImportError::OpenQuote));
        }
        if cell.len() > limits::CELL_CHARACTERS_MAX && cell.chars().count() > limits::CELL_CHARACTERS_MAX {
            let open = cell.contains(['\n', '\r']);
            return Err(stop_at(
                number,
                if open { ImportError::OpenQuote } else { ImportError::CellTooLong },
            ));
        }
    }
    Ok(())
}

/// The delimiter under which some row of the beginning shows the most column names.
fn find_delimiter(text: &str, town: &KnownTown) -> u8 {
    let cut = (0..=SAMPLE_BYTES.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let sample = text.get(..cut).unwrap_or_default();
    let understood = |delimiter: u8| {
        let rows =
            reader(sample, delimiter).into_records().take(limits::TITLE_ROWS_MAX).map_while(Result::ok);
        rows.map(|record| {
            let cells: Vec<Cell<'_>> = record.iter().map(cell).collect();
            let candidate = Candidate::read(cells.get(..limits::COLUMNS_MAX).unwrap_or(&cells), town);
            candidate.understood + usize::from(candidate.has_id)
        })
        .max()
        .unwrap_or(0)
    };
    let mut best = (b',', 0);
    for delimiter in DELIMITERS {
        let count = understood(delimiter);
        if count > best.1 {
            best = (delimiter, count);
        }
    }
    best.0
}
