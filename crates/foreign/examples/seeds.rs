//! Writes bytes to begin fuzzing with, from a kept log: `cargo run -p foreign --example seeds`. What is there stays.
#![allow(
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a developer's tool at a terminal, writing into the source tree"
)]

use domain::fact::Fact;
use domain::identity::Signature;
use domain::receipt::ReceiptNumber;
use domain::{CounterCode, Epoch, FinancialYear, Hash, Paise, TownCode};
use journal::{Certificate, Claim, ClaimKind, Entry, KeyPair, Range};
use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use sync::admit::Challenge;
use sync::code::Deposit;
use sync::{Alarm, AlarmKind, Answer, ChainName, Cover, KeyCursor, Keys, Offer, Piece, ReplicaId, Watch};

const TOWN: TownCode = TownCode(248_459);

struct Corpus(PathBuf);

impl Corpus {
    fn put(&self, target: &str, name: &str, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
        let folder = self.0.join(target);
        std::fs::create_dir_all(&folder)?;
        Ok(std::fs::write(folder.join(name), bytes)?)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let corpus = Corpus(root.join("fuzz/corpus"));
    let log = std::fs::read(root.join("crates/store/tests/golden/town-0.1.0.log"))?;
    let mut decoder = minicbor::Decoder::new(&log);
    let mut ranges = Vec::new();
    while decoder.position() < log.len() {
        ranges.push(decoder.decode::<Range>()?);
    }
    of_entries(&corpus, &ranges)?;
    of_messages(&corpus, ranges.iter().min_by_key(|range| range.size_bytes()).ok_or("an empty log")?)?;
    of_papers(&corpus)?;
    for name in ["register-long.csv", "register-wide.csv", "register.xlsx"] {
        corpus.put("register", name, &std::fs::read(root.join("docs/samples").join(name))?)?;
    }
    Ok(())
}

/// One entry of each kind, and the changes in them.
fn of_entries(corpus: &Corpus, ranges: &[Range]) -> Result<(), Box<dyn Error>> {
    let mut seen = BTreeSet::new();
    for range in ranges {
        for (entry, _) in range.clone().unfold()?.entries {
            if !seen.insert(entry.kind) {
                continue;
            }
            let name = format!("kind-{}", entry.kind);
            corpus.put("entry", &name, &entry.to_bytes())?;
            let mut body = entry.kind.to_be_bytes().to_vec();
            body.extend_from_slice(&entry.body);
            corpus.put("fact", &name, &body)?;
            of_record(corpus, &entry)?;
        }
    }
    let shortest = ranges.iter().min_by_key(|range| range.size_bytes()).ok_or("an empty log")?;
    corpus.put("range", "shortest", &minicbor::to_vec(shortest)?)?;
    Ok(())
}

fn of_record(corpus: &Corpus, entry: &Entry) -> Result<(), Box<dyn Error>> {
    match entry.fact()? {
        Some(Fact::RecordChanged(changed)) => corpus.put("change", "owner", &changed.change),
        _ => Ok(()),
    }
}

/// One message of each kind that carries something in every field.
fn of_messages(corpus: &Corpus, range: &Range) -> Result<(), Box<dyn Error>> {
    let head = range.clone().unfold()?.head;
    let cursor = KeyCursor { replica: ReplicaId([6; 16]), order: 3 };
    let offer = Offer {
        town: TOWN,
        replica: ReplicaId([6; 16]),
        challenge: vec![5; 24],
        heads: vec![head],
        forked: vec![ChainName::of(&head)],
        ranges: vec![range.clone()],
        keys: Keys::default(),
        keys_held: Some(cursor),
        budget_bytes: 1 << 20,
        more: true,
    };
    let answer = Answer {
        offer: Hash([1; 32]),
        replica: ReplicaId([7; 16]),
        challenge: vec![5; 24],
        heads: vec![head],
        ranges: vec![range.clone()],
        keys: Keys::default(),
        keys_held: Some(cursor),
        alarms: vec![Alarm::about(AlarmKind::Fork, &head, "later")],
        more: false,
    };
    let deposit = Deposit {
        town: TOWN,
        challenge: vec![5; 24],
        id: "A".repeat(16),
        valid_ms: 1_000,
        package: vec![1; 40],
    };
    let watch = Watch { town: TOWN, challenge: vec![5; 24], heads: Hash([1; 32]) };
    let said = [
        minicbor::to_vec(&offer)?,
        minicbor::to_vec(&answer)?,
        minicbor::to_vec(Challenge { challenge: vec![5; 24] })?,
        minicbor::to_vec(&deposit)?,
        minicbor::to_vec(&watch)?,
        vec![0x80],
    ];
    for (kind, said) in said.into_iter().enumerate() {
        let mut bytes = vec![kind as u8];
        bytes.extend_from_slice(&said);
        corpus.put("message", &format!("kind-{kind}"), &bytes)?;
    }
    let answer = sync::frame::pack(sync::frame::FrameKind::Answer, &answer)?;
    corpus.put("frame", "answer", &answer)?;
    let cover = Cover {
        town: TOWN,
        to: head.device,
        replica: ReplicaId([6; 16]),
        serial: 1,
        heads: vec![head],
        keys_held: Some(cursor),
        key: vec![4; 104],
    };
    corpus.put("cover", "whole", &minicbor::to_vec(&cover)?)?;
    corpus.put("bundle", "cut", b"PLKBND1\0\0\0\0\x06PLKX\x01\x05")?;
    corpus.put("piece", "entries", &minicbor::to_vec(Piece::Entries(range.clone()))?)?;
    corpus.put("piece", "keys", &minicbor::to_vec(Piece::Keys(Keys::default()))?)?;
    corpus.put("piece", "end", &minicbor::to_vec(Piece::End(2))?)
}

fn of_papers(corpus: &Corpus) -> Result<(), Box<dyn Error>> {
    let (state, town, device) =
        (KeyPair::from_secret([1; 32]), KeyPair::from_secret([2; 32]), KeyPair::from_secret([3; 32]));
    let on = FinancialYear(2026).first_day();
    let of_town = Certificate::town(&state, TOWN, town.public(), on);
    let of_device = Certificate::device(&town, TOWN, device.public(), on);
    let number = ReceiptNumber {
        town: TOWN,
        counter: CounterCode("C03".to_owned()),
        epoch: Epoch(0),
        year: FinancialYear(2026),
        serial: 417,
    };
    let claim = Claim {
        kind: ClaimKind::Receipt,
        number,
        business_date: on,
        amount_paise: Paise(123_400),
        entry: Hash([8; 32]),
    };
    corpus.put("claim", "receipt", claim.sign(&device, &of_device, &of_town).to_text().as_bytes())?;
    corpus.put("certificate", "town", &of_town.to_bytes())?;
    corpus.put("certificate", "device", &of_device.to_bytes())?;
    let asked = carrier::wire::EnrolTown {
        signature: Signature([1; 64]),
        ..carrier::wire::EnrolTown::sign("K7", TOWN, &town)
    };
    corpus.put("body", "enrol", &serde_json::to_vec(&asked)?)?;
    let take = carrier::wire::TakeInvitation { nonce: "00112233445566778899aabbccddeeff".to_owned() };
    corpus.put("body", "take", &serde_json::to_vec(&take)?)
}
