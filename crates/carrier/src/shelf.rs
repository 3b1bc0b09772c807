//! Where a host keeps its segments: bytes by name, written once. A folder, unless the state has an object store.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use store::{StoreError, durable_file};

/// What a shelf answers with.
pub type Shelved<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Bytes by name. What lies there is sealed: a shelf may stand with somebody who must not read the town's log.
pub trait Shelf: Send + Sync {
    /// Keeps bytes under a name. The same name always means the same bytes.
    fn put<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> Shelved<'a, ()>;
    /// What lies under a name; `None` where nothing does.
    fn get<'a>(&'a self, name: &'a str) -> Shelved<'a, Option<Vec<u8>>>;
    /// Takes away what no catalogue names any more. A name that is not there is no failure.
    fn take_away<'a>(&'a self, name: &'a str) -> Shelved<'a, ()>;
}

/// A folder of files.
#[derive(Clone, Debug)]
pub struct FolderShelf(Arc<PathBuf>);

impl FolderShelf {
    /// In this folder, which is made when something is put there.
    #[must_use]
    pub fn at(folder: PathBuf) -> FolderShelf {
        FolderShelf(Arc::new(folder))
    }
}

fn of_file(error: &std::io::Error) -> StoreError {
    match error.kind() {
        std::io::ErrorKind::StorageFull => StoreError::DiskFull,
        _ => StoreError::File(error.to_string()),
    }
}

async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| StoreError::File(error.to_string()))?
}

impl Shelf for FolderShelf {
    fn put<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> Shelved<'a, ()> {
        let (folder, path) = (Arc::clone(&self.0), self.0.join(name));
        Box::pin(beside(move || {
            std::fs::create_dir_all(folder.as_path()).map_err(|error| of_file(&error))?;
            durable_file::replace(&path, &bytes)
        }))
    }

    fn get<'a>(&'a self, name: &'a str) -> Shelved<'a, Option<Vec<u8>>> {
        let path = self.0.join(name);
        Box::pin(beside(move || match std::fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(of_file(&error)),
        }))
    }

    fn take_away<'a>(&'a self, name: &'a str) -> Shelved<'a, ()> {
        let path = self.0.join(name);
        Box::pin(beside(move || match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(of_file(&error)),
            _ => Ok(()),
        }))
    }
}
