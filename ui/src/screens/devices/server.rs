//! The server and what the last exchange did.

use crate::format;
use crate::parts::{Fact, Mark, ProblemNote, Said};
use crate::screens::devices::Page;
use crate::state::App;
use crate::words::{common, devices as words};
use contract::{Request, SyncPage, SyncState};
use leptos::prelude::*;

/// State, last success, what is unsent from here.
#[component]
pub fn Server(shown: SyncPage, page: Page) -> impl IntoView {
    let app = App::here();
    let (kind, word) = match shown.state {
        SyncState::Off => ("idle", words::STATE_OFF),
        SyncState::Idle => ("good", words::STATE_IDLE),
        SyncState::Busy => ("good", words::STATE_BUSY),
        SyncState::Failed => ("look", words::STATE_FAILED),
    };
    let last = shown.last_success_ms;
    let unsent = shown.unsent;
    let last_word = move || match last {
        Some(at) => format!("{} ({})", format::moment(at), format::ago(at, app.now_ms.get(), app.language())),
        None => words::NEVER.get(app.language()).to_owned(),
    };
    let waiting = move || {
        let since = unsent.since_ms.map(|at| format::ago(at, app.now_ms.get(), app.language()));
        common::waiting(app.language(), unsent.receipts, unsent.amount_paise, since)
    };
    view! {
        <section id="sync-server" data-state=format!("{:?}", shown.state)>
            <dl class="facts">
                <Fact label=words::SERVER><bdi class="code" lang="en">{shown.server}</bdi> " " <Mark kind><Said word /></Mark></Fact>
                <Fact label=words::LAST_SUCCESS><span class="figures">{last_word}</span></Fact>
                <Fact label=words::UNSENT_HERE><strong id="unsent-here" data-receipts=unsent.receipts.to_string()>{waiting}</strong></Fact>
                <Fact label=words::DIGEST><bdi class="code path" lang="en" id="digest">{shown.digest}</bdi></Fact>
            </dl>
            {shown.incomplete.then(|| view! { <p class="strip look" id="incomplete"><Mark kind="look"><Said word=words::INCOMPLETE /></Mark></p> })}
            {shown.problem.map(|problem| view! { <ProblemNote problem /> })}
            <div class="actions">
                <button type="button" id="sync-now" class="primary" on:click=move |_| page.ask(Request::SyncNow)>
                    <Said word=words::SYNC_NOW />
                </button>
            </div>
        </section>
    }
}
