//! Opening a shift: the date a person answers for, the float, and a confirmation where the clock is not to be trusted.

use crate::browser;
use crate::call::{ask_then, take};
use crate::format;
use crate::parts::{Field, Keycap, ProblemLine, ProblemNote, Said, own_problem};
use crate::screens::drawer::busy_word;
use crate::state::{App, Screen};
use crate::words::{common, drawer as words};
use contract::{Drawer, OpenShift, Problem, Request};
use domain::Paise;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The form, with what the drawer proposes.
#[component]
pub fn Open() -> impl IntoView {
    let app = App::here();
    let Some(drawer) = app.drawer.get_untracked() else { return ().into_any() };
    let Drawer { propose, not_before, clock_suspect, propose_float_paise, refused, .. } = drawer;
    let date = RwSignal::new(propose.on_paper());
    let float = RwSignal::new(format::plain(propose_float_paise));
    let confirmed = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        problem.set(None);
        let request =
            match read(&date.get_untracked(), &float.get_untracked(), propose, confirmed.get_untracked()) {
                Ok(open) => Request::OpenShift(open),
                Err(wrong) => {
                    browser::focus(if wrong.field == "business_date" { "business-date" } else { "float" });
                    return problem.set(Some(wrong));
                }
            };
        busy.set(true);
        ask_then(request, take!(Drawer), move |answer| {
            busy.set(false);
            match answer {
                Ok(drawer) => {
                    app.set_drawer(*drawer);
                    app.refresh();
                    app.go(Screen::Counter);
                }
                Err(wrong) => problem.set(Some(wrong)),
            }
        });
    };
    view! {
        <form class="task" id="open-shift-form" on:submit=submit>
            <h2><Said word=words::OPEN_SHIFT /></h2>
            {refused.map(|why| view! {
                <div id="shift-refused"><h3><Said word=words::REFUSED /></h3><ProblemNote problem=why /></div>
            })}
            <div class="pair">
                <Field id="business-date" name="business_date" label=words::BUSINESS_DATE text=date input_mode="numeric" hint=Some(common::DAY_HINT) problem />
                <Field id="float" name="float_paise" label=words::FLOAT text=float input_mode="decimal" amount=true problem />
            </div>
            <p class="quiet"><Said word=words::NOT_BEFORE /> ": " <span class="figures">{not_before.on_paper()}</span></p>
            {clock_suspect.then(|| view! { <p class="strip look" role="alert"><Said word=words::CLOCK_SUSPECT /></p> })}
            {clock_suspect.then(|| view! {
                <label class="check">
                    <input type="checkbox" id="confirm-date" prop:checked=move || confirmed.get()
                        on:change:target=move |event| confirmed.set(event.target().checked()) />
                    <span><Said word=words::CONFIRM_DATE /></span>
                </label>
            })}
            <ProblemLine problem fields=&["business_date", "float_paise"] />
            <div class="actions">
                <button type="submit" class="primary" id="open-shift">
                    {move || busy_word(busy.get(), words::DO_OPEN).get(app.language())} <Keycap key="Enter" />
                </button>
            </div>
        </form>
    }
    .into_any()
}

fn read(date: &str, float: &str, today: domain::BusinessDate, confirmed: bool) -> Result<OpenShift, Problem> {
    let business_date = format::read_day(date, today)
        .ok_or_else(|| own_problem("E-UI-011", common::NOT_A_DAY, "business_date"))?;
    let float_paise = match float.trim() {
        "" => Paise::ZERO,
        typed => {
            Paise::parse(typed).map_err(|_| own_problem("E-UI-010", common::NOT_AN_AMOUNT, "float_paise"))?
        }
    };
    Ok(OpenShift { business_date, float_paise, confirmed })
}
