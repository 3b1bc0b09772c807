//! The town's file while it is being made. It stands under another name until everything that must be in it is, and only
//! then takes its own: a power cut before that leaves nothing that looks like a town, and the same code or invitation
//! may be used again.

use crate::town::{DeviceIdentity, Town, database_path, save_identity};
use crate::{Office, OfficeError, Recovery};
use contract::RecoveryKey;
use domain::identity::PublicKey;
use domain::{Bilingual, TownCode};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::key_slot::{self, SlotKind, slot_file};
use store::{CHECKPOINT_PAGES, OpenOptions, RawKey, Store, StoreError, durable_file};

/// What a file is made with.
pub(crate) struct Blueprint<'a> {
    pub(crate) town: TownCode,
    pub(crate) state_root: &'a PublicKey,
    pub(crate) identity: &'a DeviceIdentity,
    pub(crate) server: &'a str,
    pub(crate) passphrase: &'a str,
}

/// A file on its way.
pub(crate) struct Making {
    /// Open under its passing name; nobody else sees it yet.
    pub(crate) town: Arc<Town>,
    key: RawKey,
    recovery: String,
}

fn path_in_making(folder: &Path) -> PathBuf {
    folder.join("making.palika")
}

impl Office {
    /// Makes the encrypted file with its key slots and binds it to town and state.
    pub(crate) async fn begin_making(&self, blueprint: Blueprint<'_>) -> Result<Making, OfficeError> {
        let key = RawKey(journal::random(self.shell.entropy().as_mut()));
        let recovery = key_slot::new_recovery_key(self.shell.entropy().as_mut());
        let path = match self.shell.vfs() {
            // A simulated disk holds one file and knows no renaming.
            Some(_) => database_path(&self.folder),
            None => self.clear_ground(&key, &recovery, blueprint.passphrase).await?,
        };
        let options = OpenOptions {
            key: key.clone(),
            create: true,
            vfs: self.shell.vfs(),
            checkpoint_pages: CHECKPOINT_PAGES,
        };
        let store = Store::open(&path, options).await?;
        store.bind_town(blueprint.town, blueprint.state_root).await?;
        save_identity(&store, blueprint.identity).await?;
        store.set_meta("server", blueprint.server.as_bytes()).await?;
        store.set_places(&places(blueprint.town)?).await?;
        let town = Town::load(&self.folder, store, self.shell.as_ref()).await?;
        Ok(Making { town: Arc::new(town), key, recovery })
    }

    /// Removes what an earlier making left behind, and locks the new key first: a file nobody can open again must never
    /// come to be.
    async fn clear_ground(
        &self,
        key: &RawKey,
        recovery: &str,
        passphrase: &str,
    ) -> Result<PathBuf, OfficeError> {
        if database_path(&self.folder).exists() {
            return Err(StoreError::AlreadyThere.into());
        }
        std::fs::create_dir_all(&self.folder).map_err(of_file)?;
        let path = path_in_making(&self.folder);
        remove_leftovers(&path)?;
        let (slots_of, key) = (path.clone(), key.clone());
        let recovery = zeroize::Zeroizing::new(recovery.to_owned());
        let passphrase = zeroize::Zeroizing::new(passphrase.to_owned());
        let (effort, mut entropy) = (self.shell.effort(), self.shell.entropy());
        tokio::task::spawn_blocking(move || {
            key_slot::add(&slots_of, SlotKind::Recovery, &recovery, &key, effort, entropy.as_mut())?;
            if !passphrase.is_empty() {
                key_slot::add(&slots_of, SlotKind::Passphrase, &passphrase, &key, effort, entropy.as_mut())?;
            }
            Ok::<(), StoreError>(())
        })
        .await
        .map_err(|error| OfficeError::File(error.to_string()))??;
        Ok(path)
    }

    /// Prints the sheet for the safe, gives the file its name, and opens it.
    pub(crate) async fn finish_making(&self, making: Making) -> Result<Recovery, OfficeError> {
        let Making { town, key, recovery } = making;
        town.write_mark(self.shell.as_ref()).await?;
        // Before the file has its name: a town without its sheet in the safe must not come to be either.
        let paper = self.print_recovery_key(&town, &recovery).await?;
        if let Some(keyring) = self.shell.keyring() {
            let _ = keyring.write(&self.keyring_name(), &key.0);
        }
        if self.shell.vfs().is_some() {
            *self.open.write().await = Some(town);
            *self.sealed_because.lock().await = None;
        } else {
            town.store.close().await;
            drop(town);
            self.give_name()?;
            self.open_with(key).await?;
        }
        *self.recovery_key.lock().await = Some(RecoveryKey { text: recovery.clone(), paper });
        Ok(Recovery { key: recovery })
    }

    /// The slots take their name first: slots without a file are nothing, a file without slots is lost.
    fn give_name(&self) -> Result<(), OfficeError> {
        let (made, path) = (path_in_making(&self.folder), database_path(&self.folder));
        if beside(&made, "-wal").exists() {
            return Err(OfficeError::File("the new file was not closed".to_owned()));
        }
        if path.exists() {
            return Err(StoreError::AlreadyThere.into());
        }
        durable_file::rename(&slot_file(&made), &slot_file(&path))?;
        Ok(durable_file::rename(&made, &path)?)
    }
}

fn remove_leftovers(path: &Path) -> Result<(), OfficeError> {
    for left in [path.to_owned(), beside(path, "-wal"), beside(path, "-shm"), slot_file(path)] {
        match std::fs::remove_file(&left) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(of_file(error)),
            _ => {}
        }
    }
    Ok(())
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn of_file(error: std::io::Error) -> OfficeError {
    OfficeError::File(error.to_string())
}

fn places(town: TownCode) -> Result<Vec<(String, Bilingual)>, OfficeError> {
    let boundary = masters::boundary(town)?;
    Ok(boundary
        .map(|boundary| boundary.localities().iter().map(|l| (l.code.clone(), l.name.clone())).collect())
        .unwrap_or_default())
}
