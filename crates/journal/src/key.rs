//! Ed25519 keys of the state, towns, devices and people, and what each may sign: every message begins with a label of
//! its own, so that a signature made for one purpose never serves another.

use crate::{Entropy, JournalError, random};
use curve25519_dalek::MontgomeryPoint;
use domain::identity::{PublicKey, Signature};
use domain::{DeviceId, Epoch, Hash, TownCode};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// A secret key with its public half. Not printable, not serialisable; wiped from memory when dropped.
#[derive(Clone)]
pub struct KeyPair(SigningKey);

impl KeyPair {
    /// A new key.
    pub fn generate(entropy: &mut dyn Entropy) -> KeyPair {
        KeyPair::from_secret(random(entropy))
    }

    /// The key of 32 secret bytes.
    pub fn from_secret(secret: [u8; 32]) -> KeyPair {
        KeyPair(SigningKey::from_bytes(&secret))
    }

    /// The secret bytes, to be put into a lock box at once.
    pub fn secret(&self) -> zeroize::Zeroizing<[u8; 32]> {
        zeroize::Zeroizing::new(self.0.to_bytes())
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// The secret for agreeing on a key with another, see [`crate::envelope`].
    pub(crate) fn scalar(&self) -> zeroize::Zeroizing<[u8; 32]> {
        zeroize::Zeroizing::new(self.0.to_scalar_bytes())
    }

    /// Signs `label`, a zero byte, and the message.
    pub fn sign(&self, label: &str, message: &[u8]) -> Signature {
        Signature(self.0.sign(&labelled(label, message)).to_bytes())
    }

    /// Signs the head of a batch.
    pub fn sign_head(&self, town: TownCode, epoch: Epoch, seq: u64, hash: &Hash) -> Signature {
        self.sign(HEAD_LABEL, &head_message(town, device_of(&self.public()), epoch, seq, hash))
    }
}

const HEAD_LABEL: &str = "palika head 1";

fn labelled(label: &str, message: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(label.len() + 1 + message.len());
    bytes.extend_from_slice(label.as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(message);
    bytes
}

fn head_message(town: TownCode, device: DeviceId, epoch: Epoch, seq: u64, hash: &Hash) -> Vec<u8> {
    let mut message = Vec::with_capacity(64);
    message.extend_from_slice(&town.0.to_be_bytes());
    message.extend_from_slice(&device.0);
    message.extend_from_slice(&epoch.0.to_be_bytes());
    message.extend_from_slice(&seq.to_be_bytes());
    message.extend_from_slice(&hash.0);
    message
}

/// A public key for agreeing on a key with its owner, see [`crate::envelope`].
pub(crate) fn montgomery_of(key: &PublicKey) -> Result<MontgomeryPoint, JournalError> {
    let key = VerifyingKey::from_bytes(&key.0).map_err(|_| JournalError::Malformed("key"))?;
    if key.is_weak() {
        return Err(JournalError::Malformed("key"));
    }
    Ok(key.to_montgomery())
}

/// Checks a labelled signature.
pub fn verify(
    key: &PublicKey,
    label: &str,
    message: &[u8],
    signature: &Signature,
    what: &'static str,
) -> Result<(), JournalError> {
    let key = VerifyingKey::from_bytes(&key.0).map_err(|_| JournalError::Signature(what))?;
    let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
    key.verify_strict(&labelled(label, message), &signature).map_err(|_| JournalError::Signature(what))
}

/// Checks the signature over a batch's head.
pub fn verify_head(
    key: &PublicKey,
    town: TownCode,
    epoch: Epoch,
    seq: u64,
    hash: &Hash,
    signature: &Signature,
) -> Result<(), JournalError> {
    let message = head_message(town, device_of(key), epoch, seq, hash);
    verify(key, HEAD_LABEL, &message, signature, "chain")
}

/// A device is named by its key: nobody else can claim the name.
pub fn device_of(key: &PublicKey) -> DeviceId {
    let digest: [u8; 32] = Sha256::digest(key.0).into();
    let mut id = [0; 16];
    id.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    DeviceId(id)
}
