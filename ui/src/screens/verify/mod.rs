//! Is this paper genuine? Its QR, scanned (a scanner types) or pasted; answered without a network. A genuine receipt whose
//! entry is lost is entered again from here.

mod account;
mod lines;
mod recover;

use crate::browser;
use crate::call::{ask_then, take};
use crate::format;
use crate::parts::{Fact, Mark, Named, ProblemLine, Said};
use crate::state::App;
use crate::words::{common, receipts as words};
use contract::{ClaimView, Problem, Request, Verdict, Verification};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// The screen.
#[component]
pub fn Verify() -> impl IntoView {
    let app = App::here();
    let text = RwSignal::new(String::new());
    let answer = RwSignal::new(None::<Verification>);
    let lost = RwSignal::new(None::<recover::LostPaper>);
    let problem = RwSignal::new(None::<Problem>);
    browser::focus("qr-text");
    let verify = move || {
        problem.set(None);
        let scanned = text.get_untracked().trim().to_owned();
        let ask = Request::VerifyPaper { text: scanned.clone() };
        ask_then(ask, take!(Verification), move |verified| {
            browser::focus("qr-text");
            match verified {
                Ok(verified) => {
                    lost.set(recover::LostPaper::of(scanned, &verified));
                    answer.set(Some(verified));
                }
                Err(wrong) => {
                    lost.set(None);
                    answer.set(None);
                    problem.set(Some(wrong));
                }
            }
        });
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        verify();
    };
    // A scanner that announces itself brings the whole text at once.
    Effect::new(move |_| {
        if let Some(scanned) = app.scanner.scanned.get() {
            app.scanner.scanned.set(None);
            text.set(scanned);
            verify();
        }
    });
    // A scanner ends with Enter, which in a text of several lines would only start another.
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.shift_key() && !event.repeat() {
            event.prevent_default();
            event.stop_propagation();
            verify();
        }
    };
    view! {
        <div class="page verify">
            <h1><Said word=words::VERIFY /></h1>
            <p><Said word=words::VERIFY_MORE /></p>
            <form id="verify-form" on:submit=submit>
                <div class="field">
                    <label for="qr-text">{app.say(words::QR_TEXT)}</label>
                    <textarea
                        id="qr-text"
                        name="text"
                        rows="4"
                        spellcheck="false"
                        lang="en"
                        prop:value=move || text.get()
                        on:input:target=move |event| text.set(event.target().value())
                        on:keydown=on_key
                    ></textarea>
                </div>
                <div class="actions">
                    <button type="submit" class="primary" id="verify"><Said word=words::DO_VERIFY /> <kbd aria-hidden="true">"Enter"</kbd></button>
                </div>
            </form>
            <ProblemLine problem />
            <div role="status" id="verdict" data-verdict=move || answer.with(|answer| answer.as_ref().map(|answer| format!("{:?}", answer.verdict)))>
                {move || answer.get().map(|verification| view! { <Answer verification /> })}
            </div>
            {move || lost.get().map(|paper| view! { <recover::Recover paper /> })}
        </div>
    }
}

#[component]
fn Answer(verification: Verification) -> impl IntoView {
    let (kind, word) = match verification.verdict {
        Verdict::Genuine => ("good", words::GENUINE),
        Verdict::Cancelled => ("stop", words::CANCELLED_SINCE),
        Verdict::UnknownIssuer => ("look", words::UNKNOWN_ISSUER),
        Verdict::Forged => ("stop", words::FORGED),
        Verdict::NotOurs => ("idle", words::NOT_OURS),
    };
    view! {
        <div class=format!("issued verdict {kind}")>
            <h2><Mark kind><Said word /></Mark></h2>
            <p><Named both=verification.words /></p>
            {verification.claim.map(|claim| view! { <Claim claim /> })}
        </div>
    }
}

#[component]
fn Claim(claim: ClaimView) -> impl IntoView {
    let app = App::here();
    let known = claim.known_until_ms;
    let known_words = move || match known {
        Some(at) => format::moment(at),
        None => words::NEVER_HEARD.get(app.language()).to_owned(),
    };
    view! {
        <dl class="facts">
            <Fact label=words::NUMBER><bdi class="code" lang="en">{claim.number}</bdi></Fact>
            <Fact label=common::DATE><span class="figures">{claim.business_date.on_paper()}</span></Fact>
            <Fact label=common::AMOUNT><strong class="money">{format::rupees(claim.amount_paise)}</strong></Fact>
            <Fact label=words::KNOWN_UNTIL><span class="figures">{known_words}</span></Fact>
        </dl>
    }
}
