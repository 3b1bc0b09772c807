//! An office for tests: a real town's file in a folder of its own, with a clock that is set by hand, seeded
//! randomness, a keyring in memory, and a printer that keeps what it was given or is gone.
#![allow(dead_code, unused_imports, reason = "each test file uses its part")]

mod backup;
mod neighbour;
mod papers;
mod register;
mod shell;

pub use backup::{Files, backup, put_back, put_back_and_started, restarted, with_backup};
pub use neighbour::exchange;
pub use papers::{code_on, words_of};
pub use register::{property_id, register, row};
pub use shell::TestShell;

use contract::{
    AddStaff, Bill, DayClose, Desk, Drawer, OpenShift, PaperDone, Payment, Problem, ReceiptView, Reply,
    Request, SecondPerson, SignIn, Situation, SyncPage,
};
use domain::drawer::DenominationCount;
use domain::payment::{Instrument, PaymentMode};
use domain::people::Role;
use domain::register::RegisterRow;
use domain::{Bilingual, BusinessDate, CounterCode, Hash, Paise, TownCode, UserId};
use journal::{Certificate, KeyPair};
use office::{Founding, Office};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::verify::Verified;
use store::{OpenOptions, Store};

/// Haldwani.
pub const TOWN: TownCode = TownCode(248_459);
/// 23 November 2026, ten in the morning in India.
pub const MORNING_MS: i64 = 1_795_408_200_000;
/// One day.
pub const DAY_MS: i64 = 86_400_000;
/// Everybody's password.
pub const PASSWORD: &str = "पासवर्ड-1234";

/// Rupees as paise.
pub fn rupees(rupees: i64) -> Paise {
    Paise(rupees * 100)
}

/// 23 November 2026.
pub fn monday() -> BusinessDate {
    BusinessDate::new(2026, 11, 23).unwrap()
}

/// A founded town with its administrator, who has every role, at the desk.
pub struct TestOffice {
    /// The office under test.
    pub office: Office,
    /// Its machine.
    pub shell: Arc<TestShell>,
    /// Its folder.
    pub folder: tempfile::TempDir,
    /// The state's key.
    pub state: KeyPair,
    /// The administrator.
    pub admin: UserId,
    pub(crate) drafts: AtomicU64,
}

impl TestOffice {
    /// A town just founded, with a printer, without a register.
    pub async fn founded() -> TestOffice {
        TestOffice::founded_under(KeyPair::from_secret([1; 32])).await
    }

    /// The same under another state's key.
    pub async fn founded_under(state: KeyPair) -> TestOffice {
        TestOffice::founded_on(TestShell::new(7), state).await
    }

    /// The same on a machine of one's own.
    pub async fn founded_on(shell: Arc<TestShell>, state: KeyPair) -> TestOffice {
        let folder = tempfile::tempdir().unwrap();
        let office = Office::start(folder.path(), shell.clone()).await;
        office.found(founding(&state)).await.unwrap();
        let admin = UserId([0; 16]);
        let mut made = TestOffice::around(office, shell, folder, state, admin);
        made.admin = made.situation().await.person.unwrap().user;
        let desk = Desk { printer: "counter".to_owned(), ..made.situation().await.desk };
        made.say(Request::SaveDesk(desk)).await;
        made
    }

    /// An office that was started elsewhere.
    pub fn around(
        office: Office,
        shell: Arc<TestShell>,
        folder: tempfile::TempDir,
        state: KeyPair,
        admin: UserId,
    ) -> TestOffice {
        let drafts = AtomicU64::new(shell.drafts_from());
        TestOffice { office, shell, folder, state, admin, drafts }
    }

    /// With the six properties of [`register`].
    pub async fn with_register() -> TestOffice {
        let made = TestOffice::founded().await;
        made.import(&register()).await;
        made
    }

    /// With the register, a clerk at the desk, and an open shift with ₹1,000 of change money.
    pub async fn at_the_counter() -> (TestOffice, UserId) {
        let made = TestOffice::with_register().await;
        let clerk = made.add_clerk().await;
        made.sign_in(clerk).await;
        made.open_shift(monday(), rupees(1_000)).await;
        (made, clerk)
    }

    /// Asks; a problem is an answer.
    pub async fn ask(&self, request: Request) -> Result<Reply, Problem> {
        self.office.answer(request).await
    }

    /// Asks what must be answered.
    pub async fn say(&self, request: Request) -> Reply {
        let asked = format!("{request:?}");
        self.ask(request).await.unwrap_or_else(|problem| panic!("{asked}\n{problem:?}"))
    }

    /// Asks what must be refused, and returns the code. Both languages must speak.
    pub async fn refused(&self, request: Request) -> String {
        let asked = format!("{request:?}");
        match self.ask(request).await {
            Ok(reply) => panic!("{asked}\nwas answered {reply:?}"),
            Err(problem) => {
                assert!(!problem.message.hindi.is_empty() && !problem.message.english.is_empty());
                problem.code
            }
        }
    }

    /// The window's first look.
    pub async fn situation(&self) -> Situation {
        match self.say(Request::Situation).await {
            Reply::Situation(situation) => *situation,
            other => panic!("{other:?}"),
        }
    }

    /// Brings rows in, as the administrator.
    pub async fn import(&self, rows: &[RegisterRow]) {
        self.office.import_rows(rows, office::source_of(rows)).await.unwrap();
    }

    /// Enrols a person with a first role and a password here; the administrator must be at the desk.
    pub async fn add_staff(&self, hindi: &str, english: &str, role: Role) -> UserId {
        let name = Bilingual::new(hindi, english);
        let ask = AddStaff { name: name.clone(), role, password: PASSWORD.to_owned() };
        match self.say(Request::AddStaff(ask)).await {
            Reply::Staff(staff) => {
                staff.into_iter().find(|member| member.choice.name == name).unwrap().choice.user
            }
            other => panic!("{other:?}"),
        }
    }

    /// A clerk.
    pub async fn add_clerk(&self) -> UserId {
        self.add_staff("हरीश बिष्ट", "Harish Bisht", Role::Clerk).await
    }

    /// Takes the desk.
    pub async fn sign_in(&self, user: UserId) {
        self.say(Request::SignIn(SignIn { user, password: PASSWORD.to_owned() })).await;
    }

    /// The administrator, who is a supervisor too, signs beside somebody.
    pub fn second(&self) -> SecondPerson {
        SecondPerson { user: self.admin, password: PASSWORD.to_owned() }
    }

    /// Opens a shift on a date that needs no confirming.
    pub async fn open_shift(&self, business_date: BusinessDate, float_paise: Paise) -> Drawer {
        let ask = OpenShift { business_date, float_paise, confirmed: false };
        match self.say(Request::OpenShift(ask)).await {
            Reply::Drawer(drawer) => *drawer,
            other => panic!("{other:?}"),
        }
    }

    /// The drawer.
    pub async fn drawer(&self) -> Drawer {
        match self.say(Request::Drawer).await {
            Reply::Drawer(drawer) => *drawer,
            other => panic!("{other:?}"),
        }
    }

    /// A bill.
    pub async fn bill(&self, consumer: &str) -> Bill {
        let ask = Request::Bill { service: "PT".to_owned(), consumer: consumer.to_owned() };
        match self.say(ask).await {
            Reply::Bill(bill) => *bill,
            other => panic!("{other:?}"),
        }
    }

    /// A payment of property tax under a new draft.
    pub fn payment(&self, consumer: &str, amount_paise: Paise, instrument: Instrument) -> Payment {
        let draft = self.drafts.fetch_add(1, Ordering::SeqCst);
        Payment {
            draft: format!("{draft:032x}"),
            service: "PT".to_owned(),
            consumer: consumer.to_owned(),
            amount_paise,
            lines: Vec::new(),
            instrument,
            payer_name: String::new(),
            payer_mobile: String::new(),
            remark: String::new(),
            leaf: None,
        }
    }

    /// Takes a payment.
    pub async fn take(&self, payment: Payment) -> ReceiptView {
        self.receipt_of(Request::TakePayment(payment)).await
    }

    /// Takes exact cash.
    pub async fn cash(&self, consumer: &str, amount_paise: Paise) -> ReceiptView {
        self.take(self.payment(consumer, amount_paise, Instrument::exact_cash(amount_paise))).await
    }

    /// Asks what is answered with a receipt.
    pub async fn receipt_of(&self, request: Request) -> ReceiptView {
        match self.say(request).await {
            Reply::Receipt(receipt) => *receipt,
            other => panic!("{other:?}"),
        }
    }

    /// Asks what is answered with a paper.
    pub async fn paper_of(&self, request: Request) -> PaperDone {
        match self.say(request).await {
            Reply::Paper(paper) => paper,
            other => panic!("{other:?}"),
        }
    }

    /// Asks what is answered with a close.
    pub async fn close_of(&self, request: Request) -> DayClose {
        match self.say(request).await {
            Reply::DayClose(close) => *close,
            other => panic!("{other:?}"),
        }
    }

    /// The file once more, as another program would open it.
    pub async fn store(&self) -> Store {
        Store::open(&self.folder.path().join("town.palika"), self.options(false)).await.unwrap()
    }

    fn options(&self, create: bool) -> OpenOptions {
        OpenOptions { key: self.shell.raw_key(), create, vfs: None, checkpoint_pages: 1_000 }
    }

    /// Entries of this device's chain.
    pub async fn entries(&self) -> u64 {
        self.store().await.vector().await.unwrap().iter().map(|head| head.seq).sum()
    }

    /// The digest of the replicated tables; nothing may wait.
    pub async fn digest(&self) -> Hash {
        let digest = self.open_store().await.digest().await.unwrap();
        assert!(!digest.incomplete);
        digest.hash
    }

    /// The open file as the office itself holds it.
    pub async fn open_store(&self) -> Store {
        self.office.open_town().await.unwrap().store.clone()
    }

    /// The supervisor's page.
    pub async fn sync_page(&self) -> SyncPage {
        match self.say(Request::SyncPage).await {
            Reply::SyncPage(page) => *page,
            other => panic!("{other:?}"),
        }
    }

    /// Re-derives the whole file; it must agree.
    pub async fn must_verify(&self) -> Verified {
        let scratch = tempfile::tempdir().unwrap();
        let store = self.store().await;
        let verified = store.verify(scratch.path(), self.options(true), |_, _| {}).await.unwrap();
        assert_eq!(verified.first_difference, None, "{verified:?}");
        assert!(verified.rows > 0);
        verified
    }
}

/// What a town is founded with here.
pub fn founding(state: &KeyPair) -> Founding {
    let town_key = KeyPair::from_secret([2; 32]);
    Founding {
        town: TOWN,
        town_certificate: Certificate::town(state, TOWN, town_key.public(), monday()),
        town_key,
        state_root: state.public(),
        server: String::new(),
        device_name: "Counter three".to_owned(),
        counter: CounterCode("C03".to_owned()),
        administrator: Bilingual::new("विमला पंत", "Vimla Pant"),
        password: PASSWORD.to_owned(),
        passphrase: String::new(),
        demonstration: false,
    }
}

/// A sound cheque of three days ago.
pub fn cheque(number: &str) -> Instrument {
    Instrument {
        mode: PaymentMode::Cheque,
        number: number.to_owned(),
        dated: Some(BusinessDate::new(2026, 11, 20).unwrap()),
        ifsc: "SBIN0000646".to_owned(),
        ..Instrument::default()
    }
}

/// UPI as the clerk asserts it.
pub fn upi() -> Instrument {
    Instrument { mode: PaymentMode::Upi, number: "632811223344".to_owned(), ..Instrument::default() }
}

/// Notes and coins (rupees, pieces).
pub fn notes(lines: &[(i64, u32)]) -> Vec<DenominationCount> {
    lines
        .iter()
        .map(|(value, count)| DenominationCount { denomination_paise: rupees(*value), count: *count })
        .collect()
}
