//! Debian's `rust-src` of one exact release, fetched by apt itself: the mirror, its proxy and the signatures are
//! those of the machine's own configuration, no address stands here, and the machine's package lists are not touched.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::{process, progress};

/// Where a release may lie, nearest first: a stable system's backports before the suites of tomorrow.
const SUITES: [&str; 7] =
    ["bookworm", "bookworm-backports", "trixie", "trixie-backports", "forky", "sid", "bookworm-security"];
const APT_LIMIT: Duration = Duration::from_secs(300);

/// Unpacks the `library` folder of this release into `work`.
pub fn unpack(release: &str, work: &Path) -> Result<()> {
    if !process::exists("apt-get") || !process::exists("dpkg-deb") {
        bail!("this is no Debian");
    }
    let apt = Apt::private(&work.join("apt"))?;
    let mirrors = apt.mirrors()?;
    for suite in SUITES {
        let kind = if suite.ends_with("-security") { "/debian-security/" } else { "/debian/" };
        let Some(mirror) = mirrors.iter().find(|mirror| mirror.ends_with(kind)) else { continue };
        let label = format!("looking for rust-src {release} in Debian {suite}");
        let Some(version) = progress::step(&label, || apt.version_in(mirror, suite, release))? else {
            continue;
        };
        let label = format!("fetching rust-src {version} from Debian {suite}");
        return progress::step(&label, || apt.unpack(&version, release, work));
    }
    bail!("no suite of {} holds {release}", mirrors.join(" or "))
}

/// apt with lists and a cache of its own in one folder.
struct Apt {
    folder: std::path::PathBuf,
}

impl Apt {
    fn private(folder: &Path) -> Result<Self> {
        for part in ["lists/partial", "cache/archives/partial", "fetched"] {
            fs::create_dir_all(folder.join(part))?;
        }
        Ok(Self { folder: folder.to_owned() })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let option = |name: &str, value: &Path| format!("{name}={}", value.display());
        for (name, part) in [
            ("Dir::Etc::sourcelist", "sources.list"),
            ("Dir::State::lists", "lists"),
            ("Dir::Cache", "cache"),
        ] {
            command.arg("-o").arg(option(name, &self.folder.join(part)));
        }
        command.args(["-o", "Dir::Etc::sourceparts=-", "-o", "Acquire::Languages=none"]);
        // As root apt steps down to a user who may not enter this folder; it then warns and goes on.
        command.args(["-o", "APT::Sandbox::User=root", "-qq"]);
        command.current_dir(self.folder.join("fetched"));
        command
    }

    /// The mirrors this machine already uses.
    fn mirrors(&self) -> Result<Vec<String>> {
        let mut asked = Command::new("apt-get");
        let text = process::stdout_of(asked.args(["indextargets", "--format", "$(REPO_URI)"]))?;
        let mut mirrors: Vec<String> = text.lines().map(str::to_owned).collect();
        mirrors.dedup();
        if mirrors.is_empty() {
            bail!("apt knows no mirror; run apt-get update once");
        }
        Ok(mirrors)
    }

    /// The package's version in this suite, if it holds the release. A suite that is not there holds nothing.
    fn version_in(&self, mirror: &str, suite: &str, release: &str) -> Result<Option<String>> {
        let line = format!("deb {mirror} {suite} main\n");
        fs::write(self.folder.join("sources.list"), line)?;
        let updated = process::captured(self.command("apt-get").arg("update"), APT_LIMIT)?;
        if !updated.is_success() {
            return Ok(None);
        }
        let listed = process::captured(self.command("apt-cache").args(["madison", "rust-src"]), APT_LIMIT)?;
        Ok(version_of(&listed.stdout, release))
    }

    fn unpack(&self, version: &str, release: &str, work: &Path) -> Result<()> {
        let fetched = process::captured(
            self.command("apt-get").args(["download", &format!("rust-src={version}")]),
            APT_LIMIT,
        )?;
        if !fetched.is_success() {
            bail!("{}", fetched.text().trim());
        }
        let mut files = fs::read_dir(self.folder.join("fetched"))?;
        let package = files.next().context("apt-get download left no file")??.path();
        let tar = work.join("rust-src.tar");
        let mut dpkg = Command::new("dpkg-deb");
        process::shown(dpkg.arg("--fsys-tarfile").arg(&package).stdout(fs::File::create(&tar)?))?;
        let mut unpacked = Command::new("tar");
        unpacked.arg("-xf").arg(&tar).arg("-C").arg(work).arg("--strip-components=4");
        process::shown(unpacked.arg(format!("./usr/src/rustc-{release}/library")))?;
        fs::remove_file(tar)?;
        fs::remove_dir_all(&self.folder)?;
        Ok(())
    }
}

/// Reads ` rust-src | 1.95.0+dfsg1-2 | mirror …` lines.
fn version_of(madison: &str, release: &str) -> Option<String> {
    let versions = madison.lines().filter_map(|line| line.split('|').nth(1)).map(str::trim);
    versions
        .filter(|version| version.strip_prefix(release).is_some_and(|rest| rest.starts_with(['+', '-', '~'])))
        .map(str::to_owned)
        .next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_release_counts() {
        let listed = "  rust-src | 1.96.1+dfsg1-2 | here\n  rust-src | 1.95.0+dfsg1-2~bpo13+1 | here\n";
        assert_eq!(version_of(listed, "1.95.0").as_deref(), Some("1.95.0+dfsg1-2~bpo13+1"));
        assert_eq!(version_of(listed, "1.9"), None);
        assert_eq!(version_of("", "1.95.0"), None);
    }
}
