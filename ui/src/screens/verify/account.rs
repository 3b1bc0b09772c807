//! Whose account: a text, arrows, Enter, as the omnibox finds it.

use crate::browser;
use crate::call::{ask_then, take};
use crate::format;
use crate::parts::{Named, Said};
use crate::state::App;
use crate::words::{counter, receipts as words};
use contract::{Hit, Request};
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// What was typed, what answers, and which was chosen.
#[derive(Clone, Copy)]
pub struct Account {
    text: RwSignal<String>,
    hits: RwSignal<Vec<Hit>>,
    /// What Enter chooses; nothing where the first two tie and no arrow has chosen.
    at: RwSignal<Option<usize>>,
    pub chosen: RwSignal<Option<Hit>>,
}

impl Account {
    /// None.
    pub fn new() -> Account {
        Account {
            text: RwSignal::new(String::new()),
            hits: RwSignal::new(Vec::new()),
            at: RwSignal::new(None),
            chosen: RwSignal::new(None),
        }
    }

    /// Looks for what is typed; an answer to another text is dropped.
    fn typed(self, app: App, text: String) {
        self.text.set(text.clone());
        self.chosen.set(None);
        if text.trim().is_empty() {
            self.hits.set(Vec::new());
            return self.at.set(None);
        }
        ask_then(Request::Search { text }, take!(Hits), move |answer| match answer {
            Ok(found) => {
                if self.text.try_get_untracked().is_some_and(|text| text == found.text) {
                    self.at.set((!found.hits.is_empty() && !found.tie).then_some(0));
                    self.hits.set(found.hits);
                }
            }
            Err(problem) => app.trouble(problem),
        });
    }

    fn choose(self, at: usize, then: &'static str) {
        let Some(hit) = self.hits.with_untracked(|hits| hits.get(at).cloned()) else { return };
        self.text.set(hit.consumer.clone());
        self.hits.set(Vec::new());
        self.at.set(None);
        self.chosen.set(Some(hit));
        browser::focus(then);
    }

    fn step(self, forward: bool) {
        let count = self.hits.with_untracked(Vec::len);
        if count > 0 {
            let next = match (self.at.get_untracked(), forward) {
                (None, true) => 0,
                (None, false) => count - 1,
                (Some(at), true) => (at + 1) % count,
                (Some(at), false) => (at + count - 1) % count,
            };
            self.at.set(Some(next));
            browser::reveal(&option_id(next));
        }
    }

    /// Enter with an account chosen is the form's.
    fn on_key(self, event: &KeyboardEvent, then: &'static str) {
        match event.key().as_str() {
            "ArrowDown" => self.step(true),
            "ArrowUp" => self.step(false),
            "Enter" if event.is_composing() || self.chosen.with_untracked(Option::is_some) => return,
            "Enter" => {
                if let Some(at) = self.at.get_untracked().filter(|_| !event.repeat()) {
                    self.choose(at, then);
                }
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }
}

fn option_id(at: usize) -> String {
    format!("account-{at}")
}

/// The field and its hits.
#[component]
pub fn AccountField(
    account: Account,
    /// Where the cursor goes once one is chosen.
    then: &'static str,
) -> impl IntoView {
    let app = App::here();
    let none = move || account.hits.with(Vec::is_empty);
    let owner = move || account.chosen.get().map(|hit| view! { <strong><Named both=hit.owner /></strong> });
    view! {
        <div class="field">
            <label for="recover-account"><Said word=words::CONSUMER /></label>
            <input
                id="recover-account"
                name="consumer"
                type="text"
                role="combobox"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-expanded=move || if none() { "false" } else { "true" }
                aria-controls="recover-hits"
                aria-autocomplete="list"
                aria-activedescendant=move || account.at.get().map(option_id)
                aria-describedby="recover-account-note"
                prop:value=move || account.text.get()
                on:input:target=move |event| account.typed(app, event.target().value())
                on:keydown=move |event| account.on_key(&event, then)
            />
            <p class="note" id="recover-account-note" role="status">
                {move || match account.chosen.with(Option::is_some) {
                    true => owner().into_any(),
                    false => view! { <Said word=words::ACCOUNT_HINT /> }.into_any(),
                }}
            </p>
            <ul id="recover-hits" class="hits" role="listbox" aria-label=app.say(counter::HITS) tabindex="-1">
                {move || account.hits.get().into_iter().enumerate().map(|(at, hit)| view! { <HitRow account at hit then /> }).collect_view()}
            </ul>
        </div>
    }
}

#[component]
fn HitRow(account: Account, at: usize, hit: Hit, then: &'static str) -> impl IntoView {
    let Hit { consumer, owner, guardian, due_paise, .. } = hit;
    view! {
        <li
            id=option_id(at)
            role="option"
            class="hit"
            aria-selected=move || if account.at.get() == Some(at) { "true" } else { "false" }
            on:click=move |_| account.choose(at, then)
        >
            <span class="hit-main">
                <strong class="hit-name"><Named both=owner /></strong>
                <span class="money">{format::cell(due_paise)}</span>
            </span>
            <span class="hit-more"><Named both=guardian /> " " <bdi class="code" lang="en">{consumer}</bdi></span>
        </li>
    }
}
