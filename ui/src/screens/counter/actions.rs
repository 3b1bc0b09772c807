//! What the keys do at the counter: open, check, confirm, take, go back.

use crate::browser;
use crate::call::{ask_then, take};
use crate::format;
use crate::screens::counter::draft;
use crate::screens::counter::find::Pick;
use crate::screens::counter::form::{Entry, Typed};
use crate::screens::counter::work::{Step, Work};
use crate::state::{App, Screen};
use contract::{Bill, Problem, Request, ServiceChoice};
use domain::payment::PaymentMode;
use leptos::prelude::*;

/// Opens what was picked.
pub fn open(app: App, pick: Pick) {
    // A second pick while a bill is on its way would let the slower answer win.
    if matches!(app.counter.step.get_untracked(), Step::Opening | Step::Taking) {
        return;
    }
    match pick {
        Pick::Consumer(hit) => open_bill(app, hit.service, hit.consumer, None),
        Pick::Service(service) => open_work(app, Work::Service(service), None),
    }
}

/// Opens the bill of a consumer, with what was typed before where that is known.
pub fn open_bill(app: App, service: String, consumer: String, restored: Option<Typed>) {
    let counter = app.counter;
    if counter.step.get_untracked() == Step::Taking {
        return;
    }
    counter.step.set(Step::Opening);
    counter.problem.set(None);
    ask_then(Request::Bill { service, consumer }, take!(Bill), move |bill| {
        // Esc went back meanwhile: the bill is no longer asked for.
        if counter.step.get_untracked() != Step::Opening {
            return;
        }
        match bill {
            Ok(bill) => open_work(app, Work::Dues(bill), restored),
            Err(problem) => {
                counter.ahead.set_value(false);
                counter.step.set(Step::Find);
                app.trouble(problem);
            }
        }
    });
}

/// Lays the work out: the fields typed before for the same bill, or full payment in cash.
pub fn open_work(app: App, work: Work, restored: Option<Typed>) {
    let counter = app.counter;
    park(app);
    counter.restored.set(restored.is_some());
    let before = counter.parked.try_update_value(|parked| parked.remove(&work.key())).flatten();
    let typed = restored.or(before).unwrap_or_else(|| fresh(&work));
    app.notice.set(None);
    counter.problem.set(None);
    counter.confirming.set(None);
    counter.typed.set(typed);
    counter.work.set(Some(work));
    counter.step.set(Step::Tender);
    counter.focus_tender();
    if counter.ahead.get_value() {
        counter.ahead.set_value(false);
        forward(app, None);
    }
}

/// Sets aside what was typed for the bill that is open, so that opening another loses nothing.
fn park(app: App) {
    let counter = app.counter;
    let typed = counter.typed.get_untracked();
    if let Some(work) = counter.work.get_untracked()
        && typed.touched
    {
        counter.set_aside(work.key(), typed);
    }
}

fn fresh(work: &Work) -> Typed {
    let mut typed = Typed { draft: browser::fresh_draft_id(), ..Typed::default() };
    match work {
        Work::Dues(bill) => typed.put(Entry::Amount, full_amount(bill)),
        Work::Service(ServiceChoice { heads, .. }) => typed.heads = vec![String::new(); heads.len()],
    }
    typed
}

fn full_amount(bill: &Bill) -> String {
    if bill.total_due_paise.is_zero() { String::new() } else { format::plain(bill.total_due_paise) }
}

/// Chooses how the money comes. The same key again chooses the second mode that shares it.
pub fn choose_mode(app: App, mode: PaymentMode) {
    let counter = app.counter;
    if counter.work.with_untracked(Option::is_none) || counter.step.get_untracked().is_confirming() {
        return;
    }
    let now = counter.typed.with_untracked(|typed| typed.mode);
    let mode = match (now, mode) {
        (PaymentMode::Cheque, PaymentMode::Cheque) => PaymentMode::DemandDraft,
        (PaymentMode::Neft, PaymentMode::Neft) => PaymentMode::Rtgs,
        (_, mode) => mode,
    };
    counter.problem.set(None);
    counter.typed.update(|typed| {
        typed.mode = mode;
        typed.touched = true;
    });
    counter.step.set(Step::Tender);
    counter.focus_tender();
}

/// Enter: one step forward from wherever the work is.
pub fn forward(app: App, from: Option<Entry>) {
    match app.counter.step.get_untracked() {
        Step::Find => app.counter.find.enter(app),
        Step::Opening => app.counter.ahead.set_value(true),
        Step::Tender => check(app, from),
        Step::Checking | Step::Taking => {}
        Step::Confirm => take_payment(app),
    }
}

/// Asks the office what would be printed, and shows the confirming line.
fn check(app: App, from: Option<Entry>) {
    let counter = app.counter;
    let today = app.today();
    let Some(work) = counter.work.get_untracked() else { return };
    let typed = counter.typed.get_untracked();
    counter.problem.set(None);
    let payment = match typed.payment(&work, today) {
        Ok(payment) => payment,
        Err(problem) => return refuse(app, problem),
    };
    if let Some(gap) = typed.next_gap(&payment, today, from) {
        return browser::focus(gap.id());
    }
    counter.step.set(Step::Checking);
    ask_then(Request::Preview(payment.clone()), take!(Preview), move |preview| {
        if counter.step.get_untracked() != Step::Checking {
            return;
        }
        match preview {
            Ok(preview) => {
                counter.confirming.set(Some((payment, preview)));
                counter.step.set(Step::Confirm);
                browser::focus("confirm");
            }
            Err(problem) => refuse(app, problem),
        }
    });
}

/// Takes the money. Sends exactly what the confirming line showed; a second press finds the step already taken, and a
/// repetition after a lost answer carries the same draft, which the office answers with the same receipt.
fn take_payment(app: App) {
    let counter = app.counter;
    let Some((payment, _)) = counter.confirming.get_untracked() else { return };
    counter.step.set(Step::Taking);
    counter.problem.set(None);
    draft::hold(app);
    ask_then(Request::TakePayment(payment), take!(Receipt), move |receipt| match receipt {
        Ok(receipt) => {
            counter.close_work();
            counter.find.clear();
            counter.last.set(Some(*receipt));
            browser::focus("omnibox");
            app.refresh_drawer();
            app.refresh();
        }
        Err(problem) => refuse(app, problem),
    });
}

/// Back to the tender with what is wrong, the cursor in the field it names.
fn refuse(app: App, problem: Problem) {
    let counter = app.counter;
    let entry = Entry::of_field(&problem.field);
    let lines = problem.field.starts_with("lines");
    counter.problem.set(Some(problem));
    counter.confirming.set(None);
    counter.step.set(Step::Tender);
    match entry {
        Some(entry) => browser::focus(entry.id()),
        None if lines => browser::focus("head-0"),
        None => counter.focus_tender(),
    }
}

/// Esc: one step back, nothing lost.
pub fn back(app: App) {
    let counter = app.counter;
    counter.ahead.set_value(false);
    match counter.step.get_untracked() {
        Step::Taking => {}
        Step::Confirm | Step::Checking => {
            counter.confirming.set(None);
            counter.step.set(Step::Tender);
            counter.focus_tender();
        }
        Step::Tender | Step::Opening => {
            counter.step.set(Step::Find);
            browser::focus("omnibox");
        }
        Step::Find => {
            counter.find.note.set(None);
            app.notice.set(None);
            browser::focus("omnibox");
        }
    }
}

/// Puts the cursor into a field of the tender, where a bill is open.
pub fn edit(app: App, entry: Entry) {
    let counter = app.counter;
    if counter.work.with_untracked(Option::is_some) && !counter.step.get_untracked().is_confirming() {
        counter.step.set(Step::Tender);
        browser::focus(entry.id());
    }
}

/// Shows or hides the fields of a pre-printed leaf.
pub fn toggle_leaf(app: App) {
    let counter = app.counter;
    if counter.work.with_untracked(Option::is_none) || counter.step.get_untracked().is_confirming() {
        return;
    }
    counter.typed.update(|typed| {
        typed.leaf = !typed.leaf;
        typed.touched = true;
    });
    if counter.typed.with_untracked(|typed| typed.leaf) {
        edit(app, Entry::LeafBook);
    }
}

/// Throws the open payment away, on the person's word.
pub fn drop_work(app: App) {
    let counter = app.counter;
    if counter.work.with_untracked(Option::is_none) || counter.step.get_untracked() == Step::Taking {
        return;
    }
    counter.close_work();
    browser::focus("omnibox");
    crate::state::done_or_trouble(app, Request::DropDraft);
}

/// Opens the form for the open property.
pub fn edit_property(app: App) {
    let is_property = app.counter.work.with_untracked(|work| matches!(work, Some(Work::Dues(_))));
    if is_property && app.counter.step.get_untracked() != Step::Taking {
        app.go(Screen::Property);
    }
}
