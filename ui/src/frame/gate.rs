//! The page before a desk is open.

use super::notice::NoticeLine;
use super::top_bar::OtherLanguage;
use crate::keys::chosen;
use crate::parts::{Keycap, Said};
use crate::state::App;
use crate::words::Word;
use leptos::prelude::*;

/// The calm page before a desk is open: the name of the program, the other language, a heading, one form.
#[component]
pub fn Gate(heading: Word, children: Children) -> impl IntoView {
    let app = App::here();
    view! {
        <main class="gate">
            <div class="gate-card">
                <div class="gate-head">
                    <p class="brand"><span lang="hi">"पालिका"</span> " " <span lang="en">"Palika"</span></p>
                    <button type="button" class="quiet-button" id="language" aria-keyshortcuts=move || chosen::spoken(app, "Alt+H") on:click=move |_| app.switch_language()>
                        <OtherLanguage /> <Keycap key="Alt+H" />
                    </button>
                </div>
                <h1><Said word=heading /></h1>
                {children()}
            </div>
            <NoticeLine />
        </main>
    }
}
