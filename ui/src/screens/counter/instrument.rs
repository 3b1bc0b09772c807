//! The fields of each mode.

use crate::call::{ask_then, take};
use crate::format;
use crate::parts::{Field, Said};
use crate::screens::counter::form::{Entry, bind};
use crate::screens::counter::upi::UpiPanel;
use crate::state::App;
use crate::words::counter as said;
use contract::Request;
use domain::Paise;
use domain::payment::PaymentMode;
use leptos::prelude::*;

/// What the chosen mode asks for.
#[component]
pub fn InstrumentFields() -> impl IntoView {
    let app = App::here();
    let typed = app.counter.typed;
    let mode = Memo::new(move |_| typed.with(|typed| typed.mode));
    move || {
        let mode = mode.get();
        let fields = match mode {
            PaymentMode::Cash => view! { <Cash /> }.into_any(),
            PaymentMode::Upi => view! { <UpiPanel /> }.into_any(),
            PaymentMode::Cheque | PaymentMode::DemandDraft => view! { <Cheque mode /> }.into_any(),
            PaymentMode::Card => view! {
                <div class="pair">{field(app, Entry::CardLastFour, mode)} {field(app, Entry::Number, mode)}</div>
                {field(app, Entry::ApprovalCode, mode)}
            }
            .into_any(),
            PaymentMode::Neft | PaymentMode::Rtgs => view! {
                {field(app, Entry::Number, mode)} {field(app, Entry::Dated, mode)}
            }
            .into_any(),
        };
        view! {
            <div class="instrument" data-testid="instrument" data-mode=mode.code()>
                {fields}
                {mode.subject_to_realisation().then(|| view! {
                    <p class="quiet realisation"><span aria-hidden="true">"○ "</span><Said word=said::REALISATION /></p>
                })}
            </div>
        }
    }
}

fn field(app: App, entry: Entry, mode: PaymentMode) -> impl IntoView {
    view! {
        <Field
            id=entry.id()
            name=entry.field()
            label=entry.label(mode)
            text=bind(app.counter.typed, entry)
            hint=entry.hint(mode)
            input_mode=entry.input_mode()
            list=if entry == Entry::Bank { "banks" } else { "" }
            problem=app.counter.problem
        />
    }
}

/// Cash handed over, and what goes back.
#[component]
fn Cash() -> impl IntoView {
    let app = App::here();
    let counter = app.counter;
    // The change is the domain's; where the cash does not reach, it says by how much.
    let change = Memo::new(move |_| {
        let work = counter.work.get()?;
        let payment = counter.typed.with(|typed| typed.payment(&work, app.today())).ok()?;
        let handed = payment.instrument.tendered_paise;
        let short = payment.amount_paise.checked_sub(handed)?.or_zero_if_negative();
        Some((payment.instrument.change_paise(payment.amount_paise), short))
    });
    let short = move || change.get().is_some_and(|(_, short)| !short.is_zero());
    let shown = move || {
        let (change, short) = change.get().unwrap_or_default();
        format::rupees(if short.is_zero() { change } else { short })
    };
    let label = move || if short() { said::SHORT_BY } else { said::CHANGE };
    view! {
        <div class="pair cash">
            <Field
                id="tendered"
                name="tendered_paise"
                label=said::TENDERED
                text=bind(counter.typed, Entry::Tendered)
                hint=Some(said::TENDERED_HINT)
                input_mode="decimal"
                amount=true
                problem=counter.problem
            />
            <p class="change" class:short=short id="change" aria-live="polite"
                data-paise=move || change.get().unwrap_or((Paise::ZERO, Paise::ZERO)).0.0.to_string()>
                <span>{move || label().get(app.language())}</span>
                <strong class="money">{shown}</strong>
            </p>
        </div>
    }
}

#[component]
fn Cheque(mode: PaymentMode) -> impl IntoView {
    let app = App::here();
    fill_bank_from_ifsc(app);
    let banks = move || {
        app.masters.with(|masters| {
            let banks = masters.as_ref().map(|masters| masters.banks.clone()).unwrap_or_default();
            banks
                .into_iter()
                .map(|bank| view! { <option value=app.text(&bank.name)></option> })
                .collect_view()
        })
    };
    view! {
        <div class="triple">
            {field(app, Entry::Number, mode)} {field(app, Entry::Dated, mode)} {field(app, Entry::Ifsc, mode)}
        </div>
        <div class="pair">{field(app, Entry::Bank, mode)} {field(app, Entry::Branch, mode)}</div>
        <datalist id="banks">{banks}</datalist>
    }
}

/// A whole IFSC names its bank and branch; fields a person has filled stay.
fn fill_bank_from_ifsc(app: App) {
    const IFSC_CHARACTERS: usize = 11;
    let typed = app.counter.typed;
    let code = Memo::new(move |_| typed.with(|typed| typed.text(Entry::Ifsc).trim().to_ascii_uppercase()));
    Effect::new(move |_| {
        let code = code.get();
        if code.chars().count() != IFSC_CHARACTERS {
            return;
        }
        ask_then(Request::Ifsc { code }, take!(Bank), move |bank| {
            let Ok(Some(bank)) = bank else { return };
            let name = app.text(&bank.bank);
            typed.update(|typed| {
                for (entry, text) in [(Entry::Bank, name), (Entry::Branch, bank.branch)] {
                    if typed.text(entry).is_empty() && !text.is_empty() {
                        typed.put(entry, text);
                    }
                }
            });
        });
    });
}
