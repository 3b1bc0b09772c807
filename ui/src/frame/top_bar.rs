//! The slim bar: every screen with its key.

use crate::keys::chosen;
use crate::parts::{Keycap, Said};
use crate::state::{App, Screen};
use crate::words::{Word, settings as said};
use leptos::prelude::*;

const SCREENS: [(Screen, Word, &str, &str); 8] = [
    (Screen::Counter, said::COUNTER, "Alt+1", "nav-counter"),
    (Screen::Receipts, said::RECEIPTS, "Alt+2", "nav-receipts"),
    (Screen::Drawer, said::DRAWER, "Alt+3", "nav-drawer"),
    (Screen::Import, said::IMPORT, "Alt+4", "nav-import"),
    (Screen::Staff, said::STAFF, "Alt+5", "nav-staff"),
    (Screen::Devices, said::DEVICES, "Alt+6", "nav-devices"),
    (Screen::Verify, said::VERIFY, "Alt+7", "nav-verify"),
    (Screen::Settings, said::SETTINGS, "Alt+8", "nav-settings"),
];

/// Screens at the left; language, help and lock at the right.
#[component]
pub fn TopBar() -> impl IntoView {
    let app = App::here();
    let current = move |screen: Screen| (app.screen.get() == screen).then_some("page");
    view! {
        <header class="top-bar">
            <nav aria-label=app.say(said::SCREENS)>
                {SCREENS
                    .map(|(screen, word, key, id)| view! {
                        <button
                            type="button"
                            id=id
                            aria-current=move || current(screen)
                            aria-keyshortcuts=move || chosen::spoken(app, key)
                            on:click=move |_| app.go(screen)
                        >
                            <Keycap key />
                            <span><Said word /></span>
                        </button>
                    })
                    .collect_view()}
            </nav>
            <div class="top-side">
                <button type="button" id="language" aria-keyshortcuts=move || chosen::spoken(app, "Alt+H") on:click=move |_| app.switch_language()>
                    <Keycap key="Alt+H" />
                    <OtherLanguage />
                </button>
                <button type="button" id="help-key" aria-keyshortcuts=move || chosen::spoken(app, "F1") on:click=move |_| app.help.update(|shown| *shown = !*shown)>
                    <Keycap key="F1" />
                    <span><Said word=said::HELP /></span>
                </button>
                <button type="button" id="lock" aria-keyshortcuts=move || chosen::spoken(app, "Ctrl+L") on:click=move |_| app.lock()>
                    <Keycap key="Ctrl+L" />
                    <span><Said word=said::LOCK /></span>
                </button>
            </div>
        </header>
    }
}

/// The name of the language one can switch to, in that language.
#[component]
pub fn OtherLanguage() -> impl IntoView {
    let app = App::here();
    move || match app.language() {
        domain::Language::Hindi => view! { <span lang="en">"English"</span> },
        domain::Language::English => view! { <span lang="hi">"हिन्दी"</span> },
    }
}
