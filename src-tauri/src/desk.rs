//! What answers the window: `office`, over the town's folder, with this machine's clock, keyring and printer.

use std::path::PathBuf;
use std::sync::Arc;

use contract::{Problem, Request};
use domain::Bilingual;
use machine::Machine;
use office::Office;
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::diary::{Diary, Event};

/// The town's folder opened for this window.
pub struct Desk {
    folder: PathBuf,
    diary: Arc<Diary>,
    office: OnceCell<Arc<Office>>,
}

impl Desk {
    /// A desk over the town's folder.
    pub fn open(folder: PathBuf, diary: Arc<Diary>) -> Self {
        Self { folder, diary, office: OnceCell::new() }
    }

    /// The office, opened once. The shell asks for it while the window is still being drawn, so that the first screen
    /// does not wait for the file.
    pub async fn office(&self) -> Arc<Office> {
        let open = async || {
            let machine = Arc::new(Machine::at(&self.folder));
            let office = Arc::new(Office::start(&self.folder, machine).await);
            // Without a usable server the counter works all the same; the sync page says why.
            let _ = office.start_exchange().await;
            office.start_local_network().await;
            office
        };
        Arc::clone(self.office.get_or_init(open).await)
    }

    /// Answers one request of the screens.
    ///
    /// # Errors
    /// The [`Problem`] as a value.
    pub async fn answer(&self, request: Value) -> Result<Value, Value> {
        let request: Request = serde_json::from_value(request).map_err(|error| {
            self.diary.note(Event::UnknownRequest);
            as_value(&unknown(&error))
        })?;
        let office = self.office().await;
        let opens = matches!(request, Request::JoinTown(_) | Request::FoundTown(_) | Request::Unlock(_));
        let answer = office.answer(request).await;
        if opens && answer.is_ok() {
            let _ = office.start_exchange().await;
            office.start_local_network().await;
        }
        match answer {
            Ok(reply) => serde_json::to_value(&reply).map_err(|error| as_value(&unknown(&error))),
            Err(problem) => Err(as_value(&problem)),
        }
    }
}

fn as_value(problem: &Problem) -> Value {
    serde_json::to_value(problem).unwrap_or(Value::Null)
}

/// Screens and shell are of different builds. Where a request was misread is said; what it carried is not.
fn unknown(error: &serde_json::Error) -> Problem {
    Problem {
        code: "E-SHELL-001".to_owned(),
        message: Bilingual::new(
            "इस विंडो ने ऐसा काम माँगा जो यह प्रोग्राम नहीं जानता। कुछ बदला नहीं गया। पालिका को बंद करके फिर खोलें।",
            "The window asked for something this program does not know. Nothing was changed. Close Palika and open it again.",
        ),
        field: String::new(),
        detail: format!("line {} column {}", error.line(), error.column()),
    }
}

/// The problem shown when the work behind a request ended without an answer.
pub fn broken_off() -> Value {
    as_value(&Problem {
        code: "E-SHELL-002".to_owned(),
        message: Bilingual::new(
            "काम बीच में रुक गया। जो रसीद छप चुकी है वह सुरक्षित है। पालिका को बंद करके फिर खोलें और सूची में देखें।",
            "The work broke off. Every printed receipt is safe. Close Palika, open it again and look in the list.",
        ),
        field: String::new(),
        detail: String::new(),
    })
}
