//! One line above the strip: what was done, or what went wrong and what to do.

use crate::parts::{Keycap, Mark, ProblemNote, Said};
use crate::state::{App, Notice};
use crate::words::common;
use leptos::prelude::*;

/// The line, while there is something to say.
#[component]
pub fn NoticeLine() -> impl IntoView {
    let app = App::here();
    move || {
        app.notice.get().map(|notice| view! {
            <div id="notice" class="notice">
                {match notice {
                    Notice::Said(word) => view! { <p role="status"><Mark kind="good"><Said word /></Mark></p> }.into_any(),
                    Notice::Trouble(problem) => view! { <ProblemNote problem /> }.into_any(),
                }}
                <button type="button" class="quiet-button" on:click=move |_| app.notice.set(None)>
                    <Said word=common::CLOSE /> <Keycap key="Esc" />
                </button>
            </div>
        })
    }
}
