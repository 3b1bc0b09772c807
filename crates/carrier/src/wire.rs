//! The JSON of the server's plain requests. Exchanges themselves travel as frames (see `docs/sync-protocol.md`).

use domain::identity::{PublicKey, Signature};
use domain::{Bilingual, TownCode};
use journal::{JournalError, KeyPair};
use serde::{Deserialize, Serialize};

/// Media type of a frame.
pub const FRAME_TYPE: &str = "application/x-palika";

/// A refusal: what happened, what is safe, what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Stable code.
    pub code: String,
    /// In both languages.
    pub message: Bilingual,
}

/// `GET /state-root`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateRoot {
    /// The state's root key.
    pub public_key: PublicKey,
}

/// `POST /enrol/town`: a one-time code and the key the town made for itself, signed with that key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolTown {
    /// The code as typed.
    pub code: String,
    /// The town.
    pub town: TownCode,
    /// The town's public key.
    pub public_key: PublicKey,
    /// Shows that whoever asks holds the secret half.
    pub signature: Signature,
}

const ENROL_LABEL: &str = "palika enrol town 1";

impl EnrolTown {
    /// Signs a request.
    pub fn sign(code: &str, town: TownCode, key: &KeyPair) -> EnrolTown {
        let public_key = key.public();
        let signature = key.sign(ENROL_LABEL, &message(code, town, &public_key));
        EnrolTown { code: code.to_owned(), town, public_key, signature }
    }

    /// Checks the signature.
    pub fn verify(&self) -> Result<(), JournalError> {
        let message = message(&self.code, self.town, &self.public_key);
        journal::key::verify(&self.public_key, ENROL_LABEL, &message, &self.signature, "enrolment")
    }
}

fn message(code: &str, town: TownCode, key: &PublicKey) -> Vec<u8> {
    let mut bytes = town.0.to_be_bytes().to_vec();
    bytes.extend_from_slice(&key.0);
    bytes.extend_from_slice(code.as_bytes());
    bytes
}

/// The answer: the state's certificate of the town.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TownEnrolled {
    /// [`journal::Certificate`] in hexadecimal.
    pub certificate: String,
    /// The state's root key.
    pub state_root: PublicKey,
}

/// `POST /invitation/{id}/take`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeInvitation {
    /// 16 random bytes in hexadecimal, kept by whoever takes it: the same again gives the same package, because the
    /// first answer may have been lost.
    pub nonce: String,
}
