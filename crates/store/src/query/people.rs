//! Staff, grants, devices, person locks.

use crate::{Store, StoreError, rows};
use domain::identity::{PersonId, PublicKey};
use domain::people::Role;
use domain::{Bilingual, ChainHead, DeviceId, Hash, UserId};
use journal::seal::WrappedKey;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

/// One of the staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffRow {
    /// Who.
    pub user: UserId,
    /// Name.
    pub name: Bilingual,
    /// Has a password at this device.
    pub has_password: bool,
}

/// The staff, by English name.
pub async fn staff(connection: &mut SqliteConnection) -> Result<Vec<StaffRow>, StoreError> {
    let rows = sqlx::query(
        "select staff.user, name_hindi, name_english, person_lock.user is not null from staff \
         left join person_lock on person_lock.user = staff.user order by name_english, staff.user",
    )
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(StaffRow {
                user: rows::user(row.try_get(0)?)?,
                name: Bilingual { hindi: row.try_get(1)?, english: row.try_get(2)? },
                has_password: row.try_get(3)?,
            })
        })
        .collect()
}

/// A role held, with the grant that gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrantRow {
    /// Whose.
    pub user: UserId,
    /// The grant's entry.
    pub grant: Hash,
    /// The role.
    pub role: Role,
}

/// Grants that stand, as this replica knows them now.
pub async fn grants(connection: &mut SqliteConnection) -> Result<Vec<GrantRow>, StoreError> {
    let sql = format!("{GRANTS} order by user, role, hash");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(connection).await?;
    grants_of_rows(&rows)
}

/// What a person's grants or everybody's are read with.
pub(super) const GRANTS: &str = "select user, hash, role from grant_of_role \
    where grant_of_role.force >= 4 \
    and not exists (select 1 from withdrawal where withdrawal.grant_hash = grant_of_role.hash and withdrawal.force >= 4)";

/// A role that a later version knows is left out.
pub(super) fn grants_of_rows(rows: &[SqliteRow]) -> Result<Vec<GrantRow>, StoreError> {
    let mut grants = Vec::with_capacity(rows.len());
    for row in rows {
        let number: i64 = row.try_get(2)?;
        if let Some(role) = Role::ALL.into_iter().find(|role| *role as i64 == number) {
            grants.push(GrantRow {
                user: rows::user(row.try_get(0)?)?,
                grant: rows::hash(row.try_get(1)?)?,
                role,
            });
        }
    }
    Ok(grants)
}

/// An enrolled device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRow {
    /// Which.
    pub device: DeviceId,
    /// Name.
    pub name: String,
    /// Counter.
    pub counter: String,
    /// Trust ended at a head.
    pub revoked: bool,
}

/// Enrolled devices, by counter.
pub async fn devices(connection: &mut SqliteConnection) -> Result<Vec<DeviceRow>, StoreError> {
    let rows = sqlx::query(
        "select device.device, name, counter, device_cut.device is not null from device \
         left join device_cut on device_cut.device = device.device order by counter, device.device",
    )
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(DeviceRow {
                device: rows::device(row.try_get(0)?)?,
                name: row.try_get(1)?,
                counter: row.try_get(2)?,
                revoked: row.try_get(3)?,
            })
        })
        .collect()
}

/// The certificate a device was enrolled with.
pub async fn device_certificate(
    connection: &mut SqliteConnection,
    device: &DeviceId,
) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(sqlx::query_scalar("select certificate from device where device = ?")
        .bind(device.0.as_slice())
        .fetch_optional(connection)
        .await?)
}

/// The town as founded: name and certificate.
pub async fn town(connection: &mut SqliteConnection) -> Result<Option<(Bilingual, Vec<u8>)>, StoreError> {
    let row = sqlx::query("select name_hindi, name_english, certificate from town")
        .fetch_optional(connection)
        .await?;
    row.map(|row| Ok((Bilingual { hindi: row.try_get(0)?, english: row.try_get(1)? }, row.try_get(2)?)))
        .transpose()
}

/// A person's locked key at this device.
pub async fn person_lock(
    connection: &mut SqliteConnection,
    user: &UserId,
) -> Result<Option<(Vec<u8>, PublicKey)>, StoreError> {
    let row = sqlx::query("select box, public_key from person_lock where user = ?")
        .bind(user.0.as_slice())
        .fetch_optional(connection)
        .await?;
    row.map(|row| {
        let key = PublicKey::from_slice(row.try_get(1)?).ok_or(StoreError::NotFound("key"))?;
        Ok((row.try_get(0)?, key))
    })
    .transpose()
}

/// Keeps a person's locked key, inside the caller's batch.
pub async fn set_person_lock(
    connection: &mut SqliteConnection,
    user: &UserId,
    lockbox: &[u8],
    key: &PublicKey,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into person_lock (user, box, public_key) values (?, ?, ?) \
         on conflict do update set box = excluded.box, public_key = excluded.public_key",
    )
    .bind(user.0.as_slice())
    .bind(lockbox)
    .bind(key.0.as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

/// The wrapped key of a person's fields; empty bytes mean erased.
pub async fn person_key(
    connection: &mut SqliteConnection,
    person: &PersonId,
) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(sqlx::query_scalar("select wrapped from person_key where person = ?")
        .bind(person.0.as_slice())
        .fetch_optional(connection)
        .await?)
}

/// Adds a wrapped key where there is none, inside the caller's batch.
pub async fn add_person_key(connection: &mut SqliteConnection, key: &WrappedKey) -> Result<(), StoreError> {
    sqlx::query("insert into person_key (person, wrapped) values (?, ?) on conflict do nothing")
        .bind(key.person.0.as_slice())
        .bind(key.bytes.as_slice())
        .execute(connection)
        .await?;
    Ok(())
}

impl Store {
    /// The entry that enrolled a device, as far as it is folded here.
    pub async fn enrolled_at(&self, device: &DeviceId) -> Result<Option<ChainHead>, StoreError> {
        sqlx::query(
            "select chain.device, chain.epoch, entry.seq, entry.hash from device \
             join chain on chain.id = device.chain \
             join entry on entry.chain = device.chain and entry.seq = device.seq where device.device = ?",
        )
        .bind(device.0.as_slice())
        .fetch_optional(&self.reader)
        .await?
        .as_ref()
        .map(crate::log::head_of_row)
        .transpose()
    }

    /// Wrapped keys added after a local order, oldest first.
    pub async fn person_keys_after(
        &self,
        order: i64,
        limit: i64,
    ) -> Result<Vec<(i64, WrappedKey)>, StoreError> {
        let rows = sqlx::query("select id, person, wrapped from person_key where id > ? order by id limit ?")
            .bind(order)
            .bind(limit)
            .fetch_all(&self.reader)
            .await?;
        rows.iter()
            .map(|row| {
                let person = PersonId::from_slice(row.try_get(1)?).ok_or(StoreError::NotFound("person"))?;
                Ok((row.try_get(0)?, WrappedKey { person, bytes: row.try_get(2)? }))
            })
            .collect()
    }

    /// Takes wrapped keys in. A key id names the device that made it, so two keys never meet under one id; an erased
    /// (empty) one wins over any. A changed row goes to the end of the local order, so that it travels on.
    pub async fn receive_person_keys(&self, keys: &[WrappedKey]) -> Result<(), StoreError> {
        if keys.is_empty() {
            return Ok(());
        }
        let mut transaction = self.begin_immediate().await?;
        for key in keys {
            let held: Option<Vec<u8>> = person_key(&mut transaction, &key.person).await?;
            if held.as_ref().is_some_and(|held| *held <= key.bytes) {
                continue;
            }
            sqlx::query("delete from person_key where person = ?")
                .bind(key.person.0.as_slice())
                .execute(&mut *transaction)
                .await?;
            sqlx::query("insert into person_key (person, wrapped) values (?, ?)")
                .bind(key.person.0.as_slice())
                .bind(key.bytes.as_slice())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}
