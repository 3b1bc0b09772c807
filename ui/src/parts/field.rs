//! One labelled field. Its problem stands under it, at a place kept free so that nothing moves.

use crate::parts::Keycap;
use crate::parts::problem::problem_at;
use crate::state::App;
use crate::words::Word;
use contract::Problem;
use leptos::prelude::*;

/// Where a field's text comes from and goes to.
#[derive(Clone, Copy)]
pub struct Text {
    pub get: Signal<String>,
    pub set: Callback<String>,
}

impl From<RwSignal<String>> for Text {
    fn from(signal: RwSignal<String>) -> Text {
        Text { get: signal.into(), set: Callback::new(move |text| signal.set(text)) }
    }
}

/// A label, an input, and a line for its hint or its problem.
#[component]
pub fn Field(
    /// The element's id, stable for tests.
    id: &'static str,
    /// The field's name in the request.
    #[prop(optional)]
    name: &'static str,
    #[prop(into)] label: Signal<Word>,
    #[prop(into)] text: Text,
    #[prop(into, optional)] hint: Signal<Option<Word>>,
    /// `text`, `password` …
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(default = "text")] input_mode: &'static str,
    /// The key that brings the cursor here, written on the label.
    #[prop(optional)]
    key: &'static str,
    /// What the form is told is wrong; shown here if it names this field.
    #[prop(into, optional)]
    problem: Signal<Option<Problem>>,
    /// Right-aligned, large figures.
    #[prop(optional)]
    amount: bool,
    #[prop(optional)] list: &'static str,
    #[prop(into, optional)] read_only: Signal<bool>,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let app = App::here();
    let name = if name.is_empty() { id } else { name };
    let mine = Memo::new(move |_| problem.with(|problem| problem_at(problem.as_ref(), name)));
    let wrong = move || mine.with(Option::is_some);
    let note_id = format!("{id}-note");
    view! {
        <div class="field" class:amount=amount class:wrong=wrong>
            <label for=id>
                <span>{move || label.get().get(app.language())}</span>
                {(!key.is_empty()).then(|| view! { <Keycap key /> })}
            </label>
            <input
                id=id
                name=name
                type=kind
                inputmode=input_mode
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                list=(!list.is_empty()).then_some(list)
                readonly=move || read_only.get()
                aria-required=required.then_some("true")
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=note_id.clone()
                prop:value=move || text.get.get()
                on:input:target=move |event| text.set.run(event.target().value())
            />
            <p class="note" id=note_id.clone()>
                {move || match mine.get() {
                    Some(problem) => view! {
                        <span class="problem" role="alert">{app.text(&problem.message)} " " <code>{problem.code}</code></span>
                    }
                    .into_any(),
                    None => hint.get().map(|hint| hint.get(app.language())).into_any(),
                }}
            </p>
        </div>
    }
}
