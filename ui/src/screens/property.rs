//! The details of one property. Only fields that changed are sent, so that what a colleague wrote meanwhile stays.

use crate::browser;
use crate::call::{ask_then, take};
use crate::format;
use crate::parts::{Choose, Field, Keycap, ProblemLine, Said};
use crate::screens::counter::Work;
use crate::state::{App, Notice, Screen};
use crate::words::{common, register as words};
use contract::{Bill, Choice, EditProperty, Problem, Request, WardView};
use domain::register::PropertyField;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The screen, for the property whose bill is open.
#[component]
pub fn EditPropertyScreen() -> impl IntoView {
    let app = App::here();
    let bill = app.counter.work.with_untracked(|work| match work {
        Some(Work::Dues(bill)) => Some(bill.clone()),
        _ => None,
    });
    view! {
        <div class="page property">
            <h1><Said word=words::EDIT /></h1>
            <p><Said word=words::EDIT_MORE /></p>
            {match bill {
                Some(bill) => view! { <Form bill=*bill /> }.into_any(),
                None => view! { <p class="quiet"><Said word=words::NO_PROPERTY /></p> }.into_any(),
            }}
        </div>
    }
}

/// The fields a person may write; the property's own number is not one.
const FIELDS: [(PropertyField, &str); 10] = [
    (PropertyField::OwnerHindi, "owner-hindi"),
    (PropertyField::OwnerEnglish, "owner-english"),
    (PropertyField::GuardianHindi, "guardian-hindi"),
    (PropertyField::GuardianEnglish, "guardian-english"),
    (PropertyField::Ward, "ward"),
    (PropertyField::Locality, "locality"),
    (PropertyField::DoorNumber, "door-number"),
    (PropertyField::Address, "address"),
    (PropertyField::OldId, "old-id"),
    (PropertyField::Usage, "usage"),
];

const NAMES: [&str; 11] = [
    "owner_hindi",
    "owner_english",
    "guardian_hindi",
    "guardian_english",
    "ward",
    "locality",
    "door_number",
    "address",
    "old_id",
    "usage",
    "mobile",
];

#[component]
fn Form(bill: Bill) -> impl IntoView {
    let app = App::here();
    let property = StoredValue::new(bill.property);
    let texts = FIELDS.map(|(field, id)| {
        (field, id, RwSignal::new(property.with_value(|property| field.get(property).to_owned())))
    });
    let mobile = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<Problem>);
    let wards = RwSignal::new(Vec::<WardView>::new());
    ask_then(Request::Boundary, take!(Boundary), move |answer| match answer {
        Ok(answer) => wards.set(answer),
        Err(wrong) => problem.set(Some(wrong)),
    });
    browser::focus("owner-hindi");
    let consumer = bill.consumer.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let fields = texts
            .iter()
            .map(|(field, _, text)| (*field, text.get_untracked().trim().to_owned()))
            .filter(|(field, text)| property.with_value(|property| field.get(property) != text))
            .collect::<Vec<_>>();
        let mobile = Some(format::digits_only(&mobile.get_untracked())).filter(|digits| !digits.is_empty());
        if fields.is_empty() && mobile.is_none() {
            return app.notice.set(Some(Notice::Said(words::NOTHING_CHANGED)));
        }
        problem.set(None);
        let edit = EditProperty { consumer: consumer.clone(), fields, mobile };
        ask_then(Request::EditProperty(edit), take!(Bill), move |answer| match answer {
            Ok(bill) => {
                app.counter.work.set(Some(Work::Dues(bill)));
                app.go(Screen::Counter);
                app.notice.set(Some(Notice::Said(common::SAVED)));
            }
            Err(wrong) => problem.set(Some(wrong)),
        });
    };
    let ward = texts.iter().find(|(field, ..)| *field == PropertyField::Ward).map(|(_, _, text)| *text);
    let input = move |(field, id, text): (PropertyField, &'static str, RwSignal<String>)| {
        match field {
        PropertyField::Ward => view! { <Choose id name="ward" label=words::field(field) choices=ward_choices(wards) text problem /> }.into_any(),
        PropertyField::Locality => {
            view! { <Choose id name="locality" label=words::field(field) choices=locality_choices(wards, ward) text problem /> }.into_any()
        }
        _ => view! { <Field id name=field.key() label=words::field(field) text problem /> }.into_any(),
    }
    };
    view! {
        <form class="task" id="property-form" data-consumer=bill.consumer.clone() on:submit=submit>
            <h2><bdi class="code" lang="en">{bill.consumer.clone()}</bdi></h2>
            <div class="two-columns">
                {texts.map(input).collect_view()}
                <Field id="mobile" name="mobile" label=words::MOBILE text=mobile hint=Some(words::MOBILE_HINT) input_mode="numeric" problem />
            </div>
            <ProblemLine problem fields=&NAMES />
            <div class="actions">
                <button type="submit" class="primary" id="save-property"><Said word=words::DO_SAVE /> <Keycap key="Enter" /></button>
                <button type="button" class="quiet-button" on:click=move |_| app.go(Screen::Counter)><Said word=common::BACK /> <Keycap key="Esc" /></button>
            </div>
        </form>
    }
}

fn ward_choices(wards: RwSignal<Vec<WardView>>) -> Signal<Vec<Choice>> {
    Signal::derive(move || {
        wards.with(|wards| {
            wards.iter().map(|ward| Choice { code: ward.code.clone(), name: ward.name.clone() }).collect()
        })
    })
}

/// The localities of the chosen ward; of all, where none is chosen.
fn locality_choices(wards: RwSignal<Vec<WardView>>, ward: Option<RwSignal<String>>) -> Signal<Vec<Choice>> {
    Signal::derive(move || {
        let chosen = ward.map(|ward| ward.get()).unwrap_or_default();
        wards.with(|wards| {
            wards
                .iter()
                .filter(|ward| chosen.is_empty() || ward.code == chosen)
                .flat_map(|ward| ward.localities.clone())
                .collect()
        })
    })
}
