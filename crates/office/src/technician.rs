//! What the command line and tests ask beside the screens: the open town itself, and the proof of its file.

use crate::{Office, OfficeError, Town};
use std::sync::Arc;
use store::verify::Verified;
use store::{CHECKPOINT_PAGES, OpenOptions, RawKey};

impl Office {
    /// The open town.
    ///
    /// # Errors
    /// [`OfficeError::NoTown`] where none is open; what stopped it is told by [`contract::Situation`].
    pub async fn open_town(&self) -> Result<Arc<Town>, OfficeError> {
        self.town().await
    }

    /// Proves the file: chains and signatures, then every projection made again from zero in a second, encrypted file
    /// beside it and compared. `progress` hears (entries done, entries in all). Nothing of the town changes.
    pub async fn verify(&self, progress: impl FnMut(u64, u64)) -> Result<Verified, OfficeError> {
        let town = self.town().await?;
        let scratch = town.folder.join("verify");
        std::fs::create_dir_all(&scratch).map_err(|error| OfficeError::File(error.to_string()))?;
        // A key nobody keeps: what is left of the second file after a power cut opens for nobody.
        let key = RawKey(journal::random(self.shell.entropy().as_mut()));
        let options =
            OpenOptions { key, create: true, vfs: self.shell.vfs(), checkpoint_pages: CHECKPOINT_PAGES };
        let verified = Box::pin(town.store.verify(&scratch, options, progress)).await;
        let _ = std::fs::remove_dir(&scratch);
        Ok(verified?)
    }
}
