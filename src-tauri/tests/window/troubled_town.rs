//! A town for the supervisor's page to show: two counters that worked apart. A due paid at both, a field with two
//! values, a due with two demands, a device with a twin, receipts beyond the end of trust, a case settled before, money
//! the state has not heard of.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use contract::{
    Bill, CloseShift, Desk, EditProperty, InviteDevice, JoinTown, OpenShift, Payment, Reply, Request,
    SettleCase, SignIn, SyncPage,
};
use demo::staff::ADMINISTRATOR;
use domain::drawer::DenominationCount;
use domain::payment::{Instrument, PaymentMode};
use domain::register::{OpeningDue, PropertyField, RegisterRow};
use domain::{BusinessDate, DeviceId, FinancialYear, Paise};
use machine::Machine;
use office::{Office, Shell};

use crate::driver::free_port;
use crate::town;

/// A first exchange in a build that is not optimised.
const JOINING: Duration = Duration::from_secs(180);
const RANGE_BYTES: usize = 4 << 20;
/// The device that neither went lost nor has a twin, as the list of a bundle's recipients names it.
pub const WRITTEN_FOR: &str = "C03 · Zonal office";
/// Owed by nobody in the demo register: both devices bring a demand for it.
const OLD_YEAR: FinancialYear = FinancialYear(2012);

/// Where it lies, and whom its cases are about.
pub struct Troubled {
    /// The first device's folder: the one the window opens. Its server does not answer.
    pub folder: PathBuf,
    /// Paid at both counters.
    pub paid_twice: String,
    /// Its door number has two values.
    pub described_twice: String,
    /// Owes whole rupees, and has no case.
    pub plain: String,
    /// The folder of a device whose one receipt is on paper only: its entry reached nobody.
    pub unheard: PathBuf,
    /// Who paid there.
    pub paid_unheard: String,
}

/// Makes it below a folder.
pub async fn below(made_here: &Path) -> Troubled {
    let (first_folder, second_folder) = (made_here.join("first"), made_here.join("second"));
    let (twin_folder, server_data) = (made_here.join("twin"), made_here.join("state"));
    let third_folder = made_here.join("third");
    join_three(&first_folder, &second_folder, &third_folder, &server_data).await;
    copy_folder(&second_folder, &twin_folder);

    let [first, second, twin] =
        [at_desk(&first_folder).await, at_desk(&second_folder).await, at_desk(&twin_folder).await];
    let own = second.open_town().await.unwrap().device;
    let common = seq_of(&twin, own).await;
    let owing = owing_whole_rupees();
    let [paid_twice, settled, described_twice, demanded_twice, beyond, plain, unheard] = owing.as_slice()
    else {
        panic!("seven properties owe whole rupees")
    };
    let third = at_desk(&third_folder).await;
    open_shift(&third).await;
    pay_by_upi(&third, unheard).await;
    third.close().await;
    for office in [&first, &second, &twin] {
        open_shift(office).await;
    }
    for office in [&first, &second] {
        pay(office, paid_twice).await;
        pay(office, settled).await;
    }
    describe(&first, described_twice, "12/4").await;
    describe(&second, described_twice, "12-क").await;
    demand(&first, demanded_twice, Paise(90_000)).await;
    demand(&second, demanded_twice, Paise(120_000)).await;

    carry(&second, &first).await;
    show_branch(&twin, &first, own, common).await;
    settle(&first, settled).await;
    first.answer(Request::RevokeDevice { device: own, reason: "उपकरण खो गया".to_owned() }).await.unwrap();
    pay(&second, beyond).await;
    carry(&second, &first).await;
    leave(&first).await;
    for office in [first, second, twin] {
        office.close().await;
    }
    Troubled {
        folder: first_folder,
        paid_twice: paid_twice.clone(),
        described_twice: described_twice.clone(),
        plain: plain.clone(),
        unheard: third_folder,
        paid_unheard: unheard.clone(),
    }
}

/// Founds the town, and two further devices join it over a real server, which is gone afterwards.
async fn join_three(first_folder: &Path, second_folder: &Path, third_folder: &Path, server_data: &Path) {
    std::fs::create_dir_all(server_data).unwrap();
    let address = format!("127.0.0.1:{}", free_port());
    let server = format!("http://{address}");
    town::of_state(first_folder, server_data, server.clone()).await;
    let keys = sync_server::open_keys(server_data, None).unwrap();
    let config = sync_server::Config {
        listen: address.parse().unwrap(),
        ..sync_server::Config::on_this_computer(server_data, keys)
    };
    let running = sync_server::start(config).await.unwrap();

    let first = at_desk(first_folder).await;
    first.start_exchange().await.unwrap();
    join(&first, second_folder, "Ward office", "C02").await.close().await;
    let third = join(&first, third_folder, "Zonal office", "C03").await;
    carry(&third, &first).await;
    third.close().await;
    first.close().await;
    running.shutdown().await;
}

/// A further device, with all that the first one has.
async fn join(first: &Office, folder: &Path, name: &str, counter: &str) -> Office {
    let invite = InviteDevice {
        device_name: name.to_owned(),
        counter: counter.to_owned(),
        user: administrator(first).await,
    };
    let Ok(Reply::Invitation(invitation)) = first.answer(Request::InviteDevice(invite)).await else {
        panic!("no invitation")
    };
    let further = Office::start(folder, Arc::new(Machine::for_demonstration(folder))).await;
    let join = JoinTown {
        server: invitation.server,
        code: invitation.code,
        password: ADMINISTRATOR.password.to_owned(),
        passphrase: String::new(),
    };
    further.answer(Request::JoinTown(join)).await.unwrap();
    let begun = Instant::now();
    while !further.finish_joining().await.unwrap() {
        assert!(begun.elapsed() < JOINING, "the enrolment of {name} does not come");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // The register comes after the enrolment.
    let first_device = first.open_town().await.unwrap().device;
    while seq_of(&further, first_device).await < seq_of(first, first_device).await {
        assert!(begun.elapsed() < JOINING, "the register does not come");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    further
}

async fn at_desk(folder: &Path) -> Office {
    let office = Office::start(folder, Arc::new(Machine::for_demonstration(folder))).await;
    let ask = SignIn { user: administrator(&office).await, password: ADMINISTRATOR.password.to_owned() };
    office.answer(Request::SignIn(ask)).await.unwrap();
    office
}

async fn administrator(office: &Office) -> domain::UserId {
    let Ok(Reply::Situation(situation)) = office.answer(Request::Situation).await else {
        panic!("no situation")
    };
    let found = situation.staff.iter().find(|person| person.name.english == ADMINISTRATOR.english);
    found.unwrap().user
}

async fn seq_of(office: &Office, device: DeviceId) -> u64 {
    let vector = office.open_town().await.unwrap().store.vector().await.unwrap();
    vector.iter().filter(|head| head.device == device).map(|head| head.seq).max().unwrap_or(0)
}

fn today() -> BusinessDate {
    BusinessDate::from_unix_ms(now_ms())
}

fn now_ms() -> i64 {
    Machine::without_keyring().now_ms()
}

async fn open_shift(office: &Office) {
    let open = OpenShift { business_date: today(), float_paise: Paise(50_000), confirmed: true };
    office.answer(Request::OpenShift(open)).await.unwrap();
}

/// Properties that owe a sum of whole rupees, small enough to be counted by hand: a slip must add up in notes and coins.
fn owing_whole_rupees() -> Vec<String> {
    let owes = |row: &RegisterRow| {
        let due = Paise::checked_sum(row.dues.iter().map(|due| due.amount_paise)).unwrap();
        due.0 % 100 == 0 && (Paise(50_000)..Paise(900_000)).contains(&due) && row.dues.len() > 2
    };
    let rows = town::rows().into_iter().filter(owes);
    rows.map(|row| row.property.property_id).take(7).collect()
}

async fn pay(office: &Office, consumer: &str) {
    pay_by(office, consumer, PaymentMode::Cash).await;
}

/// No drawer counts it.
async fn pay_by_upi(office: &Office, consumer: &str) {
    pay_by(office, consumer, PaymentMode::Upi).await;
}

async fn pay_by(office: &Office, consumer: &str, mode: PaymentMode) {
    let bill = bill(office, consumer).await;
    let tendered_paise = if mode == PaymentMode::Cash { bill.total_due_paise } else { Paise::ZERO };
    let payment = Payment {
        draft: format!("{:032x}", now_ms()),
        service: bill.service,
        consumer: consumer.to_owned(),
        amount_paise: bill.total_due_paise,
        lines: Vec::new(),
        instrument: Instrument { mode, tendered_paise, ..Instrument::default() },
        payer_name: String::new(),
        payer_mobile: String::new(),
        remark: String::new(),
        leaf: None,
    };
    office.answer(Request::TakePayment(payment)).await.unwrap();
}

async fn bill(office: &Office, consumer: &str) -> Bill {
    let ask = Request::Bill { service: "PT".to_owned(), consumer: consumer.to_owned() };
    match office.answer(ask).await {
        Ok(Reply::Bill(bill)) => *bill,
        other => panic!("{other:?}"),
    }
}

async fn describe(office: &Office, consumer: &str, door: &str) {
    let fields = vec![(PropertyField::DoorNumber, door.to_owned())];
    let edit = EditProperty { consumer: consumer.to_owned(), fields, mobile: None };
    office.answer(Request::EditProperty(edit)).await.unwrap();
}

/// Brings a demand in as a register file does.
async fn demand(office: &Office, consumer: &str, amount_paise: Paise) {
    let mut row = town::rows().into_iter().find(|row| row.property.property_id == consumer).unwrap();
    row.dues.push(OpeningDue { year: OLD_YEAR, head: "PT_TAX".into(), amount_paise });
    row.dues.sort_by_key(|due| due.year);
    let rows = [row];
    office.import_rows(&rows, office::source_of(&rows)).await.unwrap();
}

/// What one device has and the other lacks, as a bundle on a stick would bring it.
async fn carry(from: &Office, to: &Office) {
    let (from_town, to_town) = (from.open_town().await.unwrap(), to.open_town().await.unwrap());
    for head in from_town.store.vector().await.unwrap() {
        let held = to_town.store.vector().await.unwrap();
        let same = |known: &&domain::ChainHead| (known.device, known.epoch) == (head.device, head.epoch);
        let mut after = held.iter().find(same).map_or(0, |known| known.seq);
        while after < head.seq {
            let range = from_town.store.range_after(head.device, head.epoch, after, RANGE_BYTES).await;
            let range = range.unwrap().unwrap();
            let received = to_town.store.receive(range, now_ms()).await.unwrap();
            let now_at = received.head.map_or(0, |known| known.seq);
            assert!(now_at > after, "{:?}", received.outcome);
            after = now_at;
        }
    }
}

/// The twin's own entries, which another branch stands in the place of.
async fn show_branch(twin: &Office, to: &Office, device: DeviceId, after: u64) {
    let (twin, to) = (twin.open_town().await.unwrap(), to.open_town().await.unwrap());
    let head = twin.store.vector().await.unwrap().into_iter().find(|head| head.device == device).unwrap();
    let range = twin.store.range_after(device, head.epoch, after, RANGE_BYTES).await.unwrap().unwrap();
    to.store.receive(range, now_ms()).await.unwrap();
}

async fn settle(office: &Office, consumer: &str) {
    for case in page(office).await.cases.into_iter().filter(|case| case.consumer == *consumer) {
        let settle = SettleCase {
            case: case.case,
            decision: "advance".to_owned(),
            remark: "करदाता से बात हुई, अग्रिम में रखा".to_owned(),
        };
        office.answer(Request::SettleCase(settle)).await.unwrap();
    }
}

async fn page(office: &Office) -> SyncPage {
    match office.answer(Request::SyncPage).await {
        Ok(Reply::SyncPage(page)) => *page,
        other => panic!("{other:?}"),
    }
}

/// The day's end: the drawer is counted and closed, the window set up as an office would have it.
async fn leave(office: &Office) {
    let counted = vec![DenominationCount { denomination_paise: Paise(50_000), count: 1 }];
    let close = CloseShift { counted, difference_reason: "change-error".to_owned(), left_open: None };
    office.answer(Request::CloseShift(close)).await.unwrap();
    let desk = Desk { upi_address: "haldwani@sbi".to_owned(), ..Desk::default() };
    office.answer(Request::SaveDesk(desk)).await.unwrap();
}

/// A copy of a closed town's folder.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
