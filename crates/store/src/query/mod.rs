//! Questions of the screens and papers: plain rows out, no rule of the office.

pub mod bill;
pub mod books;
pub mod cases;
pub mod desk;
pub mod entries;
pub mod given_up;
pub mod held;
pub mod late;
pub mod mobiles;
pub mod payment;
pub mod people;
mod quarantine;
pub mod receipts;
pub mod register;
pub mod shift;
pub mod tails;

use crate::{Store, StoreError};
use sqlx::Sqlite;
use sqlx::pool::PoolConnection;

/// What every question takes: a [`Reading`] or a batch's own connection derefs to it.
pub type Connection = sqlx::SqliteConnection;

/// A connection that only reads. Derefs to what the questions take.
pub type Reading = PoolConnection<Sqlite>;

impl Store {
    /// A connection for questions.
    pub async fn reading(&self) -> Result<Reading, StoreError> {
        Ok(self.reader.acquire().await?)
    }
}
