//! The state's end: enrols towns, keeps invitations for a while, and exchanges logs with every enrolled device.
//!
//! For a pilot one SQLite file a town (the same store as on a counter, rebuilt from the log whenever it is lost) and one
//! for what cannot be derived: enrolments. For a state one PostgreSQL database, and as many servers over it as wanted.
//! It holds no person's key in the clear and can read no sealed field. This crate must
//! not know screens, nor write entries: a server that could write could also forge. It is a shell, so clock and
//! randomness are read here.

mod admission;
mod error;
mod keys;
mod metrics;
mod postgres;
mod register;
mod routes;
mod serve;
mod shell;
mod shelves;
mod towns;

pub use error::ServerError;
pub use keys::{ServerKeys, init, open_keys};
pub use postgres::prepare_database;
pub use register::{Register, TownRow};
pub use serve::{Config, Running, TlsFiles, check_listen, start};
pub use shell::{SystemClock, SystemEntropy};
pub use shelves::{Access, Bucket};

use domain::TownCode;
use std::path::Path;

/// How long an enrolment code is good.
pub const ENROLMENT_VALID_MS: i64 = 14 * 24 * 60 * 60 * 1_000;

/// Makes a one-time code with which a town's first device enrols the town. The server may be running.
pub async fn enrolment_code(
    data: &Path,
    keys: &ServerKeys,
    town: TownCode,
    valid_ms: i64,
) -> Result<String, ServerError> {
    let register = Register::open(data, keys).await?;
    let code = enrolment_code_in(&register, town, valid_ms).await;
    register.close().await;
    code
}

/// The same in a register that is open.
pub async fn enrolment_code_in(
    register: &Register,
    town: TownCode,
    valid_ms: i64,
) -> Result<String, ServerError> {
    Ok(register.make_code(town, valid_ms, shell::now_ms()).await?.spoken())
}
