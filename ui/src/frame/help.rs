//! F1: every key and what it does, beside the work and not over it.

use crate::keys::{KEYS, KEYS_OF_PLACES, chosen};
use crate::parts::{Keycap, Said};
use crate::state::App;
use crate::words::{common, settings as said};
use leptos::prelude::*;

/// The panel, while it is shown.
#[component]
pub fn Help() -> impl IntoView {
    let app = App::here();
    move || {
        app.help.get().then(|| {
            view! {
                <aside id="help" class="help" aria-labelledby="help-heading">
                    <h2 id="help-heading"><Said word=said::KEYS_HEADING /></h2>
                    <div class="grid-scroll" role="region" tabindex="0" aria-labelledby="help-heading">
                        <dl class="keys">
                            {KEYS
                                .iter()
                                .map(|key| (chosen::shown(app, key.shown), key.does))
                                .chain(KEYS_OF_PLACES.map(|(shown, does)| (shown.to_owned(), does)))
                                .filter(|(shown, _)| !shown.is_empty())
                                .map(|(shown, does)| view! {
                                    <div class="key-line">
                                        <dt>{shown.split(' ').map(|key| view! { <kbd>{key.to_owned()}</kbd> " " }).collect_view()}</dt>
                                        <dd><Said word=does /></dd>
                                    </div>
                                })
                                .collect_view()}
                        </dl>
                    </div>
                    <button type="button" class="quiet-button" on:click=move |_| app.help.set(false)>
                        <Said word=common::CLOSE /> <Keycap key="Esc" />
                    </button>
                </aside>
            }
        })
    }
}
