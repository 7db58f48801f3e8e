//! The real program as a process of its own.

use crate::world::TestClient;
use anyhow::{Context as _, Result};
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// A server that is a process of its own; killed with this value.
pub(crate) struct Hunch {
    process: Child,
    pub(crate) client: TestClient,
}

impl Hunch {
    /// Starts it on a data folder; `database` is a URL, SQLite in the folder if none.
    pub(crate) async fn start(data: &Path, database: Option<&str>) -> Result<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hunch"));
        command.args(["serve", "--auth", "none", "--bind", "127.0.0.1:0", "--data"]).arg(data);
        if let Some(url) = database {
            command.args(["--database", url]);
        }
        let mut process = command.stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let mut lines = BufReader::new(process.stdout.take().context("no output")?).lines();
        let line = lines.next_line().await?.context("the server ended before it was up")?;
        let url = line.split_whitespace().last().context("no URL")?.to_owned();
        Ok(Self { process, client: TestClient::new(url) })
    }

    /// Ends it as a power cut would: SIGKILL.
    pub(crate) async fn kill(&mut self) -> Result<()> {
        Ok(self.process.kill().await?)
    }
}
