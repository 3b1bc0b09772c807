//! What the import tests share: a town, and workbooks built byte by byte.
#![allow(dead_code, reason = "each test file uses its own part")]

use domain::Bilingual;
use domain::demand::HeadCode;
use import::{Checked, KnownHead, KnownLocality, KnownTown, KnownWard, Problem, Sign};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

/// Two wards, three localities (two of one name), four heads.
pub fn town() -> KnownTown {
    let ward = |code: &str, hindi: &str, english: &str| KnownWard {
        code: code.into(),
        name: Bilingual::new(hindi, english),
        also: Vec::new(),
        shares_localities_of: None,
    };
    let locality = |code: &str, ward: &str, hindi: &str, english: &str| KnownLocality {
        code: code.into(),
        ward: ward.into(),
        name: Bilingual::new(hindi, english),
        also: Vec::new(),
    };
    KnownTown::new(
        [ward("W1", "तल्ली बमौरी", "Talli Bamori"), ward("W2", "गौजाजाली", "Gaujajali")],
        [
            locality("M0001", "W1", "गांधी नगर", "Gandhi Nagar"),
            locality("M0002", "W2", "गांधी नगर", "Gandhi Nagar"),
            locality("M0003", "W2", "भीम नगर", "Bhim Nagar"),
        ],
        heads(),
    )
}

/// Heads of property tax as a town has them.
pub fn heads() -> Vec<KnownHead> {
    let head = |code: &str, hindi: &str, english: &str, sign| KnownHead {
        code: HeadCode::from(code),
        name: Bilingual::new(hindi, english),
        also: Vec::new(),
        sign,
    };
    vec![
        head("PT_TAX", "सम्पत्ति कर", "Property tax", Sign::Due),
        head("SWATCHATHA_TAX", "स्वच्छता कर", "Cleanliness tax", Sign::Due),
        head("PT_TIME_INTEREST", "ब्याज", "Interest", Sign::Due),
        head("PT_TIME_REBATE", "छूट", "Rebate", Sign::Credit),
    ]
}

/// Reads without a sheet's name and without listening.
pub fn check(bytes: &[u8]) -> Result<Checked, Box<Problem>> {
    import::check(bytes, None, &town(), &mut |_, _| {})
}

/// The codes of the kept problems, with their rows and the letters of their columns.
pub fn found(checked: &Checked) -> Vec<(u64, String, &'static str)> {
    let place =
        |problem: &Problem| problem.column.as_ref().map(|column| column.letter.clone()).unwrap_or_default();
    checked.problems().kept().iter().map(|p| (p.row.unwrap_or(0), place(p), p.error.code())).collect()
}

/// A cell of a workbook under construction, as the XML between `<c …>` and `</c>` and its attributes.
#[derive(Clone, Debug)]
pub enum Xcell {
    None,
    Shared(&'static str),
    Inline(String),
    Number(String),
    Date(u32),
    Formula(&'static str, String),
    Failed,
}

/// Builds workbooks that real spreadsheets would write, and others that they would not.
#[derive(Default)]
pub struct WorkbookBuilder {
    pub rows: Vec<Vec<Xcell>>,
    pub merges: Vec<&'static str>,
    pub hidden_rows: Vec<usize>,
    pub sheet_xml: Option<String>,
    pub shared_xml: Option<String>,
    /// No hidden and no second sheet.
    pub one_sheet: bool,
}

pub fn inline(text: &str) -> Xcell {
    Xcell::Inline(text.to_owned())
}

pub fn number(digits: &str) -> Xcell {
    Xcell::Number(digits.to_owned())
}

pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl WorkbookBuilder {
    pub fn row(mut self, cells: Vec<Xcell>) -> Self {
        self.rows.push(cells);
        self
    }

    pub fn texts(self, cells: &[&str]) -> Self {
        let cells =
            cells.iter().map(|text| if text.is_empty() { Xcell::None } else { inline(text) }).collect();
        self.row(cells)
    }

    fn sheet(&self, shared: &mut Vec<&'static str>) -> String {
        let mut xml = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><dimension ref=\"A1\"/><sheetData>",
        );
        for (row, cells) in self.rows.iter().enumerate() {
            let hidden = if self.hidden_rows.contains(&row) { " hidden=\"1\"" } else { "" };
            xml.push_str(&format!("<row r=\"{}\"{hidden}>", row + 1));
            for (column, cell) in cells.iter().enumerate() {
                let at = format!("{}{}", column_letters(column), row + 1);
                xml.push_str(&match cell {
                    Xcell::None => String::new(),
                    Xcell::Shared(text) => {
                        shared.push(text);
                        format!("<c r=\"{at}\" t=\"s\"><v>{}</v></c>", shared.len() - 1)
                    }
                    Xcell::Inline(text) => {
                        format!(
                            "<c r=\"{at}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                            escape(text)
                        )
                    }
                    Xcell::Number(digits) => format!("<c r=\"{at}\" s=\"0\"><v>{digits}</v></c>"),
                    Xcell::Date(days) => format!("<c r=\"{at}\" s=\"1\"><v>{days}</v></c>"),
                    Xcell::Formula(formula, cached) => {
                        format!("<c r=\"{at}\"><f>{formula}</f><v>{cached}</v></c>")
                    }
                    Xcell::Failed => format!("<c r=\"{at}\" t=\"e\"><f>VLOOKUP(1,A1,9)</f><v>#REF!</v></c>"),
                });
            }
            xml.push_str("</row>");
        }
        xml.push_str("</sheetData>");
        if !self.merges.is_empty() {
            xml.push_str(&format!("<mergeCells count=\"{}\">", self.merges.len()));
            for merge in &self.merges {
                xml.push_str(&format!("<mergeCell ref=\"{merge}\"/>"));
            }
            xml.push_str("</mergeCells>");
        }
        xml.push_str("</worksheet>");
        xml
    }

    pub fn build(&self) -> Vec<u8> {
        let mut shared = Vec::new();
        let sheet = self.sheet_xml.clone().unwrap_or_else(|| self.sheet(&mut shared));
        let shared_xml = self.shared_xml.clone().unwrap_or_else(|| {
            let items: String = shared.iter().map(|text| format!("<si><t>{}</t></si>", escape(text))).collect();
            format!("<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" uniqueCount=\"{}\">{items}</sst>", shared.len())
        });
        archive(&[
            ("[Content_Types].xml", CONTENT_TYPES),
            ("_rels/.rels", ROOT_RELATIONS),
            ("xl/workbook.xml", if self.one_sheet { WORKBOOK_OF_ONE_SHEET } else { WORKBOOK }),
            ("xl/_rels/workbook.xml.rels", WORKBOOK_RELATIONS),
            ("xl/styles.xml", STYLES),
            ("xl/sharedStrings.xml", &shared_xml),
            ("xl/worksheets/sheet1.xml", &sheet),
            (
                "xl/worksheets/sheet2.xml",
                "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>property_id</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>owner</t></is></c></row><row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>PT-9</t></is></c><c r=\"B2\" t=\"inlineStr\"><is><t>Second</t></is></c></row></sheetData></worksheet>",
            ),
        ])
    }
}

fn column_letters(index: usize) -> String {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n).unwrap());
    if index < 26 {
        letter(index).to_string()
    } else {
        format!("{}{}", letter(index / 26 - 1), letter(index % 26))
    }
}

/// A ZIP archive of these parts.
pub fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in parts {
        // A fixed date: the same parts give the same bytes.
        let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
        writer.start_file(*path, options).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/><Override PartName=\"/xl/worksheets/sheet2.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/><Override PartName=\"/xl/sharedStrings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml\"/></Types>";
const ROOT_RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
const WORKBOOK: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Hidden\" sheetId=\"3\" state=\"hidden\" r:id=\"rId2\"/><sheet name=\"पंजिका\" sheetId=\"1\" r:id=\"rId1\"/><sheet name=\"Second\" sheetId=\"2\" r:id=\"rId2\"/></sheets></workbook>";
const WORKBOOK_OF_ONE_SHEET: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"पंजिका\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
const WORKBOOK_RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/><Relationship Id=\"rId3\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/><Relationship Id=\"rId4\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>";
const STYLES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"mmm\\-yy\"/></numFmts><fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts><fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs><cellXfs count=\"2\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/><xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>";
