//! Where the segments of all towns lie: in a folder a town, or in a bucket of a store that speaks S3, which every server
//! of a state sees. What lies there is sealed, so the store may be somebody else's.

use crate::ServerError;
use carrier::{FolderShelf, Shelf, Shelved};
use domain::TownCode;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{ClientOptions, Error, ObjectStoreExt as _, PutPayload, RetryConfig};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use sync::limits::SEGMENT_BYTES_MAX;
use url::Url;
use zeroize::Zeroizing;

/// One request, its body included.
const REQUEST_WAIT: Duration = Duration::from_secs(60);
/// All tries of one: a device that waits for a segment asks again by itself.
const TRIES_WAIT: Duration = Duration::from_secs(90);
const TRIES: usize = 3;
/// What the seal adds to a segment's bytes, and more.
const SEAL_BYTES_MAX: usize = 1 << 10;

/// A bucket, or a folder of one.
#[derive(Clone)]
pub struct Bucket {
    store: Arc<AmazonS3>,
    folder: Path,
}

/// How a store is reached, where the environment does not say it.
pub struct Access {
    /// `https://…`; plain HTTP only to this same computer.
    pub endpoint: String,
    /// The store's name for where it is.
    pub region: String,
    /// The key's name.
    pub key_id: String,
    /// The key.
    pub secret: Zeroizing<String>,
}

impl Bucket {
    /// `s3://BUCKET` or `s3://BUCKET/FOLDER`, with keys, region and endpoint from the environment, under the names that
    /// other programs read: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT_URL`.
    pub fn from_environment(address: &str) -> Result<Bucket, ServerError> {
        let endpoint = std::env::var("AWS_ENDPOINT_URL").ok();
        Bucket::of(AmazonS3Builder::from_env(), address, endpoint.as_deref())
    }

    /// The same with everything said.
    pub fn at(address: &str, access: &Access) -> Result<Bucket, ServerError> {
        let builder = AmazonS3Builder::new()
            .with_endpoint(&access.endpoint)
            .with_region(&access.region)
            .with_access_key_id(&access.key_id)
            .with_secret_access_key(access.secret.as_str());
        Bucket::of(builder, address, Some(&access.endpoint))
    }

    fn of(builder: AmazonS3Builder, address: &str, endpoint: Option<&str>) -> Result<Bucket, ServerError> {
        let place = Url::parse(address).ok().filter(|url| url.scheme() == "s3");
        let (name, folder) = place
            .as_ref()
            .and_then(|url| Some((url.host_str()?, Path::parse(url.path().trim_matches('/')).ok()?)))
            .ok_or_else(|| ServerError::Segments(format!("{address} is not s3://BUCKET/FOLDER")))?;
        let is_near = endpoint.is_some_and(is_this_computer);
        let options = ClientOptions::new().with_timeout(REQUEST_WAIT).with_allow_http(is_near);
        let retry = RetryConfig { max_retries: TRIES, retry_timeout: TRIES_WAIT, ..RetryConfig::default() };
        // The library for lines of its own takes whichever was installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let store = builder
            .with_bucket_name(name)
            .with_client_options(options)
            .with_retry(retry)
            .build()
            .map_err(|error| ServerError::Segments(error.to_string()))?;
        Ok(Bucket { store: Arc::new(store), folder })
    }

    /// Asks for something that is not there. What is wrong is for the operator: a server without its segments still takes
    /// in receipts.
    pub(crate) async fn look(&self) {
        let shelf = BucketShelf { bucket: self.clone(), town: self.folder.clone() };
        if let Err(error) = shelf.get("look").await {
            tracing::error!(
                code = error.code(),
                "new computers are given no segments until the bucket answers"
            );
        }
    }
}

fn is_this_computer(endpoint: &str) -> bool {
    match Url::parse(endpoint).ok().as_ref().and_then(Url::host) {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    }
}

/// All of them.
#[derive(Clone)]
pub(crate) enum Shelves {
    /// `segments` in each town's folder below this one.
    Folders(PathBuf),
    /// A folder of the bucket for each town.
    Bucket(Bucket),
}

impl Shelves {
    pub(crate) fn of(&self, town: TownCode) -> Arc<dyn Shelf> {
        match self {
            Shelves::Folders(towns) => {
                Arc::new(FolderShelf::at(towns.join(town.to_string()).join("segments")))
            }
            Shelves::Bucket(bucket) => {
                let town = bucket.folder.clone().join(town.to_string());
                Arc::new(BucketShelf { bucket: bucket.clone(), town })
            }
        }
    }
}

struct BucketShelf {
    bucket: Bucket,
    town: Path,
}

/// A store that cannot be reached, or that is not well, is asked again; one that refuses is for the operator.
fn failed(error: &Error) -> StoreError {
    tracing::warn!(%error, "the store of segments");
    match error {
        Error::Generic { .. } => StoreError::Busy,
        other => StoreError::File(other.to_string()),
    }
}

impl BucketShelf {
    fn place(&self, name: &str) -> Path {
        self.town.clone().join(name)
    }
}

impl Shelf for BucketShelf {
    fn put<'a>(&'a self, name: &'a str, bytes: Vec<u8>) -> Shelved<'a, ()> {
        Box::pin(async move {
            let put = self.bucket.store.put(&self.place(name), PutPayload::from(bytes)).await;
            put.map(|_| ()).map_err(|error| failed(&error))
        })
    }

    fn get<'a>(&'a self, name: &'a str) -> Shelved<'a, Option<Vec<u8>>> {
        Box::pin(async move {
            let found = match self.bucket.store.get(&self.place(name)).await {
                Ok(found) => found,
                Err(Error::NotFound { .. }) => return Ok(None),
                Err(error) => return Err(failed(&error)),
            };
            // Something else lies there: it is no segment, and need not be held in memory to see that.
            if found.meta.size > (SEGMENT_BYTES_MAX + SEAL_BYTES_MAX) as u64 {
                return Ok(None);
            }
            let bytes = found.bytes().await.map_err(|error| failed(&error))?;
            Ok(Some(bytes.to_vec()))
        })
    }

    fn take_away<'a>(&'a self, name: &'a str) -> Shelved<'a, ()> {
        Box::pin(async move {
            match self.bucket.store.delete(&self.place(name)).await {
                Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(failed(&error)),
            }
        })
    }
}
