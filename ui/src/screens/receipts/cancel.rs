//! Cancelling a receipt before remittance. One of the two things that take the whole window: nothing else answers until
//! it is done or left.

use crate::browser;
use crate::call::{ask_then, take};
use crate::format;
use crate::keys;
use crate::parts::{
    Choose, Field, Keycap, ProblemLine, Said, SecondPersonFields, SecondPersonTyped, own_problem,
};
use crate::screens::receipts::escape::leave_on_escape;
use crate::state::{App, ReceiptTask};
use crate::words::{common, receipts as said};
use contract::{CancelReceipt, Problem, ReceiptView, Request};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// Reason, remark, second person.
#[component]
pub fn Cancel(
    receipt: ReceiptView,
    task: RwSignal<ReceiptTask>,
    done: Callback<ReceiptView>,
) -> impl IntoView {
    if !receipt.may_cancel {
        return view! { <p class="strip look" id="may-not-cancel"><Said word=said::MAY_NOT_CANCEL /></p> }
            .into_any();
    }
    let app = App::here();
    let name = receipt.brief.receipt;
    let (number, amount) = (receipt.brief.number, receipt.brief.amount_paise);
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let (reason, remark) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let second = SecondPersonTyped::new();
    let reasons = Signal::derive(move || {
        app.masters.with(|masters| {
            masters.as_ref().map(|masters| masters.cancel_reasons.clone()).unwrap_or_default()
        })
    });
    browser::focus("cancel-reason");
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let Some(second_person) = second.signed() else {
            problem.set(Some(own_problem("E-UI-013", said::CHOOSE_SECOND, "user")));
            return browser::focus("second-user");
        };
        busy.set(true);
        problem.set(None);
        second.forget();
        let cancel = CancelReceipt {
            receipt: name,
            reason: reason.get_untracked(),
            remark: remark.get_untracked().trim().to_owned(),
            second: second_person,
        };
        ask_then(Request::CancelReceipt(cancel), take!(Receipt), move |answer| {
            busy.set(false);
            match answer {
                Ok(receipt) => done.run(*receipt),
                Err(wrong) => problem.set(Some(wrong)),
            }
        });
    };
    view! {
        <div class="veil">
            <div
                class="dialog"
                role="dialog"
                aria-modal="true"
                aria-labelledby="cancel-heading"
                on:keydown=move |event| { keep_inside(app, &event); leave_on_escape(&event, task) }
            >
                <form class="task" id="cancel-form" on:submit=submit>
                <h3 id="cancel-heading"><Said word=said::CANCEL /></h3>
                <p class="dialog-what"><bdi class="code" lang="en">{number}</bdi> <strong class="money">{format::rupees(amount)}</strong></p>
                <p><Said word=said::CANCEL_MORE /></p>
                <Choose id="cancel-reason" name="reason" label=common::REASON choices=reasons text=reason problem />
                <Field id="cancel-remark" name="remark" label=common::REMARK text=remark problem />
                <SecondPersonFields typed=second problem />
                <ProblemLine problem fields=&["reason", "remark", "user", "password"] />
                <div class="actions">
                    <button type="submit" class="primary danger" id="cancel" aria-busy=move || busy.get().then_some("true")>
                        <Said word=said::DO_CANCEL /> <Keycap key="Enter" />
                    </button>
                    <button type="button" class="quiet-button" id="cancel-leave" on:click=move |_| task.set(ReceiptTask::Look)>
                        <Said word=said::KEEP /> <Keycap key="Esc" />
                    </button>
                </div>
                </form>
            </div>
        </div>
    }
    .into_any()
}

/// Tab goes round inside the dialog; no key of the window acts behind it.
fn keep_inside(app: App, event: &web_sys::KeyboardEvent) {
    if event.key() == "Tab" {
        let (first, last) = ("cancel-reason", "cancel-leave");
        let here = document().active_element().map(|element| element.id()).unwrap_or_default();
        if event.shift_key() && here == first {
            event.prevent_default();
            browser::focus(last);
        } else if !event.shift_key() && here == last {
            event.prevent_default();
            browser::focus(first);
        }
    }
    keys::swallow(app, event);
}
