//! The keys of this computer: each line a key and what it does; chosen, it waits for the one to take its place.

use crate::keys::chosen::{self, Unfit};
use crate::keys::{self, KEYS, Key};
use crate::parts::Said;
use crate::state::App;
use crate::words::settings as words;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// Which line waits for a key, and why the last one pressed there was refused.
#[derive(Clone, Copy)]
struct Waiting {
    usual: RwSignal<Option<&'static str>>,
    refused: RwSignal<Option<Unfit>>,
}

/// The section.
#[component]
pub fn Keys() -> impl IntoView {
    let app = App::here();
    let waiting = Waiting { usual: RwSignal::new(None), refused: RwSignal::new(None) };
    let any_changed = move || app.desk.with(|desk| !desk.keys.is_empty());
    view! {
        <section aria-labelledby="keys-heading" class="keys-section">
            <h2 id="keys-heading"><Said word=words::KEYS_HEADING /></h2>
            <p id="keys-note"><Said word=words::KEYS_NOTE /></p>
            <p class="key-refused" class:problem=move || waiting.refused.get().is_some() role="alert" id="key-refused">{move || waiting.refused.get().map(|why| reason(app, why))}</p>
            <ul class="key-choices">
                {KEYS.iter().filter(|key| chosen::is_changeable(key)).map(|key| view! { <Line key waiting /> }).collect_view()}
            </ul>
            <div class="actions">
                <button
                    type="button"
                    id="keys-usual"
                    aria-disabled=move || if any_changed() { "false" } else { "true" }
                    on:click=move |_| if any_changed() { app.change_desk(|desk| desk.keys.clear()) }
                >
                    <Said word=words::KEYS_ALL_USUAL />
                </button>
            </div>
        </section>
    }
}

#[component]
fn Line(key: &'static Key, waiting: Waiting) -> impl IntoView {
    let app = App::here();
    let usual = key.shown;
    let id = format!("key-{}", usual.replace('+', "-").replace('/', "slash").to_lowercase());
    let waits = move || waiting.usual.get() == Some(usual);
    let label = move || {
        let now = chosen::shown(app, usual);
        match (waits(), now.is_empty()) {
            (true, _) => words::KEY_WAITING.get(app.language()).to_owned(),
            (false, true) => words::KEY_OFF.get(app.language()).to_owned(),
            (false, false) => now,
        }
    };
    let changed = move || app.desk.with(|desk| desk.keys.contains_key(usual));
    view! {
        <li class="key-choice">
            <button
                type="button"
                id=id.clone()
                aria-describedby=format!("{id}-does keys-note")
                class:waiting=waits
                on:click=move |_| waiting.usual.set(Some(usual))
                on:blur=move |_| if waiting.usual.get_untracked() == Some(usual) { waiting.usual.set(None) }
                on:keydown=move |event| on_key(app, waiting, usual, &event)
            >
                {label}
            </button>
            <span id=format!("{id}-does")><Said word=key.does /></span>
            {move || changed().then(|| view! { <span class="quiet"><Said word=words::KEY_USUAL /> ": " {usual}</span> })}
        </li>
    }
}

fn reason(app: App, why: Unfit) -> String {
    match why {
        Unfit::Text => words::KEY_IS_TEXT.get(app.language()).to_owned(),
        Unfit::Taken(by) => words::key_is_taken(by, app.language()),
    }
}

/// While a line waits, the next key is its answer: Esc leaves it as it was, Delete switches it off, Tab goes on.
fn on_key(app: App, waiting: Waiting, usual: &'static str, event: &KeyboardEvent) {
    if waiting.usual.get_untracked() != Some(usual) {
        return;
    }
    let pressed = keys::pressed(event);
    if matches!(event.key().as_str(), "Control" | "Alt" | "Shift" | "Meta" | "AltGraph") || pressed == "Tab" {
        return;
    }
    event.prevent_default();
    event.stop_propagation();
    if event.repeat() {
        return;
    }
    waiting.refused.set(None);
    waiting.usual.set(None);
    let choice = match pressed.as_str() {
        "Esc" => None,
        "Delete" | "Backspace" => Some(String::new()),
        _ => match app.desk.with_untracked(|desk| chosen::fits(desk, usual, &pressed)) {
            Ok(()) => Some(pressed),
            Err(why) => return waiting.refused.set(Some(why)),
        },
    };
    if let Some(choice) = choice {
        app.change_desk(|desk| chosen::choose(desk, usual, &choice));
    }
}
