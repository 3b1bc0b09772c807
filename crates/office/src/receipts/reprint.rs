//! The same receipt once more, because the printer failed. Never a duplicate for a lost one: that is a certificate.

use super::own_standing;
use crate::counter::receipt_view;
use crate::paper_done::done_or_problem;
use crate::{Office, OfficeError, Town};
use contract::{Reply, Reprint};
use domain::ChainHead;
use domain::fact::{Fact, Kind};
use domain::receipt::ReceiptReprinted;
use store::StoreError;
use store::query::receipts;

impl Office {
    /// Logs the copy, then prints it: a copy that came out of the printer and is not in the log cannot be.
    pub(crate) async fn reprint(&self, ask: Reprint) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        let author = town.author(&session.user, Kind::ReceiptReprinted).await?;
        own_standing(&town, &ask.receipt).await?;
        let words = self.reprint_reason(&ask.reason)?;
        let copy = copies(&town, &ask.receipt).await? + 1;
        let copy_fact =
            |approval| ReceiptReprinted { receipt: ask.receipt, copy, reason: ask.reason.clone(), approval };
        let approval = match (copy, &ask.second) {
            (1, _) => None,
            (_, None) => return Err(OfficeError::SecondPerson),
            (_, Some(second)) => {
                let blank_of = |approval| Fact::from(copy_fact(Some(approval)));
                Some(town.approve(second, &session, true, blank_of).await?)
            }
        };
        let mut writing = town.store.begin(&town.writer, self.shell.now_ms()).await?;
        // The second person signed this copy's number; another window may have taken it meanwhile.
        if copies(&town, &ask.receipt).await? + 1 != copy {
            return Err(StoreError::Busy.into());
        }
        writing.append(Some(author), &Fact::from(copy_fact(approval))).await?;
        self.commit(writing).await?;
        let on_paper = paper::Reprint { number: u16::try_from(copy).unwrap_or(u16::MAX), reason: words };
        let paper = done_or_problem(self.receipt_paper(&town, &ask.receipt, Some(on_paper)).await);
        let mut view = receipt_view(self, &town, &ask.receipt).await?;
        view.paper = Some(paper);
        Ok(Reply::Receipt(Box::new(view)))
    }
}

/// Copies printed so far, the original not counted.
async fn copies(town: &Town, receipt: &ChainHead) -> Result<u32, OfficeError> {
    let events = receipts::events(&mut *town.store.reading().await?, receipt).await?;
    let mut copies = 0;
    for event in &events {
        let entry = town.store.entry(event).await?;
        copies += u32::from(entry.kind == Kind::ReceiptReprinted.number());
    }
    Ok(copies)
}
