//! Many rows in few statements, and blobs back into names.

use crate::StoreError;
use crate::turns::Way;
use domain::{DeviceId, Hash, UserId};
use futures_util::TryStreamExt as _;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{AssertSqlSafe, Either, Executor as _, Sqlite, SqliteConnection};

/// Rows a statement takes at once: few distinct texts, so that each stays prepared. Every statement is a trip to the
/// driver's thread and back, which costs more than a row; the lines of one receipt go with one.
const CHUNKS: [usize; 12] = [256, 128, 64, 24, 8, 7, 6, 5, 4, 3, 2, 1];

pub(crate) type Statement<'q> = Query<'q, Sqlite, SqliteArguments>;

/// The rows of each statement of a text of several, for one trip to the driver's thread. Their parameters are plain `?`,
/// bound through all statements in the order of the text.
pub(crate) async fn answers<const STATEMENTS: usize>(
    connection: &mut SqliteConnection,
    query: Statement<'_>,
) -> Result<[Vec<SqliteRow>; STATEMENTS], StoreError> {
    let mut answers = std::array::from_fn(|_| Vec::new());
    let mut statement = 0;
    let mut steps = connection.fetch_many(query);
    while let Some(step) = steps.try_next().await? {
        match step {
            Either::Left(_ended) => statement += 1,
            Either::Right(row) => {
                answers.get_mut(statement).ok_or(StoreError::NotFound("statement"))?.push(row);
            }
        }
    }
    Ok(answers)
}

/// How rows enter a table.
pub(crate) struct Insert<'t> {
    /// Ends before the first value list.
    pub head: &'t str,
    pub columns: usize,
    /// Follows the last value list.
    pub tail: &'t str,
}

impl Insert<'_> {
    /// One statement for so many rows.
    pub(crate) fn text(&self, rows: usize) -> String {
        let one = format!("({})", vec!["?"; self.columns].join(","));
        format!("{}{} {}", self.head, vec![one.as_str(); rows].join(","), self.tail)
    }

    /// Inserts rows with as few statements as possible.
    pub(crate) async fn all<'q, T>(
        &self,
        connection: &mut SqliteConnection,
        rows: &'q [T],
        bind: impl Fn(Statement<'q>, &'q T) -> Statement<'q>,
    ) -> Result<(), StoreError> {
        self.all_giving_way(connection, &Way::own(), rows, bind).await
    }

    /// The same for somebody who steps back between two statements where a person waits.
    pub(crate) async fn all_giving_way<'q, T>(
        &self,
        connection: &mut SqliteConnection,
        way: &Way,
        mut rows: &'q [T],
        bind: impl Fn(Statement<'q>, &'q T) -> Statement<'q>,
    ) -> Result<(), StoreError> {
        for chunk in CHUNKS {
            if rows.len() < chunk {
                continue;
            }
            let text = self.text(chunk);
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
