//! Entries that are kept and not, or not fully, believed. What is disputed beyond the end of trust in a device can be
//! accepted, which makes it stand everywhere; for the rest a person says what came of looking into it.

use super::{Names, choices, named};
use crate::counter::words_of_dispute;
use crate::entry_words::{kind_words, refusal_words};
use crate::{OfficeError, Town};
use contract::{CaseSide, CaseView};
use domain::Bilingual;
use domain::fact::{DisputeAccepted, Fact};
use store::Writing;
use store::query::cases::{self, Fate};
use store::query::held::{self, HeldEntry, HeldGroup};

const DISPUTED: &str = "disputed/";
const WAITING: &str = "waiting/";
const VERSION: &str = "version/";
const REFUSED: &str = "refused/";
pub(super) const PREFIXES: [&str; 4] = [DISPUTED, WAITING, VERSION, REFUSED];
const ACCEPT: &str = "accept";
const BEYOND_CUT: &str = "beyond-cut";
/// What an entry builds on comes with the next exchange or two; what has not come by the next day is asked for.
const WAITS_TOO_LONG_MS: i64 = 86_400_000;

/// Everything held that a person has to look at.
pub(super) async fn open(town: &Town, names: &Names, now_ms: i64) -> Result<Vec<CaseView>, OfficeError> {
    let mut reading = town.store.reading().await?;
    let groups = held::groups(&mut reading).await?;
    let settled = cases::settled(&mut reading).await?;
    drop(reading);
    let mut views = Vec::new();
    for group in groups.iter().filter(|group| !comes_by_itself(group, now_ms)) {
        let case = name(group);
        if !settled.contains(&case) {
            views.push(view(group, case, names)?);
        }
    }
    Ok(views)
}

fn comes_by_itself(group: &HeldGroup, now_ms: i64) -> bool {
    is_of_past(group) && now_ms.saturating_sub(group.since_ms) < WAITS_TOO_LONG_MS
}

fn is_of_past(group: &HeldGroup) -> bool {
    group.fate == Fate::Waiting && group.reason == "past"
}

/// Ends with the last of the entries, so that what was decided of some is no decision about those that come after.
fn name(group: &HeldGroup) -> String {
    let last = group.last;
    let at = format!("{}/{}", last.device.to_hex(), last.epoch.0);
    match group.fate {
        Fate::Disputed => format!("{DISPUTED}{at}/{}/{}", group.reason, last.seq),
        Fate::Waiting if is_of_past(group) => format!("{WAITING}{at}/{}", last.seq),
        Fate::Waiting => format!("{VERSION}{at}/{}", last.seq),
        Fate::Refused => format!("{REFUSED}{at}/{}", last.hash.short()),
    }
}

fn view(group: &HeldGroup, case: String, names: &Names) -> Result<CaseView, OfficeError> {
    let (device, count) = (names.label(group.last.device), group.entries);
    let why = why(group, names);
    let receipts = group.shown.iter().filter(|entry| entry.receipt.is_some()).map(|entry| entry.at);
    let is_held = group.fate != Fate::Refused;
    Ok(CaseView {
        what: Bilingual::new(
            format!("{device} · {count} अभिलेख · {}", why.hindi),
            format!("{device} · {count} entries · {}", why.english),
        ),
        to_do: to_do(group),
        since_ms: Some(group.since_ms),
        amount_paise: group.amount_paise,
        receipts: if is_held { receipts.collect() } else { Vec::new() },
        sides: group.shown.iter().map(|entry| side(entry, names)).collect(),
        decisions: choices(decisions(group)),
        ..named(case)?
    })
}

fn why(group: &HeldGroup, names: &Names) -> Bilingual {
    match group.fate {
        Fate::Disputed => words_of_dispute(&group.reason),
        Fate::Refused => refusal_words(&group.reason),
        Fate::Waiting if is_of_past(group) => {
            let lacks: Vec<String> = group
                .lacks
                .iter()
                .map(|head| format!("{} ({}-{})", names.label(head.device), head.epoch.letters(), head.seq))
                .collect();
            let lacks = lacks.join(", ");
            Bilingual::new(
                format!("इनसे पहले के अभिलेखों की प्रतीक्षा: {lacks}"),
                format!("Waiting for earlier entries of {lacks}"),
            )
        }
        Fate::Waiting => Bilingual::new("पालिका के नए संस्करण के अभिलेख", "Written by a newer Palika"),
    }
}

fn side(entry: &HeldEntry, names: &Names) -> CaseSide {
    let (value, amount_paise) = match &entry.receipt {
        Some((number, amount)) => (number.to_string(), Some(*amount)),
        None => (String::new(), None),
    };
    let what = if value.is_empty() { kind_words(entry.kind) } else { Bilingual::default() };
    CaseSide { what, amount_paise, ..names.side(value, entry.user, Some(entry.at.device), entry.at_ms) }
}

fn decisions(group: &HeldGroup) -> &'static [&'static str] {
    match group.fate {
        Fate::Disputed if group.reason == BEYOND_CUT => &[ACCEPT, "stays-disputed"],
        Fate::Disputed => &["stays-disputed", "done-again"],
        Fate::Waiting if is_of_past(group) => &["past-lost"],
        // An update folds them; there is nothing to decide.
        Fate::Waiting => &[],
        Fate::Refused => &["looked-into", "entered-from-paper"],
    }
}

fn to_do(group: &HeldGroup) -> Bilingual {
    let (hindi, english) = match group.fate {
        Fate::Disputed if group.reason == BEYOND_CUT => (
            "राशि गिनी जा रही है, पर इन कार्यों का और कोई प्रभाव नहीं। पता करें कि उस कंप्यूटर पर किसने काम किया; ठीक हो तो मान्य करें।",
            "The money counts; nothing else in them takes effect. Find out who worked at that computer; if all is well, accept them.",
        ),
        Fate::Disputed => (
            "राशि हो तो वह गिनी जा रही है; बाकी का प्रभाव नहीं। जिसने लिखा उससे पूछें; ज़रूरी हो तो कार्य सही अधिकार से फिर करें।",
            "Money in them counts; nothing else takes effect. Ask whoever wrote them; if it is needed, have it done again by somebody who may.",
        ),
        Fate::Waiting if is_of_past(group) => (
            "नाम वाले कंप्यूटर से मिलान करें: लाइन से, भवन के नेटवर्क से या पेन ड्राइव से। वह न लौटे तो उसकी रसीदें काग़ज़ से दर्ज करें।",
            "Exchange with the computer named: by line, by the building's network or by stick. If it does not come back, enter its receipts from paper.",
        ),
        Fate::Waiting => (
            "इस कंप्यूटर पर पालिका अद्यतन करें: तब ये अपने-आप गिने जाएँगे।",
            "Update Palika on this computer: then they are counted by themselves.",
        ),
        Fate::Refused => (
            "यह यहाँ नहीं गिना गया। उस कंप्यूटर से फिर मिलान करें; इसमें लिखी रसीदें सच हों तो काग़ज़ से दर्ज करें। कारण तकनीशियन को दिखाएँ।",
            "It is counted nowhere here. Exchange with that computer again; if receipts named in it are real, enter them from paper. Show the reason to the technician.",
        ),
    };
    Bilingual::new(hindi, english)
}

/// The fact by which entries beyond the end of trust stand, judged by what the file holds under the write lock.
pub(super) async fn decided(
    writing: &mut Writing,
    case: &str,
    decision: &str,
    remark: &str,
) -> Result<Option<Fact>, OfficeError> {
    if !case.starts_with(DISPUTED) || decision != ACCEPT {
        return Ok(None);
    }
    let groups = held::groups(writing.connection()).await?;
    let group = groups.iter().find(|group| name(group) == case).ok_or(OfficeError::NoSuchCase)?;
    Ok(Some(DisputeAccepted { head: group.last, reason: remark.to_owned() }.into()))
}
