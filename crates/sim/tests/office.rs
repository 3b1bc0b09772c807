//! The office itself on a disk that fails: the power cut at every write of a use case, the program killed there, the disk
//! full. What a clerk was told is in the file; what was not told is whole or not there; nothing is numbered twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod desk;

use contract::{
    AddStaff, CancelReceipt, CloseShift, EditProperty, OpenShift, Problem, Reply, Request, SecondPerson,
};
use desk::{Computer, Desk, PASSWORD, clerk_of, monday, property_id, rupees};
use domain::drawer::DenominationCount;
use domain::people::Role;
use domain::register::PropertyField;
use domain::{Bilingual, Paise};
use sim::vfs::After;
use std::collections::BTreeSet;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn count(rupees_paid: i64) -> Vec<DenominationCount> {
    vec![DenominationCount { denomination_paise: rupees(1), count: u32::try_from(rupees_paid).unwrap() }]
}

/// What somebody does at the counter, and how to see from the file alone whether it was done. Each is asked of the same
/// town: a clerk's open shift with one receipt of ₹100 on the first property.
#[derive(Clone, Copy, Debug)]
enum Act {
    Take,
    Cancel,
    CloseDay,
    AddStaff,
    Edit,
}

const ACTS: [Act; 5] = [Act::Take, Act::Cancel, Act::CloseDay, Act::AddStaff, Act::Edit];

impl Act {
    /// The press. It is the same press each time: what a person repeats after a failure.
    async fn press(self, desk: &Desk) -> Result<(), Problem> {
        if matches!(self, Act::AddStaff) {
            desk.sign_in_admin().await?;
        }
        let request = match self {
            Act::Take => Request::TakePayment(desk.payment(0xA11, &property_id(2), rupees(250))),
            Act::Cancel => Request::CancelReceipt(CancelReceipt {
                receipt: desk.receipts().await?.receipts[0].receipt,
                reason: "error-in-receipt".to_owned(),
                remark: "ग़लत खाता".to_owned(),
                second: SecondPerson { user: desk.admin, password: PASSWORD.to_owned() },
            }),
            Act::CloseDay => Request::CloseShift(CloseShift {
                counted: count(100),
                difference_reason: String::new(),
                left_open: None,
            }),
            Act::AddStaff => Request::AddStaff(AddStaff {
                name: Bilingual::new("नया लिपिक", "New Clerk"),
                role: Role::Accountant,
                password: PASSWORD.to_owned(),
            }),
            Act::Edit => Request::EditProperty(EditProperty {
                consumer: property_id(3),
                fields: vec![(PropertyField::DoorNumber, "77-B".to_owned())],
                mobile: Some("9876500077".to_owned()),
            }),
        };
        desk.ask(request).await.map(|_| ())
    }

    /// Whether the file says it was done. Half of it must never be there.
    async fn is_done(self, desk: &Desk) -> bool {
        match self {
            Act::Take => {
                let owed = desk.bill(&property_id(2)).await.total_due_paise;
                let receipts = desk.receipts().await.unwrap().count;
                assert!(
                    (owed, receipts) == (rupees(1_500), 1) || (owed, receipts) == (rupees(1_250), 2),
                    "{owed} owed with {receipts} receipts"
                );
                receipts == 2
            }
            Act::Cancel => {
                let cancelled = desk.receipts().await.unwrap().receipts[0].cancelled;
                let owed = desk.bill(&property_id(1)).await.total_due_paise;
                assert_eq!(owed, if cancelled { rupees(2_200) } else { rupees(2_100) });
                cancelled
            }
            Act::CloseDay => desk.drawer().await.shift.is_none(),
            Act::AddStaff => {
                let staff = desk.staff().await;
                let new = staff.iter().find(|member| member.choice.name.english == "New Clerk");
                // Name, role and password come together or not at all.
                assert!(new.is_none_or(|new| new.roles == [Role::Accountant] && new.choice.has_password));
                new.is_some()
            }
            Act::Edit => {
                let bill = desk.bill(&property_id(3)).await;
                let done = bill.property.door_number == "77-B";
                assert_eq!(done, bill.mobile_masked.ends_with("0077"));
                let found = desk.hits("9876500077").await;
                assert_eq!(found.len(), usize::from(done), "the omnibox says the same");
                done
            }
        }
    }
}

/// Cuts at every write of an act, boots, looks, presses again, and looks again.
async fn cut_everywhere(town: &Computer, act: Act, after: impl Fn(u64) -> After) -> (u64, u64) {
    let (mut cut, mut done_but_untold) = (0, 0);
    loop {
        let computer = town.copy(cut);
        let desk = Desk::at(&computer, After::Exit).await;
        desk.sign_in_clerk().await.unwrap();
        computer.disk.cut_after(cut);
        let told = act.press(&desk).await;
        if computer.disk.is_running() {
            told.unwrap();
            assert!(act.is_done(&desk).await);
            desk.close().await;
            return (cut, done_but_untold);
        }
        desk.close().await;
        let place = format!("{act:?} cut at {cut}");
        let desk = Desk::at(&computer, after(cut)).await;
        desk.sign_in_clerk().await.unwrap_or_else(|problem| panic!("{place}: {problem:?}"));
        if matches!(act, Act::AddStaff) {
            desk.sign_in_admin().await.unwrap();
        }
        let done = act.is_done(&desk).await;
        assert!(done || told.is_err(), "{place}: the person was told it was done");
        done_but_untold += u64::from(done && told.is_err());
        // Pressed again it is done once: the same receipt for the same press, a refusal for what stands already.
        let again = act.press(&desk).await;
        assert_eq!(again.is_ok(), !done || matches!(act, Act::Take | Act::Edit), "{place}: {again:?}");
        assert!(act.is_done(&desk).await, "{place}");
        desk.sign_in_clerk().await.unwrap();
        desk.series_is_gapless().await;
        desk.must_verify(cut).await;
        desk.close().await;
        cut += 1;
    }
}

#[test]
fn the_power_cut_at_every_write_of_the_office_loses_nothing_that_was_told() {
    runtime().block_on(async {
        let town = desk::town().await;
        for act in ACTS {
            let (cuts, untold) =
                cut_everywhere(&town, act, |cut| After::PowerCut { seed: 31 * cut + 7 }).await;
            assert!(cuts >= 3, "{act:?}: {cuts} places are too few to mean anything");
            println!("{act:?}: cut at {cuts} writes, {untold} times done though not told");
        }
    });
}

#[test]
fn the_program_killed_at_every_write_of_the_office_loses_nothing_either() {
    runtime().block_on(async {
        let town = desk::town().await;
        for act in [Act::Take, Act::CloseDay] {
            let (cuts, untold) = cut_everywhere(&town, act, |_| After::Exit).await;
            println!("{act:?}: killed at {cuts} writes, {untold} times done though not told");
        }
    });
}

/// Where the disk is full, each act is refused with words and a code; what was there is there, the next act after space
/// was made goes through, and no number was used up.
#[test]
fn a_disk_full_at_commit_is_told_and_costs_nothing() {
    runtime().block_on(async {
        let town = desk::town().await;
        let mut codes = BTreeSet::new();
        for act in ACTS {
            let computer = town.copy(5);
            // What the last life left in the write-ahead log is folded away, or the act would find room in it.
            Desk::at(&computer, After::Exit).await.close().await;
            let desk = Desk::at(&computer, After::Exit).await;
            desk.sign_in_clerk().await.unwrap();
            if matches!(act, Act::AddStaff) {
                desk.sign_in_admin().await.unwrap();
            }
            let held: u64 = computer.disk.files().iter().map(|(_, bytes)| bytes).sum();
            computer.disk.set_capacity_bytes(Some(held));
            let problem = act.press(&desk).await.unwrap_err();
            assert_eq!(problem.code, "E-STORE-005", "{act:?}: {problem:?}");
            assert!(problem.message.hindi.contains("डिस्क") && problem.message.english.contains("full"));
            codes.insert(problem.code);
            assert!(!act.is_done(&desk).await, "{act:?}");
            // Looking still works: the bill, the drawer, the list.
            desk.sign_in_clerk().await.ok();
            assert_eq!(desk.bill(&property_id(4)).await.total_due_paise, rupees(5_000));
            computer.disk.set_capacity_bytes(None);
            act.press(&desk).await.unwrap();
            assert!(act.is_done(&desk).await, "{act:?}");
            desk.sign_in_clerk().await.unwrap();
            desk.series_is_gapless().await;
            desk.must_verify(1).await;
            desk.close().await;
        }
        assert_eq!(codes.len(), 1);
    });
}

/// An import is many short transactions: whatever part of it a power cut left, the same file once more makes it whole.
#[test]
fn an_import_that_the_power_ended_is_healed_by_the_same_file() {
    runtime().block_on(async {
        let town = desk::town().await;
        let rows = desk::more_rows(200);
        let whole = {
            let computer = town.copy(1);
            let desk = Desk::at(&computer, After::Exit).await;
            desk.sign_in_admin().await.unwrap();
            let before = computer.disk.counters().operations;
            desk.import(&rows).await.unwrap();
            let operations = computer.disk.counters().operations - before;
            desk.close().await;
            operations
        };
        assert!(whole > 20, "{whole}");
        for part in 1..=12 {
            let computer = town.copy(part);
            let desk = Desk::at(&computer, After::Exit).await;
            desk.sign_in_admin().await.unwrap();
            computer.disk.cut_after(whole * part / 13);
            assert!(desk.import(&rows).await.is_err());
            desk.close().await;
            let desk = Desk::at(&computer, After::PowerCut { seed: part }).await;
            desk.sign_in_admin().await.unwrap();
            let (created, unchanged) = desk.import(&rows).await.unwrap();
            assert_eq!(created + unchanged, 200, "part {part}");
            assert_eq!(desk.import(&rows).await.unwrap(), (0, 200), "part {part}");
            for number in [101, 170, 300] {
                assert_eq!(desk.bill(&property_id(number)).await.total_due_paise, rupees(i64::from(number)));
            }
            desk.must_verify(part).await;
            desk.close().await;
        }
    });
}

/// A clerk goes on through a day of cuts: after each the drawer adds up to what was told.
#[test]
fn a_day_of_power_cuts_closes_to_the_rupee() {
    runtime().block_on(async {
        let computer = desk::town().await.copy(77);
        let (mut told, mut life) = (rupees(100), 0u64);
        let mut desk = Desk::at(&computer, After::Exit).await;
        desk.sign_in_clerk().await.unwrap();
        for press in 0..30u64 {
            if press % 3 == 1 {
                computer.disk.cut_after(press % 11);
            }
            let payment = desk.payment(0xB00 + u128::from(press), &property_id(4), rupees(10));
            match desk.ask(Request::TakePayment(payment.clone())).await {
                Ok(_) => told = Paise(told.0 + 1_000),
                Err(problem) => {
                    assert!(!computer.disk.is_running(), "{problem:?}");
                    desk.close().await;
                    life += 1;
                    desk = Desk::at(&computer, After::PowerCut { seed: life }).await;
                    desk.sign_in_clerk().await.unwrap();
                    // The payer still stands there: the clerk presses once more.
                    desk.ask(Request::TakePayment(payment)).await.unwrap();
                    told = Paise(told.0 + 1_000);
                }
            }
            computer.disk.forget_cut();
            if !computer.disk.is_running() {
                desk.close().await;
                life += 1;
                desk = Desk::at(&computer, After::PowerCut { seed: 1_000 + life }).await;
                desk.sign_in_clerk().await.unwrap();
            }
        }
        assert!(life >= 5, "{life} cuts");
        assert_eq!(told, rupees(400));
        assert_eq!(desk.receipts().await.unwrap().amount_paise, told);
        let close = CloseShift { counted: count(400), difference_reason: String::new(), left_open: None };
        let Reply::DayClose(close) = desk.ask(Request::CloseShift(close)).await.unwrap() else { panic!() };
        assert_eq!(close.difference_paise, Paise::ZERO);
        desk.series_is_gapless().await;
        desk.must_verify(1).await;
        let open = OpenShift { business_date: monday().next(), float_paise: Paise::ZERO, confirmed: true };
        desk.ask(Request::OpenShift(open)).await.unwrap();
        assert_eq!(desk.drawer().await.shift.unwrap().holder, clerk_of(&desk).await);
        desk.close().await;
    });
}
