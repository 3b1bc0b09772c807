//! The second person signs at this device: a name and the password that unlocks that person's key here.

use crate::parts::choice::Choose;
use crate::parts::field::Field;
use crate::state::App;
use crate::words::common;
use contract::{Choice, Problem, SecondPerson};
use domain::UserId;
use leptos::prelude::*;

/// Who, and the password, as typed.
#[derive(Clone, Copy)]
pub struct SecondPersonTyped {
    user: RwSignal<String>,
    password: RwSignal<String>,
}

impl SecondPersonTyped {
    /// Nobody yet.
    pub fn new() -> SecondPersonTyped {
        SecondPersonTyped { user: RwSignal::new(String::new()), password: RwSignal::new(String::new()) }
    }

    /// Both, where a name is chosen.
    pub fn signed(self) -> Option<SecondPerson> {
        let user = UserId::from_hex(&self.user.get_untracked())?;
        Some(SecondPerson { user, password: self.password.get_untracked() })
    }

    /// The password does not stay in memory longer than its use.
    pub fn forget(self) {
        self.password.set(String::new());
    }
}

/// The two fields. Those who have a password here, but not the person at the desk.
#[component]
pub fn SecondPersonFields(
    typed: SecondPersonTyped,
    #[prop(into)] problem: Signal<Option<Problem>>,
) -> impl IntoView {
    let app = App::here();
    let choices = Signal::derive(move || {
        app.situation.with(|situation| {
            let Some(situation) = situation else { return Vec::new() };
            let here = situation.person.as_ref().map(|person| person.user);
            situation
                .staff
                .iter()
                .filter(|one| one.has_password && Some(one.user) != here)
                .map(|one| Choice { code: one.user.to_hex(), name: one.name.clone() })
                .collect::<Vec<_>>()
        })
    });
    view! {
        <div class="pair">
            <Choose id="second-user" name="user" label=common::SECOND_PERSON choices text=typed.user problem />
            <Field
                id="second-password"
                name="password"
                kind="password"
                label=common::SECOND_PASSWORD
                text=typed.password
                problem
            />
        </div>
    }
}
