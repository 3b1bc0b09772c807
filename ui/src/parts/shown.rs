//! Small things that show: names with their language, amounts, facts, keys, marks of state, papers, progress.

use crate::keys::chosen;
use crate::state::App;
use crate::words::{Word, common};
use contract::{PaperDone, PrintState, Progress};
use domain::Bilingual;
use leptos::prelude::*;

/// A word of the screen's table, in the language of the moment.
#[component]
pub fn Said(word: Word) -> impl IntoView {
    App::here().say(word)
}

/// A name in the screen's language, or in the other where this one is missing; the language is marked for readers.
#[component]
pub fn Named(both: Bilingual) -> impl IntoView {
    let app = App::here();
    move || {
        let (text, language) = app.name(&both);
        view! { <span lang=language>{text}</span> }
    }
}

/// One word and what stands for it, in a description list.
#[component]
pub fn Fact(label: Word, children: Children) -> impl IntoView {
    view! {
        <div class="fact">
            <dt><Said word=label /></dt>
            <dd>{children()}</dd>
        </div>
    }
}

/// The key that does the thing, written on the thing; nothing where it is switched off. Readers hear it through
/// `aria-keyshortcuts`.
#[component]
pub fn Keycap(
    /// The usual one.
    key: &'static str,
) -> impl IntoView {
    let app = App::here();
    move || {
        let shown = chosen::shown(app, key);
        (!shown.is_empty()).then(|| view! { <kbd aria-hidden="true">{shown}</kbd> })
    }
}

/// A state by shape and word, before any colour: `●` in order, `▲` look, `■` stopped, `○` not yet.
#[component]
pub fn Mark(
    /// `good`, `look`, `stop`, `idle`.
    kind: &'static str,
    children: Children,
) -> impl IntoView {
    let shape = match kind {
        "good" => "●",
        "look" => "▲",
        "stop" => "■",
        _ => "○",
    };
    view! {
        <span class=format!("mark-word {kind}")>
            <span class="shape" aria-hidden="true">{shape}</span>
            {children()}
        </span>
    }
}

/// What became of a paper: printed, kept and where, or not printed and what to do.
#[component]
pub fn PaperLine(
    paper: PaperDone,
    /// A receipt, which Ctrl+R prints again.
    #[prop(optional)]
    receipt: bool,
) -> impl IntoView {
    let (kind, word) = match paper.print {
        PrintState::Printed => ("good", common::PRINTED),
        PrintState::Kept => ("good", common::KEPT),
        PrintState::Failed if receipt => ("look", common::NOT_PRINTED_AGAIN),
        PrintState::Failed => ("look", common::NOT_PRINTED),
    };
    let app = App::here();
    view! {
        <p class="paper" data-testid="paper" data-print=format!("{:?}", paper.print)>
            <Mark kind><Said word /></Mark>
            {paper.problem.map(|problem| view! { <span class="why">{move || app.text(&problem.message)}</span> })}
            {(!paper.path.is_empty()).then(|| view! { <bdi class="path" lang="en" dir="ltr">{paper.path}</bdi> })}
        </p>
    }
}

/// How far a long piece of work is.
#[component]
pub fn Progressing(progress: Progress) -> impl IntoView {
    let Progress { what, done, of } = progress;
    let figures = if of > 0 { format!("{done} / {of}") } else { done.to_string() };
    let app = App::here();
    view! {
        <div class="progress" role="status">
            <span><Named both=what.clone() /> " " <span class="figures">{figures}</span></span>
            <progress
                aria-label=move || app.text(&what)
                max=(of > 0).then(|| of.to_string())
                value=(of > 0).then(|| done.to_string())
            ></progress>
        </div>
    }
}
