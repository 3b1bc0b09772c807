//! Giving the drawer to another clerk in the middle of a shift.

use crate::browser;
use crate::call::{ask_then, take};
use crate::parts::{
    CashCount, Choose, Counted, ProblemLine, Said, SecondPersonFields, SecondPersonTyped, own_problem,
};
use crate::screens::drawer::busy_word;
use crate::state::{App, Notice};
use crate::words::{drawer as words, receipts};
use contract::{HandOver, Problem, Request};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The count of both, the taker's signature.
#[component]
pub fn HandOverForm() -> impl IntoView {
    let app = App::here();
    let counted = Counted::new(app);
    let taker = SecondPersonTyped::new();
    let reason = RwSignal::new(String::new());
    let differs = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let reasons = Signal::derive(move || {
        app.masters.with(|masters| {
            masters.as_ref().map(|masters| masters.difference_reasons.clone()).unwrap_or_default()
        })
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let Some(to) = taker.signed() else {
            problem.set(Some(own_problem("E-UI-013", receipts::CHOOSE_SECOND, "user")));
            return browser::focus("second-user");
        };
        busy.set(true);
        problem.set(None);
        let hand_over = HandOver { to, counted: counted.counts(), difference_reason: reason.get_untracked() };
        ask_then(Request::HandOver(hand_over), take!(Drawer), move |answer| {
            busy.set(false);
            match answer {
                Ok(drawer) => {
                    taker.forget();
                    app.set_drawer(*drawer);
                    app.refresh();
                    app.notice.set(Some(Notice::Said(words::HANDED_OVER)));
                }
                Err(wrong) => {
                    if wrong.field.ends_with("difference_reason") {
                        differs.set(true);
                        browser::focus("difference-reason");
                    }
                    problem.set(Some(wrong));
                }
            }
        });
    };
    view! {
        <form class="task" id="hand-over-form" on:submit=submit>
            <h2><Said word=words::HAND_OVER /></h2>
            <p><Said word=words::HAND_OVER_MORE /></p>
            <CashCount counted then="second-user" />
            {move || differs.get().then(|| view! {
                <p class="strip look"><Said word=words::COUNT_DIFFERS /></p>
                <Choose id="difference-reason" name="difference_reason" label=words::DIFFERENCE_REASON choices=reasons text=reason problem />
            })}
            <SecondPersonFields typed=taker problem />
            <ProblemLine problem fields=&["difference_reason", "user", "password"] />
            <div class="actions">
                <button type="submit" class="primary" id="hand-over">
                    {move || busy_word(busy.get(), words::DO_HAND_OVER).get(app.language())}
                </button>
            </div>
        </form>
    }
}
