//! The window's first look, unlocking, desk settings.

use crate::town::{Town, database_path};
use crate::{Office, OfficeError};
use contract::{Arriving, Desk, PersonView, Reply, Situation, StaffChoice, Stage, TownView, Unlock, Unsent};
use domain::Bilingual;
use domain::fact::Kind;
use std::sync::Arc;
use store::key_slot::{self, SlotKind};
use store::query::{desk, people};
use store::{CHECKPOINT_PAGES, OpenOptions, RawKey, Store, StoreError};

const DESK: &str = "desk";
/// Who signed in here last.
pub(crate) const LAST_PERSON: &str = "last_person";
/// The peer whose confirmation clears "unsent": the state's server.
pub(crate) const SERVER_PEER: &str = "server";

impl Office {
    pub(crate) async fn situation(&self) -> Result<Reply, OfficeError> {
        let town = self.open.read().await.clone();
        let mut situation = Situation {
            stage: Stage::NoTown,
            sealed_because: self.sealed_because.lock().await.clone(),
            town: None,
            staff: Vec::new(),
            person: None,
            desk: Desk::default(),
            unsent: Unsent::default(),
            server: String::new(),
            sync: contract::SyncState::Off,
            last_success_ms: None,
            arriving: None,
            recovery_key: self.recovery_key.lock().await.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            open_cases: 0,
        };
        let Some(town) = town else {
            if situation.sealed_because.is_some() {
                situation.stage = Stage::Sealed;
            }
            return Ok(Reply::Situation(Box::new(situation)));
        };
        situation.desk = self.desk(&town).await?;
        situation.server = server_of(&town).await?;
        situation.sync = self.exchange_state().0;
        situation.last_success_ms = last_exchange_ms(&town).await?;
        situation.arriving = town.store.arriving().await?.map(arriving_view);
        let mut reading = town.store.reading().await?;
        situation.staff = people::staff(&mut reading)
            .await?
            .into_iter()
            .map(|row| StaffChoice { user: row.user, name: row.name, has_password: row.has_password })
            .collect();
        // Who sat here last stands first, then those who have a password here.
        let last = town.store.desk(LAST_PERSON).await?.and_then(|hex| domain::UserId::from_hex(&hex));
        situation.staff.sort_by_key(|choice| (Some(choice.user) != last, !choice.has_password));
        let (receipts, amount_paise, since_ms) =
            desk::unsent(&mut reading, SERVER_PEER, &town.device).await?;
        situation.unsent = Unsent { receipts, amount_paise, since_ms };
        let properties = desk::record_count(&mut reading).await?;
        drop(reading);
        situation.town = Some(town_view(&town, properties)?);
        situation.stage = Stage::SignIn;
        if let Some(session) = self.session.lock().await.clone() {
            situation.stage = Stage::Open;
            let roles = town.roles(&session.user).await?;
            if roles.iter().any(|role| role.may_write(Kind::CaseSettled)) {
                situation.open_cases = self.open_case_count(&town).await?;
            }
            situation.person = Some(PersonView { user: session.user, name: session.name, roles });
        }
        Ok(Reply::Situation(Box::new(situation)))
    }

    pub(crate) async fn desk(&self, town: &Town) -> Result<Desk, OfficeError> {
        let kept = town.store.desk(DESK).await?;
        Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    pub(crate) async fn save_desk(&self, desk: Desk) -> Result<Reply, OfficeError> {
        let town = self.town().await?;
        let text = serde_json::to_string(&desk).map_err(|error| OfficeError::File(error.to_string()))?;
        town.store.set_desk(DESK, &text).await?;
        self.situation().await
    }

    /// The spooler may take its time: it is asked beside the other requests.
    pub(crate) async fn printers(&self) -> Result<Reply, OfficeError> {
        let shell = Arc::clone(&self.shell);
        let asked = tokio::task::spawn_blocking(move || shell.printers()).await;
        Ok(Reply::Printers(asked.unwrap_or_default()))
    }

    /// Opens the file with the key the keyring holds. Nothing in the keyring beside an existing file means "ask".
    pub(crate) async fn open_by_keyring(&self) {
        let path = database_path(&self.folder);
        if self.shell.vfs().is_none() && !path.exists() {
            return;
        }
        let result = match self.keyring_key() {
            Some(key) => self.open_with(key).await,
            None => Err(StoreError::WrongKey.into()),
        };
        *self.sealed_because.lock().await = result.err().map(|error| error.problem());
    }

    fn keyring_key(&self) -> Option<RawKey> {
        let secret = self.shell.keyring()?.read(&self.keyring_name()).ok()??;
        secret.try_into().ok().map(RawKey)
    }

    /// One entry a folder, so that two towns on one machine do not share one.
    pub(crate) fn keyring_name(&self) -> String {
        let folder = self.folder.to_string_lossy();
        format!("palika-{}", journal::hash(folder.as_bytes()).short())
    }

    pub(crate) async fn open_with(&self, key: RawKey) -> Result<(), OfficeError> {
        let options =
            OpenOptions { key, create: false, vfs: self.shell.vfs(), checkpoint_pages: CHECKPOINT_PAGES };
        let store = Store::open(&database_path(&self.folder), options).await?;
        let town = Town::load(&self.folder, store, self.shell.as_ref()).await?;
        *self.open.write().await = Some(Arc::new(town));
        *self.sealed_because.lock().await = None;
        Ok(())
    }

    pub(crate) async fn unlock(&self, how: Unlock) -> Result<Reply, OfficeError> {
        let path = database_path(&self.folder);
        let key = match how {
            Unlock::Keyring => self.keyring_key().ok_or(StoreError::WrongKey)?,
            Unlock::Passphrase(secret) => open_slot(path, SlotKind::Passphrase, secret).await?,
            Unlock::RecoveryKey(secret) => open_slot(path, SlotKind::Recovery, secret).await?,
        };
        self.open_with(key.clone()).await?;
        // The next start should not have to ask; where the keyring is missing it will.
        if let Some(keyring) = self.shell.keyring() {
            let _ = keyring.write(&self.keyring_name(), &key.0);
        }
        self.situation().await
    }
}

async fn open_slot(path: std::path::PathBuf, kind: SlotKind, secret: String) -> Result<RawKey, OfficeError> {
    let secret = zeroize::Zeroizing::new(secret);
    let opened = tokio::task::spawn_blocking(move || key_slot::open(&path, kind, &secret))
        .await
        .map_err(|error| OfficeError::File(error.to_string()))?;
    Ok(opened?)
}

/// The server this device exchanges with; empty for none.
pub(crate) async fn server_of(town: &Town) -> Result<String, OfficeError> {
    let bytes = town.store.meta("server").await?.unwrap_or_default();
    Ok(String::from_utf8(bytes).unwrap_or_default())
}

fn town_view(town: &Town, properties: u64) -> Result<TownView, OfficeError> {
    let of_masters = masters::towns()?.get(town.code);
    let district = match of_masters {
        Some(known) => masters::districts()?.get(known.district).map(|d| d.name.clone()),
        None => None,
    };
    Ok(TownView {
        code: town.code,
        name: town.name.clone(),
        grade: of_masters.map(|known| known.grade.name()).unwrap_or_default(),
        district: district.unwrap_or_else(Bilingual::default),
        device: town.device,
        device_name: town.identity.name.clone(),
        counter: town.identity.counter.0.clone(),
        properties,
        demonstration: town.identity.demonstration,
    })
}

/// When the last exchange with the server succeeded.
pub(crate) async fn last_exchange_ms(town: &Town) -> Result<Option<i64>, OfficeError> {
    Ok(carrier::last_success_ms(&town.store, SERVER_PEER).await?)
}

fn arriving_view(arriving: store::Arriving) -> Arriving {
    Arriving {
        usable: arriving.usable,
        whole: arriving.whole,
        as_of_ms: arriving.as_of_ms,
        records: arriving.records,
        records_done: arriving.records_done,
        receipts: arriving.receipts,
        receipts_done: arriving.receipts_done,
        amount_paise: arriving.paise,
        amount_done_paise: arriving.paise_done,
        bytes: arriving.bytes,
        bytes_done: arriving.bytes_done,
    }
}
