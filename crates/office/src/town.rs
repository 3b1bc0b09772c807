//! The open town: its file, this device's key and epoch, and the mark that tells a restored copy from the original.

use crate::{OfficeError, Shell};
use domain::identity::PublicKey;
use domain::{CounterCode, DeviceId, Epoch, Hash, TownCode};
use journal::{Certificate, KeyPair};
use minicbor::{Decode, Encode};
use std::path::{Path, PathBuf};
use store::query::{desk, people};
use store::{Store, StoreError, Writer, durable_file};

/// The town's file in its folder.
pub fn database_path(folder: &Path) -> PathBuf {
    folder.join("town.palika")
}

fn mark_path(folder: &Path) -> PathBuf {
    folder.join("town.mark")
}

/// What must be known of this device to write for the town. Kept in the encrypted file.
#[derive(Clone, Encode, Decode)]
pub struct DeviceIdentity {
    /// The device's secret key.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub secret: [u8; 32],
    /// Its epoch.
    #[n(1)]
    pub epoch: Epoch,
    /// State → town.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub town_certificate: Vec<u8>,
    /// Town → device.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub device_certificate: Vec<u8>,
    /// Its counter.
    #[n(4)]
    pub counter: CounterCode,
    /// Its name.
    #[n(5)]
    pub name: String,
    /// The town's shared secret: wraps the keys of personal fields.
    #[cbor(n(6), with = "minicbor::bytes")]
    pub town_secret: [u8; 32],
    /// The town's own signing key, only where devices are enrolled.
    #[cbor(n(7), with = "minicbor::bytes")]
    pub town_signing_key: Option<Vec<u8>>,
    /// Changes at every start; the mark outside the file must agree.
    #[cbor(n(8), with = "minicbor::bytes")]
    pub start_nonce: [u8; 16],
    /// True for the demonstration town.
    #[n(9)]
    pub demonstration: bool,
}

const IDENTITY: &str = "identity";

/// The mark beside the file: a copy of the file alone, or the whole folder on another machine, does not agree with it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
struct Mark {
    #[cbor(n(0), with = "minicbor::bytes")]
    start_nonce: [u8; 16],
    #[n(1)]
    machine: String,
    /// The last own entry written when the mark was; a file behind it was put back.
    #[n(2)]
    epoch: Epoch,
    #[n(3)]
    seq: u64,
}

/// The open town.
pub struct Town {
    /// The folder of its file, marks and papers.
    pub folder: PathBuf,
    /// The file.
    pub store: Store,
    /// Writes for this device.
    pub writer: Writer,
    /// The town.
    pub code: TownCode,
    /// This device.
    pub device: DeviceId,
    /// This device's identity.
    pub identity: DeviceIdentity,
    /// State → town.
    pub of_town: Certificate,
    /// Town → device.
    pub of_device: Certificate,
    /// The state's root.
    pub state_root: PublicKey,
    /// The town's name.
    pub name: domain::Bilingual,
}

impl Town {
    /// Reads what this device is from an open file. A file put back from a backup, or copied to another machine, gets a
    /// new epoch before it may write.
    pub async fn load(folder: &Path, store: Store, shell: &dyn Shell) -> Result<Town, OfficeError> {
        let bytes = store.meta(IDENTITY).await?.ok_or(OfficeError::NoTown)?;
        let mut identity: DeviceIdentity =
            minicbor::decode(&bytes).map_err(|_| StoreError::NotFound("identity"))?;
        let code = store.town().await?.ok_or(OfficeError::NoTown)?;
        let state_root = store.state_root().await?.ok_or(OfficeError::NoTown)?;
        let key = KeyPair::from_secret(identity.secret);
        let device = journal::device_of(&key.public());
        let reason = why_a_new_epoch(folder, &store, &identity, device, shell).await?;
        identity.start_nonce = journal::random(shell.entropy().as_mut());
        let earlier = reason.is_some().then_some(identity.epoch);
        if reason.is_some() {
            identity.epoch = Epoch(identity.epoch.0 + 1);
        }
        save_identity(&store, &identity).await?;
        let name = match people::town(&mut *store.reading().await?).await? {
            Some((name, _)) => name,
            None => masters_name(code)?,
        };
        let town = Town {
            folder: folder.to_owned(),
            writer: Writer { town: code, key, epoch: identity.epoch },
            code,
            device,
            of_town: Certificate::from_bytes(&identity.town_certificate)?,
            of_device: Certificate::from_bytes(&identity.device_certificate)?,
            state_root,
            identity,
            name,
            store,
        };
        if let (Some(reason), Some(_)) = (reason, earlier) {
            town.open_epoch(reason, shell).await?;
        }
        town.write_mark(shell).await?;
        Ok(town)
    }

    /// The new epoch begins with what is held of the earlier ones.
    async fn open_epoch(&self, reason: &str, shell: &dyn Shell) -> Result<(), OfficeError> {
        let earlier =
            self.store.vector().await?.into_iter().filter(|head| head.device == self.device).collect();
        let mut writing = self.store.begin(&self.writer, shell.now_ms()).await?;
        let opened = domain::fact::EpochOpened { earlier, reason: reason.to_owned() };
        writing.append(None, &opened.into()).await?;
        writing.commit().await?;
        Ok(())
    }

    /// Writes the mark: at start, when a shift opens or closes, and without waiting for the disk after each receipt.
    pub async fn write_mark(&self, shell: &dyn Shell) -> Result<(), OfficeError> {
        if shell.vfs().is_some() {
            return Ok(());
        }
        let seq = own_seq(&self.store, self.device, self.identity.epoch).await?;
        // Another program (the command line beside the window) may have started since and changed the nonce.
        let now = self.store.meta(IDENTITY).await?.unwrap_or_default();
        let now: DeviceIdentity = minicbor::decode(&now).map_err(|_| StoreError::NotFound("identity"))?;
        let mark =
            Mark { start_nonce: now.start_nonce, machine: shell.machine(), epoch: self.identity.epoch, seq };
        let bytes = minicbor::to_vec(&mark).map_err(|error| StoreError::File(error.to_string()))?;
        Ok(durable_file::replace(&mark_path(&self.folder), &bytes)?)
    }

    /// Where papers of a day are kept.
    pub fn papers_folder(&self, day: &str) -> PathBuf {
        self.folder.join("papers").join(day)
    }

    /// The short hash of an entry with the device, as printed.
    pub fn chain_mark(&self, hash: &Hash) -> String {
        hash.short()
    }
}

/// Keeps the identity in the encrypted file.
pub async fn save_identity(store: &Store, identity: &DeviceIdentity) -> Result<(), OfficeError> {
    let bytes = minicbor::to_vec(identity).map_err(|error| StoreError::File(error.to_string()))?;
    Ok(store.set_meta(IDENTITY, &bytes).await?)
}

async fn own_seq(store: &Store, device: DeviceId, epoch: Epoch) -> Result<u64, OfficeError> {
    let chains = desk::chains(&mut *store.reading().await?).await?;
    let own = chains.iter().find(|chain| chain.head.device == device && chain.head.epoch == epoch);
    Ok(own.map_or(0, |chain| chain.head.seq))
}

/// Compares the file with the mark outside it.
async fn why_a_new_epoch(
    folder: &Path,
    store: &Store,
    identity: &DeviceIdentity,
    device: DeviceId,
    shell: &dyn Shell,
) -> Result<Option<&'static str>, OfficeError> {
    let seq = own_seq(store, device, identity.epoch).await?;
    // A file that never wrote has no series to protect; and the simulator's disks carry no marks.
    if seq == 0 || shell.vfs().is_some() {
        return Ok(None);
    }
    let mark = std::fs::read(mark_path(folder)).ok().and_then(|bytes| minicbor::decode::<Mark>(&bytes).ok());
    let Some(mark) = mark else { return Ok(Some("the mark beside the file is missing")) };
    if mark.start_nonce != identity.start_nonce {
        return Ok(Some("the file is not the one last used here"));
    }
    if mark.machine != shell.machine() {
        return Ok(Some("the file was copied to another machine"));
    }
    if (mark.epoch, mark.seq) > (identity.epoch, seq) {
        return Ok(Some("the file was put back to an earlier state"));
    }
    Ok(None)
}

fn masters_name(code: TownCode) -> Result<domain::Bilingual, OfficeError> {
    Ok(masters::towns()?.get(code).map(|town| town.name.clone()).unwrap_or_default())
}
