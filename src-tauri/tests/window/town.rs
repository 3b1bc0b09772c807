//! A town for the window to open: founded and filled through the office itself, the way the command line does it.

use std::path::Path;
use std::sync::Arc;

use contract::{AddStaff, OpenShift, Reply, Request};
use demo::staff::{ACCOUNTANT, ADMINISTRATOR, CLERK};
use demo::{CleanlinessTax, DemoTown, Locality};
use domain::register::RegisterRow;
use domain::{Bilingual, BusinessDate, CounterCode, Paise, TownCode};
use journal::{Certificate, KeyPair};
use machine::{Machine, OperatingSystem};
use office::{Founding, Office, Shell};

pub const HALDWANI: TownCode = TownCode(248_459);
/// Large enough to hold the landmarks and their namesakes, small enough to be made in seconds by a debug build.
const PROPERTIES: u32 = 600;

/// Founds Haldwani in a folder, with a clerk who has signed in last, and a shift open in the clerk's hands.
pub async fn with_open_shift(folder: &Path) {
    let state = KeyPair::generate(&mut OperatingSystem);
    let (town_key, certificate) = certified(&state);
    let office = founded(folder, &state, town_key, certificate, String::new()).await;
    staffed_and_filled(&office).await;
    sign_in(&office, CLERK.english, CLERK.password).await;
    let today = BusinessDate::from_unix_ms(now_ms());
    let open = OpenShift { business_date: today, float_paise: Paise(50_000), confirmed: true };
    office.answer(Request::OpenShift(open)).await.unwrap();
    office.close().await;
}

/// Founds Haldwani in a folder and enrols it with a state server in another, which does not run yet: the line is down.
/// No shift is open.
pub async fn of_state(folder: &Path, server_data: &Path, server: String) {
    let keys = sync_server::init(server_data, None).unwrap();
    let (town_key, certificate) = certified(&keys.state_root);
    let register = sync_server::Register::open(server_data, &keys).await.unwrap();
    register.adopt(&certificate, now_ms()).await.unwrap();
    register.close().await;
    let office = founded(folder, &keys.state_root, town_key, certificate, server).await;
    staffed_and_filled(&office).await;
    office.close().await;
}

fn now_ms() -> i64 {
    Machine::without_keyring().now_ms()
}

/// The town's key and the state's certificate for it.
fn certified(state: &KeyPair) -> (KeyPair, Certificate) {
    let town_key = KeyPair::generate(&mut OperatingSystem);
    let certificate =
        Certificate::town(state, HALDWANI, town_key.public(), BusinessDate::from_unix_ms(now_ms()));
    (town_key, certificate)
}

async fn staffed_and_filled(office: &Office) {
    for person in [CLERK, ACCOUNTANT] {
        let add = Request::AddStaff(AddStaff {
            name: Bilingual::new(person.hindi, person.english),
            role: person.role,
            password: person.password.to_owned(),
        });
        office.answer(add).await.unwrap();
    }
    fill(office).await;
}

async fn founded(
    folder: &Path,
    state: &KeyPair,
    town_key: KeyPair,
    town_certificate: Certificate,
    server: String,
) -> Office {
    let office = Office::start(folder, Arc::new(Machine::for_demonstration(folder))).await;
    let founding = Founding {
        town: HALDWANI,
        town_certificate,
        town_key,
        state_root: state.public(),
        server,
        device_name: "Counter 1".to_owned(),
        counter: CounterCode("C01".to_owned()),
        administrator: Bilingual::new(ADMINISTRATOR.hindi, ADMINISTRATOR.english),
        password: ADMINISTRATOR.password.to_owned(),
        passphrase: String::new(),
        demonstration: true,
    };
    office.found(founding).await.unwrap();
    office
}

async fn fill(office: &Office) {
    let rows = rows();
    office.import_rows(&rows, office::source_of(&rows)).await.unwrap();
}

/// The register of the small town.
pub fn rows() -> Vec<RegisterRow> {
    let boundary = masters::boundary(HALDWANI).unwrap().unwrap();
    let localities = boundary.localities().iter();
    let town = DemoTown {
        town: HALDWANI,
        localities: localities.map(|l| Locality { ward: l.ward.clone(), code: l.code.clone() }).collect(),
        current_year: BusinessDate::from_unix_ms(now_ms()).financial_year(),
        cleanliness: CleanlinessTax::Percent(100),
    };
    demo::register(&town, 1, PROPERTIES).collect()
}

async fn sign_in(office: &Office, english: &str, password: &str) {
    let Ok(Reply::Situation(situation)) = office.answer(Request::Situation).await else {
        panic!("no situation")
    };
    let person = situation.staff.iter().find(|person| person.name.english == english).unwrap();
    let ask = contract::SignIn { user: person.user, password: password.to_owned() };
    office.answer(Request::SignIn(ask)).await.unwrap();
}
