//! What is typed and not yet taken: kept in the file, so that neither Esc nor a power cut loses it.

use crate::{Office, OfficeError};
use contract::{Draft, Reply};

/// A draft larger than any form can hold is not a draft.
const DRAFT_BYTES_MAX: usize = 64 * 1024;

impl Office {
    pub(crate) async fn save_draft(&self, draft: Draft) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        let body = serde_json::to_string(&draft).map_err(|_| OfficeError::Draft)?;
        if body.len() > DRAFT_BYTES_MAX {
            return Err(OfficeError::Draft);
        }
        town.store.save_draft(&session.user, &body).await?;
        Ok(Reply::Done)
    }

    /// The unfinished draft of this person. One whose press already made a receipt is finished, whatever the screen
    /// could still save after it.
    pub(crate) async fn load_draft(&self) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        let body = town.store.draft(&session.user).await?;
        let draft: Option<Draft> = body.and_then(|body| serde_json::from_str(&body).ok());
        let Some(draft) = draft else { return Ok(Reply::Draft(None)) };
        if let Some(id) = domain::identity::DraftId::from_hex(&draft.payment.draft) {
            let mut reading = town.store.reading().await?;
            if store::query::payment::pressed(&mut reading, &id, &town.device).await?.is_some() {
                return Ok(Reply::Draft(None));
            }
        }
        Ok(Reply::Draft(Some(Box::new(draft))))
    }

    pub(crate) async fn drop_draft(&self) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        town.store.drop_draft(&session.user).await?;
        Ok(Reply::Done)
    }
}
