//! The omnibox and its hits: a text, arrows, Enter.

use crate::format;
use crate::keys::chosen;
use crate::parts::{Keycap, Named, Said};
use crate::screens::counter::actions;
use crate::screens::counter::find::{Find, FindBy, Found, option_id};
use crate::screens::counter::work::Step;
use crate::state::App;
use crate::words::{Word, counter as words};
use contract::{Hit, ServiceChoice};
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// The left column.
#[component]
pub fn Omnibox() -> impl IntoView {
    let app = App::here();
    let find = app.counter.find;
    view! {
        <h2 id="find-heading">
            <label for="omnibox">{app.say(words::FIND)}</label> <Keycap key="F2" />
        </h2>
        <FindTabs />
        <input
            id="omnibox"
            class="omnibox"
            type="text"
            role="combobox"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            aria-expanded=move || if find.found.with(Found::is_empty) { "false" } else { "true" }
            aria-controls="hits"
            aria-autocomplete="list"
            aria-activedescendant=move || find.selected.get().map(option_id)
            aria-describedby="find-note"
            aria-keyshortcuts=move || chosen::spoken(app, "F2")
            inputmode=move || if find.by.get() == FindBy::Mobile { "numeric" } else { "text" }
            placeholder=move || placeholder(find.by.get()).get(app.language())
            prop:value=move || find.text.get()
            on:input:target=move |event| find.typed(app, event.target().value())
            on:focus=move |_| came_here(app)
            on:keydown=move |event| on_key(app, &event)
        />
        <p id="find-note" class="note find-note" role="status">{move || note(app, find)}</p>
        <ul
            id="hits"
            class="hits"
            role="listbox"
            aria-label=app.say(words::HITS)
            aria-busy=move || if find.is_behind() { "true" } else { "false" }
            tabindex="-1"
        >
            {move || hits(app, find)}
        </ul>
    }
}

fn placeholder(by: FindBy) -> Word {
    match by {
        FindBy::Anything => words::FIND_PLACEHOLDER,
        FindBy::Number => words::FIND_NUMBER_PLACEHOLDER,
        FindBy::Mobile => words::FIND_MOBILE_PLACEHOLDER,
        FindBy::Service => words::FIND_SERVICE_PLACEHOLDER,
    }
}

/// The cursor came back to the omnibox by mouse or Tab: the step follows it.
fn came_here(app: App) {
    if app.counter.step.get_untracked() == Step::Tender {
        app.counter.step.set(Step::Find);
    }
}

fn on_key(app: App, event: &KeyboardEvent) {
    match event.key().as_str() {
        "ArrowDown" => app.counter.find.step(true),
        "ArrowUp" => app.counter.find.step(false),
        "Enter" if event.is_composing() => return,
        "Enter" if event.repeat() => {}
        "Enter" => actions::forward(app, None),
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
}

#[component]
fn FindTabs() -> impl IntoView {
    let app = App::here();
    let find = app.counter.find;
    let tabs = [
        (FindBy::Anything, words::BY_ANYTHING, "F2"),
        (FindBy::Number, words::BY_NUMBER, "F3"),
        (FindBy::Mobile, words::BY_MOBILE, "F4"),
        (FindBy::Service, words::BY_SERVICE, "Alt+S"),
    ];
    view! {
        <div class="tabs" role="group" aria-label=app.say(words::FIND)>
            {tabs
                .map(|(by, word, key)| view! {
                    <button
                        type="button"
                        class="tab"
                        aria-pressed=move || if find.by.get() == by { "true" } else { "false" }
                        aria-keyshortcuts=move || chosen::spoken(app, key)
                        on:click=move |_| find.look_for(app, by)
                    >
                        <Said word /> <Keycap key />
                    </button>
                })
                .collect_view()}
        </div>
    }
}

fn note(app: App, find: Find) -> String {
    let language = app.language();
    if let Some(note) = find.note.get() {
        return note.get(language).to_owned();
    }
    find.found.with(|found| match found {
        Found::Nothing => words::FIND_HELP.get(language).to_owned(),
        found if found.is_empty() => words::NO_HIT.get(language).to_owned(),
        Found::Hits(hits) if hits.tie && find.selected.get().is_none() => words::TIE.get(language).to_owned(),
        Found::Hits(hits) if hits.more => words::MORE_HITS.get(language).to_owned(),
        found => words::hit_count(language, found.len()),
    })
}

fn hits(app: App, find: Find) -> AnyView {
    match find.found.get() {
        Found::Nothing => ().into_any(),
        Found::Hits(hits) => {
            hits.hits.into_iter().enumerate().map(|(at, hit)| hit_row(app, at, hit)).collect_view().into_any()
        }
        Found::Services(_, services) => services
            .into_iter()
            .enumerate()
            .map(|(at, service)| service_row(app, at, service))
            .collect_view()
            .into_any(),
    }
}

/// One row of the list; a click picks it as Enter does.
fn row(app: App, at: usize, content: impl IntoView + 'static) -> impl IntoView {
    let find = app.counter.find;
    let selected = move || find.selected.get() == Some(at);
    let pick = move |_| {
        find.selected.set(Some(at));
        find.enter(app);
    };
    view! {
        <li
            id=option_id(at)
            role="option"
            class="hit"
            aria-selected=move || if selected() { "true" } else { "false" }
            on:click=pick
        >
            {content}
        </li>
    }
}

fn hit_row(app: App, at: usize, hit: Hit) -> impl IntoView {
    let Hit { consumer, owner, guardian, door_number, locality, ward, due_paise, matched, .. } = hit;
    let due = move || {
        if due_paise.is_zero() {
            words::NO_DUE.get(app.language()).to_owned()
        } else {
            format::rupees(due_paise)
        }
    };
    let with_guardian = !(guardian.hindi.is_empty() && guardian.english.is_empty());
    row(
        app,
        at,
        view! {
            <span class="hit-main">
                <strong class="hit-name"><Named both=owner /></strong>
                <span class="money" class:quiet=due_paise.is_zero()>{due}</span>
            </span>
            <span class="hit-more">
                {with_guardian.then(|| view! { <span><Named both=guardian /></span> })}
                <span>
                    {(!door_number.is_empty()).then(|| view! { <bdi>{door_number}</bdi> ", " })}
                    <Named both=locality /> " · " <Named both=ward />
                </span>
            </span>
            <span class="hit-more">
                <bdi class="code" lang="en">{consumer}</bdi>
                {matched_word(&matched).map(|word| view! { <span class="matched"><Said word /></span> })}
            </span>
        },
    )
}

fn service_row(app: App, at: usize, service: ServiceChoice) -> impl IntoView {
    let ServiceChoice { service, name, group, heads } = service;
    row(
        app,
        at,
        view! {
            <span class="hit-main">
                <strong class="hit-name"><Named both=name /></strong>
            </span>
            <span class="hit-more"><Named both=group /></span>
            <span class="hit-more">
                <bdi class="code" lang="en">{service}</bdi>
                {(heads.len() > 1).then(|| view! { <span class="code">{heads.len()} " × ₹"</span> })}
            </span>
        },
    )
}

/// Which field matched, where it was not the owner's name.
fn matched_word(matched: &str) -> Option<Word> {
    match matched {
        "guardian" => Some(words::MATCHED_GUARDIAN),
        "property-id" => Some(words::MATCHED_ID),
        "old-id" => Some(words::MATCHED_OLD_ID),
        "mobile" => Some(words::MATCHED_MOBILE),
        "door" => Some(words::MATCHED_DOOR),
        "locality" => Some(words::MATCHED_LOCALITY),
        _ => None,
    }
}
