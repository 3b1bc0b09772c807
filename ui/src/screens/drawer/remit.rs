//! Paying closed shifts' money in: cash by denomination, the cheques and drafts that go along, the slip.

use crate::call::{ask_then, take};
use crate::format;
use crate::parts::{CashCount, Counted, Field, Named, PaperLine, ProblemLine, Said};
use crate::screens::drawer::busy_word;
use crate::state::App;
use crate::words::{self, drawer as said};
use contract::{BankAccount, PaperDone, Problem, ReceiptBrief, Remit, Remittable, Request};
use domain::ChainHead;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// What may be paid in.
#[component]
pub fn RemitForm() -> impl IntoView {
    let remittable = RwSignal::new(None::<Remittable>);
    let problem = RwSignal::new(None::<Problem>);
    let paper = RwSignal::new(None::<PaperDone>);
    let load = move || {
        ask_then(Request::Remittable, take!(Remittable), move |answer| match answer {
            Ok(answer) => remittable.set(Some(answer)),
            Err(wrong) => problem.set(Some(wrong)),
        });
    };
    load();
    let again = Callback::new(move |()| load());
    view! {
        <div class="task">
            <h2><Said word=said::REMIT /></h2>
            <p><Said word=said::REMIT_MORE /></p>
            {move || paper.get().map(|paper| view! {
                <div id="remit-done" class="strip good"><p><Said word=said::REMITTED /></p><PaperLine paper /></div>
            })}
            <ProblemLine problem fields=&["bank", "account"] />
            {move || remittable.get().map(|remittable| {
                let nothing = remittable.cash_paise.is_zero() && remittable.instruments.is_empty();
                if nothing {
                    view! { <p class="quiet" id="nothing-to-remit"><Said word=said::NOTHING_TO_REMIT /></p> }.into_any()
                } else {
                    view! { <Slip remittable problem paper again /> }.into_any()
                }
            })}
        </div>
    }
}

#[component]
fn Slip(
    remittable: Remittable,
    problem: RwSignal<Option<Problem>>,
    paper: RwSignal<Option<PaperDone>>,
    again: Callback<()>,
) -> impl IntoView {
    let app = App::here();
    let Remittable { cash_paise, instruments, accounts, .. } = remittable;
    let first =
        accounts.first().cloned().unwrap_or(BankAccount { bank: String::new(), account: String::new() });
    let (bank, account) = (RwSignal::new(first.bank), RwSignal::new(first.account));
    let counted = Counted::new(app);
    let chosen = RwSignal::new(instruments.iter().map(|receipt| receipt.receipt).collect::<Vec<_>>());
    let busy = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let remit = Remit {
            account: BankAccount {
                bank: bank.get_untracked().trim().to_owned(),
                account: account.get_untracked().trim().to_owned(),
            },
            cash: counted.counts(),
            instruments: chosen.get_untracked(),
        };
        ask_then(Request::Remit(remit), take!(Paper), move |answer| {
            busy.set(false);
            match answer {
                Ok(done) => {
                    paper.set(Some(done));
                    app.refresh_drawer();
                    again.run(());
                }
                Err(wrong) => problem.set(Some(wrong)),
            }
        });
    };
    let nothing = instruments.is_empty();
    view! {
        <form id="remit-form" on:submit=submit>
            <dl class="sums">
                <div class="sum big"><dt><Said word=said::REMITTABLE_CASH /></dt><dd class="money" id="remittable-cash">{format::rupees(cash_paise)}</dd></div>
            </dl>
            <div class="pair">
                <Field id="remit-bank" name="bank" label=said::BANK text=bank list="accounts-bank" problem />
                <Field id="remit-account" name="account" label=said::ACCOUNT text=account list="accounts-number" problem />
            </div>
            <datalist id="accounts-bank">{accounts.iter().map(|one| view! { <option value=one.bank.clone()></option> }).collect_view()}</datalist>
            <datalist id="accounts-number">{accounts.iter().map(|one| view! { <option value=one.account.clone()></option> }).collect_view()}</datalist>
            <CashCount counted then="remit" />
            <h3><Said word=said::INSTRUMENTS /></h3>
            {nothing.then(|| view! { <p class="quiet"><Said word=said::NO_INSTRUMENTS /></p> })}
            {instruments.into_iter().map(|receipt| view! { <InstrumentRow receipt chosen /> }).collect_view()}
            <div class="actions">
                <button type="submit" class="primary" id="remit">
                    {move || busy_word(busy.get(), said::DO_REMIT).get(app.language())}
                </button>
            </div>
        </form>
    }
}

#[component]
fn InstrumentRow(receipt: ReceiptBrief, chosen: RwSignal<Vec<ChainHead>>) -> impl IntoView {
    let name = receipt.receipt;
    let toggle = move |on: bool| {
        chosen.update(|chosen| {
            chosen.retain(|one| *one != name);
            if on {
                chosen.push(name);
            }
        });
    };
    view! {
        <label class="check">
            <input type="checkbox" prop:checked=move || chosen.with(|chosen| chosen.contains(&name))
                on:change:target=move |event| toggle(event.target().checked()) />
            <span><Said word=words::mode(receipt.mode) /></span>
            <bdi class="code" lang="en">{receipt.number}</bdi>
            <Named both=receipt.assessee />
            <span class="money">{format::rupees(receipt.amount_paise)}</span>
        </label>
    }
}
