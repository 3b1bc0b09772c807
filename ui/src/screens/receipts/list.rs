//! The list of receipts, newest first.

use crate::browser;
use crate::call::{ask_then, take};
use crate::format;
use crate::parts::{Field, Mark, Named, ProblemLine, Rows, Said, row_keys};
use crate::state::{App, ReceiptTask};
use crate::words::{self, common, receipts as said};
use contract::{Problem, ReceiptBrief, ReceiptFilter, ReceiptList, Request};
use domain::payment::PaymentMode;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// Receipts on one page of an answer.
const PAGE: u32 = 50;

#[derive(Clone, Copy)]
struct Filter {
    text: RwSignal<String>,
    from: RwSignal<String>,
    to: RwSignal<String>,
    mode: RwSignal<String>,
    here: RwSignal<bool>,
    offset: RwSignal<u32>,
}

impl Filter {
    fn new() -> Filter {
        let text = || RwSignal::new(String::new());
        Filter {
            text: text(),
            from: text(),
            to: text(),
            mode: text(),
            here: RwSignal::new(false),
            offset: RwSignal::new(0),
        }
    }

    /// As the office takes it. A day that is half typed filters nothing yet.
    fn asked(self, app: App) -> ReceiptFilter {
        let today = app.today();
        let counter =
            app.situation.with(|s| s.as_ref().and_then(|s| s.town.as_ref()).map(|town| town.counter.clone()));
        ReceiptFilter {
            text: self.text.get(),
            from: format::read_day(&self.from.get(), today),
            to: format::read_day(&self.to.get(), today),
            mode: PaymentMode::ALL.into_iter().find(|mode| mode.code() == self.mode.get()),
            counter: if self.here.get() { counter.unwrap_or_default() } else { String::new() },
            offset: self.offset.get(),
        }
    }
}

/// Filter, rows, sums. `changed` moves when a receipt was cancelled or reprinted.
#[component]
pub fn List(changed: RwSignal<u32>) -> impl IntoView {
    let app = App::here();
    let filter = Filter::new();
    let problem = RwSignal::new(None::<Problem>);
    let list = RwSignal::new(None::<ReceiptList>);
    let rows = Rows::new();
    let asked = Memo::new(move |_| filter.asked(app));
    Effect::new(move |_| {
        changed.track();
        let question = asked.get();
        ask_then(Request::Receipts(question.clone()), take!(Receipts), move |answer| {
            if asked.try_get_untracked().as_ref() != Some(&question) {
                return;
            }
            match answer {
                Ok(answer) => {
                    rows.reset();
                    problem.try_set(None);
                    list.try_set(Some(answer));
                }
                Err(wrong) => {
                    problem.try_set(Some(wrong));
                }
            }
        });
    });
    browser::focus("receipt-filter");
    let to_rows = move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "ArrowDown" | "Enter") {
            event.prevent_default();
            browser::focus("receipt-row-0");
        }
    };
    view! {
        <div class="filters">
            <div on:keydown=to_rows>
                <Field id="receipt-filter" name="text" label=said::FILTER text=filter.text problem />
            </div>
            <div class="quad">
                <Field id="receipt-from" name="from" label=said::FROM text=filter.from input_mode="numeric" hint=Some(common::DAY_HINT) />
                <Field id="receipt-to" name="to" label=said::TO text=filter.to input_mode="numeric" hint=Some(common::DAY_HINT) />
                <ModeFilter mode=filter.mode />
                <label class="check">
                    <input type="checkbox" id="receipt-here" prop:checked=move || filter.here.get()
                        on:change:target=move |event| filter.here.set(event.target().checked()) />
                    <span><Said word=said::ONLY_HERE /></span>
                </label>
            </div>
        </div>
        <ProblemLine problem />
        <Sums list />
        <div class="row-list" id="receipt-rows" role="group" aria-label=app.say(said::RECEIPTS) on:keydown=move |event| row_keys(&event)>
            {move || list.get().map(|list| {
                list.receipts.into_iter().enumerate().map(|(at, receipt)| view! { <Row at receipt rows /> }).collect_view()
            })}
        </div>
        <Pages list offset=filter.offset />
    }
}

#[component]
fn ModeFilter(mode: RwSignal<String>) -> impl IntoView {
    let app = App::here();
    view! {
        <div class="field">
            <label for="receipt-mode">{app.say(common::MODE)}</label>
            <select id="receipt-mode" on:change:target=move |event| mode.set(event.target().value())>
                <option value="">{app.say(said::ANY_MODE)}</option>
                {PaymentMode::ALL
                    .map(|mode| view! { <option value=mode.code()>{app.say(words::mode(mode))}</option> })
                    .collect_view()}
            </select>
            <p class="note"></p>
        </div>
    }
}

#[component]
fn Sums(list: RwSignal<Option<ReceiptList>>) -> impl IntoView {
    let app = App::here();
    let sums =
        Memo::new(move |_| list.with(|list| list.as_ref().map(|list| (list.count, list.amount_paise))));
    view! {
        <p class="list-sums" id="receipt-sums" aria-live="polite">
            {move || sums.get().map(|(count, amount)| view! {
                <span>{common::receipts(app.language(), count)}</span>
                <strong class="money">{format::rupees(amount)}</strong>
            })}
        </p>
    }
}

#[component]
fn Row(at: usize, receipt: ReceiptBrief, rows: Rows) -> impl IntoView {
    let app = App::here();
    let opened = receipt.clone();
    let chosen = {
        let receipt = receipt.receipt;
        move || {
            app.opened_receipt
                .with(|opened| opened.as_ref().is_some_and(|(opened, _)| opened.receipt == receipt))
        }
    };
    let ReceiptBrief {
        number,
        business_date,
        assessee,
        amount_paise,
        mode,
        cancelled,
        confirmed,
        payer_name,
        ..
    } = receipt;
    // Who paid is said only where it is another than who owed.
    let other_payer =
        (!payer_name.is_empty() && payer_name != assessee.hindi && payer_name != assessee.english)
            .then_some(payer_name);
    let data_number = number.clone();
    let state = match (cancelled, confirmed) {
        (true, _) => ("stop", said::CANCELLED),
        (false, true) => ("good", said::STANDS),
        (false, false) => ("look", said::UNCONFIRMED),
    };
    view! {
        <button
            type="button"
            class="row"
            id=format!("receipt-row-{at}")
            data-row=""
            data-number=data_number
            aria-current=move || chosen().then_some("true")
            tabindex=rows.tab_index(at)
            on:focus=move |_| rows.on_focus(at)
            on:click=move |_| app.opened_receipt.set(Some((opened.clone(), ReceiptTask::Look)))
        >
            <span class="row-main">
                <bdi class="code" lang="en">{number}</bdi>
                <span class="money" class:struck=cancelled>{format::rupees(amount_paise)}</span>
            </span>
            <span class="row-more">
                <span class="figures">{business_date.on_paper()}</span>
                <Named both=assessee />
                {other_payer.map(|payer| view! { <bdi class="quiet">"(" {payer} ")"</bdi> })}
                <span><Said word=words::mode(mode) /></span>
                <Mark kind=state.0><Said word=state.1 /></Mark>
            </span>
        </button>
    }
}

#[component]
fn Pages(list: RwSignal<Option<ReceiptList>>, offset: RwSignal<u32>) -> impl IntoView {
    let more = move || {
        list.with(|list| {
            list.as_ref().is_some_and(|list| u64::from(offset.get()) + u64::from(PAGE) < list.count)
        })
    };
    view! {
        <div class="actions">
            {move || (offset.get() > 0).then(|| view! {
                <button type="button" id="receipts-later" on:click=move |_| offset.update(|at| *at = at.saturating_sub(PAGE))>
                    <Said word=said::LATER />
                </button>
            })}
            {move || more().then(|| view! {
                <button type="button" id="receipts-earlier" on:click=move |_| offset.update(|at| *at = at.saturating_add(PAGE))>
                    <Said word=said::EARLIER />
                </button>
            })}
        </div>
    }
}
