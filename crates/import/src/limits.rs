//! How much of a foreign file is read, each bound with its reason. A file past a bound is refused, never read in part.

/// Bytes of a CSV file: 500,000 rows of a long form in Hindi are some 150 MB.
pub const CSV_BYTES_MAX: usize = 256 << 20;
/// Bytes of a workbook as it lies on the disk: the same rows, compressed five times or better.
pub const WORKBOOK_BYTES_MAX: usize = 128 << 20;
/// Bytes of one sheet once unpacked. It is read as a stream, so this bounds time, not memory.
pub const SHEET_BYTES_MAX: u64 = 1 << 30;
/// Bytes of every other part of a workbook once unpacked; the table of shared texts is held in memory.
pub const PART_BYTES_MAX: u64 = 256 << 20;
/// Shared texts in a workbook; the place of each costs memory even where the text is empty.
pub const SHARED_TEXTS_MAX: usize = 8_000_000;
/// Bytes between two marks of XML: one cell's text cannot be the whole memory.
pub const XML_EVENT_BYTES_MAX: u64 = 1 << 20;
/// Joined cells of one sheet.
pub const MERGED_CELLS_MAX: usize = 200_000;
/// Rows with something in them: ten times the largest register of the state.
pub const ROWS_MAX: u64 = 500_000;
/// Columns: every year since independence under ten heads.
pub const COLUMNS_MAX: usize = 1_000;
/// Characters in one cell; a longer one is a quotation mark that was never closed, or not a register.
pub const CELL_CHARACTERS_MAX: usize = 10_000;
/// Rows above the column names: titles, the office's name, an empty line or two.
pub const TITLE_ROWS_MAX: usize = 30;
/// Problems kept with their text; the rest is counted. Nobody corrects more than this from one list.
pub const PROBLEMS_MAX: usize = 1_000;
/// Characters of a bad value shown in a report.
pub const SHOWN_CHARACTERS_MAX: usize = 60;
/// Characters in a property id, an old id, a door number: they are typed at the counter and printed on one line.
pub const IDENTIFIER_CHARACTERS_MAX: usize = 40;
/// Characters in the kind of use.
pub const USAGE_CHARACTERS_MAX: usize = 60;
/// Dues of one property: far beyond any, and still one demand batch.
pub const DUES_MAX: usize = 1_000;
