//! What is typed and not yet taken is kept with the office a moment after each change, and brought back after a power
//! cut.

use crate::browser;
use crate::call::{ask_then, take};
use crate::format::plain;
use crate::screens::counter::actions;
use crate::screens::counter::form::{Entry, Typed};
use crate::screens::counter::work::{Step, Work};
use crate::state::{App, done_or_trouble};
use contract::{Draft, Payment, Request};
use domain::Paise;
use domain::payment::Instrument;
use domain::receipt::LeafReference;
use leptos::prelude::*;

/// How long after the last key the draft is written: longer than between two keys, shorter than a person notices.
const QUIET_MS: u64 = 300;

/// Keeps the draft saved while the counter shows.
pub fn keep_saved(app: App) {
    let counter = app.counter;
    Effect::new(move |_| {
        let open = counter.work.with(Option::is_some);
        counter.typed.track();
        if !open || counter.step.get_untracked() == Step::Taking {
            return;
        }
        counter.draft_turn.update_value(|turn| *turn += 1);
        let turn = counter.draft_turn.get_value();
        browser::after(QUIET_MS, move || {
            if counter.draft_turn.get_value() == turn {
                save_now(app);
            }
        });
    });
}

/// No saving that is still waiting may run: the payment is being taken.
pub fn hold(app: App) {
    app.counter.draft_turn.update_value(|turn| *turn += 1);
}

/// Saves what is typed.
pub fn save_now(app: App) {
    let counter = app.counter;
    if counter.step.get_untracked() == Step::Taking {
        return;
    }
    if let Some(work) = counter.work.get_untracked() {
        let typed = counter.typed.get_untracked();
        let draft = to_draft(app, &work, &typed);
        done_or_trouble(app, Request::SaveDraft(draft));
    }
}

/// As far as it can be read, as a payment; what cannot be read yet travels as it was typed.
fn to_draft(app: App, work: &Work, typed: &Typed) -> Draft {
    let today = app.today();
    let readable = typed.payment(work, today).unwrap_or_else(|_| {
        let without = Typed { texts: readable_texts(typed), leaf: false, ..typed.clone() };
        without.payment(work, today).unwrap_or_else(|_| bare(work, typed))
    });
    Draft {
        search: app.counter.find.text.get_untracked(),
        payment: readable,
        amount_text: typed.text(Entry::Amount).to_owned(),
        tendered_text: typed.text(Entry::Tendered).to_owned(),
    }
}

/// The texts that need no reading: an amount or a day that is half typed must not cost the others.
fn readable_texts(typed: &Typed) -> std::collections::BTreeMap<Entry, String> {
    let half =
        |entry: Entry| matches!(entry, Entry::Amount | Entry::Tendered | Entry::Dated | Entry::LeafDate);
    let mut texts = typed.texts.clone();
    texts.retain(|entry, _| !half(*entry));
    texts.insert(Entry::Amount, "0".to_owned());
    texts
}

fn bare(work: &Work, typed: &Typed) -> Payment {
    Payment {
        draft: typed.draft.clone(),
        service: work.service().to_owned(),
        consumer: work.consumer().to_owned(),
        amount_paise: Paise::ZERO,
        lines: Vec::new(),
        instrument: Instrument { mode: typed.mode, ..Instrument::default() },
        payer_name: typed.text(Entry::PayerName).to_owned(),
        payer_mobile: typed.text(Entry::PayerMobile).to_owned(),
        remark: typed.text(Entry::Remark).to_owned(),
        leaf: None,
    }
}

/// Brings back what this person left unfinished.
pub fn restore(app: App) {
    ask_then(Request::LoadDraft, take!(Draft), move |draft| match draft {
        Ok(Some(draft)) => reopen(app, *draft),
        Ok(None) => {}
        Err(problem) => app.trouble(problem),
    });
}

/// A person who was quicker than the answer goes on with what they type; the draft waits with its bill.
fn reopen(app: App, draft: Draft) {
    let counter = app.counter;
    let search = draft.search.clone();
    let typed = from_draft(&draft);
    let (service, consumer) = (draft.payment.service, draft.payment.consumer);
    if !consumer.is_empty() {
        if counter.is_in_use() {
            return counter.set_aside((service, consumer), typed);
        }
        counter.find.text.set(search);
        return actions::open_bill(app, service, consumer, Some(typed));
    }
    let lines = draft.payment.lines;
    ask_then(Request::Services { text: String::new() }, take!(Services), move |services| match services {
        Ok(services) => {
            let Some(choice) = services.into_iter().find(|choice| choice.service == service) else { return };
            let of_head = |head: &contract::HeadView| {
                lines.iter().find(|line| line.head == head.head).map(|line| plain(line.amount_paise))
            };
            let heads = choice.heads.iter().map(|head| of_head(head).unwrap_or_default()).collect();
            let typed = Typed { heads, ..typed };
            let work = Work::Service(choice);
            if counter.is_in_use() {
                return counter.set_aside(work.key(), typed);
            }
            counter.find.text.set(search);
            actions::open_work(app, work, Some(typed));
        }
        Err(problem) => app.trouble(problem),
    });
}

fn from_draft(draft: &Draft) -> Typed {
    let payment = &draft.payment;
    let instrument = &payment.instrument;
    let mut typed = Typed {
        draft: payment.draft.clone(),
        mode: instrument.mode,
        leaf: payment.leaf.is_some(),
        upi_reference: instrument.our_reference.clone(),
        touched: true,
        ..Typed::default()
    };
    let day = instrument.dated.map(|day| day.on_paper()).unwrap_or_default();
    for (entry, text) in [
        (Entry::Amount, &draft.amount_text),
        (Entry::Tendered, &draft.tendered_text),
        (Entry::Number, &instrument.number),
        (Entry::Dated, &day),
        (Entry::Ifsc, &instrument.ifsc),
        (Entry::Bank, &instrument.bank),
        (Entry::Branch, &instrument.branch),
        (Entry::CardLastFour, &instrument.card_last_four),
        (Entry::ApprovalCode, &instrument.approval_code),
        (Entry::PayerName, &payment.payer_name),
        (Entry::PayerMobile, &payment.payer_mobile),
        (Entry::Remark, &payment.remark),
    ] {
        typed.put(entry, text.as_str());
    }
    if let Some(LeafReference { book, leaf, written_on }) = &payment.leaf {
        typed.put(Entry::LeafBook, book.as_str());
        typed.put(Entry::LeafNumber, leaf.to_string());
        typed.put(Entry::LeafDate, written_on.on_paper());
    }
    typed
}
