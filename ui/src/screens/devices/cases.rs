//! Cases: conflicts with all values side by side, double collections, unequal demands, forks. An open one is settled with
//! a decision and a remark; a settled one says how, by whom and when.

use crate::browser;
use crate::format;
use crate::parts::{Choose, Field, Mark, Named, Said};
use crate::screens::counter::actions;
use crate::screens::devices::Page;
use crate::state::{App, Screen};
use crate::words::{common, devices as words};
use contract::{CaseSide, CaseView, Request, SettleCase};
use domain::fact::Kind;
use domain::register::PROPERTY_TAX_SERVICE;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The open ones, and under them what was settled lately.
#[component]
pub fn Cases(cases: Vec<CaseView>, page: Page) -> impl IntoView {
    let app = App::here();
    let (open, settled): (Vec<_>, Vec<_>) = cases.into_iter().partition(|case| case.settled.is_none());
    let (count, none) = (open.len(), open.is_empty());
    let settling = RwSignal::new(None::<String>);
    view! {
        <section aria-labelledby="cases-heading">
            <h2 id="cases-heading">
                <Said word=words::CASES /> " " <span class="chip">{move || words::open_count(app.language(), count)}</span>
            </h2>
            {none.then(|| view! { <p class="quiet"><Said word=words::NO_CASES /></p> })}
            <div class="cases" id="cases">
                {open.into_iter().map(|case| view! { <Case case page settling /> }).collect_view()}
            </div>
        </section>
        {(!settled.is_empty()).then(|| view! {
            <section aria-labelledby="settled-heading">
                <h2 id="settled-heading"><Said word=words::SETTLED_LATELY /></h2>
                <div class="cases" id="settled-cases">
                    {settled.into_iter().map(|case| view! { <Case case page settling /> }).collect_view()}
                </div>
            </section>
        })}
    }
}

#[component]
fn Case(case: CaseView, page: Page, settling: RwSignal<Option<String>>) -> impl IntoView {
    let app = App::here();
    let may_settle = app.may_now(Kind::CaseSettled);
    let CaseView { case: name, kind, what, consumer, amount_paise, sides, decisions, settled, .. } = case;
    let open = settled.is_none();
    let (to_open, data_name) = (consumer.clone(), name.clone());
    let open_bill = move |_| {
        app.go(Screen::Counter);
        actions::open_bill(app, PROPERTY_TAX_SERVICE.to_owned(), to_open.clone(), None);
    };
    view! {
        <article class="case" data-case=data_name data-open=open.to_string()>
            <header>
                <h3><Mark kind=if open { "look" } else { "good" }><Named both=kind /></Mark></h3>
                {amount_paise.map(|amount| view! {
                    <p><span class="quiet"><Said word=words::CASE_MONEY /></span> " " <strong class="money">{format::rupees(amount)}</strong></p>
                })}
            </header>
            <p><Named both=what /></p>
            <div class="sides">{sides.into_iter().map(|side| view! { <Side side /> }).collect_view()}</div>
            {(!consumer.is_empty()).then(|| view! {
                <button type="button" class="quiet-button" on:click=open_bill><Said word=words::OPEN_BILL /> " " <bdi class="code" lang="en">{consumer}</bdi></button>
            })}
            {settled.map(|how| view! { <p><Mark kind="good"><Said word=words::SETTLED /> ":"</Mark> " " <Named both=how /></p> })}
            {(open && may_settle).then(|| view! { <Settle name decisions page settling /> })}
        </article>
    }
}

/// One side: what it says, who, where, when.
#[component]
fn Side(side: CaseSide) -> impl IntoView {
    let CaseSide { value, who, counter, at_ms } = side;
    view! {
        <div class="side">
            {(!value.is_empty()).then(|| view! { <p class="side-value"><bdi>{value}</bdi></p> })}
            <p class="quiet"><Named both=who /> " · " <bdi>{counter}</bdi></p>
            <p class="quiet figures">{format::moment(at_ms)}</p>
        </div>
    }
}

/// The form opens for one case at a time.
#[component]
fn Settle(
    name: String,
    decisions: Vec<contract::Choice>,
    page: Page,
    settling: RwSignal<Option<String>>,
) -> impl IntoView {
    let mine = name.clone();
    let open = Memo::new(move |_| settling.with(|settling| settling.as_ref() == Some(&mine)));
    let begin = {
        let name = name.clone();
        move |_| {
            settling.set(Some(name.clone()));
            browser::focus("decision");
        }
    };
    view! {
        <div class="actions">
            <button type="button" class="settle-begin" prop:hidden=open on:click=begin><Said word=words::SETTLE /></button>
        </div>
        {move || open.get().then(|| view! { <Decide name=name.clone() decisions=decisions.clone() page settling /> })}
    }
}

#[component]
fn Decide(
    name: String,
    decisions: Vec<contract::Choice>,
    page: Page,
    settling: RwSignal<Option<String>>,
) -> impl IntoView {
    let decision = RwSignal::new(String::new());
    let remark = RwSignal::new(String::new());
    let choices = Signal::derive(move || decisions.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        page.ask(Request::SettleCase(SettleCase {
            case: name.clone(),
            decision: decision.get_untracked(),
            remark: remark.get_untracked().trim().to_owned(),
        }));
    };
    view! {
        <form class="inline-form settle" id="settle-form" on:submit=submit>
            <Choose id="decision" label=words::DECISION choices text=decision problem=page.problem />
            <Field id="settle-remark" name="remark" label=common::REMARK text=remark problem=page.problem />
            <button type="submit" class="primary" id="settle"><Said word=words::SETTLE /></button>
            <button type="button" class="quiet-button" on:click=move |_| settling.set(None)><Said word=common::BACK /></button>
        </form>
    }
}
