//! Words that belong to one machine and not to the project: its paths, and the addresses of package servers. A tree
//! that names them works only there.

use std::fs;

use anyhow::Result;

use super::tree;
use crate::workspace::Workspace;

/// Written in two pieces, so that this file does not find itself.
const WORDS: &[&str] = &[
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/wo", "rk/"),
    concat!("/Use", "rs/"),
    concat!(r"C:\Use", r"rs\"),
    concat!("/tm", "p/"),
    concat!("index.cra", "tes.io"),
    concat!("static.cra", "tes.io"),
    concat!("registry.np", "mjs.org"),
    concat!("files.pytho", "nhosted.org"),
    concat!("deb.deb", "ian.org"),
    concat!("proxy.gol", "ang.org"),
];

/// cargo's own record of where packages come from.
const UNREAD: &[&str] = &["Cargo.lock"];

/// Findings, as `path:line: word`.
pub fn machine_words(workspace: &Workspace) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for path in tree::files(workspace)?.into_iter().filter(|path| !UNREAD.contains(&path.as_str())) {
        // A file that is no text (a font, a picture, a golden log) holds no word.
        let Ok(text) = fs::read_to_string(workspace.root.join(&path)) else { continue };
        findings.extend(found_in(&text).map(|(line, word)| format!("{path}:{line}: {word}")));
    }
    Ok(findings)
}

fn found_in(text: &str) -> impl Iterator<Item = (usize, &'static str)> {
    text.lines().enumerate().flat_map(|(at, line)| {
        WORDS.iter().filter(move |word| line.contains(**word)).map(move |word| (at + 1, *word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_word_is_found_with_its_line() {
        let text = format!("first\nlies in {}x\n", WORDS[0]);
        assert_eq!(found_in(&text).collect::<Vec<_>>(), [(2, WORDS[0])]);
        assert_eq!(found_in("relative/path and /var/lib/palika").count(), 0);
    }

    #[test]
    fn this_file_does_not_find_itself() {
        assert_eq!(found_in(include_str!("words.rs")).count(), 0);
    }
}
