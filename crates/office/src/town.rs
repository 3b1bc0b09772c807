//! The open town: its file, this device's key and epoch, and the mark that tells a restored copy from the original.

use crate::{OfficeError, Shell};
use domain::fact::MarkedPlace;
use domain::identity::PublicKey;
use domain::{CounterCode, DeviceId, Epoch, Hash, TownCode};
use journal::{Certificate, KeyPair};
use minicbor::{Decode, Encode};
use std::path::{Path, PathBuf};
use store::query::{desk, people};
use store::{Noticed, Store, StoreError, Writer, durable_file};

/// The town's file in its folder.
pub fn database_path(folder: &Path) -> PathBuf {
    folder.join("town.palika")
}

fn mark_path(folder: &Path) -> PathBuf {
    folder.join("town.mark")
}

/// Beside no town: one for each folder and device. A demonstration town may be copied as anybody likes.
fn outer_mark_path(
    folder: &Path,
    device: DeviceId,
    shell: &dyn Shell,
    identity: &DeviceIdentity,
) -> Option<PathBuf> {
    let marks = shell.marks().filter(|_| !identity.demonstration)?;
    let name = format!("{device} {}", folder.to_string_lossy());
    Some(marks.join(format!("{}.mark", journal::hash(name.as_bytes()).short())))
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
const OWN_ENTRIES_CAME: &str = "other computers held entries of this one that it did not";
/// How many epochs lie among those that the copies of one device choose from.
const EPOCHS_APART: u8 = 8;

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
        let marks = Marks::read(folder, device, shell, &identity);
        let reason = why_a_new_epoch(&store, &identity, device, &marks, shell).await?;
        identity.start_nonce = journal::random(shell.entropy().as_mut());
        if reason.is_some() {
            identity.epoch = fresh_epoch(&store, &identity, device, &marks).await?;
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
        if let Some(reason) = reason {
            let noticed = Noticed { reason, marked: marks.furthest() };
            town.store.open_epoch(&town.writer, noticed, shell.now_ms()).await?;
        }
        town.write_mark(shell).await?;
        Ok(town)
    }

    /// The same town under a new epoch of this device. A device that runs twice takes one further on by chance, so that
    /// both copies do not begin the same one.
    pub(crate) async fn in_new_epoch(&self, shell: &dyn Shell) -> Result<Town, OfficeError> {
        let marks = Marks::read(&self.folder, self.device, shell, &self.identity);
        let mut identity = self.identity.clone();
        let next = fresh_epoch(&self.store, &identity, self.device, &marks).await?;
        let [chance] = journal::random(shell.entropy().as_mut());
        identity.epoch = Epoch(next.0.saturating_add(u32::from(chance % EPOCHS_APART)));
        // Another program may have started since and changed the nonce.
        identity.start_nonce = stored_identity(&self.store).await?.start_nonce;
        save_identity(&self.store, &identity).await?;
        let town = Town {
            folder: self.folder.clone(),
            store: self.store.clone(),
            writer: Writer { epoch: identity.epoch, ..self.writer.clone() },
            code: self.code,
            device: self.device,
            identity,
            of_town: self.of_town.clone(),
            of_device: self.of_device.clone(),
            state_root: self.state_root,
            name: self.name.clone(),
        };
        let noticed = Noticed { reason: OWN_ENTRIES_CAME, marked: marks.furthest() };
        town.store.open_epoch(&town.writer, noticed, shell.now_ms()).await?;
        town.write_mark(shell).await?;
        Ok(town)
    }

    /// Writes the mark: at start, when a shift opens or closes, and without waiting for the disk after each receipt.
    pub async fn write_mark(&self, shell: &dyn Shell) -> Result<(), OfficeError> {
        if shell.vfs().is_some() {
            return Ok(());
        }
        let seq = own_seq(&self.store, self.device, self.identity.epoch).await?;
        // Another program (the command line beside the window) may have started since and changed the nonce.
        let now = stored_identity(&self.store).await?;
        let mark =
            Mark { start_nonce: now.start_nonce, machine: shell.machine(), epoch: self.identity.epoch, seq };
        let bytes = minicbor::to_vec(&mark).map_err(|error| StoreError::File(error.to_string()))?;
        durable_file::replace(&mark_path(&self.folder), &bytes)?;
        // The second one guards against one fault alone, a whole folder put back. A machine without such a place works on.
        if let Some(path) = outer_mark_path(&self.folder, self.device, shell, &self.identity) {
            let _ = durable_file::replace(&path, &bytes);
        }
        Ok(())
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

/// What the marks outside the file say; none where they cannot be read.
struct Marks {
    beside: Option<Mark>,
    outer: Option<Mark>,
}

impl Marks {
    fn read(folder: &Path, device: DeviceId, shell: &dyn Shell, identity: &DeviceIdentity) -> Marks {
        let outer = outer_mark_path(folder, device, shell, identity);
        Marks { beside: read_mark(&mark_path(folder)), outer: outer.as_deref().and_then(read_mark) }
    }

    /// The last own entry that any of them has heard of.
    fn furthest(&self) -> Option<MarkedPlace> {
        let marks = [&self.beside, &self.outer].into_iter().flatten();
        marks.map(|mark| MarkedPlace { epoch: mark.epoch, seq: mark.seq }).max()
    }
}

fn read_mark(path: &Path) -> Option<Mark> {
    std::fs::read(path).ok().and_then(|bytes| minicbor::decode(&bytes).ok())
}

/// Compares the file with the marks outside it, and with what came from elsewhere.
async fn why_a_new_epoch(
    store: &Store,
    identity: &DeviceIdentity,
    device: DeviceId,
    marks: &Marks,
    shell: &dyn Shell,
) -> Result<Option<&'static str>, OfficeError> {
    if store.is_epoch_over(&device, identity.epoch).await? {
        return Ok(Some(OWN_ENTRIES_CAME));
    }
    let seq = own_seq(store, device, identity.epoch).await?;
    // The simulator's disks carry no marks.
    if shell.vfs().is_some() {
        return Ok(None);
    }
    if seq == 0 {
        // A file that never wrote has no series to protect; an epoch whose first entry a power cut took is begun again.
        return Ok((identity.epoch > Epoch(0)).then_some("the epoch was not opened"));
    }
    let Some(mark) = &marks.beside else { return Ok(Some("the mark beside the file is missing")) };
    if mark.start_nonce != identity.start_nonce {
        return Ok(Some("the file is not the one last used here"));
    }
    if mark.machine != shell.machine() {
        return Ok(Some("the file was copied to another machine"));
    }
    if marks.furthest() > Some(MarkedPlace { epoch: identity.epoch, seq }) {
        return Ok(Some("the file was put back to an earlier state"));
    }
    Ok(None)
}

/// An epoch of this device that neither the log nor a mark has heard of.
async fn fresh_epoch(
    store: &Store,
    identity: &DeviceIdentity,
    device: DeviceId,
    marks: &Marks,
) -> Result<Epoch, OfficeError> {
    let marked = marks.furthest().map_or(Epoch(0), |marked| marked.epoch).max(identity.epoch);
    Ok(store.next_epoch(&device).await?.max(Epoch(marked.0.saturating_add(1))))
}

async fn stored_identity(store: &Store) -> Result<DeviceIdentity, OfficeError> {
    let bytes = store.meta(IDENTITY).await?.unwrap_or_default();
    Ok(minicbor::decode(&bytes).map_err(|_| StoreError::NotFound("identity"))?)
}

fn masters_name(code: TownCode) -> Result<domain::Bilingual, OfficeError> {
    Ok(masters::towns()?.get(code).map(|town| town.name.clone()).unwrap_or_default())
}
