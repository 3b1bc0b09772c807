//! A lost receipt, entered again from its paper. Number, day and amount are the QR's; a person types what else is
//! printed, sees what would be entered, and the second person compares it with the paper and signs.

use super::account::{Account, AccountField};
use super::lines::{LinesAsPrinted, TypedLine, read};
use crate::browser;
use crate::call::{ask_then, take};
use crate::format;
use crate::parts::{
    Choose, Field, Keycap, Named, ProblemLine, Said, SecondPersonFields, SecondPersonTyped, own_problem,
};
use crate::screens::counter::{Entry, Lines, Typed, bind};
use crate::state::{App, ReceiptTask};
use crate::words::{self, common, counter, receipts as said};
use contract::{Choice, ClaimView, Preview, Problem, RecoverReceipt, Request, ServiceChoice, Verification};
use domain::demand::ADVANCE_HEAD;
use domain::fact::Kind;
use domain::payment::PaymentMode;
use domain::register::PROPERTY_TAX_SERVICE;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// Names of fields that show their own problems.
const FIELDS: [&str; 10] = [
    "service",
    "tendered_paise",
    "number",
    "dated",
    "ifsc",
    "bank",
    "branch",
    "card_last_four",
    "payer_name",
    "user",
];
/// The first field behind the account.
const AFTER_ACCOUNT: &str = "recover-mode";

/// A paper whose receipt may be entered again.
#[derive(Clone, Debug, PartialEq)]
pub struct LostPaper {
    /// The text of its QR.
    text: String,
    claim: ClaimView,
}

impl LostPaper {
    /// Where the office says that it may.
    pub fn of(text: String, verified: &Verification) -> Option<LostPaper> {
        let claim = verified.claim.clone().filter(|_| verified.may_recover)?;
        Some(LostPaper { text, claim })
    }
}

/// What is typed, and what would be entered.
#[derive(Clone, Copy)]
struct Form {
    paper: StoredValue<LostPaper>,
    service: RwSignal<String>,
    services: RwSignal<Vec<ServiceChoice>>,
    account: Account,
    /// Heads a line of property tax may have.
    heads: RwSignal<Vec<Choice>>,
    mode: RwSignal<String>,
    typed: RwSignal<Typed>,
    lines: RwSignal<Vec<TypedLine>>,
    asked: RwSignal<Option<(RecoverReceipt, Preview)>>,
    problem: RwSignal<Option<Problem>>,
    busy: RwSignal<bool>,
}

impl Form {
    fn new(paper: LostPaper) -> Form {
        Form {
            paper: StoredValue::new(paper),
            service: RwSignal::new(PROPERTY_TAX_SERVICE.to_owned()),
            services: RwSignal::new(Vec::new()),
            account: Account::new(),
            heads: RwSignal::new(Vec::new()),
            mode: RwSignal::new(PaymentMode::Cash.code().to_owned()),
            typed: RwSignal::new(Typed::default()),
            lines: RwSignal::new(Vec::new()),
            asked: RwSignal::new(None),
            problem: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    fn is_property_tax(self) -> bool {
        self.service.with(|service| service == PROPERTY_TAX_SERVICE)
    }

    fn mode(self) -> PaymentMode {
        let mode = self.mode.with(|code| PaymentMode::ALL.into_iter().find(|mode| mode.code() == code));
        mode.unwrap_or_default()
    }

    /// What is typed as a request, or the field that cannot be read.
    fn asks(self) -> Result<RecoverReceipt, Problem> {
        let LostPaper { text, claim } = self.paper.get_value();
        let service = self.service.get_untracked();
        if service.is_empty() {
            return Err(own_problem("E-UI-018", said::CHOOSE_SERVICE, "service"));
        }
        let consumer = match service == PROPERTY_TAX_SERVICE {
            true => {
                let chosen =
                    self.account.chosen.with_untracked(|hit| hit.as_ref().map(|hit| hit.consumer.clone()));
                chosen.ok_or_else(|| own_problem("E-UI-017", said::CHOOSE_ACCOUNT, "consumer"))?
            }
            false => String::new(),
        };
        let typed = Typed { mode: untrack(|| self.mode()), ..self.typed.get_untracked() };
        Ok(RecoverReceipt {
            text,
            service,
            consumer,
            payer_name: typed.text(Entry::PayerName).trim().to_owned(),
            lines: self.lines.with_untracked(|lines| read(lines))?,
            instrument: typed.instrument(claim.amount_paise, claim.business_date)?,
            second: None,
        })
    }

    /// Shows what would be entered.
    fn check(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.problem.set(None);
        let ask = match self.asks() {
            Ok(ask) => ask,
            Err(wrong) => return self.refuse(wrong),
        };
        self.busy.set(true);
        ask_then(Request::PreviewRecovery(ask.clone()), take!(Preview), move |answer| {
            self.busy.try_set(false);
            match answer {
                Ok(preview) => {
                    self.asked.try_set(Some((ask, preview)));
                    browser::focus("second-user");
                }
                Err(wrong) => self.refuse(wrong),
            }
        });
    }

    /// What is wrong, the cursor in the field it names.
    fn refuse(self, wrong: Problem) {
        let field = wrong.field.rsplit('.').next().unwrap_or_default();
        let at = match (Entry::of_field(&wrong.field), field) {
            (Some(entry), _) => entry.id(),
            (None, "consumer") => "recover-account",
            (None, "lines") => "add-line",
            (None, "user") => "second-user",
            (None, "password") => "second-password",
            _ => "recover-service",
        };
        browser::focus(at);
        self.problem.try_set(Some(wrong));
    }

    fn back(self) {
        self.asked.set(None);
        self.problem.set(None);
        browser::focus("recover-service");
    }

    /// Property tax spreads the amount by itself; another service needs its head.
    fn service_chosen(self, code: &str) {
        self.service.set(code.to_owned());
        let paper = self.paper.get_value();
        let of_service =
            self.services.with_untracked(|services| services.iter().find(|one| one.service == code).cloned());
        self.lines.set(match of_service {
            Some(service) => vec![TypedLine {
                year: paper.claim.business_date.financial_year().to_string(),
                head: service.heads.first().map(|head| head.head.0.clone()).unwrap_or_default(),
                amount: format::plain(paper.claim.amount_paise),
            }],
            None => Vec::new(),
        });
    }

    fn heads(self) -> Vec<Choice> {
        let code = self.service.get();
        let of_service =
            self.services.with(|services| services.iter().find(|one| one.service == code).cloned());
        match of_service {
            Some(service) => {
                let choice = |head: contract::HeadView| Choice { code: head.head.0, name: head.name };
                service.heads.into_iter().map(choice).collect()
            }
            None => self.heads.get(),
        }
    }
}

/// The key that opens the form, and the form.
#[component]
pub fn Recover(paper: LostPaper) -> impl IntoView {
    let app = App::here();
    if !app.may_now(Kind::ReceiptRecovered) {
        return ().into_any();
    }
    let form = Form::new(paper);
    let open = RwSignal::new(false);
    let begin = move |_| {
        open.set(true);
        browser::focus("recover-service");
        ask_then(Request::Services { text: String::new() }, take!(Services), move |answer| match answer {
            Ok(services) => {
                form.services.try_set(services);
            }
            Err(problem) => app.trouble(problem),
        });
    };
    // The heads of an account's bill, for whoever types its lines.
    Effect::new(move |_| {
        let Some(hit) = form.account.chosen.get() else { return };
        let ask = Request::Bill { service: hit.service, consumer: hit.consumer };
        ask_then(ask, take!(Bill), move |answer| {
            let Ok(bill) = answer else { return };
            let heads = bill.heads.into_iter().map(|head| Choice { code: head.head.0, name: head.name });
            let advance = Choice { code: ADVANCE_HEAD.to_owned(), name: counter::TO_ADVANCE.both() };
            form.heads.try_set(heads.chain([advance]).collect());
        });
    });
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" && form.asked.with_untracked(Option::is_some) {
            event.prevent_default();
            event.stop_propagation();
            form.back();
        }
    };
    view! {
        <section class="recover" aria-labelledby="recover-heading" on:keydown=on_key>
            <h2 id="recover-heading"><Said word=said::RECOVER /></h2>
            <p><Said word=said::RECOVER_MORE /></p>
            <button type="button" id="recover-begin" prop:hidden=open on:click=begin><Said word=said::RECOVER /></button>
            {move || match (open.get(), form.asked.get()) {
                (false, _) => ().into_any(),
                (true, None) => view! { <AsPrinted form /> }.into_any(),
                (true, Some((ask, preview))) => view! { <Sign form ask preview /> }.into_any(),
            }}
        </section>
    }
    .into_any()
}

/// What the paper says.
#[component]
fn AsPrinted(form: Form) -> impl IntoView {
    let app = App::here();
    let services = Signal::derive(move || {
        let tax = Choice { code: PROPERTY_TAX_SERVICE.to_owned(), name: counter::PROPERTY_TAX.both() };
        let others = form.services.get().into_iter().map(|one| Choice { code: one.service, name: one.name });
        std::iter::once(tax).chain(others).collect::<Vec<_>>()
    });
    let modes = Signal::derive(move || {
        let choice =
            |mode: PaymentMode| Choice { code: mode.code().to_owned(), name: words::mode(mode).both() };
        PaymentMode::ALL.into_iter().map(choice).collect::<Vec<_>>()
    });
    let service = crate::parts::Text {
        get: form.service.into(),
        set: Callback::new(move |code: String| form.service_chosen(&code)),
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        form.check();
    };
    let year = form.paper.with_value(|paper| paper.claim.business_date.financial_year());
    let of_account = move || {
        form.is_property_tax().then(|| view! { <AccountField account=form.account then=AFTER_ACCOUNT /> })
    };
    let of_mode = move || {
        let mode = form.mode();
        Entry::of_mode(mode).iter().map(|entry| typed_field(form, *entry, mode)).collect_view()
    };
    view! {
        <form class="task" id="recover-form" on:submit=submit>
            <Choose id="recover-service" name="service" label=said::SERVICE choices=services text=service problem=form.problem settled=true />
            {of_account}
            <Choose id=AFTER_ACCOUNT name="mode" label=common::MODE choices=modes text=form.mode settled=true />
            <div class="triple">{of_mode}</div>
            {typed_field(form, Entry::PayerName, PaymentMode::Cash)}
            <LinesAsPrinted lines=form.lines heads=Signal::derive(move || form.heads()) year />
            <ProblemLine problem=form.problem fields=&FIELDS />
            <div class="actions">
                <button type="submit" class="primary" id="recover-check" aria-busy=move || form.busy.get().then_some("true")>
                    {app.say(counter::GO_CONFIRM)} " " <Keycap key="Enter" />
                </button>
            </div>
        </form>
    }
}

fn typed_field(form: Form, entry: Entry, mode: PaymentMode) -> impl IntoView {
    view! {
        <Field
            id=entry.id()
            name=entry.field()
            label=entry.label(mode)
            text=bind(form.typed, entry)
            hint=entry.hint(mode)
            input_mode=entry.input_mode()
            problem=form.problem
        />
    }
}

/// What would be entered, and the second person.
#[component]
fn Sign(form: Form, ask: RecoverReceipt, preview: Preview) -> impl IntoView {
    let app = App::here();
    let second = SecondPersonTyped::new();
    let number = form.paper.with_value(|paper| paper.claim.number.clone());
    let day = form.paper.with_value(|paper| paper.claim.business_date.on_paper());
    let ask = StoredValue::new(ask);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if form.busy.get_untracked() {
            return;
        }
        let Some(person) = second.signed() else {
            return form.refuse(own_problem("E-UI-013", said::CHOOSE_SECOND, "user"));
        };
        form.busy.set(true);
        form.problem.set(None);
        second.forget();
        let signed = RecoverReceipt { second: Some(person), ..ask.get_value() };
        ask_then(Request::RecoverReceipt(signed), take!(Receipt), move |answer| {
            form.busy.try_set(false);
            match answer {
                Ok(receipt) => {
                    app.refresh_drawer();
                    app.refresh();
                    app.open_receipt(receipt.brief, ReceiptTask::Look);
                }
                Err(wrong) => form.refuse(wrong),
            }
        });
    };
    view! {
        <form class="task confirm" id="recover-sign" on:submit=submit>
            <p><bdi class="code" lang="en">{number}</bdi> " · " <span class="figures">{day}</span></p>
            <p class="confirm-amount money" id="recover-amount">{format::rupees(preview.amount_paise)}</p>
            <p class="confirm-words"><Named both=preview.words /></p>
            <Lines lines=preview.lines />
            <h3><Said word=said::COMPARE_PAPER /></h3>
            <SecondPersonFields typed=second problem=form.problem />
            <ProblemLine problem=form.problem fields=&["user", "password"] />
            <div class="actions">
                <button type="submit" class="primary" id="recover" aria-busy=move || form.busy.get().then_some("true")>
                    <Said word=said::DO_RECOVER /> " " <Keycap key="Enter" />
                </button>
                <button type="button" class="quiet-button" id="recover-back" on:click=move |_| form.back()>
                    <Said word=counter::GO_BACK /> " " <Keycap key="Esc" />
                </button>
            </div>
        </form>
    }
}
