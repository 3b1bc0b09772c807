//! One window's or one command's office: the open town, and who is at the desk.

use crate::authority::Session;
use crate::later::later;
use crate::town::Town;
use crate::{OfficeError, Shell};
use contract::{Problem, Progress, RecoveryKey};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::{Mutex, RwLock};

/// The office.
pub struct Office {
    pub(crate) folder: PathBuf,
    pub(crate) shell: Arc<dyn Shell>,
    pub(crate) open: RwLock<Option<Arc<Town>>>,
    pub(crate) session: Mutex<Option<Session>>,
    pub(crate) sealed_because: Mutex<Option<Problem>>,
    pub(crate) recovery_key: Mutex<Option<RecoveryKey>>,
    pub(crate) progress: std::sync::Mutex<Option<Progress>>,
    /// The exchanges with the server and with other computers of the office, those that run.
    pub(crate) exchanges: Arc<crate::running_exchange::Exchanges>,
    /// What this computer does for the others of its building.
    pub(crate) local_network: Mutex<Option<crate::local_network::LocalNetwork>>,
    /// The digest last shown.
    pub(crate) digest: std::sync::Arc<std::sync::Mutex<crate::digest::Kept>>,
    /// Open cases as last counted.
    pub(crate) case_count: std::sync::Mutex<Option<crate::cases::Counted>>,
    /// One press: it remembers the shape of every word.
    pub(crate) press: std::sync::Mutex<Option<Box<paper::Press>>>,
}

impl Office {
    /// The office of a folder. Opens the town there by the keyring, where it can; what stops it is told by the first
    /// [`contract::Situation`].
    pub async fn start(folder: &Path, shell: Arc<dyn Shell>) -> Office {
        let office = Office {
            folder: folder.to_owned(),
            shell,
            open: RwLock::new(None),
            session: Mutex::new(None),
            sealed_because: Mutex::new(None),
            recovery_key: Mutex::new(None),
            progress: std::sync::Mutex::new(None),
            exchanges: Arc::default(),
            local_network: Mutex::new(None),
            digest: std::sync::Arc::default(),
            case_count: std::sync::Mutex::new(None),
            press: std::sync::Mutex::new(None),
        };
        later(|| office.open_by_keyring()).await;
        office
    }

    /// Closes the town's file; everything in it is on the disk already.
    pub async fn close(&self) {
        *self.session.lock().await = None;
        *self.local_network.lock().await = None;
        self.exchanges.end_all();
        if let Some(town) = self.open.write().await.take() {
            let _ = town.write_mark(self.shell.as_ref()).await;
            town.store.close().await;
        }
    }

    pub(crate) fn progress_now(&self) -> Option<Progress> {
        self.progress.lock().ok().and_then(|progress| progress.clone())
    }

    /// Says how far a long piece of work is.
    pub(crate) fn set_progress(&self, progress: Option<Progress>) {
        if let Ok(mut now) = self.progress.lock() {
            *now = progress;
        }
    }

    /// Runs work on the one press, made when first needed.
    pub(crate) fn with_press<T>(
        &self,
        work: impl FnOnce(&mut paper::Press) -> Result<T, paper::PaperError>,
    ) -> Result<T, OfficeError> {
        // A press that a panic elsewhere left half used is thrown away and made anew.
        let mut guard = self.press.lock().unwrap_or_else(|poisoned| {
            let mut guard = poisoned.into_inner();
            *guard = None;
            guard
        });
        let mut press = match guard.take() {
            Some(press) => press,
            None => new_press()?,
        };
        let result = work(&mut press);
        *guard = Some(press);
        Ok(result?)
    }
}

/// Its fonts are large: made in a frame of its own, and moved as a pointer.
#[inline(never)]
fn new_press() -> Result<Box<paper::Press>, OfficeError> {
    Ok(Box::new(paper::Press::new()?))
}
