//! Screens judged by axe-core in the real window: WCAG 2.2 AA, in Hindi and English, light and dark; and at 200 %
//! nothing scrolls sideways and nothing is cut off. The walk that brings them up is in `screens`.

use std::path::Path;

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::driver::Window;
use crate::screens::{pictures, wrong_with};

/// `cargo xtask window` and `cargo xtask test` install it, at the version its lock file names.
const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../xtask/peers/axe/node_modules/axe-core/axe.min.js");
/// The success criteria of WCAG 2.2, levels A and AA.
const TAGS: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/// Lets axe judge, and notes what it finds.
pub struct Judge {
    axe: String,
    found: Vec<String>,
    judged: usize,
}

impl Judge {
    /// A judge who has seen nothing yet.
    pub fn new() -> Self {
        let axe = std::fs::read_to_string(Path::new(AXE))
            .unwrap_or_else(|error| panic!("{AXE}: {error}; `cargo xtask window` installs it"));
        Self { axe, found: Vec::new(), judged: 0 }
    }

    /// What axe finds on the page as it stands, one line an element. `rules` is axe's own choice of rules.
    async fn judge(&mut self, window: &Window, name: &str, rules: Value) {
        if window.script("return typeof axe === 'undefined';").await == true {
            window.script(&self.axe).await;
        }
        // Colours are drawn with the next frame, and a system's own style may fade them in.
        let run = "const [runOnly, done] = arguments;
            const judge = () => axe.run(document, { runOnly, resultTypes: ['violations'] }).then(
                result => done({ rules: result.passes.length, found: result.violations.flatMap(rule =>
                    rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 200)}: ${node.failureSummary}`)) }),
                error => done({ rules: 0, found: [`axe: ${error}`] }));
            requestAnimationFrame(() => requestAnimationFrame(() =>
                Promise.allSettled(document.getAnimations().map(fading => fading.finished)).then(judge)));";
        let result = window.script_async(run, vec![rules]).await;
        // A judge that judged nothing has found nothing.
        assert!(result["rules"].as_u64().unwrap() > 0, "{name}: {result}");
        for line in result["found"].as_array().unwrap() {
            println!("{name}: {}", line.as_str().unwrap());
            self.found.push(format!("{name}: {}", line.as_str().unwrap()));
        }
    }
}

async fn dress(window: &Window, theme: &str, letters: &str) {
    let dress = "document.documentElement.dataset.theme = arguments[0];
        document.documentElement.style.fontSize = arguments[1];
        return true;";
    window.script_with(dress, vec![json!(theme), json!(letters)]).await;
}

impl Judge {
    /// Judges the page in the language it speaks now; `name` is the screen's and the language's.
    pub async fn look_at(&mut self, window: &Window, name: &str, language: &str) {
        self.judged += 1;
        dress(window, "light", "100%").await;
        self.judge(window, &format!("{name} light"), json!({ "type": "tag", "values": TAGS })).await;
        // Only colours differ, and they are the same in both languages.
        if language == "hi" {
            dress(window, "dark", "100%").await;
            let rules = json!({ "type": "rule", "values": ["color-contrast"] });
            self.judge(window, &format!("{name} dark"), rules).await;
            keep(window, &format!("{name}.dark")).await;
        }
        dress(window, "light", "200%").await;
        keep(window, &format!("{name}.200")).await;
        let wrong = wrong_with(window).await;
        self.found.extend(wrong.into_iter().map(|line| format!("{name} 200 %: {line}")));
        dress(window, "light", "100%").await;
    }

    /// Fails with all that was found.
    pub fn found_nothing(&self) {
        assert!(self.judged > 0, "nothing was judged");
        assert!(self.found.is_empty(), "{} findings\n{}", self.found.len(), self.found.join("\n"));
    }
}

async fn keep(window: &Window, name: &str) {
    std::fs::write(pictures().join(format!("{name}.png")), window.picture().await).unwrap();
}

/// The settings do what the other test does by hand.
#[tokio::test]
async fn colours_and_the_size_of_letters_are_settings_and_stay() {
    let made_here = tempfile::tempdir().unwrap();
    crate::town::with_open_shift(made_here.path()).await;
    let mut window = Window::open(made_here.path()).await;
    window.focused("password").await;
    window.type_text(demo::staff::CLERK.password).await;
    window.press(Key::Enter).await;
    window.focused("omnibox").await;
    window.chord(Key::Alt, '8').await;
    window.choose("#desk-theme", "गहरा").await;
    window.choose("#desk-zoom", "200 %").await;
    window.find("html[data-theme=dark][style*='200%']").await;
    let ground = "return getComputedStyle(document.body).backgroundColor;";
    let dark = window.script(ground).await;
    window.choose("#desk-theme", "उजला").await;
    window.find("html[data-theme=light]").await;
    assert_ne!(window.script(ground).await, dark);
    assert_eq!(wrong_with(&window).await, Vec::<String>::new());
    let kept = || async { window.call(json!({ "ask": "situation" })).await.unwrap()["of"]["desk"].clone() };
    let desk: Value = kept().await;
    assert_eq!((desk["theme"].as_str(), desk["zoom_percent"].as_u64()), (Some("Light"), Some(200)));
    window.close().await;

    let window = Window::open(made_here.path()).await;
    window.find("html[data-theme=light][style*='200%']").await;
    window.close().await;
}
