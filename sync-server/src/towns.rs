//! The towns' logs: a file each, opened when its first device asks, or all in the state's database.

use crate::postgres::{Database, Judges, PostgresLog};
use crate::shell::SystemEntropy;
use crate::{ServerError, ServerKeys};
use carrier::{Host, Tally};
use domain::{DeviceId, TownCode};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::{CHECKPOINT_PAGES, OpenOptions, Store, StoreError};
use sync::Guest;
use sync::watch::Watch;
use tokio::sync::OnceCell;

/// Where the towns' logs are.
pub(crate) enum Towns {
    Files(Box<Files>),
    Postgres { database: Database, judges: Arc<Judges>, challenge_secret: [u8; 32] },
}

/// One town's log, answering.
pub(crate) enum TownHost {
    File(Host),
    Postgres(Host<PostgresLog>),
}

impl Towns {
    pub(crate) fn in_files(folder: PathBuf, keys: ServerKeys) -> Towns {
        Towns::Files(Box::new(Files { folder, keys, open: Mutex::new(HashMap::new()) }))
    }

    /// The folder is for files that may be thrown away.
    pub(crate) fn in_database(database: Database, folder: PathBuf, keys: ServerKeys) -> Towns {
        let challenge_secret = keys.challenge_secret;
        Towns::Postgres { database, judges: Judges::new(folder, keys), challenge_secret }
    }

    pub(crate) async fn host(&self, town: TownCode) -> Result<TownHost, ServerError> {
        match self {
            Towns::Files(files) => Ok(TownHost::File(files.host(town).await?)),
            Towns::Postgres { database, judges, challenge_secret } => {
                let log = PostgresLog::new(database.clone(), town, Arc::clone(judges));
                Ok(TownHost::Postgres(Host::over(log, *challenge_secret)))
            }
        }
    }

    /// The database itself is closed by the register.
    pub(crate) async fn close(&self) {
        match self {
            Towns::Files(files) => files.close().await,
            Towns::Postgres { judges, .. } => judges.close().await,
        }
    }
}

impl TownHost {
    pub(crate) async fn answer(&self, guest: Guest, now_ms: i64) -> Result<(Vec<u8>, Tally), ServerError> {
        match self {
            TownHost::File(host) => Ok(host.answer(guest, now_ms).await?),
            TownHost::Postgres(host) => Ok(host.answer(guest, now_ms).await?),
        }
    }

    pub(crate) async fn news(
        &self,
        device: DeviceId,
        watch: &Watch,
        wait: Duration,
    ) -> Result<bool, ServerError> {
        match self {
            TownHost::File(host) => Ok(host.news(device, watch, wait).await?),
            TownHost::Postgres(host) => host.news(device, watch, wait).await,
        }
    }
}

/// The open files.
pub(crate) struct Files {
    folder: PathBuf,
    keys: ServerKeys,
    open: Mutex<HashMap<TownCode, Arc<OnceCell<Host>>>>,
}

impl Files {
    /// A town's file; opened, or made, once.
    async fn host(&self, town: TownCode) -> Result<Host, ServerError> {
        let cell = {
            // A thread that died holding the lock left a map that is still whole.
            let mut open = self.open.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            open.entry(town).or_default().clone()
        };
        let opened = cell.get_or_try_init(|| async {
            let store = open_file(&self.folder, &self.keys, town).await?;
            Host::new(store, self.keys.challenge_secret, &mut SystemEntropy).await
        });
        Ok(opened.await?.clone())
    }

    async fn close(&self) {
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

/// A town's file below the folder of all towns, made where it is not there.
pub(crate) async fn open_file(folder: &Path, keys: &ServerKeys, town: TownCode) -> Result<Store, StoreError> {
    let folder = folder.join(town.to_string());
    std::fs::create_dir_all(&folder).map_err(|error| StoreError::File(error.to_string()))?;
    let path = folder.join("town.palika");
    let options = OpenOptions {
        key: keys.file_key(town),
        create: !path.exists(),
        vfs: None,
        checkpoint_pages: CHECKPOINT_PAGES,
    };
    let store = Store::open(&path, options).await?;
    // Bound at each opening: the first may have been cut off between making the file and binding it.
    store.bind_town(town, &keys.state_root.public()).await?;
    Ok(store)
}
