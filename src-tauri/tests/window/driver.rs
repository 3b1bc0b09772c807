//! One window under test: started by WebKitWebDriver, driven by keys, seen by pictures.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};

/// A page that does not show what it should within this time will not.
const PATIENCE: Duration = Duration::from_secs(30);
/// The window's own start, on a busy machine.
const START: Duration = Duration::from_secs(60);

/// A running shell with its driver. Both end when it is dropped.
pub struct Window {
    client: Client,
    keystrokes: u32,
    _driver: Driver,
}

impl Window {
    /// Opens the window over a town folder.
    pub async fn open(town: &Path) -> Self {
        Self::open_with(town, &[]).await
    }

    /// The same with an environment of its own.
    pub async fn open_with(town: &Path, environment: &[(&str, &OsStr)]) -> Self {
        let port = free_port();
        let driver = Driver::start(port, environment);
        let arguments = [OsString::from("--folder"), town.as_os_str().to_owned()];
        let arguments: Vec<String> = arguments.into_iter().map(|one| one.into_string().unwrap()).collect();
        let capabilities = json!({
            "webkitgtk:browserOptions": { "binary": env!("CARGO_BIN_EXE_palika-desktop"), "args": arguments }
        });
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        builder.capabilities(capabilities.as_object().unwrap().clone());
        let begun = Instant::now();
        let client = loop {
            match builder.connect(&format!("http://127.0.0.1:{port}")).await {
                Ok(client) => break client,
                Err(error) if begun.elapsed() > START => panic!("the window did not open: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        };
        Self { client, keystrokes: 0, _driver: driver }
    }

    /// The first element that the selector names, waiting for it.
    pub async fn find(&self, css: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("no {css} on the page: {error}\n{}", self.not_as_expected().await),
        }
    }

    /// The text a person reads in that element.
    pub async fn text(&self, css: &str) -> String {
        self.find(css).await.text().await.unwrap()
    }

    /// Waits until the element's text satisfies the predicate, and answers with it.
    pub async fn text_when(&self, css: &str, wanted: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let text = self.text(css).await;
            if wanted(&text) {
                return text;
            }
            assert!(begun.elapsed() < PATIENCE, "{css} stays at {text:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until the element with that id has the focus. A page that only just opens may not answer yet: its driver
    /// then says that it cannot read what the script returned.
    pub async fn focused(&self, id: &str) {
        const ASKED: &str = "return document.activeElement ? document.activeElement.id : '';";
        let begun = Instant::now();
        loop {
            let now = self.client.execute(ASKED, Vec::new()).await;
            if now.as_ref().is_ok_and(|now| now == id) {
                return;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "the focus stays at {now:?}\n{}",
                self.not_as_expected().await
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// An attribute of the first element that the selector names, waiting for it.
    pub async fn attribute(&self, css: &str, name: &str) -> String {
        self.find(css).await.attr(name).await.unwrap().unwrap_or_default()
    }

    /// Strikes one key twice as fast as the driver can, as a nervous hand does.
    pub async fn press_twice(&mut self, key: Key) {
        let value = char::from(key);
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value })
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        self.client.perform_actions(keys).await.unwrap();
        self.keystrokes += 2;
    }

    /// Strikes all keys without waiting for the page between them, as a scanner does.
    pub async fn strike_at_once(&mut self, keys: &str) {
        let mut struck = KeyActions::new("keyboard".to_owned());
        for value in keys.chars() {
            struck = struck.then(KeyAction::Down { value }).then(KeyAction::Up { value });
            self.keystrokes += 1;
        }
        self.client.perform_actions(struck).await.unwrap();
    }

    /// Presses one key into whatever has the focus, and counts it.
    pub async fn press(&mut self, key: Key) {
        self.strike(char::from(key)).await;
    }

    /// Types text into whatever has the focus, one counted keystroke a character.
    pub async fn type_text(&mut self, text: &str) {
        for character in text.chars() {
            self.strike(character).await;
        }
    }

    /// Signs a person in at the open sign-in field.
    pub async fn sign_in(&mut self, english: &str, password: &str) {
        self.find("#password").await;
        self.focused("password").await;
        self.script("document.getElementById('person').focus(); return true;").await;
        self.focused("person").await;
        self.chord(Key::Control, 'a').await;
        self.type_text(english).await;
        self.press(Key::Enter).await;
        self.focused("password").await;
        self.type_text(password).await;
        self.press(Key::Enter).await;
    }

    /// Types into the field with that id, whatever stood there.
    pub async fn fill(&mut self, id: &str, text: &str) {
        self.find(&format!("#{id}")).await;
        self.script(&format!("document.getElementById('{id}').focus(); return true;")).await;
        self.focused(id).await;
        self.chord(Key::Control, 'a').await;
        self.type_text(text).await;
    }

    /// Puts the cursor into the field with that id.
    pub async fn focus(&self, id: &str) {
        self.find(&format!("#{id}")).await;
        self.script(&format!("document.getElementById('{id}').focus(); return true;")).await;
        self.focused(id).await;
    }

    /// Clicks with the mouse.
    pub async fn click(&self, css: &str) {
        self.find(css).await.click().await.unwrap();
    }

    /// What is typed in the field with that id.
    pub async fn value(&self, id: &str) -> String {
        let value = self.script(&format!("return document.getElementById('{id}').value;")).await;
        value.as_str().unwrap().to_owned()
    }

    /// Waits until nothing on the page is named by the selector.
    pub async fn gone(&self, css: &str) {
        let begun = Instant::now();
        while self.script(&format!("return document.querySelector({css:?}) !== null;")).await == true {
            assert!(begun.elapsed() < PATIENCE, "{css} stays on the page");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until the page speaks that language.
    pub async fn speaks(&self, language: &str) {
        self.find(&format!("html[lang={language}]")).await;
    }

    /// Chooses in a native list by the name a person reads.
    pub async fn choose(&self, css: &str, label: &str) {
        self.find(css).await.select_by_label(label).await.unwrap();
    }

    /// Holds `held` while `key` is pressed: one keystroke, as a person counts.
    pub async fn chord(&mut self, held: Key, key: char) {
        let held = char::from(held);
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: held })
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key })
            .then(KeyAction::Up { value: held });
        self.client.perform_actions(keys).await.unwrap();
        self.keystrokes += 1;
    }

    async fn strike(&mut self, value: char) {
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        self.client.perform_actions(keys).await.unwrap();
        self.keystrokes += 1;
    }

    /// Keys pressed since the window opened, or since they were last asked for.
    pub fn take_keystrokes(&mut self) -> u32 {
        std::mem::take(&mut self.keystrokes)
    }

    /// Runs a script in the page; `return` gives the value.
    pub async fn script(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Runs a script with arguments.
    pub async fn script_with(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap()
    }

    /// Runs a script that hands its answer to the last of its arguments.
    pub async fn script_async(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute_async(script, arguments).await.unwrap()
    }

    /// Asks the shell as the screens do. `Err` is the problem as it crosses to the page.
    pub async fn call(&self, request: Value) -> Result<Value, Value> {
        let script = "const [request, done] = arguments;
            window.__TAURI__.core.invoke('call', { request }).then(ok => done({ ok }), err => done({ err }));";
        let mut reply = self.client.execute_async(script, vec![request]).await.unwrap();
        match reply.get_mut("ok") {
            Some(value) => Ok(value.take()),
            None => Err(reply["err"].take()),
        }
    }

    /// The window as a PNG, once its letters are there: until a font has come, the page leaves gaps.
    pub async fn picture(&self) -> Vec<u8> {
        let letters = "const done = arguments[0]; document.fonts.ready.then(() => requestAnimationFrame(() => done()));";
        self.client.execute_async(letters, Vec::new()).await.unwrap();
        self.client.screenshot().await.unwrap()
    }

    /// The page's markup, for a message about what is not on it; a picture of it stays beside the others.
    pub async fn not_as_expected(&self) -> String {
        Kept::here().picture(self, "not-as-expected").await;
        self.client.source().await.unwrap_or_default()
    }

    /// Closes the window as a person would.
    pub async fn close(self) {
        self.client.close().await.unwrap();
    }
}

/// Where pictures and papers are left: the folder that `cargo xtask run` names, else the test's own.
pub struct Kept {
    folder: PathBuf,
}

impl Kept {
    /// The folder for what this run leaves.
    pub fn here() -> Self {
        let folder = std::env::var_os("PALIKA_WALK_KEEP")
            .map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("window"), PathBuf::from);
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    /// Leaves a copy of a paper.
    pub fn paper(&self, paper: &Path) {
        std::fs::copy(paper, self.folder.join(paper.file_name().unwrap())).unwrap();
    }

    /// Leaves a picture of the window as it is, and answers with it.
    pub async fn picture(&self, window: &Window, name: &str) -> Vec<u8> {
        let picture = window.picture().await;
        std::fs::write(self.folder.join(name).with_extension("png"), &picture).unwrap();
        picture
    }
}

struct Driver(Child);

impl Driver {
    fn start(port: u16, environment: &[(&str, &OsStr)]) -> Self {
        let driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            // The shell's web view joins a driver only when told so by its environment.
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .envs(environment.iter().copied())
            .stdout(Stdio::null())
            .spawn();
        Self(driver.expect("WebKitWebDriver is missing; run `cargo xtask window`, which installs it"))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port nobody listens on.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
