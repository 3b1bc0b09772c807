//! Giving the drawer to another clerk in the middle of a shift.

use crate::browser;
use crate::call::{ask_then, take};
use crate::parts::{Mark, PaperLine, ProblemLine, Said, SecondPersonFields, SecondPersonTyped, own_problem};
use crate::screens::drawer::busy_word;
use crate::screens::drawer::count_form::{Count, CountFields};
use crate::state::App;
use crate::words::{drawer as words, receipts};
use contract::{HandOver, PaperDone, Request};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The count of both, the taker's signature. `handed` takes the sheet.
#[component]
pub fn HandOverForm(handed: RwSignal<Option<PaperDone>>) -> impl IntoView {
    let app = App::here();
    let count = Count::new(app);
    let taker = SecondPersonTyped::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if count.busy.get_untracked() {
            return;
        }
        let Some(to) = taker.signed() else {
            count.problem.set(Some(own_problem("E-UI-013", receipts::CHOOSE_SECOND, "user")));
            return browser::focus("second-user");
        };
        if !count.begin() {
            return;
        }
        let (counted, difference_reason) = count.stated();
        let hand_over = HandOver { to, counted, difference_reason };
        ask_then(Request::HandOver(hand_over), take!(Drawer), move |answer| {
            count.busy.set(false);
            match answer {
                Ok(mut drawer) => {
                    taker.forget();
                    handed.set(drawer.paper.take());
                    app.set_drawer(*drawer);
                    app.refresh();
                }
                Err(wrong) => count.refuse(wrong),
            }
        });
    };
    view! {
        <form class="task" id="hand-over-form" on:submit=submit>
            <h2><Said word=words::HAND_OVER /></h2>
            <p><Said word=words::HAND_OVER_MORE /></p>
            <CountFields count then="second-user" />
            <SecondPersonFields typed=taker problem=count.problem />
            <ProblemLine problem=count.problem fields=&["difference_reason", "user", "password"] />
            <div class="actions">
                <button type="submit" class="primary" id="hand-over">
                    {move || busy_word(count.busy.get(), words::DO_HAND_OVER).get(app.language())}
                </button>
            </div>
        </form>
    }
}

/// That it is done, and the sheet both sign.
#[component]
pub fn HandedOver(paper: PaperDone) -> impl IntoView {
    view! {
        <div id="handed-over" class="issued" role="status">
            <h2><Mark kind="good"><Said word=words::HANDED_OVER /></Mark></h2>
            <p><Said word=words::HANDOVER_SHEET /></p>
            <PaperLine paper />
        </div>
    }
}
