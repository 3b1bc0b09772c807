//! The counter of the measurement: the real office on this machine, told apart from the window's only by a stopwatch.

use crate::clock;
use anyhow::{Context as _, Result, anyhow, bail};
use contract::{Bill, OpenShift, Payment, Problem, Reply, Request, SignIn, Situation};
use domain::payment::Instrument;
use domain::register::PROPERTY_TAX_SERVICE;
use domain::{BusinessDate, Paise};
use journal::{Entropy, random};
use machine::{Machine, OperatingSystem};
use office::{Keyring, Office, PrintError, Shell};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// This machine, noting when a batch of this counter was last made durable.
struct Watched {
    machine: Machine,
    durable_at: Mutex<Option<Instant>>,
}

impl Shell for Watched {
    fn now_ms(&self) -> i64 {
        self.machine.now_ms()
    }

    fn forward_ms(&self) -> i64 {
        self.machine.forward_ms()
    }

    fn entropy(&self) -> Box<dyn Entropy> {
        self.machine.entropy()
    }

    fn machine(&self) -> String {
        self.machine.machine()
    }

    fn keyring(&self) -> Option<&dyn Keyring> {
        self.machine.keyring()
    }

    fn print(&self, queue: &str, pdf: &Path) -> Result<(), PrintError> {
        self.machine.print(queue, pdf)
    }

    fn durable(&self) {
        *self.durable_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(clock::now());
    }
}

/// An office with somebody at the desk.
pub struct Desk {
    /// The office.
    pub office: Office,
    shell: Arc<Watched>,
}

/// How long one press of Enter took, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Press {
    /// Until the receipt was on the disk.
    pub durable_ms: f64,
    /// Until its paper was there too and the screen had its answer.
    pub answered_ms: f64,
}

impl Desk {
    /// Opens the office of a folder, or an office without a town where the folder has none.
    pub async fn open(folder: &Path) -> Result<Desk> {
        let shell =
            Arc::new(Watched { machine: Machine::for_demonstration(folder), durable_at: Mutex::default() });
        let office = Office::start(folder, Arc::clone(&shell) as Arc<dyn Shell>).await;
        Ok(Desk { office, shell })
    }

    /// Asks; a problem ends the measurement.
    pub async fn ask(&self, request: Request) -> Result<Reply> {
        self.office.answer(request).await.map_err(|problem| told(&problem))
    }

    /// The office's situation.
    pub async fn situation(&self) -> Result<Situation> {
        match self.ask(Request::Situation).await? {
            Reply::Situation(situation) => Ok(*situation),
            other => bail!("not a situation: {other:?}"),
        }
    }

    /// Somebody takes the desk.
    pub async fn sign_in(&self, person: &demo::staff::DemoPerson) -> Result<()> {
        let staff = self.situation().await?.staff;
        let found = staff.iter().find(|one| one.name.english == person.english).context("no such person")?;
        let ask = SignIn { user: found.user, password: person.password.to_owned() };
        self.ask(Request::SignIn(ask)).await?;
        Ok(())
    }

    /// Opens a shift of today where none is open.
    pub async fn open_shift(&self) -> Result<()> {
        if let Reply::Drawer(drawer) = self.ask(Request::Drawer).await?
            && drawer.shift.is_some()
        {
            return Ok(());
        }
        let business_date = BusinessDate::from_unix_ms(machine::now_ms());
        let open = OpenShift { business_date, float_paise: Paise(50_000), confirmed: true };
        self.ask(Request::OpenShift(open)).await?;
        Ok(())
    }

    /// The bill a clerk looks at before taking money.
    pub async fn bill(&self, consumer: &str) -> Result<Bill> {
        let ask = Request::Bill { service: PROPERTY_TAX_SERVICE.to_owned(), consumer: consumer.to_owned() };
        match self.ask(ask).await? {
            Reply::Bill(bill) => Ok(*bill),
            other => bail!("not a bill: {other:?}"),
        }
    }

    /// Takes a payment in cash as the confirm dialog does, from the request to the receipt on the disk.
    pub async fn take(&self, consumer: &str, amount_paise: Paise) -> Result<Press> {
        let draft: [u8; 16] = random(&mut OperatingSystem);
        let payment = Payment {
            draft: domain::identity::to_hex(&draft),
            service: PROPERTY_TAX_SERVICE.to_owned(),
            consumer: consumer.to_owned(),
            amount_paise,
            lines: Vec::new(),
            instrument: Instrument::exact_cash(amount_paise),
            payer_name: String::new(),
            payer_mobile: String::new(),
            remark: String::new(),
            leaf: None,
        };
        *self.shell.durable_at.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let begun = clock::now();
        let reply = self.ask(Request::TakePayment(payment)).await?;
        let answered = begun.elapsed();
        let Reply::Receipt(receipt) = reply else { bail!("not a receipt: {reply:?}") };
        if let Some(problem) = receipt.paper.and_then(|paper| paper.problem) {
            return Err(told(&problem));
        }
        let durable = self.shell.durable_at.lock().unwrap_or_else(PoisonError::into_inner).take();
        let durable = durable.context("a receipt that was never durable")?.duration_since(begun);
        Ok(Press { durable_ms: clock::ms(durable), answered_ms: clock::ms(answered) })
    }

    /// Names the server to exchange with; empty for none. The server of a measurement has another port each time.
    pub async fn set_server(&self, url: &str) -> Result<()> {
        Ok(self.office.open_town().await?.store.set_meta("server", url.as_bytes()).await?)
    }
}

fn told(problem: &Problem) -> anyhow::Error {
    anyhow!("{} {} ({}) {}", problem.code, problem.message.english, problem.field, problem.detail)
}
