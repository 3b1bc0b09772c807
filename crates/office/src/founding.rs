//! Making the town's file on a device: the first one, with the state's certificate, and further ones, with the package
//! an administrator sealed under an invitation's code.

use crate::authority::{Session, lock_purpose};
use crate::invitation_file::CarriedLog;
use crate::later::later;
use crate::making::Blueprint;
use crate::town::{DeviceIdentity, Town};
use crate::{Office, OfficeError, Refusal};
use contract::Progress;
use domain::definition::DefinitionRef;
use domain::fact::{DefinitionPublished, Fact};
use domain::identity::PublicKey;
use domain::people::{Author, Role, RoleGranted, StaffKeyCertified, TownFounded};
use domain::{Bilingual, BusinessDate, ChainHead, CounterCode, Epoch, TownCode, UserId};
use journal::{Certificate, KeyPair, lockbox};
use minicbor::{Decode, Encode};
use std::sync::Arc;
use store::Writing;
use store::query::people;

/// A password's least length (NIST SP 800-63B).
const PASSWORD_CHARACTERS_MIN: usize = 8;

/// What the first device needs to found its town.
pub struct Founding {
    /// The town.
    pub town: TownCode,
    /// The town's signing key, made here.
    pub town_key: KeyPair,
    /// State → town.
    pub town_certificate: Certificate,
    /// The state's root.
    pub state_root: PublicKey,
    /// The server to exchange with; empty for none.
    pub server: String,
    /// What people call this device.
    pub device_name: String,
    /// Its counter.
    pub counter: CounterCode,
    /// The first administrator.
    pub administrator: Bilingual,
    /// The administrator's password here.
    pub password: String,
    /// Passphrase of the file; empty for none.
    pub passphrase: String,
    /// True for the demonstration town.
    pub demonstration: bool,
}

/// What a further device is given, sealed under the invitation's code.
#[derive(Clone, Encode, Decode)]
pub struct DevicePackage {
    /// The town.
    #[n(0)]
    pub town: TownCode,
    /// The state's root.
    #[n(1)]
    pub state_root: PublicKey,
    /// What the device is.
    #[n(2)]
    pub identity: DeviceIdentity,
    /// Who signs in there first.
    #[n(3)]
    pub user: UserId,
    /// The entry that enrolled it.
    #[n(4)]
    pub enrolled: ChainHead,
    /// The server to exchange with; empty for none.
    #[n(5)]
    pub server: String,
    /// Opens the log that comes in the same file, where the invitation is one.
    #[cbor(n(6), with = "minicbor::bytes")]
    pub log_key: Option<Vec<u8>>,
}

/// What was made for the safe.
pub struct Recovery {
    /// The key, in groups of four.
    pub key: String,
}

impl Office {
    /// Founds the town on this device: file, key slots, first entries, first administrator, who is signed in after it.
    pub async fn found(&self, founding: Founding) -> Result<Recovery, OfficeError> {
        later(|| self.found_here(founding)).await
    }

    async fn found_here(&self, founding: Founding) -> Result<Recovery, OfficeError> {
        check_password(&founding.password)?;
        let now_ms = self.shell.now_ms();
        let on = BusinessDate::from_unix_ms(now_ms);
        let device_key = KeyPair::generate(self.shell.entropy().as_mut());
        let of_device = Certificate::device(&founding.town_key, founding.town, device_key.public(), on);
        let identity = DeviceIdentity {
            secret: *device_key.secret(),
            epoch: Epoch(0),
            town_certificate: founding.town_certificate.to_bytes(),
            device_certificate: of_device.to_bytes(),
            counter: founding.counter.clone(),
            name: founding.device_name.clone(),
            town_secret: journal::random(self.shell.entropy().as_mut()),
            town_signing_key: Some(founding.town_key.secret().to_vec()),
            start_nonce: journal::random(self.shell.entropy().as_mut()),
            demonstration: founding.demonstration,
        };
        let making = self
            .begin_making(Blueprint {
                town: founding.town,
                state_root: &founding.state_root,
                identity: &identity,
                server: &founding.server,
                passphrase: &founding.passphrase,
            })
            .await?;
        let user = self.write_first_entries(&making.town, &founding, on, now_ms).await?;
        let recovery = self.finish_making(making).await?;
        *self.session.lock().await = Some(Session { user, name: founding.administrator });
        Ok(recovery)
    }

    async fn write_first_entries(
        &self,
        town: &Arc<Town>,
        founding: &Founding,
        on: BusinessDate,
        now_ms: i64,
    ) -> Result<UserId, OfficeError> {
        let user = UserId(journal::random(self.shell.entropy().as_mut()));
        let mut writing = town.store.begin(&town.writer, now_ms).await?;
        let founded = writing
            .append(
                None,
                &Fact::from(TownFounded {
                    town: founding.town,
                    name: town.name.clone(),
                    town_certificate: founding.town_certificate.to_bytes(),
                    device_certificate: town.identity.device_certificate.clone(),
                    counter: founding.counter.clone(),
                    device_name: founding.device_name.clone(),
                    administrator: user,
                    administrator_name: founding.administrator.clone(),
                }),
            )
            .await?;
        let author = Author { user, grant: founded.hash };
        self.certify_person(town, &mut writing, user, &founding.password, on, None).await?;
        // In a small town one person begins with every role; the others are granted away as people are enrolled.
        for role in [Role::Clerk, Role::Accountant, Role::Supervisor] {
            writing.append(Some(author), &Fact::from(RoleGranted { user, role })).await?;
        }
        for definition in masters::definitions().filter(|definition| is_decided_under(definition.name)) {
            let body = DefinitionPublished {
                definition: DefinitionRef {
                    name: definition.name.to_owned(),
                    hash: journal::hash(definition.bytes),
                },
                bytes: definition.bytes.to_vec(),
            };
            writing.append(Some(author), &Fact::from(body)).await?;
        }
        self.commit(writing).await?;
        Ok(user)
    }

    /// Makes this device's file from a package, with the log the invitation carried, if it came as a file. The rest
    /// comes by sync; the person signs in once the enrolment is here.
    pub(crate) async fn join(
        &self,
        package: DevicePackage,
        log: CarriedLog,
        password: &str,
        passphrase: &str,
    ) -> Result<Recovery, OfficeError> {
        check_password(password)?;
        let making = self
            .begin_making(Blueprint {
                town: package.town,
                state_root: &package.state_root,
                identity: &package.identity,
                server: &package.server,
                passphrase,
            })
            .await?;
        let town = Arc::clone(&making.town);
        let waiting = minicbor::to_vec(package.user).map_err(|_| Refusal::Package)?;
        town.store.set_meta("first_person", &waiting).await?;
        let key = KeyPair::generate(self.shell.entropy().as_mut());
        let mut connection = town.store.begin(&town.writer, self.shell.now_ms()).await?;
        self.lock_person(&mut connection, package.user, password, &key).await?;
        // No entry yet: this device's enrolment must be in its past before it may write. The lock alone is kept.
        connection.keep_without_entries().await?;
        let progress = |done, of| {
            self.set_progress(Some(Progress {
                what: Bilingual::new("नगर के अभिलेख लिए जा रहे हैं", "Taking the town's log in"),
                done,
                of,
            }));
        };
        log.into_store(&town.store, town.code, self.shell.now_ms(), progress).await?;
        drop(town);
        self.finish_making(making).await
    }

    /// Certifies the key of the first person once the enrolment of this device has arrived.
    pub async fn finish_joining(&self) -> Result<bool, OfficeError> {
        let town = self.town().await?;
        let Some(bytes) = town.store.meta("first_person").await? else { return Ok(true) };
        let mut reading = town.store.reading().await?;
        let enrolled = people::devices(&mut reading).await?.iter().any(|device| device.device == town.device);
        let Ok(user) = minicbor::decode::<UserId>(&bytes) else { return Ok(true) };
        let lock = people::person_lock(&mut reading, &user).await?;
        drop(reading);
        let (true, Some((_, key))) = (enrolled, lock) else { return Ok(false) };
        let now_ms = self.shell.now_ms();
        let mut writing = town.store.begin(&town.writer, now_ms).await?;
        let certificate =
            Certificate::person(&town.writer.key, town.code, user, key, BusinessDate::from_unix_ms(now_ms));
        let certified = StaffKeyCertified { certificate: certificate.to_bytes() };
        writing.append(None, &Fact::from(certified)).await?;
        self.commit(writing).await?;
        town.store.set_meta("first_person", &[]).await?;
        town.write_mark(self.shell.as_ref()).await?;
        Ok(true)
    }

    /// Makes a person's key on this device, locks it with the password and certifies it, inside the caller's batch.
    pub(crate) async fn certify_person(
        &self,
        town: &Town,
        writing: &mut Writing,
        user: UserId,
        password: &str,
        on: BusinessDate,
        author: Option<Author>,
    ) -> Result<KeyPair, OfficeError> {
        let key = KeyPair::generate(self.shell.entropy().as_mut());
        self.lock_person(writing, user, password, &key).await?;
        let certificate = Certificate::person(&town.writer.key, town.code, user, key.public(), on);
        let certified = StaffKeyCertified { certificate: certificate.to_bytes() };
        writing.append(author, &Fact::from(certified)).await?;
        Ok(key)
    }

    async fn lock_person(
        &self,
        writing: &mut Writing,
        user: UserId,
        password: &str,
        key: &KeyPair,
    ) -> Result<(), OfficeError> {
        let (password, secret) = (zeroize::Zeroizing::new(password.to_owned()), key.secret());
        let (effort, mut entropy) = (self.shell.effort(), self.shell.entropy());
        let locked = tokio::task::spawn_blocking(move || {
            lockbox::lock(&password, &lock_purpose(&user), secret.as_slice(), effort, entropy.as_mut())
        })
        .await
        .map_err(|error| OfficeError::File(error.to_string()))??;
        people::set_person_lock(writing.connection(), &user, &locked, &key.public()).await?;
        Ok(())
    }
}

pub(crate) fn check_password(password: &str) -> Result<(), OfficeError> {
    if password.chars().count() < PASSWORD_CHARACTERS_MIN {
        Err(OfficeError::PasswordTooShort)
    } else {
        Ok(())
    }
}

/// Tables facts are decided under; place names and lists of banks are only words.
fn is_decided_under(name: &str) -> bool {
    name.starts_with("property-tax/")
        || name.starts_with("miscellaneous/")
        || name == "counter/cancel-reasons"
}
