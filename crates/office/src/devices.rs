//! Towns and devices coming together: the first device with the state's code, further ones with an invitation, and
//! the end of trust in one.

use crate::founding::check_password;
use crate::situation::server_of;
use crate::town::DeviceIdentity;
use crate::{DevicePackage, Founding, Office, OfficeError, Refusal, Town};
use carrier::{CarrierError, Server};
use contract::{FoundTown, Invitation, InviteDevice, JoinTown, Problem, Reply};
use domain::fact::{Fact, Kind};
use domain::limits::NAME_CHARACTERS_MAX;
use domain::people::{DeviceEnrolled, DeviceRevoked};
use domain::receipt::CounterCode;
use domain::{BusinessDate, DeviceId, Epoch};
use journal::{Certificate, KeyPair, lockbox};
use std::time::Duration;
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
        let town_key = KeyPair::generate(self.shell.entropy().as_mut());
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
        self.start_exchange().await?;
        self.situation().await
    }

    /// Takes the package of an invitation, makes this device's file, and waits a while for the town's log.
    pub(crate) async fn join_town(&self, ask: JoinTown) -> Result<Reply, OfficeError> {
        check_password(&ask.password)?;
        let code = InvitationCode::parse(&ask.code).ok_or(OfficeError::CodeNotAccepted)?;
        let server = server_at(&ask.server)?;
        let sealed = server.take_invitation(&code, nonce_of(&code)).await.map_err(of_carrier)?;
        let secret = zeroize::Zeroizing::new(code.secret());
        let opened = tokio::task::spawn_blocking(move || lockbox::open(&secret, PACKAGE_PURPOSE, &sealed))
            .await
            .map_err(|_| Refusal::Package)?
            .map_err(|_| OfficeError::CodeNotAccepted)?;
        let package: DevicePackage = minicbor::decode(&opened).map_err(|_| Refusal::Package)?;
        let package = DevicePackage { server: ask.server, ..package };
        self.join(package, &ask.password, &ask.passphrase).await?;
        self.start_exchange().await?;
        for _ in 0..ARRIVAL_TRIES {
            if self.finish_joining().await? {
                break;
            }
            tokio::time::sleep(ARRIVAL_WAIT).await;
        }
        self.situation().await
    }

    /// Makes a key and a certificate for a further device and leaves them, sealed under a code, with the server.
    pub(crate) async fn invite_device(&self, ask: InviteDevice) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        check_names(&[("device_name", &ask.device_name)])?;
        let author = town.author(&session.user, Kind::DeviceEnrolled).await?;
        let counter = self.free_counter(&town, &ask.counter).await?;
        let staff = people::staff(&mut *town.store.reading().await?).await?;
        if !staff.iter().any(|person| person.user == ask.user) {
            return Err(Refusal::NoSuchPerson.into());
        }
        let signing = town.identity.town_signing_key.as_ref().ok_or(Refusal::NoTownKey)?;
        let signing: [u8; 32] = signing.as_slice().try_into().map_err(|_| Refusal::NoTownKey)?;
        let address = server_of(&town).await?;
        let server = server_at(&address)?;
        let now_ms = self.shell.now_ms();
        let device_key = KeyPair::generate(self.shell.entropy().as_mut());
        let certificate = Certificate::device(
            &KeyPair::from_secret(signing),
            town.code,
            device_key.public(),
            BusinessDate::from_unix_ms(now_ms),
        );
        let enrolled = DeviceEnrolled {
            device: journal::device_of(&device_key.public()),
            certificate: certificate.to_bytes(),
            counter: counter.clone(),
            name: ask.device_name.clone(),
        };
        let mut writing = town.store.begin(&town.writer, now_ms).await?;
        let enrolled = writing.append(Some(author), &Fact::from(enrolled)).await?;
        writing.commit().await?;
        self.committed();
        let package = DevicePackage {
            town: town.code,
            state_root: town.state_root,
            identity: DeviceIdentity {
                secret: *device_key.secret(),
                epoch: Epoch(0),
                town_certificate: town.identity.town_certificate.clone(),
                device_certificate: certificate.to_bytes(),
                counter,
                name: ask.device_name,
                town_secret: town.identity.town_secret,
                town_signing_key: None,
                start_nonce: journal::random(self.shell.entropy().as_mut()),
                demonstration: town.identity.demonstration,
            },
            user: ask.user,
            enrolled,
            server: address.clone(),
        };
        let code = InvitationCode::generate(self.shell.entropy().as_mut());
        let sealed = self.sealed_package(&package, &code).await?;
        let credentials = credentials(&town);
        server
            .leave_invitation(&credentials, &code, sealed, INVITATION_VALID_MS)
            .await
            .map_err(of_carrier)?;
        Ok(Reply::Invitation(Invitation { code: code.spoken(), server: address }))
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
        writing.commit().await?;
        self.committed();
        Ok(())
    }
}

/// What this device shows a server.
pub(crate) fn credentials(town: &Town) -> Credentials {
    Credentials { town: town.of_town.clone(), device: town.of_device.clone(), key: town.writer.key.clone() }
}

/// The same each time one code is tried, so that an answer lost on the way can be asked for again.
fn nonce_of(code: &InvitationCode) -> [u8; 16] {
    let hash = journal::hash(format!("palika invitation nonce 1 {}", code.secret()).as_bytes());
    std::array::from_fn(|index| hash.0.get(index).copied().unwrap_or_default())
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
