//! Sign-in without a line, lock, first passwords.

use crate::authority::Session;
use crate::founding::check_password;
use crate::situation::LAST_PERSON;
use crate::{Office, OfficeError, Refusal};
use contract::{Reply, SetPassword, SignIn};
use domain::BusinessDate;
use domain::fact::Kind;
use store::query::people;

impl Office {
    pub(crate) async fn sign_in(&self, ask: SignIn) -> Result<Reply, OfficeError> {
        let town = self.town().await?;
        let password = zeroize::Zeroizing::new(ask.password);
        if !self.finish_joining().await? {
            return Err(Refusal::EnrolmentNotHere.into());
        }
        town.unlock_person(&ask.user, &password).await?;
        // Asked after the password: whoever does not know it learns nothing about the person.
        if town.roles(&ask.user).await?.is_empty() {
            return Err(Refusal::NoRole.into());
        }
        let staff = people::staff(&mut *town.store.reading().await?).await?;
        let person = staff.into_iter().find(|row| row.user == ask.user).ok_or(OfficeError::NoPasswordHere)?;
        let name = ask.user.to_hex();
        // At most counters the same person signs in each day: nothing to wait for the disk for.
        if town.store.desk(LAST_PERSON).await?.as_ref() != Some(&name) {
            town.store.set_desk(LAST_PERSON, &name).await?;
        }
        *self.session.lock().await = Some(Session { user: ask.user, name: person.name });
        town.store.attend(true);
        *self.recovery_key.lock().await = None;
        self.situation().await
    }

    /// Locks the screen. The draft is in the file already; the person's key leaves memory.
    pub(crate) async fn lock(&self) -> Result<Reply, OfficeError> {
        *self.session.lock().await = None;
        if let Ok(town) = self.town().await {
            town.store.attend(false);
        }
        self.situation().await
    }

    /// First password of a person at this device, vouched for by who is signed in.
    pub(crate) async fn set_password(&self, ask: SetPassword) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        check_password(&ask.password)?;
        let now_ms = self.shell.now_ms();
        let author = town.author(&session.user, Kind::StaffKeyCertified).await?;
        let mut writing = town.store.begin(&town.writer, now_ms).await?;
        let on = BusinessDate::from_unix_ms(now_ms);
        self.certify_person(&town, &mut writing, ask.user, &ask.password, on, Some(author)).await?;
        self.commit(writing).await?;
        self.situation().await
    }
}
