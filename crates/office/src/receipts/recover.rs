//! A receipt whose entry died with a disk comes back from its paper: the QR says number, day, amount and entry, signed by
//! the device that took the money; a person types what else is printed, and a second person signs.

use crate::counter::{Spread, clean, in_words, line_views, receipt_view, spread_over_dues};
use crate::verify_paper::lost_claim;
use crate::{Office, OfficeError, Town};
use contract::{Payment, Preview, RecoverReceipt, Reply};
use domain::demand::{ADVANCE_HEAD, ConsumerCode, ServiceCode};
use domain::fact::{Fact, Kind};
use domain::identity::DraftId;
use domain::receipt::{ReceiptIssued, ReceiptRecovered};
use domain::{Bilingual, Hash, Paise};
use journal::SignedClaim;
use store::query::{bill, desk};

impl Office {
    pub(crate) async fn preview_recovery(&self, ask: RecoverReceipt) -> Result<Reply, OfficeError> {
        let (town, _) = self.at_work().await?;
        let claim = lost_claim(&town, &ask.text).await?;
        let receipt = as_printed(&town, &ask, &claim, Hash::ZERO).await?;
        let advance = receipt.lines.iter().filter(|line| line.head.as_str() == ADVANCE_HEAD);
        Ok(Reply::Preview(Preview {
            amount_paise: claim.claim.amount_paise,
            words: in_words(claim.claim.amount_paise),
            change_paise: ask.instrument.change_paise(claim.claim.amount_paise),
            balance_after_paise: receipt.balance_after_paise,
            advance_paise: Paise::checked_sum(advance.map(|line| line.amount_paise)).unwrap_or(Paise::ZERO),
            lines: line_views(&ask.service, &receipt.lines)?,
        }))
    }

    /// Enters it under its own number, into the open shift of whoever answers for the money now.
    pub(crate) async fn recover_receipt(&self, ask: RecoverReceipt) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        let author = town.author(&session.user, Kind::ReceiptRecovered).await?;
        let claim = lost_claim(&town, &ask.text).await?;
        let second = ask.second.as_ref().ok_or(OfficeError::SecondPerson)?;
        let mut reading = town.store.reading().await?;
        let last = desk::last_shift(&mut reading, &town.device, town.writer.epoch).await?;
        drop(reading);
        let shift = crate::counter::held_shift(last, &session.user)?.shift.hash;
        let receipt = as_printed(&town, &ask, &claim, shift).await?;
        let recovered = |approval| ReceiptRecovered {
            claim: ask.text.trim().to_owned(),
            receipt: receipt.clone(),
            approval: Some(approval),
            entry: None,
        };
        let approval = town.approve(second, &session, true, |blank| Fact::from(recovered(blank))).await?;
        let mut writing = town.store.begin(&town.writer, self.shell.now_ms()).await?;
        // Deriving the second person's key took a moment: the shift may be closed, the receipt entered or here.
        lost_claim(&town, &ask.text).await?;
        let at = writing.append(Some(author), &Fact::from(recovered(approval))).await?;
        self.commit(writing).await?;
        Ok(Reply::Receipt(Box::new(receipt_view(self, &town, &at).await?)))
    }
}

/// The receipt as its paper says. Lines that were not typed are spread as the counter would have spread them.
async fn as_printed(
    town: &Town,
    ask: &RecoverReceipt,
    signed: &SignedClaim,
    shift: Hash,
) -> Result<ReceiptIssued, OfficeError> {
    let claim = &signed.claim;
    ask.instrument.check(claim.amount_paise, claim.business_date)?;
    let mut reading = town.store.reading().await?;
    let record = match ask.consumer.as_str() {
        "" => None,
        consumer => Some(bill::record(&mut reading, consumer).await?.ok_or(OfficeError::NoSuchConsumer)?),
    };
    let dues = bill::dues(&mut reading, &ask.service, &ask.consumer).await?;
    drop(reading);
    let payment = Payment {
        draft: String::new(),
        service: ask.service.clone(),
        consumer: ask.consumer.clone(),
        amount_paise: claim.amount_paise,
        lines: ask.lines.clone(),
        instrument: ask.instrument.clone(),
        payer_name: ask.payer_name.clone(),
        payer_mobile: String::new(),
        remark: String::new(),
        leaf: None,
    };
    crate::counter::check_fields(&payment)?;
    let Spread { lines, balance_after_paise } = match ask.lines.is_empty() {
        true => spread_over_dues(&payment, &dues, claim.number.year)?,
        false => Spread { lines: checked_lines(&payment)?, balance_after_paise: Paise::ZERO },
    };
    let payer_name = clean(&ask.payer_name);
    let assessee = match record {
        Some(record) => {
            Bilingual::new(record.property.owner_hindi.as_str(), record.property.owner_english.as_str())
        }
        None if payer_name.is_empty() => return Err(OfficeError::Missing("payer_name")),
        None => Bilingual::new(payer_name.as_str(), payer_name.as_str()),
    };
    Ok(ReceiptIssued {
        number: claim.number.clone(),
        shift,
        business_date: claim.business_date,
        service: ServiceCode::from(ask.service.as_str()),
        consumer: ConsumerCode::from(ask.consumer.as_str()),
        assessee,
        payer_name,
        payer_mobile: None,
        lines,
        instrument: ask.instrument.clone(),
        balance_after_paise,
        leaf: None,
        // No press made it; the entry it stands for names it.
        draft: DraftId(std::array::from_fn(|at| claim.entry.0.get(at).copied().unwrap_or_default())),
        template: paper::RECEIPT_TEMPLATE_VERSION,
        under: Vec::new(),
        remark: String::new(),
    })
}

/// Lines as a person read them off the paper: known heads, and the sum that the QR says.
fn checked_lines(payment: &Payment) -> Result<Vec<domain::receipt::ReceiptLine>, OfficeError> {
    let service = ServiceCode::from(payment.service.as_str());
    for line in &payment.lines {
        if line.head.as_str() != ADVANCE_HEAD && masters::head(&service, &line.head)?.is_none() {
            return Err(OfficeError::NoSuchHead);
        }
    }
    let sum = Paise::checked_sum(payment.lines.iter().map(|line| line.amount_paise));
    if sum == Some(payment.amount_paise) {
        Ok(payment.lines.clone())
    } else {
        Err(OfficeError::LinesDoNotAddUp)
    }
}
