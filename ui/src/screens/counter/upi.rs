//! The UPI code a payer scans, drawn by the office for the amount that stands in the tender.

use crate::browser;
use crate::call::{ask_then, take};
use crate::parts::{Field, ProblemNote, Said};
use crate::screens::counter::form::{Entry, bind};
use crate::state::App;
use crate::words::counter as said;
use contract::{Problem, Request, UpiCode};
use domain::Paise;
use domain::payment::PaymentMode;
use leptos::prelude::*;

/// The code is asked for when the amount has stood still for a moment.
const QUIET_MS: u64 = 150;

/// The code and the field for its reference number.
#[component]
pub fn UpiPanel() -> impl IntoView {
    let app = App::here();
    let counter = app.counter;
    let code: RwSignal<Option<Result<UpiCode, Problem>>> = RwSignal::new(None);
    let wanted = Memo::new(move |_| {
        let work = counter.work.get()?;
        let (draft, amount) = counter.typed.with(|typed| (typed.draft.clone(), typed.amount(&work)));
        amount.ok().filter(|amount| *amount > Paise::ZERO).map(|amount| (draft, amount))
    });
    Effect::new(move |_| match wanted.get() {
        None => code.set(None),
        Some(asked) => browser::after(QUIET_MS, move || ask_for(app, wanted, asked, code)),
    });
    view! {
        <div class="upi">
            <div class="qr-place" id="upi-code" data-testid="upi-code">
                {move || match code.get() {
                    None => ().into_any(),
                    Some(Err(problem)) => view! { <ProblemNote problem /> }.into_any(),
                    Some(Ok(code)) => view! { <div class="qr" role="img" aria-label=code.link inner_html=code.svg></div> }.into_any(),
                }}
            </div>
            <div class="upi-side">
                <p class="quiet"><Said word=said::SHOW_CODE /></p>
                <p>
                    <span class="quiet"><Said word=said::UPI_REFERENCE /></span>
                    <bdi class="code path" lang="en" id="upi-reference">
                        {move || code.get().and_then(Result::ok).map(|code| code.reference)}
                    </bdi>
                </p>
                <Field
                    id="instrument-number"
                    name="number"
                    label=Entry::Number.label(PaymentMode::Upi)
                    text=bind(counter.typed, Entry::Number)
                    hint=Entry::Number.hint(PaymentMode::Upi)
                    input_mode="numeric"
                    problem=counter.problem
                />
            </div>
        </div>
    }
}

type Asked = (String, Paise);

fn ask_for(
    app: App,
    wanted: Memo<Option<Asked>>,
    asked: Asked,
    code: RwSignal<Option<Result<UpiCode, Problem>>>,
) {
    // The panel may be gone, or the amount another, when the moment has passed.
    if wanted.try_get_untracked().flatten().as_ref() != Some(&asked) {
        return;
    }
    let (draft, amount_paise) = asked.clone();
    ask_then(Request::UpiCode { draft, amount_paise }, take!(UpiCode), move |answer| {
        if wanted.try_get_untracked().flatten() != Some(asked) {
            return;
        }
        if let Ok(code) = &answer {
            app.counter.typed.update(|typed| typed.upi_reference.clone_from(&code.reference));
        }
        code.try_set(Some(answer));
    });
}
