//! A computer comes to a town: the first one with the state's code, a further one with an invitation.

use crate::answer::{Answer, Failure, Shown, fact};
use crate::arguments::{Common, Enrol, Invite, Join};
use crate::exchange::once;
use crate::open::{folder, open, read_secret, sign_in, situation};
use crate::progress::watched;
use contract::{FoundTown, InviteDevice, InviteToFile, JoinFromFile, JoinTown, Reply, Request, Situation};
use domain::{Bilingual, TownCode};
use machine::Machine;
use office::{Office, OfficeError, Refusal};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

/// Founds the town on this computer.
pub async fn enrol(common: &Common, ask: &Enrol, shown: Shown) -> Result<Answer, Failure> {
    let request = FoundTown {
        server: ask.server.clone(),
        code: read_secret(&ask.code_file)?.to_string(),
        town: TownCode(ask.town),
        administrator: Bilingual::new(ask.administrator_hindi.as_str(), ask.administrator_english.as_str()),
        password: read_secret(&ask.new_password_file)?.to_string(),
        passphrase: optional_secret(ask.new_passphrase_file.as_deref())?,
        device_name: ask.device_name.clone(),
    };
    answered(common, Request::FoundTown(request), shown).await
}

/// Joins the town with an invitation.
pub async fn join(common: &Common, ask: &Join, shown: Shown) -> Result<Answer, Failure> {
    let code = read_secret(&ask.code_file)?.to_string();
    let password = read_secret(&ask.new_password_file)?.to_string();
    let passphrase = optional_secret(ask.new_passphrase_file.as_deref())?;
    let request = match &ask.file {
        Some(file) => {
            let path = file.to_string_lossy().into_owned();
            Request::JoinFromFile(JoinFromFile { path, code, password, passphrase })
        }
        None => {
            let server = ask.server.clone().unwrap_or_default();
            Request::JoinTown(JoinTown { server, code, password, passphrase })
        }
    };
    answered(common, request, shown).await
}

async fn answered(common: &Common, request: Request, shown: Shown) -> Result<Answer, Failure> {
    let folder = folder(common);
    let office = Office::start(&folder, Arc::new(Machine::at(&folder))).await;
    if office.open_town().await.is_ok() {
        return Err(OfficeError::from(Refusal::TownOpenAlready).into());
    }
    let situation = match watched(&office, shown, office.answer(request)).await? {
        Reply::Situation(situation) => situation,
        _ => return Err(OfficeError::NoTown.into()),
    };
    office.close().await;
    Ok(of_situation(&situation, &folder))
}

/// The recovery key is told where its paper lies, never on the terminal, which keeps what was on it.
fn of_situation(situation: &Situation, folder: &Path) -> Answer {
    let paper = situation.recovery_key.as_ref().map(|key| key.paper.clone()).unwrap_or_default();
    let json = json!({ "town": situation.town, "folder": folder, "recovery_key_paper": paper });
    let device = situation.town.as_ref().map(|town| format!("{} ({})", town.device_name, town.counter));
    let lines = vec![
        fact("फ़ोल्डर", "Folder", folder.display()),
        fact("कंप्यूटर", "Device", device.unwrap_or_default()),
        fact("पुनर्प्राप्ति कुंजी का पर्चा", "Recovery key's paper", paper),
    ];
    Answer::yes(json, lines)
}

/// Makes an invitation; the code is the answer, to be carried to the other computer.
pub async fn invite(common: &Common, ask: &Invite, shown: Shown) -> Result<Answer, Failure> {
    let office = open(common).await?;
    sign_in(&office, common).await?;
    let staff = situation(&office).await?.staff;
    let name = ask.first_user.trim();
    let person = staff
        .iter()
        .find(|person| person.name.hindi == name || person.name.english.eq_ignore_ascii_case(name))
        .ok_or(OfficeError::from(Refusal::NoSuchPerson))?;
    let invite = InviteDevice {
        device_name: ask.device_name.clone(),
        counter: ask.counter.clone(),
        user: person.user,
    };
    let request = match &ask.file {
        Some(file) => {
            Request::InviteToFile(InviteToFile { invite, path: file.to_string_lossy().into_owned() })
        }
        None => Request::InviteDevice(invite),
    };
    let invitation = match watched(&office, shown, office.answer(request)).await? {
        Reply::Invitation(invitation) => invitation,
        _ => return Err(OfficeError::NoTown.into()),
    };
    if ask.file.is_none() {
        // The other computer signs in once the enrolment has reached the server: sent now, while somebody waits for it.
        once(&office).await?;
    }
    office.close().await;
    let place = match &ask.file {
        Some(file) => fact("फ़ाइल", "File", file.display()),
        None => fact("सर्वर", "Server", &invitation.server),
    };
    let lines = vec![place, fact("आमंत्रण कोड", "Invitation code", &invitation.code)];
    let json = json!({ "code": invitation.code, "server": invitation.server, "file": ask.file });
    Ok(Answer::yes(json, lines))
}

fn optional_secret(file: Option<&Path>) -> Result<String, Failure> {
    match file {
        Some(file) => Ok(read_secret(file)?.to_string()),
        None => Ok(String::new()),
    }
}
