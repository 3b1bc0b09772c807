//! A server on a free port, devices with real encrypted files, and a line that loses, doubles and breaks.
#![allow(dead_code, reason = "each test file uses its part")]

use carrier::{Broken, Carry, Clock, Guest, Server};
use domain::fact::Fact;
use domain::identity::PersonId;
use domain::people::{Author, DeviceEnrolled, DeviceRevoked, StaffEnrolled, TownFounded};
use domain::{Bilingual, BusinessDate, ChainHead, CounterCode, Epoch, TownCode, UserId};
use journal::seal::WrappedKey;
use journal::{Certificate, Entropy, KeyPair, device_of};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;
use store::{CHECKPOINT_PAGES, OpenOptions, RawKey, Store, Writer};
use sync::Credentials;
use sync::client::{Event, Trouble};
use sync_server::{Config, Register, Running, ServerError, ServerKeys, init, start};

pub const TOWN: TownCode = TownCode(248_459);

#[derive(Clone)]
pub struct Dice(pub u64);
impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut x = self.0;
        x ^= x >> 33;
        x.wrapping_mul(0xff51_afd7_ed55_8ccd) >> 20
    }
}
impl Entropy for Dice {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.iter_mut().for_each(|byte| *byte = self.next() as u8);
    }
}

#[derive(Default)]
pub struct TestClock(pub AtomicI64);
impl Clock for TestClock {
    fn now_ms(&self) -> i64 {
        1_795_456_799_000 + self.forward_ms()
    }
    fn forward_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Makes of one story two tests: the server over files, and over PostgreSQL.
#[macro_export]
macro_rules! over_files_and_postgres {
    ($($name:ident)*) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn in_files() {
                super::$name($crate::support::Kept::InFiles).await;
            }
            #[tokio::test(flavor = "multi_thread")]
            async fn in_postgres() {
                super::$name($crate::support::Kept::InPostgres).await;
            }
        }
    )* };
}

/// Where the server keeps what it must not lose.
#[derive(Clone, Copy)]
pub enum Kept {
    InFiles,
    InPostgres,
}

/// A server's place: its folder, and its database where it has one.
pub struct Home {
    pub data: PathBuf,
    pub database: Option<scratch::postgres::Database>,
}

/// One for all tests of a program: it takes seconds to start.
pub fn cluster() -> &'static scratch::postgres::Cluster {
    static CLUSTER: OnceLock<scratch::postgres::Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| scratch::postgres::Cluster::start().unwrap())
}

/// A database with its tables. Roles belong to the whole cluster, so they are made one at a time.
pub async fn prepared_database() -> scratch::postgres::Database {
    static NEXT: tokio::sync::Mutex<usize> = tokio::sync::Mutex::const_new(0);
    let mut next = NEXT.lock().await;
    *next += 1;
    let database = cluster().database(&format!("palika_{}", *next)).unwrap();
    sync_server::prepare_database(&database.owner_url).await.unwrap();
    cluster().admit_server(&database).unwrap();
    database
}

impl Kept {
    /// A new, empty place.
    pub async fn home(self, data: PathBuf) -> Home {
        let database = match self {
            Kept::InFiles => None,
            Kept::InPostgres => Some(prepared_database().await),
        };
        Home { data, database }
    }
}

impl Home {
    pub fn url(&self) -> Option<String> {
        self.database.as_ref().map(|database| database.server_url.clone())
    }

    pub async fn code(
        &self,
        keys: &ServerKeys,
        town: TownCode,
        valid_ms: i64,
    ) -> Result<String, ServerError> {
        let register = match self.url() {
            Some(url) => Register::in_database(&url).await?,
            None => return sync_server::enrolment_code(&self.data, keys, town, valid_ms).await,
        };
        let code = sync_server::enrolment_code_in(&register, town, valid_ms).await;
        register.close().await;
        code
    }
}

pub async fn server(home: &Home) -> (Running, ServerKeys) {
    let keys = init(&home.data, None).unwrap();
    (server_with(home, keys.clone()).await, keys)
}

pub async fn server_with(home: &Home, keys: ServerKeys) -> Running {
    start(Config { database: home.url(), ..Config::on_this_computer(&home.data, keys) }).await.unwrap()
}

/// A server that packs even a short log.
pub async fn packing(home: &Home, keys: ServerKeys) -> Running {
    packing_into(home, &home.data, keys, None).await
}

/// The same, of a further server with a folder of its own, into a bucket.
pub async fn packing_into(
    home: &Home,
    data: &Path,
    keys: ServerKeys,
    bucket: Option<sync_server::Bucket>,
) -> Running {
    let config = Config::on_this_computer(data, keys);
    start(Config { database: home.url(), segment_entries_min: 1, bucket, ..config }).await.unwrap()
}

/// One for all tests of a program.
pub fn garage() -> &'static scratch::garage::Garage {
    static GARAGE: OnceLock<scratch::garage::Garage> = OnceLock::new();
    GARAGE.get_or_init(|| scratch::garage::Garage::start().unwrap())
}

/// A folder of its bucket, with this secret.
pub fn bucket(folder: &str, secret: &str) -> sync_server::Bucket {
    let access = sync_server::Access {
        endpoint: garage().endpoint.clone(),
        region: scratch::garage::REGION.to_owned(),
        key_id: scratch::garage::KEY_ID.to_owned(),
        secret: secret.to_owned().into(),
    };
    sync_server::Bucket::at(&format!("s3://{}/{folder}", scratch::garage::BUCKET), &access).unwrap()
}

/// Until there is nothing more to take.
pub async fn take_all(device: &mut Device, server: &Server) {
    let clock = TestClock::default();
    for _ in 0..200 {
        match device.guest.take_segments(server, &clock, &mut device.dice).await {
            Ok(()) => return,
            Err(broken) => assert_eq!(broken.trouble.code, "E-SERVER-017", "only that they are being made"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the segments are never made");
}

/// A town whose first device is enrolled at the server.
pub struct TestTown {
    pub town: TownCode,
    pub key: KeyPair,
    pub certificate: Certificate,
    pub root: domain::identity::PublicKey,
    pub on: BusinessDate,
}

impl TestTown {
    pub async fn enrol(running: &Running, keys: &ServerKeys, home: &Home) -> TestTown {
        TestTown::enrol_as(TOWN, running, keys, home).await
    }

    pub async fn enrol_as(town: TownCode, running: &Running, keys: &ServerKeys, home: &Home) -> TestTown {
        let code = home.code(keys, town, 60_000).await.unwrap();
        let key = KeyPair::from_secret([77; 32]);
        let server = Server::at(&running.url, None).unwrap();
        let enrolled = server.enrol_town(&code, town, &key).await.unwrap();
        assert_eq!(server.state_root().await.unwrap(), enrolled.state_root);
        let on = enrolled.certificate.issued_on;
        TestTown { town, key, certificate: enrolled.certificate, root: enrolled.state_root, on }
    }

    pub fn credentials(&self, number: u8) -> Credentials {
        let key = KeyPair::from_secret([number; 32]);
        Credentials {
            town: self.certificate.clone(),
            device: Certificate::device(&self.key, self.town, key.public(), self.on),
            key,
        }
    }

    /// A device with its own file. The first founds the town.
    pub async fn device(&self, folder: &Path, number: u8) -> Device {
        self.device_over(folder, number, true).await
    }

    /// Its disk, copied into another folder while it rests, and at work there.
    pub async fn twin(&self, folder: &Path, number: u8, place: &Path) -> Device {
        std::fs::create_dir_all(place).unwrap();
        for ending in ["palika", "palika-wal"] {
            let name = format!("device-{number}.{ending}");
            std::fs::copy(folder.join(&name), place.join(&name)).unwrap();
        }
        self.device_over(place, number, false).await
    }

    async fn device_over(&self, folder: &Path, number: u8, create: bool) -> Device {
        let credentials = self.credentials(number);
        let path = folder.join(format!("device-{number}.palika"));
        let options =
            OpenOptions { key: RawKey([number; 48]), create, vfs: None, checkpoint_pages: CHECKPOINT_PAGES };
        let store = Store::open(&path, options).await.unwrap();
        store.bind_town(self.town, &self.root).await.unwrap();
        let writer = Writer { town: self.town, key: credentials.key.clone(), epoch: Epoch(0) };
        let guest =
            Guest::new(store.clone(), "server", credentials.clone(), Epoch(0), &mut Dice(u64::from(number)))
                .await
                .unwrap();
        Device { store, writer, credentials, guest, dice: Dice(u64::from(number) + 1_000), author: None }
    }

    /// Founds the town on its first device and enrols `others` there.
    pub async fn found(&self, first: &mut Device, others: &[u8]) {
        let user = UserId([9; 16]);
        let mut writing = first.store.begin(&first.writer, 1_795_456_799_000).await.unwrap();
        let founded = writing
            .append(
                None,
                &Fact::from(TownFounded {
                    town: self.town,
                    name: Bilingual::new("हल्द्वानी", "Haldwani"),
                    town_certificate: self.certificate.to_bytes(),
                    device_certificate: first.credentials.device.to_bytes(),
                    counter: CounterCode("C01".into()),
                    device_name: "one".into(),
                    administrator: user,
                    administrator_name: Bilingual::new("प्रशासक", "Administrator"),
                }),
            )
            .await
            .unwrap();
        let author = Author { user, grant: founded.hash };
        for number in others {
            let key = KeyPair::from_secret([*number; 32]);
            let enrolled = DeviceEnrolled {
                device: device_of(&key.public()),
                certificate: self.credentials(*number).device.to_bytes(),
                counter: CounterCode(format!("C{number:02}")),
                name: format!("device {number}"),
            };
            writing.append(Some(author), &Fact::from(enrolled)).await.unwrap();
        }
        writing.commit().await.unwrap();
        first.author = Some(author);
    }
}

impl TestTown {
    /// The first device says that the town trusts another no further than what the first holds of it.
    pub async fn revoke(&self, first: &mut Device, number: u8) {
        let device = device_of(&self.credentials(number).key.public());
        let held = first.store.vector().await.unwrap().into_iter().find(|head| head.device == device);
        let (epoch, seq, hash) =
            held.map_or((Epoch(0), 0, domain::Hash::ZERO), |head| (head.epoch, head.seq, head.hash));
        let mut writing = first.store.begin(&first.writer, 1_795_456_900_000).await.unwrap();
        let revoked = DeviceRevoked { device, epoch, seq, hash, reason: "stolen".into() };
        writing.append(first.author, &Fact::from(revoked)).await.unwrap();
        writing.commit().await.unwrap();
    }
}

pub struct Device {
    pub store: Store,
    pub writer: Writer,
    pub credentials: Credentials,
    pub guest: Guest,
    pub dice: Dice,
    pub author: Option<Author>,
}

impl Device {
    /// Begins the epoch that a proof of another branch asks for.
    pub async fn begin_epoch(&mut self) {
        let own = journal::device_of(&self.writer.key.public());
        assert!(self.store.is_epoch_over(&own, self.writer.epoch).await.unwrap());
        let epoch = self.store.next_epoch(&own).await.unwrap();
        self.writer.epoch = epoch;
        self.store.open_epoch(&self.writer, "a copy was at work", 1_795_456_900_000).await.unwrap();
        let mut entropy = Dice(u64::from(epoch.0));
        let credentials = self.credentials.clone();
        self.guest =
            Guest::new(self.store.clone(), "server", credentials, epoch, &mut entropy).await.unwrap();
    }

    /// One signed batch of `count` entries.
    pub async fn write(&mut self, count: usize, author: Author) -> ChainHead {
        let mut writing = self.store.begin(&self.writer, 1_795_456_800_000).await.unwrap();
        for _ in 0..count {
            let name = format!("कर्मचारी {}", self.dice.next() % 1_000);
            let fact = StaffEnrolled {
                user: UserId(journal::random(&mut self.dice)),
                name: Bilingual::new(name.clone(), name),
            };
            writing.append(Some(author), &Fact::from(fact)).await.unwrap();
        }
        writing.commit().await.unwrap()
    }

    pub async fn add_key(&mut self) {
        let person = PersonId(journal::random(&mut self.dice));
        let bytes: [u8; 72] = journal::random(&mut self.dice);
        self.store.receive_person_keys(&[WrappedKey { person, bytes: bytes.to_vec() }]).await.unwrap();
    }

    pub async fn pass(&mut self, carrier: &impl Carry, clock: &TestClock) -> i64 {
        self.guest.pass(Event::Asked, carrier, clock, &mut self.dice).await
    }

    pub async fn keys(&self) -> Vec<WrappedKey> {
        let mut keys: Vec<_> =
            self.store.person_keys_after(0, 100_000).await.unwrap().into_iter().map(|(_, key)| key).collect();
        keys.sort();
        keys
    }
}

/// A line to the server that counts, and in bad weather loses questions and answers, doubles and cuts them.
pub struct Line {
    pub server: Server,
    pub dice: Mutex<Dice>,
    pub bad: bool,
    pub trips: AtomicUsize,
    pub bytes: AtomicUsize,
}

impl Line {
    pub fn to(running: &Running, seed: u64, bad: bool) -> Line {
        Line {
            server: Server::at(&running.url, None).unwrap(),
            dice: Mutex::new(Dice(seed)),
            bad,
            trips: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
        }
    }
}

fn lost() -> Broken {
    let message = Bilingual::new("लाइन कटी", "the line broke");
    Broken { trouble: Trouble { code: "E-TEST".into(), message }, retry_after_ms: None }
}

impl Carry for Line {
    async fn carry(&self, town: TownCode, frame: Vec<u8>) -> Result<Vec<u8>, Broken> {
        let weather = if self.bad { self.dice.lock().unwrap().next() % 10 } else { 9 };
        if weather <= 1 {
            return Err(lost());
        }
        self.trips.fetch_add(1, Ordering::SeqCst);
        self.bytes.fetch_add(frame.len(), Ordering::SeqCst);
        if weather == 2 {
            self.server.carry(town, frame.clone()).await?;
        }
        let mut answer = self.server.carry(town, frame).await?;
        self.bytes.fetch_add(answer.len(), Ordering::SeqCst);
        match weather {
            3 => Err(lost()),
            4 => {
                answer.truncate(answer.len() / 2);
                Ok(answer)
            }
            5 => {
                let place = answer.len() / 2;
                answer[place] ^= 0x10;
                Ok(answer)
            }
            _ => Ok(answer),
        }
    }
}
