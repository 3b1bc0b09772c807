//! Words and codes of a PDF that nobody's press made.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

/// A PDF of these pages. Poppler finds the objects of a file without their table by itself.
fn pdf(pages: &[String]) -> Vec<u8> {
    let first = 4;
    let mut kids = String::new();
    let mut objects = String::new();
    for (index, content) in pages.iter().enumerate() {
        let (page, stream) = (first + 2 * index, first + 2 * index + 1);
        kids += &format!("{page} 0 R ");
        objects += &format!(
            "{page} 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents {stream} 0 R\
             /Resources<</Font<</F 3 0 R>>>>>> endobj\n\
             {stream} 0 obj <</Length {}>> stream\n{content}\nendstream endobj\n",
            content.len()
        );
    }
    format!(
        "%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n\
         2 0 obj <</Type/Pages/Kids[{kids}]/Count {}>> endobj\n\
         3 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj\n\
         {objects}trailer <</Root 1 0 R>>\n%%EOF\n",
        pages.len()
    )
    .into_bytes()
}

fn lines(lines: &[&str]) -> String {
    let shown = lines.iter().map(|line| format!("({line}) Tj 0 -20 Td\n")).collect::<String>();
    format!("BT /F 12 Tf 20 250 Td {shown} ET")
}

/// A code of `module` points a module, its corner at a fraction of a dot.
fn code(text: &str, module: f32) -> String {
    let code = qrcode::QrCode::new(text).unwrap();
    let (width, colours) = (code.width(), code.to_colors());
    let dark = colours.iter().enumerate().filter(|(_, colour)| **colour == qrcode::Color::Dark);
    let squares = dark.map(|(at, _)| format!("{} {} 1 1 re\n", at % width, width - at / width));
    format!("{module} 0 0 {module} 30.13 30.41 cm {}f", squares.collect::<String>())
}

#[test]
fn the_words_of_every_page_come_in_order() {
    let pdf = pdf(&[lines(&["Paid in full", "Rs 500"]), lines(&["Page two"])]);
    assert_eq!(readback::words(&pdf).unwrap(), ["Paid", "in", "full", "Rs", "500", "Page", "two"]);
}

#[test]
fn the_codes_of_every_page_come_in_order() {
    let pdf = pdf(&[code("PLK1:FIRST", 2.0), lines(&["no code here"]), code("PLK1:SECOND", 1.3)]);
    assert_eq!(readback::codes(&pdf).unwrap(), ["PLK1:FIRST", "PLK1:SECOND"]);
}

#[test]
fn the_one_code_is_one() {
    assert_eq!(readback::code(&pdf(&[code("PLK1:ONE", 2.0)])).unwrap(), "PLK1:ONE");
    let none = readback::code(&pdf(&[lines(&["no code here"])])).unwrap_err();
    let two = readback::code(&pdf(&[code("PLK1:ONE", 2.0), code("PLK1:TWO", 2.0)])).unwrap_err();
    assert_eq!(
        (none.to_string().as_str(), two.to_string().as_str()),
        ("no code can be read", "2 codes can be read")
    );
}

#[test]
fn what_is_no_pdf_is_told() {
    for told in [readback::words(b"no paper").unwrap_err(), readback::codes(b"no paper").unwrap_err()] {
        assert!(told.to_string().starts_with("pdfto"), "{told}");
    }
}
