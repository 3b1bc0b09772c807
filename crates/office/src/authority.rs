//! Who acts: the signed-in person, and the grant under which an entry is written.

use crate::{Office, OfficeError, Town};
use domain::fact::{Fact, Kind};
use domain::people::{Approval, Author, Role};
use domain::{Bilingual, UserId};
use journal::{KeyPair, lockbox};
use std::sync::Arc;
use store::query::people::{self, GrantRow};

/// A person at the desk.
#[derive(Clone)]
pub struct Session {
    /// Who.
    pub user: UserId,
    /// Name.
    pub name: Bilingual,
}

/// What a person's locked key is for.
pub(crate) fn lock_purpose(user: &UserId) -> String {
    format!("palika person key 1 {user}")
}

/// The grant under which a person may write a kind, the humblest role first.
pub(crate) fn humblest(grants: &[GrantRow], user: &UserId, kind: Kind) -> Result<Author, OfficeError> {
    let fitting = grants.iter().filter(|grant| grant.user == *user && grant.role.may_write(kind));
    let grant = fitting.min_by_key(|grant| grant.role).ok_or(OfficeError::NotAllowed(kind.name()))?;
    Ok(Author { user: *user, grant: grant.grant })
}

impl Town {
    /// The grant under which a person may write a kind, the humblest role first.
    pub async fn author(&self, user: &UserId, kind: Kind) -> Result<Author, OfficeError> {
        humblest(&people::grants(&mut *self.store.reading().await?).await?, user, kind)
    }

    /// Roles a person holds.
    pub async fn roles(&self, user: &UserId) -> Result<Vec<Role>, OfficeError> {
        let grants = people::grants(&mut *self.store.reading().await?).await?;
        let mut roles: Vec<Role> = grants.iter().filter(|g| g.user == *user).map(|g| g.role).collect();
        roles.sort_unstable();
        roles.dedup();
        Ok(roles)
    }

    /// Opens a person's key with the password. Deriving the key takes a while on purpose, so it runs beside the others.
    pub(crate) async fn unlock_person(&self, user: &UserId, password: &str) -> Result<KeyPair, OfficeError> {
        let lock = people::person_lock(&mut *self.store.reading().await?, user).await?;
        let (bytes, public) = lock.ok_or(OfficeError::NoPasswordHere)?;
        let (password, purpose) = (zeroize::Zeroizing::new(password.to_owned()), lock_purpose(user));
        let opened = tokio::task::spawn_blocking(move || lockbox::open(&password, &purpose, &bytes))
            .await
            .map_err(|_| OfficeError::WrongPassword)?
            .map_err(|_| OfficeError::WrongPassword)?;
        let secret: [u8; 32] = opened.as_slice().try_into().map_err(|_| OfficeError::WrongPassword)?;
        let key = KeyPair::from_secret(secret);
        if key.public() == public { Ok(key) } else { Err(OfficeError::WrongPassword) }
    }

    /// A second person signs a fact whose approval is still blank.
    pub(crate) async fn approve(
        &self,
        second: &contract::SecondPerson,
        first: &Session,
        must_approve: bool,
        blank_of: impl FnOnce(Approval) -> Fact,
    ) -> Result<Approval, OfficeError> {
        if second.user == first.user {
            return Err(OfficeError::SecondPerson);
        }
        let grants = people::grants(&mut *self.store.reading().await?).await?;
        let grant = grants
            .iter()
            .find(|grant| grant.user == second.user && (!must_approve || grant.role.may_approve()))
            .ok_or(OfficeError::SecondPerson)?;
        let key = self.unlock_person(&second.user, &second.password).await?;
        let author = Author { user: second.user, grant: grant.grant };
        let unsigned = Approval { author, signature: domain::identity::Signature([0; 64]) };
        let fact = blank_of(unsigned);
        Ok(store::approve(&key, author, fact.kind(), self.code, &fact))
    }
}

impl Office {
    /// The open town.
    pub(crate) async fn town(&self) -> Result<Arc<Town>, OfficeError> {
        self.open.read().await.clone().ok_or(OfficeError::NoTown)
    }

    /// The open town and who is at the desk.
    pub(crate) async fn at_work(&self) -> Result<(Arc<Town>, Session), OfficeError> {
        let town = self.town().await?;
        let session = self.session.lock().await.clone().ok_or(OfficeError::NotSignedIn)?;
        Ok((town, session))
    }
}
