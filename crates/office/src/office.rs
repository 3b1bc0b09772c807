//! One window's or one command's office: the open town, who is at the desk, and the answer to each request.

use crate::authority::Session;
use crate::town::Town;
use crate::{OfficeError, Shell};
use contract::{Problem, Progress, RecoveryKey, Reply, Request};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::{Mutex, RwLock};

/// The office.
pub struct Office {
    pub(crate) folder: PathBuf,
    pub(crate) shell: Arc<dyn Shell>,
    pub(crate) open: RwLock<Option<Arc<Town>>>,
    pub(crate) session: Mutex<Option<Session>>,
    pub(crate) sealed_because: Mutex<Option<Problem>>,
    pub(crate) recovery_key: Mutex<Option<RecoveryKey>>,
    pub(crate) progress: std::sync::Mutex<Option<Progress>>,
    /// The exchange with the server, where one runs.
    pub(crate) background: std::sync::Mutex<Option<crate::exchange::Exchange>>,
    /// The digest last shown.
    pub(crate) digest: std::sync::Arc<std::sync::Mutex<crate::digest::Kept>>,
    /// One press: it remembers the shape of every word.
    pub(crate) press: std::sync::Mutex<Option<Box<paper::Press>>>,
}

impl Office {
    /// The office of a folder. Opens the town there by the keyring, where it can; what stops it is told by the first
    /// [`contract::Situation`].
    pub async fn start(folder: &Path, shell: Arc<dyn Shell>) -> Office {
        let office = Office {
            folder: folder.to_owned(),
            shell,
            open: RwLock::new(None),
            session: Mutex::new(None),
            sealed_because: Mutex::new(None),
            recovery_key: Mutex::new(None),
            progress: std::sync::Mutex::new(None),
            background: std::sync::Mutex::new(None),
            digest: std::sync::Arc::default(),
            press: std::sync::Mutex::new(None),
        };
        later(|| office.open_by_keyring()).await;
        office
    }

    /// Closes the town's file; everything in it is on the disk already.
    pub async fn close(&self) {
        *self.session.lock().await = None;
        if let Ok(mut background) = self.background.lock() {
            *background = None;
        }
        if let Some(town) = self.open.write().await.take() {
            let _ = town.write_mark(self.shell.as_ref()).await;
            town.store.close().await;
        }
    }

    /// Answers one request. Every failure is a [`Problem`] in both languages.
    pub async fn answer(&self, request: Request) -> Result<Reply, Problem> {
        later(|| self.dispatch(request)).await.map_err(|error| error.problem())
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
            Request::SyncPage => later(|| self.sync_page()).await,
            Request::SyncNow => later(|| self.sync_now()).await,
            Request::SettleCase(ask) => later(|| self.settle_case(ask)).await,
        }
    }

    pub(crate) fn progress_now(&self) -> Option<Progress> {
        self.progress.lock().ok().and_then(|progress| progress.clone())
    }

    /// Says how far a long piece of work is.
    pub(crate) fn set_progress(&self, progress: Option<Progress>) {
        if let Ok(mut now) = self.progress.lock() {
            *now = progress;
        }
    }

    /// Runs work on the one press, made when first needed.
    pub(crate) fn with_press<T>(
        &self,
        work: impl FnOnce(&mut paper::Press) -> Result<T, paper::PaperError>,
    ) -> Result<T, OfficeError> {
        // A press that a panic elsewhere left half used is thrown away and made anew.
        let mut guard = self.press.lock().unwrap_or_else(|poisoned| {
            let mut guard = poisoned.into_inner();
            *guard = None;
            guard
        });
        let mut press = match guard.take() {
            Some(press) => press,
            None => new_press()?,
        };
        let result = work(&mut press);
        *guard = Some(press);
        Ok(result?)
    }
}

/// Its fonts are large: made in a frame of its own, and moved as a pointer.
#[inline(never)]
fn new_press() -> Result<Box<paper::Press>, OfficeError> {
    Ok(Box::new(paper::Press::new()?))
}

/// Makes a future on the heap, in a frame of its own. Without it every arm of the dispatch reserves room for its future
/// on one stack, and in an unoptimised build they add up to more than a thread has. Every way into the office goes
/// through it, so that whoever calls one holds a pointer and not the whole of it.
#[inline(never)]
pub(crate) fn later<'a, F: Future + Send + 'a>(
    make: impl FnOnce() -> F,
) -> Pin<Box<dyn Future<Output = F::Output> + Send + 'a>> {
    Box::pin(make())
}
