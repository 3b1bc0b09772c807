//! TLS between two computers of one town. A device shows its own key, bare (RFC 7250): who it is, the town has signed
//! already, so no authority, no name and no date of a certificate stands between them. TLS 1.3 only. What a device signs
//! for TLS begins with 64 spaces and TLS's own words, what it signs for the log with a label of ours: one can never serve
//! as the other.

use crate::CarrierError;
use domain::identity::PublicKey;
use journal::KeyPair;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::server::AlwaysResolvesServerRawPublicKeys;
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, ServerConfig, SignatureScheme};
use std::sync::{Arc, Mutex};

/// What stands before the 32 bytes of an Ed25519 public key in its DER form (RFC 8410).
const PUBLIC_KEY_FRONT: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// The same for the secret key.
const SECRET_KEY_FRONT: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

fn public_key_der(key: &PublicKey) -> Vec<u8> {
    [PUBLIC_KEY_FRONT.as_slice(), key.0.as_slice()].concat()
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn untrusted(error: rustls::Error) -> CarrierError {
    CarrierError::Untrusted(error.to_string())
}

/// For the computer that answers: it shows `key`.
pub fn answering(key: &KeyPair) -> Result<ServerConfig, CarrierError> {
    let secret = zeroize::Zeroizing::new([SECRET_KEY_FRONT.as_slice(), key.secret().as_slice()].concat());
    let signing =
        ring::sign::any_eddsa_type(&PrivatePkcs8KeyDer::from(secret.as_slice())).map_err(untrusted)?;
    let shown = CertifiedKey::new(vec![CertificateDer::from(public_key_der(&key.public()))], signing);
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(untrusted)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(Arc::new(shown))));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// For the computer that asks: whoever answers must hold one of these keys. Which one it held is noted in `met`.
pub(crate) fn asking(trusted: &[PublicKey], met: &Met) -> Result<ClientConfig, CarrierError> {
    let provider = provider();
    let verifier = ByKey {
        trusted: trusted.to_vec(),
        met: met.clone(),
        algorithms: provider.signature_verification_algorithms,
    };
    Ok(ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(untrusted)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

/// Whose key the last connection showed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Met(Arc<Mutex<Option<PublicKey>>>);

impl Met {
    pub(crate) fn key(&self) -> Option<PublicKey> {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn note(&self, key: PublicKey) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(key);
    }
}

#[derive(Debug)]
struct ByKey {
    trusted: Vec<PublicKey>,
    met: Met,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for ByKey {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _stapled: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let known = self.trusted.iter().find(|key| public_key_der(key) == shown.as_ref());
        let known = known.ok_or(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer))?;
        self.met.note(*known);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _shown: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::Error::InvalidCertificate(CertificateError::BadSignature))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let key = SubjectPublicKeyInfoDer::from(shown.as_ref());
        verify_tls13_signature_with_raw_key(message, &key, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}
