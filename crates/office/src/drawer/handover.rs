//! One clerk gives the drawer to another in the middle of a shift; both count, the taker signs here.

use super::cash::{Counted, Expected, settled};
use crate::claims::{number_on_paper, of_handover};
use crate::counter::held_shift;
use crate::paper_done::done_or_problem;
use crate::papers::seal_of;
use crate::{Office, OfficeError, Town};
use contract::{HandOver, PaperDone, Reply};
use domain::drawer::DrawerHandedOver;
use domain::fact::{Fact, Kind};
use domain::payment::PaymentMode;
use domain::{Bilingual, ChainHead, Paise};
use store::StoreError;
use store::query::desk::{self, ShiftRow};
use store::query::{books, people, shift};

impl Office {
    pub(crate) async fn hand_over(&self, ask: HandOver) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        let counted = Counted::of(&ask.counted)?;
        let author = town.author(&session.user, Kind::DrawerHandedOver).await?;
        // Whoever takes the drawer goes on in its shift, so the taker must be able to.
        match town.author(&ask.to.user, Kind::ReceiptIssued).await {
            Err(OfficeError::NotAllowed(_)) => return Err(OfficeError::SecondPerson),
            taker => taker?,
        };
        let now_ms = self.shell.now_ms();
        let mut reading = town.store.reading().await?;
        let last = desk::last_shift(&mut reading, &town.device, town.writer.epoch).await?;
        let open = held_shift(last, &session.user)?;
        let expected = Expected::of(&mut reading, &open).await?;
        drop(reading);
        let (_, difference_reason) =
            settled(counted.worth_paise, expected.cash_paise, &ask.difference_reason)?;
        let handed_over = |approval| DrawerHandedOver {
            shift: open.shift.hash,
            to: ask.to.user,
            counted: counted.pieces.clone(),
            expected_cash_paise: expected.cash_paise,
            difference_reason: difference_reason.clone(),
            approval,
        };
        let approval = town.approve(&ask.to, &session, false, |blank| Fact::from(handed_over(blank))).await?;
        let fact = handed_over(approval);
        let mut writing = town.store.begin(&town.writer, now_ms).await?;
        // Both signed for this sum; a receipt from another window may have changed it while the key was derived.
        if Expected::of(writing.connection(), &open).await?.cash_paise != expected.cash_paise {
            return Err(StoreError::Busy.into());
        }
        let at = writing.append(Some(author), &Fact::from(fact.clone())).await?;
        self.commit(writing).await?;
        let sheet = self.handover_sheet(&town, &at, &fact, &open, (now_ms, session.name)).await;
        let paper = town.marked(self.shell.as_ref(), done_or_problem(sheet)).await;
        let mut drawer = self.drawer_of(&town).await?;
        drawer.paper = Some(paper);
        Ok(Reply::Drawer(Box::new(drawer)))
    }

    async fn handover_sheet(
        &self,
        town: &Town,
        at: &ChainHead,
        fact: &DrawerHandedOver,
        open: &ShiftRow,
        (at_ms, from): (i64, Bilingual),
    ) -> Result<PaperDone, OfficeError> {
        let claim = of_handover(&town.issuer(), at, fact, open.business_date)?;
        let number = number_on_paper(claim.kind, &claim.number);
        let mut reading = town.store.reading().await?;
        let receipts = shift::receipts(&mut reading, &open.shift).await?;
        let staff = people::staff(&mut reading).await?;
        drop(reading);
        let last_receipt = match receipts.last() {
            Some(row) => crate::counter::issued(town, &row.receipt).await?.1.number.to_string(),
            None => String::new(),
        };
        let is_instrument =
            |mode: i64| mode == PaymentMode::Cheque as i64 || mode == PaymentMode::DemandDraft as i64;
        let instruments: Vec<Paise> = receipts
            .iter()
            .filter(|row| !row.cancelled && is_instrument(row.mode))
            .map(|row| row.amount_paise)
            .collect();
        let taker = staff.into_iter().find(|person| person.user == fact.to);
        let counted_paise = claim.amount_paise;
        let sheet = paper::HandoverSheet {
            letterhead: self.letterhead(town).await?,
            number: number.clone(),
            business_date: open.business_date,
            at_unix_ms: at_ms,
            counter: town.identity.counter.0.clone(),
            from,
            to: taker.map(|person| person.name).unwrap_or_default(),
            last_receipt,
            cash: fact.counted.clone(),
            cash_total: counted_paise,
            expected_cash: fact.expected_cash_paise,
            difference: counted_paise
                .checked_sub(fact.expected_cash_paise)
                .ok_or(OfficeError::AmountTooLarge)?,
            difference_reason: self.difference_words(&fact.difference_reason)?,
            instruments: u32::try_from(instruments.len()).unwrap_or(u32::MAX),
            instruments_total: Paise::checked_sum(instruments).ok_or(OfficeError::AmountTooLarge)?,
            receipt_books: books_with_leaves(town).await?,
            seal: seal_of(town, claim),
        };
        let printed = self.with_press(|press| press.print(&sheet, paper::PaperSize::A5))?;
        self.keep_and_print(town, &open.business_date.to_string(), &number, &printed.pdf).await
    }
}

/// The counter's books that still have leaves: `B-12: 37, B-13: 100`.
async fn books_with_leaves(town: &Town) -> Result<String, OfficeError> {
    let books = books::books(&mut *town.store.reading().await?).await?;
    let left: Vec<String> = books
        .iter()
        .filter(|book| book.counter == town.identity.counter.0)
        .filter_map(|book| {
            let leaves = (book.last_leaf - book.first_leaf + 1) as usize;
            let left = leaves.saturating_sub(book.used.len());
            (left > 0).then(|| format!("{}: {left}", book.book))
        })
        .collect();
    Ok(left.join(", "))
}
