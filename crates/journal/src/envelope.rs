//! A key in an envelope that one public key opens: whoever carries the envelope, and whoever wrote it, opens it no more.
//!
//! 32 bytes of a key made for this envelope alone, then what [`crate::seal::wrap`] makes under SHA-256 of
//! `palika envelope 1`, a zero byte, the shared secret, the first 32 bytes and the recipient's key. The shared secret is
//! X25519 between the first 32 bytes and the recipient's Ed25519 key on the Montgomery curve.

use crate::{Entropy, JournalError, KeyPair, random, seal};
use curve25519_dalek::MontgomeryPoint;
use domain::identity::PublicKey;
use zeroize::Zeroizing;

const LABEL: &[u8] = b"palika envelope 1\0";

/// Closes `contents` for `recipient`.
///
/// # Errors
/// The recipient's key is no key.
pub fn close(
    recipient: &PublicKey,
    purpose: &str,
    contents: &[u8],
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, JournalError> {
    let point = crate::key::montgomery_of(recipient)?;
    let once: Zeroizing<[u8; 32]> = Zeroizing::new(random(entropy));
    let public = MontgomeryPoint::mul_base_clamped(*once).to_bytes();
    let key = key_of(point.mul_clamped(*once), &public, recipient)?;
    let mut bytes = public.to_vec();
    bytes.extend_from_slice(&seal::wrap(&key, purpose, contents, entropy)?);
    Ok(bytes)
}

/// Opens what [`close`] closed for this key.
///
/// # Errors
/// It was closed for somebody else, for something else, or changed on the way.
pub fn open(own: &KeyPair, purpose: &str, bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, JournalError> {
    let (public, sealed) = bytes.split_first_chunk::<32>().ok_or(JournalError::Malformed("envelope"))?;
    let key = key_of(MontgomeryPoint(*public).mul_clamped(*own.scalar()), public, &own.public())?;
    seal::unwrap(&key, purpose, sealed)
}

fn key_of(
    shared: MontgomeryPoint,
    public: &[u8; 32],
    recipient: &PublicKey,
) -> Result<Zeroizing<[u8; 32]>, JournalError> {
    // A point of low order would make the secret known to everybody.
    if shared.0 == [0; 32] {
        return Err(JournalError::NotOpened);
    }
    let mut keyed = Zeroizing::new(LABEL.to_vec());
    keyed.extend_from_slice(&shared.0);
    keyed.extend_from_slice(public);
    keyed.extend_from_slice(&recipient.0);
    Ok(Zeroizing::new(crate::hash(&keyed).0))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u8);
    impl Entropy for Fixed {
        fn fill(&mut self, bytes: &mut [u8]) {
            for byte in bytes {
                self.0 = self.0.wrapping_add(1);
                *byte = self.0;
            }
        }
    }

    #[test]
    fn an_envelope_opens_for_its_recipient_and_purpose_only() {
        let (recipient, other) = (KeyPair::from_secret([1; 32]), KeyPair::from_secret([2; 32]));
        let closed = close(&recipient.public(), "bundle", b"the key", &mut Fixed(0)).unwrap();
        assert_eq!(open(&recipient, "bundle", &closed).unwrap().as_slice(), b"the key");
        assert_eq!(open(&other, "bundle", &closed), Err(JournalError::NotOpened));
        assert_eq!(open(&recipient, "invitation", &closed), Err(JournalError::NotOpened));
        for at in 0..closed.len() {
            let mut broken = closed.clone();
            broken[at] ^= 1;
            // The highest bit of the first 32 bytes is no part of an X25519 key, but of what is hashed.
            assert!(open(&recipient, "bundle", &broken).is_err(), "byte {at}");
        }
        for cut in 0..closed.len() {
            assert!(open(&recipient, "bundle", &closed[..cut]).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn a_key_of_low_order_opens_nothing_and_receives_nothing() {
        let own = KeyPair::from_secret([1; 32]);
        let mut bytes = vec![0; 32];
        bytes.extend_from_slice(&[0; 60]);
        assert_eq!(open(&own, "bundle", &bytes), Err(JournalError::NotOpened));
        let mut low = [0; 32];
        low[0] = 1;
        assert!(close(&PublicKey(low), "bundle", b"x", &mut Fixed(0)).is_err());
    }

    #[test]
    fn both_ends_come_to_one_secret() {
        let (one, two) = (KeyPair::from_secret([7; 32]), KeyPair::from_secret([8; 32]));
        let there = crate::key::montgomery_of(&two.public()).unwrap().mul_clamped(*one.scalar());
        let back = crate::key::montgomery_of(&one.public()).unwrap().mul_clamped(*two.scalar());
        assert_eq!(there, back);
    }
}
