//! Inviting a further device: its counter, who signs in there first, and a code that is shown once.

use crate::call::{ask_then, take};
use crate::parts::{Choose, Field, Said};
use crate::state::App;
use crate::words::devices as words;
use contract::{Choice, Invitation, InviteDevice, Problem, Request};
use domain::UserId;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The form, then the code.
#[component]
pub fn Invite(problem: RwSignal<Option<Problem>>) -> impl IntoView {
    let app = App::here();
    let text = || RwSignal::new(String::new());
    let (name, counter, user) = (text(), text(), text());
    let invitation = RwSignal::new(None::<Invitation>);
    let people = Signal::derive(move || {
        app.situation.with(|situation| {
            let staff = situation.as_ref().map(|situation| situation.staff.clone()).unwrap_or_default();
            staff
                .into_iter()
                .map(|one| Choice { code: one.user.to_hex(), name: one.name })
                .collect::<Vec<_>>()
        })
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(user) = UserId::from_hex(&user.get_untracked()) else {
            return crate::browser::focus("invite-user");
        };
        problem.set(None);
        let invite = InviteDevice {
            device_name: name.get_untracked().trim().to_owned(),
            counter: counter.get_untracked().trim().to_owned(),
            user,
        };
        ask_then(Request::InviteDevice(invite), take!(Invitation), move |answer| match answer {
            Ok(answer) => {
                invitation.set(Some(answer));
                crate::browser::after(0, || crate::browser::reveal("invitation"));
            }
            Err(wrong) => problem.set(Some(wrong)),
        });
    };
    view! {
        <section class="task" aria-labelledby="invite-heading">
            <h2 id="invite-heading"><Said word=words::INVITE /></h2>
            <form id="invite-form" on:submit=submit>
                <div class="triple">
                    <Field id="invite-name" name="device_name" label=words::DEVICE_NAME text=name problem />
                    <Field id="invite-counter" name="counter" label=words::DEVICE_COUNTER text=counter hint=Some(words::COUNTER_HINT) problem />
                    <Choose id="invite-user" name="user" label=words::FIRST_USER choices=people text=user problem />
                </div>
                <div class="actions"><button type="submit" class="primary" id="invite"><Said word=words::DO_INVITE /></button></div>
            </form>
            {move || invitation.get().map(|Invitation { code, server }| view! {
                <div class="strip good" id="invitation" role="status">
                    <p><Said word=words::CODE_ONCE /></p>
                    <p class="recovery-key code" lang="en" id="invitation-code">{code}</p>
                    <p><Said word=words::SERVER /> ": " <bdi class="code" lang="en" id="invitation-server">{server}</bdi></p>
                </div>
            })}
        </section>
    }
}
