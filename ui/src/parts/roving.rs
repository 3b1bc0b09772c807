//! Lists that work with arrows: one row at a time can be reached with Tab, arrows move to the next.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Which row Tab reaches.
#[derive(Clone, Copy)]
pub struct Rows {
    at: RwSignal<usize>,
}

impl Rows {
    /// The first.
    pub fn new() -> Rows {
        Rows { at: RwSignal::new(0) }
    }

    /// The `tabindex` of a row.
    pub fn tab_index(self, row: usize) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
        move || if self.at.get() == row { "0" } else { "-1" }
    }

    /// A row has the cursor.
    pub fn on_focus(self, row: usize) {
        self.at.set(row);
    }

    /// Back to the first, for another list.
    pub fn reset(self) {
        self.at.set(0);
    }
}

/// Moves between the rows (`[data-row]`) of the element the key was pressed in.
pub fn row_keys(event: &web_sys::KeyboardEvent) {
    let key = event.key();
    if !matches!(key.as_str(), "ArrowDown" | "ArrowUp" | "Home" | "End" | "PageDown" | "PageUp") {
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let row = target.and_then(|target| target.closest("[data-row]").ok().flatten());
    let Some((row, list)) = row.and_then(|row| row.parent_element().map(|list| (row, list))) else { return };
    let rows = list.children();
    let count = rows.length();
    let at = (0..count).find(|at| rows.item(*at).as_ref() == Some(&row)).unwrap_or(0);
    let last = count.saturating_sub(1);
    const PAGE: u32 = 10;
    let next = match key.as_str() {
        "ArrowDown" => at.saturating_add(1).min(last),
        "ArrowUp" => at.saturating_sub(1),
        "PageDown" => at.saturating_add(PAGE).min(last),
        "PageUp" => at.saturating_sub(PAGE),
        "Home" => 0,
        _ => last,
    };
    event.prevent_default();
    if let Some(next) = rows.item(next).and_then(|next| next.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = next.focus();
    }
}
