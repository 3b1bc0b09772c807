//! The words of the command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::Language;
use std::path::PathBuf;

/// What the numbers a program gets back mean.
const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 done, and the answer is no (a difference found, a paper not genuine, rows with problems); \
2 the arguments make no sense; 3 the town's file cannot be opened; 4 something else stopped it, and nothing was changed.

Secrets are read from files named by --…-file options (`-` reads one from the standard input), never from arguments.";

/// Palika's command line.
#[derive(Parser)]
#[command(
    name = "palika",
    version,
    about = "Palika beside the window: for the office's technician and the auditor",
    after_help = EXIT_CODES
)]
pub struct Arguments {
    /// What all verbs understand.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What all verbs understand.
#[derive(Args, Clone)]
pub struct Common {
    /// The town's folder; without it the one this machine's window uses.
    #[arg(long, global = true, env = "PALIKA_FOLDER")]
    pub folder: Option<PathBuf>,
    /// One JSON object on the standard output, also where something fails.
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of what people read.
    #[arg(long, global = true, value_enum, default_value_t = Tongue::En)]
    pub language: Tongue,
    /// Open the file with the passphrase in this file instead of the keyring.
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "recovery_key_file")]
    pub passphrase_file: Option<PathBuf>,
    /// Open the file with the printed recovery key in this file instead of the keyring.
    #[arg(long, global = true, value_name = "FILE")]
    pub recovery_key_file: Option<PathBuf>,
    /// Who does it: a name of the staff, in either script.
    #[arg(long, global = true, value_name = "NAME")]
    pub user: Option<String>,
    /// That person's password at this machine.
    #[arg(long, global = true, value_name = "FILE", requires = "user")]
    pub password_file: Option<PathBuf>,
}

/// Language of what people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Tongue {
    /// हिन्दी
    Hi,
    /// English
    En,
}

impl From<Tongue> for Language {
    fn from(tongue: Tongue) -> Language {
        match tongue {
            Tongue::Hi => Language::Hindi,
            Tongue::En => Language::English,
        }
    }
}

/// What to do.
#[derive(Subcommand)]
pub enum Verb {
    /// Make a demonstration town with a register, people and a state of its own.
    DemoTown(DemoTown),
    /// Take a property register in from a CSV or XLSX file.
    Import(Import),
    /// Prove the file: pages, chains, signatures, and every projection made again from zero.
    Verify,
    /// What the town's file holds, and what the server has not confirmed.
    Status,
    /// Give entries or receipts out for the auditor. They hold names: keep the files as you keep the register.
    Export(Export),
    /// Exchange with the server once, now.
    Sync,
    /// List receipts, newest first.
    Receipts(Receipts),
    /// Check the text of a paper's QR.
    VerifyPaper(VerifyPaper),
    /// Found the town on this computer with the state's code.
    Enrol(Enrol),
    /// Invite a further computer, over the server or by a file; prints its code.
    Invite(Invite),
    /// Join a town with an invitation's code, over the server or by a file.
    Join(Join),
    /// Where no line is: write what another counter's computer lacks into a file that only it can open.
    WriteBundle(WriteBundle),
    /// Where no line is: take in what another counter's computer wrote for this one.
    ReadBundle(ReadBundle),
}

/// Make a demonstration town.
#[derive(Args)]
pub struct DemoTown {
    /// The town's number in the Local Government Directory.
    #[arg(long, default_value_t = 248_459)]
    pub town: u32,
    /// Properties of its register.
    #[arg(long, default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(1..=500_000))]
    pub properties: u32,
    /// The same seed makes the same register.
    #[arg(long, default_value_t = 2_026)]
    pub seed: u64,
    /// Folder of the state's server, whose key certifies the town; made where there is none. Without it: `state` beside the
    /// town's folder.
    #[arg(long, value_name = "FOLDER")]
    pub state_folder: Option<PathBuf>,
    /// Address of the state's server, for the exchange.
    #[arg(long, default_value = "")]
    pub server: String,
}

/// Take a register in.
#[derive(Args)]
pub struct Import {
    /// CSV or XLSX.
    pub file: PathBuf,
    /// Read and report only; write nothing.
    #[arg(long)]
    pub check: bool,
    /// Leave bad rows out instead of refusing the file.
    #[arg(long, conflicts_with = "check")]
    pub good_rows_only: bool,
}

/// Give contents out.
#[derive(Args)]
pub struct Export {
    /// Every entry, one JSON object a line, for reading and for recomputing hashes.
    #[arg(long, value_name = "FILE")]
    pub entries: Option<PathBuf>,
    /// The log itself with keys and signatures, from which another program can check and derive everything again
    /// (docs/log-format.md). Personal fields stay sealed in it.
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// Receipts, newest first, as CSV.
    #[arg(long, value_name = "FILE")]
    pub receipts: Option<PathBuf>,
}

/// List receipts.
#[derive(Args)]
pub struct Receipts {
    /// Part of the payer's name, the consumer, or a number.
    #[arg(long)]
    pub text: Option<String>,
    /// From this day.
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// To this day.
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
    /// How many at the most.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub limit: u32,
}

/// Check a paper.
#[derive(Args)]
pub struct VerifyPaper {
    /// The text of the QR, `PLK1:…`.
    pub text: Option<String>,
    /// A file with the text; `-` for the standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    pub file: Option<PathBuf>,
    /// The state's root key (64 hexadecimal digits, or a file with them). Without it the town's file is asked too, and
    /// somebody must sign in.
    #[arg(long, value_name = "KEY")]
    pub state_root: Option<String>,
}

/// Found the town.
#[derive(Args)]
pub struct Enrol {
    /// Address of the state's server.
    #[arg(long)]
    pub server: String,
    /// The town's number in the Local Government Directory.
    #[arg(long)]
    pub town: u32,
    /// The state's one-time code.
    #[arg(long, value_name = "FILE")]
    pub code_file: PathBuf,
    /// What people call this computer.
    #[arg(long)]
    pub device_name: String,
    /// The first administrator, in Devanagari.
    #[arg(long)]
    pub administrator_hindi: String,
    /// The first administrator, in Latin script.
    #[arg(long)]
    pub administrator_english: String,
    /// The administrator's password here.
    #[arg(long, value_name = "FILE")]
    pub new_password_file: PathBuf,
    /// A passphrase for the file, for the day the keyring is gone.
    #[arg(long, value_name = "FILE")]
    pub new_passphrase_file: Option<PathBuf>,
}

/// Invite a further computer.
#[derive(Args)]
pub struct Invite {
    /// What people will call it.
    #[arg(long)]
    pub device_name: String,
    /// Its counter, e.g. `C04`.
    #[arg(long)]
    pub counter: String,
    /// Who signs in there first: a name of the staff, in either script.
    #[arg(long, value_name = "NAME")]
    pub first_user: String,
    /// Leave the invitation in this file, with the town's log, instead of with the server. Its code is told as always;
    /// delete the file once the computer has joined.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// Write a bundle.
#[derive(Args)]
pub struct WriteBundle {
    /// The counter whose computer is to read it, e.g. `C01`.
    #[arg(long)]
    pub counter: String,
    /// Where to write it; a file that is there already is not touched.
    pub file: PathBuf,
}

/// Read a bundle.
#[derive(Args)]
pub struct ReadBundle {
    /// The file the other computer wrote.
    pub file: PathBuf,
}

/// Join a town.
#[derive(Args)]
pub struct Join {
    /// Address of the state's server, where the invitation was left with it.
    #[arg(long, required_unless_present = "file", conflicts_with = "file")]
    pub server: Option<String>,
    /// The invitation's file: no line is needed.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The invitation's code.
    #[arg(long, value_name = "FILE")]
    pub code_file: PathBuf,
    /// The password the invited person will use here.
    #[arg(long, value_name = "FILE")]
    pub new_password_file: PathBuf,
    /// A passphrase for the file; may be left out.
    #[arg(long, value_name = "FILE")]
    pub new_passphrase_file: Option<PathBuf>,
}
