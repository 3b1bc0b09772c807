//! A second computer of the same town, and the exchange of logs between two.

use super::{PASSWORD, TestOffice, TestShell};
use contract::{InviteDevice, InviteToFile, JoinFromFile, Reply, Request};
use office::{Office, Shell};
use store::Outcome;

impl TestOffice {
    /// A further computer of the town, joined by an invitation on a stick; the administrator, who must be at the desk here,
    /// sits there too.
    pub async fn neighbour(&self, counter: &str) -> TestOffice {
        let path = self.folder.path().join(format!("{counter}.invitation"));
        let invite = InviteDevice {
            device_name: format!("Counter {counter}"),
            counter: counter.to_owned(),
            user: self.admin,
        };
        let path = path.to_string_lossy().into_owned();
        let ask = InviteToFile { invite, path: path.clone() };
        let Reply::Invitation(invitation) = self.say(Request::InviteToFile(ask)).await else { panic!() };
        let folder = tempfile::tempdir().unwrap();
        let seed = 1_000 + counter.bytes().map(u64::from).sum::<u64>() * 1_000;
        let shell = TestShell::new(seed);
        shell.set_clock(self.shell.now_ms());
        let office = Office::start(folder.path(), shell.clone()).await;
        let made = TestOffice::around(office, shell, folder, self.state.clone(), self.admin);
        let join = JoinFromFile {
            path,
            code: invitation.code,
            password: PASSWORD.to_owned(),
            passphrase: String::new(),
        };
        made.say(Request::JoinFromFile(join)).await;
        made.sign_in(self.admin).await;
        made
    }
}

/// Brings two computers to the same log, as a carrier does, and says when they hold the same.
pub async fn exchange(one: &TestOffice, two: &TestOffice) {
    give(one, two).await;
    give(two, one).await;
    // Where one gave a branch up only now, the other branch comes with the next trip.
    give(one, two).await;
    let (of_one, of_two) = (one.open_store().await, two.open_store().await);
    assert_eq!(of_one.vector().await.unwrap(), of_two.vector().await.unwrap());
    one.office.index_mobiles().await.unwrap();
    two.office.index_mobiles().await.unwrap();
}

async fn give(from: &TestOffice, to: &TestOffice) {
    let (source, target) = (from.open_store().await, to.open_store().await);
    let held = target.vector().await.unwrap();
    for head in source.vector().await.unwrap() {
        let same = held.iter().find(|known| (known.device, known.epoch) == (head.device, head.epoch));
        let mut after = same.map_or(0, |known| known.seq);
        while after < head.seq {
            let range = source.range_after(head.device, head.epoch, after, 1 << 20).await.unwrap().unwrap();
            after = range.last_seq();
            let received = target.receive(range, to.shell.now_ms()).await.unwrap();
            assert_eq!(received.outcome, Outcome::Stored);
        }
    }
    let keys = source.person_keys_after(0, 1_000_000).await.unwrap();
    let keys: Vec<_> = keys.into_iter().map(|(_, key)| key).collect();
    target.receive_person_keys(&keys).await.unwrap();
}
