//! One row of the file, read into what the register holds. Every cell is looked at, so that all problems of a row are
//! in one report.

use crate::amount;
use crate::column::Column;
use crate::error::{ImportError, Severity};
use crate::fold::fold;
use crate::header::Header;
use crate::limits;
use crate::problem::{Problem, Problems, shown};
use crate::table::{Cell, Value};
use crate::text::{Kind, Script, clean, is_placeholder, script, with_ascii_digits};
use crate::town::{KnownTown, LocalityError, Sign};
use domain::demand::HeadCode;
use domain::register::{OpeningDue, Property, PropertyField};
use domain::{FinancialYear, Paise};

/// Reads cells of one row and files what is wrong with them.
pub(crate) struct RowReader<'r> {
    pub(crate) number: u64,
    pub(crate) cells: &'r [Cell<'r>],
    pub(crate) header: &'r Header,
    pub(crate) town: &'r KnownTown,
    pub(crate) problems: &'r mut Problems,
    /// No error so far.
    pub(crate) sound: bool,
    /// Columns whose name was in a legacy font.
    pub(crate) legacy_columns: Vec<usize>,
}

/// A text and the column it came from.
type Placed = (String, usize);

/// A due and the column of its amount.
pub(crate) type PlacedDue = (OpeningDue, usize);

impl RowReader<'_> {
    /// Files a problem of a column.
    pub(crate) fn report(&mut self, column: usize, error: ImportError) {
        let value = self.cells.get(column).map(|cell| shown(cell.raw())).unwrap_or_default();
        self.file(Some(column), value, error);
    }

    /// Files a problem of the whole row.
    pub(crate) fn report_row(&mut self, error: ImportError) {
        self.file(None, String::new(), error);
    }

    fn file(&mut self, column: Option<usize>, value: String, error: ImportError) {
        self.sound &= error.severity() == Severity::Note;
        let column = column.and_then(|column| self.header.names.get(column)).cloned();
        self.problems.push(Problem { row: Some(self.number), column, value, error });
    }

    fn cell(&self, column: usize) -> Cell<'_> {
        self.cells.get(column).copied().unwrap_or(Cell::BLANK)
    }

    /// The column's text, cleaned; empty where there is none or where it is no good, which is then filed.
    fn text(&mut self, column: usize, kind: Kind) -> String {
        match raw_text(self.cell(column)).and_then(|raw| clean(&raw, kind)) {
            Ok(cleaned) => {
                if cleaned.removed {
                    self.report(column, ImportError::InvisibleRemoved);
                }
                cleaned.text
            }
            Err(error) => {
                if error == ImportError::LegacyFont {
                    self.legacy_columns.push(column);
                }
                self.report(column, error);
                String::new()
            }
        }
    }

    /// The property id; `None` where there is none, which is filed.
    pub(crate) fn property_id(&mut self) -> Option<String> {
        let wanted = Column::Field(PropertyField::PropertyId);
        let column = self.header.columns.iter().position(|column| *column == wanted)?;
        let before = self.problems.errors();
        let id = with_ascii_digits(&self.text(column, Kind::Identifier));
        if id.is_empty() && self.problems.errors() == before {
            self.report(column, ImportError::MissingPropertyId);
        }
        (!id.is_empty()).then_some(id)
    }

    /// Everything the row says of the property, its mobile number, and nothing of dues.
    pub(crate) fn property(&mut self, property_id: String) -> (Property, String) {
        let mut property = Property { property_id, ..Property::default() };
        let mut mobile = String::new();
        let (mut owners, mut guardians) = (Names::default(), Names::default());
        let (mut ward, mut locality): (Option<Placed>, Option<Placed>) = (None, None);
        let header = self.header;
        for (index, column) in header.columns.iter().enumerate() {
            match column {
                Column::Mobile => mobile = self.mobile(index),
                Column::Owner => owners.any = Some((self.text(index, Kind::Name), index)),
                Column::Guardian => guardians.any = Some((self.text(index, Kind::Name), index)),
                Column::Field(field) => match field {
                    PropertyField::PropertyId => {}
                    PropertyField::OwnerHindi => owners.hindi = Some((self.text(index, Kind::Name), index)),
                    PropertyField::OwnerEnglish => {
                        owners.english = Some((self.text(index, Kind::Name), index))
                    }
                    PropertyField::GuardianHindi => {
                        guardians.hindi = Some((self.text(index, Kind::Name), index))
                    }
                    PropertyField::GuardianEnglish => {
                        guardians.english = Some((self.text(index, Kind::Name), index));
                    }
                    PropertyField::Ward => ward = Some((self.text(index, Kind::Prose), index)),
                    PropertyField::Locality => locality = Some((self.text(index, Kind::Prose), index)),
                    PropertyField::OldId | PropertyField::DoorNumber => {
                        *field.get_mut(&mut property) = self.text(index, Kind::Identifier);
                    }
                    PropertyField::Address => property.address = self.text(index, Kind::Prose),
                    PropertyField::Usage => property.usage = self.text(index, Kind::Usage),
                },
                Column::Year | Column::Head | Column::Amount | Column::Due { .. } | Column::Ignored => {}
            }
        }
        (property.owner_hindi, property.owner_english) = self.settle(owners);
        (property.guardian_hindi, property.guardian_english) = self.settle(guardians);
        (property.ward, property.locality) = self.place(ward, locality);
        (property, mobile)
    }

    /// Puts each name in the field of its script, whichever column it stood in.
    fn settle(&mut self, names: Names) -> (String, String) {
        let [any, hindi, english] = [names.any, names.hindi, names.english].map(|name| {
            let (text, column) = name.unwrap_or_default();
            (script(&text), text, column)
        });
        if !any.1.is_empty() {
            return if any.0 == Some(Script::Devanagari) {
                (any.1, String::new())
            } else {
                (String::new(), any.1)
            };
        }
        match (hindi.0, english.0) {
            (Some(Script::Latin), Some(Script::Devanagari)) => {
                self.report(hindi.2, ImportError::NameMoved);
                (english.1, hindi.1)
            }
            (Some(Script::Latin), None) => {
                self.report(hindi.2, ImportError::NameMoved);
                (String::new(), hindi.1)
            }
            (None, Some(Script::Devanagari)) => {
                self.report(english.2, ImportError::NameMoved);
                (english.1, String::new())
            }
            // The same name in both columns says it once.
            (Some(Script::Latin), _) if fold(&hindi.1) == fold(&english.1) => (String::new(), english.1),
            (_, Some(Script::Devanagari)) if fold(&hindi.1) == fold(&english.1) => (hindi.1, String::new()),
            (Some(Script::Latin), _) => {
                self.report(hindi.2, ImportError::WrongScript);
                (String::new(), english.1)
            }
            (_, Some(Script::Devanagari)) => {
                self.report(english.2, ImportError::WrongScript);
                (hindi.1, String::new())
            }
            _ => (hindi.1, english.1),
        }
    }

    /// Ward and locality as codes. The locality knows its ward; where the row names both they must agree.
    fn place(&mut self, ward: Option<Placed>, locality: Option<Placed>) -> (String, String) {
        let mut ward_code = String::new();
        if let Some((text, column)) = ward.filter(|(text, _)| !text.is_empty()) {
            if !self.town.has_wards() {
                ward_code = text;
            } else if let Some(code) = self.town.ward(&text) {
                ward_code = code.to_owned();
            } else {
                self.report(column, ImportError::UnknownWard);
            }
        }
        let Some((text, column)) = locality.filter(|(text, _)| !text.is_empty()) else {
            return (ward_code, String::new());
        };
        if !self.town.has_localities() {
            return (ward_code, text);
        }
        let named_ward = (!ward_code.is_empty()).then_some(ward_code.as_str());
        match self.town.locality(&text, named_ward) {
            Ok(found) => match named_ward {
                None => (found.ward.clone(), found.code.clone()),
                Some(ward) if self.town.lies_in(found, ward) => (ward.to_owned(), found.code.clone()),
                Some(_) => {
                    let ward = found.ward.clone();
                    self.report(column, ImportError::WardDisagrees { ward });
                    (ward_code, String::new())
                }
            },
            Err(LocalityError::Unknown) => {
                self.report(column, ImportError::UnknownLocality);
                (ward_code, String::new())
            }
            Err(LocalityError::Ambiguous(codes)) => {
                self.report(column, ImportError::AmbiguousLocality { codes });
                (ward_code, String::new())
            }
        }
    }

    /// Ten digits, whatever stands between them and before them.
    fn mobile(&mut self, column: usize) -> String {
        let read = raw_text(self.cell(column)).and_then(|raw| mobile_digits(&raw));
        read.unwrap_or_else(|error| {
            self.report(column, error);
            String::new()
        })
    }

    /// Wide form: each column of dues. A blank, a dash or a zero is nothing owed.
    pub(crate) fn dues_of_wide_row(&mut self) -> Vec<PlacedDue> {
        let header = self.header;
        let mut dues = Vec::new();
        for (index, column) in header.columns.iter().enumerate() {
            if let Column::Due { year, head, sign } = column
                && let Some(amount_paise) = self.amount(index, *sign)
            {
                dues.push((OpeningDue { year: *year, head: head.clone(), amount_paise }, index));
            }
        }
        dues
    }

    /// Long form: the row's one due; `None` where it has none, or where it is no good, which is filed.
    pub(crate) fn due_of_long_row(&mut self, columns: LongColumns) -> Option<PlacedDue> {
        let blank = |column: usize| self.cell(column).is_blank();
        match [
            blank(columns.year),
            blank(columns.head),
            blank(columns.amount) || self.cell(columns.amount).carried,
        ] {
            [true, true, true] => return None,
            [_, _, true] => {
                self.report(columns.amount, ImportError::IncompleteDue);
                return None;
            }
            [true, _, _] => self.report(columns.year, ImportError::IncompleteDue),
            [_, true, _] => self.report(columns.head, ImportError::IncompleteDue),
            _ => {}
        }
        let year = if self.cell(columns.year).is_blank() { None } else { self.year(columns.year) };
        let head = if self.cell(columns.head).is_blank() { None } else { self.head(columns.head) };
        let sign = head.as_ref().map_or(Sign::Either, |(_, sign)| *sign);
        let amount_paise = self.amount(columns.amount, sign)?;
        let (year, (head, _)) = (year?, head?);
        Some((OpeningDue { year, head, amount_paise }, columns.amount))
    }

    fn year(&mut self, column: usize) -> Option<FinancialYear> {
        let read = raw_text(self.cell(column)).and_then(|raw| {
            let text: String = with_ascii_digits(&raw).chars().filter(|c| !c.is_whitespace()).collect();
            let text = text.strip_prefix("FY").or_else(|| text.strip_prefix("fy")).unwrap_or(&text);
            FinancialYear::parse(text).map_err(|_| ImportError::BadYear)
        });
        read.map_err(|error| self.report(column, error)).ok()
    }

    fn head(&mut self, column: usize) -> Option<(HeadCode, Sign)> {
        let read = raw_text(self.cell(column)).and_then(|raw| {
            self.town.head(&raw).map(|(code, sign)| (code.clone(), sign)).ok_or(ImportError::UnknownHead)
        });
        read.map_err(|error| self.report(column, error)).ok()
    }

    /// `None` for nothing owed and for what is no amount, which is filed.
    fn amount(&mut self, column: usize, sign: Sign) -> Option<Paise> {
        let read = read_amount(self.cell(column)).and_then(|amount| {
            amount::check(amount, sign)?;
            Ok(amount)
        });
        match read {
            Ok(amount) => (!amount.is_zero()).then_some(amount),
            Err(error) => {
                self.report(column, error);
                None
            }
        }
    }
}

/// Where the columns of the long form are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LongColumns {
    pub(crate) year: usize,
    pub(crate) head: usize,
    pub(crate) amount: usize,
}

#[derive(Default)]
struct Names {
    any: Option<Placed>,
    hindi: Option<Placed>,
    english: Option<Placed>,
}

fn read_amount(cell: Cell<'_>) -> Result<Paise, ImportError> {
    if cell.carried {
        return Ok(Paise::ZERO);
    }
    match cell.value {
        Value::Blank => Ok(Paise::ZERO),
        Value::Text(text) => {
            let text: String = text.chars().filter(|c| !crate::text::is_invisible(*c)).collect();
            let text = text.trim();
            if text.is_empty() || is_placeholder(text) { Ok(Paise::ZERO) } else { amount::from_text(text) }
        }
        Value::Number(digits) => amount::from_number(digits.trim()),
        Value::Date(_) => Err(ImportError::DateInstead),
        Value::Failed(_) => Err(ImportError::FailedFormula),
    }
}

/// A cell's text. A number is its plain digits; past fifteen of them a spreadsheet has put zeros for the rest.
fn raw_text(cell: Cell<'_>) -> Result<std::borrow::Cow<'_, str>, ImportError> {
    const DIGITS_OF_A_SPREADSHEET: usize = 15;
    match cell.value {
        Value::Blank => Ok("".into()),
        Value::Text(text) => Ok(text.into()),
        Value::Number(digits) => {
            let plain = amount::plain_decimal(digits.trim()).ok_or(ImportError::DigitsLost)?;
            let plain =
                if plain.contains('.') { plain.trim_end_matches('0').trim_end_matches('.') } else { &plain };
            if plain.chars().filter(char::is_ascii_digit).count() > DIGITS_OF_A_SPREADSHEET {
                return Err(ImportError::DigitsLost);
            }
            Ok(plain.to_owned().into())
        }
        Value::Date(_) => Err(ImportError::DateInstead),
        Value::Failed(_) => Err(ImportError::FailedFormula),
    }
}

fn mobile_digits(raw: &str) -> Result<String, ImportError> {
    const MOBILE_DIGITS: usize = 10;
    if crate::text::is_shortened_number(raw.trim()) {
        return Err(ImportError::DigitsLost);
    }
    let text: String = with_ascii_digits(raw)
        .chars()
        .filter(|c| {
            !c.is_whitespace() && !matches!(c, '-' | '.' | '(' | ')') && !crate::text::is_invisible(*c)
        })
        .collect();
    if text.is_empty() || is_placeholder(&text) || text.chars().all(|c| c == '0') {
        return Ok(String::new());
    }
    let digits = text.strip_prefix("+91").or_else(|| text.strip_prefix("0091")).unwrap_or(&text);
    let digits = match digits.len() {
        12 => digits.strip_prefix("91").unwrap_or(digits),
        11 => digits.strip_prefix('0').unwrap_or(digits),
        _ => digits,
    };
    let good = digits.len() == MOBILE_DIGITS
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && digits.starts_with(['6', '7', '8', '9']);
    if good { Ok(digits.to_owned()) } else { Err(ImportError::BadMobile) }
}

/// The most dues a property may have.
pub(crate) const fn dues_max() -> usize {
    limits::DUES_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mobiles_as_people_write_them() {
        for text in
            ["9876543210", "+91 98765 43210", "09876543210", "91-9876543210", "९८७६५४३२१०", "98765-43210"]
        {
            assert_eq!(mobile_digits(text).as_deref(), Ok("9876543210"), "{text}");
        }
        for text in ["", "-", "0", "0000000000", "N/A"] {
            assert_eq!(mobile_digits(text).as_deref(), Ok(""), "{text}");
        }
        for text in ["12345", "5876543210", "9876543210, 9876543211", "98765432100", "987654321O"] {
            assert_eq!(mobile_digits(text), Err(ImportError::BadMobile), "{text}");
        }
        assert_eq!(mobile_digits("9.87654E+09"), Err(ImportError::DigitsLost));
    }

    #[test]
    fn numbers_become_plain_text() {
        let text =
            |digits| raw_text(Cell { value: Value::Number(digits), carried: false }).map(|t| t.into_owned());
        assert_eq!(text("9876543210").as_deref(), Ok("9876543210"));
        assert_eq!(text("9.87654321E9").as_deref(), Ok("9876543210"));
        assert_eq!(text("12.50").as_deref(), Ok("12.5"));
        assert_eq!(text("2023.0").as_deref(), Ok("2023"));
        assert_eq!(text("1.2345678901234567E+17"), Err(ImportError::DigitsLost));
    }
}
