//! The commands that work on a project, on a real data folder or through a real server.

use crate::database::TestStore;
use crate::world::{TestClient, World};
use anyhow::{Context as _, Result, ensure};
use hunch_protocol::routes;
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

const FILE: &str = "id,text,label\na,check out my channel,SPAM\nb,I love this song,HAM\nc,please subscribe,SPAM\nd,a song,HAM\n";

fn hunch(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hunch"));
    command.args(arguments).current_dir(folder).kill_on_drop(true);
    command
}

async fn run(folder: &Path, arguments: &[&str]) -> Result<Output> {
    Ok(hunch(folder, arguments).output().await?)
}

/// What the command printed; an error if it failed.
async fn ok(folder: &Path, arguments: &[&str]) -> Result<String> {
    let output = run(folder, arguments).await?;
    ensure!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// What the command said when it refused; an error if it did not.
async fn refused(folder: &Path, arguments: &[&str]) -> Result<String> {
    let output = run(folder, arguments).await?;
    ensure!(output.status.code() == Some(1), "{arguments:?} ended with {}", output.status);
    ensure!(output.stdout.is_empty(), "{arguments:?} printed {:?}", output.stdout);
    Ok(String::from_utf8(output.stderr)?)
}

#[tokio::test]
async fn a_project_is_filled_frozen_and_exported_without_a_server() -> Result<()> {
    let folder = TempDir::new()?;
    let folder = folder.path();
    fs::write(folder.join("comments.csv"), FILE)?;
    let nothing = refused(folder, &["snapshot"]).await?;
    assert!(nothing.contains("no project"), "{nothing}");

    let import =
        ["import", "comments.csv", "--create", "comments", "--labels", "HAM,SPAM", "--gold", "label"];
    assert_eq!(ok(folder, &import).await?, "4 rows: 4 added, 0 updated, 0 skipped");
    let again = ok(folder, &["import", "comments.csv", "--gold", "label"]).await?;
    assert_eq!(again, "4 rows: 0 added, 0 updated, 4 skipped");
    let update = ok(folder, &["import", "comments.csv", "--gold", "label", "--update"]).await?;
    assert_eq!(update, "4 rows: 0 added, 4 updated, 0 skipped");
    let stopped =
        refused(folder, &["import", "comments.csv", "--gold", "label", "--on-bad-row", "stop"]).await?;
    assert!(stopped.contains("comments.csv, line 2"), "{stopped}");

    let early = refused(folder, &["snapshot", "-p", "comments"]).await?;
    assert!(early.contains("apply the rules first"), "{early}");
    let snapshot = ok(folder, &["snapshot", "--apply"]).await?;
    assert_eq!(snapshot.len(), 64, "{snapshot}");
    assert_eq!(ok(folder, &["snapshot"]).await?, snapshot, "equal inputs, equal id");

    ok(folder, &["export", "--out", "labels.csv"]).await?;
    let labels = fs::read_to_string(folder.join("labels.csv"))?;
    assert_eq!(labels.lines().count(), 5, "{labels}");
    assert!(labels.starts_with("id,label,p_HAM,p_SPAM,split,snapshot\n"), "{labels}");
    ok(folder, &["export", &snapshot[..12], "--out", "labels.parquet"]).await?;
    assert!(fs::read(folder.join("labels.parquet"))?.starts_with(b"PAR1"));
    let unknown = refused(folder, &["export", "nothing", "--out", "labels.csv"]).await?;
    assert!(unknown.contains("no snapshot nothing"), "{unknown}");
    let format = refused(folder, &["export", "--out", "labels.xlsx"]).await?;
    assert!(format.contains(".parquet, .csv or .jsonl"), "{format}");
    Ok(())
}

#[tokio::test]
async fn commands_work_through_a_server_with_a_token() -> Result<()> {
    let world = World::start(TestStore::sqlite().await?).await?;
    let folder = TempDir::new()?;
    let (folder, url) = (folder.path(), world.client.url.clone());
    fs::write(folder.join("comments.csv"), FILE)?;
    let secret = ok(folder, &["token", "create", "robot", "--scope", "admin", "--server", &url]).await?;
    let at = ["--server", &url, "--token", &secret];

    let import =
        ["import", "comments.csv", "--create", "comments", "--labels", "HAM,SPAM", "--gold", "label"];
    ok(folder, &[&import[..], &at[..]].concat()).await?;
    let snapshot = ok(folder, &[&["snapshot", "--apply"], &at[..]].concat()).await?;
    ok(folder, &[&["export", "--out", "labels.jsonl"], &at[..]].concat()).await?;
    assert!(fs::read_to_string(folder.join("labels.jsonl"))?.contains(&snapshot));

    let list = ok(folder, &[&["token", "list"], &at[..]].concat()).await?;
    let id = list.split_whitespace().next().context("no token")?;
    assert!(list.contains("robot") && !list.contains(&secret), "{list}");
    ok(folder, &[&["token", "revoke", id], &at[..]].concat()).await?;
    let revoked = refused(folder, &[&["snapshot"], &at[..]].concat()).await?;
    assert!(revoked.contains("not valid"), "{revoked}");
    let nobody = refused(folder, &["snapshot", "--server", "http://127.0.0.1:1"]).await?;
    assert!(nobody.contains("cannot reach a server"), "{nobody}");
    assert!(!folder.join("hunch-data").exists());
    world.stop().await
}

#[tokio::test]
async fn a_folder_or_port_in_use_is_said_in_a_sentence() -> Result<()> {
    let folder = TempDir::new()?;
    let mut server = hunch(folder.path(), &["serve", "--bind", "127.0.0.1:0"]);
    let mut server = server.stdout(std::process::Stdio::piped()).spawn()?;
    let output = server.stdout.take().context("no output")?;
    let line = BufReader::new(output).lines().next_line().await?.context("no line")?;
    let address = line.strip_prefix("Hunch is ready: http://").context(line.clone())?;

    for command in [&["serve", "--bind", "127.0.0.1:0"][..], &["token", "list"], &["snapshot"]] {
        let sentence = refused(folder.path(), command).await?;
        assert!(sentence.contains("is in use by another hunch"), "{sentence}");
    }
    let sentence = refused(folder.path(), &["serve", "--data", "other", "--bind", address]).await?;
    assert!(sentence.contains("port") && sentence.contains("--bind"), "{sentence}");
    let sentence = refused(folder.path(), &["serve", "--data", "other", "--bind", "0.0.0.0:0"]).await?;
    assert!(sentence.contains("without accounts"), "{sentence}");
    assert_eq!(ok(folder.path(), &["token", "list", "--data", "50%20 of what?"]).await?, "");
    let url = "mysql://localhost/hunch";
    let sentence = refused(folder.path(), &["serve", "--data", "other", "--database", url]).await?;
    assert!(sentence.contains("sqlite:"), "{sentence}");
    Ok(())
}

#[cfg(unix)]
#[tokio::test]
async fn an_account_begins_with_the_printed_invitation_and_gets_a_password_from_the_command_line()
-> Result<()> {
    let folder = TempDir::new()?;
    let (server, mut printed) = Accounts::start(folder.path()).await?;
    let line = printed.next_line().await?.context("no invitation")?;
    let secret = line.split_once('#').and_then(|(_, rest)| rest.split(' ').next()).context(line.clone())?;
    let account = json!({ "login": "ada", "name": "Ada", "password": "correct horse" });
    let body = json!({ "secret": secret, "account": account });
    let accepted = server.client.post(&routes::accept_invitation(), &body).await?;
    ensure!(accepted.status == 200, "{}", accepted.text());
    server.stop().await?;

    let list = ok(folder.path(), &["user", "list"]).await?;
    assert!(list.ends_with("admin  ada  Ada"), "{list}");
    let mut set = hunch(folder.path(), &["user", "password", "ada"]);
    let mut set = set.stdin(std::process::Stdio::piped()).spawn()?;
    set.stdin.take().context("no input")?.write_all(b"another horse\n").await?;
    assert!(set.wait().await?.success());

    let (server, _printed) = Accounts::start(folder.path()).await?;
    let sign_in = async |password: &str| {
        server.client.post(&routes::session(), &json!({ "login": "ada", "password": password })).await
    };
    sign_in("correct horse").await?.refused("unauthorized")?;
    ensure!(sign_in("another horse").await?.status == 200);
    server.stop().await
}

/// `hunch serve --auth accounts`
#[cfg(unix)]
struct Accounts {
    process: Child,
    client: TestClient,
}

#[cfg(unix)]
impl Accounts {
    /// Starts it; returns what it prints after the line that says that it is ready.
    async fn start(folder: &Path) -> Result<(Self, Lines<BufReader<ChildStdout>>)> {
        let mut serve = hunch(folder, &["serve", "--auth", "accounts", "--bind", "127.0.0.1:0"]);
        let mut process = serve.stdout(std::process::Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(process.stdout.take().context("no output")?).lines();
        let ready = lines.next_line().await?.context("no line")?;
        let url = ready.strip_prefix("Hunch is ready: ").context(ready.clone())?.to_owned();
        Ok((Self { process, client: TestClient::new(url) }, lines))
    }

    async fn stop(mut self) -> Result<()> {
        let id = self.process.id().context("it has ended")?.to_string();
        Command::new("kill").arg(id).status().await?;
        ensure!(self.process.wait().await?.success());
        Ok(())
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_server_stops_when_it_is_told_to() -> Result<()> {
    let folder = TempDir::new()?;
    let mut server = hunch(folder.path(), &["serve", "--sample", "--bind", "127.0.0.1:0"]);
    let mut server = server.stdout(std::process::Stdio::piped()).spawn()?;
    let output = server.stdout.take().context("no output")?;
    BufReader::new(output).lines().next_line().await?.context("no line")?;
    let id = server.id().context("it has ended")?.to_string();
    Command::new("kill").arg(id).status().await?; // SIGTERM
    assert!(server.wait().await?.success());
    // It left everything in order, with the sample project in place.
    assert_eq!(ok(folder.path(), &["token", "list"]).await?, "");
    ok(folder.path(), &["snapshot", "--apply"]).await?;
    Ok(())
}
