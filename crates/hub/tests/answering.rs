//! An office computer that answers, over real sockets, TLS and encrypted files: who is let in, and who is not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use carrier::{Broken, Carry, Clock, FolderShelf, Gate, Guest, Host, Neighbour};
use domain::fact::Fact;
use domain::identity::PublicKey;
use domain::people::{Author, DeviceEnrolled, StaffEnrolled, TownFounded};
use domain::{Bilingual, BusinessDate, CounterCode, DeviceId, Epoch, TownCode, UserId};
use hub::{Answering, Hub};
use journal::{Certificate, Entropy, KeyPair, device_of};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::{CHECKPOINT_PAGES, OpenOptions, RawKey, Store, Writer};
use sync::Credentials;
use sync::client::Event;
use sync::limits::FRAME_BYTES_MAX;

const TOWN: TownCode = TownCode(248_459);
const NOW_MS: i64 = 1_795_456_799_000;
const HOST: u8 = 1;
const NEIGHBOUR: u8 = 2;

struct Still;
impl Clock for Still {
    fn now_ms(&self) -> i64 {
        NOW_MS
    }
    fn forward_ms(&self) -> i64 {
        0
    }
}

struct Counting(u8);
impl Entropy for Counting {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_add(1);
            *byte = self.0;
        }
    }
}

fn state() -> KeyPair {
    KeyPair::from_secret([90; 32])
}

/// A computer whose town's certificate the state signed, and whose own the key `town` did.
fn credentials(town: &KeyPair, number: u8) -> Credentials {
    let on = BusinessDate::new(2026, 11, 23).unwrap();
    let key = KeyPair::from_secret([number; 32]);
    Credentials {
        town: Certificate::town(&state(), TOWN, town.public(), on),
        device: Certificate::device(town, TOWN, key.public(), on),
        key,
    }
}

fn town_key() -> KeyPair {
    KeyPair::from_secret([77; 32])
}

async fn file(folder: &Path, number: u8) -> Store {
    let options = OpenOptions {
        key: RawKey([number; 48]),
        create: true,
        vfs: None,
        checkpoint_pages: CHECKPOINT_PAGES,
    };
    let store = Store::open(&folder.join(format!("{number}.palika")), options).await.unwrap();
    store.bind_town(TOWN, &state().public()).await.unwrap();
    store
}

/// An office of two computers, the first of which answers.
struct Building {
    hub: Hub,
    store: Store,
    author: Author,
    brought: Arc<Mutex<Vec<DeviceId>>>,
    folder: tempfile::TempDir,
}

impl Building {
    async fn new() -> Building {
        let folder = tempfile::tempdir().unwrap();
        let store = file(folder.path(), HOST).await;
        let author = found(&store).await;
        let own = credentials(&town_key(), HOST);
        let host = Host::of_device(store.clone(), &own, Epoch(0), [5; 32], &mut Counting(1)).await.unwrap();
        let shelf = Arc::new(FolderShelf::at(folder.path().join("segments")));
        let host = host.with_shelf_from(40, shelf, &[6; 32]);
        let brought = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&brought);
        let answering = Answering {
            host,
            gate: Gate { state_root: state().public(), challenge_secret: [5; 32] },
            town: TOWN,
            town_key: town_key().public(),
            clock: Arc::new(Still),
            entropy: Box::new(|| Box::new(Counting(9))),
            brought: Box::new(move |device| noted.lock().unwrap().push(device)),
        };
        let anywhere: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let hub = Hub::start(&[anywhere], &own.key, answering).unwrap();
        Building { hub, store, author, brought, folder }
    }

    async fn met(&self) -> Neighbour {
        let key = credentials(&town_key(), HOST).key.public();
        Neighbour::seen(key, &[self.hub.address()]).await.unwrap()
    }

    /// Another computer with its own file.
    async fn visitor(&self, credentials: Credentials, number: u8) -> (Store, Guest) {
        let store = file(self.folder.path(), number).await;
        let mut entropy = Counting(number);
        let guest =
            Guest::new(store.clone(), "neighbour", credentials, Epoch(0), &mut entropy).await.unwrap();
        (store, guest)
    }
}

async fn found(store: &Store) -> Author {
    let (own, other) = (credentials(&town_key(), HOST), credentials(&town_key(), NEIGHBOUR));
    let user = UserId([9; 16]);
    let founded = TownFounded {
        town: TOWN,
        name: Bilingual::new("हल्द्वानी", "Haldwani"),
        town_certificate: own.town.to_bytes(),
        device_certificate: own.device.to_bytes(),
        counter: CounterCode("C01".into()),
        device_name: "one".into(),
        administrator: user,
        administrator_name: Bilingual::new("प्रशासक", "Administrator"),
    };
    let enrolled = DeviceEnrolled {
        device: device_of(&other.key.public()),
        certificate: other.device.to_bytes(),
        counter: CounterCode("C02".into()),
        name: "two".into(),
    };
    let writer = Writer { town: TOWN, key: own.key, epoch: Epoch(0) };
    let mut writing = store.begin(&writer, NOW_MS).await.unwrap();
    let hash = writing.append(None, &Fact::from(founded)).await.unwrap().hash;
    let author = Author { user, grant: hash };
    writing.append(Some(author), &Fact::from(enrolled)).await.unwrap();
    writing.commit().await.unwrap();
    author
}

async fn employ(store: &Store, number: u8, author: Author) {
    let writer = Writer { town: TOWN, key: credentials(&town_key(), number).key, epoch: Epoch(0) };
    let name = Bilingual::new("हरीश बिष्ट", "Harish Bisht");
    let mut writing = store.begin(&writer, NOW_MS + 1).await.unwrap();
    let fact = Fact::from(StaffEnrolled { user: UserId([number; 16]), name });
    writing.append(Some(author), &fact).await.unwrap();
    writing.commit().await.unwrap();
}

fn code(answer: Result<Vec<u8>, Broken>) -> String {
    answer.expect_err("refused").trouble.code
}

#[tokio::test]
async fn a_neighbour_fetches_brings_and_is_told_of_news() {
    let building = Building::new().await;
    let (store, mut guest) = building.visitor(credentials(&town_key(), NEIGHBOUR), NEIGHBOUR).await;
    let met = building.met().await;
    guest.pass(Event::Asked, &met, &Still, &mut Counting(7)).await;
    assert_eq!(store.vector().await.unwrap(), building.store.vector().await.unwrap());
    assert!(building.brought.lock().unwrap().is_empty(), "it only fetched");

    employ(&store, NEIGHBOUR, building.author).await;
    guest.pass(Event::Asked, &met, &Still, &mut Counting(8)).await;
    assert_eq!(store.vector().await.unwrap(), building.store.vector().await.unwrap());
    let from = device_of(&credentials(&town_key(), NEIGHBOUR).key.public());
    assert_eq!(*building.brought.lock().unwrap(), [from]);

    let quiet = tokio::time::timeout(Duration::from_secs(1), guest.news(&met)).await;
    assert!(quiet.is_err(), "there is none");
    let (told, ()) = tokio::join!(
        tokio::time::timeout(Duration::from_secs(20), guest.news(&met)),
        employ(&building.store, HOST, building.author),
    );
    told.expect("told of what the first computer wrote");
}

/// Its certificates are made with keys of its own: it may know everything of the protocol.
#[tokio::test]
async fn a_stranger_is_refused_and_leaves_nothing() {
    let building = Building::new().await;
    let before = building.store.vector().await.unwrap();
    let (store, mut guest) = building.visitor(credentials(&KeyPair::from_secret([66; 32]), 6), 6).await;
    let met = building.met().await;
    guest.pass(Event::Asked, &met, &Still, &mut Counting(6)).await;
    let trouble = guest.status().trouble.as_ref().expect("refused").code.clone();
    assert!(trouble.starts_with("E-SYNC-"), "{trouble}");
    assert!(store.vector().await.unwrap().is_empty());
    assert_eq!(building.store.vector().await.unwrap(), before);
    assert!(building.brought.lock().unwrap().is_empty());
}

/// At a known address sits something else now: it is not asked for anything.
#[tokio::test]
async fn who_does_not_hold_the_key_is_not_spoken_to() {
    let building = Building::new().await;
    let other: PublicKey = credentials(&town_key(), NEIGHBOUR).key.public();
    let met = Neighbour::seen(other, &[building.hub.address()]).await;
    assert!(met.is_err());
}

#[tokio::test]
async fn what_is_no_message_is_refused_with_a_code_and_the_next_is_answered() {
    let building = Building::new().await;
    let met = building.met().await;
    assert_eq!(code(met.carry(TownCode(1), Vec::new()).await), sync::SyncError::OtherTown.code());
    let garbage = code(met.carry(TOWN, vec![7; 300]).await);
    assert!(garbage.starts_with("E-SYNC-"), "{garbage}");
    assert_eq!(code(met.carry(TOWN, vec![0; FRAME_BYTES_MAX + 1]).await), "E-HUB-004");
    let (store, mut guest) = building.visitor(credentials(&town_key(), NEIGHBOUR), NEIGHBOUR).await;
    guest.pass(Event::Asked, &met, &Still, &mut Counting(7)).await;
    assert_eq!(store.vector().await.unwrap().len(), 1);
}

/// The usual port is taken by another program: the next of the addresses serves. With none left it is said.
#[tokio::test]
async fn a_taken_port_is_passed_over() {
    let one = Building::new().await;
    let taken = one.hub.address();
    let own = credentials(&town_key(), HOST);
    let answering = || async {
        let mut entropy = Counting(1);
        let host = Host::of_device(one.store.clone(), &own, Epoch(0), [5; 32], &mut entropy);
        Answering {
            host: host.await.unwrap(),
            gate: Gate { state_root: state().public(), challenge_secret: [5; 32] },
            town: TOWN,
            town_key: town_key().public(),
            clock: Arc::new(Still),
            entropy: Box::new(|| Box::new(Counting(9))),
            brought: Box::new(|_| ()),
        }
    };
    let anywhere: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let second = Hub::start(&[taken, anywhere], &own.key, answering().await).unwrap();
    assert_ne!(second.address(), taken);
    let refused = Hub::start(&[taken], &own.key, answering().await).err().expect("taken");
    assert_eq!(refused.code(), "E-HUB-001");
}

/// A line that breaks at every third piece, and now and then gives another byte than it was given.
struct Ragged {
    met: Neighbour,
    takes: AtomicUsize,
}

impl Carry for Ragged {
    async fn carry(&self, town: TownCode, frame: Vec<u8>) -> Result<Vec<u8>, Broken> {
        self.met.carry(town, frame).await
    }

    async fn take(&self, town: TownCode, frame: Vec<u8>) -> Result<Option<Vec<u8>>, Broken> {
        let number = self.takes.fetch_add(1, Ordering::SeqCst);
        let broken = Broken::from(&sync::SyncError::OtherAnswer);
        if number % 3 == 1 {
            return Err(broken);
        }
        let answer = Carry::take(&self.met, town, frame).await?;
        match answer {
            Some(mut bytes) if number % 7 == 5 => {
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                // Its checksum tells; an own line would have broken off.
                assert!(
                    sync::frame::open::<sync::SegmentPiece>(sync::frame::FrameKind::SegmentPiece, &bytes)
                        .is_err()
                );
                Err(broken)
            }
            answer => Ok(answer),
        }
    }
}

#[tokio::test]
async fn a_new_computer_takes_what_was_packed_for_it_and_comes_to_the_same() {
    let building = Building::new().await;
    for _ in 0..50 {
        employ(&building.store, HOST, building.author).await;
    }
    let (store, mut guest) = building.visitor(credentials(&town_key(), NEIGHBOUR), NEIGHBOUR).await;
    let ragged = Ragged { met: building.met().await, takes: AtomicUsize::new(0) };
    let mut tries = 0;
    while guest.take_segments(&ragged, &Still, &mut Counting(3)).await.is_err() {
        tries += 1;
        assert!(tries < 200, "it does not get on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let arriving = store.arriving().await.unwrap().expect("begun from a snapshot");
    assert!(arriving.usable && arriving.whole, "{arriving:?}");
    assert_eq!(arriving.bytes, arriving.bytes_done);
    assert_eq!(guest.take_up(&Still).await.unwrap().expect("nobody sits there").differed, []);
    assert_eq!(store.vector().await.unwrap(), building.store.vector().await.unwrap());
    assert_eq!(store.digest().await.unwrap(), building.store.digest().await.unwrap());
    // The second to join finds them made; what came since is not in them and comes by exchange.
    employ(&building.store, HOST, building.author).await;
    guest.pass(Event::Asked, &ragged, &Still, &mut Counting(4)).await;
    assert_eq!(store.digest().await.unwrap(), building.store.digest().await.unwrap());
}
