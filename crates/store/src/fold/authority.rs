//! Who may have written an entry, judged from its writer's own past.

use super::trust::{ByReading, Cut, Force, Reading};
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
    roles: HashMap<(i64, Author), ByReading<Option<Role>>>,
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
    /// Where trust in it ends, if it does.
    cut: Option<Cut>,
    /// The entries that enrolled it.
    enrolled: Vec<Forceful>,
    /// How far it has seen each other chain.
    seen: HashMap<i64, i64>,
}

impl Writer {
    fn of_rows(cut: &[SqliteRow], enrolled: &[SqliteRow], seen: &[SqliteRow]) -> Result<Writer, StoreError> {
        Ok(Writer {
            cut: Cut::of_rows(cut)?,
            enrolled: enrolled.iter().map(Forceful::of_row).collect::<Result<_, _>>()?,
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

    /// Whether one of these entries lies in this one's past and has force.
    fn finds(&self, step: &Step<'_>, among: &[Forceful], reading: Reading) -> bool {
        among.iter().any(|one| one.force.is_in(reading) && self.has_seen(step, one.place))
    }

    /// Why the device may not write this entry at all.
    fn objection(&self, step: &Step<'_>, reading: Reading) -> Option<Dispute> {
        if self.cut.is_some_and(|cut| cut.is_before((step.chain.epoch.0, step.seq()), reading)) {
            return Some("beyond-cut");
        }
        (!self.finds(step, &self.enrolled, reading)).then_some("device-not-enrolled")
    }
}

/// An entry that gives or takes authority: its chain and number, and where it has force.
struct Forceful {
    place: (i64, i64),
    force: Force,
}

impl Forceful {
    fn of_row(row: &SqliteRow) -> Result<Forceful, StoreError> {
        Ok(Forceful { place: place_of_row(row)?, force: Force(row.try_get(2)?) })
    }
}

fn place_of_row(row: &SqliteRow) -> Result<(i64, i64), StoreError> {
    Ok((row.try_get(0)?, row.try_get(1)?))
}

/// All that is asked before an entry is judged, with one trip.
pub(super) const AUTHORITY: &str = "select unlifted_epoch, unlifted_seq, epoch, seq from device_cut where device = ?; \
    select chain, seq, force from enrolment where device = ?; \
    select chain.id, seen.seq from seen join chain on chain.device = seen.device and chain.epoch = seen.epoch \
        where seen.chain = ?; \
    select chain, seq, force, role from grant_of_role where hash = ? and user = ?; \
    select chain, seq, force from withdrawal where grant_hash = ?";

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

fn role_objection(role: Option<Role>, kind: Kind) -> Option<Dispute> {
    match role {
        None => Some("no-grant"),
        Some(role) if role.may_write(kind) => None,
        Some(_) => Some("role"),
    }
}

impl Fold<'_> {
    /// Why the entry has no authority, where it has none.
    pub(super) async fn objections(
        &mut self,
        step: &Step<'_>,
        fact: &Fact,
    ) -> Result<ByReading<Option<Dispute>>, StoreError> {
        let kind = fact.kind();
        if kind == Kind::TownFounded {
            return Ok(ByReading::default());
        }
        let of_author = match step.entry.author {
            _ if kind == Kind::EpochOpened => ByReading::default(),
            Some(author) => {
                let roles = self.roles(step, &author).await?;
                ByReading::make(|reading| role_objection(roles.at(reading), kind))
            }
            // The first key a device certifies on itself has nobody yet to act for it.
            None => ByReading::make(|_| (kind != Kind::StaffKeyCertified).then_some("no-author")),
        };
        let writer = self.writer(step, step.entry.author).await?;
        Ok(ByReading::make(|reading| writer.objection(step, reading).or(of_author.at(reading))))
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
    async fn roles(
        &mut self,
        step: &Step<'_>,
        author: &Author,
    ) -> Result<ByReading<Option<Role>>, StoreError> {
        let key = (step.chain.id, *author);
        if let Some(roles) = self.authority.roles.get(&key) {
            return Ok(*roles);
        }
        self.learn_authority(step, Some(*author)).await?;
        Ok(self.authority.roles.get(&key).copied().unwrap_or_default())
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
            let number: Option<i64> = granted.first().map(|row| row.try_get(3)).transpose()?;
            let role = Role::ALL.into_iter().find(|role| Some(*role as i64) == number);
            let granted = granted.iter().map(Forceful::of_row).collect::<Result<Vec<_>, _>>()?;
            let withdrawn = withdrawn.iter().map(Forceful::of_row).collect::<Result<Vec<_>, _>>()?;
            let stands =
                |reading| writer.finds(step, &granted, reading) && !writer.finds(step, &withdrawn, reading);
            let roles = ByReading::make(|reading| role.filter(|_| stands(reading)));
            self.authority.roles.insert((step.chain.id, author), roles);
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
        match self.roles(step, &approval.author).await?.at(Reading::Settled) {
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
