//! Every screen of the window, reached as a person reaches it, over real data. What looks at each is the test's own.

use std::path::Path;

use demo::landmark::{TIED_TYPED_ENGLISH, UNIQUE_TYPED_ENGLISH};
use demo::staff::{ACCOUNTANT, ADMINISTRATOR, CLERK};
use fantoccini::key::Key;

use crate::driver::Window;
use crate::papers;
use crate::town;
use crate::troubled_town::{Troubled, WRITTEN_FOR};

/// What looks at each screen as the walk passes it, and leaves it as it was.
pub trait Eye {
    /// One screen. The window shows Hindi, at 100 %, in light colours.
    async fn look(&mut self, window: &mut Window, scene: &str);
}

/// The administrator's day at the first counter of a town in trouble.
pub async fn of_a_day(town: &Troubled, eye: &mut impl Eye) {
    let mut window = Window::open(&town.folder).await;
    let window = &mut window;
    sign_in(window, eye).await;
    finding(window, eye).await;
    bill(window, town, eye).await;
    tender(window, eye).await;
    unfinished(window, eye).await;
    payment(window, eye).await;
    other_receipt(window, eye).await;
    receipts(window, eye).await;
    verify(window, town, eye).await;
    recover(window, town, eye).await;
    property(window, town, eye).await;
    import(window, town, eye).await;
    staff(window, eye).await;
    devices(window, town, eye).await;
    settings(window, eye).await;
    drawer(window, eye).await;
}

/// The window closed in the middle of a payment, as by a power cut, and opened again.
pub async fn after_a_power_cut(town: &Troubled, eye: &mut impl Eye) {
    let mut window = Window::open(&town.folder).await;
    window.sign_in(ADMINISTRATOR.english, ADMINISTRATOR.password).await;
    window.focused("omnibox").await;
    open_bill(&mut window, &town.plain).await;
    window.fill("amount", "250").await;
    window.fill("payer-name", "मोहन लाल").await;
    // The draft is with the office when it answers with it.
    let ask = serde_json::json!({ "ask": "load-draft" });
    while window.call(ask.clone()).await.unwrap()["of"]["payment"]["payer_name"] != "मोहन लाल" {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    window.close().await;

    let mut window = Window::open(&town.folder).await;
    window.sign_in(ADMINISTRATOR.english, ADMINISTRATOR.password).await;
    window.find("#restored-strip").await;
    eye.look(&mut window, "counter-draft-restored").await;
    assert_eq!(window.value("amount").await, "250");
    assert_eq!(window.value("payer-name").await, "मोहन लाल");
    window.chord(Key::Alt, 'd').await;
    window.focused("omnibox").await;
    window.close().await;
}

/// A computer without a town: joining, founding, the recovery key.
pub async fn of_the_first_run(made_here: &Path, eye: &mut impl Eye) {
    let data = made_here.join("state");
    std::fs::create_dir_all(&data).unwrap();
    let keys = sync_server::init(&data, None).unwrap();
    let listen = format!("127.0.0.1:{}", crate::driver::free_port());
    let config = sync_server::Config {
        listen: listen.parse().unwrap(),
        ..sync_server::Config::on_this_computer(&data, keys.clone())
    };
    let running = sync_server::start(config).await.unwrap();
    let code = sync_server::enrolment_code(&data, &keys, town::HALDWANI, 3_600_000).await.unwrap();

    let mut window = Window::open(&made_here.join("new")).await;
    window.focused("join-server").await;
    eye.look(&mut window, "first-run-join").await;
    window.fill("join-server", &format!("http://127.0.0.1:{}", crate::driver::free_port())).await;
    window.fill("join-code", "AAAA-BBBB-CCCC-DDDD").await;
    window.fill("join-password", CLERK.password).await;
    window.press(Key::Enter).await;
    window.find(".problem, .problem-note").await;
    eye.look(&mut window, "first-run-join-refused").await;

    window.click("#choose-found").await;
    window.focused("found-server").await;
    window.fill("found-server", &running.url).await;
    window.fill("found-code", &code).await;
    window.find("#found-town option[value='248459']").await;
    window.find("#found-town").await.select_by_value("248459").await.unwrap();
    window.fill("found-device", "काउंटर 1").await;
    window.fill("found-name-hindi", ADMINISTRATOR.hindi).await;
    window.fill("found-name-english", ADMINISTRATOR.english).await;
    window.fill("found-password", ADMINISTRATOR.password).await;
    eye.look(&mut window, "first-run-found").await;
    window.focus("found-passphrase").await;
    window.press(Key::Enter).await;
    window.find("#recovery-key").await;
    eye.look(&mut window, "recovery-key").await;
    window.click("#recovery-kept").await;
    window.click("#recovery-go-on").await;
    window.focused("omnibox").await;
    window.close().await;
    running.shutdown().await;
}

/// A town's folder whose key this computer no longer has.
pub async fn of_a_sealed_file(folder: &Path, eye: &mut impl Eye) {
    std::fs::remove_file(folder.join(machine::DEMONSTRATION_KEY)).unwrap();
    let mut window = Window::open(folder).await;
    window.focused("passphrase").await;
    eye.look(&mut window, "sealed").await;
    window.fill("passphrase", "wrong passphrase").await;
    window.press(Key::Enter).await;
    window.find(".one-way .problem-note").await;
    eye.look(&mut window, "sealed-wrong-passphrase").await;
    window.close().await;
}

async fn sign_in(window: &mut Window, eye: &mut impl Eye) {
    window.focused("password").await;
    eye.look(window, "sign-in").await;
    window.fill("password", "not the password").await;
    window.press(Key::Enter).await;
    window.find(".problem, .problem-note").await;
    eye.look(window, "sign-in-refused").await;
    window.sign_in(ADMINISTRATOR.english, ADMINISTRATOR.password).await;
    window.find("#go-open-shift").await;
    eye.look(window, "counter-no-shift").await;
    window.chord(Key::Control, 'b').await;
    window.find("#open-shift-form").await;
    eye.look(window, "drawer-open-shift").await;
    window.fill("float", "500").await;
    window.press(Key::Enter).await;
    window.find("#shift-collected").await;
    window.focused("omnibox").await;
    eye.look(window, "counter-idle").await;
}

async fn finding(window: &mut Window, eye: &mut impl Eye) {
    window.type_text("singh").await;
    window.find("#hits:not([aria-busy=true]) [role=option]:nth-child(5)").await;
    eye.look(window, "counter-hits").await;
    window.fill("omnibox", TIED_TYPED_ENGLISH).await;
    window.find("#hits:not([aria-busy=true]) [role=option]:nth-child(2)").await;
    window.press(Key::Enter).await;
    window.find("#hits:not(:has([aria-selected=true]))").await;
    eye.look(window, "counter-tie").await;
    window.fill("omnibox", "qqqqzzzz").await;
    window.gone("#hits [role=option]").await;
    window.press(Key::Enter).await;
    eye.look(window, "counter-nobody").await;
}

/// Opens an account by its number.
pub async fn open_bill(window: &mut Window, consumer: &str) {
    window.press(Key::F3).await;
    window.focused("omnibox").await;
    window.fill("omnibox", consumer).await;
    window.press(Key::Enter).await;
    window.find(&format!("#bill[data-consumer='{consumer}']")).await;
}

async fn bill(window: &mut Window, town: &Troubled, eye: &mut impl Eye) {
    open_bill(window, &town.paid_twice).await;
    window.find("[data-testid=cases]").await;
    eye.look(window, "counter-bill-paid-twice").await;
    window.press(Key::F2).await;
    window.focused("omnibox").await;
    window.fill("omnibox", UNIQUE_TYPED_ENGLISH).await;
    window.press(Key::Enter).await;
    window.focused("tendered").await;
    window.type_text("2000").await;
    eye.look(window, "counter-bill").await;
}

async fn tender(window: &mut Window, eye: &mut impl Eye) {
    window.press(Key::F7).await;
    window.find("#upi-code svg").await;
    eye.look(window, "tender-upi").await;
    window.press(Key::F8).await;
    window.find("#ifsc").await;
    eye.look(window, "tender-cheque").await;
    window.fill("instrument-number", "12").await;
    window.fill("instrument-date", "23/11").await;
    window.fill("bank", "State Bank of India").await;
    window.fill("branch", "Haldwani").await;
    window.focus("go-confirm").await;
    window.press(Key::Enter).await;
    window.find(".field.wrong").await;
    eye.look(window, "tender-cheque-refused").await;
    window.press(Key::F8).await;
    eye.look(window, "tender-demand-draft").await;
    window.press(Key::F9).await;
    window.find("#card-last-four").await;
    eye.look(window, "tender-card").await;
    window.press(Key::F10).await;
    eye.look(window, "tender-neft").await;
    window.press(Key::F10).await;
    eye.look(window, "tender-rtgs").await;
    window.press(Key::F6).await;
    window.find("#tendered").await;
    window.chord(Key::Alt, 'b').await;
    window.find("#leaf-book").await;
    eye.look(window, "tender-leaf").await;
    window.chord(Key::Alt, 'b').await;
    window.gone("#leaf-book").await;
    window.press(Key::F5).await;
    window.fill("amount", "500").await;
    eye.look(window, "tender-part-payment").await;
}

/// The screen locked in the middle of a payment, which goes on where it was.
async fn unfinished(window: &mut Window, eye: &mut impl Eye) {
    window.chord(Key::Control, 'l').await;
    window.focused("password").await;
    eye.look(window, "lock").await;
    window.type_text(ADMINISTRATOR.password).await;
    window.press(Key::Enter).await;
    window.find("#amount").await;
    assert_eq!(window.value("amount").await, "500");
}

async fn payment(window: &mut Window, eye: &mut impl Eye) {
    window.fill("tendered", "500").await;
    window.press(Key::Enter).await;
    window.focused("confirm").await;
    eye.look(window, "confirm").await;
    window.press(Key::Enter).await;
    window.find("#receipt-strip").await;
    eye.look(window, "receipt-issued").await;
}

async fn other_receipt(window: &mut Window, eye: &mut impl Eye) {
    window.chord(Key::Alt, 's').await;
    window.find("#hits:not([aria-busy=true]) [role=option]:nth-child(5)").await;
    eye.look(window, "other-receipt-services").await;
    window.press(Key::Enter).await;
    window.focused("head-0").await;
    window.type_text("1500").await;
    eye.look(window, "other-receipt-heads").await;
    window.fill("payer-name", "Kamla Devi").await;
    window.fill("tendered", "2000").await;
    window.press(Key::Enter).await;
    window.focused("confirm").await;
    eye.look(window, "other-receipt-confirm").await;
    window.press(Key::Enter).await;
    window.find("#receipt-strip").await;
    window.focused("omnibox").await;
}

async fn receipts(window: &mut Window, eye: &mut impl Eye) {
    window.chord(Key::Alt, '2').await;
    window.find("#receipt-row-3").await;
    eye.look(window, "receipts").await;
    window.click("#receipt-row-0").await;
    window.find("#receipt[data-number]").await;
    eye.look(window, "receipt").await;
    window.chord(Key::Control, 'r').await;
    window.focused("reprint-reason").await;
    eye.look(window, "receipt-reprint").await;
    window.press(Key::Enter).await;
    window.find("#receipt [data-testid=paper]").await;
    eye.look(window, "receipt-reprinted").await;
    window.chord(Key::Control, 'r').await;
    window.focused("reprint-reason").await;
    window.press(Key::Enter).await;
    window.find("#second-user").await;
    eye.look(window, "receipt-reprint-second-person").await;
    window.press(Key::Escape).await;
    window.click("#do-certify").await;
    window.focused("issued-to").await;
    eye.look(window, "receipt-certificate").await;
    window.press(Key::Enter).await;
    window.find("#certify-form [data-testid=paper]").await;
    eye.look(window, "receipt-certificate-made").await;
    window.press(Key::Escape).await;
    window.click("#do-cancel").await;
    window.focused("cancel-reason").await;
    eye.look(window, "receipt-cancel").await;
    window.find("#cancel-reason").await.select_by_index(1).await.unwrap();
    window.fill("cancel-remark", "राशि ग़लत लिखी गई").await;
    window.choose("#second-user", ACCOUNTANT.hindi).await;
    window.fill("second-password", ACCOUNTANT.password).await;
    window.press(Key::Enter).await;
    window.find("#receipt[data-cancelled=true]").await;
    eye.look(window, "receipt-cancelled").await;
}

async fn verify(window: &mut Window, town: &Troubled, eye: &mut impl Eye) {
    window.chord(Key::Alt, '7').await;
    window.focused("qr-text").await;
    window.type_text("upi://pay?pa=x@y").await;
    window.press(Key::Enter).await;
    window.find("#verdict[data-verdict=NotOurs]").await;
    eye.look(window, "verify-not-ours").await;
    window.fill("qr-text", &papers::code_on_receipt(&town.folder, "000001")).await;
    window.press(Key::Enter).await;
    window.find("#verdict[data-verdict=Genuine]").await;
    eye.look(window, "verify-genuine").await;
}

/// A genuine paper whose entry nobody has: entered again with the keyboard, the accountant signing.
async fn recover(window: &mut Window, town: &Troubled, eye: &mut impl Eye) {
    window.fill("qr-text", &papers::code_on_receipt(&town.unheard, "000001")).await;
    window.press(Key::Enter).await;
    window.find("#recover-begin").await;
    eye.look(window, "verify-lost").await;
    window.focus("recover-begin").await;
    window.press(Key::Enter).await;
    window.focused("recover-service").await;
    window.fill("recover-account", &town.paid_unheard).await;
    window.find("#account-0[aria-selected=true]").await;
    window.press(Key::Enter).await;
    window.focused("recover-mode").await;
    window.choose("#recover-mode", "यूपीआई").await;
    eye.look(window, "verify-recover").await;
    window.focus("recover-mode").await;
    window.press(Key::Enter).await;
    window.find("#recover-sign").await;
    window.choose("#second-user", ACCOUNTANT.hindi).await;
    window.fill("second-password", ACCOUNTANT.password).await;
    eye.look(window, "verify-recover-sign").await;
    window.focus("second-password").await;
    window.press(Key::Enter).await;
    window.find("#receipt[data-number*='/C03-a/']").await;
    eye.look(window, "verify-recovered").await;
}

async fn property(window: &mut Window, town: &Troubled, eye: &mut impl Eye) {
    window.chord(Key::Alt, '1').await;
    window.focused("omnibox").await;
    open_bill(window, &town.described_twice).await;
    window.chord(Key::Alt, 'e').await;
    window.focused("owner-hindi").await;
    window.find("#locality option:nth-child(2)").await;
    eye.look(window, "property").await;
    window.press(Key::Escape).await;
    window.find("#bill").await;
    window.chord(Key::Alt, 'd').await;
    window.focused("omnibox").await;
}

async fn import(window: &mut Window, town: &Troubled, eye: &mut impl Eye) {
    let file = town.folder.join("register.csv");
    std::fs::write(&file, BAD_REGISTER).unwrap();
    window.chord(Key::Alt, '4').await;
    window.focused("import-path").await;
    eye.look(window, "import").await;
    window.type_text("/no/such/register.csv").await;
    window.press(Key::Enter).await;
    window.find(".problem, .problem-note").await;
    eye.look(window, "import-no-file").await;
    window.fill("import-path", file.to_str().unwrap()).await;
    window.press(Key::Enter).await;
    window.find("#import-report").await;
    eye.look(window, "import-bad-rows").await;
    window.click("#take-good").await;
    window.find("#import-done").await;
    eye.look(window, "import-done").await;
}

/// Good rows among bad ones: an unknown ward, an amount that is none, a mobile with nine digits, a year that is none.
const BAD_REGISTER: &str = "\
property_id,owner_hindi,owner_english,ward,locality,mobile,year,head,amount
PT-248459-900001,राम सिंह बिष्ट,Ram Singh Bisht,,,6100000001,2024-25,PT_TAX,1250.50
PT-248459-900002,कमला देवी,Kamla Devi,वार्ड 999,,,2024-25,PT_TAX,480
PT-248459-900003,हरीश जोशी,Harish Joshi,,,610000000,2024-25,PT_TAX,900
PT-248459-900004,शान्ति देवी,Shanti Devi,,,,2024-25,PT_TAX,नौ सौ
PT-248459-900005,भुवन पाण्डे,Bhuwan Pande,,,,24/26,PT_TAX,900
PT-248459-900006,पुष्पा रावत,Pushpa Rawat,,,,2025-26,NO_SUCH_HEAD,900
PT-248459-900007,मोहन लाल,Mohan Lal,,,,2025-26,PT_TAX,700
";

async fn staff(window: &mut Window, eye: &mut impl Eye) {
    window.chord(Key::Alt, '5').await;
    window.focused("staff-row-0").await;
    window.press(Key::Enter).await;
    window.find("#person-card").await;
    eye.look(window, "staff").await;
}

async fn devices(window: &mut Window, town: &Troubled, eye: &mut impl Eye) {
    window.chord(Key::Alt, '6').await;
    for case in ["double-collection", "conflict", "demand", "fork", "disputed", "tail"] {
        window.find(&format!("#cases [data-case^='{case}/']")).await;
    }
    window.find("#settled-cases .case").await;
    window.find("#quarantine-rows tbody tr").await;
    eye.look(window, "devices").await;
    window.click("#case-kinds [data-kind=conflict]").await;
    window.gone("#cases [data-case^='fork/']").await;
    window.click("#cases [data-case^='conflict/'] .settle-begin").await;
    window.find("#settle-form").await;
    eye.look(window, "devices-settle").await;
    window.fill("invite-name", "काउंटर 3").await;
    window.fill("invite-counter", "C01").await;
    window.choose("#invite-user", CLERK.hindi).await;
    window.click("#invite").await;
    window.find(".problem, .problem-note").await;
    eye.look(window, "devices-invite-refused").await;
    let bundle = town.folder.join("c03.palika-bundle");
    let bundle = bundle.to_str().unwrap();
    window.choose("#stick-device", WRITTEN_FOR).await;
    window.fill("stick-write-path", bundle).await;
    window.click("#stick-write").await;
    window.find("#stick-written").await;
    eye.look(window, "devices-stick-written").await;
    // Its own file: only the other computer can read it.
    window.fill("stick-read-path", bundle).await;
    window.click("#stick-read").await;
    window.find("#stick-read-form .problem").await;
    eye.look(window, "devices-stick-refused").await;
}

async fn settings(window: &mut Window, eye: &mut impl Eye) {
    window.chord(Key::Alt, '8').await;
    window.focused("desk-language").await;
    eye.look(window, "settings").await;
    window.focus("key-f6").await;
    window.press(Key::Enter).await;
    window.press(Key::F7).await;
    window.text_when("#key-refused", |text| !text.is_empty()).await;
    eye.look(window, "settings-key-refused").await;
    window.press(Key::Escape).await;
    window.press(Key::F1).await;
    window.find("#help").await;
    eye.look(window, "help").await;
    window.press(Key::F1).await;
    window.gone("#help").await;
}

async fn drawer(window: &mut Window, eye: &mut impl Eye) {
    window.chord(Key::Control, 'b').await;
    window.find("#count-0").await;
    eye.look(window, "drawer").await;
    window.fill("count-0", "1").await;
    window.click("#close-shift").await;
    window.find("#difference-reason").await;
    eye.look(window, "drawer-count-differs").await;

    window.click("#task-books").await;
    window.find("#issue-book").await;
    window.fill("book-number", "12").await;
    window.fill("first-leaf", "1").await;
    window.fill("last-leaf", "100").await;
    window.press(Key::Enter).await;
    window.find("#books tbody tr").await;
    eye.look(window, "drawer-books").await;

    window.click("#task-hand-over").await;
    window.find("#hand-over-form").await;
    eye.look(window, "drawer-hand-over").await;
    // One note of two: the difference asks for its reason.
    window.fill("count-0", "1").await;
    window.choose("#second-user", CLERK.hindi).await;
    window.fill("second-password", CLERK.password).await;
    window.click("#hand-over").await;
    window.find("#difference-reason").await.select_by_index(1).await.unwrap();
    window.fill("second-password", CLERK.password).await;
    window.click("#hand-over").await;
    window.find("#handed-over [data-testid=paper]").await;
    eye.look(window, "drawer-handed-over").await;

    window.chord(Key::Control, 'l').await;
    window.sign_in(CLERK.english, CLERK.password).await;
    window.focused("omnibox").await;
    window.chord(Key::Control, 'b').await;
    window.fill("count-0", "2").await;
    window.click("#close-shift").await;
    window.find("#day-close[data-difference='0']").await;
    eye.look(window, "drawer-closed").await;

    window.click("#task-remit").await;
    window.find("#remit-form").await;
    eye.look(window, "drawer-remit").await;
    window.fill("remit-bank", "भारतीय स्टेट बैंक").await;
    window.fill("remit-account", "30012345678").await;
    count_out(window).await;
    window.click("#remit").await;
    window.find("#remit-done").await;
    eye.look(window, "drawer-remitted").await;
}

/// Counts the cash to pay in: all of it in rupees and fifties.
async fn count_out(window: &mut Window) {
    let text = window.text("#remittable-cash").await;
    let paise: u64 = text.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap();
    assert_eq!(paise % 100, 0, "cash to pay in is whole rupees: {text}");
    let find = "const row = [...document.querySelectorAll('.cash-count tbody tr')]
            .find(row => row.querySelector('th').textContent.trim() === '₹1');
        return row.querySelector('input').id;";
    let id = window.script(find).await;
    window.fill(id.as_str().unwrap(), &(paise / 100).to_string()).await;
}
