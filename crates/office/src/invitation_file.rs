//! An invitation on a stick, for an office without a line: the sealed package, and behind it the town's log as far as it
//! is here, so that the new computer can begin at once. The code is read out as always; without it the file is noise.
//!
//! `PLKINV1\0`, then blocks of length (4 bytes, big-endian) and bytes: first the package, locked with the code's
//! secret half; then pieces of the log, each sealed under a key that is in the package, bound to its place; last a piece
//! that says how many there were, so that a file cut short is noticed.

use crate::{OfficeError, Refusal};
use journal::seal::{self, WrappedKey};
use journal::{Entropy, Range};
use minicbor::{Decode, Encode};
use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use store::{Outcome, Store, StoreError, durable_file};

const MAGIC: [u8; 8] = *b"PLKINV1\0";
const PURPOSE: &str = "palika invitation log 1";
/// Bytes of entries in one piece; a longer batch goes whole.
const PIECE_BYTES: usize = 1 << 20;
/// A block beyond this is not ours.
const BLOCK_BYTES_MAX: u32 = 64 << 20;
/// Keys of persons in one piece.
const KEYS_AT_ONCE: i64 = 2_000;

/// One piece of the log on its way.
#[derive(Encode, Decode)]
enum Piece {
    /// Entries of one chain.
    #[n(0)]
    Entries(#[n(0)] Range),
    /// Keys of persons' sealed fields, wrapped under the town's secret.
    #[n(1)]
    Keys(#[n(0)] Vec<WrappedKey>),
    /// All pieces before this one.
    #[n(2)]
    End(#[n(0)] u64),
}

fn of_file(error: std::io::Error) -> OfficeError {
    match error.kind() {
        ErrorKind::StorageFull => StoreError::DiskFull.into(),
        ErrorKind::UnexpectedEof => Refusal::Package.into(),
        _ => OfficeError::File(error.to_string()),
    }
}

fn purpose(place: u64) -> String {
    format!("{PURPOSE} {place}")
}

/// An invitation being written. Dropped before [`OutgoingFile::finish`], it leaves nothing under the file's name.
pub(crate) struct OutgoingFile {
    path: PathBuf,
    beside: PathBuf,
    out: BufWriter<File>,
    pieces: u64,
}

impl OutgoingFile {
    /// Begins; a file that is there already is not touched.
    pub(crate) fn begin(path: &Path) -> Result<OutgoingFile, OfficeError> {
        if path.exists() {
            return Err(OfficeError::File("a file of this name is there already".to_owned()));
        }
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        let beside = PathBuf::from(beside);
        let file =
            OpenOptions::new().write(true).create(true).truncate(true).open(&beside).map_err(of_file)?;
        let mut out = BufWriter::new(file);
        out.write_all(&MAGIC).map_err(of_file)?;
        Ok(OutgoingFile { path: path.to_owned(), beside, out, pieces: 0 })
    }

    /// The package comes first.
    pub(crate) fn package(&mut self, sealed: &[u8]) -> Result<(), OfficeError> {
        self.block(sealed)
    }

    /// Everything the store holds, then the end. Readable under this name only now.
    pub(crate) async fn finish(
        mut self,
        store: &Store,
        key: &[u8; 32],
        mut entropy: Box<dyn Entropy>,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<(), OfficeError> {
        let heads = store.vector().await?;
        let of: u64 = heads.iter().map(|head| head.seq).sum();
        let mut done = 0;
        for head in heads {
            let mut after = 0;
            while after < head.seq {
                let range = store.range_after(head.device, head.epoch, after, PIECE_BYTES).await?;
                let Some(range) = range else { break };
                after = range.last_seq();
                done += range.len() as u64;
                self.piece(&Piece::Entries(range), key, entropy.as_mut())?;
                progress(done, of);
            }
        }
        let mut after = 0;
        loop {
            let keys = store.person_keys_after(after, KEYS_AT_ONCE).await?;
            let Some((last, _)) = keys.last() else { break };
            after = *last;
            self.piece(&Piece::Keys(keys.into_iter().map(|(_, key)| key).collect()), key, entropy.as_mut())?;
        }
        let pieces = self.pieces;
        self.piece(&Piece::End(pieces), key, entropy.as_mut())?;
        self.out.flush().map_err(of_file)?;
        self.out.get_ref().sync_all().map_err(of_file)?;
        Ok(durable_file::rename(&self.beside, &self.path)?)
    }

    fn piece(&mut self, piece: &Piece, key: &[u8; 32], entropy: &mut dyn Entropy) -> Result<(), OfficeError> {
        let bytes = minicbor::to_vec(piece).map_err(|_| Refusal::Package)?;
        let sealed = seal::wrap(key, &purpose(self.pieces), &bytes, entropy)?;
        self.pieces += 1;
        self.block(&sealed)
    }

    fn block(&mut self, bytes: &[u8]) -> Result<(), OfficeError> {
        let length = u32::try_from(bytes.len()).map_err(|_| Refusal::Package)?;
        self.out.write_all(&length.to_be_bytes()).map_err(of_file)?;
        self.out.write_all(bytes).map_err(of_file)
    }
}

impl Drop for OutgoingFile {
    fn drop(&mut self) {
        // Gone already where it was finished.
        let _ = std::fs::remove_file(&self.beside);
    }
}

/// The log an invitation brought along.
pub(crate) enum CarriedLog {
    /// None: it came through a server, and the log comes by sync.
    None,
    /// The rest of the file.
    File(IncomingFile),
}

impl CarriedLog {
    /// Takes all of it in, or refuses the file. Every range is judged by the store like one from the line.
    pub(crate) async fn into_store(
        self,
        store: &Store,
        now_ms: i64,
        progress: impl FnMut(u64, u64),
    ) -> Result<(), OfficeError> {
        match self {
            CarriedLog::None => Ok(()),
            CarriedLog::File(file) => file.into_store(store, now_ms, progress).await,
        }
    }
}

/// An invitation being read.
pub(crate) struct IncomingFile {
    input: BufReader<File>,
    bytes: u64,
    bytes_read: u64,
    key: [u8; 32],
}

impl IncomingFile {
    /// Opens a file and returns its sealed package.
    pub(crate) fn open(path: &Path) -> Result<(IncomingFile, Vec<u8>), OfficeError> {
        let file = File::open(path).map_err(of_file)?;
        let bytes = file.metadata().map_err(of_file)?.len();
        let mut incoming = IncomingFile { input: BufReader::new(file), bytes, bytes_read: 0, key: [0; 32] };
        let mut magic = [0; MAGIC.len()];
        incoming.input.read_exact(&mut magic).map_err(of_file)?;
        if magic != MAGIC {
            return Err(Refusal::Package.into());
        }
        let package = incoming.block()?;
        Ok((incoming, package))
    }

    /// The key of what follows, from the opened package.
    pub(crate) fn with_key(self, key: [u8; 32]) -> IncomingFile {
        IncomingFile { key, ..self }
    }

    fn block(&mut self) -> Result<Vec<u8>, OfficeError> {
        let mut length = [0; 4];
        self.input.read_exact(&mut length).map_err(of_file)?;
        let length = u32::from_be_bytes(length);
        if length > BLOCK_BYTES_MAX {
            return Err(Refusal::Package.into());
        }
        // Read as far as the file goes: a made-up length must not take memory.
        let mut bytes = Vec::new();
        let read = (&mut self.input).take(u64::from(length)).read_to_end(&mut bytes).map_err(of_file)?;
        if read as u64 != u64::from(length) {
            return Err(Refusal::Package.into());
        }
        self.bytes_read += u64::from(length) + 4;
        Ok(bytes)
    }

    async fn into_store(
        mut self,
        store: &Store,
        now_ms: i64,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<(), OfficeError> {
        for place in 0.. {
            let sealed = self.block()?;
            let opened = seal::unwrap(&self.key, &purpose(place), &sealed).map_err(|_| Refusal::Package)?;
            match minicbor::decode::<Piece>(&opened).map_err(|_| Refusal::Package)? {
                Piece::Entries(range) => {
                    let outcome = store.receive(range, now_ms).await?.outcome;
                    if !matches!(outcome, Outcome::Stored | Outcome::Duplicate) {
                        return Err(Refusal::Package.into());
                    }
                }
                Piece::Keys(keys) => store.receive_person_keys(&keys).await?,
                Piece::End(pieces) if pieces == place => return Ok(()),
                Piece::End(_) => return Err(Refusal::Package.into()),
            }
            progress(self.bytes_read, self.bytes);
        }
        Ok(())
    }
}
