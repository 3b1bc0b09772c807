//! Who may have written an entry, judged from its writer's own past.

use super::{Dispute, Fold, Step};
use crate::rows::Statement;
use crate::{StoreError, rows};
use domain::fact::{Fact, Kind};
use domain::people::{Approval, Author, Role};
use journal::{Certificate, KeyPair};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::HashMap;

/// What one chain's present past allows; forgotten whenever that past grows.
#[derive(Default)]
pub(super) struct Known {
    roles: HashMap<(i64, Author), Option<Role>>,
    writers: HashMap<i64, Writer>,
}

impl Known {
    pub(super) fn clear(&mut self) {
        self.roles.clear();
        self.writers.clear();
    }
}

/// The device behind a chain, as far as its entries are judged by it.
struct Writer {
    /// The last entry that is still trusted, where trust has ended: epoch and number.
    cut: Option<(u32, i64)>,
    /// The entry that enrolled it: chain and number.
    enrolled: Option<(i64, i64)>,
    /// How far it has seen each other chain.
    seen: HashMap<i64, i64>,
}

impl Writer {
    fn of_rows(cut: &[SqliteRow], enrolled: &[SqliteRow], seen: &[SqliteRow]) -> Result<Writer, StoreError> {
        Ok(Writer {
            cut: cut
                .first()
                .map(|row| Ok::<_, StoreError>((row.try_get(0)?, row.try_get(1)?)))
                .transpose()?,
            enrolled: enrolled.first().map(place_of_row).transpose()?,
            seen: seen.iter().map(place_of_row).collect::<Result<_, _>>()?,
        })
    }

    /// Whether another entry lies in this one's past: earlier in its own chain, or in what its chain has seen.
    fn has_seen(&self, step: &Step<'_>, (chain, seq): (i64, i64)) -> bool {
        match chain == step.chain.id {
            true => seq < step.seq(),
            false => self.seen.get(&chain).is_some_and(|seen| *seen >= seq),
        }
    }
}

fn place_of_row(row: &SqliteRow) -> Result<(i64, i64), StoreError> {
    Ok((row.try_get(0)?, row.try_get(1)?))
}

/// All that is asked before an entry is judged, with one trip.
pub(super) const AUTHORITY: &str = "select epoch, seq from device_cut where device = ?; \
    select chain, seq from device where device = ?; \
    select chain.id, seen.seq from seen join chain on chain.device = seen.device and chain.epoch = seen.epoch \
        where seen.chain = ?; \
    select chain, seq, role from grant_of_role where hash = ? and user = ?; \
    select chain, seq from withdrawal where grant_hash = ?";

/// Binds the parameters of [`AUTHORITY`].
pub(super) fn asking_authority<'q>(
    query: Statement<'q>,
    step: &Step<'_>,
    author: Option<Author>,
) -> Statement<'q> {
    let grant = author.map(|author| author.grant.0.to_vec());
    query
        .bind(step.chain.device.0.to_vec())
        .bind(step.chain.device.0.to_vec())
        .bind(step.chain.id)
        .bind(grant.clone())
        .bind(author.map(|author| author.user.0.to_vec()))
        .bind(grant)
}

/// What an approving person signs: the kind and the fact's bytes with a blank approval.
pub const APPROVAL_LABEL: &str = "palika approval 1";

/// The statement of an approval.
pub fn approval_statement(kind: Kind, town: domain::TownCode, blank_fact: &Fact) -> Vec<u8> {
    let mut statement = Vec::new();
    statement.extend_from_slice(&town.0.to_be_bytes());
    statement.extend_from_slice(&kind.number().to_be_bytes());
    statement.extend_from_slice(&blank_fact.encode());
    statement
}

/// Signs an approval with a person's key.
pub fn approve(
    person: &KeyPair,
    author: Author,
    kind: Kind,
    town: domain::TownCode,
    blank_fact: &Fact,
) -> Approval {
    Approval { author, signature: person.sign(APPROVAL_LABEL, &approval_statement(kind, town, blank_fact)) }
}

impl Fold<'_> {
    /// Why the entry has no authority, where it has none.
    pub(super) async fn objection(
        &mut self,
        step: &Step<'_>,
        fact: &Fact,
    ) -> Result<Option<Dispute>, StoreError> {
        let kind = fact.kind();
        if kind == Kind::TownFounded {
            return Ok(None);
        }
        let writer = self.writer(step, step.entry.author).await?;
        if writer.cut.is_some_and(|cut| (step.chain.epoch.0, step.seq()) > cut) {
            return Ok(Some("beyond-cut"));
        }
        if !writer.enrolled.is_some_and(|place| writer.has_seen(step, place)) {
            return Ok(Some("device-not-enrolled"));
        }
        if kind == Kind::EpochOpened {
            return Ok(None);
        }
        // The first key a device certifies on itself has nobody yet to act for it.
        let Some(author) = step.entry.author else {
            return Ok((kind != Kind::StaffKeyCertified).then_some("no-author"));
        };
        match self.role(step, &author).await? {
            None => Ok(Some("no-grant")),
            Some(role) if role.may_write(kind) => Ok(None),
            Some(_) => Ok(Some("role")),
        }
    }

    /// The device behind the entry's chain. The author's role is asked for with the same trip.
    async fn writer(&mut self, step: &Step<'_>, author: Option<Author>) -> Result<&Writer, StoreError> {
        let chain = step.chain.id;
        let judged = author.is_none_or(|author| self.authority.roles.contains_key(&(chain, author)));
        if !judged || !self.authority.writers.contains_key(&chain) {
            self.learn_authority(step, author).await?;
        }
        self.authority.writers.get(&chain).ok_or(StoreError::NotFound("chain"))
    }

    /// The role a grant gives the author, where the grant is in the writer's past and not withdrawn there.
    pub(super) async fn role(
        &mut self,
        step: &Step<'_>,
        author: &Author,
    ) -> Result<Option<Role>, StoreError> {
        let key = (step.chain.id, *author);
        if let Some(role) = self.authority.roles.get(&key) {
            return Ok(*role);
        }
        self.learn_authority(step, Some(*author)).await?;
        Ok(self.authority.roles.get(&key).copied().flatten())
    }

    async fn learn_authority(&mut self, step: &Step<'_>, author: Option<Author>) -> Result<(), StoreError> {
        let query = asking_authority(sqlx::query(AUTHORITY), step, author);
        let answers = rows::answers(self.connection, query).await?;
        self.keep_authority(step, author, &answers)
    }

    /// Keeps the rows of [`AUTHORITY`] for the entries that follow.
    pub(super) fn keep_authority(
        &mut self,
        step: &Step<'_>,
        author: Option<Author>,
        [cut, enrolled, seen, granted, withdrawn]: &[Vec<SqliteRow>; 5],
    ) -> Result<(), StoreError> {
        let writer = Writer::of_rows(cut, enrolled, seen)?;
        if let Some(author) = author {
            let mut role = match granted.first() {
                Some(row) if writer.has_seen(step, place_of_row(row)?) => {
                    let number: i64 = row.try_get(2)?;
                    Role::ALL.into_iter().find(|role| *role as i64 == number)
                }
                _ => None,
            };
            for row in withdrawn {
                if writer.has_seen(step, place_of_row(row)?) {
                    role = None;
                }
            }
            self.authority.roles.insert((step.chain.id, author), role);
        }
        self.authority.writers.insert(step.chain.id, writer);
        Ok(())
    }

    /// Why an approval does not hold: the second person must be another, may approve, and has signed with a key
    /// certified on this device.
    pub(super) async fn approval_objection(
        &mut self,
        step: &Step<'_>,
        approval: &Approval,
        blank_fact: &Fact,
        must_approve: bool,
    ) -> Result<Option<Dispute>, StoreError> {
        if step.entry.author.is_some_and(|author| author.user == approval.author.user) {
            return Ok(Some("same-person"));
        }
        match self.role(step, &approval.author).await? {
            Some(role) if !must_approve || role.may_approve() => {}
            _ => return Ok(Some("approval-role")),
        }
        let keys = sqlx::query("select certificate, chain, seq from staff_key where device = ? and user = ?")
            .bind(step.chain.device.0.as_slice())
            .bind(approval.author.user.0.as_slice())
            .fetch_all(&mut *self.connection)
            .await?;
        let statement = approval_statement(blank_fact.kind(), self.town, blank_fact);
        for row in &keys {
            let certificate = Certificate::from_bytes(row.try_get(0)?)?;
            let signed = journal::key::verify(
                &certificate.key,
                APPROVAL_LABEL,
                &statement,
                &approval.signature,
                "approval",
            );
            let place = (row.try_get(1)?, row.try_get(2)?);
            if signed.is_ok() && self.writer(step, None).await?.has_seen(step, place) {
                return Ok(None);
            }
        }
        Ok(Some("approval-signature"))
    }
}
