//! The verbs and their options, as a person types them.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;
use crate::{bench, fuzz, mutants, prepare, run, screens, simulate, test, tidy};

const HELP: &str = "\
cargo xtask VERB

  run [--release] [--device NAME]   prepare, build, make the demo town once, start the sync server, open the window;
                                    with no display: the same window on a virtual one, a payment walked through it
  test                              everything: format, tidy, licences, lints, tests, simulator, window
  prepare [--std-from-source]       only what run and test do first: system libraries, the screens' standard library
  ui [--release]                    build the screens to ui/dist
  tidy                              the arrows between crates, the words and sizes of files
  sim [--seeds N] [--first SEED]    the simulator; a failing seed is made smaller, and printed with the command that runs it
      [--week] [--without W,…]      again; --week: three offices for seven days; the rest is how such a command leaves out
      [--events N,…] [--as-it-is]   weather and events; --as-it-is: nothing is made smaller
  mutants [NAME]                    faults put into a copy of the code, one by one: the simulator must find each
  fuzz [TARGET] [SECONDS] [--keep]  looks for bytes that break a parser; --keep: what reaches further is kept in the tree
  window [NAME]                     the tests in the real window, on a virtual display (all, or those named like NAME)
  bench GROUP                       the group's figures against their peers in the same run: target/bench/GROUP.json
";

/// Does what the arguments say.
///
/// # Errors
/// What was tried and the cure, for the terminal.
pub fn start(arguments: &[String]) -> Result<ExitCode> {
    let Some((verb, rest)) = arguments.split_first() else {
        print!("{HELP}");
        return Ok(ExitCode::FAILURE);
    };
    let workspace = Workspace::here()?;
    let mut options = Options(rest.to_vec());
    match verb.as_str() {
        "run" => {
            let release = options.flag("--release");
            let device = options.value("--device")?.unwrap_or_else(|| run::FIRST_DEVICE.to_owned());
            options.done()?;
            run::run(&workspace, &device, release)
        }
        "test" => options.done().and_then(|()| test::test(&workspace)),
        "prepare" => {
            let from_source = options.flag("--std-from-source");
            options.done()?;
            prepare::prepare(&workspace, from_source)?;
            prepare::programs::ensure(&workspace).map(|()| ExitCode::SUCCESS)
        }
        "ui" => {
            let release = options.flag("--release");
            options.done()?;
            prepare::screens_std(&workspace)?;
            screens::build(&workspace, release).map(|()| ExitCode::SUCCESS)
        }
        "tidy" => options.done().and_then(|()| tidy::tidy(&workspace)),
        "sim" => {
            // The program knows its own options: nothing is said twice, and nothing mistyped is ignored.
            simulate::simulate(&workspace, options.rest())
        }
        "mutants" => {
            let name = options.free();
            options.done()?;
            mutants::mutants(&workspace, name.as_deref())
        }
        "fuzz" => {
            let keeps = options.flag("--keep");
            let (first, second) = (options.free(), options.free());
            options.done()?;
            // A number alone is how long.
            let (name, seconds) = match (first, second) {
                (Some(only), None) if only.parse::<u64>().is_ok() => (None, Some(only)),
                named => named,
            };
            let seconds = seconds.map(|text| text.parse()).transpose().context("how many seconds?")?;
            fuzz::fuzz(&workspace, name.as_deref(), seconds, keeps)
        }
        "window" => {
            let name = options.free();
            options.done()?;
            test::window(&workspace, name.as_deref())
        }
        "bench" => {
            let group = options.free().context("which group? cargo xtask bench GROUP")?;
            options.done()?;
            bench::bench(&workspace, &group)
        }
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("no verb {other:?}\n\n{HELP}"),
    }
}

/// Arguments not yet understood. What is left over at the end is an error: a mistyped option must not be ignored.
struct Options(Vec<String>);

impl Options {
    fn flag(&mut self, name: &str) -> bool {
        let found = self.0.iter().position(|argument| argument == name);
        found.map(|at| self.0.remove(at)).is_some()
    }

    fn value(&mut self, name: &str) -> Result<Option<String>> {
        let Some(at) = self.0.iter().position(|argument| argument == name) else { return Ok(None) };
        self.0.remove(at);
        if at == self.0.len() {
            bail!("{name} needs a value");
        }
        Ok(Some(self.0.remove(at)))
    }

    fn free(&mut self) -> Option<String> {
        let found = self.0.iter().position(|argument| !argument.starts_with('-'));
        found.map(|at| self.0.remove(at))
    }

    fn rest(self) -> Vec<String> {
        self.0
    }

    fn done(&self) -> Result<()> {
        match self.0.first() {
            Some(left) => bail!("do not know what {left:?} means here\n\n{HELP}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(text: &str) -> Options {
        Options(text.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn options_are_taken_once_and_leftovers_refused() {
        let mut typed = options("--release counter --seeds 12");
        assert!(typed.flag("--release"));
        assert!(!typed.flag("--release"));
        assert_eq!(typed.value("--seeds").unwrap().as_deref(), Some("12"));
        assert!(typed.done().is_err());
        assert_eq!(typed.free().as_deref(), Some("counter"));
        assert!(typed.done().is_ok());
    }

    #[test]
    fn an_option_without_its_value_is_an_error() {
        assert!(options("--device").value("--device").is_err());
    }
}
