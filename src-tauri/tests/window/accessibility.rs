//! Every screen judged by axe-core in the real window: WCAG 2.2 AA, in Hindi and English, light and dark; and at 200 %
//! nothing scrolls sideways and nothing is cut off.

use std::path::Path;

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::driver::Window;
use crate::scenes::{self, Eye};
use crate::screens::{pictures, wrong_with};
use crate::troubled_town;

/// `cargo xtask window` and `cargo xtask test` install it, at the version its lock file names.
const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../xtask/peers/axe/node_modules/axe-core/axe.min.js");
/// The success criteria of WCAG 2.2, levels A and AA.
const TAGS: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/// Lets axe judge, and notes what it finds.
struct Judge {
    axe: String,
    walk: &'static str,
    found: Vec<String>,
    seen: usize,
}

impl Judge {
    fn of(walk: &'static str) -> Self {
        let axe = std::fs::read_to_string(Path::new(AXE))
            .unwrap_or_else(|error| panic!("{AXE}: {error}; `cargo xtask window` installs it"));
        Self { axe, walk, found: Vec::new(), seen: 0 }
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

impl Eye for Judge {
    async fn look(&mut self, window: &mut Window, scene: &str) {
        self.seen += 1;
        for (language, next) in [("hi", "en"), ("en", "hi")] {
            window.speaks(language).await;
            dress(window, "light", "100%").await;
            let rules = json!({ "type": "tag", "values": TAGS });
            self.judge(window, &format!("{scene} {language} light"), rules).await;
            // Only colours differ.
            dress(window, "dark", "100%").await;
            let rules = json!({ "type": "rule", "values": ["color-contrast"] });
            self.judge(window, &format!("{scene} {language} dark"), rules).await;
            let picture = |kind: &str| {
                pictures().join(format!("{}-{:02}-{scene}.{language}.{kind}.png", self.walk, self.seen))
            };
            std::fs::write(picture("dark"), window.picture().await).unwrap();
            dress(window, "light", "200%").await;
            std::fs::write(picture("200"), window.picture().await).unwrap();
            let wrong = wrong_with(window).await;
            for line in wrong {
                println!("{scene} {language} 200 %: {line}");
                self.found.push(format!("{scene} {language} 200 %: {line}"));
            }
            dress(window, "light", "100%").await;
            window.chord(Key::Alt, 'h').await;
            window.speaks(next).await;
        }
    }
}

impl Judge {
    fn found_nothing(&self) {
        println!("{} screens judged", self.seen);
        assert!(self.found.is_empty(), "{} findings\n{}", self.found.len(), self.found.join("\n"));
    }
}

#[tokio::test]
async fn axe_finds_nothing_at_the_first_run_which_reflows_at_200_percent() {
    let made_here = tempfile::tempdir().unwrap();
    let mut judge = Judge::of("first-run");
    scenes::of_the_first_run(made_here.path(), &mut judge).await;
    judge.found_nothing();
}

#[tokio::test]
async fn axe_finds_nothing_on_any_screen_of_a_day_and_all_of_them_reflow_at_200_percent() {
    let made_here = tempfile::tempdir().unwrap();
    let mut judge = Judge::of("day");
    let town = troubled_town::below(made_here.path()).await;
    scenes::of_a_day(&town, &mut judge).await;
    scenes::after_a_power_cut(&town, &mut judge).await;
    scenes::of_a_sealed_file(&town.folder, &mut judge).await;
    judge.found_nothing();
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
