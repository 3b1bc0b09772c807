//! The recovery key, shown once after founding. The way on opens only when a person says that it is kept.

use crate::browser;
use crate::frame::gate::Gate;
use crate::parts::Said;
use crate::state::App;
use crate::words::start as words;
use contract::RecoveryKey;
use leptos::prelude::*;

/// The key, its sheet, the confirmation.
#[component]
pub fn ShowRecoveryKey(key_paper: RecoveryKey) -> impl IntoView {
    let app = App::here();
    let kept = RwSignal::new(false);
    let RecoveryKey { text, paper } = key_paper;
    browser::focus("recovery-kept");
    let go_on = move |_| {
        if kept.get_untracked() {
            app.key_kept.set(true);
            // The desk was opened behind this screen.
            app.counter.focus_step();
        }
    };
    view! {
        <Gate heading=words::RECOVERY>
            <p><Said word=words::RECOVERY_MORE /></p>
            <p class="recovery-key code" id="recovery-key" lang="en">{text}</p>
            <p>
                <span class="quiet"><Said word=words::RECOVERY_SHEET /></span> " "
                <bdi class="code path" lang="en" id="recovery-paper">{paper}</bdi>
            </p>
            <label class="check">
                <input
                    type="checkbox"
                    id="recovery-kept"
                    prop:checked=move || kept.get()
                    on:change:target=move |event| kept.set(event.target().checked())
                />
                <span><Said word=words::RECOVERY_KEPT /></span>
            </label>
            <div class="actions">
                <button
                    type="button"
                    id="recovery-go-on"
                    class="primary"
                    aria-disabled=move || if kept.get() { "false" } else { "true" }
                    on:click=go_on
                >
                    <Said word=words::GO_ON />
                </button>
            </div>
        </Gate>
    }
}
