//! A desk in an office whose town's file stands on a simulated disk.
#![allow(dead_code, reason = "each test uses its part")]

use contract::{
    AddStaff, Bill, Drawer, Hit, OpenShift, Payment, Problem, ReceiptList, Reply, Request, SignIn,
    StaffMember,
};
use domain::demand::HeadCode;
use domain::payment::Instrument;
use domain::people::Role;
use domain::register::{OpeningDue, Property, RegisterRow};
use domain::{Bilingual, BusinessDate, CounterCode, FinancialYear, Paise, TownCode, UserId};
use journal::lockbox::Effort;
use journal::{Certificate, Entropy, KeyPair};
use office::{Founding, Keyring, Office, PrintError, Shell};
use sim::Dice;
use sim::vfs::{After, Disk, DiskOptions, LostSyncs, Overwrite, SectorSize};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use store::OpenOptions;

/// Everybody's password.
pub const PASSWORD: &str = "पासवर्ड-1234";
const TOWN: TownCode = TownCode(248_459);
/// 23 November 2026, ten in the morning in India.
const MORNING_MS: i64 = 1_795_408_200_000;

/// 23 November 2026.
pub fn monday() -> BusinessDate {
    BusinessDate::new(2026, 11, 23).unwrap()
}

/// Rupees as paise.
pub fn rupees(rupees: i64) -> Paise {
    Paise(rupees * 100)
}

/// `PT-248459-000001`.
pub fn property_id(number: u32) -> String {
    format!("PT-248459-{number:06}")
}

/// A disk of one of four kinds, by seed.
pub fn options(seed: u64) -> DiskOptions {
    DiskOptions {
        seed,
        sector_size: if seed.is_multiple_of(2) { SectorSize::Bytes4096 } else { SectorSize::Bytes512 },
        overwrite: if seed % 4 < 2 { Overwrite::PowerSafe } else { Overwrite::Garbage },
        capacity_bytes: None,
        lost_syncs: LostSyncs::Never,
        time_unix_ms: MORNING_MS,
    }
}

/// A computer: its disk, and the one key its keyring holds. Copies of a computer hold the same key.
pub struct Computer {
    /// The disk: only the town's file is on it.
    pub disk: Disk,
    keyring: Arc<HeldKey>,
    /// Where the file is, by name, and papers are.
    folder: Arc<tempfile::TempDir>,
}

impl Computer {
    /// Another computer with what this one would hold if the power went now.
    pub fn copy(&self, seed: u64) -> Computer {
        let disk = self.disk.copy(seed, options(seed));
        Computer { disk, keyring: Arc::clone(&self.keyring), folder: Arc::clone(&self.folder) }
    }
}

#[derive(Default)]
struct HeldKey(Mutex<Option<Vec<u8>>>);

impl Keyring for HeldKey {
    fn read(&self, _: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(self.0.lock().unwrap().clone())
    }

    fn write(&self, _: &str, secret: &[u8]) -> Result<(), String> {
        *self.0.lock().unwrap() = Some(secret.to_vec());
        Ok(())
    }
}

/// The computer around the office, in one of its lives.
struct SimShell {
    vfs: String,
    keyring: Arc<HeldKey>,
    turns: AtomicU64,
}

struct Random(Dice);

impl Entropy for Random {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }
}

impl Shell for SimShell {
    fn now_ms(&self) -> i64 {
        MORNING_MS
    }

    fn entropy(&self) -> Box<dyn Entropy> {
        Box::new(Random(Dice::new(self.turns.fetch_add(1, Ordering::SeqCst))))
    }

    fn machine(&self) -> String {
        "simulated".to_owned()
    }

    fn keyring(&self) -> Option<&dyn Keyring> {
        Some(self.keyring.as_ref())
    }

    fn print(&self, _: &str, _: &Path) -> Result<(), PrintError> {
        Ok(())
    }

    fn vfs(&self) -> Option<String> {
        Some(self.vfs.clone())
    }

    fn effort(&self) -> Effort {
        Effort { memory_kib: 64, passes: 1 }
    }
}

/// An office in one life of its machine.
pub struct Desk {
    office: Office,
    /// The administrator.
    pub admin: UserId,
}

/// A town with a register of six properties, a clerk with an open shift, and one receipt of ₹100.
pub async fn town() -> Computer {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let computer = Computer { disk: Disk::new(options(4)), keyring: Arc::default(), folder };
    let desk = Desk::starting(&computer, After::Exit).await;
    let (state, town_key) = (KeyPair::from_secret([1; 32]), KeyPair::from_secret([2; 32]));
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
    desk.office.found(founding).await.unwrap();
    desk.import(&register()).await.unwrap();
    let clerk = AddStaff {
        name: Bilingual::new("हरीश बिष्ट", "Harish Bisht"),
        role: Role::Clerk,
        password: PASSWORD.to_owned(),
    };
    desk.ask(Request::AddStaff(clerk)).await.unwrap();
    desk.sign_in_clerk().await.unwrap();
    let open = OpenShift { business_date: monday(), float_paise: Paise::ZERO, confirmed: false };
    desk.ask(Request::OpenShift(open)).await.unwrap();
    let first = desk.payment(1, &property_id(1), rupees(100));
    desk.ask(Request::TakePayment(first)).await.unwrap();
    desk.close().await;
    computer
}

/// The clerk's id.
pub async fn clerk_of(desk: &Desk) -> UserId {
    desk.user("Harish Bisht").await.unwrap()
}

impl Desk {
    async fn starting(computer: &Computer, after: After) -> Desk {
        // No two lives draw alike.
        static LIFE: AtomicU64 = AtomicU64::new(1);
        let boot = computer.disk.boot(after).unwrap();
        let turns = AtomicU64::new(LIFE.fetch_add(1, Ordering::SeqCst) << 32);
        let shell = SimShell { vfs: boot.vfs_name, keyring: Arc::clone(&computer.keyring), turns };
        let office = Office::start(computer.folder.path(), Arc::new(shell)).await;
        Desk { office, admin: UserId([0; 16]) }
    }

    /// The next life of a computer whose disk holds a town.
    pub async fn at(computer: &Computer, after: After) -> Desk {
        let mut desk = Desk::starting(computer, after).await;
        desk.admin = desk.user("Vimla Pant").await.expect("the file opens after every cut");
        desk
    }

    /// Ends this life's program.
    pub async fn close(self) {
        self.office.close().await;
    }

    /// Asks.
    pub async fn ask(&self, request: Request) -> Result<Reply, Problem> {
        self.office.answer(request).await
    }

    async fn user(&self, english: &str) -> Option<UserId> {
        let Ok(Reply::Situation(situation)) = self.ask(Request::Situation).await else { return None };
        situation.staff.iter().find(|person| person.name.english == english).map(|person| person.user)
    }

    async fn sign_in(&self, english: &str) -> Result<(), Problem> {
        let user = self.user(english).await.unwrap_or(UserId([0; 16]));
        self.ask(Request::SignIn(SignIn { user, password: PASSWORD.to_owned() })).await.map(|_| ())
    }

    /// The clerk sits down.
    pub async fn sign_in_clerk(&self) -> Result<(), Problem> {
        self.sign_in("Harish Bisht").await
    }

    /// The administrator sits down.
    pub async fn sign_in_admin(&self) -> Result<(), Problem> {
        self.sign_in("Vimla Pant").await
    }

    /// A cash payment of property tax; `press` names the press.
    pub fn payment(&self, press: u128, consumer: &str, amount_paise: Paise) -> Payment {
        Payment {
            draft: format!("{press:032x}"),
            service: "PT".to_owned(),
            consumer: consumer.to_owned(),
            amount_paise,
            lines: Vec::new(),
            instrument: Instrument::exact_cash(amount_paise),
            payer_name: String::new(),
            payer_mobile: String::new(),
            remark: String::new(),
            leaf: None,
        }
    }

    /// The bill.
    pub async fn bill(&self, consumer: &str) -> Bill {
        let ask = Request::Bill { service: "PT".to_owned(), consumer: consumer.to_owned() };
        match self.ask(ask).await.unwrap() {
            Reply::Bill(bill) => *bill,
            other => panic!("{other:?}"),
        }
    }

    /// All receipts.
    pub async fn receipts(&self) -> Result<ReceiptList, Problem> {
        match self.ask(Request::Receipts(Default::default())).await? {
            Reply::Receipts(list) => Ok(list),
            other => panic!("{other:?}"),
        }
    }

    /// The drawer.
    pub async fn drawer(&self) -> Drawer {
        match self.ask(Request::Drawer).await.unwrap() {
            Reply::Drawer(drawer) => *drawer,
            other => panic!("{other:?}"),
        }
    }

    /// The staff.
    pub async fn staff(&self) -> Vec<StaffMember> {
        match self.ask(Request::Staff).await.unwrap() {
            Reply::Staff(staff) => staff,
            other => panic!("{other:?}"),
        }
    }

    /// What the omnibox finds.
    pub async fn hits(&self, text: &str) -> Vec<Hit> {
        match self.ask(Request::Search { text: text.to_owned() }).await.unwrap() {
            Reply::Hits(hits) => hits.hits,
            other => panic!("{other:?}"),
        }
    }

    /// Brings rows in: created and unchanged.
    pub async fn import(&self, rows: &[RegisterRow]) -> Result<(u64, u64), Problem> {
        let done = self.office.import_rows(rows, office::source_of(rows)).await;
        done.map(|done| (done.created, done.unchanged)).map_err(|error| error.problem())
    }

    /// Numbers run from 1 without a gap.
    pub async fn series_is_gapless(&self) {
        let list = self.receipts().await.unwrap();
        let mut serials: Vec<u64> = list
            .receipts
            .iter()
            .map(|receipt| receipt.number.rsplit('/').next().unwrap().parse().unwrap())
            .collect();
        serials.sort_unstable();
        assert_eq!(serials, (1..=list.count).collect::<Vec<_>>());
    }

    /// Re-derives the whole file on a disk of its own; it must agree.
    pub async fn must_verify(&self, seed: u64) {
        let scratch = Disk::new(options(seed));
        let boot = scratch.boot(After::Exit).unwrap();
        let options = OpenOptions {
            key: store::RawKey([3; 48]),
            create: true,
            vfs: Some(boot.vfs_name),
            checkpoint_pages: 1_000,
        };
        let store = self.office.open_town().await.unwrap().store.clone();
        let verified = store.verify(Path::new(""), options, |_, _| {}).await.unwrap();
        assert_eq!(verified.first_difference, None);
        assert!(verified.rows > 0);
    }
}

fn register() -> Vec<RegisterRow> {
    let mut rows = vec![row(1, 2_200), row(2, 1_500), row(3, 700), row(4, 5_000), row(5, 0), row(6, 800)];
    rows[4].dues.clear();
    rows
}

/// Further properties from number 101; each owes its number in rupees.
pub fn more_rows(count: u32) -> Vec<RegisterRow> {
    (101..101 + count).map(|number| row(number, i64::from(number))).collect()
}

fn row(number: u32, due: i64) -> RegisterRow {
    RegisterRow {
        property: Property {
            property_id: property_id(number),
            owner_hindi: "रमेश जोशी".to_owned(),
            owner_english: format!("Ramesh Joshi {number}"),
            door_number: number.to_string(),
            ..Property::default()
        },
        mobile: String::new(),
        dues: vec![OpeningDue {
            year: FinancialYear(2026),
            head: HeadCode::from("PT_TAX"),
            amount_paise: rupees(due),
        }],
    }
}
