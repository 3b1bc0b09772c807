//! Bytes that were sent once are read for ever.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod support;

use domain::identity::{from_hex, to_hex};
use domain::{ChainHead, DeviceId, Epoch, Hash};
use support::{Log, SECRET, TOWN, device, state};
use sync::Cover;
use sync::admit::{Admission, Admitted, admit, challenge_for};
use sync::code::{Deposit, InvitationCode, SpokenCode};
use sync::frame::{FrameKind, open, pack, pack_signed};
use sync::message::{Alarm, AlarmKind, Answer, ChainName, KeyCursor, Keys, Offer, ReplicaId};

fn head(seq: u64) -> ChainHead {
    ChainHead { device: DeviceId([2; 16]), epoch: Epoch(1), seq, hash: Hash([3; 32]) }
}

fn offer() -> Offer {
    let one = device(1);
    let mut log = Log::new(1);
    log.write(&one, &["रसीद".to_string(), "two".to_string()]);
    log.add_key(7, 8);
    let chain = ChainName::of(&log.vector()[0]);
    Offer {
        town: TOWN,
        replica: log.replica,
        challenge: challenge_for(&journal::device_of(&one.key.public()), &SECRET, 1_000),
        heads: log.vector(),
        forked: vec![ChainName::of(&head(5))],
        ranges: vec![log.range_after(chain, 0, 1_000).unwrap()],
        keys: Keys::stretch(0, log.keys_after(0, 9)),
        keys_held: Some(KeyCursor { replica: ReplicaId([9; 16]), order: 300 }),
        budget_bytes: 1 << 18,
        more: true,
    }
}

fn cover() -> Cover {
    Cover {
        town: TOWN,
        to: DeviceId([5; 16]),
        replica: ReplicaId([9; 16]),
        serial: 7,
        heads: vec![head(70_000)],
        keys_held: Some(KeyCursor { replica: ReplicaId([8; 16]), order: 300 }),
        key: vec![6; 104],
    }
}

fn answer() -> Answer {
    Answer {
        offer: Hash([4; 32]),
        replica: ReplicaId([9; 16]),
        challenge: vec![1, 2, 3],
        heads: vec![head(70_000)],
        ranges: offer().ranges,
        keys: Keys::default(),
        keys_held: None,
        alarms: vec![
            Alarm::about(AlarmKind::Refused, &head(6), "E-JOURNAL-002"),
            Alarm::about_peer(AlarmKind::Empty),
        ],
        more: false,
    }
}

#[test]
fn golden_bytes_of_the_messages() {
    insta::assert_snapshot!("offer", to_hex(&minicbor::to_vec(offer()).unwrap()));
    insta::assert_snapshot!("cover", to_hex(&minicbor::to_vec(cover()).unwrap()));
    insta::assert_snapshot!("answer", to_hex(&minicbor::to_vec(answer()).unwrap()));
}

#[test]
fn frames_read_back() {
    let frame = pack(FrameKind::Answer, &answer()).unwrap();
    assert_eq!(open::<Answer>(FrameKind::Answer, &frame).unwrap(), answer());
    assert_eq!(to_hex(&frame[..6]), "504c4b580102");
    // An answer carries no signature: its checksum must catch every broken bit.
    for place in 0..frame.len() * 8 {
        let mut broken = frame.clone();
        broken[place / 8] ^= 1 << (place % 8);
        let read = open::<Answer>(FrameKind::Answer, &broken);
        assert!(read.is_err() || read == Ok(answer()), "bit {place} changed what was said");
    }
}

/// Compression may differ between versions of zstd, so what is kept is a frame once made: it must open.
#[test]
fn a_frame_of_the_first_version_still_opens() {
    let kept = include_str!("golden/offer-1.hex");
    if std::env::var_os("PALIKA_MAKE_GOLDEN").is_some() {
        panic!("{}", to_hex(&pack_signed(FrameKind::Offer, &offer(), &device(1)).unwrap()));
    }
    let root = state().public();
    let admission =
        Admission { state_root: &root, town: TOWN, town_key: None, challenge_secret: &SECRET, now_ms: 1_000 };
    match admit(&from_hex(kept.trim()).unwrap(), &admission).unwrap() {
        Admitted::Guest(guest) => assert_eq!(guest.offer, offer()),
        Admitted::AskAgain(_) => panic!("the challenge is recent"),
    }
}

#[test]
fn codes_survive_the_way_people_type() {
    let mut dice = support::Dice(5);
    for _ in 0..200 {
        let code = InvitationCode::generate(&mut dice);
        let spoken = code.spoken();
        assert_eq!(spoken.len(), 24);
        assert_eq!(InvitationCode::parse(&spoken), Some(code.clone()));
        let typed = spoken.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(InvitationCode::parse(&typed), Some(code.clone()));
        let in_hindi: String = spoken
            .chars()
            .map(|c| c.to_digit(10).map_or(c, |d| char::from_u32('०' as u32 + d).unwrap()))
            .collect();
        assert_eq!(InvitationCode::parse(&in_hindi), Some(code.clone()));
        assert_eq!(code.id().len() + code.secret().len(), 20);
        assert!(sync::code::is_invitation_id(&code.id()));
        for (place, c) in spoken.char_indices().filter(|(_, c)| *c != '-') {
            let other = if c == 'A' { 'B' } else { 'A' };
            let mut wrong: Vec<char> = spoken.chars().collect();
            wrong[place] = other;
            assert_eq!(InvitationCode::parse(&wrong.iter().collect::<String>()), None, "{spoken} at {place}");
        }
    }
    assert_eq!(SpokenCode::parse("", 16), None);
    assert_eq!(SpokenCode::parse("कखगघ", 16), None);
    assert!(!sync::code::is_invitation_id("../../et"));
}

#[test]
fn a_deposit_is_taken_from_an_enrolled_device_only() {
    let one = device(1);
    let code = InvitationCode::generate(&mut support::Dice(6));
    let mut deposit = Deposit {
        town: TOWN,
        challenge: challenge_for(&journal::device_of(&one.key.public()), &SECRET, 0),
        id: code.id(),
        valid_ms: i64::MAX,
        package: vec![7; 64 << 10],
    };
    let root = state().public();
    let admission =
        Admission { state_root: &root, town: TOWN, town_key: None, challenge_secret: &SECRET, now_ms: 0 };
    let frame = deposit.to_frame(&one).unwrap();
    match sync::code::admit_deposit(&frame, &admission).unwrap() {
        Admitted::Guest(guest) => {
            assert_eq!(guest.1.package, deposit.package);
            assert_eq!(guest.1.valid_ms, sync::limits::INVITATION_VALID_MS_MAX);
        }
        Admitted::AskAgain(_) => panic!("the challenge is recent"),
    }
    deposit.package.push(7);
    let frame = deposit.to_frame(&one).unwrap();
    assert_eq!(sync::code::admit_deposit(&frame, &admission), Err(sync::SyncError::TooLarge("invitation")));
    assert!(sync::admit::admit(&frame, &admission).is_err(), "a deposit is no offer");
}
