//! XLSX workbooks, read as a stream.
//!
//! The reader is the office's own for two reasons. Amounts are taken from their stored digits, where the usual libraries
//! hand over floats; and nothing is allocated by a number the file merely claims, so a hostile file ends in a message.

mod package;
mod sheet;

use crate::error::ImportError;
use crate::limits;
use crate::table::{RowSink, Stop, stop};
use package::{Package, attribute, damaged, reference};
use quick_xml::events::Event;
use std::collections::HashMap;

/// The first bytes of every ZIP archive.
pub(crate) const MAGIC: &[u8] = b"PK\x03\x04";

/// Reads one sheet: the one named, or the first that is not hidden.
pub(crate) fn read(
    bytes: &[u8],
    wanted_sheet: Option<&str>,
    sink: &mut impl RowSink,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), Stop> {
    let mut package = Package::open(bytes)?;
    let workbook = Workbook::read(&mut package)?;
    let sheet = match wanted_sheet {
        Some(name) => workbook.sheets.iter().find(|sheet| sheet.name == name),
        None => workbook.sheets.iter().find(|sheet| sheet.visible).or(workbook.sheets.first()),
    };
    let Some(sheet) = sheet else {
        return Err(stop(ImportError::NoSuchSheet { sheets: workbook.names() }));
    };
    let merges = sheet::merges(&mut package, &sheet.path)?;
    sheet::rows(&mut package, &workbook, &sheet.path, merges, sink, progress)
}

/// The names of the sheets that are not hidden, in the order of the workbook.
pub(crate) fn sheet_names(bytes: &[u8]) -> Result<Vec<String>, Stop> {
    let mut package = Package::open(bytes)?;
    let (sheets, _) = sheets(&mut package)?;
    Ok(sheets.into_iter().filter(|sheet| sheet.visible).map(|sheet| sheet.name).collect())
}

/// What the cells of a sheet refer to.
pub(crate) struct Workbook {
    sheets: Vec<Sheet>,
    shared: SharedTexts,
    /// By style number: whether numbers of it are shown as dates.
    dates: Vec<bool>,
}

struct Sheet {
    name: String,
    path: String,
    visible: bool,
}

impl Workbook {
    fn read(package: &mut Package<'_>) -> Result<Workbook, Stop> {
        let (sheets, targets) = sheets(package)?;
        let path = |kind: &str, usual: &str| targets.get(kind).cloned().unwrap_or_else(|| usual.to_owned());
        let shared = SharedTexts::read(package, &path("sharedStrings", "xl/sharedStrings.xml"))?;
        let dates = date_styles(package, &path("styles", "xl/styles.xml"))?;
        Ok(Workbook { sheets, shared, dates })
    }

    fn names(&self) -> Vec<String> {
        self.sheets.iter().map(|sheet| sheet.name.clone()).collect()
    }

    fn is_date(&self, style: &str) -> bool {
        style.parse::<usize>().ok().and_then(|style| self.dates.get(style)).copied().unwrap_or(false)
    }
}

/// The sheets, and the paths of the workbook's other parts by the last word of their kind.
fn sheets(package: &mut Package<'_>) -> Result<(Vec<Sheet>, HashMap<String, String>), Stop> {
    let main = relationships(package, "_rels/.rels", "")?
        .into_values()
        .find(|relation| relation.kind == "officeDocument")
        .map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.path);
    let (folder, file) = main.rsplit_once('/').unwrap_or(("", &main));
    let relations = relationships(package, &format!("{folder}/_rels/{file}.rels"), folder)?;
    let kind = package.kind();
    let Some((mut xml, _)) = package.part(&main, limits::PART_BYTES_MAX)? else {
        return Err(stop(ImportError::NotATable { kind }));
    };
    let mut sheets = Vec::new();
    loop {
        match xml.next()? {
            Event::Start(element) if element.local_name().as_ref() == "sheet" => {
                let relation = attribute(&element, "id").and_then(|id| relations.get(&id));
                if let (Some(name), Some(relation)) = (attribute(&element, "name"), relation) {
                    let visible = attribute(&element, "state").is_none_or(|state| state == "visible");
                    sheets.push(Sheet { name, path: relation.path.clone(), visible });
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let targets = relations.into_values().map(|relation| (relation.kind, relation.path)).collect();
    Ok((sheets, targets))
}

struct Relation {
    kind: String,
    path: String,
}

fn relationships(
    package: &mut Package<'_>,
    path: &str,
    folder: &str,
) -> Result<HashMap<String, Relation>, Stop> {
    let mut relations = HashMap::new();
    let Some((mut xml, _)) = package.part(path, limits::PART_BYTES_MAX)? else { return Ok(relations) };
    loop {
        match xml.next()? {
            Event::Start(element) if element.local_name().as_ref() == "Relationship" => {
                let (Some(id), Some(target)) = (attribute(&element, "Id"), attribute(&element, "Target"))
                else {
                    continue;
                };
                let kind = attribute(&element, "Type").unwrap_or_default();
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                relations.insert(id, Relation { kind, path: resolve(folder, &target) });
            }
            Event::Eof => return Ok(relations),
            _ => {}
        }
    }
}

/// A target relative to its folder, as a path in the archive.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let full = match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{folder}/{target}"),
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in full.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The texts cells share, end to end in one string: half a million short strings would cost more than their text.
#[derive(Default)]
struct SharedTexts {
    text: String,
    ends: Vec<usize>,
}

impl SharedTexts {
    fn read(package: &mut Package<'_>, path: &str) -> Result<SharedTexts, Stop> {
        let mut shared = SharedTexts::default();
        let Some((mut xml, _)) = package.part(path, limits::PART_BYTES_MAX)? else { return Ok(shared) };
        let (mut inside_text, mut phonetic) = (false, false);
        loop {
            match xml.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "t" => inside_text = !phonetic,
                    "rPh" => phonetic = true,
                    _ => {}
                },
                Event::End(element) => match element.local_name().as_ref() {
                    "t" => inside_text = false,
                    "rPh" => phonetic = false,
                    "si" => {
                        shared.ends.push(shared.text.len());
                        if shared.ends.len() > limits::SHARED_TEXTS_MAX {
                            return Err(stop(ImportError::UnpacksTooLarge));
                        }
                    }
                    _ => {}
                },
                Event::Text(text) if inside_text => shared.text.push_str(&text.xml10_content()),
                Event::CData(text) if inside_text => shared.text.push_str(&text.xml10_content()),
                Event::GeneralRef(name) if inside_text => shared.text.push(reference(&name)?),
                Event::Eof => return Ok(shared),
                _ => {}
            }
        }
    }

    fn get(&self, index: &str) -> Result<&str, Stop> {
        let index: usize = index.trim().parse().map_err(|_| damaged())?;
        let start = match index.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().ok_or_else(damaged)?,
            None => 0,
        };
        self.ends.get(index).and_then(|end| self.text.get(start..*end)).ok_or_else(damaged)
    }
}

/// Which cell styles show their number as a date.
fn date_styles(package: &mut Package<'_>, path: &str) -> Result<Vec<bool>, Stop> {
    let mut dates = Vec::new();
    let mut own_formats: HashMap<String, bool> = HashMap::new();
    let Some((mut xml, _)) = package.part(path, limits::PART_BYTES_MAX)? else { return Ok(dates) };
    let mut inside_cell_formats = false;
    loop {
        match xml.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "numFmt" => {
                    if let (Some(id), Some(code)) =
                        (attribute(&element, "numFmtId"), attribute(&element, "formatCode"))
                    {
                        own_formats.insert(id, shows_date(&code));
                    }
                }
                "cellXfs" => inside_cell_formats = true,
                "xf" if inside_cell_formats => {
                    let id = attribute(&element, "numFmtId").unwrap_or_default();
                    dates.push(own_formats.get(&id).copied().unwrap_or_else(|| is_built_in_date(&id)));
                }
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == "cellXfs" => inside_cell_formats = false,
            Event::Eof => return Ok(dates),
            _ => {}
        }
    }
}

fn is_built_in_date(id: &str) -> bool {
    matches!(id.parse(), Ok(14..=22 | 27..=36 | 45..=47 | 50..=58))
}

/// A format code shows a date where d, m, y, h or s stands outside quotes, brackets and escapes.
fn shows_date(code: &str) -> bool {
    if code.eq_ignore_ascii_case("general") || code.eq_ignore_ascii_case("standard") {
        return false;
    }
    let (mut quoted, mut bracketed) = (false, false);
    let mut characters = code.chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => quoted = !quoted,
            '[' if !quoted => bracketed = true,
            ']' if !quoted => bracketed = false,
            '\\' | '_' | '*' if !quoted => {
                characters.next();
            }
            'd' | 'm' | 'y' | 'h' | 's' | 'D' | 'M' | 'Y' | 'H' | 'S' if !quoted && !bracketed => {
                return true;
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_from_amounts_by_their_format() {
        for code in ["dd/mm/yyyy", "mmm-yy", "[$-409]d-mmm-yy", "yyyy\\-mm", "h:mm"] {
            assert!(shows_date(code), "{code}");
        }
        for code in [
            "General",
            "0.00",
            "#,##0.00",
            "[>=10000000]##\\,##\\,##\\,##0;0",
            "\"Rs. \"0",
            "[$₹-hi-IN] #,##0",
            "@",
            "0_d",
        ] {
            assert!(!shows_date(code), "{code}");
        }
    }

    #[test]
    fn targets_resolve_inside_the_archive() {
        assert_eq!(resolve("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl", "/xl/worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl", "..\\xl\\sheet.xml"), "xl/sheet.xml");
        assert_eq!(resolve("", "../../../etc/passwd"), "etc/passwd");
    }
}
