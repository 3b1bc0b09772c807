//! The screens: one window, keys first, Hindi and English at any moment.
//!
//! Thin on purpose. This crate shows what the office answers and sends what a person typed; it must not know a rule of
//! the office, a file, or how an answer came about. Its only interface is `contract`; `domain` serves to read and
//! write amounts and dates as people do.

mod browser;
mod call;
mod early;
mod format;
mod frame;
mod keys;
mod parts;
mod scanner;
mod screens;
mod state;
mod words;

use leptos::prelude::*;
use wasm_bindgen::prelude::wasm_bindgen;

/// Puts the window's content on the page. The page's boot script calls it once.
#[wasm_bindgen(start)]
pub fn start() {
    browser::say_when_broken();
    mount_to_body(frame::Window);
}
