//! A server that is not one: garbage, a login page, silence, an answer drop by drop, the same answer twice. Nothing is
//! believed, nothing is lost, and the counter goes on taking money meanwhile.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod common;

use common::{PASSWORD, TOWN, TestOffice, TestShell, monday, property_id, register, rupees};
use contract::{FoundTown, JoinTown, Reply, Request, Stage, SyncState};
use domain::Bilingual;
use journal::KeyPair;
use office::Office;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How a false server treats every question.
#[derive(Clone)]
enum Manner {
    /// The same bytes to everybody.
    Says(Vec<u8>),
    /// One byte now and then, for ever.
    Drips,
    /// Nothing, the line held open.
    Silent,
}

struct FalseServer {
    url: String,
    asked: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Drop for FalseServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn false_server(manner: Manner) -> FalseServer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(treat(stream, manner.clone()));
        }
    });
    FalseServer { url: format!("http://{address}"), asked, task }
}

async fn treat(mut stream: TcpStream, manner: Manner) {
    let mut question = vec![0; 65_536];
    let _ = stream.read(&mut question).await;
    match manner {
        Manner::Says(bytes) => {
            let _ = stream.write_all(&bytes).await;
        }
        Manner::Drips => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n").await;
            while stream.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        Manner::Silent => {
            let _ = stream.read(&mut question).await;
            tokio::time::sleep(Duration::from_secs(600)).await;
        }
    }
}

fn page(status: &str, body: &[u8]) -> Manner {
    let mut bytes = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    Manner::Says(bytes)
}

fn garbage() -> Vec<(&'static str, Manner)> {
    vec![
        ("not http", Manner::Says(b"220 mail.example ESMTP\r\n".to_vec())),
        ("nothing", Manner::Says(Vec::new())),
        ("a login page", page("200 OK", b"<html>Sign in to the office's Wi-Fi</html>")),
        ("random", page("200 OK", &[0x9b; 4_096])),
        ("json of something else", page("200 OK", b"{\"certificate\":\"00\",\"state_root\":\"00\"}")),
        ("a fault", page("500 Oops", b"stack trace")),
        (
            "a redirect",
            Manner::Says(b"HTTP/1.1 302 Found\r\nlocation: http://198.51.100.1/\r\n\r\n".to_vec()),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_false_server_founds_no_town_and_gives_no_invitation() {
    for (name, manner) in garbage() {
        let server = false_server(manner).await;
        let folder = tempfile::tempdir().unwrap();
        let office = Office::start(folder.path(), TestShell::new(5)).await;
        let found = Request::FoundTown(FoundTown {
            server: server.url.clone(),
            code: "AAAA-AAAA-AAAA-AAAA".to_owned(),
            town: TOWN,
            administrator: Bilingual::new("विमला पंत", "Vimla Pant"),
            password: PASSWORD.to_owned(),
            passphrase: String::new(),
            device_name: "Counter one".to_owned(),
        });
        let shell = TestShell::new(6);
        let code = sync::code::InvitationCode::generate(office::Shell::entropy(shell.as_ref()).as_mut());
        let join = Request::JoinTown(JoinTown {
            server: server.url.clone(),
            code: code.spoken(),
            password: PASSWORD.to_owned(),
            passphrase: String::new(),
        });
        for request in [found, join] {
            let problem = office.answer(request).await.unwrap_err();
            let known = ["E-CARRIER-003", "E-CARRIER-006", "E-OFFICE-086"];
            assert!(known.contains(&problem.code.as_str()), "{name}: {problem:?}");
            assert!(!problem.message.hindi.is_empty() && !problem.message.english.is_empty());
        }
        let Reply::Situation(situation) = office.answer(Request::Situation).await.unwrap() else { panic!() };
        assert_eq!(situation.stage, Stage::NoTown, "{name}");
        assert!(!folder.path().join("town.palika").exists());
        assert!(server.asked.load(Ordering::SeqCst) >= 2, "{name}");
    }
}

/// A town whose file names that server.
async fn town_at(url: &str) -> TestOffice {
    let folder = tempfile::tempdir().unwrap();
    let shell = TestShell::new(7);
    let office = Office::start(folder.path(), shell.clone()).await;
    let state = KeyPair::from_secret([1; 32]);
    let founding = office::Founding { server: url.to_owned(), ..common::founding(&state) };
    office.found(founding).await.unwrap();
    let Reply::Situation(situation) = office.answer(Request::Situation).await.unwrap() else { panic!() };
    let town = TestOffice::around(office, shell, folder, state, situation.person.unwrap().user);
    town.import(&register()).await;
    town.open_shift(monday(), rupees(0)).await;
    town
}

async fn failed(town: &TestOffice) -> String {
    for _ in 0..200 {
        let page = town.sync_page().await;
        if page.state == SyncState::Failed {
            return page.problem.unwrap().code;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the exchange never failed: {:?}", town.sync_page().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_confirms_nothing_and_money_is_taken_all_the_same() {
    for (name, manner) in garbage() {
        let server = false_server(manner).await;
        let town = town_at(&server.url).await;
        town.cash(&property_id(1), rupees(100)).await;
        let digest = town.digest().await;
        town.say(Request::SyncNow).await;
        let code = failed(&town).await;
        assert!(code.starts_with("E-CARRIER-") || code.starts_with("E-SYNC-"), "{name}: {code}");
        assert_eq!(town.digest().await, digest, "{name}");
        town.cash(&property_id(1), rupees(200)).await;
        let unsent = town.situation().await.unsent;
        assert_eq!((unsent.receipts, unsent.amount_paise), (2, rupees(300)), "{name}: nothing was believed");
        let page = town.sync_page().await;
        assert!(page.quarantine.is_empty() && page.last_success_ms.is_none(), "{name}");
        town.must_verify().await;
        town.office.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_drips_or_says_nothing_holds_nobody_up() {
    for manner in [Manner::Drips, Manner::Silent] {
        let server = false_server(manner).await;
        let town = town_at(&server.url).await;
        town.say(Request::SyncNow).await;
        while server.asked.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // The exchange hangs in the middle of its answer: a whole counter's work goes on beside it.
        for number in 1..=4 {
            town.cash(&property_id(number), rupees(10)).await;
        }
        let page = town.sync_page().await;
        assert_eq!((page.state, page.unsent.receipts), (SyncState::Busy, 4));
        town.office.close().await;
        town.must_verify().await;
    }
}
