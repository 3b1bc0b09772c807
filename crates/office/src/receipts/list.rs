use crate::counter::{brief, receipt_view};
use crate::{Office, OfficeError};
use contract::{ReceiptFilter, ReceiptList, Reply};
use domain::ChainHead;
use store::query::receipts::{self, Filter};

/// Receipts of one page.
const RECEIPTS_SHOWN: u32 = 50;
/// A pasted page is no filter.
const FILTER_CHARACTERS_MAX: usize = 100;

impl Office {
    /// A page of receipts, newest first.
    pub(crate) async fn receipts(&self, filter: ReceiptFilter) -> Result<Reply, OfficeError> {
        let (town, _) = self.at_work().await?;
        let offset = filter.offset;
        let filter = Filter {
            text: filter.text.chars().take(FILTER_CHARACTERS_MAX).collect(),
            from: filter.from,
            to: filter.to,
            mode: filter.mode.map(|mode| mode as i64),
            counter: filter.counter,
        };
        let mut reading = town.store.reading().await?;
        let (rows, count, amount_paise) =
            receipts::list(&mut reading, &filter, offset, RECEIPTS_SHOWN).await?;
        drop(reading);
        let mut receipts = Vec::with_capacity(rows.len());
        for row in &rows {
            receipts.push(brief(&town, row).await?);
        }
        Ok(Reply::Receipts(ReceiptList { receipts, count, amount_paise }))
    }

    /// One receipt with everything that happened to it.
    pub(crate) async fn receipt(&self, at: &ChainHead) -> Result<Reply, OfficeError> {
        let (town, _) = self.at_work().await?;
        Ok(Reply::Receipt(Box::new(receipt_view(self, &town, at).await?)))
    }
}
