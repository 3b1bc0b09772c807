//! The right column: how the money comes, or the confirming line.

use crate::format;
use crate::keys::chosen;
use crate::parts::{Field, Keycap, ProblemLine, Said};
use crate::screens::counter::actions;
use crate::screens::counter::confirm::ConfirmPanel;
use crate::screens::counter::form::{Entry, bind};
use crate::screens::counter::instrument::InstrumentFields;
use crate::screens::counter::work::{Step, Work};
use crate::state::App;
use crate::words::{self, Word, counter as said};
use domain::Paise;
use domain::payment::PaymentMode;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

/// The names under which the tender's fields show their own problems.
const FIELDS: [&str; 15] = [
    "amount_paise",
    "tendered_paise",
    "number",
    "dated",
    "ifsc",
    "bank",
    "branch",
    "card_last_four",
    "approval_code",
    "payer_name",
    "payer_mobile",
    "remark",
    "book",
    "leaf",
    "written_on",
];

/// The tender, or what stands in its place.
#[component]
pub fn Side() -> impl IntoView {
    let app = App::here();
    let counter = app.counter;
    let open = Memo::new(move |_| counter.work.with(Option::is_some));
    let confirming = Memo::new(move |_| counter.step.get().is_confirming());
    view! {
        <div class="tender" on:keydown=move |event| on_key(app, &event) on:focusin=move |_| counter.came_to_tender()>
            {move || match (open.get(), confirming.get()) {
                (false, _) => view! {
                    <h2 id="tender-heading"><Said word=said::TENDER /></h2>
                    <p class="quiet"><Said word=said::TENDER_EMPTY /></p>
                }
                .into_any(),
                (true, true) => view! { <ConfirmPanel /> }.into_any(),
                (true, false) => view! { <Tender /> }.into_any(),
            }}
        </div>
    }
}

/// Enter in a field goes forward; on a button it is the button's.
fn on_key(app: App, event: &KeyboardEvent) {
    if event.key() != "Enter" || event.ctrl_key() || event.is_composing() {
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(target) = target.filter(|target| target.tag_name().eq_ignore_ascii_case("input")) else {
        return;
    };
    event.prevent_default();
    if !event.repeat() {
        let from = Entry::ALL.into_iter().find(|entry| entry.id() == target.id());
        actions::forward(app, from);
    }
}

#[component]
fn Tender() -> impl IntoView {
    let app = App::here();
    let counter = app.counter;
    let service = counter.work.with_untracked(|work| matches!(work, Some(Work::Service(_))));
    view! {
        <h2 id="tender-heading"><Said word=said::TENDER /></h2>
        {if service { view! { <ServiceAmount /> }.into_any() } else { view! { <AmountField /> }.into_any() }}
        <Modes />
        <InstrumentFields />
        <Payer />
        <Leaf />
        <ProblemLine problem=counter.problem fields=&FIELDS />
        <div class="actions tender-keys">
            <button
                type="button"
                id="go-confirm"
                class="primary"
                aria-busy=move || (counter.step.get() == Step::Checking).then_some("true")
                on:click=move |_| actions::forward(app, None)
            >
                <Said word=said::GO_CONFIRM /> <Keycap key="Enter" />
            </button>
            <button type="button" id="drop-draft" class="quiet-button" on:click=move |_| actions::drop_work(app)>
                <Said word=said::DROP_DRAFT /> <Keycap key="Alt+D" />
            </button>
        </div>
    }
}

#[component]
fn AmountField() -> impl IntoView {
    let app = App::here();
    let counter = app.counter;
    // Another bill may open while this field stays: what it allows and asks is looked up each time.
    let rule = Memo::new(move |_| {
        counter.work.with(|work| match work {
            Some(Work::Dues(bill)) => (bill.part_payment_allowed, bill.advance_allowed, bill.total_due_paise),
            _ => (true, true, Paise::ZERO),
        })
    });
    let only_full = Signal::derive(move || matches!(rule.get(), (false, false, _)));
    let hint = Signal::derive(move || {
        let (_, _, total) = rule.get();
        Some(counter.typed.with(|typed| match Paise::parse(typed.text(Entry::Amount)) {
            _ if only_full.get() => said::ONLY_FULL,
            Ok(amount) if amount < total => said::PART_PAYMENT,
            Ok(amount) if amount > total => said::WITH_ADVANCE,
            _ => said::FULL_PAYMENT,
        }))
    });
    view! {
        <Field
            id="amount"
            name="amount_paise"
            label=Entry::Amount.label(PaymentMode::Cash)
            text=bind(counter.typed, Entry::Amount)
            hint
            input_mode="decimal"
            key="F5"
            amount=true
            read_only=only_full
            problem=counter.problem
        />
    }
}

/// For a service the amount is the sum of its heads, entered in the middle column.
#[component]
fn ServiceAmount() -> impl IntoView {
    let app = App::here();
    let counter = app.counter;
    let sum = move || {
        let amount = counter
            .work
            .with(|work| work.as_ref().and_then(|work| counter.typed.with(|typed| typed.amount(work)).ok()));
        format::rupees(amount.unwrap_or_default())
    };
    view! {
        <p class="service-amount">
            <span><Said word=said::AMOUNT_TO_TAKE /></span>
            <strong class="money" id="amount" aria-live="polite">{sum}</strong>
        </p>
    }
}

#[component]
fn Modes() -> impl IntoView {
    let app = App::here();
    let typed = app.counter.typed;
    let mode = Memo::new(move |_| typed.with(|typed| typed.mode));
    let button = move |of: [PaymentMode; 2], id: &'static str, key: &'static str, word: Word| {
        let chosen = move || of.contains(&mode.get());
        // The key's second mode shows on its button while it is the chosen one.
        let shown = move || if mode.get() == of[1] { words::mode(of[1]) } else { word };
        view! {
            <button
                type="button"
                id=id
                class="mode"
                aria-pressed=move || if chosen() { "true" } else { "false" }
                aria-keyshortcuts=move || chosen::spoken(app, key)
                on:click=move |_| actions::choose_mode(app, of[0])
            >
                <Keycap key />
                <span>{move || shown().get(app.language())}</span>
            </button>
        }
    };
    use PaymentMode::{Card, Cash, Cheque, DemandDraft, Neft, Rtgs, Upi};
    view! {
        <div class="modes" role="group" aria-label=app.say(words::common::MODE)>
            {button([Cash, Cash], "mode-cash", "F6", words::mode(Cash))}
            {button([Upi, Upi], "mode-upi", "F7", words::mode(Upi))}
            {button([Cheque, DemandDraft], "mode-cheque", "F8", said::CHEQUE_OR_DRAFT)}
            {button([Card, Card], "mode-card", "F9", words::mode(Card))}
            {button([Neft, Rtgs], "mode-transfer", "F10", said::NEFT_OR_RTGS)}
        </div>
    }
}

#[component]
fn Payer() -> impl IntoView {
    let counter = App::here().counter;
    let field = move |entry: Entry, key: &'static str| {
        view! {
            <Field
                id=entry.id()
                name=entry.field()
                label=entry.label(PaymentMode::Cash)
                text=bind(counter.typed, entry)
                hint=entry.hint(PaymentMode::Cash)
                input_mode=entry.input_mode()
                key=key
                problem=counter.problem
            />
        }
    };
    view! {
        <div class="pair">
            {field(Entry::PayerName, "Alt+N")}
            {field(Entry::PayerMobile, "Alt+M")}
        </div>
        {field(Entry::Remark, "")}
    }
}

#[component]
fn Leaf() -> impl IntoView {
    let app = App::here();
    let counter = app.counter;
    let on = Memo::new(move |_| counter.typed.with(|typed| typed.leaf));
    let field = move |entry: Entry| {
        view! {
            <Field
                id=entry.id()
                name=entry.field()
                label=entry.label(PaymentMode::Cash)
                text=bind(counter.typed, entry)
                input_mode=entry.input_mode()
                problem=counter.problem
            />
        }
    };
    view! {
        <button
            type="button"
            id="leaf-toggle"
            class="toggle"
            aria-pressed=move || if on.get() { "true" } else { "false" }
            on:click=move |_| actions::toggle_leaf(app)
        >
            <span class="box" aria-hidden="true"></span>
            <Said word=said::LEAF_TOGGLE /> <Keycap key="Alt+B" />
        </button>
        {move || on.get().then(|| view! {
            <div class="triple">{[Entry::LeafBook, Entry::LeafNumber, Entry::LeafDate].map(field).collect_view()}</div>
        })}
    }
}
