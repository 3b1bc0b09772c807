//! The town of the figures: Haldwani with 50,000 properties, and two further counters with 300,000 receipts each. Made
//! once by the office itself and kept below `target/bench`; a measurement works on a copy.
//!
//! What is kept: the first counter's folder with the register alone, and the state's folder twice: with the log of the
//! second counter, and with those of the second and the third. So a measurement can let 300,000 receipts arrive, and
//! then, in the town that has them, 300,000 more.

use crate::desk::Desk;
use crate::history;
use crate::rows::say;
use anyhow::{Context as _, Result, bail};
use contract::{AddStaff, InviteDevice, JoinTown, Reply, Request};
use demo::staff::{ADMINISTRATOR, CLERK, PASSPHRASE, STAFF};
use demo::{CleanlinessTax, DemoTown, Locality};
use domain::register::RegisterRow;
use domain::{Bilingual, BusinessDate, ChainHead, CounterCode, TownCode};
use journal::{Certificate, KeyPair};
use machine::OperatingSystem;
use office::{Founding, Town};
use std::path::{Path, PathBuf};
use std::time::Duration;
use sync_server::{Config, Register, Running, ServerKeys};

/// Haldwani.
pub const TOWN: TownCode = TownCode(248_459);
/// Properties of the register.
pub const PROPERTIES: u32 = 50_000;
/// Raised when what is made here changes.
const VERSION: u32 = 1;
const SEED: u64 = 1;
/// A whole register or history crosses within this time, on any machine worth measuring on.
const ARRIVAL_WAIT: Duration = Duration::from_secs(900);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// The folders of one made town.
pub struct Made {
    folder: PathBuf,
}

/// What a measurement works on; changed by it, and made anew by the next.
pub struct Copied {
    /// The first counter's folder.
    pub counter: PathBuf,
    /// The state's folder.
    pub state: PathBuf,
}

impl Made {
    /// The town kept in the folder, made where it is not there yet or was made by another version.
    pub async fn at(bench: &Path) -> Result<Made> {
        let folder = bench.join(format!("town-{}", version()?));
        let made = Made { folder };
        let done = made.folder.join("done");
        if !done.exists() {
            say(&format!("making the town of the figures once, in {}: some minutes", made.folder.display()));
            let _ = std::fs::remove_dir_all(&made.folder);
            std::fs::create_dir_all(&made.folder)?;
            made.make().await?;
            std::fs::create_dir(&done)?;
        }
        Ok(made)
    }

    /// Where measurements work on copies. It goes with the town: a copy of an older one has other keys.
    pub fn run(&self) -> PathBuf {
        self.folder.join("run")
    }

    /// The counter with its register, and the state with what the second counter sent: 300,000 receipts to come.
    pub fn with_register(&self, run: &Path) -> Result<Copied> {
        let copied = Copied { counter: run.join("counter"), state: run.join("state") };
        copy_folder(&self.folder.join("counter"), &copied.counter)?;
        copy_folder(&self.folder.join("state-second"), &copied.state)?;
        Ok(copied)
    }

    /// The state with what the third counter sent as well, for a counter that holds the second's.
    pub fn with_third(&self, run: &Path) -> Result<PathBuf> {
        let state = run.join("state-third");
        copy_folder(&self.folder.join("state-third"), &state)?;
        Ok(state)
    }

    async fn make(&self) -> Result<()> {
        let state = self.folder.join("state");
        std::fs::create_dir_all(&state)?;
        let keys = sync_server::init(&state, None)?;
        let running = serve(&state, &keys).await?;
        let counter = self.folder.join("counter");
        let first = found(&counter, &state, &keys, &running.url).await?;
        first.office.start_exchange().await?;
        let (second, third) = (self.folder.join("second"), self.folder.join("third"));
        join(&first, &running.url, &second, "C02").await?;
        join(&first, &running.url, &third, "C03").await?;
        let rows = register()?;
        say(&format!("  register of {} properties", rows.len()));
        first.office.import_rows(&rows, office::source_of(&rows)).await?;
        say("  the register goes to the state");
        until_sent(&*first.office.open_town().await?).await?;
        first.office.close().await;
        write_history(&second, &running.url, &rows, 0).await?;
        let running = self.keep_state(running, &keys, &state, "state-second").await?;
        write_history(&third, &running.url, &rows, usize::try_from(history::RECEIPTS)?).await?;
        self.keep_state(running, &keys, &state, "state-third").await?.shutdown().await;
        for folder in [state, second, third] {
            std::fs::remove_dir_all(folder)?;
        }
        Ok(())
    }

    /// Stops the server, keeps a copy of its folder, starts it again.
    async fn keep_state(
        &self,
        running: Running,
        keys: &ServerKeys,
        state: &Path,
        name: &str,
    ) -> Result<Running> {
        running.shutdown().await;
        copy_folder(state, &self.folder.join(name))?;
        serve(state, keys).await
    }
}

/// What makes a kept town useless: other tables, another paper, another way of making it, another business year.
fn version() -> Result<String> {
    version_of(&format!("{VERSION} {PROPERTIES}"))
}

/// The same for another town of the figures.
pub(crate) fn version_of(made: &str) -> Result<String> {
    let mut bytes = Vec::new();
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations"))?
            .map(|entry| Ok(entry?.path()))
            .filter(|path: &Result<PathBuf>| path.as_ref().map_or(true, |path| path.is_file()))
            .collect::<Result<_>>()?;
    paths.sort();
    for path in paths {
        bytes.extend(std::fs::read(path)?);
    }
    let year = today().financial_year();
    let rest = format!("{made} {} {} {year}", history::RECEIPTS, paper::RECEIPT_TEMPLATE_VERSION);
    bytes.extend(rest.into_bytes());
    Ok(journal::hash(&bytes).short())
}

fn today() -> BusinessDate {
    BusinessDate::from_unix_ms(machine::now_ms())
}

/// The register of the town, the same rows each time it is asked for.
pub fn register() -> Result<Vec<RegisterRow>> {
    register_of(PROPERTIES)
}

/// The same with another number of properties.
pub(crate) fn register_of(properties: u32) -> Result<Vec<RegisterRow>> {
    let boundary = masters::boundary(TOWN)?.context("the boundary of the town")?;
    let localities = boundary.localities().iter();
    let town = DemoTown {
        town: TOWN,
        localities: localities.map(|l| Locality { ward: l.ward.clone(), code: l.code.clone() }).collect(),
        current_year: today().financial_year(),
        cleanliness: CleanlinessTax::Percent(100),
    };
    Ok(demo::register(&town, SEED, properties).collect())
}

pub(crate) async fn serve(state: &Path, keys: &ServerKeys) -> Result<Running> {
    Ok(sync_server::start(Config::on_this_computer(state, keys.clone())).await?)
}

/// The first counter, with its staff.
pub(crate) async fn found(folder: &Path, state: &Path, keys: &ServerKeys, url: &str) -> Result<Desk> {
    let town_key = KeyPair::generate(&mut OperatingSystem);
    let certificate = Certificate::town(&keys.state_root, TOWN, town_key.public(), today());
    let register = Register::open(state, keys).await?;
    register.adopt(&certificate, machine::now_ms()).await?;
    register.close().await;
    let desk = Desk::open(folder).await?;
    desk.office
        .found(Founding {
            town: TOWN,
            town_key,
            town_certificate: certificate,
            state_root: keys.state_root.public(),
            server: url.to_owned(),
            device_name: "Counter 1".to_owned(),
            counter: CounterCode("C01".to_owned()),
            administrator: Bilingual::new(ADMINISTRATOR.hindi, ADMINISTRATOR.english),
            password: ADMINISTRATOR.password.to_owned(),
            passphrase: PASSPHRASE.to_owned(),
            demonstration: true,
        })
        .await?;
    for person in STAFF.iter().filter(|person| person.english != ADMINISTRATOR.english) {
        let name = Bilingual::new(person.hindi, person.english);
        desk.ask(Request::AddStaff(AddStaff {
            name,
            role: person.role,
            password: person.password.to_owned(),
        }))
        .await?;
    }
    Ok(desk)
}

/// A further counter: invited by the first, joined through the server, as a technician does it.
pub(crate) async fn join(first: &Desk, url: &str, folder: &Path, counter: &str) -> Result<()> {
    let code = invite(first, counter).await?;
    let desk = Desk::open(folder).await?;
    desk.ask(Request::JoinTown(JoinTown {
        server: url.to_owned(),
        code,
        password: CLERK.password.to_owned(),
        passphrase: PASSPHRASE.to_owned(),
    }))
    .await?;
    desk.sign_in(&CLERK).await?;
    desk.office.close().await;
    Ok(())
}

/// An invitation for a further counter, left with the server; answers with its code.
pub(crate) async fn invite(first: &Desk, counter: &str) -> Result<String> {
    let staff = first.situation().await?.staff;
    let clerk = staff.iter().find(|one| one.name.english == CLERK.english).context("no clerk")?;
    let invite = InviteDevice {
        device_name: format!("Counter {counter}"),
        counter: counter.to_owned(),
        user: clerk.user,
    };
    let Reply::Invitation(invitation) = first.ask(Request::InviteDevice(invite)).await? else {
        bail!("no invitation")
    };
    Ok(invitation.code)
}

/// Writes a further counter's history and sends it to the state.
pub(crate) async fn write_history(folder: &Path, url: &str, rows: &[RegisterRow], turn: usize) -> Result<()> {
    let desk = Desk::open(folder).await?;
    desk.set_server(url).await?;
    let town = desk.office.open_town().await?;
    let author = history::author(&town, CLERK.english).await?;
    history::write(&town, author, rows, turn, machine::now_ms()).await?;
    say(&format!("  the receipts of {} go to the state", town.identity.counter.0));
    desk.office.start_exchange().await?;
    until_sent(&town).await?;
    drop(town);
    desk.office.close().await;
    Ok(())
}

/// Waits until the server has said that it holds everything this counter wrote.
pub(crate) async fn until_sent(town: &Town) -> Result<()> {
    let mut waited = Duration::ZERO;
    while waited < ARRIVAL_WAIT {
        let own = |heads: Vec<ChainHead>| heads.into_iter().find(|head| head.device == town.device);
        let held = own(town.store.confirmed("server").await?);
        if held.is_some() && held == own(town.store.vector().await?) {
            return Ok(());
        }
        tokio::time::sleep(LOOK_AGAIN).await;
        waited += LOOK_AGAIN;
    }
    bail!("the server did not take the log")
}

/// Copies a folder over whatever lies there.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    let _ = std::fs::remove_dir_all(to);
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy_folder(&source, &target)?;
        } else {
            std::fs::copy(&source, &target)?;
        }
    }
    Ok(())
}
