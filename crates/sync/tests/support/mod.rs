#![allow(dead_code, reason = "each test file uses its part")]
//! A town in memory: devices with keys and certificates, and logs that keep ranges as the store does. The store itself
//! is put under the same exchanges in the carrier's tests and in the simulator.

use domain::fact::Fact;
use domain::identity::{PersonId, Signature};
use domain::people::RoleWithdrawn;
use domain::{BusinessDate, ChainHead, Epoch, Hash, TownCode};
use journal::seal::WrappedKey;
use journal::{Certificate, Entropy, Entry, KeyPair, Range, device_of};
use std::collections::BTreeMap;
use sync::admit::{Admission, Admitted, admit};
use sync::frame::Credentials;
use sync::host::{Outcome, Parts, Turn, answer_frame, challenge_frame, claimed_end};
use sync::message::{ChainName, KeyCursor, Keys, ReplicaId};
use sync::plan::{Filled, Filler};

pub const TOWN: TownCode = TownCode(248_459);
pub const SECRET: [u8; 32] = [77; 32];

pub struct Dice(pub u64);
impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut x = self.0;
        x ^= x >> 33;
        x.wrapping_mul(0xff51_afd7_ed55_8ccd) >> 20
    }
    pub fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }
}
impl Entropy for Dice {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.next() as u8;
        }
    }
}

pub fn state() -> KeyPair {
    KeyPair::from_secret([200; 32])
}

pub fn device(number: u8) -> Credentials {
    device_of_town(number, TOWN, 201)
}

pub fn device_of_town(number: u8, town: TownCode, town_secret: u8) -> Credentials {
    let on = BusinessDate::new(2026, 11, 23).unwrap();
    let town_key = KeyPair::from_secret([town_secret; 32]);
    let key = KeyPair::from_secret([number; 32]);
    Credentials {
        town: Certificate::town(&state(), town, town_key.public(), on),
        device: Certificate::device(&town_key, town, key.public(), on),
        key,
    }
}

#[derive(Clone, Default)]
struct Chain {
    key: Option<KeyPair>,
    entries: Vec<Entry>,
    signed: BTreeMap<u64, Signature>,
}

/// One replica of the log.
#[derive(Clone, Default)]
pub struct Log {
    pub replica: ReplicaId,
    chains: BTreeMap<ChainName, Chain>,
    keys: Vec<WrappedKey>,
    pub cursors: BTreeMap<ReplicaId, KeyCursor>,
    pub confirmed: Vec<ChainHead>,
    pub evidence: Vec<Range>,
}

impl Log {
    pub fn new(replica: u8) -> Log {
        Log { replica: ReplicaId([replica; 16]), ..Log::default() }
    }

    /// Writes one signed batch to the device's chain of epoch 0.
    pub fn write(&mut self, credentials: &Credentials, texts: &[String]) {
        let device = device_of(&credentials.key.public());
        let chain = self.chains.entry(ChainName { device, epoch: Epoch(0) }).or_default();
        chain.key = Some(credentials.key.clone());
        let mut head = chain.entries.last().map(Entry::head).unwrap_or(ChainHead {
            device,
            epoch: Epoch(0),
            seq: 0,
            hash: Hash::ZERO,
        });
        for text in texts {
            let fact = Fact::from(RoleWithdrawn { grant: Hash([4; 32]), reason: text.clone() });
            let entry = Entry::following(TOWN, &head, 1_795_456_799_000 + head.seq as i64, None, &fact);
            head = entry.head();
            chain.entries.push(entry);
        }
        let signature = credentials.key.sign_head(TOWN, Epoch(0), head.seq, &head.hash);
        chain.signed.insert(head.seq, signature);
    }

    pub fn add_key(&mut self, person: u8, byte: u8) {
        self.keys.push(WrappedKey { person: PersonId([person; 16]), bytes: vec![byte; 72] });
    }

    pub fn keys(&self) -> Vec<WrappedKey> {
        let mut keys = self.keys.clone();
        keys.sort();
        keys.dedup();
        keys
    }

    pub fn keys_after(&self, order: i64, limit: usize) -> Vec<(i64, WrappedKey)> {
        let listed = self.keys.iter().cloned().zip(1i64..).map(|(key, place)| (place, key));
        listed.filter(|(place, _)| *place > order).take(limit).collect()
    }

    pub fn receive_keys(&mut self, keys: &[WrappedKey]) {
        for key in keys {
            if !self.keys.contains(key) {
                self.keys.push(key.clone());
            }
        }
    }

    pub fn vector(&self) -> Vec<ChainHead> {
        self.chains.values().filter_map(|chain| chain.entries.last().map(Entry::head)).collect()
    }

    pub fn cut(&mut self, device: domain::DeviceId, seq: u64) {
        let chain = self.chains.get_mut(&ChainName { device, epoch: Epoch(0) }).unwrap();
        chain.entries.truncate(seq as usize);
        chain.signed.retain(|place, _| *place <= seq);
    }

    pub fn range_after(&self, chain: ChainName, after_seq: u64, bytes_max: usize) -> Option<Range> {
        let chain = self.chains.get(&chain)?;
        let mut best: Option<Range> = None;
        for (seq, signature) in chain.signed.range(after_seq + 1..) {
            let entries = chain.entries.get(after_seq as usize..*seq as usize)?;
            let range = Range::pack(chain.key.as_ref()?.public(), entries, *signature)?;
            if best.is_some() && (range.size_bytes() > bytes_max || range.len() > sync::limits::ENTRIES_MAX) {
                break;
            }
            best = Some(range);
        }
        best
    }

    pub fn receive(&mut self, range: Range) -> Outcome {
        let key = range.key;
        let name = ChainName::of_range(&range);
        let opened = match range.clone().open() {
            Ok(opened) => opened,
            Err(error) => return Outcome::Refused(error.code()),
        };
        let chain = self.chains.entry(name).or_default();
        let mut stored = false;
        for (entry, _) in opened.entries {
            let place = entry.position.seq as usize - 1;
            match chain.entries.get(place) {
                Some(held) if *held == entry => {}
                Some(_) => {
                    self.evidence.push(range);
                    return Outcome::Forked;
                }
                None if place > chain.entries.len() => return Outcome::Gap,
                None => {
                    let previous = chain.entries.last().map_or(Hash::ZERO, Entry::hash);
                    if previous != entry.previous {
                        self.evidence.push(range);
                        return Outcome::Forked;
                    }
                    chain.entries.push(entry);
                    stored = true;
                }
            }
        }
        chain.signed.insert(opened.head.seq, opened.signature);
        chain.key.get_or_insert_with(|| {
            // Only the public half is needed to pack again; tests know every device's key.
            (1..=60).map(|n| KeyPair::from_secret([n; 32])).find(|k| k.public() == key).unwrap()
        });
        if stored { Outcome::Stored } else { Outcome::Duplicate }
    }

    pub fn fill(&self, mut filler: Filler) -> Filler {
        while let Some(ask) = filler.ask() {
            filler.put(self.range_after(ask.wanted.chain(), ask.wanted.after_seq, ask.bytes_max));
        }
        filler
    }

    /// The answering side's whole turn.
    pub fn answer(&mut self, frame: &[u8], now_ms: i64) -> Result<Vec<u8>, sync::SyncError> {
        let root = state().public();
        let admission =
            Admission { state_root: &root, town: TOWN, town_key: None, challenge_secret: &SECRET, now_ms };
        let guest = match admit(frame, &admission)? {
            Admitted::AskAgain(device) => return challenge_frame(&device, &SECRET, now_ms),
            Admitted::Guest(guest) => *guest,
        };
        let (mut turn, brought) = Turn::new(guest);
        for range in brought.ranges {
            let end = claimed_end(&range);
            let outcome = self.receive(range);
            turn.received(&end, &outcome);
        }
        self.receive_keys(&brought.keys.keys);
        let held = self.cursors.get(&turn.their_replica()).copied();
        let keys_held = brought.keys.cursor(turn.their_replica(), held);
        self.cursors.insert(turn.their_replica(), keys_held);
        let filler = turn.plan(&self.vector(), &[]);
        let filled: Filled = self.fill(filler).done();
        let after = turn.keys_after(self.replica);
        let listed = self.keys_after(after, 5);
        let keys_more = listed.len() == 5;
        answer_frame(&turn.answer(Parts {
            replica: self.replica,
            heads: self.vector(),
            filled,
            keys: Keys::stretch(after, listed),
            keys_more,
            keys_held,
            challenge_secret: &SECRET,
            now_ms,
        }))
    }
}
