//! The keys of the town's computers, as its log certifies them: whom a bundle is for, and who may answer on the local
//! network.

use crate::{OfficeError, Refusal, Town};
use domain::DeviceId;
use domain::identity::PublicKey;
use journal::Certificate;
use store::query::people;

impl Town {
    /// The certificate of a device this town trusts.
    pub(crate) async fn certificate_of(&self, device: DeviceId) -> Result<Certificate, OfficeError> {
        let mut reading = self.store.reading().await?;
        let known = people::devices(&mut reading).await?;
        let row = known.iter().find(|row| row.device == device).ok_or(Refusal::NoSuchDevice)?;
        if row.revoked {
            return Err(Refusal::RevokedAlready.into());
        }
        let bytes = people::device_certificate(&mut reading, &device).await?.ok_or(Refusal::NoSuchDevice)?;
        let certificate = Certificate::from_bytes(&bytes)?;
        certificate.verify(&self.of_town.key)?;
        Ok(certificate)
    }

    /// The keys of all devices this town trusts, this one's own among them.
    pub(crate) async fn trusted_keys(&self) -> Result<Vec<PublicKey>, OfficeError> {
        let mut reading = self.store.reading().await?;
        let mut keys = Vec::new();
        for row in people::devices(&mut reading).await?.iter().filter(|row| !row.revoked) {
            let Some(bytes) = people::device_certificate(&mut reading, &row.device).await? else { continue };
            let certificate = Certificate::from_bytes(&bytes)?;
            if certificate.verify(&self.of_town.key).is_ok() {
                keys.push(certificate.key);
            }
        }
        Ok(keys)
    }
}
