//! Opening the town's folder, and signing in where a person must stand behind what is done.

use crate::answer::Failure;
use crate::arguments::Common;
use contract::{Reply, Request, SignIn, Situation, Stage, Unlock};
use machine::Machine;
use office::{Office, OfficeError, Shell};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

/// A secret longer than this is not one.
const SECRET_BYTES_MAX: u64 = 4_096;

/// The folder asked for, or the one this machine's window uses.
pub fn folder(common: &Common) -> PathBuf {
    common.folder.clone().unwrap_or_else(machine::town_folder)
}

/// Opens the town of the folder.
pub async fn open(common: &Common) -> Result<Office, Failure> {
    let folder = folder(common);
    let secret = match (&common.passphrase_file, &common.recovery_key_file) {
        (Some(file), _) => Some(Unlock::Passphrase(read_secret(file)?.to_string())),
        (_, Some(file)) => Some(Unlock::RecoveryKey(read_secret(file)?.to_string())),
        _ => None,
    };
    let shell: Arc<dyn Shell> = match &secret {
        // What a technician brings in a file is not left behind in the keyring.
        Some(_) => Arc::new(Machine::without_keyring()),
        None => Arc::new(Machine::at(&folder)),
    };
    let office = Office::start(&folder, shell).await;
    if let Some(secret) = secret {
        office.answer(Request::Unlock(secret)).await.map_err(Failure::closed)?;
    }
    let situation = situation(&office).await?;
    match situation.stage {
        Stage::NoTown => Err(Failure::closed(OfficeError::from(store::StoreError::Missing).problem())),
        Stage::Sealed => {
            let problem = situation.sealed_because;
            Err(Failure::closed(
                problem.unwrap_or_else(|| OfficeError::from(store::StoreError::WrongKey).problem()),
            ))
        }
        Stage::SignIn | Stage::Open => Ok(office),
    }
}

/// The office's situation.
pub async fn situation(office: &Office) -> Result<Situation, Failure> {
    match office.answer(Request::Situation).await? {
        Reply::Situation(situation) => Ok(*situation),
        _ => Err(OfficeError::NoTown.into()),
    }
}

/// Signs the person in whom `--user` names.
pub async fn sign_in(office: &Office, common: &Common) -> Result<(), Failure> {
    let (Some(name), Some(file)) = (&common.user, &common.password_file) else {
        return Err(Failure::asked(
            "E-CLI-001",
            "user",
            "यह काम किसी व्यक्ति के नाम से होता है। --user और --password-file दें।",
            "Somebody must stand behind this. Give --user and --password-file.",
        ));
    };
    sign_in_as(office, name, &read_secret(file)?).await
}

/// Signs a person in by name.
pub async fn sign_in_as(office: &Office, name: &str, password: &str) -> Result<(), Failure> {
    let name = name.trim();
    let staff = situation(office).await?.staff;
    let mut of_name = staff
        .iter()
        .filter(|person| person.name.hindi == name || person.name.english.eq_ignore_ascii_case(name));
    let (Some(person), None) = (of_name.next(), of_name.next()) else {
        return Err(Failure::asked(
            "E-CLI-002",
            "user",
            "इस नाम का एक ही कर्मचारी नहीं मिला। नाम वैसे ही लिखें जैसा साइन-इन पर दिखता है।",
            "No one person of the staff has this name. Write it as the sign-in screen shows it.",
        ));
    };
    office.answer(Request::SignIn(SignIn { user: person.user, password: password.to_owned() })).await?;
    Ok(())
}

/// Reads a secret from a file, or from the standard input where the file is `-`. The line's end is not part of it.
pub fn read_secret(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let mut secret = Zeroizing::new(String::new());
    let read = if path.as_os_str() == "-" {
        std::io::stdin().take(SECRET_BYTES_MAX).read_to_string(&mut secret)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(SECRET_BYTES_MAX).read_to_string(&mut secret))
    };
    read.map_err(|error| Failure::of_machine(&format!("{}: {error}", path.display())))?;
    let length = secret.trim_end_matches(['\r', '\n']).len();
    secret.truncate(length);
    Ok(secret)
}
