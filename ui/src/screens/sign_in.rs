//! Sign-in and the lock screen: the last person stands there, the cursor is in the password.

use crate::browser;
use crate::call::{ask_then, take};
use crate::early;
use crate::frame::gate::Gate;
use crate::parts::{Field, Named, ProblemLine, Said};
use crate::state::App;
use crate::words::start as words;
use contract::{Problem, Request, SignIn, StaffChoice};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// Name and password.
#[component]
pub fn SignInScreen() -> impl IntoView {
    let app = App::here();
    let staff =
        Memo::new(move |_| app.situation.with(|s| s.as_ref().map(|s| s.staff.clone()).unwrap_or_default()));
    // The office lists the last person first.
    let person = RwSignal::new(staff.with_untracked(|staff| staff.first().cloned()));
    let password = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    begin(app, password);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(person) = person.get_untracked() else { return browser::focus("person") };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let sign_in = SignIn { user: person.user, password: password.get_untracked() };
        ask_then(Request::SignIn(sign_in), take!(Situation), move |answer| {
            busy.set(false);
            match answer {
                Ok(situation) => app.settle(*situation),
                Err(wrong) => {
                    problem.set(Some(wrong));
                    browser::focus("password");
                }
            }
        });
    };
    let kept = move || app.counter.work.with(Option::is_some);
    view! {
        <Gate heading=words::SIGN_IN>
            <Town />
            <form id="sign-in-form" on:submit=submit>
                <PersonField staff person />
                <Field id="password" name="password" kind="password" label=crate::words::common::PASSWORD text=password problem />
                <ProblemLine problem fields=&["password"] />
                {move || kept().then(|| view! { <p class="quiet"><Said word=words::LOCKED_DRAFT /></p> })}
                <div class="actions">
                    <button type="submit" id="sign-in" class="primary" aria-busy=move || busy.get().then_some("true")>
                        <Said word=words::DO_SIGN_IN /> <kbd aria-hidden="true">"Enter"</kbd>
                    </button>
                </div>
            </form>
        </Gate>
    }
}

/// The cursor into the password, with what was typed before the screens were there. Keys go to the early field until the
/// real one stands on the page.
fn begin(app: App, password: RwSignal<String>) {
    Effect::new(move |_| {
        let (language, zoom_percent) = app.desk.with(|desk| (desk.language, desk.zoom_percent));
        let (theme, word) = (app.colours(), crate::words::common::PASSWORD);
        // Once it stands on the page: its place is kept too.
        browser::after(0, move || {
            early::Look::of(language, theme, zoom_percent, words::SIGN_IN, word).keep();
        });
    });
    browser::after(0, move || match early::take() {
        Some(typed) => {
            browser::focus_at_end("password", &typed.password);
            password.set(typed.password);
            if typed.entered {
                browser::send_form_of("password");
            }
        }
        None => browser::focus("password"),
    });
}

#[component]
fn Town() -> impl IntoView {
    let app = App::here();
    let town = Memo::new(move |_| app.situation.with(|s| s.as_ref().and_then(|s| s.town.clone())));
    move || {
        town.get().map(|town| {
            view! {
                <p class="gate-town">
                    <strong><Named both=town.name /></strong>
                    <span><Named both=town.grade /> " · " <Named both=town.district /></span>
                    <span class="quiet"><bdi>{town.counter}</bdi> " · " <bdi>{town.device_name}</bdi></span>
                </p>
            }
        })
    }
}

/// The name: typing filters, arrows choose, Enter goes on to the password.
#[component]
fn PersonField(staff: Memo<Vec<StaffChoice>>, person: RwSignal<Option<StaffChoice>>) -> impl IntoView {
    let app = App::here();
    let typed = RwSignal::new(None::<String>);
    let matching = Memo::new(move |_| {
        let needle = typed.get().unwrap_or_default().trim().to_lowercase();
        let fits = |one: &StaffChoice| {
            one.name.hindi.contains(&needle) || one.name.english.to_lowercase().contains(&needle)
        };
        staff.get().into_iter().filter(fits).collect::<Vec<_>>()
    });
    let name_of = move |one: Option<StaffChoice>| one.map(|one| app.text(&one.name)).unwrap_or_default();
    let shown = move || typed.get().unwrap_or_else(|| name_of(person.get()));
    let choose = move |one: StaffChoice| {
        person.set(Some(one));
        typed.set(None);
    };
    let on_key = move |event: KeyboardEvent| {
        let all = matching.get_untracked();
        let at = person.get_untracked().and_then(|now| all.iter().position(|one| one.user == now.user));
        let next = match event.key().as_str() {
            "ArrowDown" => all.get(at.map_or(0, |at| at + 1)).or(all.first()),
            "ArrowUp" => at.and_then(|at| at.checked_sub(1)).and_then(|at| all.get(at)).or(all.last()),
            "Enter" => {
                event.prevent_default();
                if let Some(one) = at.and_then(|at| all.get(at)).or(all.first()) {
                    choose(one.clone());
                    browser::focus("password");
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        if let Some(one) = next {
            person.set(Some(one.clone()));
        }
    };
    let option = move |one: StaffChoice| {
        let user = one.user;
        let selected =
            move || person.with(|person| person.as_ref().is_some_and(|person| person.user == user));
        let name = one.name.clone();
        let first = !one.has_password;
        view! {
            <li
                role="option"
                id=format!("person-{}", user.to_hex())
                aria-selected=move || if selected() { "true" } else { "false" }
                on:click=move |_| { choose(one.clone()); browser::focus("password"); }
            >
                <Named both=name />
                {first.then(|| view! { <small class="quiet"><Said word=words::FIRST_PASSWORD /></small> })}
            </li>
        }
    };
    view! {
        <div class="field">
            <label for="person">{app.say(words::PERSON)}</label>
            <input
                id="person"
                type="text"
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                aria-expanded="true"
                aria-controls="people"
                aria-describedby="person-note"
                aria-activedescendant=move || person.get().map(|one| format!("person-{}", one.user.to_hex()))
                prop:value=shown
                on:input:target=move |event| {
                    typed.set(Some(event.target().value()));
                    person.set(matching.get_untracked().first().cloned());
                }
                on:keydown=on_key
            />
            <p class="note" id="person-note">{app.say(words::PERSON_HINT)}</p>
            <ul id="people" class="people" role="listbox" aria-label=app.say(words::PERSON)>
                {move || matching.get().into_iter().map(option).collect_view()}
            </ul>
        </div>
    }
}
