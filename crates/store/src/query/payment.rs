//! What a payment is decided on, asked with one trip to the file: somebody waits at the window, and under the write lock
//! others wait too.

use super::bill::{DUES, DueRow, RecordRow, due_of_row, record_of_row, record_sql};
use super::desk::{ShiftRow, last_shift_sql, shift_of_row};
use super::people::{GRANTS, GrantRow, grants_of_rows};
use crate::series::Series;
use crate::{StoreError, rows};
use domain::fact::Kind;
use domain::identity::DraftId;
use domain::{ChainHead, DeviceId, Epoch, FinancialYear, UserId};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use std::collections::HashMap;

/// Which payment.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// This device.
    pub device: &'a DeviceId,
    /// Its epoch.
    pub epoch: Epoch,
    /// Who takes it.
    pub user: &'a UserId,
    /// The press of Enter.
    pub draft: &'a DraftId,
    /// Service.
    pub service: &'a str,
    /// Consumer; empty for none.
    pub consumer: &'a str,
}

/// What the file knows of it.
#[derive(Clone, Debug)]
pub struct BeforePayment {
    /// The receipt that this press made already.
    pub pressed: Option<ChainHead>,
    /// Roles that stand, of who takes it.
    pub grants: Vec<GrantRow>,
    /// The device's last shift.
    pub shift: Option<ShiftRow>,
    /// What the register says of the consumer.
    pub record: Option<RecordRow>,
    /// What is demanded of the consumer, oldest first.
    pub dues: Vec<DueRow>,
    /// The last number of the counter's receipts, by the year of the series.
    pub last_serials: HashMap<FinancialYear, u32>,
}

/// A press is noted by its number alone, which a later epoch gives again: the entry itself says which press made it.
const PRESSED: &str = "select chain.device, chain.epoch, entry.seq, entry.hash from press \
    join entry on entry.seq = press.seq join chain on chain.id = entry.chain \
    where press.draft = ? and chain.device = ? and entry.kind = ? and instr(entry.body, press.draft) > 0 \
    order by chain.epoch desc limit 1";

const SERIALS: &str = "select year, last_serial from series where chain = \
    (select id from chain where device = ? and epoch = ?) and kind = ?";

fn serial_of_row(row: &SqliteRow) -> Result<(FinancialYear, u32), StoreError> {
    let last: i64 = row.try_get(1)?;
    let last = u32::try_from(last).map_err(|_| StoreError::Rule("series".into()))?;
    Ok((FinancialYear(row.try_get(0)?), last))
}

/// The own receipt a press already made.
pub async fn pressed(
    connection: &mut SqliteConnection,
    draft: &DraftId,
    device: &DeviceId,
) -> Result<Option<ChainHead>, StoreError> {
    let row = sqlx::query(PRESSED)
        .bind(draft.0.as_slice())
        .bind(device.0.as_slice())
        .bind(i64::from(Kind::ReceiptIssued.number()))
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(crate::log::head_of_row).transpose()
}

/// Reads all of it.
pub async fn before_payment(
    connection: &mut SqliteConnection,
    asked: &Asked<'_>,
) -> Result<BeforePayment, StoreError> {
    let text = format!(
        "{PRESSED}; {GRANTS} and user = ? order by role, hash; {}; {}; {DUES}; {SERIALS}",
        last_shift_sql(),
        record_sql()
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(text))
        .bind(asked.draft.0.as_slice())
        .bind(asked.device.0.as_slice())
        .bind(i64::from(Kind::ReceiptIssued.number()))
        .bind(asked.user.0.as_slice())
        .bind(asked.device.0.as_slice())
        .bind(asked.epoch.0)
        .bind(asked.consumer)
        .bind(asked.consumer)
        .bind(asked.service)
        .bind(asked.device.0.as_slice())
        .bind(asked.epoch.0)
        .bind(Series::Receipt as i64);
    let [pressed, grants, shift, record, dues, serials] = rows::answers(connection, query).await?;
    Ok(BeforePayment {
        pressed: pressed.first().map(crate::log::head_of_row).transpose()?,
        grants: grants_of_rows(&grants)?,
        shift: shift.first().map(shift_of_row).transpose()?,
        record: record.first().map(record_of_row).transpose()?,
        dues: dues.iter().map(due_of_row).collect::<Result<_, _>>()?,
        last_serials: serials.iter().map(serial_of_row).collect::<Result<_, _>>()?,
    })
}
