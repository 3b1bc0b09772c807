//! What stood on a branch that a device gave up: each receipt until somebody enters it again, and all else that people
//! did there until they have done it again. Whoever once held the branch lists it, not its own device alone.

use super::{Names, choices, named};
use crate::entry_words::kind_words;
use crate::{OfficeError, Town};
use contract::{CaseSide, CaseView};
use domain::Bilingual;
use std::collections::HashSet;
use store::query::cases;
use store::query::given_up::{self, LostAct, LostReceipt};

const RECEIPT: &str = "lost/";
const ACTS: &str = "redo/";
pub(super) const PREFIXES: [&str; 2] = [RECEIPT, ACTS];
/// Acts of one branch that are listed one by one.
const ACTS_SHOWN: usize = 30;

/// Every receipt, and every branch with other acts.
pub(super) async fn open(town: &Town, names: &Names) -> Result<Vec<CaseView>, OfficeError> {
    let mut reading = town.store.reading().await?;
    let receipts = given_up::lost_receipts(&mut reading, None).await?;
    let acts = given_up::lost_acts(&mut reading).await?;
    let settled = cases::settled(&mut reading).await?;
    drop(reading);
    let mut views = Vec::new();
    for receipt in &receipts {
        views.extend(of_receipt(town, names, receipt, &settled)?);
    }
    for branch in acts.chunk_by(|one, next| one.branch == next.branch) {
        views.extend(of_branch(names, branch, &settled)?);
    }
    Ok(views)
}

fn of_receipt(
    town: &Town,
    names: &Names,
    lost: &LostReceipt,
    settled: &HashSet<String>,
) -> Result<Option<CaseView>, OfficeError> {
    let at = lost.at;
    let case = format!("{RECEIPT}{}/{}/{}/{}", at.device.to_hex(), at.epoch.0, at.seq, at.hash.short());
    if settled.contains(&case) {
        return Ok(None);
    }
    let number = lost.receipt.number.to_string();
    let (day, device) = (lost.receipt.business_date.on_paper(), names.label(at.device));
    let amount_paise = lost.receipt.total_paise();
    let side = names.side(format!("{number} · {}", at.hash.short()), lost.user, Some(at.device), lost.at_ms);
    Ok(Some(CaseView {
        what: Bilingual::new(
            format!("{number} · {day}: {device} ने अपनी यह शाखा छोड़ी; रसीद अभी किसी योग में नहीं है।"),
            format!("{number} · {day}: {device} gave this branch up; the receipt is in no sum yet."),
        ),
        to_do: to_enter_again(at.device == town.device),
        consumer: lost.receipt.consumer.0.clone(),
        amount_paise,
        sides: vec![CaseSide { amount_paise, ..side }],
        decisions: choices(&["no-money"]),
        ..named(case)?
    }))
}

fn to_enter_again(is_own: bool) -> Bilingual {
    if is_own {
        Bilingual::new(
            "पाली खोलें: यह कंप्यूटर इसे उसी संख्या से अपने-आप फिर दर्ज करेगा।",
            "Open a shift: this computer enters it again by itself, under its own number.",
        )
    } else {
        Bilingual::new(
            "वह कंप्यूटर अगली पाली खोलते ही इसे फिर दर्ज करेगा। वह न लौटे तो रसीद का क्यूआर काग़ज़ की जाँच (Alt+7) में दर्ज करें।",
            "That computer enters it again when it opens its next shift. If it does not come back, enter the receipt from its QR at Verify a paper (Alt+7).",
        )
    }
}

fn of_branch(
    names: &Names,
    acts: &[LostAct],
    settled: &HashSet<String>,
) -> Result<Option<CaseView>, OfficeError> {
    let Some(first) = acts.first() else { return Ok(None) };
    let case = format!("{ACTS}{}/{}/{}", first.at.device.to_hex(), first.at.epoch.0, first.branch.short());
    if settled.contains(&case) {
        return Ok(None);
    }
    let (device, count) = (names.label(first.at.device), acts.len());
    let shown = acts.iter().take(ACTS_SHOWN).map(|act| {
        let side = names.side(String::new(), act.user, Some(act.at.device), act.at_ms);
        CaseSide { what: kind_words(act.kind), ..side }
    });
    Ok(Some(CaseView {
        what: Bilingual::new(
            format!("{device} ने अपनी यह शाखा छोड़ी: {count} कार्य अब मान्य नहीं रहे।"),
            format!("{device} gave this branch up: {count} acts on it have no effect any more."),
        ),
        sides: shown.collect(),
        decisions: choices(&["done-again", "not-needed"]),
        ..named(case)?
    }))
}
