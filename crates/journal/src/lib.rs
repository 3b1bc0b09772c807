//! The log every device writes: entries, chains, signatures, certificates, seals, and the register's documents.
//!
//! Bytes in, values out. This crate must not know SQL, files, the network, the clock (times are arguments) or where
//! randomness comes from (see [`Entropy`]). It is the only crate that names automerge. `docs/log-format.md` lays out
//! every byte written here.
#![deny(clippy::float_arithmetic)]

pub mod certificate;
pub mod claim;
pub mod entry;
pub mod envelope;
mod error;
pub mod key;
pub mod lockbox;
pub mod range;
pub mod record;
pub mod seal;

pub use certificate::{Certificate, CertificateKind};
pub use claim::{Claim, ClaimKind, SignedClaim};
pub use entry::{Entry, Position};
pub use error::JournalError;
pub use key::{KeyPair, device_of};
pub use range::Range;
pub use record::Record;

use domain::{Hash, TownCode};
use sha2::{Digest, Sha256};

/// Where randomness comes from: the operating system at the counter, a seed in the simulator.
pub trait Entropy: Send {
    /// Fills the whole buffer.
    fn fill(&mut self, bytes: &mut [u8]);
}

/// `N` bytes of randomness.
pub fn random<const N: usize>(entropy: &mut dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}

/// SHA-256.
pub fn hash(bytes: &[u8]) -> Hash {
    Hash(Sha256::digest(bytes).into())
}

/// The first half of the SHA-256 of a label and parts, each part preceded by its length so that no two lists of parts
/// run together.
pub fn derive_identity(label: &str, town: TownCode, parts: &[&str]) -> [u8; 16] {
    let mut digest = Sha256::new();
    digest.update(label.as_bytes());
    digest.update([0]);
    digest.update(town.0.to_be_bytes());
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    let whole: [u8; 32] = digest.finalize().into();
    let mut half = [0; 16];
    half.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
    half
}
