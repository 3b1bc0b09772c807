//! An office for tests: a real town's file in a folder of its own, with a clock that is set by hand, seeded
//! randomness, a keyring in memory, and a printer that keeps what it was given or is gone.
#![allow(dead_code, reason = "each test file uses its part")]

use contract::{
    AddStaff, Bill, DayClose, Desk, Drawer, OpenShift, PaperDone, Payment, Problem, ReceiptView, Reply,
    Request, SecondPerson, SignIn, Situation,
};
use domain::demand::HeadCode;
use domain::drawer::DenominationCount;
use domain::payment::{Instrument, PaymentMode};
use domain::people::Role;
use domain::receipt::CounterCode;
use domain::register::{OpeningDue, Property, RegisterRow};
use domain::{Bilingual, BusinessDate, FinancialYear, Paise, TownCode, UserId};
use journal::{Certificate, Entropy, KeyPair, lockbox::Effort};
use office::{Founding, Keyring, Office, PrintError, Shell};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use store::verify::Verified;
use store::{OpenOptions, RawKey, Store};

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

/// The machine around the office.
pub struct TestShell {
    now_ms: AtomicI64,
    seed: AtomicU64,
    keyring: MemoryKeyring,
    printed: Mutex<Vec<PathBuf>>,
    printer_gone: AtomicBool,
}

#[derive(Default)]
struct MemoryKeyring(Mutex<HashMap<String, Vec<u8>>>);

impl Keyring for MemoryKeyring {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(self.0.lock().unwrap().get(name).cloned())
    }

    fn write(&self, name: &str, secret: &[u8]) -> Result<(), String> {
        self.0.lock().unwrap().insert(name.to_owned(), secret.to_vec());
        Ok(())
    }
}

/// SplitMix64: enough for tests, the same on every run.
struct Dice(u64);

impl Entropy for Dice {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^= mixed >> 31;
            chunk.copy_from_slice(&mixed.to_be_bytes()[..chunk.len()]);
        }
    }
}

impl Shell for TestShell {
    fn now_ms(&self) -> i64 {
        self.now_ms.load(Ordering::SeqCst)
    }

    fn entropy(&self) -> Box<dyn Entropy> {
        let turn = self.seed.fetch_add(1, Ordering::SeqCst);
        Box::new(Dice(turn.wrapping_mul(0x2545_f491_4f6c_dd1d)))
    }

    fn machine(&self) -> String {
        "machine of the test".to_owned()
    }

    fn keyring(&self) -> Option<&dyn Keyring> {
        Some(&self.keyring)
    }

    fn print(&self, _queue: &str, pdf: &Path) -> Result<(), PrintError> {
        if self.printer_gone.load(Ordering::SeqCst) {
            return Err(PrintError("no such printer".to_owned()));
        }
        self.printed.lock().unwrap().push(pdf.to_owned());
        Ok(())
    }

    fn effort(&self) -> Effort {
        Effort { memory_kib: 64, passes: 1 }
    }
}

impl TestShell {
    /// A machine at ten in the morning.
    pub fn new(seed: u64) -> Arc<TestShell> {
        Arc::new(TestShell {
            now_ms: AtomicI64::new(MORNING_MS),
            seed: AtomicU64::new(seed),
            keyring: MemoryKeyring::default(),
            printed: Mutex::default(),
            printer_gone: AtomicBool::new(false),
        })
    }

    /// Sets the clock.
    pub fn set_clock(&self, now_ms: i64) {
        self.now_ms.store(now_ms, Ordering::SeqCst);
    }

    /// Lets time pass.
    pub fn wait_ms(&self, ms: i64) {
        self.now_ms.fetch_add(ms, Ordering::SeqCst);
    }

    /// Unplugs the printer, or plugs it in again.
    pub fn printer_gone(&self, gone: bool) {
        self.printer_gone.store(gone, Ordering::SeqCst);
    }

    /// What the spooler was given, oldest first.
    pub fn printed(&self) -> Vec<PathBuf> {
        self.printed.lock().unwrap().clone()
    }

    /// The key of the one file of this machine.
    pub fn raw_key(&self) -> RawKey {
        let secrets = self.keyring.0.lock().unwrap();
        RawKey(secrets.values().next().unwrap().clone().try_into().unwrap())
    }
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
    drafts: AtomicU64,
}

impl TestOffice {
    /// A town just founded, with a printer, without a register.
    pub async fn founded() -> TestOffice {
        TestOffice::founded_under(KeyPair::from_secret([1; 32])).await
    }

    /// The same under another state's key.
    pub async fn founded_under(state: KeyPair) -> TestOffice {
        let folder = tempfile::tempdir().unwrap();
        let shell = TestShell::new(7);
        let office = Office::start(folder.path(), shell.clone()).await;
        let town_key = KeyPair::from_secret([2; 32]);
        let founding = Founding {
            town: TOWN,
            town_certificate: Certificate::town(&state, TOWN, town_key.public(), monday()),
            town_key,
            state_root: state.public(),
            server: String::new(),
            device_name: "Counter three".to_owned(),
            counter: CounterCode("C03".to_owned()),
            administrator: Bilingual::new("विमला पंत", "Vimla Pant"),
            password: PASSWORD.to_owned(),
            passphrase: String::new(),
            demonstration: false,
        };
        office.found(founding).await.unwrap();
        let admin = UserId([0; 16]);
        let mut made = TestOffice { office, shell, folder, state, admin, drafts: AtomicU64::new(1) };
        made.admin = made.situation().await.person.unwrap().user;
        let desk = Desk { printer: "counter".to_owned(), ..made.situation().await.desk };
        made.say(Request::SaveDesk(desk)).await;
        made
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

/// A register of six properties, ₹ due in brackets: 1 (2,200 in two years), 2 (1,500), 3 (700), 4 (5,000), 5 (nothing),
/// 6 (900 less a rebate of 100).
pub fn register() -> Vec<RegisterRow> {
    vec![
        row(1, "रमेश जोशी", "Ramesh Joshi", &[(2025, "PT_TAX", 1_000), (2026, "PT_TAX", 1_200)]),
        row(2, "सुरेश भट्ट", "Suresh Bhatt", &[(2026, "PT_TAX", 1_500)]),
        row(3, "कमला नेगी", "Kamla Negi", &[(2026, "PT_TAX", 700)]),
        row(4, "मोहन सिंह रावत", "Mohan Singh Rawat", &[(2026, "PT_TAX", 5_000)]),
        row(5, "दीपा पाण्डे", "Deepa Pandey", &[]),
        row(6, "गोपाल तिवारी", "Gopal Tiwari", &[(2026, "PT_TAX", 900), (2026, "PT_TIME_REBATE", -100)]),
    ]
}

/// A property of the register with its dues (year, head, rupees).
pub fn row(number: u32, hindi: &str, english: &str, dues: &[(i16, &str, i64)]) -> RegisterRow {
    let boundary = masters::boundary(TOWN).unwrap().unwrap();
    let mut places =
        boundary.wards().iter().filter_map(|ward| Some((ward, boundary.localities_of(ward).next()?)));
    let (ward, locality) = places.next().unwrap();
    RegisterRow {
        property: Property {
            property_id: property_id(number),
            old_id: format!("H/{number}"),
            owner_hindi: hindi.to_owned(),
            owner_english: english.to_owned(),
            guardian_hindi: "हरि दत्त".to_owned(),
            guardian_english: "Hari Dutt".to_owned(),
            door_number: number.to_string(),
            ward: ward.code.clone(),
            locality: locality.code.clone(),
            address: String::new(),
            usage: "residential".to_owned(),
        },
        mobile: String::new(),
        dues: dues
            .iter()
            .map(|(year, head, amount)| OpeningDue {
                year: FinancialYear(*year),
                head: HeadCode::from(*head),
                amount_paise: rupees(*amount),
            })
            .collect(),
    }
}

/// `PT-248459-000001`.
pub fn property_id(number: u32) -> String {
    format!("PT-248459-{number:06}")
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

/// The words of a PDF, as poppler reads them, with single spaces.
pub fn words_of(paper: &PaperDone) -> String {
    let output = Command::new("pdftotext")
        .args(["-enc", "UTF-8", "-layout", paper.path.as_str(), "-"])
        .output()
        .expect("pdftotext is installed (apt-get install poppler-utils)");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The one QR's text on a PDF: drawn as a laser printer of 300 dots to the inch does, read by a decoder of its own.
pub fn code_on(paper: &PaperDone) -> String {
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new("pdftoppm")
        .args(["-r", "300", "-gray", paper.path.as_str()])
        .arg(folder.path().join("page"))
        .status()
        .expect("pdftoppm is installed (apt-get install poppler-utils)");
    assert!(status.success());
    let pages = std::fs::read_dir(folder.path()).unwrap().map(|page| page.unwrap().path());
    let codes: Vec<String> = pages.flat_map(|page| codes_in(&std::fs::read(page).unwrap())).collect();
    assert_eq!(codes.len(), 1, "one code on {}", paper.path);
    codes[0].clone()
}

/// Codes in a grey picture as poppler writes it (PGM).
fn codes_in(picture: &[u8]) -> Vec<String> {
    let header: Vec<&str> = picture
        .splitn(4, u8::is_ascii_whitespace)
        .take(3)
        .map(|part| std::str::from_utf8(part).unwrap())
        .collect();
    let (width, height): (usize, usize) = (header[1].parse().unwrap(), header[2].parse().unwrap());
    let pixels = &picture[picture.len() - width * height..];
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    image.detect_grids().into_iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}
