//! `cargo xtask conformance`: sends the server what its own description allows and forbids, and looks whether every
//! answer is one that the description tells of.
//!
//! Requests are made by [Schemathesis](https://schemathesis.readthedocs.io) from `GET /api/v1/openapi.json`. The event
//! stream is left out, because it never ends.

use crate::{
    paths, serve, setup,
    shell::{command, run, step},
};
use anyhow::{Context as _, Result};
use std::{
    env, fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Stdio},
};

/// What is looked at: no failure of the server, and nothing that is not described.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Requests per endpoint that are made up, beside those that follow from its description.
    #[arg(long, default_value_t = 100)]
    examples: u32,
}

/// Runs it against a server of its own with the sample project.
pub(crate) fn conformance(options: &Options) -> Result<()> {
    setup::schemathesis()?;
    serve::build_server()?;
    step("comparing the server's answers with its description", || check(options.examples))
}

/// The same, for a server that is built already.
pub(crate) fn check(examples: u32) -> Result<()> {
    let server = Server::start()?;
    let config = server.folder.join("schemathesis.toml");
    // Made-up ids lead nowhere; with this one requests reach what is behind them.
    fs::write(&config, format!("[parameters]\n\"path.p\" = \"{}\"\n", server.project()?))?;
    let mut schemathesis = command(paths::tools().join("python/bin/schemathesis"));
    schemathesis.arg("--config-file").arg(&config).arg("run");
    schemathesis.arg(format!("{}/api/v1/openapi.json", server.url));
    schemathesis.args(["--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--seed", "1"]);
    schemathesis.args(["--exclude-operation-id", "events.stream", "--request-timeout", "30"]);
    schemathesis.args([
        "--max-examples",
        &examples.to_string(),
        "--continue-on-failure",
        "--warnings",
        "off",
    ]);
    run(&mut schemathesis)
}

/// A server on a data folder of its own, which both go away with this value.
struct Server {
    process: Child,
    url: String,
    folder: PathBuf,
}

impl Server {
    fn start() -> Result<Self> {
        let folder = env::temp_dir().join(format!("hunch-conformance-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let mut hunch = command(paths::hunch());
        hunch.args(["serve", "--sample", "--auth", "none", "--bind", "127.0.0.1:0", "--data"]);
        // What is refused is not worth a line here.
        hunch.arg(folder.join("data")).env("RUST_LOG", "error").stdout(Stdio::piped());
        let mut process = hunch.spawn().context("the server cannot be started")?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().context("the server has no output")?).read_line(&mut line)?;
        let url = line.split_whitespace().last().unwrap_or_default().to_owned();
        Ok(Self { process, url, folder })
    }

    /// The id of the sample project.
    fn project(&self) -> Result<String> {
        let address = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).context("the server cannot be reached")?;
        write!(stream, "GET /api/v1/projects HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (_, after) = answer.split_once("\"id\":\"").context("there is no sample project")?;
        Ok(after.split('"').next().unwrap_or_default().to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is of no use any more, whatever becomes of this.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
