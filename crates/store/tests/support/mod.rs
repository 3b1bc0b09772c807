//! A town of a few devices, each with a real encrypted file, and what travels between them.
#![allow(dead_code, reason = "each test file uses its part")]

use domain::demand::{ConsumerCode, DemandBatch, DemandLine, HeadCode, ServiceCode};
use domain::drawer::ShiftOpened;
use domain::fact::Fact;
use domain::identity::DraftId;
use domain::payment::Instrument;
use domain::people::{Author, DeviceEnrolled, Role, RoleGranted, TownFounded};
use domain::receipt::{ReceiptIssued, ReceiptLine, ReceiptNumber};
use domain::{
    Bilingual, BusinessDate, ChainHead, CounterCode, Epoch, FinancialYear, Hash, Paise, TownCode, UserId,
};
use journal::{Certificate, KeyPair, device_of};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::path::Path;
use store::{OpenOptions, Outcome, RawKey, Series, Store, Writer};

pub const TOWN: TownCode = TownCode(248_459);
pub const USER: UserId = UserId([5; 16]);

pub struct Replica {
    pub store: Store,
    pub writer: Writer,
    pub author: Option<Author>,
    pub shift: Hash,
    pub folder: tempfile::TempDir,
}

pub fn options(create: bool) -> OpenOptions {
    OpenOptions { key: RawKey([7; 48]), create, vfs: None, checkpoint_pages: 1_000 }
}

/// The file, without the program's own opening: to leave in it what another version or a failing disk would have.
pub async fn behind_its_back(path: &Path, statements: &str) {
    let key = format!("\"x'{}'\"", domain::identity::to_hex(&[7; 48]));
    let connect = SqliteConnectOptions::new().filename(path).pragma("key", key);
    let mut connection = SqliteConnection::connect_with(&connect).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements.to_owned())).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

pub fn on() -> BusinessDate {
    BusinessDate::new(2026, 11, 23).unwrap()
}

pub async fn replica(device: u8) -> Replica {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("t.palika"), options(true)).await.unwrap();
    store.bind_town(TOWN, &KeyPair::from_secret([1; 32]).public()).await.unwrap();
    let writer = Writer { town: TOWN, key: KeyPair::from_secret([device; 32]), epoch: Epoch(0) };
    Replica { store, writer, author: None, shift: Hash::ZERO, folder }
}

/// A device and a copy of its whole file: both go on under the same key and epoch.
#[allow(clippy::disallowed_methods, reason = "what a technician's tool does, not the program")]
pub async fn copied(one: Replica) -> (Replica, Replica) {
    let Replica { store, writer, author, shift, folder } = one;
    store.close().await;
    let twin_folder = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), twin_folder.path().join(file.file_name())).unwrap();
    }
    let store = Store::open(&folder.path().join("t.palika"), options(false)).await.unwrap();
    let twin_store = Store::open(&twin_folder.path().join("t.palika"), options(false)).await.unwrap();
    let twin = Replica { store: twin_store, writer: writer.clone(), author, shift, folder: twin_folder };
    (Replica { store, writer, author, shift, folder }, twin)
}

/// What a town's first entry says, by this device.
pub fn founding(by: &Writer, name: &str) -> TownFounded {
    let (state, town) = (KeyPair::from_secret([1; 32]), KeyPair::from_secret([2; 32]));
    TownFounded {
        town: TOWN,
        name: Bilingual::new("हल्द्वानी", name),
        town_certificate: Certificate::town(&state, TOWN, town.public(), on()).to_bytes(),
        device_certificate: Certificate::device(&town, TOWN, by.key.public(), on()).to_bytes(),
        counter: CounterCode("C01".into()),
        device_name: "one".into(),
        administrator: USER,
        administrator_name: Bilingual::new("प्रशासक", "Administrator"),
    }
}

/// Another device joins.
pub fn enrolled(device: u8, counter: &str) -> DeviceEnrolled {
    let key = KeyPair::from_secret([device; 32]).public();
    DeviceEnrolled {
        device: device_of(&key),
        certificate: Certificate::device(&KeyPair::from_secret([2; 32]), TOWN, key, on()).to_bytes(),
        counter: CounterCode(counter.into()),
        name: counter.into(),
    }
}

/// The first device (10), with device 11 enrolled and a demand raised.
pub async fn founded() -> Replica {
    let mut one = replica(10).await;
    let mut writing = one.store.begin(&one.writer, 1_000).await.unwrap();
    let founded = writing.append(None, &Fact::from(founding(&one.writer, "Haldwani"))).await.unwrap();
    let admin = Author { user: USER, grant: founded.hash };
    let clerk = Fact::from(RoleGranted { user: USER, role: Role::Clerk });
    let grant = writing.append(Some(admin), &clerk).await.unwrap();
    writing.append(Some(admin), &Fact::from(enrolled(11, "C02"))).await.unwrap();
    let demand = DemandBatch {
        service: ServiceCode::from("PT"),
        source: Hash([9; 32]),
        lines: vec![DemandLine {
            consumer: ConsumerCode::from("PT-1"),
            year: FinancialYear(2025),
            head: HeadCode::from("PT_TAX"),
            amount_paise: Paise(100_000),
        }],
        under: vec![],
    };
    writing.append(Some(admin), &Fact::from(demand)).await.unwrap();
    writing.commit().await.unwrap();
    one.author = Some(Author { user: USER, grant: grant.hash });
    one
}

pub async fn second_after(one: &Replica) -> Replica {
    let mut two = replica(11).await;
    two.author = one.author;
    exchange(&one.store, &two.store).await;
    two
}

pub async fn exchange(from: &Store, to: &Store) {
    for head in from.vector().await.unwrap() {
        let held = to.vector().await.unwrap();
        let mut after =
            held.iter().find(|h| (h.device, h.epoch) == (head.device, head.epoch)).map_or(0, |h| h.seq);
        while after < head.seq {
            let range = from.range_after(head.device, head.epoch, after, 4_000).await.unwrap().unwrap();
            after = range.last_seq();
            let received = to.receive(range, 5_000).await.unwrap();
            assert!(matches!(received.outcome, Outcome::Stored | Outcome::Duplicate), "{received:?}");
        }
    }
}

pub async fn founding_grant(store: &Store) -> Hash {
    let mut reading = store.reading().await.unwrap();
    let grants = store::query::people::grants(&mut reading).await.unwrap();
    grants.iter().find(|grant| grant.role == Role::Administrator).unwrap().grant
}

/// The administrator grants themself the supervisor's role here, as issuing books asks for it.
pub async fn supervising_grant(replica: &Replica) -> Hash {
    let admin = Author { user: USER, grant: founding_grant(&replica.store).await };
    let granted = Fact::from(RoleGranted { user: USER, role: Role::Supervisor });
    let mut writing = replica.store.begin(&replica.writer, 3_900).await.unwrap();
    let grant = writing.append(Some(admin), &granted).await.unwrap();
    writing.commit().await.unwrap();
    grant.hash
}

pub async fn open_shift(replica: &mut Replica, counter: &str) {
    let mut writing = replica.store.begin(&replica.writer, 2_000).await.unwrap();
    let opened = ShiftOpened {
        counter: CounterCode(counter.into()),
        business_date: on(),
        float_paise: Paise(0),
        clock_suspect: false,
        previous: None,
    };
    replica.shift = writing.append(replica.author, &Fact::from(opened)).await.unwrap().hash;
    writing.commit().await.unwrap();
}

pub fn press(replica: &Replica, serial: u32) -> DraftId {
    DraftId([(replica.writer.epoch.0 * 100 + serial) as u8; 16])
}

pub async fn receipt(replica: &Replica, counter: &str, paise: i64) -> ChainHead {
    let mut writing = replica.store.begin(&replica.writer, 3_000).await.unwrap();
    let serial = writing.next_serial(Series::Receipt, FinancialYear(2026)).await.unwrap();
    let fact = ReceiptIssued {
        number: ReceiptNumber {
            town: TOWN,
            counter: CounterCode(counter.into()),
            epoch: replica.writer.epoch,
            year: FinancialYear(2026),
            serial,
        },
        shift: replica.shift,
        business_date: on(),
        service: ServiceCode::from("PT"),
        consumer: ConsumerCode::from("PT-1"),
        assessee: Bilingual::new("राम", "Ram"),
        payer_name: String::new(),
        payer_mobile: None,
        lines: vec![ReceiptLine {
            year: FinancialYear(2025),
            head: HeadCode::from("PT_TAX"),
            amount_paise: Paise(paise),
        }],
        instrument: Instrument::exact_cash(Paise(paise)),
        balance_after_paise: Paise(0),
        leaf: None,
        draft: press(replica, serial),
        template: 1,
        under: vec![],
        remark: String::new(),
    };
    let draft = fact.draft;
    let head = writing.append(replica.author, &Fact::from(fact)).await.unwrap();
    writing.note_press(&draft, &head, &USER);
    writing.commit().await.unwrap();
    head
}

pub async fn due(store: &Store) -> (i64, i64) {
    let mut reading = store.reading().await.unwrap();
    let dues = store::query::bill::dues(&mut reading, "PT", "PT-1").await.unwrap();
    (dues[0].balance.due().0, dues[0].balance.excess().0)
}
