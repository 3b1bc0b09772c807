//! A printer that vanishes in the middle of the day: the receipt stands, its PDF is kept, the clerk is told in words, and
//! the same receipt comes out when the printer is back. The spooler's two programs are the machine's way to it; here
//! they are scripts that a test can break.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use demo::landmark::{TIED_TYPED_ENGLISH, UNIQUE_TYPED_ENGLISH};
use demo::staff::CLERK;
use fantoccini::key::Key;

use crate::driver::Window;
use crate::{papers, town};

const QUEUE: &str = "counter-1";

/// A spooler in a folder of its own.
struct Spooler {
    folder: PathBuf,
}

impl Spooler {
    fn working(folder: PathBuf) -> Self {
        std::fs::create_dir_all(folder.join("jobs")).unwrap();
        let spooler = Self { folder };
        spooler.write("lpstat", &format!("echo {QUEUE}; echo accounts-office"));
        spooler.comes_back();
        spooler
    }

    fn write(&self, program: &str, script: &str) {
        let path = self.folder.join(program);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn comes_back(&self) {
        let jobs = self.folder.join("jobs");
        self.write(
            "lp",
            &format!("[ \"$2\" = {QUEUE} ] && cp \"$4\" \"$(mktemp '{}/XXXXXX.pdf')\"", jobs.display()),
        );
    }

    fn vanishes(&self) {
        self.write("lp", "echo 'lp: The printer or class does not exist.' >&2; exit 1");
    }

    fn jobs(&self) -> usize {
        std::fs::read_dir(self.folder.join("jobs")).unwrap().count()
    }

    /// The machine's programs, this spooler's before them.
    fn path(&self) -> OsString {
        let machine = std::env::var_os("PATH").unwrap_or_default();
        let all = std::iter::once(self.folder.clone()).chain(std::env::split_paths(&machine));
        std::env::join_paths(all).unwrap()
    }
}

/// Takes all that is due in cash; answers with what became of the paper.
async fn take(window: &mut Window) -> String {
    window.focused("tendered").await;
    window.press(Key::Enter).await;
    window.focused("confirm").await;
    window.press(Key::Enter).await;
    window.focused("omnibox").await;
    window.attribute("#receipt-strip [data-testid=paper]", "data-print").await
}

#[tokio::test]
async fn a_printer_that_vanishes_costs_no_receipt_and_says_what_to_do() {
    let made_here = tempfile::tempdir().unwrap();
    let town = made_here.path().join("town");
    town::with_open_shift(&town).await;
    let spooler = Spooler::working(made_here.path().join("spooler"));
    let mut window = Window::open_with(&town, &[("PATH", &spooler.path())]).await;
    window.focused("password").await;
    window.type_text(CLERK.password).await;
    window.press(Key::Enter).await;
    window.focused("omnibox").await;

    window.chord(Key::Alt, '8').await;
    window.find("select#desk-printer").await;
    window.choose("#desk-printer", QUEUE).await;
    window.chord(Key::Alt, '1').await;
    window.focused("omnibox").await;
    window.type_text(UNIQUE_TYPED_ENGLISH).await;
    window.press(Key::Enter).await;
    assert_eq!(take(&mut window).await, "Printed");
    assert_eq!((spooler.jobs(), papers::of_first_counter(&town).len()), (1, 1));

    spooler.vanishes();
    window.type_text(TIED_TYPED_ENGLISH).await;
    window.find("#hits:not([aria-busy=true]) [role=option]:nth-child(2)").await;
    window.press(Key::Down).await;
    window.press(Key::Enter).await;
    assert_eq!(take(&mut window).await, "Failed");
    assert_eq!((spooler.jobs(), papers::of_first_counter(&town).len()), (1, 2), "the PDF is kept");
    assert_eq!(window.attribute("#shift-receipts", "data-count").await, "2");
    let said = window.text("#receipt-strip [data-testid=paper]").await;
    assert!(said.contains("नहीं छपी") && said.contains("Ctrl+R"), "{said}");
    window.chord(Key::Alt, 'h').await;
    window.speaks("en").await;
    let said = window.text("#receipt-strip [data-testid=paper]").await;
    assert!(said.contains("Not printed") && said.contains("Ctrl+R"), "{said}");
    let number = window.attribute("#receipt-strip", "data-number").await;
    crate::driver::Kept::here().picture(&window, "printer-vanished").await;

    spooler.comes_back();
    window.chord(Key::Control, 'r').await;
    window.focused("reprint-reason").await;
    window.press(Key::Enter).await;
    window.find(&format!("#receipt[data-number='{number}'] [data-testid=paper][data-print=Printed]")).await;
    assert_eq!(spooler.jobs(), 2);
    window.close().await;
}
