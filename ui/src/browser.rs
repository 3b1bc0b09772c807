//! What only the browser can do: the time for display, random names for drafts, focus, timers.

use leptos::prelude::*;
use std::cell::Cell;
use std::time::Duration;
use wasm_bindgen::JsCast;

/// Milliseconds since 1970, for display only. The shell's clock decides.
#[allow(clippy::cast_possible_truncation, reason = "the browser's clock counts whole milliseconds")]
pub fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}

/// 32 hexadecimal digits that name one press of the confirming key. Empty where the browser has no randomness; the
/// office refuses that, so nothing can be taken twice.
pub fn fresh_draft_id() -> String {
    let mut bytes = [0_u8; 16];
    let filled = window()
        .crypto()
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).map(|_| ()))
        .is_ok();
    if filled { bytes.iter().map(|byte| format!("{byte:02x}")).collect() } else { String::new() }
}

/// Runs `then` after the screen has been drawn and `wait_ms` have passed.
pub fn after(wait_ms: u64, then: impl FnOnce() + 'static) {
    set_timeout(then, Duration::from_millis(wait_ms));
}

/// Between two tries to put the cursor somewhere, and how many there are: a busy machine may draw an element seconds
/// after the change that asks for it.
const FOCUS_EVERY_MS: u64 = 20;
const FOCUS_TRIES: u32 = 150;

thread_local! {
    /// The last wish for the cursor. An older one that is still being tried gives up.
    static FOCUS_WISH: Cell<u64> = const { Cell::new(0) };
}

/// Puts the cursor into an element and selects what stands there. The element may be drawn only by the change that
/// asks for the focus, so a miss is tried again, until the cursor is wished or put elsewhere.
pub fn focus(id: impl Into<String>) {
    let wish = FOCUS_WISH.get() + 1;
    FOCUS_WISH.set(wish);
    let (id, before) = (id.into(), focused());
    after(0, move || keep_focusing(id, wish, before, FOCUS_TRIES));
}

fn keep_focusing(id: String, wish: u64, before: Option<web_sys::Element>, tries: u32) {
    let moved_on = FOCUS_WISH.get() != wish || focused().is_some_and(|now| before.as_ref() != Some(&now));
    if moved_on || focus_now(&id) || tries == 0 {
        return;
    }
    after(FOCUS_EVERY_MS, move || keep_focusing(id, wish, before, tries - 1));
}

/// Where the cursor is. `None` where keys go to no element.
fn focused() -> Option<web_sys::Element> {
    document().active_element().filter(|element| !element.tag_name().eq_ignore_ascii_case("body"))
}

/// True where keys go to some element of the page.
pub fn has_focus() -> bool {
    focused().is_some()
}

/// Puts the cursor at the end of a field's text.
pub fn focus_at_end(id: &str, text: &str) {
    let field =
        document().get_element_by_id(id).and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok());
    if let Some(field) = field {
        field.set_value(text);
        let _ = field.focus();
        let end = u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
        let _ = field.set_selection_range(end, end);
    }
}

fn focus_now(id: &str) -> bool {
    let Some(element) = document().get_element_by_id(id) else { return false };
    let Ok(element) = element.dyn_into::<web_sys::HtmlElement>() else { return false };
    if element.focus().is_err() {
        return false;
    }
    if let Some(input) = element.dyn_ref::<web_sys::HtmlInputElement>() {
        input.select();
    }
    document().active_element().is_some_and(|active| active.id() == id)
}

/// True where the person is typing text, so that `/` is a letter and not a key.
pub fn is_typing() -> bool {
    document().active_element().is_some_and(|element| {
        matches!(element.tag_name().to_ascii_lowercase().as_str(), "input" | "textarea" | "select")
    })
}

/// Sends the form a key was pressed in, as Enter in a text field does. `false` where there is none.
pub fn send_form(event: &web_sys::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| send_form_around(&target))
}

/// Sends the form a field stands in. `false` where there is none.
pub fn send_form_of(id: &str) -> bool {
    document().get_element_by_id(id).is_some_and(|field| send_form_around(&field))
}

fn send_form_around(element: &web_sys::Element) -> bool {
    let form = element.closest("form").ok().flatten();
    let form = form.and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok());
    form.is_some_and(|form| form.request_submit().is_ok())
}

/// Scrolls an element into view without moving anything that already shows.
pub fn reveal(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let options = js_sys::Object::new();
        let _ = js_sys::Reflect::set(&options, &"block".into(), &"nearest".into());
        let scroll = js_sys::Reflect::get(&element, &"scrollIntoView".into());
        if let Some(scroll) = scroll.ok().and_then(|f| f.dyn_into::<js_sys::Function>().ok()) {
            let _ = scroll.call1(&element, &options);
        }
    }
}

/// Whether the system asks for dark colours.
pub fn system_is_dark() -> bool {
    let asked = js_sys::Reflect::get(&window(), &"matchMedia".into()).ok();
    let asked = asked.and_then(|ask| ask.dyn_into::<js_sys::Function>().ok());
    let answer = asked.and_then(|ask| ask.call1(&window(), &"(prefers-color-scheme: dark)".into()).ok());
    answer
        .and_then(|answer| js_sys::Reflect::get(&answer, &"matches".into()).ok())
        .is_some_and(|dark| dark.is_truthy())
}

/// Sets the attributes of the page itself: language for screen readers, colours, size of letters.
pub fn dress_page(language: &str, theme: &str, zoom_percent: u16) {
    let Some(root) = document().document_element() else { return };
    let _ = root.set_attribute("lang", language);
    let _ = root.set_attribute("data-theme", theme);
    if let Some(root) = root.dyn_ref::<web_sys::HtmlElement>() {
        let _ = root.style().set_property("font-size", &format!("{zoom_percent}%"));
    }
}

/// A window that stops must say so: what is written is safe, and how to go on.
pub fn say_when_broken() {
    std::panic::set_hook(Box::new(|_| {
        let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
        let (Some(body), Ok(note)) = (document.body(), document.create_element("p")) else { return };
        note.set_text_content(Some(
            "खिड़की रुक गई है। जो रसीद कट चुकी है वह सुरक्षित है; प्रोग्राम बंद करके फिर खोलें। — The window has stopped. \
             Every receipt that was issued is safe; close the program and open it again.",
        ));
        let _ = note.set_attribute("role", "alert");
        let _ = note.set_attribute("class", "broken");
        let _ = body.prepend_with_node_1(&note);
    }));
}
