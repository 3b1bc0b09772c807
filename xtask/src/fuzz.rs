//! The fuzz targets under `fuzz`, built with the workspace's own compiler: what a sanitizer needs of a nightly one is for
//! unsafe code, and coverage needs nothing of it.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::process;
use crate::workspace::Workspace;

const FOLDER: &str = "fuzz";
/// Of one target, where none is named in seconds.
const SECONDS: u64 = 60;
/// Longer inputs find little more, and the kept ones stay small.
const BYTES_MAX: u64 = 4_096;
/// One input that takes longer is a finding.
const INPUT_SECONDS_MAX: u64 = 20;
const MEMORY_MIB_MAX: u64 = 2_048;
/// LLVM counts the edges that were taken, and tells libFuzzer what was compared with what.
const COVERAGE: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

/// Where the programs, what they found so far, and what broke them lie.
struct Bench {
    programs: PathBuf,
    found: PathBuf,
    broken: PathBuf,
    kept: PathBuf,
}

fn targets(workspace: &Workspace) -> Result<Vec<String>> {
    let folder = workspace.root.join(FOLDER).join("fuzz_targets");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

fn build(workspace: &Workspace) -> Result<Bench> {
    let triple = process::stdout_of(Command::new("rustc").args(["--print", "host-tuple"]))?;
    let triple = triple.trim();
    let target = workspace.target.join(FOLDER);
    // Named, though it is this machine's own: then build scripts and macros are built without all this.
    process::shown(
        workspace
            .cargo()
            .current_dir(workspace.root.join(FOLDER))
            .env("CARGO_TARGET_DIR", &target)
            .env("RUSTFLAGS", COVERAGE.join(" "))
            .args(["build", "--quiet", "--bins", "--target", triple]),
    )?;
    Ok(Bench {
        programs: target.join(triple).join("debug"),
        found: target.join("found"),
        broken: target.join("broken"),
        kept: workspace.root.join(FOLDER).join("corpus"),
    })
}

impl Bench {
    fn program(&self, name: &str) -> Command {
        let mut program = Command::new(self.programs.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)));
        program.args([
            format!("-max_len={BYTES_MAX}"),
            format!("-timeout={INPUT_SECONDS_MAX}"),
            format!("-rss_limit_mb={MEMORY_MIB_MAX}"),
            format!("-artifact_prefix={}{}", self.broken.join(name).display(), std::path::MAIN_SEPARATOR),
            "-print_final_stats=1".to_owned(),
        ]);
        program
    }

    /// What is found goes beside what was found before; the corpus in the tree is only read.
    fn run(&self, name: &str, seconds: u64) -> Result<()> {
        let found = self.found.join(name);
        std::fs::create_dir_all(&found)?;
        std::fs::create_dir_all(self.broken.join(name))?;
        let mut program = self.program(name);
        program.arg(format!("-max_total_time={seconds}")).args([found, self.kept.join(name)]);
        process::shown(&mut program)
    }

    /// Puts into the tree's corpus what reaches code that nothing there reaches.
    fn keep(&self, name: &str) -> Result<()> {
        let (kept, found) = (self.kept.join(name), self.found.join(name));
        std::fs::create_dir_all(&found)?;
        process::shown(self.program(name).arg("-merge=1").args([kept, found]))
    }
}

/// `cargo xtask fuzz [TARGET] [SECONDS] [--keep]`.
pub fn fuzz(
    workspace: &Workspace,
    name: Option<&str>,
    seconds: Option<u64>,
    keeps: bool,
) -> Result<ExitCode> {
    let chosen: Vec<String> =
        targets(workspace)?.into_iter().filter(|target| name.is_none_or(|name| target == name)).collect();
    if chosen.is_empty() {
        bail!(
            "no target is named like that; they lie in {}",
            Path::new(FOLDER).join("fuzz_targets").display()
        );
    }
    let bench = build(workspace)?;
    let mut broken = Vec::new();
    for target in &chosen {
        eprintln!("… {target}");
        if let Err(error) = bench.run(target, seconds.unwrap_or(SECONDS)) {
            eprintln!(
                "✗ {target}: {error:#}\n  what broke it lies in {}",
                bench.broken.join(target).display()
            );
            broken.push(target.as_str());
        } else if keeps {
            bench.keep(target)?;
        }
    }
    println!("{} of {} targets held", chosen.len() - broken.len(), chosen.len());
    Ok(if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
