//! One list of all that asks for a decision: oldest money first, by kind if one wants. Each item says what it is about,
//! what to do first, who wrote what; it is settled with a decision and a remark. Under it what was settled lately: how,
//! by whom and when.

use crate::browser;
use crate::call::{ask_then, take};
use crate::format;
use crate::parts::{Choose, Field, Mark, Named, Rows, Said, row_keys};
use crate::screens::counter::actions;
use crate::screens::devices::Page;
use crate::state::{App, ReceiptTask, Screen};
use crate::words::{common, devices as words};
use contract::{CaseSide, CaseView, Request, SettleCase};
use domain::fact::Kind;
use domain::register::PROPERTY_TAX_SERVICE;
use domain::{Bilingual, ChainHead};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

/// Which kind is shown, and which case's form is open. Lives as long as the page, whatever an exchange brings.
#[derive(Clone, Copy)]
pub struct Desk {
    kind: RwSignal<String>,
    settling: RwSignal<Option<String>>,
}

impl Desk {
    /// All kinds, no form.
    pub fn new() -> Desk {
        Desk { kind: RwSignal::new(String::new()), settling: RwSignal::new(None) }
    }

    /// Those the filter lets through.
    fn shown(self, cases: &[CaseView]) -> Vec<CaseView> {
        let kind = self.kind.get();
        let shown = cases.iter().filter(|case| kind.is_empty() || kind_of(&case.case) == kind);
        shown.cloned().collect()
    }
}

/// A kind that has cases: its code, its words, how many.
#[derive(Clone, Debug, PartialEq)]
struct KindCount {
    code: String,
    name: Bilingual,
    count: usize,
}

/// The first part of a case's stable name.
fn kind_of(case: &str) -> &str {
    case.split('/').next().unwrap_or_default()
}

/// The kinds of these cases, in the order in which they come.
fn kinds(cases: &[CaseView]) -> Vec<KindCount> {
    let mut kinds: Vec<KindCount> = Vec::new();
    for case in cases {
        let code = kind_of(&case.case);
        match kinds.iter_mut().find(|kind| kind.code == code) {
            Some(kind) => kind.count += 1,
            None => kinds.push(KindCount { code: code.to_owned(), name: case.kind.clone(), count: 1 }),
        }
    }
    kinds
}

/// The open ones, and under them what was settled lately.
#[component]
pub fn Cases(cases: Vec<CaseView>, page: Page, desk: Desk) -> impl IntoView {
    let app = App::here();
    let (open, settled): (Vec<_>, Vec<_>) = cases.into_iter().partition(|case| case.settled.is_none());
    let (count, none) = (open.len(), open.is_empty());
    let kinds = kinds(&open);
    // The last of its kind was settled: the filter would hide all the rest.
    if desk.kind.with_untracked(|code| !code.is_empty() && !kinds.iter().any(|kind| kind.code == *code)) {
        desk.kind.set(String::new());
    }
    let (rows, past) = (Rows::new(), Rows::new());
    view! {
        <section aria-labelledby="cases-heading">
            <h2 id="cases-heading">
                <Said word=words::CASES /> " " <span class="chip">{move || words::open_count(app.language(), count)}</span>
            </h2>
            {none.then(|| view! { <p class="quiet"><Said word=words::NO_CASES /></p> })}
            {(kinds.len() > 1).then(|| view! { <Kinds kinds all=count desk /> })}
            <div class="cases" id="cases" on:keydown=arrows>
                {move || {
                    rows.reset();
                    let shown = desk.shown(&open).into_iter().enumerate();
                    shown.map(|(at, case)| view! { <Case case page desk rows at /> }).collect_view()
                }}
            </div>
        </section>
        {(!settled.is_empty()).then(|| view! {
            <section aria-labelledby="settled-heading">
                <h2 id="settled-heading"><Said word=words::SETTLED_LATELY /></h2>
                <div class="cases" id="settled-cases" on:keydown=arrows>
                    {settled.into_iter().enumerate().map(|(at, case)| view! { <Case case page desk rows=past at /> }).collect_view()}
                </div>
            </section>
        })}
    }
}

/// Arrows go from case to case; in a field of the form they are the field's.
fn arrows(event: KeyboardEvent) {
    if is_on_row(&event) {
        row_keys(&event);
    }
}

fn is_on_row(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| target.has_attribute("data-row"))
}

/// The filter: all, or one kind.
#[component]
fn Kinds(kinds: Vec<KindCount>, all: usize, desk: Desk) -> impl IntoView {
    let app = App::here();
    let button = move |code: String, name: AnyView, count: usize| {
        let mine = code.clone();
        let pressed = move || if desk.kind.with(|kind| *kind == mine) { "true" } else { "false" };
        let data_kind = code.clone();
        view! {
            <button type="button" class="tab" data-kind=data_kind aria-pressed=pressed on:click=move |_| desk.kind.set(code.clone())>
                {name} " " <span class="figures">{count}</span>
            </button>
        }
    };
    view! {
        <div class="tabs case-kinds" id="case-kinds" role="group" aria-label=app.say(words::CASE_KINDS)>
            {button(String::new(), view! { <Said word=words::ALL_CASES /> }.into_any(), all)}
            {kinds.into_iter().map(|kind| button(kind.code, view! { <Named both=kind.name /> }.into_any(), kind.count)).collect_view()}
        </div>
    }
}

#[component]
fn Case(case: CaseView, page: Page, desk: Desk, rows: Rows, at: usize) -> impl IntoView {
    let app = App::here();
    let may_settle = app.may_now(Kind::CaseSettled);
    let CaseView {
        case: name,
        kind,
        what,
        to_do,
        since_ms,
        consumer,
        amount_paise,
        receipts,
        sides,
        decisions,
        settled,
    } = case;
    let open = settled.is_none();
    let (data_name, begun) = (name.clone(), name.clone());
    let may_settle = open && may_settle && !decisions.is_empty();
    // Enter on the row itself, not on a button in it.
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && is_on_row(&event) && may_settle && !event.repeat() {
            event.prevent_default();
            begin(desk, &begun);
        }
    };
    let with_more = !consumer.is_empty() || receipts.len() == 1;
    let to_do = open.then_some(to_do).filter(|to_do| !to_do.english.is_empty());
    view! {
        <article
            class="case"
            data-row=at
            data-case=data_name
            data-open=open.to_string()
            tabindex=rows.tab_index(at)
            on:focus=move |_| rows.on_focus(at)
            on:keydown=on_key
        >
            <header>
                <h3><Mark kind=if open { "look" } else { "good" }><Named both=kind /></Mark></h3>
                {since_ms.map(|since| view! {
                    <span class="quiet figures">{move || format::ago(since, app.now_ms.get(), app.language())}</span>
                })}
                {amount_paise.map(|amount| view! {
                    <strong class="money case-money" title=app.say(words::CASE_MONEY)>{format::rupees(amount)}</strong>
                })}
            </header>
            <p><Named both=what /></p>
            {to_do.map(|to_do| view! { <p class="quiet case-to-do"><span aria-hidden="true">"→ "</span><Named both=to_do /></p> })}
            <div class="sides">{sides.into_iter().map(|side| view! { <Side side /> }).collect_view()}</div>
            {settled.map(|how| view! { <p><Mark kind="good"><Said word=words::SETTLED /> ":"</Mark> " " <Named both=how /></p> })}
            {with_more.then(|| view! { <More consumer receipts /> })}
            {may_settle.then(|| view! { <Settle name decisions page desk /> })}
        </article>
    }
}

/// One side: what it says, who, where, when.
#[component]
fn Side(side: CaseSide) -> impl IntoView {
    let CaseSide { value, what, who, counter, at_ms, amount_paise } = side;
    let in_words = !what.english.is_empty();
    view! {
        <div class="side">
            {(!value.is_empty()).then(|| view! { <p class="side-value"><bdi>{value}</bdi></p> })}
            {in_words.then(|| view! { <p class="side-value"><Named both=what /></p> })}
            <p class="quiet">
                <Named both=who /> " " <bdi>{counter}</bdi> " "
                {(at_ms > 0).then(|| view! { <span class="figures">{format::moment(at_ms)}</span> })}
            </p>
            {amount_paise.map(|amount| view! { <p class="money">{format::rupees(amount)}</p> })}
        </div>
    }
}

/// To the account, and to the receipt.
#[component]
fn More(consumer: String, receipts: Vec<ChainHead>) -> impl IntoView {
    let app = App::here();
    let to_open = consumer.clone();
    let open_bill = move |_| {
        app.go(Screen::Counter);
        actions::open_bill(app, PROPERTY_TAX_SERVICE.to_owned(), to_open.clone(), None);
    };
    let receipt = match receipts.as_slice() {
        [receipt] => Some(*receipt),
        _ => None,
    };
    view! {
        <div class="actions case-more">
            {(!consumer.is_empty()).then(|| view! {
                <button type="button" class="quiet-button" on:click=open_bill><Said word=words::OPEN_BILL /> " " <bdi class="code" lang="en">{consumer}</bdi></button>
            })}
            {receipt.map(|receipt| view! {
                <button type="button" class="quiet-button open-receipt" on:click=move |_| open_receipt(app, receipt)><Said word=words::OPEN_RECEIPT /></button>
            })}
        </div>
    }
}

fn open_receipt(app: App, receipt: ChainHead) {
    ask_then(Request::Receipt { receipt }, take!(Receipt), move |answer| match answer {
        Ok(receipt) => app.open_receipt(receipt.brief, ReceiptTask::Look),
        Err(problem) => app.trouble(problem),
    });
}

fn begin(desk: Desk, name: &str) {
    desk.settling.set(Some(name.to_owned()));
    browser::focus("decision");
}

/// The form opens for one case at a time.
#[component]
fn Settle(name: String, decisions: Vec<contract::Choice>, page: Page, desk: Desk) -> impl IntoView {
    let (mine, to_begin) = (name.clone(), name.clone());
    let open = Memo::new(move |_| desk.settling.with(|settling| settling.as_ref() == Some(&mine)));
    view! {
        <div class="actions">
            <button type="button" class="settle-begin" prop:hidden=open on:click=move |_| begin(desk, &to_begin)><Said word=words::SETTLE /></button>
        </div>
        {move || open.get().then(|| view! { <Decide name=name.clone() decisions=decisions.clone() page desk /> })}
    }
}

#[component]
fn Decide(name: String, decisions: Vec<contract::Choice>, page: Page, desk: Desk) -> impl IntoView {
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
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            event.stop_propagation();
            desk.settling.set(None);
        }
    };
    view! {
        <form class="inline-form settle" id="settle-form" on:submit=submit on:keydown=on_key>
            <Choose id="decision" label=words::DECISION choices text=decision problem=page.problem />
            <Field id="settle-remark" name="remark" label=common::REMARK text=remark problem=page.problem />
            <button type="submit" class="primary" id="settle"><Said word=words::SETTLE /></button>
            <button type="button" class="quiet-button" on:click=move |_| desk.settling.set(None)><Said word=common::BACK /></button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(name: &str) -> CaseView {
        CaseView {
            case: name.to_owned(),
            kind: Bilingual::new("प्रकार", "Kind"),
            what: Bilingual::default(),
            to_do: Bilingual::default(),
            since_ms: None,
            consumer: String::new(),
            amount_paise: None,
            receipts: Vec::new(),
            sides: Vec::new(),
            decisions: Vec::new(),
            settled: None,
        }
    }

    #[test]
    fn kinds_stand_in_the_order_of_their_oldest_money_with_their_count() {
        let cases = ["tail/ab/0/x", "late/ab/0/4", "tail/cd/1/y"].map(case);
        let counted: Vec<_> = kinds(&cases).into_iter().map(|kind| (kind.code, kind.count)).collect();
        assert_eq!(counted, [("tail".to_owned(), 2), ("late".to_owned(), 1)]);
        assert_eq!(kinds(&[]), []);
    }
}
