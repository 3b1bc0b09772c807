//! What answers the window: the shell's own questions here, every other one in `office`.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::diary::{Diary, Event};

/// The town's folder opened for this window.
pub struct Desk {
    folder: PathBuf,
    diary: Arc<Diary>,
}

impl Desk {
    /// A desk over the town's folder. Nothing is read or written before the first request.
    pub fn open(folder: PathBuf, diary: Arc<Diary>) -> Self {
        Self { folder, diary }
    }

    /// Answers one request of the screens.
    ///
    /// # Errors
    /// The problem as a value with `code`, `hi` and `en`.
    pub fn answer(&self, request: &Value) -> Result<Value, Value> {
        if request.get("about").is_some() {
            return Ok(json!({ "version": env!("CARGO_PKG_VERSION"), "folder": self.folder }));
        }
        self.diary.note(Event::UnknownRequest);
        Err(json!({
            "code": "E-SHELL-001",
            "hi": "इस विंडो ने ऐसा काम माँगा जो यह प्रोग्राम नहीं जानता। कुछ बदला नहीं गया। पालिका को बंद करके फिर खोलें।",
            "en": "The window asked for something this program does not know. Nothing was changed. Close Palika and open it again.",
        }))
    }
}

/// The problem shown when the work behind a request ended without an answer.
pub fn broken_off() -> Value {
    json!({
        "code": "E-SHELL-002",
        "hi": "काम बीच में रुक गया। जो रसीद छप चुकी है वह सुरक्षित है। पालिका को बंद करके फिर खोलें और सूची में देखें।",
        "en": "The work broke off. Every printed receipt is safe. Close Palika, open it again and look in the list.",
    })
}
