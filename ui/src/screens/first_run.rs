//! No town on this computer: join one with an invitation, or found one with the state's code.

use crate::browser;
use crate::call::{ask_then, take};
use crate::frame::gate::Gate;
use crate::parts::{Choose, Field, ProblemLine, Said};
use crate::state::App;
use crate::words::{common, start as words};
use contract::{Choice, FoundTown, JoinTown, Problem, Request, Situation};
use domain::{Bilingual, TownCode};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The two ways in.
#[component]
pub fn FirstRun() -> impl IntoView {
    let app = App::here();
    let founding = RwSignal::new(false);
    browser::focus("join-server");
    let tab = move |id: &'static str, found: bool, word| {
        view! {
            <button
                type="button"
                class="tab"
                id=id
                aria-pressed=move || if founding.get() == found { "true" } else { "false" }
                on:click=move |_| {
                    founding.set(found);
                    browser::focus(if found { "found-server" } else { "join-server" });
                }
            >
                <Said word />
            </button>
        }
    };
    view! {
        <Gate heading=words::WELCOME>
            <p><Said word=words::WELCOME_MORE /></p>
            <div class="tabs" role="group" aria-label=app.say(words::WELCOME)>
                {tab("choose-join", false, words::JOIN)}
                {tab("choose-found", true, words::FOUND)}
            </div>
            {move || if founding.get() { view! { <Found /> }.into_any() } else { view! { <Join /> }.into_any() }}
        </Gate>
    }
}

/// Sends the form and takes the situation, or shows what is wrong.
fn send(app: App, busy: RwSignal<bool>, problem: RwSignal<Option<Problem>>, request: Request) {
    if busy.get_untracked() {
        return;
    }
    busy.set(true);
    problem.set(None);
    ask_then(request, take!(Situation), move |answer: Result<Box<Situation>, Problem>| {
        busy.set(false);
        match answer {
            Ok(situation) => app.settle(*situation),
            Err(wrong) => problem.set(Some(wrong)),
        }
    });
}

fn text() -> RwSignal<String> {
    RwSignal::new(String::new())
}

#[component]
fn Join() -> impl IntoView {
    let app = App::here();
    let (server, code, password, passphrase) = (text(), text(), text(), text());
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let join = JoinTown {
            server: server.get_untracked().trim().to_owned(),
            code: code.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
            passphrase: passphrase.get_untracked(),
        };
        send(app, busy, problem, Request::JoinTown(join));
    };
    view! {
        <form id="join" on:submit=submit>
            <Field id="join-server" name="server" label=words::SERVER text=server hint=Some(words::SERVER_HINT) input_mode="url" problem />
            <Field id="join-code" name="code" label=words::INVITATION_CODE text=code problem />
            <Field id="join-password" name="password" kind="password" label=words::YOUR_PASSWORD text=password problem />
            <Field id="join-passphrase" name="passphrase" kind="password" label=words::PASSPHRASE text=passphrase hint=Some(words::PASSPHRASE_HINT) problem />
            <ProblemLine problem fields=&["server", "code", "password", "passphrase"] />
            <Submit id="do-join" word=words::DO_JOIN busy />
        </form>
    }
}

#[component]
fn Submit(id: &'static str, word: crate::words::Word, busy: RwSignal<bool>) -> impl IntoView {
    let app = App::here();
    let shown = move || if busy.get() { common::WORKING } else { word };
    view! {
        <div class="actions">
            <button type="submit" class="primary" id=id aria-disabled=move || if busy.get() { "true" } else { "false" }>
                {move || shown().get(app.language())} <kbd aria-hidden="true">"Enter"</kbd>
            </button>
        </div>
    }
}

#[component]
fn Found() -> impl IntoView {
    let app = App::here();
    let (server, code, town, device) = (text(), text(), text(), text());
    let (hindi, english, password, passphrase) = (text(), text(), text(), text());
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let towns = RwSignal::new(Vec::<Choice>::new());
    ask_then(Request::Towns, take!(Towns), move |answer| match answer {
        Ok(answer) => towns.set(answer),
        Err(wrong) => problem.set(Some(wrong)),
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let found = FoundTown {
            server: server.get_untracked().trim().to_owned(),
            code: code.get_untracked().trim().to_owned(),
            town: TownCode(town.get_untracked().parse().unwrap_or_default()),
            administrator: Bilingual::new(hindi.get_untracked().trim(), english.get_untracked().trim()),
            password: password.get_untracked(),
            passphrase: passphrase.get_untracked(),
            device_name: device.get_untracked().trim().to_owned(),
        };
        send(app, busy, problem, Request::FoundTown(found));
    };
    const FIELDS: [&str; 8] =
        ["server", "code", "town", "device_name", "hindi", "english", "password", "passphrase"];
    view! {
        <form id="found" on:submit=submit>
            <div class="pair">
                <Field id="found-server" name="server" label=words::SERVER text=server hint=Some(words::SERVER_HINT) input_mode="url" problem />
                <Field id="found-code" name="code" label=words::STATE_CODE text=code problem />
            </div>
            <div class="pair">
                <Choose id="found-town" name="town" label=words::TOWN choices=towns text=town problem />
                <Field id="found-device" name="device_name" label=words::DEVICE_NAME text=device hint=Some(words::DEVICE_NAME_HINT) problem />
            </div>
            <div class="pair">
                <Field id="found-name-hindi" name="hindi" label=words::ADMINISTRATOR_HINDI text=hindi problem />
                <Field id="found-name-english" name="english" label=words::ADMINISTRATOR_ENGLISH text=english problem />
            </div>
            <div class="pair">
                <Field id="found-password" name="password" kind="password" label=words::YOUR_PASSWORD text=password problem />
                <Field id="found-passphrase" name="passphrase" kind="password" label=words::PASSPHRASE text=passphrase hint=Some(words::PASSPHRASE_HINT) problem />
            </div>
            <ProblemLine problem fields=&FIELDS />
            <Submit id="do-found" word=words::DO_FOUND busy />
        </form>
    }
}
