//! The register in the state's database.

use super::{Database, Open, held::damaged};
use crate::ServerError;
use crate::register::{INVITATIONS_MAX, Lying, TownRow, code_hash};
use crate::shell::SystemEntropy;
use domain::identity::PublicKey;
use domain::{DeviceId, TownCode};
use journal::Certificate;
use sqlx::Row;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use sync::code::{Deposit, ENROLMENT_CHARACTERS, SpokenCode};

/// The register.
#[derive(Clone)]
pub(crate) struct PostgresRegister {
    database: Database,
    /// Asked with every exchange. A town is enrolled once, so what is known stays true.
    keys: Arc<Mutex<HashMap<TownCode, PublicKey>>>,
}

impl PostgresRegister {
    pub(crate) fn new(database: Database) -> PostgresRegister {
        PostgresRegister { database, keys: Arc::default() }
    }

    pub(crate) async fn close(&self) {
        self.database.close().await;
    }

    pub(crate) async fn is_ready(&self) -> bool {
        self.database.is_ready().await
    }

    pub(crate) async fn make_code(
        &self,
        town: TownCode,
        valid_ms: i64,
        now_ms: i64,
    ) -> Result<SpokenCode, ServerError> {
        if self.town_key(town).await?.is_some() {
            return Err(ServerError::TownEnrolled);
        }
        let code = SpokenCode::generate(ENROLMENT_CHARACTERS, &mut SystemEntropy);
        let mut open = self.database.begin(town).await?;
        sqlx::query("insert into enrolment (code_hash, town, expires_ms) values ($1, $2, $3)")
            .bind(code_hash(&code))
            .bind(i64::from(town.0))
            .bind(now_ms.saturating_add(valid_ms))
            .execute(&mut *open)
            .await?;
        open.commit().await?;
        Ok(code)
    }

    pub(crate) async fn enrol(
        &self,
        code: &SpokenCode,
        certificate: &Certificate,
        now_ms: i64,
    ) -> Result<Certificate, ServerError> {
        let town = i64::from(certificate.town.0);
        // Another town's code is not seen here at all.
        let mut open = self.database.begin(certificate.town).await?;
        let row = sqlx::query(
            "select expires_ms, used_by from enrolment where town = $1 and code_hash = $2 for update",
        )
        .bind(town)
        .bind(code_hash(code))
        .fetch_optional(&mut *open)
        .await?
        .ok_or(ServerError::Code)?;
        let held: Option<Vec<u8>> = sqlx::query_scalar("select certificate from town where town = $1")
            .bind(town)
            .fetch_optional(&mut *open)
            .await?;
        if let Some(used_by) = row.try_get::<Option<Vec<u8>>, _>(1)? {
            let held = held.filter(|_| used_by == certificate.key.0).ok_or(ServerError::CodeUsed)?;
            return Certificate::from_bytes(&held).map_err(|_| damaged("certificate"));
        }
        if row.try_get::<i64, _>(0)? < now_ms {
            return Err(ServerError::Code);
        }
        if held.is_some() || !insert_town(&mut open, certificate, now_ms).await? {
            return Err(ServerError::TownEnrolled);
        }
        sqlx::query("update enrolment set used_by = $3 where town = $1 and code_hash = $2")
            .bind(town)
            .bind(code_hash(code))
            .bind(certificate.key.0.as_slice())
            .execute(&mut *open)
            .await?;
        open.commit().await?;
        Ok(certificate.clone())
    }

    pub(crate) async fn adopt(&self, certificate: &Certificate, now_ms: i64) -> Result<(), ServerError> {
        let mut open = self.database.begin(certificate.town).await?;
        insert_town(&mut open, certificate, now_ms).await?;
        open.commit().await?;
        Ok(())
    }

    pub(crate) async fn town_key(&self, town: TownCode) -> Result<Option<PublicKey>, ServerError> {
        if let Some(known) = self.known_keys().get(&town) {
            return Ok(Some(*known));
        }
        let mut open = self.database.begin(town).await?;
        let bytes: Option<Vec<u8>> = sqlx::query_scalar("select public_key from town where town = $1")
            .bind(i64::from(town.0))
            .fetch_optional(&mut *open)
            .await?;
        open.commit().await?;
        let key = bytes.as_deref().and_then(PublicKey::from_slice);
        if let Some(key) = key {
            self.known_keys().insert(town, key);
        }
        Ok(key)
    }

    /// A thread that died holding the lock left what is still whole.
    fn known_keys(&self) -> MutexGuard<'_, HashMap<TownCode, PublicKey>> {
        self.keys.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    pub(crate) async fn towns(&self) -> Result<Vec<TownRow>, ServerError> {
        let mut open = self.database.begin_without_town().await?;
        sqlx::query("set local palika.listing = 'towns'").execute(&mut *open).await?;
        let rows = sqlx::query("select town, public_key, enrolled_ms from town order by town")
            .fetch_all(&mut *open)
            .await?;
        open.commit().await?;
        rows.iter()
            .map(|row| {
                let town = u32::try_from(row.try_get::<i64, _>(0)?).map_err(|_| damaged("town"))?;
                let public_key =
                    PublicKey::from_slice(row.try_get(1)?).ok_or_else(|| damaged("public key"))?;
                Ok(TownRow { town: TownCode(town), public_key, enrolled_ms: row.try_get(2)? })
            })
            .collect()
    }

    pub(crate) async fn leave(
        &self,
        town: TownCode,
        device: &DeviceId,
        deposit: &Deposit,
        now_ms: i64,
    ) -> Result<(), ServerError> {
        let mut open = self.database.begin(town).await?;
        sqlx::query("delete from invitation where town = $1 and expires_ms < $2")
            .bind(i64::from(town.0))
            .bind(now_ms)
            .execute(&mut *open)
            .await?;
        let lying: i64 = sqlx::query_scalar("select count(*) from invitation where town = $1 and id <> $2")
            .bind(i64::from(town.0))
            .bind(&deposit.id)
            .fetch_one(&mut *open)
            .await?;
        if lying >= INVITATIONS_MAX {
            return Err(ServerError::Busy);
        }
        let inserted = sqlx::query(
            "insert into invitation (id, town, device, package, expires_ms) values ($1, $2, $3, $4, $5) \
             on conflict do nothing",
        )
        .bind(&deposit.id)
        .bind(i64::from(town.0))
        .bind(device.0.as_slice())
        .bind(deposit.package.as_slice())
        .bind(now_ms.saturating_add(deposit.valid_ms))
        .execute(&mut *open)
        .await?;
        if inserted.rows_affected() == 0 {
            // Another town's under that name is not seen, and is another all the same.
            let held: Option<Vec<u8>> =
                sqlx::query_scalar("select package from invitation where town = $1 and id = $2")
                    .bind(i64::from(town.0))
                    .bind(&deposit.id)
                    .fetch_optional(&mut *open)
                    .await?;
            if held.as_ref() != Some(&deposit.package) {
                return Err(ServerError::InvitationThere);
            }
        }
        open.commit().await?;
        Ok(())
    }

    pub(crate) async fn take(&self, id: &str, nonce: &[u8; 16], now_ms: i64) -> Result<Vec<u8>, ServerError> {
        let town = self.town_of_invitation(id).await?;
        let mut open = self.database.begin(town).await?;
        let row = sqlx::query(
            "select package, expires_ms, nonce, taken_ms from invitation where town = $1 and id = $2 for update",
        )
        .bind(i64::from(town.0))
        .bind(id)
        .fetch_optional(&mut *open)
        .await?
        .ok_or(ServerError::Invitation)?;
        let package: Vec<u8> = row.try_get(0)?;
        let lying =
            Lying { expires_ms: row.try_get(1)?, taken_by: row.try_get(2)?, taken_ms: row.try_get(3)? };
        if !lying.is_taken_first(nonce, now_ms)? {
            return Ok(package);
        }
        sqlx::query("update invitation set nonce = $3, taken_ms = $4 where town = $1 and id = $2")
            .bind(i64::from(town.0))
            .bind(id)
            .bind(nonce.as_slice())
            .bind(now_ms)
            .execute(&mut *open)
            .await?;
        open.commit().await?;
        Ok(package)
    }

    /// Whoever takes an invitation knows its name and not the town.
    async fn town_of_invitation(&self, id: &str) -> Result<TownCode, ServerError> {
        let mut open = self.database.begin_without_town().await?;
        sqlx::query("select set_config('palika.invitation', $1, true)").bind(id).execute(&mut *open).await?;
        let town: Option<i64> = sqlx::query_scalar("select town from invitation where id = $1")
            .bind(id)
            .fetch_optional(&mut *open)
            .await?;
        open.commit().await?;
        let town = town.ok_or(ServerError::Invitation)?;
        Ok(TownCode(u32::try_from(town).map_err(|_| damaged("town"))?))
    }
}

/// False where the town is there already.
async fn insert_town(open: &mut Open, certificate: &Certificate, now_ms: i64) -> Result<bool, ServerError> {
    let inserted = sqlx::query(
        "insert into town (town, public_key, certificate, enrolled_ms) values ($1, $2, $3, $4) \
         on conflict do nothing",
    )
    .bind(i64::from(certificate.town.0))
    .bind(certificate.key.0.as_slice())
    .bind(certificate.to_bytes())
    .bind(now_ms)
    .execute(&mut **open)
    .await?;
    Ok(inserted.rows_affected() == 1)
}
