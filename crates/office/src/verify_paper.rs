//! Is this paper genuine? Signature and certificates are checked with the state's root alone; where this replica holds
//! the entry, the paper must also say what the entry says.

use crate::claims::{self, Issuer, number_on_paper};
use crate::counter::issued;
use crate::{Office, OfficeError, Refusal, Town};
use contract::{ClaimView, Reply, Verdict, Verification};
use domain::fact::{Fact, Kind};
use domain::identity::PublicKey;
use domain::{Bilingual, ChainHead, CounterCode, DeviceId};
use journal::{Claim, ClaimKind, SignedClaim};
use store::query::{bill, desk, entries, people, shift};

/// Checks a QR's text with the state's root key alone: what any copy of Palika can say without a town's file.
pub fn verify_paper_text(text: &str, state_root: &PublicKey) -> Verification {
    match read(text, state_root) {
        Ok(signed) => answer(&signed, &Held::default()),
        Err(verification) => *verification,
    }
}

/// What this replica knows of a paper.
#[derive(Default)]
struct Held {
    standing: Standing,
    /// The entry's number, where it is here.
    seq: u64,
    known_until_ms: Option<i64>,
    /// It is of this town, and nothing stands under its number here.
    may_recover: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Standing {
    /// The entry is not here.
    #[default]
    NotHere,
    /// It is here and says the same.
    Stands,
    /// The receipt it speaks of was cancelled.
    Cancelled,
    /// The number is another entry's here, or the entry says otherwise.
    Differs,
    /// Not here, or in dispute, and the device is trusted no more.
    DeviceRevoked,
}

/// A signed claim that holds down from the root; otherwise the answer.
fn read(text: &str, state_root: &PublicKey) -> Result<SignedClaim, Box<Verification>> {
    let signed = SignedClaim::from_text(text).map_err(|_| {
        Box::new(Verification {
            verdict: Verdict::NotOurs,
            words: Bilingual::new(
                "यह पालिका का कोड नहीं है, या पूरा नहीं पढ़ा गया। QR को दोबारा स्कैन करें।",
                "This is not a code of Palika, or it was not read whole. Scan the QR again.",
            ),
            claim: None,
            may_recover: false,
        })
    })?;
    if signed.verify(state_root).is_ok() {
        return Ok(signed);
    }
    // Whole in itself but vouched for by nobody known here: another state's, or a forger's own invention.
    let (verdict, words) = if signed.verify_under_town().is_ok() {
        let words = Bilingual::new(
            "हस्ताक्षर आपस में मेल खाते हैं, पर जारी करने वाले को यह राज्य प्रमाणित नहीं करता। इसे असली न मानें; पर्यवेक्षक को दिखाएँ।",
            "The signatures agree with one another, but this state does not vouch for the issuer. Do not take it as genuine; show it to the supervisor.",
        );
        (Verdict::UnknownIssuer, words)
    } else {
        let words = Bilingual::new(
            "हस्ताक्षर सही नहीं है: यह काग़ज़ बदला गया है या जाली है। इसे स्वीकार न करें; पर्यवेक्षक को दिखाएँ।",
            "The signature does not hold: this paper was altered or forged. Do not accept it; show it to the supervisor.",
        );
        (Verdict::Forged, words)
    };
    Err(Box::new(Verification {
        verdict,
        words,
        claim: Some(view(&signed, &Held::default())),
        may_recover: false,
    }))
}

fn view(signed: &SignedClaim, held: &Held) -> ClaimView {
    let claim = &signed.claim;
    ClaimView {
        number: number_on_paper(claim.kind, &claim.number),
        business_date: claim.business_date,
        amount_paise: claim.amount_paise,
        receipt: ChainHead {
            device: DeviceId(signed.device.subject),
            epoch: claim.number.epoch,
            seq: held.seq,
            hash: claim.entry,
        },
        known_until_ms: held.known_until_ms,
    }
}

fn answer(signed: &SignedClaim, held: &Held) -> Verification {
    let (hindi, english) = kind_words(signed.claim.kind);
    let (verdict, rest_hindi, rest_english) = match held.standing {
        Standing::NotHere => (
            Verdict::Genuine,
            "असली है; हस्ताक्षर और प्रमाण-पत्र सही हैं। इसका अभिलेख यहाँ नहीं है, इसलिए निरस्तीकरण की जानकारी यहाँ नहीं मिल सकती।",
            "is genuine; signature and certificates hold. Its record is not here, so whether it was cancelled cannot be told here.",
        ),
        Standing::Stands => (
            Verdict::Genuine,
            "असली है और यहाँ के अभिलेख से मेल खाता है। कोई निरस्तीकरण ज्ञात नहीं है।",
            "is genuine and agrees with the record here. No cancellation is known.",
        ),
        Standing::Cancelled => (
            Verdict::Cancelled,
            "जारी होते समय असली था, पर रसीद बाद में निरस्त की गई। इसे भुगतान का प्रमाण न मानें।",
            "was genuine when issued, but the receipt was cancelled since. Do not take it as proof of payment.",
        ),
        Standing::Differs => (
            Verdict::Forged,
            "हस्ताक्षर सही है, पर यहाँ के अभिलेख में इसी संख्या पर कुछ और दर्ज है। इसे स्वीकार न करें; पर्यवेक्षक को दिखाएँ।",
            "is signed, but the record here says something else under its number. Do not accept it; show it to the supervisor.",
        ),
        Standing::DeviceRevoked => (
            Verdict::UnknownIssuer,
            "ऐसे कंप्यूटर से जारी है जिसकी मान्यता समाप्त की गई है, और यहाँ के मान्य अभिलेख में नहीं है। पर्यवेक्षक को दिखाएँ।",
            "was issued by a computer whose trust was ended, and is not in the accepted record here. Show it to the supervisor.",
        ),
    };
    let words = Bilingual::new(format!("{hindi}: {rest_hindi}"), format!("This {english} {rest_english}"));
    let may_recover = held.may_recover && signed.claim.kind == ClaimKind::Receipt;
    Verification { verdict, words, claim: Some(view(signed, held)), may_recover }
}

const fn kind_words(kind: ClaimKind) -> (&'static str, &'static str) {
    match kind {
        ClaimKind::Receipt => ("रसीद का काग़ज़", "receipt"),
        ClaimKind::PaymentCertificate => ("भुगतान प्रमाण-पत्र", "certificate of payment"),
        ClaimKind::DayClose => ("दैनिक समापन पत्रक", "day close sheet"),
        ClaimKind::Remittance => ("बैंक जमा पर्ची का काग़ज़", "remittance slip"),
        ClaimKind::Handover => ("रोकड़ हस्तांतरण पत्रक", "handover sheet"),
    }
}

impl Office {
    /// Checks a paper against the root and against what is held here.
    pub(crate) async fn verify_paper(&self, text: &str) -> Result<Reply, OfficeError> {
        let town = self.town().await?;
        let verification = match read(text, &town.state_root) {
            Ok(signed) => answer(&signed, &held(&town, &signed).await?),
            Err(verification) => *verification,
        };
        Ok(Reply::Verification(verification))
    }
}

/// Reads a paper of this town that may be entered again: genuine, and nothing stands under its number here.
pub(crate) async fn lost_claim(town: &Town, text: &str) -> Result<SignedClaim, OfficeError> {
    let Ok(signed) = read(text, &town.state_root) else { return Err(Refusal::NotLost.into()) };
    let held = held(town, &signed).await?;
    let lost = held.may_recover && signed.claim.kind == ClaimKind::Receipt;
    if lost { Ok(signed) } else { Err(Refusal::NotLost.into()) }
}

async fn held(town: &Town, signed: &SignedClaim) -> Result<Held, OfficeError> {
    let claim = &signed.claim;
    if claim.number.town != town.code {
        return Ok(Held::default());
    }
    let (device, epoch) = (DeviceId(signed.device.subject), claim.number.epoch);
    let mut reading = town.store.reading().await?;
    let chains = desk::chains(&mut reading).await?;
    let enrolled = people::devices(&mut reading).await?.into_iter().find(|known| known.device == device);
    drop(reading);
    let chain = chains.iter().find(|chain| chain.head.device == device && chain.head.epoch == epoch);
    let counter = enrolled.as_ref().map_or(claim.number.counter.0.as_str(), |known| known.counter.as_str());
    let issuer = Issuer { town: town.code, counter: CounterCode(counter.to_owned()) };
    let (standing, seq) = match claim.kind {
        ClaimKind::Receipt => receipt_standing(town, claim, &device).await?,
        _ => other_standing(town, claim, &device, &issuer).await?,
    };
    let may_recover = standing.is_none() && seq == 0 && enrolled.is_some();
    let revoked = enrolled.is_some_and(|known| known.revoked);
    let standing = match standing {
        Some(standing) => standing,
        None if revoked => Standing::DeviceRevoked,
        None => Standing::NotHere,
    };
    Ok(Held { standing, seq, known_until_ms: chain.map(|chain| chain.last_at_ms), may_recover })
}

/// What is known of a receipt's number; `None` where nothing is, or only a disputed entry.
async fn receipt_standing(
    town: &Town,
    claim: &Claim,
    device: &DeviceId,
) -> Result<(Option<Standing>, u64), OfficeError> {
    let number = &claim.number;
    let mut reading = town.store.reading().await?;
    if let Some(row) = entries::entered_again(&mut reading, &claim.entry).await? {
        let standing = if row.cancelled { Standing::Cancelled } else { Standing::Stands };
        return Ok((Some(standing), row.receipt.seq));
    }
    let row = entries::receipt_by_number(
        &mut reading,
        device,
        number.epoch,
        number.year,
        number.serial,
        claim.business_date,
    )
    .await?;
    drop(reading);
    let Some(row) = row else { return Ok((None, 0)) };
    let (_, fact) = issued(town, &row.receipt).await?;
    let standing = if claims::of_receipt(&row.receipt, &fact)? != *claim {
        Some(Standing::Differs)
    } else if row.cancelled {
        Some(Standing::Cancelled)
    } else {
        (!row.disputed).then_some(Standing::Stands)
    };
    Ok((standing, row.receipt.seq))
}

/// What is known of the entry another paper was printed from.
async fn other_standing(
    town: &Town,
    claim: &Claim,
    device: &DeviceId,
    issuer: &Issuer,
) -> Result<(Option<Standing>, u64), OfficeError> {
    let epoch = claim.number.epoch;
    let mut reading = town.store.reading().await?;
    let kind = match claim.kind {
        ClaimKind::Receipt => return Ok((None, 0)),
        ClaimKind::PaymentCertificate => Kind::PaymentCertified,
        ClaimKind::DayClose => Kind::ShiftClosed,
        ClaimKind::Remittance => Kind::Remitted,
        ClaimKind::Handover => Kind::DrawerHandedOver,
    };
    let at = match kind {
        Kind::DrawerHandedOver => {
            let at = entries::head_at(&mut reading, device, epoch, u64::from(claim.number.serial)).await?;
            at.filter(|at| at.hash == claim.entry)
        }
        _ => entries::by_hash(&mut reading, kind, device, epoch, &claim.entry).await?,
    };
    drop(reading);
    let Some(at) = at else { return Ok((None, 0)) };
    let (said, cancelled) = said_here(town, claim, issuer, &at).await?;
    let standing = match said {
        Some(said) if said == *claim && cancelled => Standing::Cancelled,
        Some(said) if said == *claim => Standing::Stands,
        _ => Standing::Differs,
    };
    Ok((Some(standing), at.seq))
}

/// The claim the entry here would print, and whether the receipt it speaks of is cancelled.
async fn said_here(
    town: &Town,
    claim: &Claim,
    issuer: &Issuer,
    at: &ChainHead,
) -> Result<(Option<Claim>, bool), OfficeError> {
    let date = claim.business_date;
    Ok(match town.store.entry(at).await?.fact()? {
        Some(Fact::PaymentCertified(fact)) => {
            let (_, receipt) = issued(town, &fact.receipt).await?;
            let row = bill::receipt(&mut *town.store.reading().await?, &fact.receipt).await?;
            let said = claims::of_certificate(issuer, at, &fact, &receipt)?;
            (Some(said), row.is_some_and(|row| row.cancelled))
        }
        Some(Fact::ShiftClosed(fact)) => {
            let year = date.financial_year();
            let mut reading = town.store.reading().await?;
            let serial = shift::closes_up_to(&mut reading, &at.device, at.epoch, year, at.seq).await?;
            (Some(claims::of_close(issuer, at, &fact, serial, date)?), false)
        }
        Some(Fact::Remitted(fact)) => (Some(claims::of_remittance(issuer, at, &fact)), false),
        Some(Fact::DrawerHandedOver(fact)) => (Some(claims::of_handover(issuer, at, &fact, date)?), false),
        _ => (None, false),
    })
}
