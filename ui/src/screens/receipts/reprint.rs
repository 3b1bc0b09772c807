//! Printing the same receipt again: a reason, and from the second time on a supervisor.

use crate::browser;
use crate::call::{ask_then, take};
use crate::parts::{Choose, Keycap, ProblemLine, Said, SecondPersonFields, SecondPersonTyped};
use crate::screens::receipts::escape::leave_on_escape;
use crate::state::{App, ReceiptTask};
use crate::words::{common, receipts as said};
use contract::{Problem, ReceiptView, Reprint, Request};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The form. The first reason stands chosen, so that Enter suffices after a paper jam.
#[component]
pub fn ReprintForm(
    receipt: ReceiptView,
    task: RwSignal<ReceiptTask>,
    done: Callback<ReceiptView>,
) -> impl IntoView {
    let app = App::here();
    let name = receipt.brief.receipt;
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let second = SecondPersonTyped::new();
    // Whether a second person is needed is the office's rule; it says so by naming the field.
    let needs_second = RwSignal::new(false);
    let reasons = Signal::derive(move || {
        app.masters.with(|masters| {
            masters.as_ref().map(|masters| masters.reprint_reasons.clone()).unwrap_or_default()
        })
    });
    let reason = RwSignal::new(
        reasons.with_untracked(|reasons| reasons.first().map(|one| one.code.clone()).unwrap_or_default()),
    );
    browser::focus("reprint-reason");
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let reprint = Reprint { receipt: name, reason: reason.get_untracked(), second: second.signed() };
        second.forget();
        ask_then(Request::Reprint(reprint), take!(Receipt), move |answer| {
            busy.set(false);
            match answer {
                Ok(receipt) => done.run(*receipt),
                // Said calmly the first time: nobody knew that a second person was needed.
                Err(wrong) if wrong.field.starts_with("second") && !needs_second.get_untracked() => {
                    needs_second.set(true);
                    browser::focus("second-user");
                }
                Err(wrong) => problem.set(Some(wrong)),
            }
        });
    };
    if !receipt.may_reprint {
        return view! { <p class="strip look"><Said word=said::MAY_NOT_REPRINT /></p> }.into_any();
    }
    view! {
        <form class="task" id="reprint-form" on:submit=submit on:keydown=move |event| leave_on_escape(&event, task)>
            <h3><Said word=said::REPRINT /></h3>
            <p><Said word=said::REPRINT_MORE /></p>
            <Choose id="reprint-reason" name="reason" label=common::REASON choices=reasons text=reason problem settled=true />
            {move || needs_second.get().then(|| view! {
                <p><Said word=said::REPRINT_SECOND /></p>
                <SecondPersonFields typed=second problem />
            })}
            <ProblemLine problem fields=&["reason", "user", "password"] />
            <div class="actions">
                <button type="submit" class="primary" id="reprint" aria-busy=move || busy.get().then_some("true")>
                    <Said word=said::REPRINT /> <Keycap key="Enter" />
                </button>
                <button type="button" class="quiet-button" on:click=move |_| task.set(ReceiptTask::Look)>
                    <Said word=common::BACK /> <Keycap key="Esc" />
                </button>
            </div>
        </form>
    }
    .into_any()
}
