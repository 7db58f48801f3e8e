//! A Postgres server for tests: the one that `HUNCH_TEST_POSTGRES` names, a URL of a server where databases may be
//! made, else a private cluster started from the installed programs. Without either, tests fail and say so.

use anyhow::{Context as _, Result, bail, ensure};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

const WANTED: &str = "tests need Postgres: name a server where databases may be made, such as \
    HUNCH_TEST_POSTGRES=postgres://postgres@localhost/postgres, or install it (Debian: apt-get install postgresql)";

/// A database of its own, dropped with this value.
pub(crate) struct Database {
    server: String,
    name: String,
}

impl Database {
    /// Makes an empty database.
    pub(crate) async fn create() -> Result<Self> {
        let server = server()?;
        let name = format!("hunch_{}", Uuid::now_v7().simple());
        execute(&server, &format!("create database {name}")).await.context("cannot make a test database")?;
        Ok(Self { server, name })
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        // `postgres://user@host/NAME?query`
        let (base, query) = self.server.split_once('?').unwrap_or((&self.server, ""));
        let base =
            base.rsplit_once('/').filter(|(host, _)| !host.ends_with('/')).map_or(base, |(host, _)| host);
        format!("{base}/{}?{query}", self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, drop) = (self.server.clone(), format!("drop database {} with (force)", self.name));
        // A runtime of its own: this one may be shutting down. A server that is gone took the database along.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(execute(&server, &drop))
        });
        let _ = dropped.join();
    }
}

async fn execute(server: &str, sql: &str) -> Result<()> {
    let mut connection = PgConnection::connect(server).await?;
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// The URL of the server, which is started once for all tests of the process.
fn server() -> Result<String> {
    static CLUSTER: Mutex<Option<Cluster>> = Mutex::new(None);

    if let Ok(url) = std::env::var("HUNCH_TEST_POSTGRES") {
        return Ok(url);
    }
    let mut cluster = CLUSTER.lock().unwrap_or_else(PoisonError::into_inner);
    if cluster.is_none() {
        *cluster = Some(Cluster::start()?);
    }
    Ok(cluster.as_ref().map(|cluster| cluster.url.clone()).unwrap_or_default())
}

/// A private cluster on a Unix socket in a temporary folder.
struct Cluster {
    url: String,
    /// The watching shell reads from it. However this process ends, the pipe closes and the shell stops the cluster.
    _alive: ChildStdin,
}

/// `$1` is the folder. Makes a cluster, starts it, says so, waits for the end of the tests, stops it, cleans up.
const SCRIPT: &str = r#"
    trap '' INT TERM HUP
    cd "$1" && {
        initdb -D data -U postgres -A trust -E UTF8 --locale=C --no-sync &&
        pg_ctl -D data -l server.log -w -o "-k '$1' -c listen_addresses='' -c fsync=off -c max_connections=300" start
    } >start.log 2>&1 && { echo ready; cat >/dev/null; pg_ctl -D data -m immediate stop >/dev/null 2>&1; }
    cat start.log >&2; cd / && rm -rf "$1"
"#;

impl Cluster {
    fn start() -> Result<Self> {
        let programs = programs().context(WANTED)?;
        let folder = tempfile::Builder::new().prefix("hunch-postgres-").tempdir()?.keep();
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT, "sh"]).arg(&folder).current_dir("/");
        command.env("PATH", format!("{}:{path}", programs.display()));
        // The server refuses to run as root.
        if id(&["-u"])? == 0 {
            let (user, group) = (id(&["-u", "postgres"])?, id(&["-g", "postgres"])?);
            chown(&folder, Some(user), Some(group))?;
            command.uid(user).gid(group);
        }
        let mut shell =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let (alive, stdout) = (shell.stdin.take(), shell.stdout.take());
        let mut line = String::new();
        BufReader::new(stdout.context("no pipe")?).read_line(&mut line)?;
        if line.trim() != "ready" {
            drop(alive);
            let output = shell.wait_with_output()?;
            bail!("cannot start Postgres:\n{}", String::from_utf8_lossy(&output.stderr));
        }
        let url = format!("postgres://postgres@localhost/postgres?host={}", folder.display());
        Ok(Self { url, _alive: alive.context("no pipe")? })
    }
}

/// The folder of `initdb` and `pg_ctl`: on the path, or the newest where Debian puts them.
fn programs() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH")?;
    let mut debian: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    debian.sort_by_key(|bin| {
        bin.parent().and_then(Path::file_name).and_then(|v| v.to_str()?.parse::<u32>().ok())
    });
    std::env::split_paths(&on_path)
        .chain(debian.into_iter().rev())
        .find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}

fn id(arguments: &[&str]) -> Result<u32> {
    let output = Command::new("id").args(arguments).output()?;
    ensure!(output.status.success(), "{WANTED}; run by root, they need a user `postgres`");
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}
