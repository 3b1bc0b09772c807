//! Puts the rows of a file together to properties, and keeps count.

use crate::Checked;
use crate::column::Column;
use crate::error::ImportError;
use crate::fold::fold;
use crate::header::{Candidate, Form, Header};
use crate::legacy_font;
use crate::limits;
use crate::problem::{Problem, Problems, shown};
use crate::record::{LongColumns, PlacedDue, RowReader, dues_max};
use crate::table::{Cell, RowSink, Stop, stop, stop_at};
use crate::town::KnownTown;
use domain::register::{Property, PropertyField, RegisterRow};
use std::collections::{BTreeMap, HashMap};

/// A column of names is in a legacy font when this many of them, and one in five, are.
const LEGACY_NAMES_MIN: u64 = 3;

/// What is known of a property so far.
struct Entry {
    row: RegisterRow,
    first_row: u64,
    /// The row of each due, beside `row.dues`.
    due_rows: Vec<u64>,
    /// Some row of it has an error: all of it stays out, for half a property's dues are a wrong bill.
    sound: bool,
}

/// Collects the rows of one file.
pub(crate) struct Checker<'t> {
    town: &'t KnownTown,
    /// Rows must have as many values as there are columns (a file of text; a sheet's rows end where they end).
    strict_columns: bool,
    header: Option<Header>,
    long: Option<LongColumns>,
    titles: Titles,
    entries: Vec<Entry>,
    by_id: HashMap<String, usize>,
    last: Option<LastProperty>,
    problems: Problems,
    rows_read: u64,
    rows_without_property: u64,
    legacy_names: BTreeMap<usize, u64>,
    nameless_columns: Vec<usize>,
}

/// The rows above the column names.
#[derive(Default)]
struct Titles {
    rows: usize,
    best: usize,
    /// The row that came nearest to column names.
    shown: String,
    legacy: bool,
}

/// In a long file the rows of one property usually follow each other, alike in all but the due: what was checked once
/// need not be checked again.
struct LastProperty {
    raw: Vec<String>,
    entry: usize,
}

impl<'t> Checker<'t> {
    pub(crate) fn new(town: &'t KnownTown, strict_columns: bool) -> Checker<'t> {
        Checker {
            town,
            strict_columns,
            header: None,
            long: None,
            titles: Titles::default(),
            entries: Vec::new(),
            by_id: HashMap::new(),
            last: None,
            problems: Problems::default(),
            rows_read: 0,
            rows_without_property: 0,
            legacy_names: BTreeMap::new(),
            nameless_columns: Vec::new(),
        }
    }

    /// Files what concerns the whole file.
    pub(crate) fn note(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn look_for_header(&mut self, number: u64, cells: &[Cell<'_>]) -> Result<(), Stop> {
        let candidate = Candidate::read(cells, self.town);
        if candidate.is_header() {
            let header = Header::accept(number, candidate, cells, self.town)?;
            self.accept(number, header);
            return Ok(());
        }
        self.titles.rows += 1;
        let texts: Vec<&str> = cells.iter().map(Cell::raw).filter(|text| !text.trim().is_empty()).collect();
        if candidate.understood > self.titles.best || self.titles.shown.is_empty() {
            self.titles.best = candidate.understood;
            self.titles.shown = shown(&texts.join(" | "));
        }
        let legacy = texts.iter().filter(|text| legacy_font::looks_typed_in_one(text)).count();
        self.titles.legacy |= legacy * 3 > texts.len();
        if self.titles.rows > limits::TITLE_ROWS_MAX { Err(self.no_header()) } else { Ok(()) }
    }

    fn accept(&mut self, number: u64, header: Header) {
        for (column, name) in header.columns.iter().zip(&header.names) {
            if *column == Column::Ignored && !name.header.is_empty() {
                self.problems.push(Problem {
                    row: Some(number),
                    column: Some(name.clone()),
                    value: String::new(),
                    error: ImportError::ColumnIgnored,
                });
            }
        }
        if header.form == Form::WithoutDues {
            self.problems.push(Problem::of_file(ImportError::NoDueColumns));
        }
        let at = |wanted: Column| header.columns.iter().position(|column| *column == wanted);
        if let (Some(year), Some(head), Some(amount)) =
            (at(Column::Year), at(Column::Head), at(Column::Amount))
        {
            self.long = Some(LongColumns { year, head, amount });
        }
        self.header = Some(header);
    }

    fn no_header(&self) -> Stop {
        let error =
            if self.titles.legacy { ImportError::LegacyFontThroughout } else { ImportError::NoHeader };
        Box::new(Problem { value: self.titles.shown.clone(), ..Problem::of_file(error) })
    }

    fn data_row(&mut self, header: &Header, number: u64, cells: &[Cell<'_>]) {
        self.rows_read += 1;
        let mut reader = RowReader {
            number,
            cells,
            header,
            town: self.town,
            problems: &mut self.problems,
            sound: true,
            legacy_columns: Vec::new(),
        };
        if self.strict_columns && cells.len() != header.columns.len() {
            let spare = cells.get(header.columns.len()..).unwrap_or_default();
            if cells.len() < header.columns.len() || spare.iter().any(|cell| !cell.is_blank()) {
                reader.report_row(ImportError::ColumnCount {
                    expected: header.columns.len(),
                    found: cells.len(),
                });
            }
        }
        if let Some(entry) =
            self.last.as_ref().filter(|last| last.matches(header, cells)).map(|last| last.entry)
        {
            let due = self.long.and_then(|columns| reader.due_of_long_row(columns));
            add_due(&mut self.entries, entry, due, &mut reader);
            return;
        }
        if is_total(header, cells) {
            reader.report_row(ImportError::TotalRowSkipped);
            return;
        }
        let Some(id) = reader.property_id() else {
            self.rows_without_property += 1;
            self.last = None;
            return;
        };
        let (property, mobile) = reader.property(id);
        let entry = match self.long {
            Some(columns) => {
                let due = reader.due_of_long_row(columns);
                let entry = merge_long(&mut self.entries, &mut self.by_id, property, mobile, &mut reader);
                add_due(&mut self.entries, entry, due, &mut reader);
                entry
            }
            None => {
                let dues = reader.dues_of_wide_row();
                add_whole(&mut self.entries, &mut self.by_id, property, mobile, dues, &mut reader)
            }
        };
        for column in reader.legacy_columns {
            *self.legacy_names.entry(column).or_default() += 1;
        }
        self.last = self.long.map(|_| LastProperty::new(header, cells, entry));
    }

    fn note_nameless_columns(&mut self, header: &Header, number: u64, cells: &[Cell<'_>]) {
        for (index, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_blank()) {
            let named = header.names.get(index).is_some_and(|name| !name.header.is_empty());
            if named || cell.carried || self.nameless_columns.contains(&index) {
                continue;
            }
            self.nameless_columns.push(index);
            let letter = crate::problem::column_letter(index);
            self.problems.push(Problem {
                row: Some(number),
                column: Some(crate::problem::ColumnName { header: String::new(), letter }),
                value: shown(cell.raw()),
                error: ImportError::ColumnIgnored,
            });
        }
    }

    /// Ends the file.
    pub(crate) fn finish(mut self) -> Result<Checked, Stop> {
        let Some(header) = self.header.take() else {
            return Err(if self.titles.rows == 0 { stop(ImportError::EmptyFile) } else { self.no_header() });
        };
        if self.rows_read == 0 {
            return Err(stop(ImportError::EmptyFile));
        }
        // Counted by property: the further rows of a long file repeat a name that was already judged.
        let names = self.entries.len() as u64;
        for (column, count) in &self.legacy_names {
            if *count >= LEGACY_NAMES_MIN && count * 5 >= names {
                let column = header.names.get(*column).cloned();
                return Err(Box::new(Problem {
                    column,
                    ..Problem::of_file(ImportError::LegacyFontThroughout)
                }));
            }
        }
        for entry in &self.entries {
            let property = &entry.row.property;
            if entry.sound && property.owner_hindi.is_empty() && property.owner_english.is_empty() {
                let error = ImportError::OwnerMissing;
                let value = shown(&property.property_id);
                self.problems.push(Problem { row: Some(entry.first_row), column: None, value, error });
            }
        }
        self.problems.sort();
        let left_out = self.entries.iter().filter(|entry| !entry.sound).count() as u64;
        let mut rows: Vec<RegisterRow> =
            self.entries.into_iter().filter(|entry| entry.sound).map(|entry| entry.row).collect();
        rows.sort_by(|one, other| one.property.property_id.cmp(&other.property.property_id));
        for row in &mut rows {
            row.dues.sort_by(|one, other| (one.year, &one.head).cmp(&(other.year, &other.head)));
        }
        Ok(Checked::new(
            rows,
            self.problems,
            header.form,
            self.rows_read,
            left_out,
            self.rows_without_property,
        ))
    }
}

impl RowSink for Checker<'_> {
    fn row(&mut self, number: u64, cells: &[Cell<'_>]) -> Result<(), Stop> {
        if cells.iter().all(Cell::is_blank) {
            return Ok(());
        }
        let Some(header) = self.header.take() else { return self.look_for_header(number, cells) };
        if self.rows_read >= limits::ROWS_MAX {
            return Err(stop_at(number, ImportError::TooManyRows));
        }
        // Taken out and put back, so that rows can be filed while it is read.
        self.data_row(&header, number, cells);
        if !self.strict_columns || cells.len() == header.columns.len() {
            self.note_nameless_columns(&header, number, cells);
        }
        self.header = Some(header);
        Ok(())
    }
}

impl LastProperty {
    fn new(header: &Header, cells: &[Cell<'_>], entry: usize) -> LastProperty {
        LastProperty { raw: property_cells(header, cells).map(str::to_owned).collect(), entry }
    }

    fn matches(&self, header: &Header, cells: &[Cell<'_>]) -> bool {
        property_cells(header, cells).eq(self.raw.iter().map(String::as_str))
    }
}

/// The cells of a row that say something of the property.
fn property_cells<'c>(header: &'c Header, cells: &'c [Cell<'c>]) -> impl Iterator<Item = &'c str> {
    header.columns.iter().enumerate().filter_map(|(index, column)| match column {
        Column::Field(_) | Column::Owner | Column::Guardian | Column::Mobile => {
            Some(cells.get(index).map_or("", Cell::raw))
        }
        _ => None,
    })
}

/// A row that says "total" and names no property.
fn is_total(header: &Header, cells: &[Cell<'_>]) -> bool {
    const WORDS: [&str; 8] = ["total", "grand total", "sum", "sub total", "योग", "कुल योग", "कुल", "महायोग"];
    let wanted = Column::Field(PropertyField::PropertyId);
    let id = header.columns.iter().position(|column| *column == wanted).and_then(|index| cells.get(index));
    let says_total = |cell: &Cell<'_>| {
        let key = fold(cell.raw());
        !key.is_empty() && WORDS.iter().any(|word| fold(word) == key)
    };
    match id {
        Some(cell) if says_total(cell) => true,
        Some(cell) if !cell.is_blank() => false,
        _ => cells.iter().any(says_total),
    }
}

fn new_entry(
    entries: &mut Vec<Entry>,
    by_id: &mut HashMap<String, usize>,
    row: RegisterRow,
    due_rows: Vec<u64>,
    reader: &RowReader<'_>,
) -> usize {
    by_id.insert(row.property.property_id.clone(), entries.len());
    entries.push(Entry { row, first_row: reader.number, due_rows, sound: reader.sound });
    entries.len() - 1
}

/// Long form: further rows of a property may repeat what the first said, or leave it blank; they must not contradict it.
fn merge_long(
    entries: &mut Vec<Entry>,
    by_id: &mut HashMap<String, usize>,
    property: Property,
    mobile: String,
    reader: &mut RowReader<'_>,
) -> usize {
    let known = by_id.get(&property.property_id).copied();
    let Some((index, entry)) = known.and_then(|index| Some((index, entries.get_mut(index)?))) else {
        let row = RegisterRow { property, mobile, dues: Vec::new() };
        return new_entry(entries, by_id, row, Vec::new(), reader);
    };
    let fields = PropertyField::ALL.into_iter().map(|field| (Some(field), field.get(&property)));
    let first_row = entry.first_row;
    for (field, new) in fields.chain([(None, mobile.as_str())]) {
        let old = match field {
            Some(field) => field.get_mut(&mut entry.row.property),
            None => &mut entry.row.mobile,
        };
        if old.is_empty() {
            new.clone_into(old);
        } else if !new.is_empty() && new != old {
            let error = ImportError::ConflictingRows { first_row };
            match column_of(reader, field) {
                Some(column) => reader.report(column, error),
                None => reader.report_row(error),
            }
        }
    }
    entry.sound &= reader.sound;
    index
}

/// The column a field was read from.
fn column_of(reader: &RowReader<'_>, field: Option<PropertyField>) -> Option<usize> {
    let reads = |column: &Column| match (column, field) {
        (Column::Mobile, None) => true,
        (Column::Field(own), Some(field)) => *own == field,
        (Column::Owner, Some(PropertyField::OwnerHindi | PropertyField::OwnerEnglish)) => true,
        (Column::Guardian, Some(PropertyField::GuardianHindi | PropertyField::GuardianEnglish)) => true,
        _ => false,
    };
    reader.header.columns.iter().position(reads)
}

fn add_due(entries: &mut [Entry], entry: usize, due: Option<PlacedDue>, reader: &mut RowReader<'_>) {
    let Some(entry) = entries.get_mut(entry) else { return };
    if let Some((due, column)) = due {
        let earlier =
            entry.row.dues.iter().position(|other| other.year == due.year && other.head == due.head);
        if let Some(first_row) = earlier.and_then(|index| entry.due_rows.get(index)) {
            reader.report(column, ImportError::RepeatedDue { first_row: *first_row });
        } else if entry.row.dues.len() >= dues_max() {
            reader.report(column, ImportError::TooManyDues);
        } else {
            entry.row.dues.push(due);
            entry.due_rows.push(reader.number);
        }
    }
    entry.sound &= reader.sound;
}

/// Wide form: a property is one row. The same row again is taken once; another row with its id is a conflict.
fn add_whole(
    entries: &mut Vec<Entry>,
    by_id: &mut HashMap<String, usize>,
    property: Property,
    mobile: String,
    dues: Vec<PlacedDue>,
    reader: &mut RowReader<'_>,
) -> usize {
    let dues = dues.into_iter().map(|(due, _)| due).collect();
    let row = RegisterRow { property, mobile, dues };
    let known = by_id.get(&row.property.property_id).copied();
    let Some((index, entry)) = known.and_then(|index| Some((index, entries.get_mut(index)?))) else {
        return new_entry(entries, by_id, row, Vec::new(), reader);
    };
    let first_row = entry.first_row;
    if entry.row == row {
        reader.report_row(ImportError::IdenticalRow { first_row });
    } else {
        reader.report_row(ImportError::ConflictingRows { first_row });
    }
    entry.sound &= reader.sound;
    index
}
