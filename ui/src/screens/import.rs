//! Bringing a register in: check, see every bad value with its cure, take the whole file or good rows only.

use crate::browser;
use crate::call::{ask_then, take};
use crate::format;
use crate::parts::{Fact, Field, Mark, Named, ProblemLine, Said, Underway, UnderwayBar};
use crate::state::App;
use crate::words::{Word, common, register as words};
use contract::{ImportCheck, ImportDone, ImportProblem, Problem, Request};
use domain::fact::Kind;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

#[derive(Clone, Copy)]
struct Work {
    path: RwSignal<String>,
    check: RwSignal<Option<ImportCheck>>,
    done: RwSignal<Option<ImportDone>>,
    problem: RwSignal<Option<Problem>>,
    underway: Underway,
}

impl Work {
    fn begin(self) -> bool {
        if !self.underway.begin() {
            return false;
        }
        self.problem.set(None);
        self.done.set(None);
        true
    }

    fn check_file(self) {
        if !self.begin() {
            return;
        }
        self.check.set(None);
        let path = self.path.get_untracked().trim().to_owned();
        ask_then(Request::CheckImport { path }, take!(ImportCheck), move |answer| {
            self.underway.end();
            match answer {
                Ok(check) => {
                    let good = check.problem_count == 0;
                    self.check.try_set(Some(check));
                    browser::focus(if good { "take-whole" } else { "import-problems" });
                }
                Err(wrong) => {
                    self.problem.try_set(Some(wrong));
                }
            }
        });
    }

    fn take_file(self, good_rows_only: bool) {
        if !self.begin() {
            return;
        }
        let path = self.path.get_untracked().trim().to_owned();
        ask_then(Request::RunImport { path, good_rows_only }, take!(ImportDone), move |answer| {
            self.underway.end();
            match answer {
                Ok(done) => {
                    self.check.try_set(None);
                    self.done.try_set(Some(done));
                }
                Err(wrong) => {
                    self.problem.try_set(Some(wrong));
                }
            }
        });
    }
}

/// The screen.
#[component]
pub fn Import() -> impl IntoView {
    let app = App::here();
    let work = Work {
        path: RwSignal::new(String::new()),
        check: RwSignal::new(None),
        done: RwSignal::new(None),
        problem: RwSignal::new(None),
        underway: Underway::new(),
    };
    browser::focus("import-path");
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        work.check_file();
    };
    let may = Memo::new(move |_| app.may(Kind::DemandBatch));
    view! {
        <div class="page import">
            <h1><Said word=words::IMPORT /></h1>
            <p><Said word=words::IMPORT_MORE /></p>
            {move || (!may.get()).then(|| view! { <p class="strip look"><Mark kind="look"><Said word=common::NOT_ALLOWED /></Mark></p> })}
            <form class="inline-form" id="import-form" on:submit=submit>
                <Field id="import-path" name="path" label=words::PATH text=work.path hint=Some(words::PATH_HINT) problem=work.problem />
                <button type="submit" class="primary" id="check-import"><Said word=words::CHECK /> <kbd aria-hidden="true">"Enter"</kbd></button>
            </form>
            <UnderwayBar work=work.underway />
            <ProblemLine problem=work.problem fields=&["path"] />
            {move || work.check.get().map(|check| view! { <Checked check work /> })}
            {move || work.done.get().map(|done| view! { <Done done /> })}
        </div>
    }
}

#[component]
fn Count(label: Word, count: u64) -> impl IntoView {
    view! { <Fact label><span class="figures">{domain::money::group_indian(count)}</span></Fact> }
}

#[component]
fn Checked(check: ImportCheck, work: Work) -> impl IntoView {
    let clean = check.problem_count == 0;
    view! {
        <section id="import-report" data-problems=check.problem_count.to_string()>
            <dl class="facts">
                <Count label=words::ROWS count=check.rows />
                <Count label=words::GOOD count=check.properties />
                <Count label=words::DUE_LINES count=check.due_lines />
                <Fact label=words::DUES><strong class="money">{format::rupees(check.due_paise)}</strong></Fact>
                <Count label=words::PROBLEMS count=check.problem_count />
            </dl>
            {if clean {
                view! { <p><Mark kind="good"><Said word=words::NO_PROBLEMS /></Mark></p> }.into_any()
            } else {
                view! { <Problems problems=check.problems count=check.problem_count /> }.into_any()
            }}
            <div class="actions">
                {clean.then(|| view! {
                    <button type="button" class="primary" id="take-whole" on:click=move |_| work.take_file(false)><Said word=words::TAKE_WHOLE /></button>
                })}
                {(!clean && check.properties > 0).then(|| view! {
                    <button type="button" id="take-good" on:click=move |_| work.take_file(true)><Said word=words::TAKE_GOOD /></button>
                })}
            </div>
        </section>
    }
}

#[component]
fn Problems(problems: Vec<ImportProblem>, count: u64) -> impl IntoView {
    let app = App::here();
    let shown = problems.len();
    let partial = u64::try_from(shown).is_ok_and(|shown| shown < count);
    let row = |ImportProblem { code, row, column, value, message }: ImportProblem| {
        view! {
            <tr>
                <td class="money">{row}</td>
                <th scope="row"><bdi>{column}</bdi></th>
                <td class="value"><bdi>{value}</bdi></td>
                <td><Named both=message /> " " <code>{code}</code></td>
            </tr>
        }
    };
    view! {
        {partial.then(|| view! { <p class="quiet">{move || words::shown_of(app.language(), shown, count)}</p> })}
        <div class="grid-scroll tall" id="import-problems" role="region" tabindex="0" aria-label=app.say(words::PROBLEMS)>
            <table class="dues">
                <thead>
                    <tr>
                        <th scope="col" class="money"><Said word=words::ROW /></th>
                        <th scope="col"><Said word=words::COLUMN /></th>
                        <th scope="col"><Said word=words::VALUE /></th>
                        <th scope="col"><Said word=words::CURE /></th>
                    </tr>
                </thead>
                <tbody>{problems.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Done(done: ImportDone) -> impl IntoView {
    view! {
        <section id="import-done" class="issued" role="status">
            <h2><Mark kind="good"><Said word=words::DONE /></Mark></h2>
            <dl class="facts">
                <Count label=words::CREATED count=done.created />
                <Count label=words::CHANGED count=done.changed />
                <Count label=words::UNCHANGED count=done.unchanged />
                <Count label=words::DUE_LINES count=done.due_lines />
                <Count label=words::LEFT_OUT count=done.left_out />
            </dl>
        </section>
    }
}
