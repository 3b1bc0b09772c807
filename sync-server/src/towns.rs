//! The towns' files: one each, opened when its first device asks.

use crate::shell::SystemEntropy;
use crate::{ServerError, ServerKeys};
use carrier::Host;
use domain::TownCode;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use store::{CHECKPOINT_PAGES, OpenOptions, Store, StoreError};
use tokio::sync::OnceCell;

/// The open files.
pub(crate) struct Towns {
    folder: PathBuf,
    keys: ServerKeys,
    open: Mutex<HashMap<TownCode, Arc<OnceCell<Host>>>>,
}

impl Towns {
    pub(crate) fn new(folder: PathBuf, keys: ServerKeys) -> Towns {
        Towns { folder, keys, open: Mutex::new(HashMap::new()) }
    }

    /// A town's file; opened, or made, once.
    pub(crate) async fn host(&self, town: TownCode) -> Result<Host, ServerError> {
        let cell = {
            // A thread that died holding the lock left a map that is still whole.
            let mut open = self.open.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            open.entry(town).or_default().clone()
        };
        Ok(cell.get_or_try_init(|| self.open_file(town)).await?.clone())
    }

    async fn open_file(&self, town: TownCode) -> Result<Host, StoreError> {
        let folder = self.folder.join(town.to_string());
        std::fs::create_dir_all(&folder).map_err(|error| StoreError::File(error.to_string()))?;
        let path = folder.join("town.palika");
        let options = OpenOptions {
            key: self.keys.file_key(town),
            create: !path.exists(),
            vfs: None,
            checkpoint_pages: CHECKPOINT_PAGES,
        };
        let store = Store::open(&path, options).await?;
        // Bound at each opening: the first may have been cut off between making the file and binding it.
        store.bind_town(town, &self.keys.state_root.public()).await?;
        Host::new(store, self.keys.challenge_secret, &mut SystemEntropy).await
    }

    pub(crate) async fn close(&self) {
        let open: Vec<Arc<OnceCell<Host>>> = {
            let mut open = self.open.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            open.drain().map(|(_, cell)| cell).collect()
        };
        for cell in open {
            if let Some(host) = cell.get() {
                host.store().close().await;
            }
        }
    }
}
