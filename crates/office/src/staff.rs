//! The staff: who there is, who may do what. Every change is a fact under the grant of whoever made it.

use crate::counter::clean;
use crate::founding::check_password;
use crate::{Office, OfficeError, Refusal};
use contract::{AddStaff, ChangeRole, Reply, StaffChoice, StaffMember};
use domain::fact::{Fact, Kind};
use domain::limits::{NAME_CHARACTERS_MAX, TEXT_CHARACTERS_MAX};
use domain::people::{Role, RoleGranted, RoleWithdrawn, StaffEnrolled};
use domain::{Bilingual, BusinessDate, UserId};
use store::query::people::{self, GrantRow};

impl Office {
    pub(crate) async fn staff(&self) -> Result<Reply, OfficeError> {
        let (town, _) = self.at_work().await?;
        let mut reading = town.store.reading().await?;
        let staff = people::staff(&mut reading).await?;
        let grants = people::grants(&mut reading).await?;
        drop(reading);
        let members = staff.into_iter().map(|row| {
            let mut roles: Vec<Role> =
                grants.iter().filter(|grant| grant.user == row.user).map(|grant| grant.role).collect();
            roles.dedup();
            let choice = StaffChoice { user: row.user, name: row.name, has_password: row.has_password };
            StaffMember { choice, roles }
        });
        Ok(Reply::Staff(members.collect()))
    }

    /// A new person: enrolled, given a first role, and known at this device by a first password, in one batch.
    pub(crate) async fn add_staff(&self, ask: AddStaff) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        check_password(&ask.password)?;
        let name = checked_name(&ask.name)?;
        let author = town.author(&session.user, Kind::RoleGranted).await?;
        let now_ms = self.shell.now_ms();
        let mut writing = town.store.begin(&town.writer, now_ms).await?;
        if people::staff(writing.connection()).await?.iter().any(|person| person.name == name) {
            return Err(Refusal::NameTaken.into());
        }
        let user = UserId(journal::random(self.shell.entropy().as_mut()));
        writing.append(Some(author), &Fact::from(StaffEnrolled { user, name })).await?;
        writing.append(Some(author), &Fact::from(RoleGranted { user, role: ask.role })).await?;
        let on = BusinessDate::from_unix_ms(now_ms);
        self.certify_person(&town, &mut writing, user, &ask.password, on, Some(author)).await?;
        self.commit(writing).await?;
        self.staff().await
    }

    pub(crate) async fn grant_role(&self, ask: ChangeRole) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        let author = town.author(&session.user, Kind::RoleGranted).await?;
        let mut writing = town.store.begin(&town.writer, self.shell.now_ms()).await?;
        if !people::staff(writing.connection()).await?.iter().any(|person| person.user == ask.user) {
            return Err(Refusal::NoSuchPerson.into());
        }
        let grants = people::grants(writing.connection()).await?;
        if grants.iter().any(|grant| is_of(grant, &ask)) {
            return Err(Refusal::RoleHeld.into());
        }
        let granted = RoleGranted { user: ask.user, role: ask.role };
        writing.append(Some(author), &Fact::from(granted)).await?;
        self.commit(writing).await?;
        self.staff().await
    }

    /// Ends every grant of the role to the person: two devices may have granted it at the same time.
    pub(crate) async fn withdraw_role(&self, ask: ChangeRole) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        let reason = checked_reason(&ask.reason)?;
        let author = town.author(&session.user, Kind::RoleWithdrawn).await?;
        let mut writing = town.store.begin(&town.writer, self.shell.now_ms()).await?;
        let grants = people::grants(writing.connection()).await?;
        let ending: Vec<&GrantRow> = grants.iter().filter(|grant| is_of(grant, &ask)).collect();
        if ending.is_empty() {
            return Err(Refusal::RoleNotHeld.into());
        }
        let other_administrator =
            grants.iter().any(|grant| grant.role == Role::Administrator && grant.user != ask.user);
        if ask.role == Role::Administrator && !other_administrator {
            return Err(Refusal::LastAdministrator.into());
        }
        // An own grant ends last: the entries before it are still written under it.
        let (own, others): (Vec<&GrantRow>, Vec<&GrantRow>) =
            ending.into_iter().partition(|grant| grant.grant == author.grant);
        for grant in others.into_iter().chain(own) {
            let withdrawn = RoleWithdrawn { grant: grant.grant, reason: reason.clone() };
            writing.append(Some(author), &Fact::from(withdrawn)).await?;
        }
        self.commit(writing).await?;
        self.staff().await
    }
}

fn is_of(grant: &GrantRow, ask: &ChangeRole) -> bool {
    grant.user == ask.user && grant.role == ask.role
}

/// Both scripts: receipts print both.
fn checked_name(name: &Bilingual) -> Result<Bilingual, OfficeError> {
    let name = Bilingual::new(clean(&name.hindi), clean(&name.english));
    if name.hindi.is_empty() || name.english.is_empty() {
        return Err(OfficeError::Missing("name"));
    }
    if [&name.hindi, &name.english].iter().any(|text| text.chars().count() > NAME_CHARACTERS_MAX) {
        return Err(OfficeError::TooLong { field: "name", characters_max: NAME_CHARACTERS_MAX });
    }
    Ok(name)
}

/// A reason in a person's words, which stays in the log.
pub(crate) fn checked_reason(reason: &str) -> Result<String, OfficeError> {
    let reason = clean(reason);
    if reason.is_empty() {
        return Err(OfficeError::Missing("reason"));
    }
    if reason.chars().count() > TEXT_CHARACTERS_MAX {
        return Err(OfficeError::TooLong { field: "reason", characters_max: TEXT_CHARACTERS_MAX });
    }
    Ok(reason)
}
