//! Every parser of bytes that come from elsewhere, by name, with what must hold of whatever it accepts: it is said again in
//! the same words, and nothing of it stops the program. `fuzz` looks for bytes that break this, and what it found worth
//! keeping is run through here by the tests. Nothing of the product leans on this crate.

mod message;

use domain::Language;
use domain::fact::{Fact, Kind};
use domain::identity::PublicKey;
use import::{Choice, KnownHead, KnownLocality, KnownTown, KnownWard, Severity, Sign};
use journal::{Certificate, Entry, KeyPair, Range, Record, SignedClaim, envelope};
use minicbor::{Decode, Encode};
use std::fmt::Debug;

pub use message::{bundle, cover, frame, message, piece};

/// What is tried with some bytes; it panics where something does not hold.
pub type Target = fn(&[u8]);

/// All of them, under the names of the fuzz targets and of their corpora.
pub const TARGETS: [(&str, Target); 13] = [
    ("entry", entry),
    ("fact", fact),
    ("change", change),
    ("range", range),
    ("frame", frame),
    ("message", message),
    ("cover", cover),
    ("piece", piece),
    ("bundle", bundle),
    ("claim", claim),
    ("certificate", certificate),
    ("body", body),
    ("register", register),
];

/// What was read is the same after it was written and read again. The bytes need not be: a later version's are longer.
fn says_itself_again<T>(value: &T)
where
    T: Encode<()> + for<'b> Decode<'b, ()> + PartialEq + Debug,
{
    let written = minicbor::to_vec(value);
    assert!(written.is_ok(), "what was read cannot be written: {value:?}");
    let again = minicbor::decode::<T>(&written.unwrap_or_default());
    assert_eq!(again.as_ref().ok(), Some(value));
}

/// An entry as it is hashed.
pub fn entry(bytes: &[u8]) {
    let Ok(entry) = Entry::from_bytes(bytes) else { return };
    assert_eq!(entry.to_bytes(), bytes);
    let _ = entry.head();
    if let Ok(Some(fact)) = entry.fact() {
        let again = Entry { body: fact.encode(), ..entry };
        assert_eq!(again.fact().ok().flatten(), Some(fact));
    }
}

/// A body: two bytes of kind, and the rest.
pub fn fact(bytes: &[u8]) {
    let Some((kind, body)) = bytes.split_first_chunk::<2>() else { return };
    let Some(kind) = Kind::from_number(u16::from_be_bytes(*kind)) else { return };
    let Ok(fact) = Fact::decode(kind, body) else { return };
    assert_eq!(Fact::decode(kind, &fact.encode()).ok(), Some(fact));
}

/// A change to a register record.
pub fn change(bytes: &[u8]) {
    let Ok(mut record) = Record::new() else { return };
    if record.apply(bytes).is_err() {
        return;
    }
    let (heads, owner) = (record.heads(), record.field("owner_english"));
    if let Ok(hash) = journal::record::change_hash(bytes) {
        let _ = record.field_before("owner_english", &hash);
    }
    let _ = record.shown_by("owner_english");
    // It comes again by another way.
    assert!(record.apply(bytes).is_ok());
    assert_eq!(record.heads(), heads);
    assert_eq!(record.field("owner_english").ok(), owner.ok());
}

/// Consecutive entries of one chain.
pub fn range(bytes: &[u8]) {
    let Ok(range) = minicbor::decode::<Range>(bytes) else { return };
    says_itself_again(&range);
    let (key, signature) = (range.key, range.signature);
    let Ok(opened) = range.unfold() else { return };
    let entries: Vec<Entry> = opened.entries.into_iter().map(|(entry, _)| entry).collect();
    let packed = Range::pack(key, &entries, signature);
    assert_eq!(packed.and_then(|range| range.unfold().ok()).map(|opened| opened.head), Some(opened.head));
    entries.iter().for_each(|entry| self::entry(&entry.to_bytes()));
}

/// The text of a paper's QR.
pub fn claim(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(claim) = SignedClaim::from_text(text) else { return };
    assert_eq!(SignedClaim::from_text(&claim.to_text()).ok().as_ref(), Some(&claim));
    assert!(claim.verify(&PublicKey([7; 32])).is_err());
    let _ = claim.verify_under_town();
}

/// A certificate, and what is closed for a device.
pub fn certificate(bytes: &[u8]) {
    if let Ok(certificate) = Certificate::from_bytes(bytes) {
        assert_eq!(certificate.to_bytes().as_slice(), bytes);
        let _ = certificate.verify(&certificate.key);
    }
    assert!(envelope::open(&KeyPair::from_secret([3; 32]), "foreign", bytes).is_err());
}

/// What the state's server is sent as JSON, and the codes people type.
pub fn body(bytes: &[u8]) {
    if let Ok(asked) = serde_json::from_slice::<carrier::wire::EnrolTown>(bytes) {
        let _ = asked.verify();
        let written = serde_json::to_vec(&asked).unwrap_or_default();
        assert_eq!(serde_json::from_slice::<carrier::wire::EnrolTown>(&written).ok(), Some(asked));
    }
    if let Ok(asked) = serde_json::from_slice::<carrier::wire::TakeInvitation>(bytes) {
        let written = serde_json::to_vec(&asked).unwrap_or_default();
        assert_eq!(serde_json::from_slice::<carrier::wire::TakeInvitation>(&written).ok(), Some(asked));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some(code) = sync::code::InvitationCode::parse(text) {
        let again = sync::code::InvitationCode::parse(&code.spoken());
        assert_eq!(again.map(|code| code.id()), Some(code.id()));
    }
}

/// A register's file: text or workbook.
pub fn register(bytes: &[u8]) {
    match import::check(bytes, None, &town(), &mut |_, _| {}) {
        Err(problem) => {
            assert_eq!(problem.error.severity(), Severity::Error);
            assert!(problem.message(Language::Hindi).contains("E-IMPORT-"));
        }
        Ok(checked) => {
            for problem in checked.problems().kept() {
                assert!(!problem.message(Language::English).is_empty());
            }
            let Ok(rows) = checked.take(Choice::GoodRowsOnly) else { return };
            for due in rows.iter().flat_map(|row| &row.dues) {
                assert!(due.amount_paise.0.abs() <= domain::limits::DEMAND_PAISE_MAX.0);
            }
        }
    }
    if import::is_workbook(bytes) {
        let _ = import::sheet_names(bytes);
    }
}

/// Two wards, a locality of the same name in each, and two heads.
fn town() -> KnownTown {
    let name = |hindi: &str, english: &str| domain::Bilingual::new(hindi, english);
    let ward = |code: &str, name| KnownWard {
        code: code.into(),
        name,
        also: Vec::new(),
        shares_localities_of: None,
    };
    let locality = |code: &str, ward: &str| KnownLocality {
        code: code.into(),
        ward: ward.into(),
        name: name("गांधी नगर", "Gandhi Nagar"),
        also: Vec::new(),
    };
    let head = |code: &str, name, sign| KnownHead { code: code.into(), name, also: Vec::new(), sign };
    KnownTown::new(
        [ward("W1", name("तल्ली बमौरी", "Talli Bamori")), ward("W2", name("गौजाजाली", "Gaujajali"))],
        [locality("M0001", "W1"), locality("M0002", "W2")],
        [
            head("PT_TAX", name("सम्पत्ति कर", "Property tax"), Sign::Due),
            head("PT_TIME_REBATE", name("छूट", "Rebate"), Sign::Credit),
        ],
    )
}
