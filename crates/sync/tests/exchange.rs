//! Whole exchanges between logs in memory: convergence under loss and doubling, forks, shrunken and hostile peers,
//! sizes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod support;

use domain::identity::PersonId;
use domain::{Bilingual, TownCode};
use journal::device_of;
use proptest::prelude::*;
use support::{Dice, Log, SECRET, TOWN, device, device_of_town, state};
use sync::admit::{Admission, Admitted, admit, challenge_for};
use sync::client::{Action, Client, Event, Trouble};
use sync::frame::{FrameKind, kind_of, pack_signed};
use sync::message::{AlarmKind, Keys, Offer, ReplicaId};
use sync::{KeyCursor, SyncError};

/// What the line does to one round trip.
#[derive(Clone, Copy, PartialEq)]
enum Weather {
    Clear,
    AskLost,
    AnswerLost,
    Doubled,
    AnswerBroken,
}

struct Trip {
    asked_bytes: usize,
    answered_bytes: usize,
}

fn trouble() -> Trouble {
    Trouble { code: "E-TEST".into(), message: Bilingual::default() }
}

/// Drives one client against a host until it waits; returns the trips and when it wants to go on.
fn pass(
    client: &mut Client,
    mine: &mut Log,
    host: &mut Log,
    now_ms: i64,
    dice: &mut Dice,
    mut weather: impl FnMut(&mut Dice) -> Weather,
) -> (Vec<Trip>, i64) {
    let mut trips = Vec::new();
    let mut event = Event::Asked;
    for _ in 0..2_000 {
        event = match client.handle(event, now_ms, dice) {
            Action::Wait { until_ms } => return (trips, until_ms),
            Action::Read => Event::Read {
                heads: mine.vector(),
                confirmed: mine.confirmed.clone(),
                keys_held: mine.cursors.get(&host.replica).copied(),
            },
            Action::Gather { filler, keys_after } => {
                let keys = keys_after.map(|after| mine.keys_after(after, 5)).unwrap_or_default();
                Event::Gathered { filler: mine.fill(filler), keys_more: keys.len() == 5, keys }
            }
            Action::Send(frame) => {
                let weather = weather(dice);
                if weather == Weather::AskLost {
                    event = Event::Broken { trouble: trouble(), retry_after_ms: None };
                    continue;
                }
                let mut answer = host.answer(&frame, now_ms).unwrap();
                if weather == Weather::Doubled {
                    answer = host.answer(&frame, now_ms).unwrap();
                }
                trips.push(Trip { asked_bytes: frame.len(), answered_bytes: answer.len() });
                match weather {
                    Weather::AnswerLost => Event::Broken { trouble: trouble(), retry_after_ms: None },
                    Weather::AnswerBroken => {
                        answer.truncate(answer.len() / 2);
                        Event::Received(answer)
                    }
                    _ => Event::Received(answer),
                }
            }
            Action::Store { ranges, keys, keys_cursor, confirmed } => {
                let outcomes = ranges.into_iter().map(|range| mine.receive(range)).collect();
                mine.receive_keys(&keys);
                mine.cursors.insert(keys_cursor.replica, keys_cursor);
                mine.confirmed = confirmed;
                Event::Stored { outcomes, failed: None }
            }
            Action::Busy => panic!("asked while busy"),
        };
    }
    panic!("the exchange did not end");
}

fn clear(_: &mut Dice) -> Weather {
    Weather::Clear
}

fn texts(count: usize, what: &str) -> Vec<String> {
    (0..count).map(|n| format!("{what} {n}")).collect()
}

#[test]
fn two_devices_meet_at_a_server() {
    let mut dice = Dice(1);
    let (one, two) = (device(1), device(2));
    let (mut log_one, mut log_two, mut server) = (Log::new(1), Log::new(2), Log::new(9));
    for batch in 0..300 {
        log_one.write(&one, &texts(5, &format!("रसीद {batch}")));
    }
    log_two.write(&two, &texts(3, "two"));
    (0..12).for_each(|n| log_one.add_key(n, 1));
    log_two.add_key(100, 2);
    let mut client_one = Client::new(one, log_one.replica);
    let mut client_two = Client::new(two, log_two.replica);
    pass(&mut client_one, &mut log_one, &mut server, 0, &mut dice, clear);
    pass(&mut client_two, &mut log_two, &mut server, 0, &mut dice, clear);
    pass(&mut client_one, &mut log_one, &mut server, 90_000, &mut dice, clear);
    assert_eq!(log_one.vector(), server.vector());
    assert_eq!(log_two.vector(), server.vector());
    assert_eq!(log_one.keys(), log_two.keys());
    assert_eq!(log_one.keys().len(), 13);
    assert_eq!(log_one.confirmed, server.vector());
    assert_eq!(client_one.status().entries_sent, 1_500);
    assert_eq!(client_two.status().entries_received, 1_500);
    assert_eq!(client_one.status().alarms, []);
}

#[test]
fn nothing_new_is_one_round_trip_of_three_kilobytes_for_twelve_devices() {
    let mut dice = Dice(2);
    let mut server = Log::new(9);
    for number in 1..=12 {
        (0..20).for_each(|n| server.write(&device(number), &texts(1, &format!("{number}/{n}"))));
    }
    let mut log = server.clone();
    log.replica = ReplicaId([1; 16]);
    let mut client = Client::new(device(1), log.replica);
    pass(&mut client, &mut log, &mut server, 0, &mut dice, clear);
    let (trips, until_ms) = pass(&mut client, &mut log, &mut server, 60_000, &mut dice, clear);
    assert_eq!(trips.len(), 1);
    let bytes = trips[0].asked_bytes + trips[0].answered_bytes;
    assert!(bytes <= 2_300, "{} + {}", trips[0].asked_bytes, trips[0].answered_bytes);
    assert!((60_000 + 54_000..=60_000 + 66_000).contains(&until_ms));
}

#[test]
fn one_new_receipt_is_one_round_trip() {
    let mut dice = Dice(3);
    let (mut log, mut server) = (Log::new(1), Log::new(9));
    let one = device(1);
    log.write(&one, &texts(5, "old"));
    let mut client = Client::new(one.clone(), log.replica);
    pass(&mut client, &mut log, &mut server, 0, &mut dice, clear);
    log.write(&one, &texts(1, "new"));
    let (trips, _) = pass(&mut client, &mut log, &mut server, 10_000, &mut dice, clear);
    assert_eq!(trips.len(), 1);
    assert_eq!(server.vector(), log.vector());
    assert_eq!(log.confirmed, log.vector());
}

#[test]
fn a_wiped_server_is_an_alarm_and_gets_everything_again() {
    let mut dice = Dice(4);
    let (mut log, mut server) = (Log::new(1), Log::new(9));
    log.write(&device(1), &texts(40, "a"));
    log.add_key(1, 1);
    let mut client = Client::new(device(1), log.replica);
    pass(&mut client, &mut log, &mut server, 0, &mut dice, clear);
    let mut server = Log::new(8);
    log.write(&device(1), &texts(1, "b"));
    let mut alarmed = false;
    for minute in 1..3 {
        pass(&mut client, &mut log, &mut server, minute * 400_000, &mut dice, clear);
        alarmed |= client.status().alarms.iter().any(|a| a.known_kind() == Some(AlarmKind::Empty));
    }
    assert_eq!(server.vector(), log.vector());
    assert_eq!(server.keys(), log.keys());
    assert_eq!(log.vector()[0].seq, 41, "nothing was lost here");
    assert!(alarmed);
    assert_eq!(client.status().failures, 0);
}

#[test]
fn a_shrunken_server_is_named_and_filled_again() {
    let mut dice = Dice(5);
    let (mut log, mut server) = (Log::new(1), Log::new(9));
    (0..10).for_each(|n| log.write(&device(1), &texts(1, &n.to_string())));
    let mut client = Client::new(device(1), log.replica);
    pass(&mut client, &mut log, &mut server, 0, &mut dice, clear);
    server.cut(device_of(&device(1).key.public()), 4);
    pass(&mut client, &mut log, &mut server, 100_000, &mut dice, clear);
    let named =
        client.status().alarms.iter().any(|a| a.known_kind() == Some(AlarmKind::Shrunk) && a.seq == 10);
    assert!(named);
    assert_eq!(server.vector(), log.vector());
    assert_eq!(client.status().failures, 0);
}

#[test]
fn a_clone_is_found_as_a_fork_and_neither_head_moves() {
    let mut dice = Dice(6);
    let one = device(1);
    let (mut log, mut server) = (Log::new(1), Log::new(9));
    (0..5).for_each(|n| log.write(&one, &texts(2, &n.to_string())));
    let mut client = Client::new(one.clone(), log.replica);
    pass(&mut client, &mut log, &mut server, 0, &mut dice, clear);
    let mut twin = log.clone();
    log.write(&one, &texts(3, "here"));
    twin.write(&one, &texts(3, "there"));
    log.write(&device(2), &texts(1, "another device's entry still gets through"));
    pass(&mut client, &mut log, &mut server, 10_000, &mut dice, clear);
    let held = server.vector();
    let mut twins_client = Client::new(one, ReplicaId([3; 16]));
    pass(&mut twins_client, &mut twin, &mut server, 20_000, &mut dice, clear);
    let is_fork = |client: &Client| {
        client.status().alarms.iter().any(|a| a.known_kind() == Some(AlarmKind::Fork) && a.seq >= 11)
    };
    assert!(is_fork(&twins_client));
    assert_eq!(server.vector(), held, "the server's head did not move");
    assert!(!server.evidence.is_empty(), "the server keeps the twin's branch");
    assert!(!twin.evidence.is_empty(), "the twin keeps the server's branch");
    let (before, sizes) =
        (twin.evidence.len(), pass(&mut twins_client, &mut twin, &mut server, 90_000, &mut dice, clear).0);
    assert_eq!(twin.evidence.len(), before, "the proof is not sent with every exchange");
    assert_eq!(sizes.len(), 1);
    assert_eq!(twin.vector().len(), 2, "the other device's chain arrived all the same");
}

#[test]
fn a_fork_behind_a_longer_branch_is_found_too() {
    let mut dice = Dice(7);
    let one = device(1);
    let (mut log, mut server) = (Log::new(1), Log::new(9));
    (0..5).for_each(|n| log.write(&one, &texts(2, &n.to_string())));
    let mut twin = log.clone();
    log.write(&one, &texts(1, "here"));
    (0..6).for_each(|n| twin.write(&one, &texts(1, &format!("there {n}"))));
    let mut client = Client::new(one.clone(), log.replica);
    pass(&mut client, &mut log, &mut server, 0, &mut dice, clear);
    let mut twins_client = Client::new(one, ReplicaId([3; 16]));
    pass(&mut twins_client, &mut twin, &mut server, 10_000, &mut dice, clear);
    assert!(twins_client.status().alarms.iter().any(|a| a.known_kind() == Some(AlarmKind::Fork)));
    assert!(
        !twin.evidence.is_empty(),
        "the longer branch is shown the shorter one, of which nothing is owed"
    );
    assert_eq!(server.vector(), log.vector());
}

#[test]
fn a_restored_device_learns_that_its_chain_is_longer() {
    let mut dice = Dice(8);
    let one = device(1);
    let (mut log, mut server) = (Log::new(1), Log::new(9));
    (0..5).for_each(|n| log.write(&one, &texts(1, &n.to_string())));
    let backup = log.clone();
    log.write(&one, &texts(4, "after the backup"));
    let mut client = Client::new(one.clone(), log.replica);
    pass(&mut client, &mut log, &mut server, 0, &mut dice, clear);
    let mut restored = backup;
    let mut client = Client::new(one, ReplicaId([2; 16]));
    pass(&mut client, &mut restored, &mut server, 10_000, &mut dice, clear);
    assert!(client.status().own_chain_ahead);
    assert_eq!(restored.vector(), server.vector());
}

#[test]
fn garbage_late_and_foreign_answers_harm_nothing() {
    let mut dice = Dice(9);
    let (mut log, mut server) = (Log::new(1), Log::new(9));
    log.write(&device(1), &texts(10, "a"));
    let mut client = Client::new(device(1), log.replica);
    pass(&mut client, &mut log, &mut server, 0, &mut dice, clear);
    let mut old_answer = Vec::new();
    let mut event = Event::Asked;
    let mut now_ms = 1_000_000;
    for garbage in 0..5 {
        log.write(&device(1), &texts(1, "so that no two questions are the same"));
        loop {
            event = match client.handle(event, now_ms, &mut dice) {
                Action::Read => Event::Read { heads: log.vector(), confirmed: Vec::new(), keys_held: None },
                Action::Gather { filler, .. } => {
                    Event::Gathered { filler: log.fill(filler), keys: Vec::new(), keys_more: false }
                }
                Action::Send(frame) => {
                    let sound = server.answer(&frame, 0).unwrap();
                    let answer = match garbage {
                        0 => Vec::new(),
                        1 => b"<html>Login to hotel wifi</html>".to_vec(),
                        2 => sound[..sound.len() - 1].to_vec(),
                        3 => frame,
                        _ => std::mem::replace(&mut old_answer, sound.clone()),
                    };
                    old_answer = sound;
                    Event::Received(answer)
                }
                Action::Wait { until_ms } => {
                    assert!(until_ms > now_ms);
                    now_ms = until_ms;
                    break;
                }
                Action::Store { .. } => panic!("garbage {garbage} was believed"),
                Action::Busy => panic!(),
            };
        }
        assert_eq!(client.status().failures, garbage + 1);
        assert!(client.status().trouble.is_some());
        event = Event::Tick;
    }
    let (_, _) = pass(&mut client, &mut log, &mut server, now_ms + 400_000, &mut dice, clear);
    assert_eq!(client.status().trouble, None);
}

#[test]
fn retry_after_is_obeyed_even_when_a_person_asks() {
    let mut dice = Dice(10);
    let log = Log::new(1);
    let mut client = Client::new(device(1), log.replica);
    client.handle(Event::Tick, 0, &mut dice);
    client.handle(Event::Read { heads: vec![], confirmed: vec![], keys_held: None }, 0, &mut dice);
    let filler = sync::plan::Filler::new(Vec::new(), 1, Default::default());
    client.handle(Event::Gathered { filler, keys: vec![], keys_more: false }, 0, &mut dice);
    let broken = Event::Broken { trouble: trouble(), retry_after_ms: Some(120_000) };
    let Action::Wait { until_ms } = client.handle(broken, 0, &mut dice) else { panic!() };
    assert!((120_000..=132_001).contains(&until_ms));
    assert!(matches!(client.handle(Event::Asked, 60_000, &mut dice), Action::Wait { .. }));
    assert!(matches!(client.handle(Event::Tick, until_ms, &mut dice), Action::Read));
}

#[test]
fn a_dropped_pass_begins_anew() {
    let mut dice = Dice(12);
    let mut client = Client::new(device(1), ReplicaId([1; 16]));
    assert!(matches!(client.handle(Event::Tick, 0, &mut dice), Action::Read));
    assert!(matches!(client.handle(Event::Asked, 1, &mut dice), Action::Busy));
    client.abandon();
    assert!(!client.status().busy);
    assert!(matches!(client.handle(Event::Asked, 2, &mut dice), Action::Read));
}

#[test]
fn a_failure_halves_the_message_and_a_person_may_ask_again() {
    let mut dice = Dice(11);
    let (mut log, mut server) = (Log::new(1), Log::new(9));
    log.write(&device(1), &texts(1, "a"));
    let mut client = Client::new(device(1), log.replica);
    let before = client.budget_bytes();
    pass(&mut client, &mut log, &mut server, 0, &mut dice, |_| Weather::AskLost);
    assert_eq!(client.budget_bytes(), before / 2);
    assert!(matches!(client.handle(Event::Changed, 1, &mut dice), Action::Wait { .. }));
    assert!(matches!(client.handle(Event::Asked, 1, &mut dice), Action::Read));
}

fn offer(credentials: &sync::Credentials, challenge: Vec<u8>) -> Vec<u8> {
    let offer = Offer {
        town: TOWN,
        replica: ReplicaId([1; 16]),
        challenge,
        heads: Vec::new(),
        forked: Vec::new(),
        ranges: Vec::new(),
        keys: Keys::default(),
        keys_held: Some(KeyCursor { replica: ReplicaId([9; 16]), order: 7 }),
        budget_bytes: 1,
        more: false,
    };
    pack_signed(FrameKind::Offer, &offer, credentials).unwrap()
}

#[test]
fn strangers_forgers_and_old_recordings_are_turned_away() {
    let root = state().public();
    let admission = |now_ms| Admission {
        state_root: &root,
        town: TOWN,
        town_key: None,
        challenge_secret: &SECRET,
        now_ms,
    };
    let one = device(1);
    let id = device_of(&one.key.public());
    let good = offer(&one, challenge_for(&id, &SECRET, 0));
    assert!(matches!(admit(&good, &admission(0)), Ok(Admitted::Guest(_))));
    assert_eq!(admit(&good, &admission(3_600_001)).unwrap(), Admitted::AskAgain(id), "an old recording");
    assert_eq!(
        admit(&good, &admission(-7_200_000)).unwrap(),
        Admitted::AskAgain(id),
        "the clock was set back"
    );
    let others = offer(&one, challenge_for(&device_of(&device(2).key.public()), &SECRET, 0));
    assert_eq!(admit(&others, &admission(0)).unwrap(), Admitted::AskAgain(id), "another device's challenge");

    let mut stranger = device(1);
    stranger.town =
        journal::Certificate::town(&device(5).key, TOWN, stranger.town.key, stranger.town.issued_on);
    assert!(matches!(admit(&offer(&stranger, Vec::new()), &admission(0)), Err(SyncError::Stranger(_))));
    let mut forger = device(1);
    forger.key = device(2).key;
    assert_eq!(admit(&offer(&forger, Vec::new()), &admission(0)), Err(SyncError::Signature));
    let neighbour = device_of_town(3, TownCode(248_460), 202);
    assert_eq!(admit(&offer(&neighbour, Vec::new()), &admission(0)), Err(SyncError::OtherTown));
    let other_key = device(7).key.public();
    let enrolled = Admission { town_key: Some(&other_key), ..admission(0) };
    assert_eq!(admit(&good, &enrolled), Err(SyncError::OtherTownKey));

    for index in 0..good.len() {
        let mut changed = good.clone();
        changed[index] ^= 1;
        assert!(admit(&changed, &admission(0)).is_err(), "byte {index}");
    }
    for length in 0..good.len() {
        assert!(admit(&good[..length], &admission(0)).is_err());
    }
    assert_eq!(kind_of(b"PLKX\x02\x01"), Err(SyncError::Version(2)));
    assert_eq!(kind_of(&vec![0; sync::limits::FRAME_BYTES_MAX + 1]), Err(SyncError::TooLarge("message")));
}

#[test]
fn a_small_frame_that_unfolds_into_all_memory_is_refused() {
    let bomb = zstd::bulk::compress(&vec![0u8; 40 << 20], 3).unwrap();
    assert!(bomb.len() < 10_000);
    let mut frame = b"PLKX\x01\x02".to_vec();
    frame.extend_from_slice(&bomb);
    let opened = sync::frame::open::<sync::Answer>(FrameKind::Answer, &frame);
    assert_eq!(opened, Err(SyncError::TooLarge("message")));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// Devices write, the line drops, doubles and breaks; once it is clear a bounded number of exchanges brings every
    /// entry and key to everybody, and nothing is confirmed that the server does not hold.
    #[test]
    fn everybody_converges(seed in any::<u64>(), devices in 2usize..5, minutes in 5i64..40) {
        let mut dice = Dice(seed);
        let mut server = Log::new(99);
        let credentials: Vec<_> = (0..devices).map(|n| device(n as u8 + 1)).collect();
        let mut logs: Vec<_> = (0..devices).map(|n| Log::new(n as u8 + 1)).collect();
        let mut clients: Vec<_> =
            credentials.iter().zip(&logs).map(|(c, log)| Client::new(c.clone(), log.replica)).collect();
        let mut now_ms = 0;
        for minute in 0..minutes {
            now_ms += 60_000;
            for n in 0..devices {
                if dice.chance(60) {
                    let count = dice.next() as usize % 30 + 1;
                    logs[n].write(&credentials[n], &texts(count, &format!("{n} {minute}")));
                    logs[n].add_key(dice.next() as u8, n as u8);
                }
                if dice.chance(5) {
                    clients[n] = Client::new(credentials[n].clone(), logs[n].replica);
                }
                pass(&mut clients[n], &mut logs[n], &mut server, now_ms, &mut dice, |dice| {
                    match dice.next() % 10 {
                        0 | 1 => Weather::AskLost,
                        2 => Weather::AnswerLost,
                        3 => Weather::AnswerBroken,
                        4 => Weather::Doubled,
                        _ => Weather::Clear,
                    }
                });
                prop_assert!(sync::plan::covers(&server.vector(), &logs[n].confirmed));
            }
        }
        for _ in 0..3 {
            for n in 0..devices {
                now_ms += 4_000_000;
                pass(&mut clients[n], &mut logs[n], &mut server, now_ms, &mut dice, clear);
            }
        }
        for log in &logs {
            prop_assert_eq!(log.vector(), server.vector());
            prop_assert_eq!(log.keys(), server.keys());
        }
        for client in &clients {
            prop_assert!(client.status().alarms.is_empty());
        }
    }

    #[test]
    fn foreign_bytes_are_an_answer_not_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), kind in 1u8..5) {
        let mut frame = vec![b'P', b'L', b'K', b'X', 1, kind];
        frame.extend_from_slice(&bytes);
        let root = state().public();
        let admission =
            Admission { state_root: &root, town: TOWN, town_key: None, challenge_secret: &SECRET, now_ms: 0 };
        prop_assert!(admit(&frame, &admission).is_err());
        let _ = sync::frame::open::<sync::Answer>(FrameKind::Answer, &frame);
        let _ = sync::code::admit_deposit(&frame, &admission);
    }
}

#[test]
fn a_key_cursor_moves_only_where_nothing_was_skipped() {
    let (mine, other) = (ReplicaId([1; 16]), ReplicaId([2; 16]));
    let keys = Keys { after: 10, upto: 14, keys: Vec::new() };
    let held = |replica, order| Some(KeyCursor { replica, order });
    assert_eq!(keys.cursor(mine, held(mine, 10)).order, 14);
    assert_eq!(keys.cursor(mine, held(mine, 20)).order, 20);
    assert_eq!(keys.cursor(mine, held(mine, 4)).order, 4, "keys 5 to 10 are missing");
    assert_eq!(keys.cursor(mine, held(other, 99)).order, 0, "another list's cursor says nothing");
    assert_eq!(keys.cursor(mine, None).order, 0);
    let _ = PersonId([0; 16]);
}
