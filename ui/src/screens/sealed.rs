//! The town's file is here and no key slot opens it by itself: passphrase, printed key, or the keyring again.

use crate::browser;
use crate::call::{ask_then, take};
use crate::frame::gate::Gate;
use crate::parts::{Field, ProblemLine, ProblemNote, Said};
use crate::state::App;
use crate::words::{Word, start as words};
use contract::{Problem, Request, Unlock};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The three ways to open it, each with its own problem beside it.
#[component]
pub fn Sealed() -> impl IntoView {
    let app = App::here();
    let because = Memo::new(move |_| {
        app.situation.with(|situation| situation.as_ref().and_then(|s| s.sealed_because.clone()))
    });
    let keyring_problem = RwSignal::new(None::<Problem>);
    browser::focus("passphrase");
    view! {
        <Gate heading=words::SEALED>
            <p><Said word=words::SEALED_MORE /></p>
            {move || because.get().map(|problem| view! { <ProblemNote problem /> })}
            <OneWay id="passphrase" submit_id="unlock-passphrase" label=words::WITH_PASSPHRASE kind="password" unlock=Unlock::Passphrase />
            <OneWay id="recovery" submit_id="unlock-recovery" label=words::WITH_RECOVERY_KEY hint=words::RECOVERY_KEY_HINT unlock=Unlock::RecoveryKey />
            <div class="actions">
                <button type="button" id="unlock-keyring" on:click=move |_| open(app, Unlock::Keyring, keyring_problem)>
                    <Said word=words::WITH_KEYRING />
                </button>
            </div>
            <ProblemLine problem=keyring_problem />
        </Gate>
    }
}

fn open(app: App, unlock: Unlock, problem: RwSignal<Option<Problem>>) {
    problem.set(None);
    ask_then(Request::Unlock(unlock), take!(Situation), move |answer| match answer {
        Ok(situation) => app.settle(*situation),
        Err(wrong) => {
            problem.set(Some(wrong));
        }
    });
}

#[component]
fn OneWay(
    id: &'static str,
    submit_id: &'static str,
    label: Word,
    #[prop(optional)] hint: Option<Word>,
    #[prop(default = "text")] kind: &'static str,
    unlock: fn(String) -> Unlock,
) -> impl IntoView {
    let app = App::here();
    let text = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<Problem>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        open(app, unlock(text.get_untracked()), problem);
        browser::focus(id);
    };
    view! {
        <form class="one-way" on:submit=submit>
            <Field id=id label=label text=text kind=kind hint=hint />
            <button type="submit" id=submit_id><Said word=words::OPEN /></button>
            <ProblemLine problem />
        </form>
    }
}
