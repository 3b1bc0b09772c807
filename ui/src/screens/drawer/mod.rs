//! The drawer: open a shift, see it run, count blind and close, hand over, pay in, pre-printed books.

mod books;
mod close;
mod count_form;
mod hand_over;
mod open;
mod remit;
mod running;

use crate::browser;
use crate::parts::Said;
use crate::state::App;
use crate::words::{Word, common, drawer as words};
use contract::{DayClose, PaperDone};
use leptos::prelude::*;

/// What the right half shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    Close,
    HandOver,
    Remit,
    Books,
}

/// The shift at the left, a task at the right.
#[component]
pub fn DrawerScreen() -> impl IntoView {
    let app = App::here();
    app.refresh_drawer();
    let task = RwSignal::new(Task::Close);
    let closed = RwSignal::new(None::<DayClose>);
    let handed = RwSignal::new(None::<PaperDone>);
    let shift =
        Memo::new(move |_| app.drawer.with(|drawer| drawer.as_ref().map(|drawer| drawer.shift.is_some())));
    Effect::new(move |_| {
        if shift.get() == Some(false) && closed.with_untracked(Option::is_none) {
            browser::focus("float");
        }
    });
    view! {
        <div class="split drawer">
            <section class="column" aria-labelledby="drawer-heading">
                <h1 id="drawer-heading"><Said word=words::DRAWER /></h1>
                {move || shift.get().map(|open| if open {
                    view! { <running::Running /> }.into_any()
                } else {
                    view! { <open::Open /> }.into_any()
                })}
                <h2><Said word=words::TASKS /></h2>
                <Tasks task shift />
            </section>
            <section class="column" aria-live="off">
                {move || closed.get().map(|closed| view! { <close::Closed closed /> })}
                {move || handed.get().map(|paper| view! { <hand_over::HandedOver paper /> })}
                {move || match (task.get(), shift.get().unwrap_or_default()) {
                    (Task::Close, true) => view! { <close::CloseForm closed /> }.into_any(),
                    (Task::HandOver, true) => view! { <hand_over::HandOverForm handed /> }.into_any(),
                    (Task::Close, false) if close::left_open(app).is_some() => {
                        view! { <close::CloseForm closed /> }.into_any()
                    }
                    (Task::Close | Task::HandOver, false) => ().into_any(),
                    (Task::Remit, _) => view! { <remit::RemitForm /> }.into_any(),
                    (Task::Books, _) => view! { <books::Books /> }.into_any(),
                }}
            </section>
        </div>
    }
}

#[component]
fn Tasks(task: RwSignal<Task>, shift: Memo<Option<bool>>) -> impl IntoView {
    let tasks: [(Task, Word, &str, &str); 4] = [
        (Task::Close, words::CLOSE_SHIFT, "task-close", "count-0"),
        (Task::HandOver, words::HAND_OVER, "task-hand-over", "count-0"),
        (Task::Remit, words::REMIT, "task-remit", "remit-bank"),
        (Task::Books, words::BOOKS, "task-books", "book-number"),
    ];
    view! {
        <div class="task-list">
            {tasks
                .map(|(of, word, id, focus)| view! {
                    <button
                        type="button"
                        id=id
                        hidden=move || needs_shift(of) && shift.get() != Some(true)
                        aria-pressed=move || if task.get() == of { "true" } else { "false" }
                        on:click=move |_| {
                            task.set(of);
                            browser::focus(focus);
                        }
                    >
                        <Said word />
                    </button>
                })
                .collect_view()}
        </div>
    }
}

/// Only an open shift can be counted or handed over.
fn needs_shift(task: Task) -> bool {
    matches!(task, Task::Close | Task::HandOver)
}

/// What a form's button says while the office works.
fn busy_word(busy: bool, word: Word) -> Word {
    if busy { common::WORKING } else { word }
}
