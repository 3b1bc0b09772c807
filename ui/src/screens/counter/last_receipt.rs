//! The receipt just issued: number, amount, change, what became of its paper. Calm, until the next payer is found.

use crate::format;
use crate::parts::{Keycap, Mark, Named, PaperLine, Said};
use crate::state::{App, ReceiptTask};
use crate::words::{self, counter as said, receipts};
use contract::ReceiptView;
use leptos::prelude::*;

/// The strip.
#[component]
pub fn LastReceipt(receipt: ReceiptView) -> impl IntoView {
    let app = App::here();
    let brief = receipt.brief.clone();
    let number = brief.number.clone();
    let (reprinted, looked) = (brief.clone(), brief.clone());
    view! {
        <div
            id="receipt-strip"
            class="issued"
            data-testid="receipt-strip"
            data-number=number
            data-paise=brief.amount_paise.0.to_string()
            data-change=receipt.change_paise.0.to_string()
        >
            <h2 id="bill-heading"><Mark kind="good"><Said word=said::RECEIPT_ISSUED /></Mark></h2>
            <p class="issued-number"><bdi class="code" lang="en">{brief.number}</bdi></p>
            <dl class="sums">
                <div class="sum big">
                    <dt><Said word=words::mode(brief.mode) /></dt>
                    <dd class="money">{format::rupees(brief.amount_paise)}</dd>
                </div>
                <div class="sum big change-row">
                    <dt><Said word=said::CHANGE /></dt>
                    <dd class="money">{format::rupees(receipt.change_paise)}</dd>
                </div>
                <div class="sum">
                    <dt><Said word=said::PAID_BY /></dt>
                    <dd>
                        {if brief.payer_name.is_empty() {
                            view! { <Named both=brief.assessee /> }.into_any()
                        } else {
                            view! { <bdi>{brief.payer_name}</bdi> }.into_any()
                        }}
                    </dd>
                </div>
                <div class="sum">
                    <dt><Said word=said::BALANCE_AFTER /></dt>
                    <dd class="money">{format::rupees(receipt.balance_after_paise)}</dd>
                </div>
            </dl>
            {receipt.paper.map(|paper| view! { <PaperLine paper receipt=true /> })}
            <div class="actions">
                <button type="button" on:click=move |_| app.open_receipt(reprinted.clone(), ReceiptTask::Reprint)>
                    <Said word=receipts::REPRINT /> <Keycap key="Ctrl+R" />
                </button>
                <button type="button" class="quiet-button" on:click=move |_| app.open_receipt(looked.clone(), ReceiptTask::Look)>
                    <Said word=receipts::OPEN />
                </button>
            </div>
        </div>
    }
}
