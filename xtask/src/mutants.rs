//! Faults put into the code on purpose, one at a time, in a throw-away copy of the tree: the simulator must find each of
//! them. A check nothing would miss is no check.
//!
//! A mutant is a file under `crates/sim/mutants`: why it matters, the file it changes, a text that stands there exactly
//! once, and the text in its place.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process;
use crate::workspace::Workspace;

const FOLDER: &str = "crates/sim/mutants";
/// Seeds tried before a mutant counts as one that got away.
const SEEDS: u64 = 400;
/// The same seeds without any fault; also how long a mutant that hangs is waited for.
const RUN_LIMIT: Duration = Duration::from_secs(900);
const BUILD_LIMIT: Duration = Duration::from_secs(1800);

/// One fault.
#[derive(Debug, PartialEq, Eq)]
struct Mutant {
    name: String,
    why: String,
    file: PathBuf,
    before: String,
    after: String,
}

impl Mutant {
    fn read(name: &str, text: &str) -> Result<Mutant> {
        let form = || format!("{name}: why, file, then the texts --- before, --- after, --- end");
        let (head, rest) = text.split_once("--- before\n").with_context(form)?;
        let (before, rest) = rest.split_once("--- after\n").with_context(form)?;
        let (after, _) = rest.split_once("--- end").with_context(form)?;
        let field = |label: &str| {
            let line = head.lines().find_map(|line| line.strip_prefix(label));
            line.map(|value| value.trim().to_owned()).with_context(form)
        };
        Ok(Mutant {
            name: name.to_owned(),
            why: field("why:")?,
            file: PathBuf::from(field("file:")?),
            before: before.to_owned(),
            after: after.to_owned(),
        })
    }

    /// The file's text with the fault in it.
    fn applied(&self, text: &str) -> Result<String> {
        match text.matches(&self.before).count() {
            1 => Ok(text.replacen(&self.before, &self.after, 1)),
            count => {
                let (name, file) = (&self.name, self.file.display());
                bail!("{name}: the text it changes stands {count} times in {file}; write the mutant anew")
            }
        }
    }
}

fn all(root: &Path) -> Result<Vec<Mutant>> {
    let folder = root.join(FOLDER);
    let mut mutants = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "mutant") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            mutants.push(Mutant::read(&name, &std::fs::read_to_string(&path)?)?);
        }
    }
    mutants.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(mutants)
}

/// The copy of the tree that is changed, with a target folder of its own.
struct Copy {
    root: PathBuf,
    target: PathBuf,
}

impl Copy {
    /// Copies what git knows of, as it lies in the checkout now; what is the same already is left, so that cargo builds
    /// only what changed.
    fn of(workspace: &Workspace) -> Result<Copy> {
        let root = workspace.target.join("mutants/tree");
        let mut git = Command::new("git");
        git.current_dir(&workspace.root).args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]);
        for name in process::stdout_of(&mut git)?.split('\0').filter(|name| !name.is_empty()) {
            let (from, to) = (workspace.root.join(name), root.join(name));
            let Ok(bytes) = std::fs::read(&from) else { continue };
            if std::fs::read(&to).is_ok_and(|held| held == bytes) {
                continue;
            }
            if let Some(folder) = to.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(&to, bytes).with_context(|| to.display().to_string())?;
        }
        Ok(Copy { root, target: workspace.target.join("mutants/target") })
    }

    fn build(&self) -> Result<PathBuf> {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        cargo.env("RUSTFLAGS", "--allow warnings").args(["build", "--quiet", "-p", "sim", "--bin", "sim"]);
        let built = process::captured(&mut cargo, BUILD_LIMIT)?;
        if !built.is_success() {
            bail!("it does not compile:\n{}", built.text());
        }
        Ok(self.target.join("debug").join(format!("sim{}", std::env::consts::EXE_SUFFIX)))
    }
}

/// How the simulator fared.
enum Fared {
    Held,
    /// What it said first.
    Broke(String),
}

fn simulated(program: &Path) -> Result<Fared> {
    let mut command = Command::new(program);
    command.args(["--seeds", &SEEDS.to_string(), "--as-it-is", "--until-broken"]);
    let ran = process::captured(&mut command, RUN_LIMIT)?;
    if ran.is_success() {
        return Ok(Fared::Held);
    }
    let first = ran.stderr.lines().find(|line| line.starts_with("seed ")).map(str::to_owned);
    Ok(Fared::Broke(first.unwrap_or_else(|| match ran.status {
        None => "it hangs".to_owned(),
        Some(status) => format!("ended with {status}"),
    })))
}

/// `cargo xtask mutants [NAME]`: each fault, or those named like NAME, must be found.
pub fn mutants(workspace: &Workspace, name: Option<&str>) -> Result<ExitCode> {
    let chosen: Vec<Mutant> = all(&workspace.root)?
        .into_iter()
        .filter(|one| name.is_none_or(|name| one.name.contains(name)))
        .collect();
    if chosen.is_empty() {
        bail!("no mutant is named like that");
    }
    let copy = Copy::of(workspace)?;
    eprintln!("… without any fault");
    if let Fared::Broke(what) = simulated(&copy.build()?)? {
        bail!("the simulator fails without any fault, so it proves nothing: {what}");
    }
    let mut survived = Vec::new();
    for mutant in &chosen {
        let begun = Instant::now();
        let path = copy.root.join(&mutant.file);
        let whole = std::fs::read_to_string(&path)?;
        std::fs::write(&path, mutant.applied(&whole)?)?;
        let fared = copy.build().and_then(|program| simulated(&program));
        std::fs::write(&path, whole)?;
        let took = begun.elapsed().as_secs();
        match fared.with_context(|| mutant.name.clone())? {
            Fared::Broke(what) => println!("✓ {}: {what} ({took} s)", mutant.name),
            Fared::Held => {
                println!("✗ {} got away, {SEEDS} seeds: {} ({took} s)", mutant.name, mutant.why);
                survived.push(mutant.name.as_str());
            }
        }
    }
    println!("{} found, {} got away", chosen.len() - survived.len(), survived.len());
    Ok(if survived.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A mutant that no longer applies would only be noticed by whoever runs them all.
    #[test]
    fn every_mutant_applies_to_the_source_as_it_is() {
        let workspace = Workspace::here().unwrap();
        let mutants = all(&workspace.root).unwrap();
        assert!(mutants.len() >= 10, "{} mutants", mutants.len());
        for mutant in &mutants {
            let text = std::fs::read_to_string(workspace.root.join(&mutant.file)).unwrap();
            let applied = mutant.applied(&text).unwrap();
            assert_ne!(applied, text, "{}", mutant.name);
            assert!(!mutant.why.is_empty(), "{}", mutant.name);
        }
        for part in ["crates/journal", "crates/store", "crates/sync", "crates/carrier"] {
            assert!(mutants.iter().any(|mutant| mutant.file.starts_with(part)), "no mutant of {part}");
        }
    }

    #[test]
    fn a_text_that_stands_twice_or_not_at_all_is_no_place_for_a_fault() {
        let text = "why: x\nfile: a.rs\n--- before\nlet a = 1;\n--- after\nlet a = 2;\n--- end\n";
        let mutant = Mutant::read("one", text).unwrap();
        assert_eq!(mutant.applied("let a = 1;\n").unwrap(), "let a = 2;\n");
        assert!(mutant.applied("let a = 1;\nlet a = 1;\n").is_err());
        assert!(mutant.applied("").is_err());
        assert!(Mutant::read("one", "why: x\n").is_err());
    }
}
