//! The register in one small encrypted file; the command line writes to it while the server runs.

use super::{INVITATIONS_MAX, Lying, TownRow, code_hash};
use crate::shell::SystemEntropy;
use crate::{ServerError, ServerKeys};
use domain::identity::{PublicKey, to_hex};
use domain::{DeviceId, TownCode};
use journal::Certificate;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Row, Sqlite, Transaction};
use std::path::Path;
use std::time::Duration;
use sync::code::{ENROLMENT_CHARACTERS, SpokenCode};
use zeroize::Zeroizing;

const BUSY_WAIT: Duration = Duration::from_secs(10);

const SCHEMA: &str = "
create table if not exists town (
    code integer primary key,
    public_key blob not null,
    certificate blob not null,
    enrolled_ms integer not null
) strict;
create table if not exists enrolment (
    code_hash blob primary key,
    town integer not null,
    expires_ms integer not null,
    used_by blob
) strict, without rowid;
create table if not exists invitation (
    id text primary key,
    town integer not null,
    device blob not null,
    package blob not null,
    expires_ms integer not null,
    nonce blob,
    taken_ms integer
) strict, without rowid;
";

/// The register.
#[derive(Clone)]
pub(super) struct FileRegister {
    pool: SqlitePool,
}

impl FileRegister {
    pub(super) async fn open(data: &Path, keys: &ServerKeys) -> Result<FileRegister, ServerError> {
        cipher::outlive_the_exit();
        std::fs::create_dir_all(data).map_err(|error| ServerError::File(error.to_string()))?;
        let pragma = Zeroizing::new(format!("\"x'{}'\"", to_hex(&keys.register_key().0)));
        let options = SqliteConnectOptions::new()
            .filename(data.join("register.palika"))
            .create_if_missing(true)
            .pragma("key", pragma.to_string())
            .pragma("cipher_log_level", "NONE")
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_WAIT);
        let pool = SqlitePoolOptions::new()
            .max_connections(2)
            .acquire_timeout(BUSY_WAIT)
            .connect_with(options)
            .await?;
        // What a power cut left in the log is folded before anything follows it, as `store` does and says why.
        sqlx::query("pragma wal_checkpoint(passive)").fetch_all(&pool).await?;
        sqlx::raw_sql(SCHEMA).execute(&pool).await?;
        Ok(FileRegister { pool })
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }

    pub(super) async fn is_ready(&self) -> bool {
        sqlx::query("select count(*) from town").fetch_one(&self.pool).await.is_ok()
    }

    async fn writing(&self) -> Result<Transaction<'static, Sqlite>, ServerError> {
        Ok(self.pool.begin_with("begin immediate").await?)
    }

    pub(super) async fn make_code(
        &self,
        town: TownCode,
        valid_ms: i64,
        now_ms: i64,
    ) -> Result<SpokenCode, ServerError> {
        if self.town_key(town).await?.is_some() {
            return Err(ServerError::TownEnrolled);
        }
        let code = SpokenCode::generate(ENROLMENT_CHARACTERS, &mut SystemEntropy);
        sqlx::query("insert into enrolment (code_hash, town, expires_ms) values (?, ?, ?)")
            .bind(code_hash(&code))
            .bind(town.0)
            .bind(now_ms.saturating_add(valid_ms))
            .execute(&self.pool)
            .await?;
        Ok(code)
    }

    pub(super) async fn enrol(
        &self,
        code: &SpokenCode,
        certificate: &Certificate,
        now_ms: i64,
    ) -> Result<Certificate, ServerError> {
        let mut writing = self.writing().await?;
        let row = sqlx::query("select town, expires_ms, used_by from enrolment where code_hash = ?")
            .bind(code_hash(code))
            .fetch_optional(&mut *writing)
            .await?
            .ok_or(ServerError::Code)?;
        if row.try_get::<u32, _>(0)? != certificate.town.0 {
            return Err(ServerError::Code);
        }
        let held = sqlx::query("select public_key, certificate from town where code = ?")
            .bind(certificate.town.0)
            .fetch_optional(&mut *writing)
            .await?;
        if let Some(used_by) = row.try_get::<Option<Vec<u8>>, _>(2)? {
            let same = used_by == certificate.key.0;
            let held = held.filter(|_| same).ok_or(ServerError::CodeUsed)?;
            return Certificate::from_bytes(held.try_get(1)?)
                .map_err(|error| ServerError::Register(error.to_string()));
        }
        if row.try_get::<i64, _>(1)? < now_ms {
            return Err(ServerError::Code);
        }
        if held.is_some() {
            return Err(ServerError::TownEnrolled);
        }
        sqlx::query("update enrolment set used_by = ? where code_hash = ?")
            .bind(certificate.key.0.as_slice())
            .bind(code_hash(code))
            .execute(&mut *writing)
            .await?;
        insert_town(&mut writing, certificate, now_ms).await?;
        writing.commit().await?;
        Ok(certificate.clone())
    }

    pub(super) async fn adopt(&self, certificate: &Certificate, now_ms: i64) -> Result<(), ServerError> {
        let mut writing = self.writing().await?;
        insert_town(&mut writing, certificate, now_ms).await?;
        writing.commit().await?;
        Ok(())
    }

    pub(super) async fn town_key(&self, town: TownCode) -> Result<Option<PublicKey>, ServerError> {
        let bytes: Option<Vec<u8>> = sqlx::query_scalar("select public_key from town where code = ?")
            .bind(town.0)
            .fetch_optional(&self.pool)
            .await?;
        Ok(bytes.as_deref().and_then(PublicKey::from_slice))
    }

    pub(super) async fn towns(&self) -> Result<Vec<TownRow>, ServerError> {
        let rows = sqlx::query("select code, public_key, enrolled_ms from town order by code")
            .fetch_all(&self.pool)
            .await?;
        rows.iter()
            .map(|row| {
                let key = PublicKey::from_slice(row.try_get(1)?);
                Ok(TownRow {
                    town: TownCode(row.try_get(0)?),
                    public_key: key.ok_or_else(|| ServerError::Register("public key".to_owned()))?,
                    enrolled_ms: row.try_get(2)?,
                })
            })
            .collect()
    }

    pub(super) async fn leave(
        &self,
        town: TownCode,
        device: &DeviceId,
        deposit: &sync::code::Deposit,
        now_ms: i64,
    ) -> Result<(), ServerError> {
        let mut writing = self.writing().await?;
        sqlx::query("delete from invitation where expires_ms < ?")
            .bind(now_ms)
            .execute(&mut *writing)
            .await?;
        let held: Option<(u32, Vec<u8>)> =
            sqlx::query_as("select town, package from invitation where id = ?")
                .bind(&deposit.id)
                .fetch_optional(&mut *writing)
                .await?;
        match held {
            Some((held_town, package)) if held_town == town.0 && package == deposit.package => return Ok(()),
            Some(_) => return Err(ServerError::InvitationThere),
            None => {}
        }
        let lying: i64 = sqlx::query_scalar("select count(*) from invitation where town = ?")
            .bind(town.0)
            .fetch_one(&mut *writing)
            .await?;
        if lying >= INVITATIONS_MAX {
            return Err(ServerError::Busy);
        }
        sqlx::query("insert into invitation (id, town, device, package, expires_ms) values (?, ?, ?, ?, ?)")
            .bind(&deposit.id)
            .bind(town.0)
            .bind(device.0.as_slice())
            .bind(deposit.package.as_slice())
            .bind(now_ms.saturating_add(deposit.valid_ms))
            .execute(&mut *writing)
            .await?;
        writing.commit().await?;
        Ok(())
    }

    pub(super) async fn take(&self, id: &str, nonce: &[u8; 16], now_ms: i64) -> Result<Vec<u8>, ServerError> {
        let mut writing = self.writing().await?;
        let row = sqlx::query("select package, expires_ms, nonce, taken_ms from invitation where id = ?")
            .bind(id)
            .fetch_optional(&mut *writing)
            .await?
            .ok_or(ServerError::Invitation)?;
        let package: Vec<u8> = row.try_get(0)?;
        let lying =
            Lying { expires_ms: row.try_get(1)?, taken_by: row.try_get(2)?, taken_ms: row.try_get(3)? };
        if !lying.is_taken_first(nonce, now_ms)? {
            return Ok(package);
        }
        sqlx::query("update invitation set nonce = ?, taken_ms = ? where id = ?")
            .bind(nonce.as_slice())
            .bind(now_ms)
            .bind(id)
            .execute(&mut *writing)
            .await?;
        writing.commit().await?;
        Ok(package)
    }
}

async fn insert_town(
    writing: &mut Transaction<'static, Sqlite>,
    certificate: &Certificate,
    now_ms: i64,
) -> Result<(), ServerError> {
    sqlx::query(
        "insert into town (code, public_key, certificate, enrolled_ms) values (?, ?, ?, ?) on conflict do nothing",
    )
    .bind(certificate.town.0)
    .bind(certificate.key.0.as_slice())
    .bind(certificate.to_bytes())
    .bind(now_ms)
    .execute(&mut **writing)
    .await?;
    Ok(())
}
