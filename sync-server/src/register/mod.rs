//! What cannot be derived from any log: codes given out, towns enrolled, invitations left. In one small encrypted file,
//! or in the state's database.

mod file;

use crate::postgres::{Database, PostgresRegister};
use crate::{ServerError, ServerKeys};
use domain::identity::PublicKey;
use domain::{DeviceId, TownCode};
use file::FileRegister;
use journal::{Certificate, hash};
use std::path::Path;
use sync::code::{Deposit, SpokenCode};

/// How long a taken invitation may be taken again with the same nonce: the first answer may have been lost.
const TAKE_AGAIN_MS: i64 = 15 * 60 * 1_000;
/// Invitations one town may have lying here.
pub(crate) const INVITATIONS_MAX: i64 = 200;

/// The register.
#[derive(Clone)]
pub struct Register(Kept);

#[derive(Clone)]
enum Kept {
    File(FileRegister),
    Postgres(PostgresRegister),
}

/// An enrolled town.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TownRow {
    /// Its number.
    pub town: TownCode,
    /// Its key.
    pub public_key: PublicKey,
    /// Milliseconds since 1970.
    pub enrolled_ms: i64,
}

/// An invitation that lies here.
pub(crate) struct Lying {
    pub(crate) expires_ms: i64,
    pub(crate) taken_by: Option<Vec<u8>>,
    pub(crate) taken_ms: Option<i64>,
}

impl Lying {
    /// It is given out once: true for the first that takes it, false for the same one again soon after, else refused.
    pub(crate) fn is_taken_first(&self, nonce: &[u8; 16], now_ms: i64) -> Result<bool, ServerError> {
        match (&self.taken_by, self.taken_ms) {
            (Some(taken_by), Some(taken_ms)) => {
                let again = taken_by == nonce && now_ms.saturating_sub(taken_ms) <= TAKE_AGAIN_MS;
                if again { Ok(false) } else { Err(ServerError::InvitationTaken) }
            }
            _ if self.expires_ms < now_ms => Err(ServerError::Invitation),
            _ => Ok(true),
        }
    }
}

/// The same question to whichever place it is.
macro_rules! asked {
    ($register:expr, $kept:ident => $question:expr) => {
        match &$register.0 {
            Kept::File($kept) => $question,
            Kept::Postgres($kept) => $question,
        }
    };
}

impl Register {
    /// Opens the register in the data folder, making it where there is none.
    pub async fn open(data: &Path, keys: &ServerKeys) -> Result<Register, ServerError> {
        Ok(Register(Kept::File(FileRegister::open(data, keys).await?)))
    }

    /// The register in a database that was prepared.
    pub async fn in_database(url: &str) -> Result<Register, ServerError> {
        Ok(Register::of(Database::open(url).await?))
    }

    pub(crate) fn of(database: Database) -> Register {
        Register(Kept::Postgres(PostgresRegister::new(database)))
    }

    /// Closes it.
    pub async fn close(&self) {
        asked!(self, kept => kept.close().await)
    }

    /// True where it answers.
    pub async fn is_ready(&self) -> bool {
        asked!(self, kept => kept.is_ready().await)
    }

    /// A one-time code for a town that is not enrolled. Only its hash is kept.
    pub async fn make_code(
        &self,
        town: TownCode,
        valid_ms: i64,
        now_ms: i64,
    ) -> Result<SpokenCode, ServerError> {
        asked!(self, kept => kept.make_code(town, valid_ms, now_ms).await)
    }

    /// Enrols a town with a code. The same code with the same key again answers the same certificate: the first answer
    /// may have been lost.
    pub async fn enrol(
        &self,
        code: &SpokenCode,
        certificate: &Certificate,
        now_ms: i64,
    ) -> Result<Certificate, ServerError> {
        asked!(self, kept => kept.enrol(code, certificate, now_ms).await)
    }

    /// Takes up a town whose certificate this server's own root signed though its register has lost it.
    pub async fn adopt(&self, certificate: &Certificate, now_ms: i64) -> Result<(), ServerError> {
        asked!(self, kept => kept.adopt(certificate, now_ms).await)
    }

    /// The key a town is enrolled under.
    pub async fn town_key(&self, town: TownCode) -> Result<Option<PublicKey>, ServerError> {
        asked!(self, kept => kept.town_key(town).await)
    }

    /// Enrolled towns by number.
    pub async fn towns(&self) -> Result<Vec<TownRow>, ServerError> {
        asked!(self, kept => kept.towns().await)
    }

    /// Keeps an invitation's package. The same package again is the same invitation.
    pub async fn leave(
        &self,
        town: TownCode,
        device: &DeviceId,
        deposit: &Deposit,
        now_ms: i64,
    ) -> Result<(), ServerError> {
        asked!(self, kept => kept.leave(town, device, deposit, now_ms).await)
    }

    /// Gives an invitation's package out, once.
    pub async fn take(&self, id: &str, nonce: &[u8; 16], now_ms: i64) -> Result<Vec<u8>, ServerError> {
        asked!(self, kept => kept.take(id, nonce, now_ms).await)
    }
}

/// 75 random bits: nobody finds a code from its hash.
pub(crate) fn code_hash(code: &SpokenCode) -> Vec<u8> {
    hash(format!("palika enrolment code 1\0{}", code.as_str()).as_bytes()).0.to_vec()
}
