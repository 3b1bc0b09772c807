//! The real `palika`, run as a technician runs it, in a folder of its own.
#![allow(dead_code, reason = "each test file uses its part")]

use contract::{OpenShift, Payment, ReceiptView, Reply, Request, SignIn};
use demo::staff::{ADMINISTRATOR, CLERK, DemoPerson};
use domain::payment::Instrument;
use domain::{Paise, TownCode};
use machine::Machine;
use office::Office;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Haldwani.
pub const TOWN: TownCode = TownCode(248_459);

/// What a run left: its code and its two streams.
#[derive(Clone, Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// The one JSON object of a `--json` run.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The problem's code of a `--json` run that failed.
    pub fn problem(&self) -> String {
        let json = self.json();
        for language in ["hindi", "english"] {
            let words = json["problem"]["message"][language].as_str().unwrap_or_default();
            assert!(!words.is_empty(), "{language}: {self:?}");
        }
        json["problem"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Runs the program without a keyring and without the machine's own settings.
pub fn palika<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Said {
    let output = Command::new(env!("CARGO_BIN_EXE_palika"))
        .args(arguments)
        .env_remove("PALIKA_FOLDER")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("XDG_RUNTIME_DIR")
        .output()
        .unwrap();
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder with a town in it, and files beside it.
pub struct Place {
    pub root: tempfile::TempDir,
}

impl Place {
    pub fn empty() -> Place {
        Place { root: tempfile::tempdir().unwrap() }
    }

    /// With a demonstration town of so many properties.
    pub fn with_town(properties: u32) -> Place {
        Place::with_town_at(properties, "")
    }

    /// The same, its server at an address.
    pub fn with_town_at(properties: u32, server: &str) -> Place {
        let place = Place::empty();
        let properties = properties.to_string();
        let said = place.run(&["demo-town", "--properties", &properties, "--server", server]);
        assert_eq!(said.code, 0, "{said:?}");
        place
    }

    /// The town's folder.
    pub fn folder(&self) -> PathBuf {
        self.root.path().join("town")
    }

    /// The folder of the state's server.
    pub fn state(&self) -> PathBuf {
        self.root.path().join("state")
    }

    /// A file beside the town.
    pub fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.root.path().join(name);
        store::durable_file::replace(&path, bytes).unwrap();
        path.to_string_lossy().into_owned()
    }

    /// The name of a file that is not there yet.
    pub fn name(&self, name: &str) -> String {
        self.root.path().join(name).to_string_lossy().into_owned()
    }

    /// Runs a verb on the town.
    pub fn run(&self, arguments: &[&str]) -> Said {
        let folder = self.folder().to_string_lossy().into_owned();
        palika(&[&["--folder", folder.as_str()], arguments].concat())
    }

    /// The same with `--json`.
    pub fn json(&self, arguments: &[&str]) -> Said {
        self.run(&[&["--json"], arguments].concat())
    }

    /// The same in somebody's name.
    pub fn as_person(&self, person: DemoPerson, arguments: &[&str]) -> Said {
        let password = self.file("password", format!("{}\n", person.password).as_bytes());
        self.json(&[arguments, &["--user", person.english, "--password-file", &password]].concat())
    }

    /// The same as the administrator.
    pub fn as_admin(&self, arguments: &[&str]) -> Said {
        self.as_person(ADMINISTRATOR, arguments)
    }

    /// The office of the folder, as the window opens it.
    pub async fn office(&self) -> Office {
        let folder = self.folder();
        Office::start(&folder, Arc::new(Machine::at(&folder))).await
    }

    /// The demo clerk opens a shift, if none is open, and takes cash.
    pub async fn cash(&self, consumer: &str, amount_paise: Paise) -> ReceiptView {
        let office = self.office().await;
        let taken = cash_at(&office, CLERK, consumer, amount_paise).await;
        office.close().await;
        taken
    }
}

/// A person of an open office opens a shift, if none is open, and takes cash.
pub async fn cash_at(
    office: &Office,
    person: DemoPerson,
    consumer: &str,
    amount_paise: Paise,
) -> ReceiptView {
    let Reply::Situation(situation) = ask(office, Request::Situation).await else { panic!() };
    let user = situation.staff.iter().find(|one| one.name.english == person.english).unwrap().user;
    ask(office, Request::SignIn(SignIn { user, password: person.password.to_owned() })).await;
    let Reply::Drawer(drawer) = ask(office, Request::Drawer).await else { panic!() };
    if drawer.shift.is_none() {
        let open = OpenShift { business_date: drawer.propose, float_paise: Paise::ZERO, confirmed: true };
        ask(office, Request::OpenShift(open)).await;
    }
    static PRESS: AtomicU64 = AtomicU64::new(1);
    let payment = Payment {
        draft: format!("{:016x}{:016x}", std::process::id(), PRESS.fetch_add(1, Ordering::SeqCst)),
        service: "PT".to_owned(),
        consumer: consumer.to_owned(),
        amount_paise,
        lines: Vec::new(),
        instrument: Instrument::exact_cash(amount_paise),
        payer_name: String::new(),
        payer_mobile: "9876543210".to_owned(),
        remark: String::new(),
        leaf: None,
    };
    match ask(office, Request::TakePayment(payment)).await {
        Reply::Receipt(receipt) => *receipt,
        other => panic!("{other:?}"),
    }
}

/// Asks what must be answered.
pub async fn ask(office: &Office, request: Request) -> Reply {
    let asked = format!("{request:?}");
    office.answer(request).await.unwrap_or_else(|problem| panic!("{asked}\n{problem:?}"))
}

/// `PT-248459-000001`.
pub fn property_id(number: u32) -> String {
    demo::property_id(TOWN, number)
}

/// One of the samples an office starts from.
pub fn sample(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/samples").join(name).to_string_lossy().into_owned()
}
