//! One receipt: what it says, what happened to it, what may be done with it.

use crate::browser;
use crate::call::{ask_then, take};
use crate::format;
use crate::parts::{Fact, Field, Keycap, Mark, Named, PaperLine, ProblemLine, Said};
use crate::screens::receipts::cancel::Cancel;
use crate::screens::receipts::escape::leave_on_escape;
use crate::screens::receipts::reprint::ReprintForm;
use crate::state::{App, ReceiptTask};
use crate::words::{self, common, counter, receipts as said};
use contract::{HistoryLine, LineView, PaperDone, Problem, ReceiptView, Request};
use leptos::prelude::*;

/// The receipt. `view` takes what the office answers to a task; `changed` tells the list.
#[component]
pub fn Detail(
    receipt: ReceiptView,
    view: RwSignal<Option<ReceiptView>>,
    changed: RwSignal<u32>,
) -> impl IntoView {
    let app = App::here();
    let wanted = app
        .opened_receipt
        .with_untracked(|opened| opened.as_ref().map_or(ReceiptTask::Look, |(_, task)| *task));
    let task = RwSignal::new(wanted);
    // A key pressed while this receipt is open (Ctrl+R, Ctrl+Shift+X) asks for its task.
    let name = receipt.brief.receipt;
    Effect::new(move |_| {
        if let Some((brief, wanted)) = app.opened_receipt.get()
            && brief.receipt == name
        {
            task.set(wanted);
        }
    });
    let done = Callback::new(move |answer: ReceiptView| {
        let brief = answer.brief.clone();
        view.set(Some(answer));
        app.opened_receipt.set(Some((brief, ReceiptTask::Look)));
        changed.update(|count| *count += 1);
        app.refresh_drawer();
        app.refresh();
        browser::focus("receipt");
    });
    let forms = receipt.clone();
    view! {
        <article id="receipt" class="receipt" tabindex="-1" data-number=receipt.brief.number.clone() data-cancelled=receipt.brief.cancelled.to_string()>
            <Head receipt=receipt.clone() />
            {move || match task.get() {
                ReceiptTask::Look => view! { <Tasks receipt=forms.clone() task /> }.into_any(),
                ReceiptTask::Reprint => view! { <ReprintForm receipt=forms.clone() task done /> }.into_any(),
                ReceiptTask::Cancel => view! { <Cancel receipt=forms.clone() task done /> }.into_any(),
                ReceiptTask::Certify => view! { <Certify receipt=forms.clone() task /> }.into_any(),
            }}
            {receipt.paper.map(|paper| view! { <PaperLine paper receipt=true /> })}
            <Lines lines=receipt.lines />
            <p class="confirm-words"><Named both=receipt.words /></p>
            <History lines=receipt.history />
        </article>
    }
}

#[component]
fn Head(receipt: ReceiptView) -> impl IntoView {
    let brief = receipt.brief;
    let cancelled = brief.cancelled;
    let instrument = receipt.instrument;
    let number = [instrument.number, instrument.card_last_four, instrument.our_reference]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    view! {
        <header>
            <h2 id="receipt-heading"><bdi class="code" lang="en">{brief.number}</bdi></h2>
            {cancelled.then(|| view! { <p><Mark kind="stop"><Said word=said::CANCELLED /></Mark></p> })}
            {receipt.disputed.map(|why| view! {
                <p class="strip look"><Mark kind="look"><Said word=said::DISPUTED /></Mark> " " <Named both=why /></p>
            })}
            <p class="receipt-amount money" class:struck=cancelled>{format::rupees(brief.amount_paise)}</p>
            <dl class="facts">
                <Fact label=common::DATE>
                    <span class="figures">{brief.business_date.on_paper()} " · " {format::time_of_day(brief.at_ms)}</span>
                </Fact>
                <Fact label=common::MODE>
                    <Said word=words::mode(brief.mode) /> " " <bdi class="code" lang="en">{number}</bdi>
                </Fact>
                <Fact label=said::ASSESSEE><Named both=brief.assessee /></Fact>
                {(!brief.payer_name.is_empty()).then(|| view! { <Fact label=counter::PAID_BY><bdi>{brief.payer_name}</bdi></Fact> })}
                <Fact label=said::SERVICE><Named both=receipt.service_name /></Fact>
                {(!receipt.consumer.is_empty()).then(|| view! { <Fact label=said::CONSUMER><bdi class="code" lang="en">{receipt.consumer}</bdi></Fact> })}
                <Fact label=counter::CHANGE><span class="money">{format::rupees(receipt.change_paise)}</span></Fact>
                <Fact label=counter::BALANCE_AFTER><span class="money">{format::rupees(receipt.balance_after_paise)}</span></Fact>
                <Fact label=said::CLERK><Named both=receipt.clerk /> " · " <bdi>{brief.counter}</bdi></Fact>
                <Fact label=said::CHAIN><bdi class="code" lang="en">{receipt.chain_head}</bdi></Fact>
                {receipt.leaf.map(|leaf| view! {
                    <Fact label=said::LEAF>
                        <bdi>{leaf.book}</bdi> " / " {leaf.leaf} " · " <span class="figures">{leaf.written_on.on_paper()}</span>
                    </Fact>
                })}
            </dl>
        </header>
    }
}

/// The keys of what may be done.
#[component]
fn Tasks(receipt: ReceiptView, task: RwSignal<ReceiptTask>) -> impl IntoView {
    view! {
        <div class="actions">
            {receipt.may_reprint.then(|| view! {
                <button type="button" id="do-reprint" on:click=move |_| task.set(ReceiptTask::Reprint)>
                    <Said word=said::REPRINT /> <Keycap key="Ctrl+R" />
                </button>
            })}
            {receipt.may_certify.then(|| view! {
                <button type="button" id="do-certify" on:click=move |_| task.set(ReceiptTask::Certify)>
                    <Said word=said::CERTIFY />
                </button>
            })}
            {receipt.may_cancel.then(|| view! {
                <button type="button" id="do-cancel" class="danger" on:click=move |_| task.set(ReceiptTask::Cancel)>
                    <Said word=said::CANCEL /> <Keycap key="Ctrl+Shift+X" />
                </button>
            })}
        </div>
    }
}

#[component]
fn Lines(lines: Vec<LineView>) -> impl IntoView {
    view! {
        <table class="dues">
            <thead>
                <tr>
                    <th scope="col"><Said word=counter::YEAR /></th>
                    <th scope="col"><Said word=counter::LINES /></th>
                    <th scope="col" class="money"><Said word=common::AMOUNT /></th>
                </tr>
            </thead>
            <tbody>
                {lines
                    .into_iter()
                    .map(|LineView { name, line }| view! {
                        <tr>
                            <td class="figures">{line.year.to_string()}</td>
                            <td><Named both=name /></td>
                            <td class="money" class:credit=line.amount_paise.is_negative()>{format::cell(line.amount_paise)}</td>
                        </tr>
                    })
                    .collect_view()}
            </tbody>
        </table>
    }
}

#[component]
fn History(lines: Vec<HistoryLine>) -> impl IntoView {
    view! {
        <h3><Said word=said::HISTORY /></h3>
        <ol class="history">
            {lines
                .into_iter()
                .map(|HistoryLine { at_ms, who, what }| view! {
                    <li>
                        <span class="figures">{format::moment(at_ms)}</span>
                        <span><Named both=what /></span>
                        <span class="quiet"><Named both=who /></span>
                    </li>
                })
                .collect_view()}
        </ol>
    }
}

#[component]
fn Certify(receipt: ReceiptView, task: RwSignal<ReceiptTask>) -> impl IntoView {
    let problem = RwSignal::new(None::<Problem>);
    let paper = RwSignal::new(None::<PaperDone>);
    let issued_to = RwSignal::new(receipt.brief.payer_name.clone());
    let name = receipt.brief.receipt;
    browser::focus("issued-to");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let request = Request::CertifyPayment { receipt: name, issued_to: issued_to.get_untracked() };
        ask_then(request, take!(Paper), move |answer| match answer {
            Ok(done) => paper.set(Some(done)),
            Err(wrong) => problem.set(Some(wrong)),
        });
    };
    view! {
        <form class="task" id="certify-form" on:submit=submit on:keydown=move |event| leave_on_escape(&event, task)>
            <h3><Said word=said::CERTIFY /></h3>
            <p><Said word=said::CERTIFY_MORE /></p>
            <Field id="issued-to" name="issued_to" label=said::ISSUED_TO text=issued_to problem />
            <ProblemLine problem fields=&["issued_to"] />
            {move || paper.get().map(|paper| view! { <PaperLine paper /> })}
            <div class="actions">
                <button type="submit" class="primary" id="certify"><Said word=said::DO_CERTIFY /> <Keycap key="Enter" /></button>
                <button type="button" class="quiet-button" on:click=move |_| task.set(ReceiptTask::Look)>
                    <Said word=common::BACK /> <Keycap key="Esc" />
                </button>
            </div>
        </form>
    }
}
