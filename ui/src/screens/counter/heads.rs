//! A service without demands: its heads, an amount each. Enter goes from head to head and then to the tender.

use crate::browser;
use crate::format;
use crate::parts::{Fact, Named, Said};
use crate::screens::counter::bill::Restored;
use crate::screens::counter::work::Work;
use crate::state::App;
use crate::words::{common, counter as said};
use contract::{HeadView, ServiceChoice};
use leptos::prelude::*;

/// The middle column for a service.
#[component]
pub fn Heads(service: ServiceChoice) -> impl IntoView {
    let app = App::here();
    let counter = app.counter;
    let ServiceChoice { service, name, group, heads } = service;
    let code = service.clone();
    let last = heads.len().saturating_sub(1);
    let total = move || {
        let work = counter.work.get();
        let sum = work.and_then(|work| counter.typed.with(|typed| typed.amount(&work)).ok());
        sum.map_or_else(|| common::NOT_AN_AMOUNT.get(app.language()).to_owned(), format::rupees)
    };
    view! {
        <div id="bill" class="bill" data-testid="service" data-service=service>
            <Restored />
            <header class="who">
                <h2 id="bill-heading"><Named both=name /></h2>
                <dl class="facts">
                    <Fact label=said::SERVICE_GROUP><Named both=group /></Fact>
                    <Fact label=said::BY_SERVICE><bdi class="code" lang="en">{code}</bdi></Fact>
                </dl>
            </header>
            <table class="dues heads">
                <thead>
                    <tr>
                        <th scope="col"><Said word=said::MISC_HEADS /></th>
                        <th scope="col" class="money"><Said word=said::AMOUNT_TO_TAKE /></th>
                    </tr>
                </thead>
                <tbody>
                    {heads.into_iter().enumerate().map(|(at, head)| view! { <HeadRow at head last=at == last /> }).collect_view()}
                </tbody>
            </table>
            <dl class="sums">
                <div class="sum total">
                    <dt><Said word=common::TOTAL /></dt>
                    <dd class="money" id="total-due" aria-live="polite">{total}</dd>
                </div>
            </dl>
        </div>
    }
}

#[component]
fn HeadRow(at: usize, head: HeadView, last: bool) -> impl IntoView {
    let app = App::here();
    let counter = app.counter;
    let on_key = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && !event.repeat() && !event.ctrl_key() {
            event.prevent_default();
            event.stop_propagation();
            if last { counter.focus_mode_field() } else { browser::focus(format!("head-{}", at + 1)) }
        }
    };
    let id = format!("head-{at}");
    view! {
        <tr>
            <th scope="row"><label for=id.clone()><Named both=head.name /></label></th>
            <td class="money">
                <input
                    id=id
                    name="lines"
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    class="money"
                    aria-invalid=move || counter.problem.with(|problem| {
                        problem.as_ref().is_some_and(|problem| problem.field.starts_with("lines"))
                    }).then_some("true")
                    prop:value=move || counter.typed.with(|typed| typed.heads.get(at).cloned().unwrap_or_default())
                    on:input:target=move |event| set_head(app, at, event.target().value())
                    on:focus=move |_| app.counter.came_to_tender()
                    on:keydown=on_key
                />
            </td>
        </tr>
    }
}

fn set_head(app: App, at: usize, text: String) {
    let is_service = app.counter.work.with_untracked(|work| matches!(work, Some(Work::Service(_))));
    if !is_service {
        return;
    }
    app.counter.typed.update(|typed| {
        if let Some(place) = typed.heads.get_mut(at) {
            *place = text;
            typed.touched = true;
        }
    });
}
