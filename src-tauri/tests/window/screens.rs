//! Every screen as a picture, in both languages: nothing beyond the page, nothing cut off, no word left in the other
//! language, and nothing that axe finds. One walk serves both, as the walk is what takes the time. The pictures lie in `window/screens` of the folder cargo gives tests, to be looked at by people.

use std::path::PathBuf;

use fantoccini::key::Key;
use serde_json::json;

use crate::accessibility::Judge;
use crate::driver::Window;
use crate::scenes::{self, Eye};
use crate::troubled_town;

/// What is wrong with the page as it stands.
pub async fn wrong_with(window: &Window) -> Vec<String> {
    let found = window.script(include_str!("page_check.js")).await;
    found.as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

/// The folder for pictures of screens.
pub fn pictures() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("window/screens");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Takes pictures, notes what is wrong, and lets axe judge.
struct Pictures {
    folder: PathBuf,
    walk: &'static str,
    wrong: Vec<String>,
    judge: Judge,
    seen: usize,
}

impl Pictures {
    fn of(walk: &'static str) -> Self {
        Self { folder: pictures(), walk, wrong: Vec::new(), judge: Judge::new(), seen: 0 }
    }

    async fn keep(&self, window: &Window, name: &str) {
        std::fs::write(self.folder.join(format!("{name}.png")), window.picture().await).unwrap();
    }

    /// What lies below the edge of a box that scrolls is looked at too.
    async fn keep_all(&self, window: &Window, name: &str) {
        self.keep(window, name).await;
        let scroll = "const boxes = [...document.querySelectorAll('#screen, .column, .tender, .gate')];
            const long = boxes.filter(box => box.scrollHeight > box.clientHeight + 8 && box.clientHeight > 0);
            for (const box of long) box.scrollTop = arguments[0] === 'down' ? box.scrollHeight : 0;
            return long.length > 0;";
        if window.script_with(scroll, vec![json!("down")]).await == true {
            self.keep(window, &format!("{name}.below")).await;
            window.script_with(scroll, vec![json!("up")]).await;
        }
    }
}

impl Eye for Pictures {
    async fn look(&mut self, window: &mut Window, scene: &str) {
        self.seen += 1;
        for (language, next) in [("hi", "en"), ("en", "hi")] {
            window.speaks(language).await;
            let name = format!("{}-{:02}-{scene}.{language}", self.walk, self.seen);
            self.keep_all(window, &name).await;
            let wrong = wrong_with(window).await;
            self.wrong.extend(wrong.into_iter().map(|line| format!("{name}: {line}")));
            self.judge.look_at(window, &name, language).await;
            window.chord(Key::Alt, 'h').await;
            window.speaks(next).await;
        }
    }
}

fn nothing_is_wrong(pictures: &Pictures) {
    println!("{} screens in {}", pictures.seen, pictures.folder.display());
    assert!(pictures.wrong.is_empty(), "{} findings\n{}", pictures.wrong.len(), pictures.wrong.join("\n"));
    pictures.judge.found_nothing();
}

#[tokio::test]
async fn the_first_run_shows_whole_in_both_languages_and_axe_finds_nothing() {
    let made_here = tempfile::tempdir().unwrap();
    let mut pictures = Pictures::of("first-run");
    scenes::of_the_first_run(made_here.path(), &mut pictures).await;
    nothing_is_wrong(&pictures);
}

#[tokio::test]
async fn every_screen_of_a_day_shows_whole_in_both_languages_and_axe_finds_nothing() {
    let made_here = tempfile::tempdir().unwrap();
    let mut pictures = Pictures::of("day");
    let town = Box::pin(troubled_town::below(made_here.path())).await;
    scenes::of_a_day(&town, &mut pictures).await;
    scenes::after_a_power_cut(&town, &mut pictures).await;
    scenes::of_a_sealed_file(&town.folder, &mut pictures).await;
    nothing_is_wrong(&pictures);
}
