//! Towns and devices coming together: the first device with the state's code, further ones with an invitation, and
//! the end of trust in one.

use crate::authority::Session;
use crate::founding::check_password;
use crate::invitation_file::{self, CarriedLog, IncomingFile};
use crate::new_file::NewFile;
use crate::situation::server_of;
use crate::town::{DeviceIdentity, database_path};
use crate::{DevicePackage, Founding, Office, OfficeError, Refusal, Town};
use carrier::{CarrierError, Server};
use contract::{
    FoundTown, Invitation, InviteDevice, InviteToFile, JoinFromFile, JoinTown, Problem, Progress, Reply,
};
use domain::fact::{Fact, Kind};
use domain::limits::NAME_CHARACTERS_MAX;
use domain::people::{Author, DeviceEnrolled, DeviceRevoked};
use domain::{Bilingual, BusinessDate, CounterCode, DeviceId, Epoch, UserId};
use journal::{Certificate, JournalError, KeyPair, lockbox};
use std::path::Path;
use std::time::Duration;
use store::StoreError;
use store::query::{desk, people};
use sync::Credentials;
use sync::code::InvitationCode;

/// The counter of a town's first device.
const FIRST_COUNTER: &str = "C01";
/// A counter is printed in every number: `C04`.
const COUNTER_CHARACTERS_MAX: usize = 8;
const PACKAGE_PURPOSE: &str = "palika device package 1";
/// A person walks from one computer to the other within this time.
const INVITATION_VALID_MS: i64 = 24 * 3_600_000;
/// How long a joining device waits on screen for its enrolment to arrive; later it comes in the background.
const ARRIVAL_TRIES: u32 = 100;
const ARRIVAL_WAIT: Duration = Duration::from_millis(200);

impl Office {
    pub(crate) async fn found_town(&self, ask: FoundTown) -> Result<Reply, OfficeError> {
        check_password(&ask.password)?;
        check_names(&[("administrator", &ask.administrator.english), ("device_name", &ask.device_name)])?;
        let server = server_at(&ask.server)?;
        if database_path(&self.folder).exists() {
            return Err(StoreError::AlreadyThere.into());
        }
        // Durable before the state certifies it: an answer lost to a power cut can be asked for again.
        let town_key = self.founding_key(ask.town, &ask.code).await?;
        let enrolled = server.enrol_town(&ask.code, ask.town, &town_key).await.map_err(of_carrier)?;
        self.found(Founding {
            town: ask.town,
            town_key,
            town_certificate: enrolled.certificate,
            state_root: enrolled.state_root,
            server: ask.server,
            device_name: ask.device_name,
            counter: CounterCode(FIRST_COUNTER.to_owned()),
            administrator: ask.administrator,
            password: ask.password,
            passphrase: ask.passphrase,
            demonstration: false,
        })
        .await?;
        self.forget_founding();
        self.start_exchange().await?;
        self.situation().await
    }

    /// Takes the package of an invitation, makes this device's file, and waits a while for the town's log.
    pub(crate) async fn join_town(&self, ask: JoinTown) -> Result<Reply, OfficeError> {
        check_password(&ask.password)?;
        let code = InvitationCode::parse(&ask.code).ok_or(OfficeError::CodeNotAccepted)?;
        let server = server_at(&ask.server)?;
        let sealed = server.take_invitation(&code, self.nonce_of(&code)).await.map_err(of_carrier)?;
        let package = opened_package(sealed, &code).await?;
        let package = DevicePackage { server: ask.server, ..package };
        self.join(package, CarriedLog::None, &ask.password, &ask.passphrase).await?;
        self.start_exchange().await?;
        for _ in 0..ARRIVAL_TRIES {
            if self.finish_joining().await? {
                break;
            }
            tokio::time::sleep(ARRIVAL_WAIT).await;
        }
        self.situation().await
    }

    /// The same with an invitation on a stick, which carries the town's log: no line is needed.
    pub(crate) async fn join_from_file(&self, ask: JoinFromFile) -> Result<Reply, OfficeError> {
        check_password(&ask.password)?;
        let code = InvitationCode::parse(&ask.code).ok_or(OfficeError::CodeNotAccepted)?;
        let (file, sealed) = IncomingFile::open(Path::new(ask.path.trim()))?;
        let package = opened_package(sealed, &code).await?;
        let key: [u8; 32] =
            package.log_key.as_deref().and_then(|key| key.try_into().ok()).ok_or(Refusal::Package)?;
        let log = CarriedLog::File(file, zeroize::Zeroizing::new(key));
        let joined = self.join(package, log, &ask.password, &ask.passphrase).await;
        self.set_progress(None);
        joined?;
        self.finish_joining().await?;
        self.start_exchange().await?;
        self.situation().await
    }

    /// Makes a key and a certificate for a further device and leaves them, sealed under a code, with the server.
    pub(crate) async fn invite_device(&self, ask: InviteDevice) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        let checked = self.checked_invitation(&town, &session, ask).await?;
        let address = server_of(&town).await?;
        let server = server_at(&address)?;
        // Asked first: an enrolled counter is never given again, and a line that is down must not use one up.
        server.state_root().await.map_err(of_carrier)?;
        let package = self.enrol_device(&town, checked, None).await?;
        let code = InvitationCode::generate(self.shell.entropy().as_mut());
        let sealed = self.sealed_package(&package, &code).await?;
        let credentials = credentials(&town);
        server
            .leave_invitation(&credentials, &code, sealed, INVITATION_VALID_MS)
            .await
            .map_err(of_carrier)?;
        Ok(Reply::Invitation(Invitation { code: code.spoken(), server: address }))
    }

    /// The same, left in a file with the town's log.
    pub(crate) async fn invite_to_file(&self, ask: InviteToFile) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        let checked = self.checked_invitation(&town, &session, ask.invite).await?;
        let file = NewFile::begin(Path::new(ask.path.trim()))?;
        let key: [u8; 32] = journal::random(self.shell.entropy().as_mut());
        let package = self.enrol_device(&town, checked, Some(key.to_vec())).await?;
        let code = InvitationCode::generate(self.shell.entropy().as_mut());
        let sealed = self.sealed_package(&package, &code).await?;
        let progress = |done, of| {
            self.set_progress(Some(Progress {
                what: Bilingual::new("आमंत्रण की फ़ाइल लिखी जा रही है", "Writing the invitation"),
                done,
                of,
            }));
        };
        let written =
            invitation_file::write(file, &sealed, key, &town.store, self.shell.entropy(), progress).await;
        self.set_progress(None);
        written?;
        Ok(Reply::Invitation(Invitation { code: code.spoken(), server: package.server }))
    }

    async fn checked_invitation(
        &self,
        town: &Town,
        session: &Session,
        ask: InviteDevice,
    ) -> Result<CheckedInvitation, OfficeError> {
        check_names(&[("device_name", &ask.device_name)])?;
        let author = town.author(&session.user, Kind::DeviceEnrolled).await?;
        let counter = self.free_counter(town, &ask.counter).await?;
        let staff = people::staff(&mut *town.store.reading().await?).await?;
        if !staff.iter().any(|person| person.user == ask.user) {
            return Err(Refusal::NoSuchPerson.into());
        }
        let signing = town.identity.town_signing_key.as_ref().ok_or(Refusal::NoTownKey)?;
        let signing: [u8; 32] = signing.as_slice().try_into().map_err(|_| Refusal::NoTownKey)?;
        Ok(CheckedInvitation {
            author,
            counter,
            device_name: ask.device_name,
            user: ask.user,
            town_key: KeyPair::from_secret(signing),
        })
    }

    /// Writes the enrolment and makes what the device is given.
    async fn enrol_device(
        &self,
        town: &Town,
        invitation: CheckedInvitation,
        log_key: Option<Vec<u8>>,
    ) -> Result<DevicePackage, OfficeError> {
        let CheckedInvitation { author, counter, device_name, user, town_key } = invitation;
        let now_ms = self.shell.now_ms();
        let device_key = KeyPair::generate(self.shell.entropy().as_mut());
        let on = BusinessDate::from_unix_ms(now_ms);
        let certificate = Certificate::device(&town_key, town.code, device_key.public(), on);
        let enrolled = DeviceEnrolled {
            device: journal::device_of(&device_key.public()),
            certificate: certificate.to_bytes(),
            counter: counter.clone(),
            name: device_name.clone(),
        };
        let mut writing = town.store.begin(&town.writer, now_ms).await?;
        let enrolled = writing.append(Some(author), &Fact::from(enrolled)).await?;
        self.commit(writing).await?;
        Ok(DevicePackage {
            town: town.code,
            state_root: town.state_root,
            identity: DeviceIdentity {
                secret: *device_key.secret(),
                epoch: Epoch(0),
                town_certificate: town.identity.town_certificate.clone(),
                device_certificate: certificate.to_bytes(),
                counter,
                name: device_name,
                town_secret: town.identity.town_secret,
                town_signing_key: None,
                start_nonce: journal::random(self.shell.entropy().as_mut()),
                demonstration: town.identity.demonstration,
            },
            user,
            enrolled,
            server: server_of(town).await?,
            log_key,
        })
    }

    /// The same each time one code is tried on this computer, so that an answer lost on the way can be asked for again;
    /// another on every other, so that two do not become one device.
    fn nonce_of(&self, code: &InvitationCode) -> [u8; 16] {
        let (machine, folder) = (self.shell.machine(), self.folder.to_string_lossy());
        let text = format!("palika invitation nonce 2 {} {machine} {folder}", code.secret());
        let hash = journal::hash(text.as_bytes());
        std::array::from_fn(|index| hash.0.get(index).copied().unwrap_or_default())
    }

    async fn sealed_package(
        &self,
        package: &DevicePackage,
        code: &InvitationCode,
    ) -> Result<Vec<u8>, OfficeError> {
        let bytes = zeroize::Zeroizing::new(minicbor::to_vec(package).map_err(|_| Refusal::Package)?);
        let secret = zeroize::Zeroizing::new(code.secret());
        let (effort, mut entropy) = (self.shell.effort(), self.shell.entropy());
        let sealed = tokio::task::spawn_blocking(move || {
            lockbox::lock(&secret, PACKAGE_PURPOSE, &bytes, effort, entropy.as_mut())
        })
        .await
        .map_err(|_| Refusal::Package)?;
        Ok(sealed?)
    }

    /// A counter no device was ever enrolled for: one that was may already print without a line.
    async fn free_counter(&self, town: &Town, asked: &str) -> Result<CounterCode, OfficeError> {
        let counter = asked.trim().to_ascii_uppercase();
        let sound = (1..=COUNTER_CHARACTERS_MAX).contains(&counter.len())
            && counter.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !sound {
            return Err(Refusal::Counter.into());
        }
        let devices = people::devices(&mut *town.store.reading().await?).await?;
        if devices.iter().any(|device| device.counter == counter) {
            return Err(Refusal::CounterTaken.into());
        }
        Ok(CounterCode(counter))
    }

    /// Ends trust in a device at the last head known here.
    pub(crate) async fn revoke_device(&self, device: DeviceId, reason: &str) -> Result<(), OfficeError> {
        let (town, session) = self.at_work().await?;
        if device == town.device {
            return Err(Refusal::ThisDevice.into());
        }
        if reason.trim().is_empty() {
            return Err(OfficeError::Missing("reason"));
        }
        let author = town.author(&session.user, Kind::DeviceRevoked).await?;
        let mut reading = town.store.reading().await?;
        let known = people::devices(&mut reading).await?;
        let known = known.iter().find(|row| row.device == device).ok_or(Refusal::NoSuchDevice)?;
        if known.revoked {
            return Err(Refusal::RevokedAlready.into());
        }
        let chains = desk::chains(&mut reading).await?;
        drop(reading);
        let last = chains.iter().map(|chain| chain.head).filter(|head| head.device == device);
        let last = last.max_by_key(|head| (head.epoch, head.seq));
        let revoked = DeviceRevoked {
            device,
            epoch: last.map_or(Epoch(0), |head| head.epoch),
            seq: last.map_or(0, |head| head.seq),
            hash: last.map_or(domain::Hash::ZERO, |head| head.hash),
            reason: reason.trim().to_owned(),
        };
        let mut writing = town.store.begin(&town.writer, self.shell.now_ms()).await?;
        writing.append(Some(author), &Fact::from(revoked)).await?;
        self.commit(writing).await?;
        Ok(())
    }
}

/// An invitation whose every field holds.
struct CheckedInvitation {
    author: Author,
    counter: CounterCode,
    device_name: String,
    user: UserId,
    town_key: KeyPair,
}

async fn opened_package(sealed: Vec<u8>, code: &InvitationCode) -> Result<DevicePackage, OfficeError> {
    let secret = zeroize::Zeroizing::new(code.secret());
    let opened = tokio::task::spawn_blocking(move || lockbox::open(&secret, PACKAGE_PURPOSE, &sealed))
        .await
        .map_err(|_| Refusal::Package)?
        .map_err(|error| match error {
            JournalError::WrongSecret => OfficeError::CodeNotAccepted,
            _ => Refusal::Package.into(),
        })?;
    Ok(minicbor::decode(&opened).map_err(|_| Refusal::Package)?)
}

/// What this device shows a server.
pub(crate) fn credentials(town: &Town) -> Credentials {
    Credentials { town: town.of_town.clone(), device: town.of_device.clone(), key: town.writer.key.clone() }
}

fn server_at(address: &str) -> Result<Server, OfficeError> {
    Server::at(address, None).map_err(of_carrier)
}

fn of_carrier(error: CarrierError) -> OfficeError {
    OfficeError::ServerRefused(Box::new(Problem {
        code: error.code().to_owned(),
        message: error.message(),
        field: "server".to_owned(),
        detail: error.to_string(),
    }))
}

fn check_names(names: &[(&'static str, &String)]) -> Result<(), OfficeError> {
    for (field, text) in names {
        if text.trim().is_empty() {
            return Err(OfficeError::Missing(field));
        }
        if text.chars().count() > NAME_CHARACTERS_MAX {
            return Err(OfficeError::TooLong { field, characters_max: NAME_CHARACTERS_MAX });
        }
    }
    Ok(())
}
