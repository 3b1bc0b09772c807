//! The strip at the foot: town, counter, person, shift, what is unsent, the server.

use crate::format;
use crate::parts::{Mark, Named, Said};
use crate::state::{App, Screen};
use crate::words::{common, settings as said};
use contract::{Situation, SyncState, Unsent};
use leptos::prelude::*;

/// The strip. Each part is its own signal, so that a change in one moves no other.
#[component]
pub fn StatusStrip(demonstration: Memo<bool>) -> impl IntoView {
    let app = App::here();
    let of = move |part: fn(&Situation) -> Option<AnyPart>| {
        Memo::new(move |_| app.situation.with(|situation| situation.as_ref().and_then(part)))
    };
    let town = of(|situation| situation.town.as_ref().map(|town| AnyPart::Name(town.name.clone())));
    let counter = of(|situation| {
        situation.town.as_ref().map(|town| AnyPart::Plain(format!("{} · {}", town.counter, town.device_name)))
    });
    let person = of(|situation| situation.person.as_ref().map(|person| AnyPart::Name(person.name.clone())));
    view! {
        <footer class="status" id="status">
            {move || demonstration.get().then(|| view! { <span class="demonstration"><Mark kind="look"><Said word=common::DEMONSTRATION /></Mark></span> })}
            <span id="status-town">{move || town.get().map(shown)}</span>
            <span id="status-counter">{move || counter.get().map(shown)}</span>
            <span id="status-person">{move || person.get().map(shown)}</span>
            <Shift />
            <span class="spring"></span>
            <Arriving />
            <OpenCases />
            <Waiting />
            <Server />
        </footer>
    }
}

#[derive(Clone, PartialEq)]
enum AnyPart {
    Name(domain::Bilingual),
    Plain(String),
}

fn shown(part: AnyPart) -> AnyView {
    match part {
        AnyPart::Name(name) => view! { <Named both=name /> }.into_any(),
        AnyPart::Plain(text) => view! { <bdi>{text}</bdi> }.into_any(),
    }
}

#[component]
fn Shift() -> impl IntoView {
    let app = App::here();
    let date = Memo::new(move |_| {
        app.drawer.with(|drawer| {
            drawer.as_ref().map(|drawer| drawer.shift.as_ref().map(|shift| shift.business_date.on_paper()))
        })
    });
    view! {
        <span id="status-shift">
            {move || match date.get() {
                None => ().into_any(),
                Some(None) => view! { <Mark kind="idle"><Said word=said::NO_SHIFT_SHORT /></Mark> }.into_any(),
                Some(Some(date)) => view! { <Mark kind="good"><Said word=crate::words::counter::SHIFT /> " " <span class="figures">{date}</span></Mark> }.into_any(),
            }}
        </span>
    }
}

/// Unsent receipts as a count and in rupees; never in the way.
#[component]
fn Waiting() -> impl IntoView {
    let app = App::here();
    let unsent = Memo::new(move |_| app.situation.with(|s| s.as_ref().map(|s| s.unsent).unwrap_or_default()));
    let text = move || {
        let Unsent { receipts, amount_paise, since_ms } = unsent.get();
        let language = app.language();
        let since = since_ms.map(|at| format::ago(at, app.now_ms.get(), language));
        common::waiting(language, receipts, amount_paise, since)
    };
    let nothing = move || unsent.with(|unsent| unsent.receipts == 0);
    view! {
        <span id="status-unsent" role="status" data-receipts=move || unsent.get().receipts.to_string()>
            {move || if nothing() {
                view! { <Mark kind="good"><Said word=said::NOTHING_WAITING /></Mark> }.into_any()
            } else {
                view! { <Mark kind="look">{text}</Mark> }.into_any()
            }}
        </span>
    }
}

/// What waits for the person's decision; the list is a press away.
#[component]
fn OpenCases() -> impl IntoView {
    let app = App::here();
    let count = Memo::new(move |_| app.situation.with(|s| s.as_ref().map_or(0, |s| s.open_cases)));
    move || {
        (count.get() > 0).then(|| view! {
        <button type="button" id="status-cases" class="quiet-button" on:click=move |_| app.go(Screen::Devices)>
            <Mark kind="look">{move || common::cases(app.language(), count.get())}</Mark>
        </button>
    })
    }
}

#[component]
fn Server() -> impl IntoView {
    let app = App::here();
    let state = Memo::new(move |_| app.situation.with(|s| s.as_ref().map(|s| (s.sync, s.last_success_ms))));
    view! {
        <span id="status-server" data-state=move || state.get().map(|(state, _)| format!("{state:?}"))>
            {move || state.get().map(|(state, last)| {
                let since = move || last.map(|at| format::ago(at, app.now_ms.get(), app.language()));
                match state {
                    SyncState::Off => view! { <Mark kind="idle"><Said word=said::SERVER_OFF /></Mark> }.into_any(),
                    SyncState::Idle | SyncState::Busy => view! { <Mark kind="good"><Said word=said::SERVER_GOOD /> " " {since}</Mark> }.into_any(),
                    SyncState::Failed => view! { <Mark kind="look"><Said word=said::SERVER_LOST /> " " {since}</Mark> }.into_any(),
                }
            })}
        </span>
    }
}

/// On a new computer: how far the town's earlier records have come, in records and in rupees, and what the dues are as of.
#[component]
fn Arriving() -> impl IntoView {
    let app = App::here();
    let arriving = Memo::new(move |_| app.situation.with(|s| s.as_ref().and_then(|s| s.arriving)));
    view! {
        {move || arriving.get().map(|arriving| {
            let (done, of) = (arriving.bytes_done.to_string(), arriving.bytes.max(1).to_string());
            let text = move || common::arriving(app.language(), arriving);
            view! {
                <span id="status-arriving" data-whole=arriving.whole.to_string()>
                    <Mark kind="look">{text}</Mark>
                    <progress value=done max=of aria-label=text></progress>
                </span>
            }
        })}
    }
}
