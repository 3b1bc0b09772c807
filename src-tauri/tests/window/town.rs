//! A town for the window to open: founded and filled through the office itself, the way the command line does it.

use std::path::Path;
use std::sync::Arc;

use contract::{AddStaff, OpenShift, Reply, Request};
use demo::staff::{ADMINISTRATOR, CLERK};
use demo::{CleanlinessTax, DemoTown, Locality};
use domain::receipt::CounterCode;
use domain::{Bilingual, BusinessDate, Paise, TownCode};
use journal::{Certificate, KeyPair};
use machine::{Machine, OperatingSystem};
use office::{Founding, Office, Shell};

pub const HALDWANI: TownCode = TownCode(248_459);
/// Large enough to hold the landmarks and their namesakes, small enough to be made in seconds by a debug build.
const PROPERTIES: u32 = 600;

/// Founds Haldwani in a folder, with a clerk who has signed in last, and a shift open in the clerk's hands.
pub async fn with_open_shift(folder: &Path) {
    let office = founded(folder).await;
    let machine = Machine::without_keyring();
    let clerk = Request::AddStaff(AddStaff {
        name: Bilingual::new(CLERK.hindi, CLERK.english),
        role: CLERK.role,
        password: CLERK.password.to_owned(),
    });
    office.answer(clerk).await.unwrap();
    fill(&office, &machine).await;
    sign_in(&office, CLERK.english, CLERK.password).await;
    let today = BusinessDate::from_unix_ms(machine.now_ms());
    let open = OpenShift { business_date: today, float_paise: Paise(50_000), confirmed: true };
    office.answer(Request::OpenShift(open)).await.unwrap();
    office.close().await;
}

async fn founded(folder: &Path) -> Office {
    let office = Office::start(folder, Arc::new(Machine::for_demonstration(folder))).await;
    let (state, town_key) =
        (KeyPair::generate(&mut OperatingSystem), KeyPair::generate(&mut OperatingSystem));
    let on = BusinessDate::from_unix_ms(Machine::without_keyring().now_ms());
    let founding = Founding {
        town: HALDWANI,
        town_certificate: Certificate::town(&state, HALDWANI, town_key.public(), on),
        town_key,
        state_root: state.public(),
        server: String::new(),
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

async fn fill(office: &Office, machine: &Machine) {
    let boundary = masters::boundary(HALDWANI).unwrap().unwrap();
    let localities = boundary.localities().iter();
    let town = DemoTown {
        town: HALDWANI,
        localities: localities.map(|l| Locality { ward: l.ward.clone(), code: l.code.clone() }).collect(),
        current_year: BusinessDate::from_unix_ms(machine.now_ms()).financial_year(),
        cleanliness: CleanlinessTax::Percent(100),
    };
    let rows: Vec<_> = demo::register(&town, 1, PROPERTIES).collect();
    office.import_rows(&rows, office::source_of(&rows)).await.unwrap();
}

async fn sign_in(office: &Office, english: &str, password: &str) {
    let Ok(Reply::Situation(situation)) = office.answer(Request::Situation).await else {
        panic!("no situation")
    };
    let person = situation.staff.iter().find(|person| person.name.english == english).unwrap();
    let ask = contract::SignIn { user: person.user, password: password.to_owned() };
    office.answer(Request::SignIn(ask)).await.unwrap();
}
