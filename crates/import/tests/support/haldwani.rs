//! Haldwani from the real masters, and its demo register.
#![allow(dead_code, reason = "each test file uses its own part")]

use domain::register::RegisterRow;
use domain::{FinancialYear, TownCode};
use import::{KnownHead, KnownLocality, KnownTown, KnownWard, Sign};
use masters::HeadCategory;

pub const HALDWANI: TownCode = TownCode(248_459);

/// The masters as the import wants them.
pub fn known_town() -> KnownTown {
    let boundary = masters::boundary(HALDWANI).unwrap().unwrap();
    let wards = boundary.wards().iter().map(|ward| {
        let title = ward.title();
        let number = ward.number.map(|number| number.to_string());
        KnownWard {
            code: ward.code.clone(),
            name: ward.name.clone(),
            also: [title.hindi, title.english].into_iter().chain(number).collect(),
            shares_localities_of: ward.listed.clone(),
        }
    });
    let localities = boundary.localities().iter().map(|locality| KnownLocality {
        code: locality.code.clone(),
        ward: locality.ward.clone(),
        name: locality.name.clone(),
        also: locality.also.clone(),
    });
    let heads = masters::ServiceFolder::PropertyTax.heads().unwrap().iter().map(|head| KnownHead {
        code: head.code.clone(),
        name: head.name.clone(),
        also: vec![head.live.clone()],
        sign: match head.category {
            HeadCategory::Rebate | HeadCategory::Exemption | HeadCategory::Advance => Sign::Credit,
            HeadCategory::RoundOff => Sign::Either,
            _ => Sign::Due,
        },
    });
    KnownTown::new(wards, localities, heads)
}

/// The demo register of Haldwani.
pub fn demo_rows(count: u32) -> Vec<RegisterRow> {
    let boundary = masters::boundary(HALDWANI).unwrap().unwrap();
    let localities = boundary
        .localities()
        .iter()
        .map(|locality| demo::Locality { ward: locality.ward.clone(), code: locality.code.clone() })
        .collect();
    let town = demo::DemoTown {
        town: HALDWANI,
        localities,
        current_year: FinancialYear(2026),
        cleanliness: demo::CleanlinessTax::Percent(100),
    };
    demo::register(&town, 2026, count).collect()
}

/// The register in the wide form: a row a property, a column for each year and head, in the words of the masters.
pub fn wide_csv(rows: &[RegisterRow]) -> String {
    const HEADS: [(&str, &str); 4] = [
        ("PT_TAX", "सम्पत्ति कर"),
        ("SWATCHATHA_TAX", "स्वच्छता कर"),
        ("PT_TIME_INTEREST", "ब्याज"),
        ("PT_TIME_REBATE", "छूट"),
    ];
    let boundary = masters::boundary(HALDWANI).unwrap().unwrap();
    let mut text = String::from(
        "सम्पत्ति संख्या,पुरानी संख्या,स्वामी का नाम (हिन्दी),Owner Name (English),पिता/पति का नाम (हिन्दी),Father/Husband Name (English),मकान नं.,वार्ड,मोहल्ला,पता,उपयोग,मोबाइल",
    );
    let columns: Vec<(i16, &str)> =
        (2021..=2026).flat_map(|year| HEADS.iter().map(move |(code, _)| (year, *code))).collect();
    for (year, code) in &columns {
        let name = HEADS.iter().find(|(head, _)| head == code).unwrap().1;
        text.push_str(&format!(",{name} {}", FinancialYear(*year)));
    }
    for row in rows {
        let property = &row.property;
        let ward = &boundary.ward(&property.ward).unwrap().name.hindi;
        let cells = [
            &property.property_id,
            &property.old_id,
            &property.owner_hindi,
            &property.owner_english,
            &property.guardian_hindi,
            &property.guardian_english,
            &property.door_number,
            ward,
            &property.locality,
            &property.address,
            &property.usage,
            &row.mobile,
        ];
        text.push('\n');
        text.push_str(&cells.map(|cell| format!("\"{cell}\"")).join(","));
        for (year, code) in &columns {
            let due = row.dues.iter().find(|due| due.year.0 == *year && due.head.as_str() == *code);
            text.push(',');
            if let Some(due) = due {
                text.push_str(&due.amount_paise.to_string().replace(',', ""));
            }
        }
    }
    text
}

/// A CSV as a workbook with texts inline and amounts as numbers.
pub fn workbook(csv: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut sheet = String::from("<worksheet><sheetData>");
    for record in csv::ReaderBuilder::new().has_headers(false).from_reader(csv).into_records() {
        sheet.push_str("<row>");
        for cell in &record.unwrap() {
            let escaped = cell.replace('&', "&amp;").replace('<', "&lt;");
            sheet.push_str(&match cell.parse::<f64>() {
                _ if cell.is_empty() => "<c/>".to_owned(),
                Ok(_) => format!("<c><v>{cell}</v></c>"),
                Err(_) => format!("<c t=\"inlineStr\"><is><t>{escaped}</t></is></c>"),
            });
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    let relations =
        "<Relationships><Relationship Id=\"a\" Type=\"x/worksheet\" Target=\"sheet.xml\"/></Relationships>";
    let book = "<workbook><sheets><sheet name=\"s\" r:id=\"a\"/></sheets></workbook>";
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, content) in [
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/sheet.xml", sheet.as_str()),
    ] {
        writer.start_file(path, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
