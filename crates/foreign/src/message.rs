//! What is said on the line, on a stick, and to the server, under certificates that hold: what an enrolled device that has
//! fallen into the wrong hands may send.

use crate::says_itself_again;
use carrier::IncomingBundle;
use domain::{BusinessDate, FinancialYear, TownCode};
use journal::{Certificate, KeyPair};
use minicbor::Encode;
use minicbor::encode::{Encoder, Error, Write};
use std::io::Cursor;
use sync::admit::{Challenge, admit};
use sync::code::{admit_deposit, deposit_town};
use sync::frame::{FrameKind, open, pack, pack_signed};
use sync::watch::{admit_watch, is_news};
use sync::{Admission, Admitted, Answer, Cover, Credentials, Piece, Trust};

const TOWN: TownCode = TownCode(248_459);
/// Magic, version, kind: what stands before the compressed part of a frame without certificates.
const HEADER_BYTES: usize = 6;

/// Bytes that stand for CBOR, whatever they are.
struct Raw<'a>(&'a [u8]);

impl Encode<()> for Raw<'_> {
    fn encode<W: Write>(&self, encoder: &mut Encoder<W>, _: &mut ()) -> Result<(), Error<W::Error>> {
        encoder.writer_mut().write_all(self.0).map_err(Error::write)
    }
}

fn state() -> KeyPair {
    KeyPair::from_secret([1; 32])
}

/// Of a device of the town, all made from fixed secrets.
fn credentials() -> Credentials {
    let (town, device) = (KeyPair::from_secret([2; 32]), KeyPair::from_secret([3; 32]));
    let on: BusinessDate = FinancialYear(2026).first_day();
    Credentials {
        town: Certificate::town(&state(), TOWN, town.public(), on),
        device: Certificate::device(&town, TOWN, device.public(), on),
        key: device,
    }
}

/// A frame as it came.
pub fn frame(bytes: &[u8]) {
    let root = state().public();
    let admission = Admission {
        state_root: &root,
        town: TOWN,
        town_key: None,
        challenge_secret: &[9; 32],
        now_ms: 1_000,
    };
    if let Ok(Admitted::Guest(guest)) = admit(bytes, &admission) {
        says_itself_again(&guest.offer);
    }
    let _ = deposit_town(bytes);
    if let Ok(Admitted::Guest(deposit)) = admit_deposit(bytes, &admission) {
        says_itself_again(&deposit.1);
    }
    if let Ok(Admitted::Guest(watch)) = admit_watch(bytes, &admission) {
        says_itself_again(&watch.1);
    }
    let trust = Trust { state_root: &root, town: TOWN, town_key: None };
    if let Ok((_, cover)) = Cover::of_frame(bytes, &trust) {
        says_itself_again(&cover);
        let _ = cover.opened_key(&credentials().key);
        let _ = cover.owed(&[]);
    }
    if let Ok(answer) = open::<Answer>(FrameKind::Answer, bytes) {
        says_itself_again(&answer);
        answer.ranges.into_iter().for_each(|range| drop(range.open()));
    }
    if let Ok(challenge) = open::<Challenge>(FrameKind::Challenge, bytes) {
        says_itself_again(&challenge);
    }
    let _ = is_news(bytes);
}

/// The CBOR within a frame: a byte that chooses the kind, then what is compressed, and signed where the kind is.
pub fn message(bytes: &[u8]) {
    let Some((kind, said)) = bytes.split_first() else { return };
    let wrapped = match kind % 6 {
        0 => pack_signed(FrameKind::Offer, &Raw(said), &credentials()),
        1 => pack(FrameKind::Answer, &Raw(said)),
        2 => pack(FrameKind::Challenge, &Raw(said)),
        3 => pack_signed(FrameKind::Deposit, &Raw(said), &credentials()),
        4 => pack_signed(FrameKind::Watch, &Raw(said), &credentials()),
        _ => pack(FrameKind::News, &Raw(said)),
    };
    if let Ok(wrapped) = wrapped {
        frame(&wrapped);
    }
}

/// The CBOR within a bundle's cover.
pub fn cover(bytes: &[u8]) {
    let Ok(frame) = pack_signed(FrameKind::Cover, &Raw(bytes), &credentials()) else { return };
    self::frame(&frame);
    // The same as the first block of a file.
    let mut file = b"PLKBND1\0".to_vec();
    file.extend_from_slice(&(frame.len() as u32).to_be_bytes());
    file.extend_from_slice(&frame);
    bundle(&file);
}

/// The CBOR within a piece of a bundle.
pub fn piece(bytes: &[u8]) {
    let Ok(packed) = pack(FrameKind::News, &Raw(bytes)) else { return };
    let Ok(piece) = Piece::of_bytes(packed.get(HEADER_BYTES..).unwrap_or_default(), TOWN) else { return };
    let again = piece.to_bytes().and_then(|bytes| Piece::of_bytes(&bytes, TOWN));
    assert_eq!(again.as_ref().ok(), Some(&piece));
    if let Piece::Entries(range) = piece {
        drop(range.open());
    }
}

/// A bundle as it lies on a stick, up to the key of its pieces.
pub fn bundle(bytes: &[u8]) {
    let root = state().public();
    let trust = Trust { state_root: &root, town: TOWN, town_key: None };
    if let Ok(bundle) = IncomingBundle::open(Cursor::new(bytes), &credentials(), &trust) {
        assert_eq!(bundle.from(), journal::device_of(&credentials().device.key));
    }
}
