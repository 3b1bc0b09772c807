//! The other computers of the building: who was seen, how the exchange with each goes, and addresses of those that do not
//! find each other by themselves.

use crate::browser;
use crate::call::{ask_then, take};
use crate::format;
use crate::parts::{Field, Mark, ProblemNote, Said};
use crate::state::App;
use crate::words::{common, devices as words};
use contract::{LocalNetwork, LocalNetworkView, NeighbourView, Problem, Request, SyncState};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// How often the page asks how it goes: computers come and go while somebody looks.
const WATCH_MS: u64 = 2_000;

#[derive(Clone, Copy)]
struct Nearby {
    shown: RwSignal<Option<LocalNetworkView>>,
    problem: RwSignal<Option<Problem>>,
}

impl Nearby {
    fn watch(self) {
        ask_then(Request::LocalNetwork, take!(LocalNetwork), move |answer| {
            self.show(answer);
            browser::after(WATCH_MS, move || {
                // The page may have been left.
                if self.shown.try_get_untracked().is_some() {
                    self.watch();
                }
            });
        });
    }

    fn set(self, settings: LocalNetwork, then: impl FnOnce() + 'static) {
        self.problem.set(None);
        ask_then(Request::SetLocalNetwork(settings), take!(LocalNetwork), move |answer| {
            let done = answer.is_ok();
            self.show(answer);
            if done {
                then();
            }
        });
    }

    fn show(self, answer: Result<Box<LocalNetworkView>, Problem>) {
        match answer {
            Ok(view) => {
                if self.shown.try_get_untracked().is_some_and(|old| old.as_ref() != Some(&*view)) {
                    self.shown.try_set(Some(*view));
                }
            }
            Err(wrong) => {
                self.problem.try_set(Some(wrong));
            }
        }
    }

    fn settings(self) -> LocalNetwork {
        self.shown
            .with_untracked(|shown| shown.as_ref().map(|view| view.settings.clone()))
            .unwrap_or_default()
    }
}

/// The section.
#[component]
pub fn NearbyComputers() -> impl IntoView {
    let nearby = Nearby { shown: RwSignal::new(None), problem: RwSignal::new(None) };
    nearby.watch();
    let on =
        Memo::new(move |_| nearby.shown.with(|shown| shown.as_ref().is_none_or(|view| view.settings.on)));
    let switch = move |_| {
        let settings = nearby.settings();
        nearby.set(LocalNetwork { on: !settings.on, ..settings }, || ());
    };
    view! {
        <section class="task" aria-labelledby="nearby-heading">
            <h2 id="nearby-heading"><Said word=words::NEARBY /></h2>
            <p><Said word=words::NEARBY_MORE /></p>
            <label class="check">
                <input type="checkbox" id="nearby-on" prop:checked=on on:change=switch />
                <span><Said word=words::NEARBY_ON /></span>
            </label>
            {move || nearby.shown.get().map(|view| view! { <Shown view nearby /> })}
            <AddForm nearby />
        </section>
    }
}

#[component]
fn Shown(view: LocalNetworkView, nearby: Nearby) -> impl IntoView {
    let app = App::here();
    let LocalNetworkView { settings, answers_at, problem, neighbours } = view;
    let here = match (settings.on, answers_at.is_empty()) {
        (false, _) => view! { <Mark kind="idle"><Said word=words::NEARBY_OFF /></Mark> }.into_any(),
        (true, true) => view! { <Mark kind="look"><Said word=words::NO_CABLE /></Mark> }.into_any(),
        (true, false) => {
            view! { <bdi class="code" lang="en" id="answers-at">{answers_at.join(" · ")}</bdi> }.into_any()
        }
    };
    let alone = neighbours.is_empty();
    view! {
        <p><Said word=words::ANSWERS_AT /> ": " {here}</p>
        {problem.map(|problem| view! { <ProblemNote problem /> })}
        {if alone {
            view! { <p id="no-neighbours"><Said word=words::NO_NEIGHBOURS /></p> }.into_any()
        } else {
            view! {
                <div class="grid-scroll" role="region" tabindex="0" aria-label=app.say(words::NEARBY)>
                    <table class="dues" id="neighbour-rows">
                        <thead>
                            <tr>
                                <th scope="col"><Said word=words::NEIGHBOUR /></th>
                                <th scope="col"><Said word=common::COUNTER /></th>
                                <th scope="col"><Said word=words::ADDRESS /></th>
                                <th scope="col"><Said word=words::LAST_SUCCESS /></th>
                                <th scope="col"><Said word=crate::words::receipts::STATE /></th>
                                <th scope="col"><Said word=words::REMOVE_NEIGHBOUR /></th>
                            </tr>
                        </thead>
                        <tbody>
                            {neighbours.into_iter().map(|one| view! { <Row one nearby /> }).collect_view()}
                        </tbody>
                    </table>
                </div>
            }
            .into_any()
        }}
    }
}

#[component]
fn Row(one: NeighbourView, nearby: Nearby) -> impl IntoView {
    let app = App::here();
    let NeighbourView { address, typed, name, counter, state, last_success_ms, problem } = one;
    let (kind, word) = match state {
        SyncState::Off => ("idle", words::PASSED_ON),
        SyncState::Idle | SyncState::Busy => ("good", words::IN_ORDER),
        SyncState::Failed => ("look", words::STATE_FAILED),
    };
    let last = move || match last_success_ms {
        Some(at) => format::ago(at, app.now_ms.get(), app.language()),
        None => words::NEVER.get(app.language()).to_owned(),
    };
    let known = !name.is_empty();
    let place = counter.clone();
    let removed = address.clone();
    let remove = move |_| {
        let mut settings = nearby.settings();
        settings.addresses.retain(|address| *address != removed);
        nearby.set(settings, || browser::focus("neighbour-address"));
    };
    view! {
        <tr data-state=format!("{state:?}") data-counter=place>
            <th scope="row">{if known { view! { <bdi>{name}</bdi> }.into_any() } else { view! { <Said word=words::UNKNOWN_COMPUTER /> }.into_any() }}</th>
            <td><bdi>{counter}</bdi></td>
            <td><bdi class="code" lang="en">{address}</bdi></td>
            <td>{last}</td>
            <td>
                <Mark kind><Said word /></Mark>
                {problem.map(|problem| view! { <ProblemNote problem /> })}
            </td>
            <td>
                {typed.then(|| view! { <button type="button" on:click=remove><Said word=words::REMOVE_NEIGHBOUR /></button> })}
            </td>
        </tr>
    }
}

#[component]
fn AddForm(nearby: Nearby) -> impl IntoView {
    let address = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let mut settings = nearby.settings();
        settings.addresses.push(address.get_untracked().trim().to_owned());
        nearby.set(settings, move || {
            address.try_set(String::new());
        });
    };
    view! {
        <form id="neighbour-form" on:submit=submit>
            <div class="triple">
                <Field id="neighbour-address" name="address" label=words::NEIGHBOUR_ADDRESS text=address hint=Some(words::NEIGHBOUR_HINT) problem=nearby.problem />
            </div>
            <div class="actions"><button type="submit" id="add-neighbour"><Said word=words::ADD_NEIGHBOUR /></button></div>
        </form>
    }
}
