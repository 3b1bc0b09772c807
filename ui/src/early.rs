//! The password field that stands on the page before the screens do (`early.js`): what it needs to be drawn at the next
//! start, and what was typed into it.

use crate::words::{Word, tag};
use domain::Language;
use leptos::prelude::*;
use serde::Serialize;
use wasm_bindgen::JsCast;

/// Where the next start looks.
const KEPT_AS: &str = "palika sign-in";

/// How the sign-in looks here.
#[derive(Serialize)]
pub struct Look {
    language: &'static str,
    theme: &'static str,
    zoom_percent: u16,
    heading: &'static str,
    password: &'static str,
    /// Of the whole card, and from its top to the field: the early field stands where this one does.
    card_height_px: i32,
    field_top_px: i32,
}

impl Look {
    pub fn of(
        language: Language,
        theme: &'static str,
        zoom_percent: u16,
        heading: Word,
        password: Word,
    ) -> Look {
        let (card, field) = (element(".gate-card"), element("#password"));
        Look {
            language: tag(language),
            theme,
            zoom_percent,
            heading: heading.get(language),
            password: password.get(language),
            card_height_px: card.as_ref().map_or(0, web_sys::HtmlElement::offset_height),
            field_top_px: field.map_or(0, |field| field.offset_top())
                - card.map_or(0, |card| card.offset_top()),
        }
    }

    /// Keeps it for the next start. Where the browser keeps nothing, that start shows the field a moment later.
    pub fn keep(&self) {
        if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(self)) {
            let _ = storage.set_item(KEPT_AS, &text);
        }
    }
}

/// The next start is not a sign-in.
pub fn forget() {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(KEPT_AS);
    }
}

fn element(css: &str) -> Option<web_sys::HtmlElement> {
    document().query_selector(css).ok().flatten()?.dyn_into().ok()
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// What was typed before the screens were there, and whether Enter followed.
pub struct Typed {
    pub password: String,
    pub entered: bool,
}

/// Takes the early field from the page, with what was typed into it. `None` where none stands there.
pub fn take() -> Option<Typed> {
    let early = document().get_element_by_id("early")?;
    let field = document().get_element_by_id("early-password");
    early.remove();
    let field = field?.dyn_into::<web_sys::HtmlInputElement>().ok()?;
    Some(Typed { password: field.value(), entered: field.has_attribute("data-entered") })
}
