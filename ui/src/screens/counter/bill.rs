//! The middle column: the bill that is open, the heads of a service, or the receipt just issued.

use crate::format;
use crate::parts::{Fact, Keycap, Mark, Named, Said};
use crate::screens::counter::actions;
use crate::screens::counter::bill_years::BillYears;
use crate::screens::counter::heads::Heads;
use crate::screens::counter::last_receipt::LastReceipt;
use crate::screens::counter::work::Work;
use crate::state::{App, ReceiptTask};
use crate::words::{self, counter as said, settings};
use contract::{Bill, DuesKnown, ReceiptBrief, Staleness};
use domain::register::PropertyField;
use leptos::prelude::*;

/// The middle column.
#[component]
pub fn Middle() -> impl IntoView {
    let app = App::here();
    move || match app.counter.work.get() {
        None => view! { <Idle /> }.into_any(),
        Some(Work::Dues(bill)) => view! { <OpenBill bill=*bill /> }.into_any(),
        Some(Work::Service(service)) => view! { <Heads service /> }.into_any(),
    }
}

/// The ways to a bill.
const WAYS: [(&str, words::Word); 4] = [
    ("F2", settings::KEY_FIND),
    ("F3", settings::KEY_NUMBER),
    ("F4", settings::KEY_MOBILE),
    ("Alt+S", settings::KEY_SERVICE),
];

#[component]
fn Idle() -> impl IntoView {
    let app = App::here();
    move || match app.counter.last.get() {
        Some(receipt) => view! { <LastReceipt receipt /> }.into_any(),
        None => view! {
            <div class="empty">
                <h2 id="bill-heading"><Said word=said::BILL_EMPTY /></h2>
                <p><Said word=said::FIND_HELP /></p>
                <dl class="ways">
                    {WAYS
                        .map(|(key, word)| view! {
                            <div class="key-line">
                                <dt><Keycap key /></dt>
                                <dd><Said word /></dd>
                            </div>
                        })
                        .collect_view()}
                </dl>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn OpenBill(bill: Bill) -> impl IntoView {
    let (years, receipts) = (bill.clone(), bill.receipts.clone());
    let cases = bill.cases.clone();
    view! {
        <div id="bill" class="bill" data-testid="bill" data-consumer=bill.consumer.clone()>
            <Restored />
            <Who bill=bill.clone() />
            <Fresh staleness=bill.staleness />
            {(!cases.is_empty()).then(|| view! { <Cases cases /> })}
            <BillYears bill=years />
            <LastReceipts receipts />
        </div>
    }
}

/// Says that what is open was left unfinished before.
#[component]
pub fn Restored() -> impl IntoView {
    let app = App::here();
    move || {
        app.counter.restored.get().then(|| {
            view! {
                <p id="restored-strip" class="strip look" role="status">
                    <Mark kind="look"><Said word=said::RESTORED /></Mark>
                </p>
            }
        })
    }
}

#[component]
fn Who(bill: Bill) -> impl IntoView {
    let app = App::here();
    let property = bill.property;
    let owner = domain::Bilingual::new(property.owner_hindi, property.owner_english);
    let guardian = domain::Bilingual::new(property.guardian_hindi, property.guardian_english);
    let other = owner.clone();
    let other_script = move || {
        let (shown, _) = app.name(&other);
        let pair = [("hi", &other.hindi), ("en", &other.english)];
        pair.into_iter()
            .find(|(_, text)| !text.is_empty() && **text != shown)
            .map(|(language, text)| view! { <span class="other-script" lang=language>{text.clone()}</span> })
    };
    view! {
        <header class="who">
            <div class="who-name">
                <h2 id="bill-heading"><Named both=owner /> " " {other_script}</h2>
                <button type="button" class="quiet-button" id="edit-property" on:click=move |_| actions::edit_property(app)>
                    <Said word=said::EDIT_PROPERTY /> <Keycap key="Alt+E" />
                </button>
            </div>
            <dl class="facts">
                <Fact label=said::PROPERTY_ID><bdi class="code" lang="en">{bill.consumer}</bdi></Fact>
                {known(&property.old_id).map(|id| view! { <Fact label=said::OLD_ID><bdi class="code">{id}</bdi></Fact> })}
                {known(&(guardian.hindi.clone() + &guardian.english))
                    .map(|_| view! { <Fact label=said::GUARDIAN><Named both=guardian /></Fact> })}
                <Fact label=said::ADDRESS>
                    {known(&property.door_number).map(|door| view! { <bdi>{door}</bdi> ", " })}
                    <Named both=bill.locality />
                    {known(&property.address).map(|address| view! { ", " <bdi>{address}</bdi> })}
                </Fact>
                <Fact label=said::WARD><Named both=bill.ward /></Fact>
                {known(&bill.mobile_masked).map(|mobile| view! { <Fact label=said::MOBILE><bdi class="code">{mobile}</bdi></Fact> })}
                {known(&property.usage).map(|usage| view! { <Fact label=said::USAGE><bdi>{usage}</bdi></Fact> })}
            </dl>
        </header>
    }
}

fn known(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}

/// How fresh the dues are: what this device cannot know is said, softly, and warned of only when it is long.
#[component]
fn Fresh(staleness: Staleness) -> impl IntoView {
    let app = App::here();
    let Staleness { known, unseen_counters, warn } = staleness;
    let as_of = move || match known {
        DuesKnown::Whole => said::ONLY_COUNTER.get(app.language()).to_owned(),
        DuesKnown::NeverExchanged => said::NEVER_EXCHANGED.get(app.language()).to_owned(),
        DuesKnown::AsOf(at) => {
            let language = app.language();
            said::dues_as_of(language, &format::moment(at), &format::ago(at, app.now_ms.get(), language))
        }
    };
    let unseen = move || {
        (!unseen_counters.is_empty()).then(|| said::unseen_counters(app.language(), &unseen_counters))
    };
    view! {
        <p id="staleness" class="staleness" class:look=warn data-testid="staleness">
            <Mark kind=if warn { "look" } else { "idle" }>{as_of}</Mark>
            <span class="quiet">{unseen}</span>
        </p>
    }
}

#[component]
fn Cases(cases: Vec<String>) -> impl IntoView {
    // Two heads of one year are two cases; the line says what both are.
    let mut lines: Vec<CaseLine> = cases.iter().map(|case| CaseLine::of(case)).collect();
    lines.dedup();
    view! {
        <div class="strip look" data-testid="cases">
            <Mark kind="look"><Said word=said::OPEN_CASES /></Mark>
            <ul>
                {lines
                    .into_iter()
                    .map(|CaseLine { kind, field, year }| view! {
                        <li>
                            <Said word=kind />
                            {field.map(|field| view! { " · " <Said word=field /> })}
                            {year.map(|year| view! { " · " <span class="figures">{year}</span> })}
                        </li>
                    })
                    .collect_view()}
            </ul>
        </div>
    }
}

/// A case by its stable name: its kind, and the year or the field it is about. The supervisor's page has the rest.
#[derive(PartialEq)]
struct CaseLine {
    kind: words::Word,
    field: Option<words::Word>,
    year: Option<String>,
}

impl CaseLine {
    fn of(case: &str) -> CaseLine {
        let mut parts = case.split('/').rev();
        let field = parts.clone().next().and_then(PropertyField::from_key).map(words::register::field);
        let year = parts.find(|part| is_year(part)).map(str::to_owned);
        CaseLine { kind: words::devices::case_kind(case), field, year }
    }
}

/// `2026-27`
fn is_year(part: &str) -> bool {
    matches!(part.as_bytes(), [first @ .., b'-', a, b] if first.len() == 4
        && first.iter().chain([a, b]).all(u8::is_ascii_digit))
}

#[component]
fn LastReceipts(receipts: Vec<ReceiptBrief>) -> impl IntoView {
    let none = receipts.is_empty();
    view! {
        <section class="last-receipts" aria-labelledby="last-receipts-heading">
            <h3 id="last-receipts-heading"><Said word=said::LAST_RECEIPTS /></h3>
            {none.then(|| view! { <p class="quiet"><Said word=said::NO_RECEIPTS /></p> })}
            <ul class="brief-list">
                {receipts.into_iter().map(|receipt| view! { <BriefRow receipt /> }).collect_view()}
            </ul>
        </section>
    }
}

#[component]
fn BriefRow(receipt: ReceiptBrief) -> impl IntoView {
    let app = App::here();
    let opened = receipt.clone();
    view! {
        <li>
            <button type="button" class="brief" on:click=move |_| app.open_receipt(opened.clone(), ReceiptTask::Look)>
                <span class="figures">{receipt.business_date.on_paper()}</span>
                <bdi class="code" lang="en">{receipt.number}</bdi>
                <span><Said word=words::mode(receipt.mode) /></span>
                {receipt.cancelled.then(|| view! { <Mark kind="stop"><Said word=said::CANCELLED /></Mark> })}
                <span class="money" class:struck=receipt.cancelled>{format::rupees(receipt.amount_paise)}</span>
            </button>
        </li>
    }
}
