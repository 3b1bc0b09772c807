//! The certificate of payment: where a receipt is lost, the office certifies that the sum was received, and gives no
//! second receipt (U.P. Financial Hand Book Vol. V Part I para 75).

use super::known;
use crate::claims::{Issuer, number_on_paper, of_certificate};
use crate::counter::{issued, service_name};
use crate::paper_done::done_or_problem;
use crate::papers::seal_of;
use crate::{Office, OfficeError, Town, reasons};
use contract::{PaperDone, Reply};
use domain::fact::{Fact, Kind};
use domain::receipt::PaymentCertified;
use domain::{Bilingual, ChainHead};
use store::Series;

impl Office {
    /// Certifies any receipt known here that stands, whichever counter took it.
    pub(crate) async fn certify_payment(
        &self,
        receipt: ChainHead,
        issued_to: &str,
    ) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        let issued_to = reasons::name("issued_to", issued_to)?;
        if known(&town, &receipt).await?.cancelled {
            return Err(OfficeError::CancelledAlready);
        }
        let author = town.author(&session.user, Kind::PaymentCertified).await?;
        let year = self.paper_day(&town).await?.financial_year();
        let now_ms = self.shell.now_ms();
        let mut writing = town.store.begin(&town.writer, now_ms).await?;
        let serial = writing.next_serial(Series::Certificate, year).await?;
        let fact = PaymentCertified { receipt, serial, year, issued_to };
        let at = writing.append(Some(author), &Fact::from(fact.clone())).await?;
        self.commit(writing).await?;
        let paper = self.certificate_paper(&town, &at, &fact, now_ms, session.name).await;
        Ok(Reply::Paper(done_or_problem(paper)))
    }

    async fn certificate_paper(
        &self,
        town: &Town,
        at: &ChainHead,
        certified: &PaymentCertified,
        now_ms: i64,
        issued_by: Bilingual,
    ) -> Result<PaperDone, OfficeError> {
        let (_, fact) = issued(town, &certified.receipt).await?;
        let claim = of_certificate(&town.issuer(), at, certified, &fact)?;
        let number = number_on_paper(claim.kind, &claim.number);
        // The receipt's own paper has the account's particulars already.
        let receipt = self.receipt_for_paper(town, &certified.receipt, None).await?;
        let certificate = paper::Certificate {
            letterhead: receipt.letterhead,
            number: number.clone(),
            issued_at_unix_ms: now_ms,
            receipt_number: receipt.number,
            received_on: fact.business_date,
            payer: receipt.payer,
            consumer: receipt.consumer,
            subject: service_name(&fact.service)?,
            amount: receipt.total,
            mode: receipt.payment.mode,
            subject_to_realisation: receipt.payment.subject_to_realisation,
            applicant: certified.issued_to.clone(),
            fee: None,
            issued_by,
            seal: seal_of(town, claim),
        };
        let printed = self.with_press(|press| press.print(&certificate, paper::PaperSize::A5))?;
        let day = self.paper_day(town).await?.to_string();
        self.keep_and_print(town, &day, &number, &printed.pdf).await
    }
}

impl Town {
    /// This device as papers name it.
    pub(crate) fn issuer(&self) -> Issuer {
        Issuer { town: self.code, counter: self.identity.counter.clone() }
    }
}
