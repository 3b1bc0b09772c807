//! The exchange with the server, beside the counter: started when a town with a server is open, woken by every commit,
//! never in the way of a receipt.

use crate::later::later;
use crate::situation::{SERVER_PEER, server_of};
use crate::{Office, OfficeError};
use carrier::Server;
use contract::{Problem, SyncState};
use domain::ChainHead;
use store::Writing;
use sync::client::Status;

impl Office {
    /// Starts the exchange in the background, where the open town names a server and none runs yet. Must be called
    /// inside a tokio runtime.
    ///
    /// # Errors
    /// The server's address is not one Palika speaks to, or the file failed.
    pub async fn start_exchange(&self) -> Result<(), OfficeError> {
        later(|| self.begin_exchange()).await
    }

    async fn begin_exchange(&self) -> Result<(), OfficeError> {
        let Some(town) = self.open.read().await.clone() else { return Ok(()) };
        let address = server_of(&town).await?;
        if address.is_empty() || self.exchanges.runs(SERVER_PEER) {
            return Ok(());
        }
        let server =
            Server::at(&address, None).map_err(|error| OfficeError::ServerNotReached(error.to_string()))?;
        self.exchanges.begin(town, SERVER_PEER, server, &self.shell).await
    }

    /// Ends the exchange with the server, as a line that goes down does; what was stored stays.
    pub fn stop_exchange(&self) {
        self.exchanges.end(SERVER_PEER);
    }

    /// Makes a batch durable and has the others told soon. Every use case ends here, so that none forgets the second.
    pub(crate) async fn commit(&self, writing: Writing) -> Result<ChainHead, OfficeError> {
        let head = writing.commit().await?;
        self.shell.durable();
        self.committed();
        Ok(head)
    }

    pub(crate) fn committed(&self) {
        self.exchanges.changed();
    }

    /// A person asks for an exchange now.
    pub(crate) fn ask_exchange(&self) {
        self.exchanges.asked();
    }

    /// Why the last exchange failed, until one succeeds.
    pub fn exchange_problem(&self) -> Option<Problem> {
        self.exchange_state().1
    }

    /// What the exchange with the server is doing, and the last problem until a success.
    pub(crate) fn exchange_state(&self) -> (SyncState, Option<Problem>) {
        state_of(self.exchanges.status(SERVER_PEER), "server")
    }
}

/// An exchange in the screens' words. `field` names what the person would have to change.
pub(crate) fn state_of(status: Option<Status>, field: &str) -> (SyncState, Option<Problem>) {
    let Some(status) = status else { return (SyncState::Off, None) };
    let problem = status.trouble.map(|trouble| Problem {
        code: trouble.code,
        message: trouble.message,
        field: field.to_owned(),
        detail: String::new(),
    });
    let state = match (status.busy, &problem) {
        (true, _) => SyncState::Busy,
        (false, Some(_)) => SyncState::Failed,
        (false, None) => SyncState::Idle,
    };
    (state, problem)
}
