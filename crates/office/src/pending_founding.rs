//! The town's key between the state's answer and the first entry. The state certifies one key for one code; were it in
//! memory only, a power cut in that moment would leave the state with a town whose key nobody has, and the office asking
//! for another code. So the key is on the disk before the state hears of it, locked with the code itself, which is on
//! paper in the hands of whoever founds the town.

use crate::{Office, OfficeError};
use domain::TownCode;
use journal::{KeyPair, lockbox};
use std::path::{Path, PathBuf};
use store::durable_file;
use sync::code::{ENROLMENT_CHARACTERS, SpokenCode};
use zeroize::Zeroizing;

const PURPOSE: &str = "palika pending founding 1";
const PREFIX: &str = "founding-";

impl Office {
    /// The key for founding this town with this code: the one of an earlier try, or a new one that is durable now.
    pub(crate) async fn founding_key(&self, town: TownCode, code: &str) -> Result<KeyPair, OfficeError> {
        let code = Zeroizing::new(canonical(code));
        let path = self.folder.join(file_name(town, &code));
        let purpose = format!("{PURPOSE} {town}");
        let (effort, mut entropy) = (self.shell.effort(), self.shell.entropy());
        tokio::task::spawn_blocking(move || {
            if let Some(kept) = kept(&path, &code, &purpose)? {
                return Ok(kept);
            }
            let key = KeyPair::generate(entropy.as_mut());
            let locked = lockbox::lock(&code, &purpose, key.secret().as_slice(), effort, entropy.as_mut())?;
            durable_file::replace(&path, &locked)?;
            Ok(key)
        })
        .await
        .map_err(|error| OfficeError::File(error.to_string()))?
    }

    /// The town is founded: its key is in its file, and every earlier try is over.
    pub(crate) fn forget_founding(&self) {
        let Ok(files) = std::fs::read_dir(&self.folder) else { return };
        for file in files.flatten() {
            if file.file_name().to_string_lossy().starts_with(PREFIX) {
                let _ = std::fs::remove_file(file.path());
            }
        }
    }
}

fn kept(path: &Path, code: &str, purpose: &str) -> Result<Option<KeyPair>, OfficeError> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(OfficeError::File(error.to_string())),
    };
    let opened = lockbox::open(code, purpose, &bytes)?;
    let secret: [u8; 32] =
        opened.as_slice().try_into().map_err(|_| journal::JournalError::Malformed("pending founding"))?;
    Ok(Some(KeyPair::from_secret(secret)))
}

/// However it was typed, one code is one text.
fn canonical(code: &str) -> String {
    SpokenCode::parse(code, ENROLMENT_CHARACTERS)
        .map_or_else(|| code.trim().to_owned(), |code| code.as_str().to_owned())
}

/// A file for each code that was tried, so that a mistyped one never takes the place of the right one.
fn file_name(town: TownCode, code: &str) -> PathBuf {
    let named = journal::hash(format!("palika pending founding name 1 {town} {code}").as_bytes());
    PathBuf::from(format!("{PREFIX}{}", named.short()))
}
