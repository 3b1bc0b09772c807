//! Whom an answering side lets in, whatever it listens on: the state's server and an office computer ask the same.

use domain::identity::PublicKey;
use domain::{DeviceId, TownCode};
use sync::SyncError;
use sync::admit::{Admission, Admitted, Guest, Identity, admit};
use sync::host::challenge_frame;
use sync::segment::{Take, admit_take};
use sync::watch::{Watch, admit_watch};

/// By whose word, and with which secret.
#[derive(Clone)]
pub struct Gate {
    /// The state's root key.
    pub state_root: PublicKey,
    /// See [`Admission`].
    pub challenge_secret: [u8; 32],
}

/// What is asked of a gate.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// The town addressed.
    pub town: TownCode,
    /// Its key, as known here.
    pub town_key: Option<PublicKey>,
    /// The answering side's clock.
    pub now_ms: i64,
}

impl Gate {
    /// Opens an offer.
    pub async fn offer(
        &self,
        frame: impl AsRef<[u8]> + Send + 'static,
        asked: Asked,
    ) -> Result<Admitted<Guest>, SyncError> {
        self.open(frame, asked, admit).await
    }

    /// Opens a watch.
    pub async fn watch(
        &self,
        frame: impl AsRef<[u8]> + Send + 'static,
        asked: Asked,
    ) -> Result<Admitted<(Identity, Watch)>, SyncError> {
        self.open(frame, asked, admit_watch).await
    }

    /// Opens a take.
    pub async fn take(
        &self,
        frame: impl AsRef<[u8]> + Send + 'static,
        asked: Asked,
    ) -> Result<Admitted<(Identity, Take)>, SyncError> {
        self.open(frame, asked, admit_take).await
    }

    /// The frame for a device whose challenge is missing or too old.
    pub fn ask_again(&self, device: &DeviceId, now_ms: i64) -> Result<Vec<u8>, SyncError> {
        challenge_frame(device, &self.challenge_secret, now_ms)
    }

    /// Unfolding and checking a message takes milliseconds of work: beside the threads that listen.
    async fn open<T: Send + 'static>(
        &self,
        frame: impl AsRef<[u8]> + Send + 'static,
        asked: Asked,
        open: fn(&[u8], &Admission<'_>) -> Result<T, SyncError>,
    ) -> Result<T, SyncError> {
        let gate = self.clone();
        let opened = tokio::task::spawn_blocking(move || {
            let admission = Admission {
                state_root: &gate.state_root,
                town: asked.town,
                town_key: asked.town_key.as_ref(),
                challenge_secret: &gate.challenge_secret,
                now_ms: asked.now_ms,
            };
            open(frame.as_ref(), &admission)
        });
        opened.await.map_err(|_| SyncError::Malformed("message"))?
    }
}
