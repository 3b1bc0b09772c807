//! The towns' logs: a file each, opened when its first device asks, or all in the state's database.

use crate::postgres::{Database, Folds, PostgresLog};
use crate::shell::SystemEntropy;
use crate::shelves::Shelves;
use crate::{ServerError, ServerKeys};
use carrier::{Given, Host, Tally, TownLog};
use domain::{DeviceId, TownCode};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::{CHECKPOINT_PAGES, OpenOptions, Store, StoreError};
use sync::Guest;
use sync::segment::Take;
use sync::watch::Watch;
use tokio::sync::OnceCell;

/// What the towns share.
pub(crate) struct Common {
    /// Of all towns' files: what cannot be lost, or, beside a database, what may be thrown away.
    pub(crate) folder: PathBuf,
    pub(crate) keys: ServerKeys,
    /// A log of so many entries or more is given as segments too.
    pub(crate) segment_entries_min: u64,
    /// Where these lie.
    pub(crate) shelves: Shelves,
}

/// Where the towns' logs are.
pub(crate) enum Towns {
    Files(Box<Files>),
    Postgres(Box<InDatabase>),
}

/// One town's log, answering.
pub(crate) enum TownHost {
    File(Host),
    Postgres(Host<PostgresLog>),
}

/// All of them in one database.
pub(crate) struct InDatabase {
    database: Database,
    folds: Arc<Folds>,
    common: Common,
    /// Those that were asked for: a host remembers which segment it gave last.
    met: Mutex<HashMap<TownCode, Host<PostgresLog>>>,
}

impl Towns {
    pub(crate) fn in_files(common: Common) -> Towns {
        Towns::Files(Box::new(Files { common, open: Mutex::new(HashMap::new()) }))
    }

    pub(crate) fn in_database(database: Database, common: Common) -> Towns {
        let folds = Folds::new(common.folder.clone(), common.keys.clone());
        Towns::Postgres(Box::new(InDatabase { database, folds, common, met: Mutex::default() }))
    }

    pub(crate) async fn host(&self, town: TownCode) -> Result<TownHost, ServerError> {
        match self {
            Towns::Files(files) => Ok(TownHost::File(files.host(town).await?)),
            Towns::Postgres(there) => Ok(TownHost::Postgres(there.host(town))),
        }
    }

    /// The database itself is closed by the register.
    pub(crate) async fn close(&self) {
        match self {
            Towns::Files(files) => files.close().await,
            Towns::Postgres(there) => there.folds.close().await,
        }
    }
}

impl Common {
    fn with_shelf<L: TownLog>(&self, host: Host<L>, town: TownCode) -> Host<L> {
        let shelf = self.shelves.of(town);
        host.with_shelf_from(self.segment_entries_min, shelf, &self.keys.challenge_secret)
    }
}

impl InDatabase {
    fn host(&self, town: TownCode) -> Host<PostgresLog> {
        // A thread that died holding the lock left a map that is still whole.
        let mut met = self.met.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let host = met.entry(town).or_insert_with(|| {
            let log = PostgresLog::new(self.database.clone(), town, Arc::clone(&self.folds));
            self.common.with_shelf(Host::over(log, self.common.keys.challenge_secret), town)
        });
        host.clone()
    }
}

impl TownHost {
    pub(crate) async fn answer(&self, guest: Guest, now_ms: i64) -> Result<(Vec<u8>, Tally), ServerError> {
        match self {
            TownHost::File(host) => Ok(host.answer(guest, now_ms).await?),
            TownHost::Postgres(host) => Ok(host.answer(guest, now_ms).await?),
        }
    }

    pub(crate) async fn give(
        &self,
        device: DeviceId,
        take: &Take,
        now_ms: i64,
    ) -> Result<Given, ServerError> {
        let entropy = Box::new(SystemEntropy);
        match self {
            TownHost::File(host) => Ok(host.give(device, take, now_ms, entropy).await?),
            TownHost::Postgres(host) => Ok(host.give(device, take, now_ms, entropy).await?),
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
    common: Common,
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
            let Common { folder, keys, .. } = &self.common;
            let store = open_file(folder, keys, town).await?;
            let host = Host::new(store, keys.challenge_secret, &mut SystemEntropy).await?;
            Ok::<_, StoreError>(self.common.with_shelf(host, town))
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
