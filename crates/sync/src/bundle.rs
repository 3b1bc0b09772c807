//! A part of the log in a file, for where no line is: what a device carries to another on a stick. The file answers
//! nothing and asks nothing; its cover says what its writer durably holds, and so each bundle confirms what the one
//! before it brought.

use crate::admit::{Identity, Trust, open_identified};
use crate::frame::{Credentials, FrameKind, deflate, inflate, pack_signed};
use crate::limits::{HEADS_MAX, KEY_BYTES_MAX};
use crate::message::{KeyCursor, Keys, ReplicaId, bound, check_keys};
use crate::{SyncError, plan};
use domain::{ChainHead, DeviceId, TownCode};
use journal::{Entropy, KeyPair, Range, envelope};
use minicbor::{Decode, Encode};
use zeroize::Zeroizing;

const KEY_PURPOSE: &str = "palika bundle key 1";

/// What a bundle says before its pieces, signed by the device that wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Cover {
    /// The town.
    #[n(0)]
    pub town: TownCode,
    /// For whom: no other device can open the pieces.
    #[n(1)]
    pub to: DeviceId,
    /// The writing replica.
    #[n(2)]
    pub replica: ReplicaId,
    /// Counts this replica's bundles for this device: what an older one says of heads is over.
    #[n(3)]
    pub serial: u64,
    /// Durably held by the writer. Clears "unsent" at the reader as an answer on the line does.
    #[n(4)]
    pub heads: Vec<ChainHead>,
    /// How far the reader's list of wrapped keys is held by the writer.
    #[n(5)]
    pub keys_held: Option<KeyCursor>,
    /// The key of the pieces, in an envelope ([`journal::envelope`]) for the reader.
    #[cbor(n(6), with = "minicbor::bytes")]
    pub key: Vec<u8>,
}

impl Cover {
    /// Puts the key of the pieces into its envelope.
    pub fn key_for(
        reader: &domain::identity::PublicKey,
        key: &[u8; 32],
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, SyncError> {
        envelope::close(reader, KEY_PURPOSE, key, entropy).map_err(|_| SyncError::Malformed("key"))
    }

    /// The key of the pieces, for the device it is for.
    pub fn opened_key(&self, own: &KeyPair) -> Result<Zeroizing<[u8; 32]>, SyncError> {
        let opened = envelope::open(own, KEY_PURPOSE, &self.key).map_err(|_| SyncError::Malformed("key"))?;
        let key: [u8; 32] = opened.as_slice().try_into().map_err(|_| SyncError::Malformed("key"))?;
        Ok(Zeroizing::new(key))
    }

    /// The signed frame.
    pub fn to_frame(&self, credentials: &Credentials) -> Result<Vec<u8>, SyncError> {
        pack_signed(FrameKind::Cover, self, credentials)
    }

    /// Opens a frame: certificates, signature, town, bounds. Says who wrote it.
    pub fn of_frame(frame: &[u8], trust: &Trust<'_>) -> Result<(Identity, Cover), SyncError> {
        let (identity, cover) = open_identified::<Cover>(FrameKind::Cover, frame, trust)?;
        if cover.town != trust.town {
            return Err(SyncError::OtherTown);
        }
        bound(cover.heads.len(), HEADS_MAX, "heads")?;
        bound(cover.key.len(), KEY_BYTES_MAX, "key")?;
        Ok((identity, cover))
    }

    /// What of the writer's chains the reader lacks, by what it was last heard to hold.
    pub fn owed(&self, held_there: &[ChainHead]) -> Vec<plan::Wanted> {
        plan::plan(&self.heads, held_there, &[]).send
    }
}

/// One piece of the log on its way.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Piece {
    /// Entries of one chain.
    #[n(0)]
    Entries(#[n(0)] Range),
    /// Keys of persons' sealed fields, wrapped under the town's secret.
    #[n(1)]
    Keys(#[n(0)] Keys),
    /// All pieces before this one.
    #[n(2)]
    End(#[n(0)] u64),
}

impl Piece {
    /// As it is sealed: compressed.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SyncError> {
        deflate(self)
    }

    /// Reads a piece of a town; beyond a bound of the protocol it is refused.
    pub fn of_bytes(bytes: &[u8], town: TownCode) -> Result<Piece, SyncError> {
        let piece: Piece = inflate(bytes)?;
        match &piece {
            Piece::Entries(range) if range.town != town => Err(SyncError::OtherTown),
            Piece::Keys(keys) => check_keys(keys).map(|()| piece),
            _ => Ok(piece),
        }
    }
}
