//! A folder kept aside and put back, as a technician does.

use super::{TestOffice, monday, property_id, rupees};
use office::Office;
use std::collections::BTreeMap;

/// A folder's files by name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Every file of the closed town's folder.
pub fn backup(office: &TestOffice) -> Files {
    let files = std::fs::read_dir(office.folder.path()).unwrap().map(|entry| entry.unwrap());
    let files = files.filter(|entry| entry.file_type().unwrap().is_file());
    files
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect()
}

/// Writes them over what is there.
#[allow(clippy::disallowed_methods, reason = "what a technician's tool does, not the program")]
pub fn put_back(office: &TestOffice, files: &Files) {
    for (name, bytes) in files {
        std::fs::write(office.folder.path().join(name), bytes).unwrap();
    }
}

/// The program started again on the same folder and machine, the administrator at the desk.
pub async fn restarted(office: TestOffice) -> TestOffice {
    let again = Office::start(office.folder.path(), office.shell.clone()).await;
    let made = TestOffice::around(again, office.shell, office.folder, office.state, office.admin);
    made.sign_in(made.admin).await;
    made
}

/// An office with a shift open, and the files it had then.
pub async fn with_backup() -> (TestOffice, Files) {
    let one = TestOffice::with_register().await;
    one.open_shift(monday(), rupees(0)).await;
    one.cash(&property_id(1), rupees(100)).await;
    one.office.close().await;
    let files = backup(&one);
    (restarted(one).await, files)
}

/// As after a backup was put back.
pub async fn put_back_and_started(office: TestOffice, files: &Files) -> TestOffice {
    office.office.close().await;
    put_back(&office, files);
    restarted(office).await
}
