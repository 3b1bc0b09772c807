//! Cancelling a receipt before its money is remitted: the holder of the drawer asks, a second person signs here.

use super::own_standing;
use crate::authority::Session;
use crate::counter::{held_shift, issued, receipt_view};
use crate::paper_done::done_or_problem;
use crate::papers::{payment, receipt_seal};
use crate::{Office, OfficeError, Town, reasons};
use contract::{CancelReceipt, PaperDone, Reply};
use domain::fact::{Fact, Kind};
use domain::payment::PaymentMode;
use domain::people::Author;
use domain::receipt::ReceiptCancelled;
use domain::{Bilingual, ChainHead, UserId};
use store::query::bill::{self, ReceiptRow};
use store::query::{desk, people, receipts, shift};

impl Office {
    pub(crate) async fn cancel_receipt(&self, ask: CancelReceipt) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        let author = town.author(&session.user, Kind::ReceiptCancelled).await?;
        let row = cancellable(&town, &ask.receipt).await?;
        let remark = checked_remark(&ask, &row)?;
        let mut reading = town.store.reading().await?;
        let last = desk::last_shift(&mut reading, &town.device, town.writer.epoch).await?;
        drop(reading);
        let open = held_shift(last, &session.user)?.shift.hash;
        let cancelled = |approval| ReceiptCancelled {
            receipt: ask.receipt,
            shift: open,
            reason: ask.reason.clone(),
            remark: remark.clone(),
            approval,
        };
        let approval =
            town.approve(&ask.second, &session, true, |blank| Fact::from(cancelled(blank))).await?;
        self.write_cancellation(&town, &session, author, cancelled(approval)).await?;
        let paper = done_or_problem(self.cancelled_slip(&town, &ask.receipt).await);
        let mut view = receipt_view(self, &town, &ask.receipt).await?;
        view.paper = Some(paper);
        Ok(Reply::Receipt(Box::new(view)))
    }

    /// Judged again under the write lock: deriving the second person's key took a moment.
    async fn write_cancellation(
        &self,
        town: &Town,
        session: &Session,
        author: Author,
        fact: ReceiptCancelled,
    ) -> Result<(), OfficeError> {
        let mut writing = town.store.begin(&town.writer, self.shell.now_ms()).await?;
        let last = desk::last_shift(writing.connection(), &town.device, town.writer.epoch).await?;
        if held_shift(last, &session.user)?.shift.hash != fact.shift {
            return Err(OfficeError::NoShift);
        }
        let row = bill::receipt(writing.connection(), &fact.receipt).await?;
        match row {
            None => return Err(store::StoreError::NotFound("receipt").into()),
            Some(row) if row.cancelled => return Err(OfficeError::CancelledAlready),
            Some(row) if row.remitted => return Err(OfficeError::RemittedAlready),
            Some(_) => {}
        }
        writing.append(Some(author), &Fact::from(fact)).await?;
        self.commit(writing).await?;
        Ok(())
    }

    /// The slip filed with the surrendered original.
    async fn cancelled_slip(&self, town: &Town, receipt: &ChainHead) -> Result<PaperDone, OfficeError> {
        let (_, fact) = issued(town, receipt).await?;
        let (at_ms, by, cancelled) =
            cancellation_of(town, receipt).await?.ok_or(store::StoreError::NotFound("cancellation"))?;
        let total = fact.total_paise().ok_or(OfficeError::AmountTooLarge)?;
        let staff = people::staff(&mut *town.store.reading().await?).await?;
        let name_of = |user: Option<UserId>| {
            let person = user.and_then(|user| staff.iter().find(|person| person.user == user));
            person.map(|person| person.name.clone()).unwrap_or_default()
        };
        let slip = paper::CancelledSlip {
            letterhead: self.letterhead(town).await?,
            receipt_number: fact.number.to_string(),
            receipt_date: fact.business_date,
            amount: total,
            mode: payment(&fact.instrument, total)?.mode,
            payer: fact.payer_name.clone(),
            consumer_name: fact.assessee.clone(),
            consumer_id: fact.consumer.0.clone(),
            counter: fact.number.counter.0.clone(),
            cancelled_at_unix_ms: at_ms,
            reason: reason_words(&cancelled.reason)?,
            remark: cancelled.remark,
            asked_by: name_of(by),
            approved_by: name_of(Some(cancelled.approval.author.user)),
            // The second person signs with the original before him: without it there is only the reversal.
            original_surrendered: true,
            replaced_by: String::new(),
            // The claim is the receipt's own: whoever scans the slip is told that the receipt is cancelled.
            seal: receipt_seal(town, receipt, &fact, total),
        };
        let printed = self.with_press(|press| press.print(&slip, paper::PaperSize::A5))?;
        let name = format!("{}-cancelled", fact.number);
        self.keep_and_print(town, &fact.business_date.to_string(), &name, &printed.pdf).await
    }
}

/// A receipt that may still be cancelled here.
async fn cancellable(town: &Town, at: &ChainHead) -> Result<ReceiptRow, OfficeError> {
    let row = own_standing(town, at).await?;
    if has_left_the_drawer(town, &row).await? {
        return Err(OfficeError::RemittedAlready);
    }
    Ok(row)
}

/// Whether the money is beyond the drawer's say. Cash and instruments leave with a slip that marks them; card, UPI and
/// transferred money is at the bank already and leaves the drawer's say with its shift.
pub(crate) async fn has_left_the_drawer(town: &Town, row: &ReceiptRow) -> Result<bool, OfficeError> {
    let in_hand = [PaymentMode::Cheque, PaymentMode::DemandDraft].iter().any(|mode| *mode as i64 == row.mode);
    Ok(row.remitted
        || (!in_hand && shift::is_remitted(&mut *town.store.reading().await?, &row.receipt).await?))
}

fn checked_remark(ask: &CancelReceipt, row: &ReceiptRow) -> Result<String, OfficeError> {
    let mode = PaymentMode::ALL.into_iter().find(|mode| *mode as i64 == row.mode).unwrap_or_default();
    let reason = masters::cancel_reasons()?.get(&ask.reason).filter(|reason| reason.fits(mode));
    let reason = reason.ok_or(OfficeError::Missing("reason"))?;
    let remark = reasons::text("remark", &ask.remark)?;
    if reason.note_required && remark.is_empty() {
        return Err(OfficeError::Missing("remark"));
    }
    Ok(remark)
}

/// A cancel reason in words; the code itself where the masters do not know it.
pub(crate) fn reason_words(code: &str) -> Result<Bilingual, OfficeError> {
    let known = masters::cancel_reasons()?.get(code);
    Ok(known.map_or_else(|| Bilingual::new(code, code), |reason| reason.name.clone()))
}

/// What cancelled a receipt: when, by whom, the fact.
pub(crate) async fn cancellation_of(
    town: &Town,
    receipt: &ChainHead,
) -> Result<Option<(i64, Option<UserId>, ReceiptCancelled)>, OfficeError> {
    let events = receipts::events(&mut *town.store.reading().await?, receipt).await?;
    for event in events {
        let entry = town.store.entry(&event).await?;
        if let Some(Fact::ReceiptCancelled(fact)) = entry.fact()? {
            return Ok(Some((entry.at_ms, entry.author.map(|author| author.user), fact)));
        }
    }
    Ok(None)
}
