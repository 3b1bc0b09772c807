//! Bytes to text. UTF-8 and UTF-16 are told by their marks and their shape; what is neither is read as Windows-1252,
//! the one other encoding spreadsheets in India write, and the person is told.

use crate::error::{FileKind, ImportError};
use crate::table::{Stop, stop, stop_at};
use std::borrow::Cow;

/// A decoded file.
#[derive(Debug)]
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    /// The bytes were no Unicode.
    pub(crate) western: bool,
}

/// Decodes the bytes of a text file, or says what else they are.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded<'_>, Stop> {
    if let Some(kind) = other_kind(bytes) {
        return Err(stop(ImportError::NotATable { kind }));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return decode_utf8(rest);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return Ok(decode_utf16(rest, encoding_rs::UTF_16LE));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return Ok(decode_utf16(rest, encoding_rs::UTF_16BE));
    }
    match unmarked_utf16(bytes) {
        Some(encoding) => Ok(decode_utf16(bytes, encoding)),
        None => decode_utf8(bytes),
    }
}

fn decode_utf16<'a>(bytes: &'a [u8], encoding: &'static encoding_rs::Encoding) -> Decoded<'a> {
    Decoded { text: encoding.decode_without_bom_handling(bytes).0, western: false }
}

fn decode_utf8(bytes: &[u8]) -> Result<Decoded<'_>, Stop> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(Decoded { text: Cow::Borrowed(text), western: false }),
        Err(error) => error,
    };
    if bytes.iter().filter(|byte| **byte < 32 && !byte.is_ascii_whitespace()).count() * 100 > bytes.len() {
        return Err(stop(ImportError::NotATable { kind: FileKind::Unknown }));
    }
    let (mut letters, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        letters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += chunk.invalid().len();
    }
    // Hindi in UTF-8 is many whole letters; a few broken ones among them are damage, not another encoding.
    if letters > broken {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let row = before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        return Err(stop_at(row, ImportError::DamagedText));
    }
    Ok(Decoded { text: encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0, western: true })
}

/// In UTF-16 the commas, digits and line ends alone leave every other byte zero.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    const SAMPLE_BYTES: usize = 4_096;
    let sample = bytes.get(..SAMPLE_BYTES.min(bytes.len()))?;
    let (pairs, _) = sample.as_chunks::<2>();
    let first = pairs.iter().filter(|[first, _]| *first == 0).count();
    let second = pairs.iter().filter(|[_, second]| *second == 0).count();
    let enough = pairs.len() / 20 + 1;
    if second > enough && first * 20 < second {
        Some(encoding_rs::UTF_16LE)
    } else if first > enough && second * 20 < first {
        Some(encoding_rs::UTF_16BE)
    } else {
        None
    }
}

/// Files with a spreadsheet's name that hold something else.
fn other_kind(bytes: &[u8]) -> Option<FileKind> {
    let starts = |prefix: &[u8]| bytes.starts_with(prefix);
    let head = bytes.get(..512.min(bytes.len())).unwrap_or_default().to_ascii_lowercase();
    let says = |word: &[u8]| head.windows(word.len()).any(|window| window == word);
    if starts(b"\xD0\xCF\x11\xE0") {
        Some(FileKind::OldExcel)
    } else if starts(b"%PDF") {
        Some(FileKind::Pdf)
    } else if starts(b"\x89PNG") || starts(b"\xFF\xD8\xFF") || starts(b"GIF8") {
        Some(FileKind::Picture)
    } else if says(b"<html") || says(b"<!doctype") || says(b"<table") || says(b"<?xml") {
        Some(FileKind::WebPage)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "सम्पत्ति संख्या,owner\r\nPT-1,राम सिंह\r\n";

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect()
    }

    #[test]
    fn every_unicode_file_gives_the_same_text() {
        let marked = [b"\xEF\xBB\xBF".as_slice(), TEXT.as_bytes()].concat();
        let files = [
            TEXT.as_bytes().to_vec(),
            marked,
            [b"\xFF\xFE".to_vec(), utf16(TEXT, true)].concat(),
            [b"\xFE\xFF".to_vec(), utf16(TEXT, false)].concat(),
            utf16(TEXT, true),
            utf16(TEXT, false),
        ];
        for file in files {
            let decoded = decode(&file).unwrap();
            assert_eq!((decoded.text.as_ref(), decoded.western), (TEXT, false));
        }
    }

    #[test]
    fn western_text_is_read_and_said() {
        let decoded = decode(b"PID,owner\nPT-1,Ren\xE9\n").unwrap();
        assert_eq!((decoded.text.as_ref(), decoded.western), ("PID,owner\nPT-1,René\n", true));
    }

    #[test]
    fn damaged_utf8_names_the_row() {
        let mut bytes = TEXT.as_bytes().to_vec();
        let place = bytes.len() - 4;
        bytes[place] = 0xFF;
        let refused = decode(&bytes).unwrap_err();
        assert_eq!((refused.row, &refused.error), (Some(2), &ImportError::DamagedText));
    }

    #[test]
    fn other_files_are_named() {
        let kind = |bytes: &[u8]| match decode(bytes).unwrap_err().error {
            ImportError::NotATable { kind } => kind,
            other => panic!("{other:?}"),
        };
        assert_eq!(kind(b"\xD0\xCF\x11\xE0\xA1\xB1"), FileKind::OldExcel);
        assert_eq!(kind(b"%PDF-1.7"), FileKind::Pdf);
        assert_eq!(kind(b"\n<HTML><table>"), FileKind::WebPage);
        assert_eq!(kind(b"\x89PNG\r\n"), FileKind::Picture);
        assert_eq!(kind(&[0xC0, 1, 2, 3, 0xFF, 5]), FileKind::Unknown);
    }
}
