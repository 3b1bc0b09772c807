//! An invitation on a stick, for an office without a line: the sealed package, and behind it the town's log as far as it
//! is here, so that the new computer can begin at once. The code is read out as always; without it the file is noise: the
//! package is locked with the code's secret half, and the key of the log's pieces is in it.

use crate::new_file::NewFile;
use crate::{OfficeError, Refusal};
use carrier::log_file::{Format, LogReader, LogWriter};
use domain::TownCode;
use journal::Entropy;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use store::{Outcome, Store};
use sync::limits::KEYS_MAX;
use sync::{Keys, Piece};
use zeroize::Zeroizing;

const FORMAT: Format = Format { magic: *b"PLKINV1\0", purpose: "palika invitation log 1" };
/// Bytes of entries in one piece; a longer batch goes whole.
const PIECE_BYTES: usize = 1 << 20;

/// Writes an invitation with everything the store holds. `file` has its name only once all of it is on the disk.
pub(crate) async fn write(
    file: NewFile,
    package: &[u8],
    key: [u8; 32],
    store: &Store,
    mut entropy: Box<dyn Entropy>,
    mut progress: impl FnMut(u64, u64),
) -> Result<(), OfficeError> {
    let heads = store.vector().await?;
    let of: u64 = heads.iter().map(|head| head.seq).sum();
    let mut done = 0;
    let mut writer = LogWriter::begin(file, FORMAT, package, Zeroizing::new(key))?;
    for head in heads {
        let mut after = 0;
        while after < head.seq {
            let range = store.range_after(head.device, head.epoch, after, PIECE_BYTES).await?;
            let Some(range) = range else { break };
            after = range.last_seq();
            done += range.len() as u64;
            writer.piece(&Piece::Entries(range), entropy.as_mut())?;
            progress(done, of);
        }
    }
    let mut after = 0;
    loop {
        let listed = store.person_keys_after(after, KEYS_MAX as i64).await?;
        if listed.is_empty() {
            break;
        }
        let keys = Keys::stretch(after, listed);
        after = keys.upto;
        writer.piece(&Piece::Keys(keys), entropy.as_mut())?;
    }
    writer.end(entropy.as_mut())?.finish()
}

/// The log an invitation brought along.
pub(crate) enum CarriedLog {
    /// None: it came through a server, and the log comes by sync.
    None,
    /// The rest of the file, and the key of its pieces.
    File(IncomingFile, Zeroizing<[u8; 32]>),
}

impl CarriedLog {
    /// Takes all of it in, or refuses the file. Every range is judged by the store like one from the line.
    pub(crate) async fn into_store(
        self,
        store: &Store,
        town: TownCode,
        now_ms: i64,
        progress: impl FnMut(u64, u64),
    ) -> Result<(), OfficeError> {
        match self {
            CarriedLog::None => Ok(()),
            CarriedLog::File(file, key) => file.into_store(store, key, town, now_ms, progress).await,
        }
    }
}

/// An invitation being read.
pub(crate) struct IncomingFile {
    reader: LogReader<BufReader<File>>,
    bytes: u64,
}

impl IncomingFile {
    /// Opens a file and returns its sealed package.
    pub(crate) fn open(path: &Path) -> Result<(IncomingFile, Vec<u8>), OfficeError> {
        let of_file = |error: std::io::Error| OfficeError::File(error.to_string());
        let file = File::open(path).map_err(of_file)?;
        let bytes = file.metadata().map_err(of_file)?.len();
        let (reader, package) =
            LogReader::begin(BufReader::new(file), FORMAT).map_err(|_| Refusal::Package)?;
        Ok((IncomingFile { reader, bytes }, package))
    }

    /// A new computer takes a whole invitation or none: whatever does not hold refuses it.
    async fn into_store(
        self,
        store: &Store,
        key: Zeroizing<[u8; 32]>,
        town: TownCode,
        now_ms: i64,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<(), OfficeError> {
        let mut pieces = self.reader.with_key(key, town);
        while let Some(piece) = pieces.next_piece().map_err(|_| Refusal::Package)? {
            match piece {
                Piece::Entries(range) => {
                    let outcome = store.receive(range, now_ms).await?.outcome;
                    if !matches!(outcome, Outcome::Stored | Outcome::Duplicate) {
                        return Err(Refusal::Package.into());
                    }
                }
                Piece::Keys(keys) => store.receive_person_keys(&keys.keys).await?,
                Piece::End(_) => {}
            }
            progress(pieces.bytes_read(), self.bytes);
        }
        Ok(())
    }
}
