//! Staff and roles.

use crate::browser;
use crate::call::{ask_then, take};
use crate::parts::{Choose, Field, Mark, Named, ProblemLine, Rows, Said, row_keys};
use crate::state::{App, Notice};
use crate::words::{self, Word, people as said};
use contract::{AddStaff, ChangeRole, Choice, Problem, Request, SetPassword, StaffMember};
use domain::fact::Kind;
use domain::people::Role;
use domain::{Bilingual, UserId};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

#[derive(Clone, Copy)]
struct Staff {
    all: RwSignal<Option<Vec<StaffMember>>>,
    chosen: RwSignal<Option<UserId>>,
    problem: RwSignal<Option<Problem>>,
}

impl Staff {
    fn ask(self, request: Request, then: impl FnOnce() + 'static) {
        self.problem.set(None);
        ask_then(request, take!(Staff), move |answer| match answer {
            Ok(all) => {
                self.all.set(Some(all));
                then();
            }
            Err(wrong) => self.problem.set(Some(wrong)),
        });
    }

    fn chosen(self) -> Option<StaffMember> {
        let chosen = self.chosen.get()?;
        self.all.with(|all| all.as_ref()?.iter().find(|one| one.choice.user == chosen).cloned())
    }
}

/// The list at the left; the chosen person, or a new one, at the right.
#[component]
pub fn StaffScreen() -> impl IntoView {
    let app = App::here();
    let staff = Staff { all: RwSignal::new(None), chosen: RwSignal::new(None), problem: RwSignal::new(None) };
    staff.ask(Request::Staff, || browser::focus("staff-row-0"));
    let may_add = Memo::new(move |_| app.may(Kind::StaffEnrolled));
    let rows = Rows::new();
    view! {
        <div class="split">
            <section class="column" aria-labelledby="staff-heading">
                <h1 id="staff-heading"><Said word=said::STAFF /></h1>
                <div class="row-list" id="staff-rows" role="group" aria-label=app.say(said::STAFF) on:keydown=move |event| row_keys(&event)>
                    {move || staff.all.get().map(|all| all.into_iter().enumerate().map(|(at, one)| view! { <Row at one rows staff /> }).collect_view())}
                </div>
            </section>
            <section class="column">
                <ProblemLine problem=staff.problem fields=&["hindi", "english", "role", "password", "reason"] />
                {move || match staff.chosen() {
                    Some(one) => view! { <Person one staff /> }.into_any(),
                    None => view! { <p class="quiet"><Said word=said::CHOOSE /></p> }.into_any(),
                }}
                {move || may_add.get().then(|| view! { <Add staff /> })}
            </section>
        </div>
    }
}

#[component]
fn Row(at: usize, one: StaffMember, rows: Rows, staff: Staff) -> impl IntoView {
    let user = one.choice.user;
    let (kind, word) =
        if one.choice.has_password { ("good", said::HAS_PASSWORD) } else { ("idle", said::NO_PASSWORD) };
    let no_role = one.roles.is_empty();
    view! {
        <button
            type="button"
            class="row"
            id=format!("staff-row-{at}")
            data-row=""
            tabindex=rows.tab_index(at)
            aria-current=move || (staff.chosen.get() == Some(user)).then_some("true")
            on:focus=move |_| rows.on_focus(at)
            on:click=move |_| staff.chosen.set(Some(user))
        >
            <span class="row-main"><strong><Named both=one.choice.name /></strong> <Mark kind><Said word /></Mark></span>
            <span class="row-more">
                {one.roles.into_iter().map(|role| view! { <span class="chip"><Said word=words::role(role) /></span> }).collect_view()}
                {no_role.then(|| view! { <span class="quiet"><Said word=said::NO_ROLE /></span> })}
            </span>
        </button>
    }
}

fn role_choices(roles: impl IntoIterator<Item = Role>) -> Vec<Choice> {
    roles
        .into_iter()
        .map(|role| Choice { code: format!("{role:?}"), name: words::role(role).both() })
        .collect()
}

fn role_of(code: &str) -> Option<Role> {
    Role::ALL.into_iter().find(|role| format!("{role:?}") == code)
}

#[component]
fn Person(one: StaffMember, staff: Staff) -> impl IntoView {
    let app = App::here();
    let (may_grant, may_certify) = (app.may_now(Kind::RoleGranted), app.may_now(Kind::StaffKeyCertified));
    let StaffMember { choice, roles } = one;
    let held = roles.clone();
    let others = Role::ALL.into_iter().filter(|role| !held.contains(role)).collect::<Vec<_>>();
    let user = choice.user;
    view! {
        <div class="task" id="person-card">
            <h2><Named both=choice.name /></h2>
            {may_grant.then(|| view! {
                {(!others.is_empty()).then(|| view! { <RoleForm id="grant" of=others user staff word=said::GRANT withdraw=false /> })}
                {(!roles.is_empty()).then(|| view! { <RoleForm id="withdraw" of=roles user staff word=said::WITHDRAW withdraw=true /> })}
            })}
            {(may_certify && !choice.has_password).then(|| view! { <FirstPassword user staff /> })}
        </div>
    }
}

#[component]
fn RoleForm(
    id: &'static str,
    of: Vec<Role>,
    user: UserId,
    staff: Staff,
    word: Word,
    withdraw: bool,
) -> impl IntoView {
    let role = RwSignal::new(of.first().map(|role| format!("{role:?}")).unwrap_or_default());
    let reason = RwSignal::new(String::new());
    let choices = role_choices(of);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(role) = role_of(&role.get_untracked()) else { return };
        let change = ChangeRole { user, role, reason: reason.get_untracked().trim().to_owned() };
        let request = if withdraw { Request::WithdrawRole(change) } else { Request::GrantRole(change) };
        staff.ask(request, || {});
    };
    let (role_id, button_id) = if withdraw { ("withdraw-role", "withdraw") } else { ("grant-role", "grant") };
    view! {
        <form class="inline-form" on:submit=submit data-form=id>
            <Choose id=role_id name="role" label=said::ROLE choices=Signal::derive(move || choices.clone()) text=role settled=true />
            {withdraw.then(|| view! { <Field id="withdraw-reason" name="reason" label=said::WITHDRAW_REASON text=reason problem=staff.problem /> })}
            <button type="submit" id=button_id><Said word /></button>
        </form>
    }
}

#[component]
fn FirstPassword(user: UserId, staff: Staff) -> impl IntoView {
    let app = App::here();
    let password = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let set = SetPassword { user, password: password.get_untracked() };
        ask_then(Request::SetPassword(set), take!(Situation), move |answer| match answer {
            Ok(situation) => {
                app.settle(*situation);
                app.notice.set(Some(Notice::Said(said::PASSWORD_SET)));
                staff.ask(Request::Staff, || {});
            }
            Err(wrong) => staff.problem.set(Some(wrong)),
        });
    };
    view! {
        <form class="inline-form" on:submit=submit>
            <Field id="first-password" name="password" kind="password" label=said::FIRST_PASSWORD text=password problem=staff.problem />
            <button type="submit" id="set-password"><Said word=said::SET_PASSWORD /></button>
        </form>
    }
}

#[component]
fn Add(staff: Staff) -> impl IntoView {
    let text = || RwSignal::new(String::new());
    let (hindi, english, password) = (text(), text(), text());
    let role = RwSignal::new(format!("{:?}", Role::Clerk));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(role) = role_of(&role.get_untracked()) else { return };
        let add = AddStaff {
            name: Bilingual::new(hindi.get_untracked().trim(), english.get_untracked().trim()),
            role,
            password: password.get_untracked(),
        };
        staff.ask(Request::AddStaff(add), move || {
            for typed in [hindi, english, password] {
                typed.set(String::new());
            }
            browser::focus("add-name-hindi");
        });
    };
    view! {
        <form class="task" id="add-staff-form" on:submit=submit>
            <h2><Said word=said::ADD /></h2>
            <div class="pair">
                <Field id="add-name-hindi" name="hindi" label=said::NAME_HINDI text=hindi problem=staff.problem />
                <Field id="add-name-english" name="english" label=said::NAME_ENGLISH text=english problem=staff.problem />
            </div>
            <div class="pair">
                <Choose id="add-role" name="role" label=said::ROLE choices=Signal::derive(|| role_choices(Role::ALL)) text=role settled=true />
                <Field id="add-password" name="password" kind="password" label=said::FIRST_PASSWORD text=password problem=staff.problem />
            </div>
            <div class="actions"><button type="submit" class="primary" id="add-staff"><Said word=said::ADD /></button></div>
        </form>
    }
}
