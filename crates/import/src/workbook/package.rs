//! The ZIP archive a workbook is, and its parts as XML. Every read is bounded: by bytes of the part once unpacked, and by
//! bytes between two marks of XML.

use crate::error::{FileKind, ImportError};
use crate::limits;
use crate::table::{Stop, stop};
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;
use std::io::{self, BufReader, Cursor, Read};
use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

/// The archive.
pub(crate) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Position of each part by its path in lower case: writers disagree about case.
    parts: HashMap<String, usize>,
}

pub(crate) type PartXml<'p, 'a> = Xml<ZipFile<'p, Cursor<&'a [u8]>>>;

impl<'a> Package<'a> {
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Package<'a>, Stop> {
        if bytes.len() > limits::WORKBOOK_BYTES_MAX {
            let megabytes_max = (limits::WORKBOOK_BYTES_MAX >> 20) as u64;
            return Err(stop(ImportError::FileTooLarge { megabytes_max }));
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
        let parts = (0..archive.len())
            .filter_map(|index| {
                let name = archive.name_for_index(index)?.ok()?;
                Some((name.replace('\\', "/").trim_start_matches('/').to_lowercase(), index))
            })
            .collect();
        Ok(Package { archive, parts })
    }

    /// A part as XML, and its declared size; `None` where the archive has none of this path.
    pub(crate) fn part<'p>(
        &'p mut self,
        path: &str,
        bytes_max: u64,
    ) -> Result<Option<(PartXml<'p, 'a>, u64)>, Stop> {
        let Some(index) = self.parts.get(&path.to_lowercase()).copied() else { return Ok(None) };
        let file = self.archive.by_index(index).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
                stop(ImportError::Protected)
            }
            _ => damaged(),
        })?;
        let size = file.size();
        Ok(Some((Xml::new(file, bytes_max), size)))
    }

    /// What an archive without a workbook is.
    pub(crate) fn kind(&self) -> FileKind {
        if self.parts.contains_key("mimetype") { FileKind::OpenDocument } else { FileKind::Archive }
    }
}

/// The workbook cannot be read.
pub(crate) fn damaged() -> Stop {
    stop(ImportError::DamagedWorkbook)
}

/// A reader that stops, and remembers that it did, where a part is larger than it may be.
struct Bounded<R> {
    inner: R,
    left: u64,
    since_event: u64,
    exceeded: bool,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.since_event += count as u64;
        match self.left.checked_sub(count as u64) {
            Some(left) if self.since_event <= limits::XML_EVENT_BYTES_MAX => self.left = left,
            _ => {
                self.exceeded = true;
                return Err(io::Error::from(io::ErrorKind::FileTooLarge));
            }
        }
        Ok(count)
    }
}

/// XML, event by event.
pub(crate) struct Xml<R> {
    reader: quick_xml::Reader<BufReader<Bounded<R>>>,
    buffer: Vec<u8>,
    bytes_max: u64,
}

impl<R: Read> Xml<R> {
    pub(crate) fn new(part: R, bytes_max: u64) -> Xml<R> {
        const CHUNK_BYTES: usize = 64 << 10;
        let bounded = Bounded { inner: part, left: bytes_max, since_event: 0, exceeded: false };
        let mut reader = quick_xml::Reader::from_reader(BufReader::with_capacity(CHUNK_BYTES, bounded));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        Xml { reader, buffer: Vec::new(), bytes_max }
    }

    /// The next event; the end of the part is [`Event::Eof`].
    pub(crate) fn next(&mut self) -> Result<Event<'_>, Stop> {
        self.buffer.clear();
        let source = self.reader.get_mut().get_mut();
        source.since_event = 0;
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => Ok(event),
            // The reader is borrowed no longer: what it met is kept beside it.
            Err(quick_xml::Error::Io(error)) if error.kind() == io::ErrorKind::FileTooLarge => {
                Err(stop(ImportError::UnpacksTooLarge))
            }
            Err(_) => Err(damaged()),
        }
    }

    /// Unpacked bytes read so far.
    pub(crate) fn position(&mut self) -> u64 {
        let bytes_max = self.bytes_max;
        bytes_max.saturating_sub(self.reader.get_mut().get_mut().left)
    }

    /// Whether the rest of the part holds these bytes anywhere; reads it to its end.
    pub(crate) fn contains(&mut self, wanted: &[u8]) -> Result<bool, Stop> {
        let source = self.reader.get_mut();
        let mut window: Vec<u8> = Vec::new();
        let mut chunk = vec![0; 64 << 10];
        loop {
            source.get_mut().since_event = 0;
            let count = match source.read(&mut chunk) {
                Ok(0) => return Ok(false),
                Ok(count) => count,
                Err(_) if source.get_ref().exceeded => return Err(stop(ImportError::UnpacksTooLarge)),
                Err(_) => return Err(damaged()),
            };
            window.extend_from_slice(chunk.get(..count).unwrap_or_default());
            if window.windows(wanted.len()).any(|bytes| bytes == wanted) {
                return Ok(true);
            }
            let kept = window.len().saturating_sub(wanted.len());
            window.drain(..kept);
        }
    }
}

/// An attribute by its name without the prefix, unescaped.
pub(crate) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

/// Text of a `&…;` reference: the five of XML and character numbers. Anything else is an entity only a hostile file
/// declares.
pub(crate) fn reference(name: &quick_xml::events::BytesRef<'_>) -> Result<char, Stop> {
    let known = match name.as_ref() {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => name.resolve_char_ref().ok().flatten().ok_or_else(damaged)?,
    };
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(xml: &str, bytes_max: u64) -> Result<usize, ImportError> {
        let mut xml = Xml::new(xml.as_bytes(), bytes_max);
        let mut count = 0;
        loop {
            match xml.next() {
                Ok(Event::Eof) => return Ok(count),
                Ok(_) => count += 1,
                Err(stop) => return Err(stop.error),
            }
        }
    }

    #[test]
    fn a_part_is_read_up_to_its_bound_and_not_one_byte_past() {
        let xml = format!("<sst>{}</sst>", "<si><t>A</t></si>".repeat(50_000));
        let bytes = xml.len() as u64;
        assert_eq!(events(&xml, bytes), Ok(50_000 * 5 + 2));
        assert_eq!(events(&xml, bytes - 1), Err(ImportError::UnpacksTooLarge));
        assert!(Xml::new(xml.as_bytes(), bytes).contains(b"</sst>").unwrap());
        assert!(!Xml::new(xml.as_bytes(), bytes).contains(b"mergeCell").unwrap());
        assert!(Xml::new(xml.as_bytes(), bytes - 1).contains(b"mergeCell").is_err());
    }

    #[test]
    fn one_text_cannot_be_the_whole_memory() {
        let xml = format!("<t>{}</t>", "A".repeat(2 << 20));
        assert_eq!(events(&xml, 4 << 20), Err(ImportError::UnpacksTooLarge));
        assert_eq!(events(&format!("<t>{}</t>", "A".repeat(900 << 10)), 4 << 20), Ok(3));
    }
}
