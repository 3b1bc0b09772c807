//! Who may have written an entry, judged from its writer's own past.

use super::{Dispute, Fold, Step};
use crate::StoreError;
use domain::fact::{Fact, Kind};
use domain::people::{Approval, Author, Role};
use journal::{Certificate, KeyPair};
use sqlx::Row;
use std::collections::HashMap;

/// What one chain's present past allows; forgotten whenever that past grows.
#[derive(Default)]
pub(super) struct Known {
    roles: HashMap<(i64, Author), Option<Role>>,
    enrolled: HashMap<i64, bool>,
    cuts: HashMap<i64, Option<(u32, i64)>>,
}

impl Known {
    pub(super) fn clear(&mut self) {
        self.roles.clear();
        self.enrolled.clear();
        self.cuts.clear();
    }
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
        if self.beyond_cut(step).await? {
            return Ok(Some("beyond-cut"));
        }
        if !self.device_is_enrolled(step).await? {
            return Ok(Some("device-not-enrolled"));
        }
        if matches!(kind, Kind::Seen | Kind::EpochOpened) {
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

    async fn beyond_cut(&mut self, step: &Step<'_>) -> Result<bool, StoreError> {
        let cut = match self.authority.cuts.get(&step.chain.id) {
            Some(cut) => *cut,
            None => {
                let row = sqlx::query("select epoch, seq from device_cut where device = ?")
                    .bind(step.chain.device.0.as_slice())
                    .fetch_optional(&mut *self.connection)
                    .await?;
                let cut = match row {
                    None => None,
                    Some(row) => Some((row.try_get(0)?, row.try_get(1)?)),
                };
                self.authority.cuts.insert(step.chain.id, cut);
                cut
            }
        };
        Ok(cut.is_some_and(|(epoch, seq)| (step.chain.epoch.0, step.seq()) > (epoch, seq)))
    }

    async fn device_is_enrolled(&mut self, step: &Step<'_>) -> Result<bool, StoreError> {
        if let Some(enrolled) = self.authority.enrolled.get(&step.chain.id) {
            return Ok(*enrolled);
        }
        let place = sqlx::query("select chain, seq from device where device = ?")
            .bind(step.chain.device.0.as_slice())
            .fetch_optional(&mut *self.connection)
            .await?;
        let enrolled = match place {
            None => false,
            Some(row) => self.is_past(step, row.try_get(0)?, row.try_get(1)?).await?,
        };
        self.authority.enrolled.insert(step.chain.id, enrolled);
        Ok(enrolled)
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
        let role = self.judge_grant(step, author).await?;
        self.authority.roles.insert(key, role);
        Ok(role)
    }

    async fn judge_grant(&mut self, step: &Step<'_>, author: &Author) -> Result<Option<Role>, StoreError> {
        let grant = sqlx::query("select role, chain, seq from grant_of_role where hash = ? and user = ?")
            .bind(author.grant.0.as_slice())
            .bind(author.user.0.as_slice())
            .fetch_optional(&mut *self.connection)
            .await?;
        let Some(grant) = grant else { return Ok(None) };
        if !self.is_past(step, grant.try_get(1)?, grant.try_get(2)?).await? {
            return Ok(None);
        }
        let withdrawals = sqlx::query("select chain, seq from withdrawal where grant_hash = ?")
            .bind(author.grant.0.as_slice())
            .fetch_all(&mut *self.connection)
            .await?;
        for row in &withdrawals {
            if self.is_past(step, row.try_get(0)?, row.try_get(1)?).await? {
                return Ok(None);
            }
        }
        let role: i64 = grant.try_get(0)?;
        Ok(Role::ALL.into_iter().find(|r| *r as i64 == role))
    }

    /// Whether another entry lies in this one's past: earlier in its own chain, or in what its chain has seen.
    pub(super) async fn is_past(
        &mut self,
        step: &Step<'_>,
        chain: i64,
        seq: i64,
    ) -> Result<bool, StoreError> {
        if chain == step.chain.id {
            return Ok(seq < step.seq());
        }
        let seen: Option<i64> = sqlx::query_scalar(
            "select seen.seq from seen join chain on chain.device = seen.device and chain.epoch = seen.epoch \
             where seen.chain = ? and chain.id = ?",
        )
        .bind(step.chain.id)
        .bind(chain)
        .fetch_optional(&mut *self.connection)
        .await?;
        Ok(seen.is_some_and(|seen| seen >= seq))
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
            if signed.is_ok() && self.is_past(step, row.try_get(1)?, row.try_get(2)?).await? {
                return Ok(None);
            }
        }
        Ok(Some("approval-signature"))
    }
}
