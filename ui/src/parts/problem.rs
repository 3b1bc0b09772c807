//! What went wrong, in the person's language: what happened, what is safe, what to do; the code small beside it.

use crate::state::App;
use crate::words::{Word, common};
use contract::Problem;
use leptos::prelude::*;

/// A problem this window finds itself: a text that is no amount, no day.
pub fn own_problem(code: &str, message: Word, field: &str) -> Problem {
    Problem { code: code.to_owned(), message: message.both(), field: field.to_owned(), detail: String::new() }
}

/// The problem, if it names this field: by the last part of its path, since a request nests its fields.
pub fn problem_at(problem: Option<&Problem>, name: &str) -> Option<Problem> {
    problem.filter(|problem| problem.field.rsplit('.').next() == Some(name)).cloned()
}

/// A problem that no field of the form shows; nothing where one does.
#[component]
pub fn ProblemLine(
    #[prop(into)] problem: Signal<Option<Problem>>,
    /// Names of the fields that show their own.
    #[prop(optional)]
    fields: &'static [&'static str],
) -> impl IntoView {
    let shown = Memo::new(move |_| {
        problem.get().filter(|problem| !fields.iter().any(|name| problem_at(Some(problem), name).is_some()))
    });
    move || shown.get().map(|problem| view! { <ProblemNote problem /> })
}

/// One problem in full.
#[component]
pub fn ProblemNote(problem: Problem) -> impl IntoView {
    let app = App::here();
    let Problem { code, message, detail, .. } = problem;
    let shown_code = code.clone();
    view! {
        <div class="problem-note" role="alert" data-testid="problem" data-code=code>
            <span class="mark" aria-hidden="true">"!"</span>
            <p>
                {move || app.text(&message)} " " <code>{shown_code}</code>
                {(!detail.is_empty()).then(|| view! {
                    <small class="detail">{app.say(common::MORE_FOR_TECHNICIAN)} ": " <span lang="en">{detail}</span></small>
                })}
            </p>
        </div>
    }
}
