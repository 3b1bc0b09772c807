//! Who may exchange: a device whose certificates lead from the state root through the town to the key that signed the
//! message. No list of devices is needed for that, so a centre that lost its disks can be filled again by the offices.
//!
//! A message must also carry a recent challenge. An exchange may be repeated without harm, but its answer holds the
//! town's entries: without the challenge, whoever recorded one request could ask for them again for ever.

use crate::frame::{FrameKind, Parts, Signed};
use crate::limits::CHALLENGE_VALID_MS;
use crate::{Offer, SyncError};
use domain::identity::PublicKey;
use domain::{DeviceId, Hash, TownCode};
use journal::{Certificate, CertificateKind, hash};
use minicbor::{Decode, Encode};

/// Where the asking device stands in the certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The town.
    pub town: TownCode,
    /// The device.
    pub device: DeviceId,
    /// State → town.
    pub town_certificate: Certificate,
    /// Town → device.
    pub device_certificate: Certificate,
}

/// What the answering side knows before it reads a message.
pub struct Admission<'a> {
    /// The state's root key.
    pub state_root: &'a PublicKey,
    /// The town addressed.
    pub town: TownCode,
    /// The town's key as enrolled here; `None` where this side has lost its list or never had one.
    pub town_key: Option<&'a PublicKey>,
    /// A secret of the answering side; challenges are derived from it, so none needs to be kept.
    pub challenge_secret: &'a [u8; 32],
    /// The answering side's clock, milliseconds. It judges its own challenges only, never the asking side's clock.
    pub now_ms: i64,
}

impl Admission<'_> {
    fn trust(&self) -> Trust<'_> {
        Trust { state_root: self.state_root, town: self.town, town_key: self.town_key }
    }
}

/// An offer that may be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    /// Who asks.
    pub identity: Identity,
    /// What is offered.
    pub offer: Offer,
    /// Hash of the frame; goes into the answer.
    pub offer_hash: Hash,
}

/// What becomes of a sound message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admitted<T> {
    /// Answer it.
    Guest(Box<T>),
    /// Sound, but without a recent challenge: answer with a challenge frame.
    AskAgain(DeviceId),
}

/// Something that travels signed and carries a challenge.
pub trait Challenged {
    /// The challenge it carries.
    fn challenge(&self) -> &[u8];
    /// The town it names.
    fn town(&self) -> TownCode;
}

impl Challenged for Offer {
    fn challenge(&self) -> &[u8] {
        &self.challenge
    }
    fn town(&self) -> TownCode {
        self.town
    }
}

/// Whose word is taken.
#[derive(Clone, Copy)]
pub struct Trust<'a> {
    /// The state's root key.
    pub state_root: &'a PublicKey,
    /// The town addressed.
    pub town: TownCode,
    /// The town's key as enrolled here; `None` where this side has lost its list or never had one.
    pub town_key: Option<&'a PublicKey>,
}

/// Opens a signed frame and says whose it is: certificates, then signature.
pub(crate) fn open_identified<T>(
    kind: FrameKind,
    frame: &[u8],
    trust: &Trust<'_>,
) -> Result<(Identity, T), SyncError>
where
    T: for<'b> Decode<'b, ()>,
{
    let parts = Parts::of(kind, frame)?;
    check_chain(&parts.town, &parts.device, trust)?;
    let Signed { town, device, message } = parts.open::<T>()?;
    let identity = Identity {
        town: town.town,
        device: journal::device_of(&device.key),
        town_certificate: town,
        device_certificate: device,
    };
    Ok((identity, message))
}

/// The same for what was said on the line. The flag says whether its challenge is recent.
pub(crate) fn open_signed<T>(
    kind: FrameKind,
    frame: &[u8],
    admission: &Admission<'_>,
) -> Result<(Identity, T, bool), SyncError>
where
    T: Challenged + for<'b> Decode<'b, ()>,
{
    let (identity, message) = open_identified::<T>(kind, frame, &admission.trust())?;
    if message.town() != admission.town {
        return Err(SyncError::OtherTown);
    }
    let recent = challenge_holds(message.challenge(), admission, &identity.device);
    Ok((identity, message, recent))
}

fn check_chain(town: &Certificate, device: &Certificate, trust: &Trust<'_>) -> Result<(), SyncError> {
    if town.town != trust.town || device.town != trust.town {
        return Err(SyncError::OtherTown);
    }
    let kinds = town.kind == CertificateKind::Town && device.kind == CertificateKind::Device;
    if !kinds {
        return Err(SyncError::Malformed("certificates"));
    }
    town.verify(trust.state_root).map_err(SyncError::Stranger)?;
    device.verify(&town.key).map_err(SyncError::Stranger)?;
    match trust.town_key {
        Some(known) if *known != town.key => Err(SyncError::OtherTownKey),
        _ => Ok(()),
    }
}

/// Opens an offer and decides.
pub fn admit(frame: &[u8], admission: &Admission<'_>) -> Result<Admitted<Guest>, SyncError> {
    let (identity, offer, recent) = open_signed::<Offer>(FrameKind::Offer, frame, admission)?;
    let offer = offer.checked()?;
    if !recent {
        return Ok(Admitted::AskAgain(identity.device));
    }
    Ok(Admitted::Guest(Box::new(Guest { identity, offer, offer_hash: hash(frame) })))
}

/// What a challenge frame carries.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Challenge {
    /// To be put into the next message.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub challenge: Vec<u8>,
}

/// A challenge for one device: its expiry and a keyed hash of it. Nothing is kept, so any of several servers that
/// share the secret can check it.
pub fn challenge_for(device: &DeviceId, secret: &[u8; 32], now_ms: i64) -> Vec<u8> {
    challenge_until(device, secret, now_ms.saturating_add(CHALLENGE_VALID_MS))
}

fn challenge_until(device: &DeviceId, secret: &[u8; 32], until_ms: i64) -> Vec<u8> {
    // Every part has a fixed length and the hash is cut to half: nothing can be appended to forge another.
    let mut keyed = b"palika challenge 1\0".to_vec();
    keyed.extend_from_slice(secret);
    keyed.extend_from_slice(&device.0);
    keyed.extend_from_slice(&until_ms.to_be_bytes());
    let mut challenge = until_ms.to_be_bytes().to_vec();
    challenge.extend(hash(&keyed).0.iter().take(16));
    challenge
}

fn challenge_holds(challenge: &[u8], admission: &Admission<'_>, device: &DeviceId) -> bool {
    let Some((until, _)) = challenge.split_first_chunk::<8>() else { return false };
    let until_ms = i64::from_be_bytes(*until);
    // An expiry further away than any this side gives comes from before its clock was set back.
    let recent =
        until_ms >= admission.now_ms && until_ms <= admission.now_ms.saturating_add(CHALLENGE_VALID_MS);
    recent && challenge_until(device, admission.challenge_secret, until_ms) == challenge
}
