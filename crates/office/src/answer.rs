//! Each request of the contract, and the use case that answers it.

use crate::later::later;
use crate::{Office, OfficeError};
use contract::{Problem, Reply, Request};
use store::StoreError;

impl Office {
    /// Answers one request. Every failure is a [`Problem`] in both languages.
    pub async fn answer(&self, request: Request) -> Result<Reply, Problem> {
        if matches!(
            request,
            Request::Situation
                | Request::SignIn(_)
                | Request::Drawer
                | Request::OpenShift(_)
                | Request::SyncPage
        ) {
            later(|| self.leave_epoch()).await.map_err(|error| error.problem())?;
        }
        let answer = later(|| self.dispatch(request)).await;
        if matches!(answer, Err(OfficeError::Store(StoreError::EpochOver))) {
            // What was asked is refused with its reason; the next press finds the new series.
            later(|| self.leave_epoch()).await.map_err(|error| error.problem())?;
        }
        answer.map_err(|error| error.problem())
    }

    async fn dispatch(&self, request: Request) -> Result<Reply, OfficeError> {
        match request {
            Request::Situation => later(|| self.situation()).await,
            Request::Unlock(how) => later(|| self.unlock(how)).await,
            Request::SignIn(ask) => later(|| self.sign_in(ask)).await,
            Request::SetPassword(ask) => later(|| self.set_password(ask)).await,
            Request::Lock => later(|| self.lock()).await,
            Request::SaveDesk(desk) => later(|| self.save_desk(desk)).await,
            Request::Printers => later(|| self.printers()).await,
            Request::Search { text } => later(|| self.search(text)).await,
            Request::Bill { service, consumer } => later(|| self.bill(&service, &consumer)).await,
            Request::Services { text } => self.services(&text),
            Request::Preview(payment) => later(|| self.preview(payment)).await,
            Request::TakePayment(payment) => later(|| self.take_payment(payment)).await,
            Request::SaveDraft(draft) => later(|| self.save_draft(draft)).await,
            Request::LoadDraft => later(|| self.load_draft()).await,
            Request::DropDraft => later(|| self.drop_draft()).await,
            Request::UpiCode { draft, amount_paise } => later(|| self.upi_code(&draft, amount_paise)).await,
            Request::Drawer => later(|| self.drawer()).await,
            Request::OpenShift(ask) => later(|| self.open_shift(ask)).await,
            Request::CloseShift(ask) => later(|| self.close_shift(ask)).await,
            Request::HandOver(ask) => later(|| self.hand_over(ask)).await,
            Request::Remittable => later(|| self.remittable()).await,
            Request::Remit(ask) => later(|| self.remit(ask)).await,
            Request::LeafBooks => later(|| self.leaf_books()).await,
            Request::IssueLeafBook(ask) => later(|| self.issue_leaf_book(ask)).await,
            Request::Receipts(filter) => later(|| self.receipts(filter)).await,
            Request::Receipt { receipt } => later(|| self.receipt(&receipt)).await,
            Request::Reprint(ask) => later(|| self.reprint(ask)).await,
            Request::CancelReceipt(ask) => later(|| self.cancel_receipt(ask)).await,
            Request::CertifyPayment { receipt, issued_to } => {
                later(|| self.certify_payment(receipt, &issued_to)).await
            }
            Request::VerifyPaper { text } => later(|| self.verify_paper(&text)).await,
            Request::PreviewRecovery(ask) => later(|| self.preview_recovery(ask)).await,
            Request::RecoverReceipt(ask) => later(|| self.recover_receipt(ask)).await,
            Request::Masters => self.masters(),
            Request::Towns => self.towns(),
            Request::Ifsc { code } => self.ifsc(&code),
            Request::Boundary => later(|| self.boundary()).await,
            Request::Progress => Ok(Reply::Progress(self.progress_now())),
            Request::Staff => later(|| self.staff()).await,
            Request::AddStaff(ask) => later(|| self.add_staff(ask)).await,
            Request::GrantRole(ask) => later(|| self.grant_role(ask)).await,
            Request::WithdrawRole(ask) => later(|| self.withdraw_role(ask)).await,
            Request::CheckImport { path } => later(|| self.check_import(path)).await,
            Request::RunImport { path, good_rows_only } => {
                later(|| self.run_import(path, good_rows_only)).await
            }
            Request::EditProperty(ask) => later(|| self.edit_property(ask)).await,
            Request::FoundTown(ask) => later(|| self.found_town(ask)).await,
            Request::JoinTown(ask) => later(|| self.join_town(ask)).await,
            Request::JoinFromFile(ask) => later(|| self.join_from_file(ask)).await,
            Request::InviteDevice(ask) => later(|| self.invite_device(ask)).await,
            Request::InviteToFile(ask) => later(|| self.invite_to_file(ask)).await,
            Request::RevokeDevice { device, reason } => {
                later(|| self.revoke_device(device, &reason)).await?;
                later(|| self.sync_page()).await
            }
            Request::WriteBundle(ask) => later(|| self.write_bundle(ask)).await,
            Request::ReadBundle { path } => later(|| self.read_bundle(&path)).await,
            Request::SyncPage => later(|| self.sync_page()).await,
            Request::LocalNetwork => later(|| self.local_network()).await,
            Request::SetLocalNetwork(ask) => later(|| self.set_local_network(ask)).await,
            Request::SyncNow => later(|| self.sync_now()).await,
            Request::SettleCase(ask) => later(|| self.settle_case(ask)).await,
        }
    }
}
