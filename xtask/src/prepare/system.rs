//! System libraries and programs. Debian and its children get them by apt; elsewhere they are named.

use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::{process, progress};

/// One thing the machine must have.
struct Need {
    /// Debian's package.
    package: &'static str,
    /// How its presence is seen.
    seen_by: SeenBy,
    /// What it is for, for a person who must find it under another name.
    why: &'static str,
}

enum SeenBy {
    /// `pkg-config --exists`.
    Library(&'static str),
    /// A program on the path.
    Program(&'static str),
    /// A program of any version, where Debian lays those that may stand beside each other.
    Versioned(&'static str),
}

use SeenBy::{Library, Program, Versioned};

const NEEDS: &[Need] = &[
    need("gcc", Program("cc"), "compiles SQLite and links"),
    need("pkg-config", Program("pkg-config"), "finds libraries"),
    need("libwebkit2gtk-4.1-dev", Library("webkit2gtk-4.1"), "the window's page"),
    need("libgtk-3-dev", Library("gtk+-3.0"), "the window"),
    need("libssl-dev", Library("libcrypto"), "the encrypted database"),
    need("xvfb", Program("Xvfb"), "a virtual display for the window tests"),
    need("xvfb", Program("xvfb-run"), "a virtual display for the window tests"),
    need("xauth", Program("xauth"), "a virtual display for the window tests"),
    need("dbus-daemon", Program("dbus-run-session"), "a session for the keyring in tests"),
    need("gnome-keyring", Program("gnome-keyring-daemon"), "the keyring in tests"),
    need("webkit2gtk-driver", Program("WebKitWebDriver"), "drives the window in tests"),
    need("postgresql", Versioned("/usr/lib/postgresql/*/bin/initdb"), "the state's database in tests"),
    need("poppler-utils", Program("pdftotext"), "reads the words of papers back in tests"),
    need("poppler-utils", Program("pdftoppm"), "reads the codes of papers back in tests"),
];

/// Only tests and figures need it.
const NPM: &[Need] =
    &[need("npm", Program("npm"), "brings the programs the screens and figures are judged by")];

/// Only the figures of replication need it.
const BAD_LINE: &[Need] = &[
    need("iproute2", Program("ip"), "network namespaces for the bad line of the figures"),
    need("iproute2", Program("tc"), "the rate of the bad line of the figures"),
];

const fn need(package: &'static str, seen_by: SeenBy, why: &'static str) -> Need {
    Need { package, seen_by, why }
}

impl Need {
    fn is_met(&self) -> bool {
        match self.seen_by {
            Program(name) => process::exists(name),
            Versioned(pattern) => is_there(pattern),
            Library(name) => Command::new("pkg-config")
                .args(["--exists", name])
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success()),
        }
    }
}

/// Whether a file of this name is there, in any version's folder.
fn is_there(pattern: &str) -> bool {
    let Some((before, after)) = pattern.split_once("/*/") else { return false };
    let Ok(versions) = std::fs::read_dir(before) else { return false };
    versions.filter_map(std::io::Result::ok).any(|version| version.path().join(after).exists())
}

/// Installs what is missing, as root or by a sudo that asks nothing; else says what to type.
pub fn ensure() -> Result<()> {
    install_missing(NEEDS)
}

/// The same for npm.
pub fn ensure_npm() -> Result<()> {
    install_missing(NPM)
}

/// The same for what lays a bad line.
pub fn ensure_bad_line() -> Result<()> {
    install_missing(BAD_LINE)
}

fn install_missing(needs: &'static [Need]) -> Result<()> {
    // Windows brings its own page view (WebView2), and macOS its own; nothing there comes from a package manager.
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let missing: Vec<&Need> = needs.iter().filter(|need| !need.is_met()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    packages.dedup();
    if !process::exists("apt-get") {
        bail!("{}", named(&missing, "Install them with this system's package manager."));
    }
    let Some(mut apt) = apt_get() else {
        let line = format!("sudo apt-get install -y --no-install-recommends {}", packages.join(" "));
        bail!("{}", named(&missing, &format!("Install them with\n  {line}")));
    };
    progress::heading(&format!("installing {}", packages.join(" ")));
    install(&mut apt, &packages)?;
    let still: Vec<&Need> = missing.into_iter().filter(|need| !need.is_met()).collect();
    if !still.is_empty() {
        bail!("{}", named(&still, "apt-get installed their packages, but they cannot be seen."));
    }
    Ok(())
}

/// `apt-get` with the right to install, or `None`.
fn apt_get() -> Option<Command> {
    let answers = |command: &mut Command| {
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .output()
            .ok()
            .filter(|output| output.status.success())
    };
    let user = answers(Command::new("id").arg("-u"))?;
    if user.stdout.trim_ascii() == b"0" {
        return Some(Command::new("apt-get"));
    }
    answers(Command::new("sudo").args(["-n", "true"]))?;
    let mut sudo = Command::new("sudo");
    sudo.args(["-n", "apt-get"]);
    Some(sudo)
}

fn install(apt: &mut Command, packages: &[&str]) -> Result<()> {
    let again = |arguments: &[&str]| {
        let mut command = Command::new(apt.get_program());
        command.args(apt.get_args()).args(["-qq", "-o", "DPkg::Lock::Timeout=600"]).args(arguments);
        command.env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
        command
    };
    let mut wanted = vec!["install", "-y", "--no-install-recommends"];
    wanted.extend(packages);
    let label = "apt-get";
    if progress::step(label, || process::shown(&mut again(&wanted))).is_ok() {
        return Ok(());
    }
    // A machine that has never read its package lists fails above.
    progress::step(label, || process::shown(&mut again(&["update"])))?;
    progress::step(label, || process::shown(&mut again(&wanted)))
}

fn named(missing: &[&Need], cure: &str) -> String {
    let lines: Vec<String> = missing
        .iter()
        .map(|need| {
            let (Library(seen) | Program(seen) | Versioned(seen)) = need.seen_by;
            format!("  {seen:24} {} (Debian: {})", need.why, need.package)
        })
        .collect();
    format!("this machine lacks\n{}\n{cure}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_with_its_use_and_its_cure() {
        let gone = need("no-such-package", Program("no-such-program"), "nothing");
        assert!(!gone.is_met());
        let text = named(&[&gone], "Install it.");
        for part in ["no-such-package", "no-such-program", "nothing", "Install it."] {
            assert!(text.contains(part), "{text}");
        }
        assert!(!need("x", Library("no-such-library"), "").is_met());
        assert!(!need("x", Versioned("/no/such/*/program"), "").is_met());
        assert!(need("x", Versioned("/proc/*/maps"), "").is_met());
    }
}
