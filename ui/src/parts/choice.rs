//! A choice of the masters in a native list: arrows and first letters work without a line of ours.

use crate::browser;
use crate::parts::field::Text;
use crate::parts::problem::problem_at;
use crate::state::App;
use crate::words::{Word, common};
use contract::{Choice, Problem};
use leptos::prelude::*;

/// A labelled list of choices; the text is the code of the one chosen.
#[component]
pub fn Choose(
    id: &'static str,
    #[prop(optional)] name: &'static str,
    label: Word,
    #[prop(into)] choices: Signal<Vec<Choice>>,
    #[prop(into)] text: Text,
    #[prop(into, optional)] problem: Signal<Option<Problem>>,
    /// Offers no "choose" line: one of them always holds.
    #[prop(optional)]
    settled: bool,
) -> impl IntoView {
    let app = App::here();
    let name = if name.is_empty() { id } else { name };
    let mine = Memo::new(move |_| problem.with(|problem| problem_at(problem.as_ref(), name)));
    // Enter sends the form here too; a browser would open the list, which the arrows change anyway.
    let on_key = |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && !event.repeat() && !event.ctrl_key() && browser::send_form(&event) {
            event.prevent_default();
        }
    };
    let note_id = format!("{id}-note");
    view! {
        <div class="field" class:wrong=move || mine.with(Option::is_some)>
            <label for=id>{app.say(label)}</label>
            <select
                id=id
                name=name
                aria-invalid=move || mine.with(Option::is_some).then_some("true")
                aria-describedby=note_id.clone()
                on:keydown=on_key
                on:change:target=move |event| text.set.run(event.target().value())
                prop:value=move || { choices.track(); text.get.get() }
            >
                {(!settled).then(|| view! { <option value="">{app.say(common::CHOOSE)}</option> })}
                {move || option_list(app, choices.get(), text.get)}
            </select>
            <p class="note" id=note_id.clone()>
                {move || mine.get().map(|problem| view! {
                    <span class="problem" role="alert">{app.text(&problem.message)} " " <code>{problem.code}</code></span>
                })}
            </p>
        </div>
    }
}

/// The options of a list, the chosen one marked (a list drawn later than its value would not find it otherwise).
pub fn option_list(app: App, choices: Vec<Choice>, chosen: Signal<String>) -> impl IntoView {
    choices
        .into_iter()
        .map(|Choice { code, name }| {
            let (text, language) = app.name(&name);
            let selected = chosen.with_untracked(|chosen| *chosen == code);
            view! { <option value=code lang=language selected=selected>{text}</option> }
        })
        .collect_view()
}
