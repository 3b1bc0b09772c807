//! Receipts: a list that filters while typing, and one receipt with everything that happened to it.

mod cancel;
mod detail;
mod escape;
mod list;
mod reprint;

use crate::call::{ask_then, take};
use crate::parts::Said;
use crate::state::{App, ReceiptTask};
use crate::words::receipts as words;
use contract::{Problem, ReceiptView, Request};
use leptos::prelude::*;

/// The list at the left, the receipt at the right.
#[component]
pub fn Receipts() -> impl IntoView {
    let app = App::here();
    let view = RwSignal::new(None::<ReceiptView>);
    let problem = RwSignal::new(None::<Problem>);
    let changed = RwSignal::new(0_u32);
    Effect::new(move |_| {
        let Some((brief, task)) = app.opened_receipt.get() else { return };
        if view.with_untracked(|view| view.as_ref().is_some_and(|view| view.brief.receipt == brief.receipt)) {
            return;
        }
        problem.set(None);
        ask_then(Request::Receipt { receipt: brief.receipt }, take!(Receipt), move |answer| match answer {
            Ok(receipt) => {
                view.set(Some(*receipt));
                if task == ReceiptTask::Look {
                    crate::browser::focus("receipt");
                }
            }
            Err(wrong) => problem.set(Some(wrong)),
        });
    });
    view! {
        <div class="split receipts">
            <section class="column" aria-labelledby="receipts-heading">
                <h1 id="receipts-heading"><Said word=words::RECEIPTS /></h1>
                <list::List changed />
            </section>
            <section class="column" aria-labelledby="receipt-heading">
                <crate::parts::ProblemLine problem />
                {move || match view.get() {
                    None => view! {
                        <h2 id="receipt-heading" class="quiet"><Said word=words::CHOOSE_ONE /></h2>
                    }
                    .into_any(),
                    Some(receipt) => view! { <detail::Detail receipt view changed /> }.into_any(),
                }}
            </section>
        </div>
    }
}
