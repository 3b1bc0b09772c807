//! Many rows in few statements, and blobs back into names.

use crate::StoreError;
use crate::turns::Way;
use domain::{DeviceId, Hash, UserId};
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Sqlite, SqliteConnection};

/// Rows a statement takes at once: few distinct texts, so that each stays prepared. Every statement is a trip to the
/// driver's thread and back, which costs more than a row.
const CHUNKS: [usize; 4] = [256, 32, 4, 1];

pub(crate) type Statement<'q> = Query<'q, Sqlite, SqliteArguments>;

/// Inserts rows with as few statements as possible. `head` ends before the first value list, `tail` follows the last.
pub(crate) async fn insert<'q, T>(
    connection: &mut SqliteConnection,
    head: &str,
    columns: usize,
    tail: &str,
    rows: &'q [T],
    bind: impl Fn(Statement<'q>, &'q T) -> Statement<'q>,
) -> Result<(), StoreError> {
    insert_giving_way(connection, &Way::own(), head, columns, tail, rows, bind).await
}

/// The same for somebody who steps back between two statements where a person waits.
pub(crate) async fn insert_giving_way<'q, T>(
    connection: &mut SqliteConnection,
    way: &Way,
    head: &str,
    columns: usize,
    tail: &str,
    mut rows: &'q [T],
    bind: impl Fn(Statement<'q>, &'q T) -> Statement<'q>,
) -> Result<(), StoreError> {
    let one = format!("({})", vec!["?"; columns].join(","));
    for chunk in CHUNKS {
        if rows.len() < chunk {
            continue;
        }
        let text = format!("{head}{} {tail}", vec![one.as_str(); chunk].join(","));
        while let Some((front, rest)) = rows.split_at_checked(chunk) {
            let mut query = sqlx::query(AssertSqlSafe(text.clone()));
            for row in front {
                query = bind(query, row);
            }
            query.execute(&mut *connection).await?;
            way.check()?;
            rows = rest;
        }
    }
    Ok(())
}

pub(crate) fn hash(bytes: &[u8]) -> Result<Hash, StoreError> {
    Hash::from_slice(bytes).ok_or(StoreError::NotFound("hash"))
}

pub(crate) fn device(bytes: &[u8]) -> Result<DeviceId, StoreError> {
    DeviceId::from_slice(bytes).ok_or(StoreError::NotFound("device"))
}

pub(crate) fn user(bytes: &[u8]) -> Result<UserId, StoreError> {
    UserId::from_slice(bytes).ok_or(StoreError::NotFound("user"))
}
