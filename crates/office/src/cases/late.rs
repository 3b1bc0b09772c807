//! Receipts that came to light when their day was closed. Their number and their money stand; what is left to do is to
//! find the money and take it to the bank. A slip that takes it ends the case, and so does a person's word.

use super::{Names, choices, named};
use crate::counter::issued;
use crate::{OfficeError, Town};
use contract::{CaseSide, CaseView};
use domain::Bilingual;
use domain::payment::PaymentMode;
use store::query::cases;
use store::query::late::{self, LateRow};

pub(super) const PREFIX: &str = "late/";

/// Every one whose money is on no slip.
pub(super) async fn open(town: &Town, names: &Names) -> Result<Vec<CaseView>, OfficeError> {
    let mut reading = town.store.reading().await?;
    let found = late::receipts(&mut reading).await?;
    let settled = cases::settled(&mut reading).await?;
    drop(reading);
    let mut views = Vec::new();
    for row in found {
        let at = row.receipt.receipt;
        let case = format!("{PREFIX}{}/{}/{}", at.device.to_hex(), at.epoch.0, at.seq);
        if settled.contains(&case) {
            continue;
        }
        let (_, fact) = issued(town, &at).await?;
        let number = fact.number.to_string();
        let amount_paise = Some(row.receipt.amount_paise);
        let paid = format!("{number} · {}", row.receipt.payer);
        let side = names.side(paid, row.user, Some(at.device), row.receipt.at_ms);
        views.push(CaseView {
            what: what(&row, &number),
            to_do: to_do(&row),
            consumer: row.receipt.consumer.clone(),
            amount_paise,
            receipts: vec![at],
            sides: vec![CaseSide { amount_paise, ..side }],
            decisions: match is_in_the_drawer(&row) {
                true => choices(&["money-found", "money-not-found"]),
                false => choices(&["at-bank", "not-at-bank"]),
            },
            ..named(case)?
        });
    }
    Ok(views)
}

/// Cash and instruments go with a slip; all else is at the bank already, or not.
fn is_in_the_drawer(row: &LateRow) -> bool {
    [PaymentMode::Cash, PaymentMode::Cheque, PaymentMode::DemandDraft]
        .into_iter()
        .any(|mode| mode as i64 == row.receipt.mode)
}

fn what(row: &LateRow, number: &str) -> Bilingual {
    let (day, shift_day) = (row.receipt.business_date.on_paper(), row.shift_day.on_paper());
    let counter = &row.receipt.counter;
    if row.missed_by_close {
        Bilingual::new(
            format!("{number}: {day} की पाली ({counter}) बंद होते समय यह रसीद ज्ञात नहीं थी।"),
            format!("{number}: not known when the shift of {day} ({counter}) was closed."),
        )
    } else {
        Bilingual::new(
            format!("{number}: {day} की रसीद, {shift_day} की पाली ({counter}) में फिर दर्ज।"),
            format!("{number}: of {day}, entered again into the shift of {shift_day} ({counter})."),
        )
    }
}

fn to_do(row: &LateRow) -> Bilingual {
    let (hindi, english) = match (is_in_the_drawer(row), row.shift_closed) {
        (true, false) => (
            "यह राशि रोकड़ में गिनें: खुली पाली की अपेक्षित राशि में यह शामिल है। फिर पाली के साथ बैंक में जमा करें।",
            "Count this money into the drawer: the open shift expects it. Then pay it in with that shift.",
        ),
        (true, true) => (
            "यह राशि खोजें और अगली जमा पर्ची से बैंक में जमा करें: वह पर्ची इसे माँगती है।",
            "Find this money and pay it in: the next slip of that counter asks for it.",
        ),
        (false, _) => (
            "बैंक के विवरण में देखें कि यह राशि आई या नहीं।",
            "Look in the bank's statement whether this money arrived.",
        ),
    };
    Bilingual::new(hindi, english)
}
