//! Town, devices, staff, grants, definitions, cases.

use super::trust::{ByReading, Force, Reading};
use super::{Dispute, Fold, Step};
use crate::{StoreError, rows};
use domain::fact::{CaseSettled, ContactSealed, DefinitionPublished};
use domain::identity::PublicKey;
use domain::people::{
    DeviceEnrolled, Role, RoleGranted, RoleWithdrawn, StaffEnrolled, StaffKeyCertified, TownFounded,
};
use domain::{Bilingual, DeviceId, UserId};
use journal::{Certificate, CertificateKind};
use sqlx::Row;

impl Fold<'_> {
    pub(super) async fn town_founded(
        &mut self,
        step: &Step<'_>,
        body: &TownFounded,
    ) -> Result<Option<Dispute>, StoreError> {
        let root: Option<Vec<u8>> = sqlx::query_scalar("select value from meta where name = 'state_root'")
            .fetch_optional(&mut *self.connection)
            .await?;
        let Some(root) = root.as_deref().and_then(PublicKey::from_slice) else {
            return Ok(Some("no-state-root"));
        };
        let (Ok(of_town), Ok(of_device)) = (
            Certificate::from_bytes(&body.town_certificate),
            Certificate::from_bytes(&body.device_certificate),
        ) else {
            return Ok(Some("certificate"));
        };
        let holds = of_town.kind == CertificateKind::Town
            && of_town.town == self.town
            && body.town == self.town
            && of_town.verify(&root).is_ok()
            && self.is_device_certificate(&of_device, &of_town.key, &step.chain.device);
        if !holds || step.chain.epoch.0 != 0 || step.seq() != 1 {
            return Ok(Some("certificate"));
        }
        let founded =
            sqlx::query_as("select chain, seq from town").fetch_optional(&mut *self.connection).await?;
        if !self.stands_first(step, founded).await? {
            return Ok(Some("founded-twice"));
        }
        if founded.is_some() {
            // Everything so far was judged by the other founding. Folded anew, this chain comes before that one.
            self.must_refold = true;
            return Ok(None);
        }
        sqlx::query("insert into town (code, name_hindi, name_english, certificate, chain, seq) values (?, ?, ?, ?, ?, ?)")
            .bind(body.town.0)
            .bind(&body.name.hindi)
            .bind(&body.name.english)
            .bind(body.town_certificate.as_slice())
            .bind(step.chain.id)
            .bind(step.seq())
            .execute(&mut *self.connection)
            .await?;
        self.insert_enrolment(step, &step.chain.device, Force::ALWAYS).await?;
        self.insert_device(
            step,
            &step.chain.device,
            &body.device_name,
            &body.counter.0,
            &body.device_certificate,
        )
        .await?;
        self.insert_staff(step, &body.administrator, &body.administrator_name).await?;
        self.insert_grant(step, &body.administrator, Role::Administrator, Force::ALWAYS).await?;
        Ok(None)
    }

    fn is_device_certificate(&self, certificate: &Certificate, town: &PublicKey, device: &DeviceId) -> bool {
        certificate.kind == CertificateKind::Device
            && certificate.town == self.town
            && certificate.subject == device.0
            && certificate.verify(town).is_ok()
    }

    async fn insert_device(
        &mut self,
        step: &Step<'_>,
        device: &DeviceId,
        name: &str,
        counter: &str,
        certificate: &[u8],
    ) -> Result<(), StoreError> {
        let held = sqlx::query_as("select chain, seq from device where device = ?")
            .bind(device.0.as_slice())
            .fetch_optional(&mut *self.connection)
            .await?;
        if !self.stands_first(step, held).await? {
            return Ok(());
        }
        sqlx::query(
            "insert or replace into device (device, chain, seq, name, counter, certificate) values (?, ?, ?, ?, ?, ?)",
        )
        .bind(device.0.as_slice())
        .bind(step.chain.id)
        .bind(step.seq())
        .bind(name)
        .bind(counter)
        .bind(certificate)
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    async fn insert_enrolment(
        &mut self,
        step: &Step<'_>,
        device: &DeviceId,
        force: Force,
    ) -> Result<(), StoreError> {
        self.authority.clear();
        sqlx::query("insert into enrolment (device, chain, seq, force) values (?, ?, ?, ?)")
            .bind(device.0.as_slice())
            .bind(step.chain.id)
            .bind(step.seq())
            .bind(force.0)
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    async fn insert_staff(
        &mut self,
        step: &Step<'_>,
        user: &UserId,
        name: &Bilingual,
    ) -> Result<(), StoreError> {
        let held = sqlx::query_as("select chain, seq from staff where user = ?")
            .bind(user.0.as_slice())
            .fetch_optional(&mut *self.connection)
            .await?;
        if !self.stands_first(step, held).await? {
            return Ok(());
        }
        sqlx::query(
            "insert or replace into staff (user, name_hindi, name_english, chain, seq) values (?, ?, ?, ?, ?)",
        )
        .bind(user.0.as_slice())
        .bind(&name.hindi)
        .bind(&name.english)
        .bind(step.chain.id)
        .bind(step.seq())
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    async fn insert_grant(
        &mut self,
        step: &Step<'_>,
        user: &UserId,
        role: Role,
        force: Force,
    ) -> Result<(), StoreError> {
        self.authority.clear();
        sqlx::query(
            "insert into grant_of_role (hash, user, role, chain, seq, force) values (?, ?, ?, ?, ?, ?)",
        )
        .bind(step.hash.0.as_slice())
        .bind(user.0.as_slice())
        .bind(role as i64)
        .bind(step.chain.id)
        .bind(step.seq())
        .bind(force.0)
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    pub(super) async fn device_enrolled(
        &mut self,
        step: &Step<'_>,
        body: &DeviceEnrolled,
        objections: &ByReading<Option<Dispute>>,
    ) -> Result<Option<Dispute>, StoreError> {
        let town: Option<Vec<u8>> =
            sqlx::query_scalar("select certificate from town").fetch_optional(&mut *self.connection).await?;
        let of_town = town.as_deref().and_then(|bytes| Certificate::from_bytes(bytes).ok());
        let of_device = Certificate::from_bytes(&body.certificate).ok();
        let certified = of_town.zip(of_device).is_some_and(|(of_town, of_device)| {
            self.is_device_certificate(&of_device, &of_town.key, &body.device)
        });
        let objection = objections.at(Reading::Settled);
        if !certified {
            return Ok(objection.or(Some("certificate")));
        }
        self.insert_enrolment(step, &body.device, Force::of(objections)).await?;
        if objection.is_none() {
            self.insert_device(step, &body.device, &body.name, &body.counter.0, &body.certificate).await?;
        }
        Ok(objection)
    }

    pub(super) async fn staff_enrolled(
        &mut self,
        step: &Step<'_>,
        body: &StaffEnrolled,
    ) -> Result<Option<Dispute>, StoreError> {
        self.insert_staff(step, &body.user, &body.name).await?;
        Ok(None)
    }

    pub(super) async fn role_granted(
        &mut self,
        step: &Step<'_>,
        body: &RoleGranted,
        objections: &ByReading<Option<Dispute>>,
    ) -> Result<Option<Dispute>, StoreError> {
        self.insert_grant(step, &body.user, body.role, Force::of(objections)).await?;
        Ok(objections.at(Reading::Settled))
    }

    pub(super) async fn role_withdrawn(
        &mut self,
        step: &Step<'_>,
        body: &RoleWithdrawn,
        objections: &ByReading<Option<Dispute>>,
    ) -> Result<Option<Dispute>, StoreError> {
        self.authority.clear();
        sqlx::query("insert into withdrawal (grant_hash, chain, seq, force) values (?, ?, ?, ?)")
            .bind(body.grant.0.as_slice())
            .bind(step.chain.id)
            .bind(step.seq())
            .bind(Force::of(objections).0)
            .execute(&mut *self.connection)
            .await?;
        Ok(objections.at(Reading::Settled))
    }

    pub(super) async fn staff_key_certified(
        &mut self,
        step: &Step<'_>,
        body: &StaffKeyCertified,
    ) -> Result<Option<Dispute>, StoreError> {
        let Ok(certificate) = Certificate::from_bytes(&body.certificate) else {
            return Ok(Some("certificate"));
        };
        let holds = certificate.kind == CertificateKind::Person
            && certificate.town == self.town
            && certificate.verify(&step.chain.key).is_ok();
        if !holds {
            return Ok(Some("certificate"));
        }
        sqlx::query("insert into staff_key (device, user, certificate, chain, seq) values (?, ?, ?, ?, ?)")
            .bind(step.chain.device.0.as_slice())
            .bind(certificate.subject.as_slice())
            .bind(body.certificate.as_slice())
            .bind(step.chain.id)
            .bind(step.seq())
            .execute(&mut *self.connection)
            .await?;
        Ok(None)
    }

    pub(super) async fn definition_published(
        &mut self,
        step: &Step<'_>,
        body: &DefinitionPublished,
    ) -> Result<Option<Dispute>, StoreError> {
        if journal::hash(&body.bytes) != body.definition.hash {
            return Ok(Some("definition-hash"));
        }
        let held = sqlx::query_as("select chain, seq from definition where hash = ?")
            .bind(body.definition.hash.0.as_slice())
            .fetch_optional(&mut *self.connection)
            .await?;
        if !self.stands_first(step, held).await? {
            return Ok(None);
        }
        sqlx::query(
            "insert or replace into definition (hash, name, bytes, chain, seq) values (?, ?, ?, ?, ?)",
        )
        .bind(body.definition.hash.0.as_slice())
        .bind(&body.definition.name)
        .bind(body.bytes.as_slice())
        .bind(step.chain.id)
        .bind(step.seq())
        .execute(&mut *self.connection)
        .await?;
        Ok(None)
    }

    pub(super) async fn case_settled(
        &mut self,
        step: &Step<'_>,
        body: &CaseSettled,
    ) -> Result<Option<Dispute>, StoreError> {
        sqlx::query("insert into case_settled (name, chain, seq, decision, remark) values (?, ?, ?, ?, ?)")
            .bind(&body.case)
            .bind(step.chain.id)
            .bind(step.seq())
            .bind(&body.decision)
            .bind(&body.remark)
            .execute(&mut *self.connection)
            .await?;
        Ok(None)
    }

    /// The latest by the writer's clock is shown, ties by hash: display only, and the same on every replica.
    pub(super) async fn contact_sealed(
        &mut self,
        step: &Step<'_>,
        body: &ContactSealed,
    ) -> Result<Option<Dispute>, StoreError> {
        let sealed = minicbor::to_vec(&body.mobile).map_err(|e| StoreError::Database(e.to_string()))?;
        let (document, hash) = (body.document.0.as_slice(), step.hash.0.as_slice());
        sqlx::query("delete from contact where document = ? and (at_ms, hash) < (?, ?)")
            .bind(document)
            .bind(step.entry.at_ms)
            .bind(hash)
            .execute(&mut *self.connection)
            .await?;
        sqlx::query(
            "insert into contact (document, sealed, at_ms, hash) values (?, ?, ?, ?) on conflict do nothing",
        )
        .bind(document)
        .bind(sealed)
        .bind(step.entry.at_ms)
        .bind(hash)
        .execute(&mut *self.connection)
        .await?;
        Ok(None)
    }

    pub(super) async fn note_receipt_event(
        &mut self,
        step: &Step<'_>,
        receipt_chain: i64,
        receipt_seq: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "insert into receipt_event (receipt_chain, receipt_seq, chain, seq, kind) values (?, ?, ?, ?, ?)",
        )
        .bind(receipt_chain)
        .bind(receipt_seq)
        .bind(step.chain.id)
        .bind(step.seq())
        .bind(i64::from(step.entry.kind))
        .execute(&mut *self.connection)
        .await?;
        Ok(())
    }

    /// Of several entries that give the same thing, one holds: the first by device, epoch and number. Which of them
    /// arrived first must not matter. `held` is chain and number of the one that holds so far.
    pub(super) async fn stands_first(
        &mut self,
        step: &Step<'_>,
        held: Option<(i64, i64)>,
    ) -> Result<bool, StoreError> {
        let Some((chain, seq)) = held else { return Ok(true) };
        let of_chain = sqlx::query("select device, epoch from chain where id = ?")
            .bind(chain)
            .fetch_one(&mut *self.connection)
            .await?;
        let (device, epoch) = (rows::device(of_chain.try_get(0)?)?, of_chain.try_get::<u32, _>(1)?);
        Ok((step.chain.device, step.chain.epoch.0, step.seq()) < (device, epoch, seq))
    }

    /// The place of a named entry, where its hash is the one named.
    pub(super) async fn place_of(
        &mut self,
        named: &domain::ChainHead,
    ) -> Result<Option<(i64, i64)>, StoreError> {
        let row = sqlx::query(
            "select entry.chain, entry.hash from entry join chain on chain.id = entry.chain \
             where chain.device = ? and chain.epoch = ? and entry.seq = ?",
        )
        .bind(named.device.0.as_slice())
        .bind(named.epoch.0)
        .bind(named.seq as i64)
        .fetch_optional(&mut *self.connection)
        .await?;
        match row {
            Some(row) if rows::hash(row.try_get(1)?)? == named.hash => {
                Ok(Some((row.try_get(0)?, named.seq as i64)))
            }
            _ => Ok(None),
        }
    }
}
