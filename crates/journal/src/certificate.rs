//! Certificates: state → town → device → person on that device. Fixed size, so that a chain fits a receipt's QR.

use crate::JournalError;
use crate::entry::Reader;
use crate::key::{KeyPair, device_of, verify};
use domain::identity::{PublicKey, Signature};
use domain::{BusinessDate, TownCode, UserId};

const LABEL: &str = "palika certificate 1";

/// Who certifies whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CertificateKind {
    /// The state root certifies a town.
    Town = 1,
    /// A town certifies a device.
    Device = 2,
    /// A device certifies a person's key on it.
    Person = 3,
}

/// One signed statement: "this key is that subject's".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Who certifies whom.
    pub kind: CertificateKind,
    /// The town.
    pub town: TownCode,
    /// The person's id; the device's id; zeros for a town.
    pub subject: [u8; 16],
    /// The subject's key.
    pub key: PublicKey,
    /// The day it was issued.
    pub issued_on: BusinessDate,
    /// The issuer's signature.
    pub signature: Signature,
}

/// Length of a certificate in bytes.
pub const CERTIFICATE_BYTES: usize = 1 + 4 + 16 + 32 + 4 + 64;

impl Certificate {
    /// State → town.
    pub fn town(state: &KeyPair, town: TownCode, key: PublicKey, on: BusinessDate) -> Certificate {
        Certificate::issue(state, CertificateKind::Town, town, [0; 16], key, on)
    }

    /// Town → device; the subject is the device's id, derived from its key.
    pub fn device(issuer: &KeyPair, town: TownCode, key: PublicKey, on: BusinessDate) -> Certificate {
        Certificate::issue(issuer, CertificateKind::Device, town, device_of(&key).0, key, on)
    }

    /// Device → person.
    pub fn person(
        device: &KeyPair,
        town: TownCode,
        user: UserId,
        key: PublicKey,
        on: BusinessDate,
    ) -> Certificate {
        Certificate::issue(device, CertificateKind::Person, town, user.0, key, on)
    }

    fn issue(
        issuer: &KeyPair,
        kind: CertificateKind,
        town: TownCode,
        subject: [u8; 16],
        key: PublicKey,
        issued_on: BusinessDate,
    ) -> Certificate {
        let mut certificate =
            Certificate { kind, town, subject, key, issued_on, signature: Signature([0; 64]) };
        certificate.signature = issuer.sign(LABEL, &certificate.statement());
        certificate
    }

    /// What is signed: everything before the signature.
    fn statement(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(CERTIFICATE_BYTES);
        bytes.push(self.kind as u8);
        bytes.extend_from_slice(&self.town.0.to_be_bytes());
        bytes.extend_from_slice(&self.subject);
        bytes.extend_from_slice(&self.key.0);
        bytes.extend_from_slice(&self.issued_on.to_number().to_be_bytes());
        bytes
    }

    /// Checks it against its issuer's key; a device's name must also be its key's.
    pub fn verify(&self, issuer: &PublicKey) -> Result<(), JournalError> {
        if self.kind == CertificateKind::Device && device_of(&self.key).0 != self.subject {
            return Err(JournalError::NotThatDevice);
        }
        verify(issuer, LABEL, &self.statement(), &self.signature, "certificate")
    }

    /// The bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.statement();
        bytes.extend_from_slice(&self.signature.0);
        bytes
    }

    /// Reads exactly one certificate; does not check it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Certificate, JournalError> {
        let malformed = JournalError::Malformed("certificate");
        if bytes.len() != CERTIFICATE_BYTES {
            return Err(malformed);
        }
        let mut reader = Reader { rest: bytes };
        let kind = match reader.take::<1>()? {
            [1] => CertificateKind::Town,
            [2] => CertificateKind::Device,
            [3] => CertificateKind::Person,
            _ => return Err(malformed),
        };
        Ok(Certificate {
            kind,
            town: TownCode(u32::from_be_bytes(reader.take()?)),
            subject: reader.take()?,
            key: PublicKey(reader.take()?),
            issued_on: BusinessDate::from_number(u32::from_be_bytes(reader.take()?))
                .map_err(|_| malformed)?,
            signature: Signature(reader.take()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_holds_and_each_altered_byte_breaks_it() {
        let on = BusinessDate::new(2026, 11, 23).unwrap();
        let (state, town, device) =
            (KeyPair::from_secret([1; 32]), KeyPair::from_secret([2; 32]), KeyPair::from_secret([3; 32]));
        let code = TownCode(248_459);
        let of_town = Certificate::town(&state, code, town.public(), on);
        let of_device = Certificate::device(&town, code, device.public(), on);
        let of_person = Certificate::person(&device, code, UserId([9; 16]), state.public(), on);
        assert_eq!(of_town.verify(&state.public()), Ok(()));
        assert_eq!(of_device.verify(&town.public()), Ok(()));
        assert_eq!(of_person.verify(&device.public()), Ok(()));
        assert!(of_device.verify(&state.public()).is_err());
        let bytes = of_device.to_bytes();
        assert_eq!(bytes.len(), CERTIFICATE_BYTES);
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            let holds = Certificate::from_bytes(&changed).and_then(|c| c.verify(&town.public()));
            assert!(holds.is_err(), "byte {index}");
        }
    }
}
