//! Papers made after the fact they speak of is durable: their failure is told beside it, never instead of it.

use crate::{OfficeError, Town};
use contract::{PaperDone, PrintState};

/// What became of a paper. Whatever stopped it, the fact stands.
pub(crate) fn done_or_problem(paper: Result<PaperDone, OfficeError>) -> PaperDone {
    paper.unwrap_or_else(|error| PaperDone {
        path: String::new(),
        print: PrintState::Failed,
        problem: Some(error.problem()),
    })
}

impl Town {
    /// Writes the mark after a commit. Where that fails the paper's line says so: what was recorded stands, and a mark
    /// that lags behind never takes a sound file for a restored one.
    pub(crate) async fn marked(&self, shell: &dyn crate::Shell, mut paper: PaperDone) -> PaperDone {
        if let Err(error) = self.write_mark(shell).await {
            paper.problem = paper.problem.or_else(|| Some(error.problem()));
        }
        paper
    }
}
