//! A part of the log in a file: eight bytes that say what file it is, then blocks of length (4 bytes, big-endian) and
//! bytes. The first block is whoever's word opens the rest; each further one is a [`Piece`], sealed under a key of this
//! file alone and bound to its place; the last says how many there were, so that a file cut short is noticed.

use domain::{Bilingual, TownCode};
use journal::{Entropy, seal};
use std::io::{ErrorKind, Read, Write};
use store::StoreError;
use sync::{Piece, SyncError};
use zeroize::Zeroizing;

/// A block beyond this is not ours.
const BLOCK_BYTES_MAX: u32 = 64 << 20;

/// Why a file of the log was not written, or not read to its end.
#[derive(Debug, thiserror::Error)]
pub enum LogFileError {
    /// The town's file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is in the file breaks the protocol.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// Neither a bundle nor an invitation of Palika, or damaged.
    #[error("not such a file, or damaged")]
    Malformed,
    /// It ends before its end.
    #[error("cut short")]
    Cut,
    /// For another device.
    #[error("for another device")]
    ForAnother,
    /// Written here.
    #[error("written by this device itself")]
    Own,
    /// The stick or folder failed.
    #[error("file: {0}")]
    File(String),
}

impl LogFileError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            LogFileError::Store(error) => error.code(),
            LogFileError::Sync(error) => error.code(),
            LogFileError::Malformed => "E-CARRIER-011",
            LogFileError::Cut => "E-CARRIER-012",
            LogFileError::ForAnother => "E-CARRIER-013",
            LogFileError::Own => "E-CARRIER-014",
            LogFileError::File(_) => "E-CARRIER-015",
        }
    }

    /// What happened, what is safe, what to do.
    pub fn message(&self) -> Bilingual {
        let (hindi, english) = match self {
            LogFileError::Store(error) => return error.message(),
            LogFileError::Sync(error) => return error.message(),
            LogFileError::Malformed => (
                "यह पालिका की फ़ाइल नहीं है, या रास्ते में बिगड़ गई। जो ठीक आया वह सुरक्षित है, और कुछ नहीं बदला। दूसरे कंप्यूटर पर फ़ाइल फिर बनाएँ।",
                "This is not a file of Palika, or it was damaged on the way. What came whole is safe and nothing else changed. Make the file again on the other computer.",
            ),
            LogFileError::Cut => (
                "फ़ाइल अधूरी है। जितना आया वह सुरक्षित रख लिया गया। दूसरे कंप्यूटर पर फ़ाइल फिर बनाएँ; जो आ चुका है वह दोबारा नहीं गिना जाएगा।",
                "The file is cut short. What came is kept. Make the file again on the other computer; what is here already is not counted twice.",
            ),
            LogFileError::ForAnother => (
                "यह फ़ाइल दूसरे कंप्यूटर के लिए है और यहाँ नहीं खुल सकती। कुछ नहीं बदला। इसे उसी कंप्यूटर पर ले जाएँ।",
                "This file is for another computer and cannot be opened here. Nothing changed. Take it to that computer.",
            ),
            LogFileError::Own => (
                "यह फ़ाइल इसी कंप्यूटर ने बनाई थी। कुछ नहीं बदला। इसे दूसरे कंप्यूटर पर ले जाएँ और वहाँ से उत्तर की फ़ाइल लाएँ।",
                "This computer wrote this file itself. Nothing changed. Take it to the other computer and bring the answer's file back.",
            ),
            LogFileError::File(_) => (
                "फ़ाइल लिखी या पढ़ी नहीं जा सकी। अभिलेख सुरक्षित हैं। पेन ड्राइव ठीक से लगी है और जगह बची है, यह देखें, फिर दोबारा करें।",
                "The file could not be written or read. Your records are safe. See that the stick is plugged in and has room, then try again.",
            ),
        };
        Bilingual::new(hindi, english)
    }
}

impl From<std::io::Error> for LogFileError {
    fn from(error: std::io::Error) -> LogFileError {
        match error.kind() {
            ErrorKind::StorageFull => StoreError::DiskFull.into(),
            ErrorKind::UnexpectedEof => LogFileError::Cut,
            _ => LogFileError::File(error.to_string()),
        }
    }
}

/// What kind of file it is.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// Its first bytes.
    pub magic: [u8; 8],
    /// What its pieces are sealed for; their place is appended.
    pub purpose: &'static str,
}

impl Format {
    fn purpose_at(&self, place: u64) -> String {
        format!("{} {place}", self.purpose)
    }
}

/// A file being written.
pub struct LogWriter<W> {
    out: W,
    format: Format,
    key: Zeroizing<[u8; 32]>,
    pieces: u64,
}

impl<W: Write> LogWriter<W> {
    /// Begins with the block that opens the rest, by the holder of `key`.
    pub fn begin(
        mut out: W,
        format: Format,
        first: &[u8],
        key: Zeroizing<[u8; 32]>,
    ) -> Result<LogWriter<W>, LogFileError> {
        out.write_all(&format.magic)?;
        let mut writer = LogWriter { out, format, key, pieces: 0 };
        writer.block(first)?;
        Ok(writer)
    }

    /// One more piece.
    pub fn piece(&mut self, piece: &Piece, entropy: &mut dyn Entropy) -> Result<(), LogFileError> {
        let place = self.format.purpose_at(self.pieces);
        let sealed = seal::wrap(&self.key, &place, &piece.to_bytes()?, entropy).map_err(StoreError::from)?;
        self.pieces += 1;
        self.block(&sealed)
    }

    /// The last piece. The file is whole once what is returned is synced.
    pub fn end(mut self, entropy: &mut dyn Entropy) -> Result<W, LogFileError> {
        self.piece(&Piece::End(self.pieces), entropy)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn block(&mut self, bytes: &[u8]) -> Result<(), LogFileError> {
        let length = u32::try_from(bytes.len()).map_err(|_| LogFileError::Malformed)?;
        self.out.write_all(&length.to_be_bytes())?;
        Ok(self.out.write_all(bytes)?)
    }
}

/// A file being read.
pub struct LogReader<R> {
    input: R,
    format: Format,
    bytes_read: u64,
}

impl<R: Read> LogReader<R> {
    /// Reads as far as the block that opens the rest.
    pub fn begin(mut input: R, format: Format) -> Result<(LogReader<R>, Vec<u8>), LogFileError> {
        let mut magic = [0; 8];
        input.read_exact(&mut magic).map_err(|error| match LogFileError::from(error) {
            LogFileError::Cut => LogFileError::Malformed,
            error => error,
        })?;
        if magic != format.magic {
            return Err(LogFileError::Malformed);
        }
        let mut reader = LogReader { input, format, bytes_read: 8 };
        let first = reader.block()?;
        Ok((reader, first))
    }

    /// The key was in the first block: the pieces can be read.
    pub fn with_key(self, key: Zeroizing<[u8; 32]>, town: TownCode) -> LogPieces<R> {
        LogPieces { reader: self, key, town, place: 0 }
    }

    fn block(&mut self) -> Result<Vec<u8>, LogFileError> {
        let mut length = [0; 4];
        self.input.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length);
        if length > BLOCK_BYTES_MAX {
            return Err(LogFileError::Malformed);
        }
        // Read as far as the file goes: a made-up length must not take memory.
        let mut bytes = Vec::new();
        let read = (&mut self.input).take(u64::from(length)).read_to_end(&mut bytes)?;
        if read as u64 != u64::from(length) {
            return Err(LogFileError::Cut);
        }
        self.bytes_read += u64::from(length) + 4;
        Ok(bytes)
    }
}

/// The pieces of a file whose key is known.
pub struct LogPieces<R> {
    reader: LogReader<R>,
    key: Zeroizing<[u8; 32]>,
    town: TownCode,
    place: u64,
}

impl<R: Read> LogPieces<R> {
    /// The next piece; `None` at the file's end.
    pub fn next_piece(&mut self) -> Result<Option<Piece>, LogFileError> {
        let sealed = self.reader.block()?;
        let purpose = self.reader.format.purpose_at(self.place);
        let opened = seal::unwrap(&self.key, &purpose, &sealed).map_err(|_| LogFileError::Malformed)?;
        let piece = Piece::of_bytes(&opened, self.town)?;
        match piece {
            Piece::End(pieces) if pieces == self.place => Ok(None),
            Piece::End(_) => Err(LogFileError::Malformed),
            piece => {
                self.place += 1;
                Ok(Some(piece))
            }
        }
    }

    /// Bytes of the file read so far.
    pub fn bytes_read(&self) -> u64 {
        self.reader.bytes_read
    }
}
