//! PostgreSQL from the system's package, on a socket in a folder of its own. It fsyncs like any other: what is measured
//! and tested with it is what a state would run.

use anyhow::{Context as _, Result, bail, ensure};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Where Debian lays the programs of each version.
const VERSIONS: &str = "/usr/lib/postgresql";
/// Whoever owns the databases of tests; makes roles, and is no superuser.
const OWNER: &str = "palika_owner";
/// As whom a server connects.
const LOGIN: &str = "palika_login";
/// The package's own user, where the tests run as root: PostgreSQL refuses to.
const UNPRIVILEGED: &str = "postgres";

/// Ends with its starter, also where that is killed: the shell waits for a line that closes with it.
const KEEPER: &str = r#"
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c max_connections=100 -c shared_buffers=128MB \
    -c logging_collector=off >"$2/log" 2>&1 &
server=$!
cat >/dev/null
kill -INT $server
wait $server
rm -rf "$2"
"#;

/// A running cluster. Dropped, or with its process, it ends and leaves nothing.
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    keeper: Child,
}

/// A database of it.
#[derive(Clone, Debug)]
pub struct Database {
    /// As its owner: for the tables.
    pub owner_url: String,
    /// As a server.
    pub server_url: String,
    /// As the superuser, whom no row is hidden from.
    pub superuser_url: String,
    /// Its name in the cluster.
    pub name: String,
}

impl Cluster {
    /// Starts one; returns once it answers.
    pub fn start() -> Result<Cluster> {
        let programs = programs()?;
        let place = tempfile::Builder::new().prefix("palika-pg").tempdir()?;
        let folder = place.path().to_owned();
        if is_root()? {
            run(Command::new("chown").arg(UNPRIVILEGED).arg(&folder))?;
        }
        let mut initdb = unprivileged(&programs.join("initdb"))?;
        initdb.args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D"]);
        run(initdb.arg(folder.join("data")).current_dir(&folder))?;
        let mut keeper = unprivileged(Path::new("sh"))?;
        keeper.args(["-c", KEEPER, "sh"]).arg(&programs).arg(&folder).current_dir(&folder);
        let keeper = keeper.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().context("PostgreSQL")?;
        // From here on the keeper clears it away.
        let _ = place.keep();
        let mut cluster = Cluster { programs, folder, keeper };
        cluster.wait()?;
        cluster
            .sql("postgres", &format!("create role {OWNER} login createrole; create role {LOGIN} login"))?;
        Ok(cluster)
    }

    fn wait(&mut self) -> Result<()> {
        for _ in 0..600 {
            if let Some(status) = self.keeper.try_wait()? {
                let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                bail!("PostgreSQL ended with {status}: {log}");
            }
            let mut asked = Command::new(self.programs.join("pg_isready"));
            asked.arg("-q").arg("-h").arg(&self.folder);
            if asked.status()?.success() {
                return Ok(());
            }
            crate::pause();
        }
        bail!("PostgreSQL does not answer")
    }

    /// An empty database.
    pub fn database(&self, name: &str) -> Result<Database> {
        self.sql("postgres", &format!("create database {name} owner {OWNER}"))?;
        let url = |user: &str| format!("postgres://{user}@localhost/{name}?host={}", self.folder.display());
        Ok(Database {
            owner_url: url(OWNER),
            server_url: url(LOGIN),
            superuser_url: url("postgres"),
            name: name.to_owned(),
        })
    }

    /// Lets servers act in a database whose tables are made.
    pub fn admit_server(&self, database: &Database) -> Result<()> {
        self.sql(&database.name, &format!("grant palika_server to {LOGIN}"))
    }

    /// Runs statements as the superuser.
    pub fn sql(&self, database: &str, statements: &str) -> Result<()> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database, "-c", statements]);
        run(psql.arg("-h").arg(&self.folder))
    }

    /// A program of the same version (`pgbench`), set to this cluster.
    pub fn program(&self, name: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(self.programs.join(name.as_ref()));
        command.env("PGHOST", &self.folder).env("PGUSER", "postgres");
        command
    }

    /// Where its socket, data and log lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// The newest version that is installed.
fn programs() -> Result<PathBuf> {
    let versions = std::fs::read_dir(VERSIONS).context("PostgreSQL is not installed (Debian: postgresql)")?;
    let found = versions.filter_map(Result::ok).filter_map(|version| {
        let programs = version.path().join("bin");
        let number: u32 = version.file_name().to_string_lossy().parse().ok()?;
        programs.join("initdb").exists().then_some((number, programs))
    });
    let (_, programs) = found.max().context("PostgreSQL's server is not installed (Debian: postgresql)")?;
    Ok(programs)
}

fn is_root() -> Result<bool> {
    let asked = Command::new("id").arg("-u").output()?;
    Ok(asked.stdout.trim_ascii() == b"0")
}

fn unprivileged(program: &Path) -> Result<Command> {
    if !is_root()? {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("setpriv");
    command.arg(format!("--reuid={UNPRIVILEGED}")).arg(format!("--regid={UNPRIVILEGED}"));
    command.arg("--clear-groups").arg(program);
    Ok(command)
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?}: {said}");
    Ok(())
}
