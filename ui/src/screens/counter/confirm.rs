//! The confirming line: amount, words, mode, change. Enter takes the money, once.

use crate::format;
use crate::parts::{Keycap, Named, ProblemLine, Said};
use crate::screens::counter::actions;
use crate::screens::counter::work::Step;
use crate::state::App;
use crate::words::{self, Word, counter as said};
use contract::{LineView, Payment, Preview};
use domain::Paise;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// What Enter will take, and the two keys that answer it.
#[component]
pub fn ConfirmPanel() -> impl IntoView {
    let app = App::here();
    let counter = app.counter;
    move || {
        counter.confirming.get().map(|(payment, preview)| view! {
            <div id="confirm-panel" class="confirm" data-testid="confirm-panel" data-paise=preview.amount_paise.0.to_string()>
                <h2 id="tender-heading"><Said word=said::CONFIRM /></h2>
                <p class="confirm-amount money" id="confirm-amount">{format::rupees(preview.amount_paise)}</p>
                <p class="confirm-words" id="confirm-words"><Named both=preview.words.clone() /></p>
                <Sums payment=payment preview=preview.clone() />
                <Lines lines=preview.lines />
                <ProblemLine problem=counter.problem />
                <Answers />
            </div>
        })
    }
}

#[component]
fn Answers() -> impl IntoView {
    let app = App::here();
    let counter = app.counter;
    let taking = move || counter.step.get() == Step::Taking;
    let label = move || if taking() { said::TAKING } else { said::TAKE };
    // A held key repeats: only a fresh press takes the money, and only while the confirming line shows.
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.ctrl_key() {
            event.prevent_default();
            event.stop_propagation();
            if !event.repeat() {
                actions::forward(app, None);
            }
        }
    };
    view! {
        <div class="actions">
            <button
                type="button"
                id="confirm"
                class="primary"
                aria-describedby="confirm-amount confirm-words"
                aria-disabled=move || if taking() { "true" } else { "false" }
                on:keydown=on_key
                on:click=move |_| actions::forward(app, None)
            >
                <span>{move || label().get(app.language())}</span> <Keycap key="Enter" />
            </button>
            <button type="button" id="unconfirm" class="quiet-button" on:click=move |_| actions::back(app)>
                <Said word=said::GO_BACK /> <Keycap key="Esc" />
            </button>
        </div>
    }
}

#[component]
fn Sums(payment: Payment, preview: Preview) -> impl IntoView {
    let change = preview.change_paise;
    let mode = words::mode(payment.instrument.mode);
    let realisation = payment.instrument.mode.subject_to_realisation();
    let payer = payment.payer_name;
    view! {
        <dl class="sums">
            <div class="sum">
                <dt><Said word=words::common::MODE /></dt>
                <dd id="confirm-mode" data-mode=payment.instrument.mode.code()>
                    <Said word=mode />
                    {realisation.then(|| view! { <span class="quiet">" · " <Said word=said::REALISATION /></span> })}
                </dd>
            </div>
            {(!payer.is_empty()).then(|| view! {
                <div class="sum"><dt><Said word=said::PAID_BY /></dt><dd><bdi>{payer}</bdi></dd></div>
            })}
            {(payment.instrument.tendered_paise > preview.amount_paise)
                .then(|| view! { <Sum label=said::TENDERED paise=payment.instrument.tendered_paise /> })}
            <div class="sum big">
                <dt><Said word=said::CHANGE /></dt>
                <dd class="money" id="confirm-change">{format::rupees(change)}</dd>
            </div>
            {(!preview.advance_paise.is_zero())
                .then(|| view! { <Sum label=said::TO_ADVANCE paise=preview.advance_paise /> })}
            <Sum label=said::BALANCE_AFTER paise=preview.balance_after_paise />
        </dl>
    }
}

#[component]
fn Sum(label: Word, paise: Paise) -> impl IntoView {
    view! {
        <div class="sum">
            <dt><Said word=label /></dt>
            <dd class="money">{format::rupees(paise)}</dd>
        </div>
    }
}

/// The lines as they will be printed.
#[component]
pub fn Lines(lines: Vec<LineView>) -> impl IntoView {
    let app = App::here();
    view! {
        <div class="grid-scroll lines" role="region" tabindex="0" aria-label=app.say(said::LINES)>
            <table class="dues">
                <tbody>
                    {lines
                        .into_iter()
                        .map(|LineView { name, line }| view! {
                            <tr>
                                <td class="figures">{line.year.to_string()}</td>
                                <th scope="row"><Named both=name /></th>
                                <td class="money" class:credit=line.amount_paise.is_negative()>{format::cell(line.amount_paise)}</td>
                            </tr>
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
}
