//! `hunch serve`: the server, until it is told to stop.

use crate::api::PublicUrl;
use crate::auth::LOCAL;
use crate::data_dir::DataDir;
use crate::sample;
use crate::server::Server;
use crate::state::{AppState, Limits};
use crate::store::{Seek, Write};
use anyhow::{Context as _, Result, bail};
use hunch_protocol::limits;
use std::io::{self, Write as _};
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::net::TcpListener;

/// Run the server.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder that keeps everything; made if there is none
    #[arg(long, value_name = "DIR", default_value = "hunch-data")]
    data: PathBuf,
    /// Where to listen; only loopback addresses, because there are no accounts yet
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    bind: String,
    /// Database, such as `postgres://user@host/hunch`; SQLite in the data folder unless given
    #[arg(long, value_name = "URL", env = "HUNCH_DATABASE")]
    database: Option<String>,
    /// Address under which a reverse proxy on this machine serves it; requests through it need a token
    #[arg(long, value_name = "URL")]
    public_url: Option<PublicUrl>,
    /// Most bytes of an uploaded file
    #[arg(long, value_name = "BYTES", default_value_t = limits::UPLOAD_BYTES)]
    max_upload: u64,
    /// Reverse proxies before the server: how many entries from the end of `X-Forwarded-For` the client is
    #[arg(long, value_name = "N", default_value_t = 0)]
    trusted_proxies: usize,
    /// Answers of feedback widgets per minute and client address
    #[arg(long, value_name = "N", default_value_t = Limits::default().answers_per_address)]
    answers_per_address: NonZeroU32,
    /// Answers of feedback widgets per minute and widget
    #[arg(long, value_name = "N", default_value_t = Limits::default().answers_per_key)]
    answers_per_key: NonZeroU32,
    /// Make the sample project if there is no project
    #[arg(long)]
    sample: bool,
}

/// Runs until the process is told to stop.
pub(crate) async fn run(args: Args) -> Result<ExitCode> {
    let address = loopback(&args.bind)?;
    let data = DataDir::lock(&args.data)?;
    let listener = listen(address).await?;
    let limits = Limits {
        upload_bytes: args.max_upload,
        trusted_proxies: args.trusted_proxies,
        answers_per_address: args.answers_per_address,
        answers_per_key: args.answers_per_key,
    };
    let state = AppState::open(data, args.database.as_deref(), limits).await?;
    if args.sample && state.store.list_projects(Seek::default()).await?.items.is_empty() {
        sample::create(&state, LOCAL, Write::at(state.clock.now()))
            .await
            .context("cannot make the sample project")?;
    }
    let server = Server::start(state, listener, args.public_url).await?;
    writeln!(io::stdout(), "Hunch is ready: {}", server.url())?;
    told_to_stop().await?;
    server.stop().await?;
    Ok(ExitCode::SUCCESS)
}

/// The address to listen on, if only this machine can reach it.
fn loopback(bind: &str) -> Result<SocketAddr> {
    let mut addresses = bind
        .to_socket_addrs()
        .with_context(|| format!("--bind {bind} is not an address and port such as 127.0.0.1:8080"))?;
    match addresses.find(|address| address.ip().is_loopback()) {
        Some(address) => Ok(address),
        None => bail!(
            "--bind {bind} would let other machines in, and there are no accounts yet to keep them out; \
             bind to 127.0.0.1 and put a reverse proxy with --public-url before it"
        ),
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            bail!(
                "port {} is in use; stop what uses it or choose another with --bind 127.0.0.1:{}",
                address.port(),
                address.port().saturating_add(1)
            )
        }
        Err(error) => Err(error).with_context(|| format!("cannot listen on {address}")),
    }
}

/// Waits for ctrl-c or SIGTERM.
#[cfg(unix)]
async fn told_to_stop() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut term = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    tokio::select! {
        _ = term.recv() => Ok(()),
        ctrl_c = tokio::signal::ctrl_c() => ctrl_c.context("cannot listen for ctrl-c"),
    }
}

/// Waits for ctrl-c.
#[cfg(not(unix))]
async fn told_to_stop() -> Result<()> {
    tokio::signal::ctrl_c().await.context("cannot listen for ctrl-c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_never_opened_to_other_machines_without_accounts() {
        for bind in ["0.0.0.0:8080", "[::]:8080", "192.0.2.1:80"] {
            let refusal = loopback(bind).expect_err(bind).to_string();
            assert!(refusal.contains("accounts"), "{refusal}");
        }
        for bind in ["127.0.0.1:8080", "[::1]:0", "localhost:8080"] {
            assert!(loopback(bind).is_ok(), "{bind}");
        }
        assert!(loopback("8080").is_err());
    }
}
