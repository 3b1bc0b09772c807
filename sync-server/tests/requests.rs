//! Enrolment, invitations, and what strangers, garbage and hostile servers get.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod support;

use carrier::wire::{Refusal, TakeInvitation};
use carrier::{CarrierError, Carry, Server};
use domain::TownCode;
use journal::KeyPair;
use std::net::SocketAddr;
use std::time::Duration;
use support::{Device, Kept, TOWN, TestClock, TestTown, server};
use sync::code::InvitationCode;
use sync_server::{Config, ServerError, TlsFiles, init, start};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

over_files_and_postgres! {
    what_is_going_on_is_told_in_numbers
    a_code_enrols_its_town_once
    an_invitation_is_given_out_once_even_over_a_bad_line
    garbage_is_answered_with_a_code_and_the_server_lives
    strangers_and_neighbours_are_turned_away
}

fn code_of<T: std::fmt::Debug>(result: Result<T, CarrierError>) -> String {
    result.unwrap_err().code().to_owned()
}

async fn a_code_enrols_its_town_once(kept: Kept) {
    let folder = tempfile::tempdir().unwrap();
    let home = kept.home(folder.path().to_owned()).await;
    let (running, keys) = server(&home).await;
    let line = Server::at(&running.url, None).unwrap();
    let (key, other) = (KeyPair::from_secret([1; 32]), KeyPair::from_secret([2; 32]));
    let code = home.code(&keys, TOWN, 60_000).await.unwrap();
    assert_eq!(code_of(line.enrol_town("AAAA-AAAA-AAAA-AAAA", TOWN, &key).await), "E-SERVER-010");
    assert_eq!(code_of(line.enrol_town(&code, TownCode(248_460), &key).await), "E-SERVER-010");
    let late = home.code(&keys, TownCode(248_461), -1).await.unwrap();
    assert_eq!(code_of(line.enrol_town(&late, TownCode(248_461), &key).await), "E-SERVER-010");
    let enrolled = line.enrol_town(&code.to_lowercase(), TOWN, &key).await.unwrap();
    assert_eq!(
        line.enrol_town(&code, TOWN, &key).await.unwrap(),
        enrolled,
        "the first answer may have been lost"
    );
    assert_eq!(code_of(line.enrol_town(&code, TOWN, &other).await), "E-SERVER-011");
    let again = home.code(&keys, TOWN, 60_000).await;
    assert!(matches!(again, Err(ServerError::TownEnrolled)));
    running.shutdown().await;
}

async fn an_invitation_is_given_out_once_even_over_a_bad_line(kept: Kept) {
    let folder = tempfile::tempdir().unwrap();
    let home = kept.home(folder.path().to_owned()).await;
    let (running, keys) = server(&home).await;
    let town = TestTown::enrol(&running, &keys, &home).await;
    let line = Server::at(&running.url, None).unwrap();
    let code = InvitationCode::generate(&mut support::Dice(5));
    let package = vec![7; 60_000];
    assert_eq!(code_of(line.take_invitation(&code, [1; 16]).await), "E-SERVER-013");
    let credentials = town.credentials(1);
    line.leave_invitation(&credentials, &code, package.clone(), 3_600_000).await.unwrap();
    line.leave_invitation(&credentials, &code, package.clone(), 3_600_000).await.unwrap();
    let other = line.leave_invitation(&credentials, &code, vec![8], 3_600_000).await;
    assert_eq!(code_of(other), "E-SERVER-015");
    let mut stranger = town.credentials(2);
    stranger.key = KeyPair::from_secret([3; 32]);
    let forged =
        line.leave_invitation(&stranger, &InvitationCode::generate(&mut support::Dice(6)), vec![1], 1).await;
    assert_eq!(code_of(forged), "E-SYNC-007");
    assert_eq!(line.take_invitation(&code, [1; 16]).await.unwrap(), package);
    assert_eq!(
        line.take_invitation(&code, [1; 16]).await.unwrap(),
        package,
        "the first answer may have been lost"
    );
    let second = line.take_invitation(&code, [2; 16]).await;
    assert!(matches!(&second, Err(CarrierError::Refused { status: 410, .. })), "{second:?}");
    assert_eq!(code_of(second), "E-SERVER-014");
    let expired = InvitationCode::generate(&mut support::Dice(7));
    line.leave_invitation(&credentials, &expired, vec![1], 0).await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(code_of(line.take_invitation(&expired, [1; 16]).await), "E-SERVER-013");
    running.shutdown().await;
}

async fn what_is_going_on_is_told_in_numbers(kept: Kept) {
    let folder = tempfile::tempdir().unwrap();
    let home = kept.home(folder.path().to_owned()).await;
    let (running, keys) = server(&home).await;
    let town = TestTown::enrol(&running, &keys, &home).await;
    let mut device = town.device(folder.path(), 1).await;
    town.found(&mut device, &[]).await;
    device.pass(&Server::at(&running.url, None).unwrap(), &TestClock::default()).await;
    assert_eq!(asked(running.address, "POST", "/exchange/1", b"x").await.0, 400);
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    for path in ["/health", "/ready"] {
        let answer = raw(running.address, get(path).as_bytes()).await;
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{path}");
    }
    let numbers = String::from_utf8(raw(running.address, get("/metrics").as_bytes()).await).unwrap();
    for line in [
        "palika_entries_in_total 1",
        "palika_entries_out_total 0",
        "palika_exchange_seconds_bucket{le=\"+Inf\"} 2",
        "palika_refusals_total{code=\"E-SYNC-001\"} 1",
        "palika_waiting_for_news 0",
    ] {
        assert!(numbers.lines().any(|found| found == line), "{line}\n{numbers}");
    }
    // Nothing of a town or a person.
    assert!(!numbers.contains("248459") && !numbers.contains("Haldwani"), "{numbers}");
    running.shutdown().await;
}

/// Writes raw bytes and reads whatever comes back.
async fn raw(address: SocketAddr, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await;
    answer
}

async fn asked(address: SocketAddr, method: &str, path: &str, body: &[u8]) -> (u16, Option<Refusal>) {
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    let answer = raw(address, &request).await;
    let text = String::from_utf8_lossy(&answer).into_owned();
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let body = text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default();
    (status, serde_json::from_str(&body).ok())
}

async fn garbage_is_answered_with_a_code_and_the_server_lives(kept: Kept) {
    let folder = tempfile::tempdir().unwrap();
    let home = kept.home(folder.path().to_owned()).await;
    let (running, keys) = server(&home).await;
    let town = TestTown::enrol(&running, &keys, &home).await;
    let mut dice = support::Dice(8);
    let paths = [
        ("POST", "/exchange/248459"),
        ("POST", "/exchange/99999999999999"),
        ("POST", "/exchange/..%2f..%2fetc"),
        ("PUT", "/invitation/AAAAAAAA"),
        ("POST", "/invitation/AAAAAAAA/take"),
        ("POST", "/invitation/%F0%9F%92%A9/take"),
        ("POST", "/enrol/town"),
        ("GET", "/nothing"),
        ("DELETE", "/exchange/248459"),
    ];
    for round in 0..40usize {
        for (method, path) in paths {
            let mut body = vec![0; round * 37];
            journal::Entropy::fill(&mut dice, &mut body);
            if round % 2 == 0 {
                body.splice(0..0, *b"PLKX\x01\x01");
            }
            let (status, refusal) = asked(running.address, method, path, &body).await;
            assert!((400..500).contains(&status), "{method} {path}: {status}");
            let refusal = refusal.unwrap_or_else(|| panic!("{method} {path}: no refusal"));
            assert!(refusal.code.starts_with("E-"), "{refusal:?}");
            assert!(!refusal.message.hindi.is_empty() && !refusal.message.english.is_empty());
        }
    }
    let deep = "[".repeat(10_000);
    assert_eq!(asked(running.address, "POST", "/enrol/town", deep.as_bytes()).await.0, 400);
    let take = serde_json::to_vec(&TakeInvitation { nonce: "zz".into() }).unwrap();
    assert_eq!(asked(running.address, "POST", "/invitation/AAAAAAAA/take", &take).await.0, 400);
    // The server may hang up while the rest is still on its way.
    let (status, refusal) = asked(running.address, "POST", "/enrol/town", &vec![b' '; 40_000]).await;
    assert!(matches!(status, 413 | 0), "{status}");
    assert!(refusal.is_none_or(|refusal| refusal.code == "E-SERVER-018"));
    assert!(
        !raw(running.address, b"\x16\x03\x01 not http at all\r\n\r\n").await.starts_with(b"HTTP/1.1 200")
    );
    let (status, _) = asked(running.address, "GET", "/ready", b"").await;
    assert_eq!(status, 200);
    let mut device = town.device(folder.path(), 1).await;
    town.found(&mut device, &[]).await;
    let line = Server::at(&running.url, None).unwrap();
    device.pass(&line, &TestClock::default()).await;
    assert_eq!(device.guest.status().trouble, None);
    assert_eq!(device.guest.status().successes, 1);
    running.shutdown().await;
}

async fn strangers_and_neighbours_are_turned_away(kept: Kept) {
    let folder = tempfile::tempdir().unwrap();
    let home = kept.home(folder.path().to_owned()).await;
    let (running, keys) = server(&home).await;
    let mut town = TestTown::enrol(&running, &keys, &home).await;
    let line = Server::at(&running.url, None).unwrap();
    // A certificate of another state.
    let on = town.on;
    let own = town.certificate.clone();
    town.certificate =
        journal::Certificate::town(&KeyPair::from_secret([50; 32]), TOWN, town.key.public(), on);
    let mut stranger = town.device(folder.path(), 1).await;
    stranger.pass(&line, &TestClock::default()).await;
    assert_eq!(trouble(&stranger), "E-SYNC-004");
    // A second key that the state's own root certified for the same town.
    town.key = KeyPair::from_secret([51; 32]);
    town.certificate = journal::Certificate::town(&keys.state_root, TOWN, town.key.public(), on);
    let mut usurper = town.device(folder.path(), 2).await;
    usurper.pass(&line, &TestClock::default()).await;
    assert_eq!(trouble(&usurper), "E-SYNC-006");
    // A device that knocks at another town's door.
    town.key = KeyPair::from_secret([77; 32]);
    town.certificate = own;
    let mut lost = town.device(folder.path(), 3).await;
    lost.pass(&Misaddressed(line), &TestClock::default()).await;
    assert_eq!(trouble(&lost), "E-SYNC-005");
    running.shutdown().await;
}

/// Carries every frame to a neighbour's path.
struct Misaddressed(Server);

impl Carry for Misaddressed {
    async fn carry(&self, _: TownCode, frame: Vec<u8>) -> Result<Vec<u8>, carrier::Broken> {
        self.0.carry(TownCode(248_460), frame).await
    }
}

fn trouble(device: &Device) -> String {
    device.guest.status().trouble.clone().map(|trouble| trouble.code).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_is_for_this_same_computer_only() {
    let folder = tempfile::tempdir().unwrap();
    let keys = init(folder.path(), None).unwrap();
    let listen = "0.0.0.0:0".parse().unwrap();
    let config = Config { listen, ..Config::on_this_computer(folder.path(), keys.clone()) };
    assert!(matches!(start(config).await, Err(ServerError::Plain(_))));
    for address in
        ["http://10.0.0.5:7410", "http://state.example", "http://[2001:db8::1]/", "http://127.0.0.1.example/"]
    {
        assert_eq!(code_of(Server::at(address, None)), "E-CARRIER-002", "{address}");
    }
    for address in ["", "state.example", "ftp://127.0.0.1", "https://", "सर्वर"] {
        assert_eq!(code_of(Server::at(address, None)), "E-CARRIER-001", "{address}");
    }
    for address in
        ["http://localhost:1", "http://127.0.0.9", "http://[::1]:7410/", "https://state.example/palika"]
    {
        assert!(carrier::check_address(address).is_ok(), "{address}");
    }
    assert!(matches!(init(folder.path(), None), Err(ServerError::KeysThere)));
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_open_with_their_passphrase_only() {
    let folder = tempfile::tempdir().unwrap();
    let keys = init(folder.path(), Some("सुरक्षित शब्द")).unwrap();
    assert!(matches!(sync_server::open_keys(folder.path(), None), Err(ServerError::Keys(_))));
    assert!(matches!(sync_server::open_keys(folder.path(), Some("x")), Err(ServerError::Keys(_))));
    let opened = sync_server::open_keys(folder.path(), Some("सुरक्षित शब्द")).unwrap();
    assert_eq!(opened.state_root.public(), keys.state_root.public());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path().join("server.keys")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(sync_server::open_keys(empty.path(), None), Err(ServerError::NoKeys)));
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_serves_whoever_trusts_its_authority() {
    let folder = tempfile::tempdir().unwrap();
    let keys = init(folder.path(), None).unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let (certificate, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    store::durable_file::replace(&certificate, made.cert.pem().as_bytes()).unwrap();
    store::durable_file::replace(&key, made.signing_key.serialize_pem().as_bytes()).unwrap();
    let tls = Some(TlsFiles { certificate, key });
    let config = Config { tls, ..Config::on_this_computer(folder.path(), keys.clone()) };
    let running = start(config).await.unwrap();
    let address = format!("https://localhost:{}", running.address.port());
    let trusting = Server::at(&address, Some(made.cert.pem().as_bytes())).unwrap();
    assert_eq!(trusting.state_root().await.unwrap(), keys.state_root.public());
    // A machine without any list of authorities says so already when the client is made.
    let wary = match Server::at(&address, None) {
        Ok(wary) => wary.state_root().await,
        Err(error) => Err(error),
    };
    assert_eq!(code_of(wary), "E-CARRIER-005");
    running.shutdown().await;
}

/// A server that answers every connection with the same bytes.
async fn says(answer: Vec<u8>, drip: bool) -> (SocketAddr, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let task = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut question = vec![0; 65_536];
                let _ = stream.read(&mut question).await;
                if drip {
                    for byte in answer {
                        let _ = stream.write_all(&[byte]).await;
                        tokio::time::sleep(Duration::from_millis(200)).await;
                    }
                } else {
                    let _ = stream.write_all(&answer).await;
                }
            });
        }
    });
    (address, task)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_answers_garbage_harms_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let home = Kept::InFiles.home(folder.path().join("server")).await;
    let (running, keys) = server(&home).await;
    let town = TestTown::enrol(&running, &keys, &home).await;
    let mut device = town.device(folder.path(), 1).await;
    town.found(&mut device, &[]).await;
    let author = device.author.unwrap();
    device.write(20, author).await;
    let before = (device.store.vector().await.unwrap(), device.store.digest().await.unwrap());
    let clock = TestClock::default();
    let long = b"HTTP/1.1 200 OK\r\ncontent-length: 999999999\r\n\r\n".to_vec();
    let endless =
        [b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'x'; sync::limits::FRAME_BYTES_MAX + 1]].concat();
    let bomb = {
        let mut frame = b"PLKX\x01\x02".to_vec();
        frame.extend(zstd::bulk::compress(&vec![0u8; 64 << 20], 3).unwrap());
        [format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", frame.len()).into_bytes(), frame].concat()
    };
    let answers: [(&str, Vec<u8>, &[&str]); 9] = [
        ("not http", b"hello, this is a printer\r\n".to_vec(), &["E-CARRIER-003"]),
        ("nothing", Vec::new(), &["E-CARRIER-003"]),
        (
            "a login page",
            b"HTTP/1.1 200 OK\r\ncontent-length: 22\r\n\r\n<html>log in</html>    ".to_vec(),
            &["E-SYNC-001"],
        ),
        (
            "a redirect",
            b"HTTP/1.1 302 Found\r\nlocation: http://198.51.100.1/\r\ncontent-length: 0\r\n\r\n".to_vec(),
            &["E-CARRIER-006"],
        ),
        ("cut short", long, &["E-CARRIER-003"]),
        ("endless", endless, &["E-CARRIER-006"]),
        ("a bomb", bomb, &["E-SYNC-003"]),
        ("a fault", b"HTTP/1.1 500 Oops\r\ncontent-length: 4\r\n\r\noops".to_vec(), &["E-CARRIER-006"]),
        (
            "patience",
            b"HTTP/1.1 503 Busy\r\nretry-after: 77\r\ncontent-length: 0\r\n\r\n".to_vec(),
            &["E-CARRIER-004"],
        ),
    ];
    for (round, (name, answer, codes)) in answers.into_iter().enumerate() {
        let (address, task) = says(answer, false).await;
        let line = Server::at(&format!("http://{address}"), None).unwrap();
        let now_ms = (round as i64 + 1) * 10_000_000;
        clock.0.store(now_ms, std::sync::atomic::Ordering::SeqCst);
        let until_ms = device.pass(&line, &clock).await;
        let found = trouble(&device);
        assert!(codes.contains(&found.as_str()), "{name}: {found}");
        assert!(until_ms > now_ms);
        if name == "patience" {
            // After nine failures its own patience may be longer than what is asked for, never shorter.
            assert!(until_ms - now_ms >= 77_000, "{}", until_ms - now_ms);
        }
        task.abort();
    }
    assert_eq!((device.store.vector().await.unwrap(), device.store.digest().await.unwrap()), before);
    assert!(device.store.confirmed("server").await.unwrap().is_empty(), "nothing was believed");
    // A server that drips: the counter is not held up, the pass is simply dropped.
    let (address, task) = says(vec![b'H'; 10_000], true).await;
    let line = Server::at(&format!("http://{address}"), None).unwrap();
    clock.0.store(900_000_000, std::sync::atomic::Ordering::SeqCst);
    let dropped = tokio::time::timeout(Duration::from_millis(500), device.pass(&line, &clock)).await;
    assert!(dropped.is_err());
    device.write(1, author).await;
    task.abort();
    // And the true server takes everything in the end; the dropped pass left nothing behind.
    let line = Server::at(&running.url, None).unwrap();
    device.pass(&line, &clock).await;
    assert_eq!(trouble(&device), "");
    assert_eq!(device.store.confirmed("server").await.unwrap(), device.store.vector().await.unwrap());
    running.shutdown().await;
}

#[test]
fn the_command_line_makes_keys_and_codes() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let program = env!("CARGO_BIN_EXE_palika-sync-server");
        let output = std::process::Command::new(program)
            .args(["--data", folder.path().to_str().unwrap()])
            .args(arguments)
            .output()
            .unwrap();
        (
            output.status.success(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (done, _, told) = run(&["enrol-town", "--town", "248459"]);
    assert!(!done && told.contains("E-SERVER-002"), "{told}");
    let (done, root, _) = run(&["init"]);
    assert!(done && root.starts_with("state root: "));
    assert!(!run(&["init"]).0);
    let (done, code, told) = run(&["enrol-town", "--town", "248459"]);
    assert!(done, "{told}");
    assert!(sync::code::SpokenCode::parse(&code, sync::code::ENROLMENT_CHARACTERS).is_some(), "{code}");
    assert!(told.contains("Haldwani"), "{told}");
    assert!(run(&["enrol-town", "--town", "1"]).2.contains("E-SERVER-009"));
    let (done, _, told) = run(&["run", "--listen", "0.0.0.0:0"]);
    assert!(!done && told.contains("E-SERVER-001"), "{told}");
}
