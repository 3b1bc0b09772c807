//! A demonstration town: a state's key, a founded town, its people, and a register brought in as any file is.

use crate::answer::{Answer, Failure, Line, Shown, fact, said};
use crate::arguments::{Common, DemoTown};
use crate::open::{folder, sign_in_as, situation};
use crate::progress::watched;
use contract::{AddStaff, Request, Stage};
use demo::staff::{ADMINISTRATOR, DemoPerson, PASSPHRASE, STAFF};
use demo::{CleanlinessTax, Locality};
use domain::register::RegisterRow;
use domain::{Bilingual, BusinessDate, TownCode};
use journal::{Certificate, KeyPair};
use machine::{Machine, OperatingSystem};
use office::{Founding, Office, OfficeError, Refusal, Shell};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use sync_server::{Register, ServerError, ServerKeys};

/// The first device's counter.
const COUNTER: &str = "C01";
/// Towns whose cleanliness tax is known; others are made with a tenth.
const HALDWANI: TownCode = TownCode(248_459);

/// Makes the town, or goes on with one whose making broke off, or says that it is there.
pub async fn run(common: &Common, ask: &DemoTown, shown: Shown) -> Result<Answer, Failure> {
    let folder = folder(common);
    let state = ask.state_folder.clone().unwrap_or_else(|| beside(&folder));
    let town = TownCode(ask.town);
    let name = masters::towns().map_err(OfficeError::from)?.get(town).map(|town| town.office_name());
    let name = name.ok_or(OfficeError::from(Refusal::NoSuchTown))?;
    let keys = state_keys(&state)?;
    let office = Office::start(&folder, Arc::new(Machine::for_demonstration(&folder))).await;
    let before = situation(&office).await?;
    match before.stage {
        Stage::NoTown => found(&office, ask, &state, &keys).await?,
        Stage::Sealed => {
            return Err(before.sealed_because.map_or_else(|| OfficeError::NoTown.into(), Failure::closed));
        }
        Stage::SignIn | Stage::Open => {
            // Somebody's real town must never be filled with made-up people.
            if !before.town.as_ref().is_some_and(|held| held.demonstration && held.code == town) {
                return Err(OfficeError::from(Refusal::TownOpenAlready).into());
            }
            sign_in_as(&office, ADMINISTRATOR.english, ADMINISTRATOR.password).await?;
        }
    }
    add_staff(&office).await?;
    let held = situation(&office).await?.town.map_or(0, |town| town.properties);
    let there = before.stage != Stage::NoTown && held >= u64::from(ask.properties);
    let done = if there {
        contract::ImportDone { unchanged: held, ..Default::default() }
    } else {
        let rows = register(town, ask.seed, ask.properties)?;
        let source = office::source_of(&rows);
        watched(&office, shown, office.import_rows(&rows, source)).await?
    };
    let properties = situation(&office).await?.town.map_or(0, |town| town.properties);
    let town = office.open_town().await?;
    let json = json!({
        "town": ask.town,
        "name": name,
        "folder": folder,
        "state_folder": state,
        "state_root": town.state_root,
        "properties": properties,
        "already_there": there,
        "import": done,
        "passphrase": PASSPHRASE,
        "staff": STAFF.map(|person| json!({
            "name": { "hindi": person.hindi, "english": person.english },
            "role": person.role,
            "password": person.password,
        })),
    });
    let mut lines = vec![
        fact("नगर", "Town", name.get(shown.language)),
        fact("फ़ोल्डर", "Folder", folder.display()),
        fact("राज्य का फ़ोल्डर", "State's folder", state.display()),
        fact("राज्य की मूल कुंजी", "State root", town.state_root),
        fact("संपत्तियाँ", "Properties", properties),
        fact("देय पंक्तियाँ दर्ज", "Due lines entered", done.due_lines),
    ];
    if there {
        lines.insert(
            0,
            said(
                "नमूना नगर पहले से है; कुछ नहीं बदला गया।",
                "The demo town is there already; nothing was changed.",
            ),
        );
    }
    lines.extend(STAFF.iter().map(|person| sign_in_line(person, shown)));
    office.close().await;
    Ok(Answer::yes(json, lines))
}

fn sign_in_line(person: &DemoPerson, shown: Shown) -> Line {
    let name = Bilingual::new(person.hindi, person.english);
    fact("साइन-इन", "Sign in", format!("{} — {}", name.get(shown.language), person.password))
}

fn beside(folder: &Path) -> PathBuf {
    folder.parent().map_or_else(|| PathBuf::from("state"), |parent| parent.join("state"))
}

/// The keys of the state's server, made where there are none.
fn state_keys(state: &Path) -> Result<ServerKeys, Failure> {
    match sync_server::open_keys(state, None) {
        Err(ServerError::NoKeys) => {
            std::fs::create_dir_all(state).map_err(|error| Failure::of_machine(&error))?;
            sync_server::init(state, None).map_err(of_server)
        }
        other => other.map_err(of_server),
    }
}

fn of_server(error: ServerError) -> Failure {
    let detail = error.to_string();
    let refusal = error.refusal();
    let (code, message) = (refusal.code, refusal.message);
    contract::Problem { code, message, field: "state_folder".to_owned(), detail }.into()
}

async fn found(office: &Office, ask: &DemoTown, state: &Path, keys: &ServerKeys) -> Result<(), Failure> {
    let town = TownCode(ask.town);
    let now_ms = Machine::without_keyring().now_ms();
    let town_key = KeyPair::generate(&mut OperatingSystem);
    let on = BusinessDate::from_unix_ms(now_ms);
    let town_certificate = Certificate::town(&keys.state_root, town, town_key.public(), on);
    let register = Register::open(state, keys).await.map_err(of_server)?;
    let adopted = register.adopt(&town_certificate, now_ms).await;
    register.close().await;
    adopted.map_err(of_server)?;
    office
        .found(Founding {
            town,
            town_key,
            town_certificate,
            state_root: keys.state_root.public(),
            server: ask.server.clone(),
            device_name: "Counter 1".to_owned(),
            counter: domain::CounterCode(COUNTER.to_owned()),
            administrator: Bilingual::new(ADMINISTRATOR.hindi, ADMINISTRATOR.english),
            password: ADMINISTRATOR.password.to_owned(),
            passphrase: PASSPHRASE.to_owned(),
            demonstration: true,
        })
        .await?;
    Ok(())
}

async fn add_staff(office: &Office) -> Result<(), Failure> {
    let held = situation(office).await?.staff;
    for person in STAFF {
        if held.iter().any(|there| there.name.english == person.english) {
            continue;
        }
        let ask = AddStaff {
            name: Bilingual::new(person.hindi, person.english),
            role: person.role,
            password: person.password.to_owned(),
        };
        office.answer(Request::AddStaff(ask)).await?;
    }
    Ok(())
}

fn register(town: TownCode, seed: u64, properties: u32) -> Result<Vec<RegisterRow>, Failure> {
    let boundary = masters::boundary(town).map_err(OfficeError::from)?;
    let localities = boundary
        .map(|boundary| {
            let localities = boundary.localities().iter();
            localities.map(|l| Locality { ward: l.ward.clone(), code: l.code.clone() }).collect()
        })
        .unwrap_or_default();
    let today = BusinessDate::from_unix_ms(Machine::without_keyring().now_ms());
    let town = demo::DemoTown {
        town,
        localities,
        current_year: today.financial_year(),
        cleanliness: CleanlinessTax::Percent(if town == HALDWANI { 100 } else { 10 }),
    };
    Ok(demo::register(&town, seed, properties).collect())
}
