//! The test programs, built by one cargo call: one choice of features, so nothing is compiled twice, and each program
//! can be started by itself, which the window's tests need (a display) and a hanging one too (a limit).

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::process;
use crate::progress;
use crate::workspace::Workspace;

/// What cargo built.
pub struct Programs {
    /// Test programs.
    pub tests: Vec<TestProgram>,
    binaries: Vec<(String, PathBuf)>,
}

/// One test program.
pub struct TestProgram {
    /// The package it tests.
    pub package: String,
    /// Its target: the library or binary with its unit tests, or a file under `tests/`.
    pub name: String,
    executable: PathBuf,
    folder: PathBuf,
}

impl TestProgram {
    /// The program, to be started as cargo would: in its package's folder.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.executable);
        command
            .current_dir(&self.folder)
            .env("CARGO_MANIFEST_DIR", &self.folder)
            .env("CARGO_PKG_NAME", &self.package);
        command
    }
}

impl Programs {
    /// Builds the tests of all packages, and the programs they start. A choice of packages would choose other features
    /// of the libraries, and compile those again.
    pub fn build(workspace: &Workspace, release: bool) -> Result<Self> {
        progress::heading("tests");
        let mut cargo = workspace.cargo();
        cargo.args(["test", "--no-run", "--message-format", "json-render-diagnostics", "--workspace"]);
        cargo.args(release.then_some("--release"));
        let output = cargo.stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            bail!("{} ended with {}", process::line_of(&cargo), output.status);
        }
        Self::read(&String::from_utf8(output.stdout).context("cargo's messages")?)
    }

    fn read(messages: &str) -> Result<Self> {
        let mut programs = Self { tests: Vec::new(), binaries: Vec::new() };
        for line in messages.lines().filter(|line| line.starts_with('{')) {
            let message: Message = serde_json::from_str(line).context("cargo's message")?;
            programs.keep(message)?;
        }
        Ok(programs)
    }

    fn keep(&mut self, message: Message) -> Result<()> {
        let (Some(executable), Some(target), Some(manifest)) =
            (message.executable, message.target, message.manifest_path)
        else {
            return Ok(());
        };
        let folder = manifest.parent().context("a manifest lies in a folder")?.to_owned();
        if message.profile.is_some_and(|profile| profile.test) {
            let package = package_of(&message.package_id);
            self.tests.push(TestProgram { package, name: target.name, executable, folder });
        } else {
            self.binaries.push((target.name, executable));
        }
        Ok(())
    }

    /// A program that some package's integration tests start.
    pub fn binary(&self, name: &str) -> Option<&PathBuf> {
        self.binaries.iter().find(|(found, _)| found == name).map(|(_, executable)| executable)
    }
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    package_id: String,
    manifest_path: Option<PathBuf>,
    executable: Option<PathBuf>,
    target: Option<Target>,
    profile: Option<Profile>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

/// The name in `path+file:///…/src-tauri#desktop@0.1.0` or `path+file:///…/crates/domain#0.1.0`.
fn package_of(id: &str) -> String {
    let (place, tail) = id.rsplit_once('#').unwrap_or((id, ""));
    match tail.split_once('@') {
        Some((name, _)) => name.to_owned(),
        None => place.rsplit('/').next().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_named_by_either_form_of_id() {
        assert_eq!(package_of("path+file:///a/src-tauri#desktop@0.1.0"), "desktop");
        assert_eq!(package_of("path+file:///a/crates/domain#0.1.0"), "domain");
    }

    #[test]
    fn tests_and_the_binaries_beside_them_are_told_apart() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","package_id":"path+file:///a/crates/sim#0.1.0","manifest_path":"/a/crates/sim/Cargo.toml","target":{"name":"sim"},"profile":{"test":false},"executable":"/t/sim"}"#,
            "\n",
            r#"{"reason":"compiler-artifact","package_id":"path+file:///a/crates/sim#0.1.0","manifest_path":"/a/crates/sim/Cargo.toml","target":{"name":"seeds"},"profile":{"test":true},"executable":"/t/seeds-1"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
            "\n"
        );
        let programs = Programs::read(messages).unwrap();
        assert_eq!(programs.tests.len(), 1);
        assert_eq!(programs.tests[0].package, "sim");
        assert_eq!(programs.tests[0].name, "seeds");
        assert_eq!(programs.binary("sim"), Some(&PathBuf::from("/t/sim")));
        assert!(programs.binary("seeds").is_none());
    }
}
