//! `hunch serve`: the server, until it is told to stop.

use crate::api::PublicUrl;
use crate::auth::{Entrance, LOCAL, new_secret};
use crate::data_dir::DataDir;
use crate::sample;
use crate::server::Server;
use crate::state::{AppState, Limits};
use crate::store::{InvitationDraft, Seek, Write};
use anyhow::{Context as _, Result, bail};
use hunch_protocol::{Role, limits};
use std::io::{self, Write as _};
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;

/// How long the invitation of the first start is good, in microseconds.
const FIRST_INVITATION: i64 = 24 * 3600 * 1_000_000;

/// Run the server.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder that keeps everything; made if there is none
    #[arg(long, value_name = "DIR", default_value = "hunch-data")]
    data: PathBuf,
    /// Where to listen; other than loopback only with `--auth accounts` and `--public-url`
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    bind: String,
    /// How people are let in
    #[arg(long, value_enum, default_value_t = Auth::Link)]
    auth: Auth,
    /// Database, such as `postgres://user@host/hunch`; SQLite in the data folder unless given
    #[arg(long, value_name = "URL", env = "HUNCH_DATABASE")]
    database: Option<String>,
    /// Address under which a reverse proxy serves it; requests through it need a token, or an account
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

/// How people are let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Auth {
    /// By a link that is printed here, each good once; only from this machine
    Link,
    /// By accounts, which are made by invitation
    Accounts,
    /// Whoever is on this machine, programs of other people on it too
    None,
}

/// Runs until the process is told to stop.
pub(crate) async fn run(args: Args) -> Result<ExitCode> {
    let address = address(&args.bind, args.auth, args.public_url.as_ref())?;
    let data = DataDir::lock(&args.data)?;
    let listener = listen(address).await?;
    let url = format!("http://{}", listener.local_addr().context("the listener has no address")?);
    let limits = Limits {
        upload_bytes: args.max_upload,
        trusted_proxies: args.trusted_proxies,
        answers_per_address: args.answers_per_address,
        answers_per_key: args.answers_per_key,
    };
    let mut state = AppState::open(data, args.database.as_deref(), limits).await?;
    state.auth = Arc::new(entrance(args.auth, &url, &state));
    if args.sample && state.store.list_projects(Seek::default()).await?.items.is_empty() {
        sample::create(&state, LOCAL, Write::at(state.clock.now()))
            .await
            .context("cannot make the sample project")?;
    }
    let auth = state.auth.clone();
    let first = match args.auth {
        Auth::Accounts => first_invitation(&state).await?,
        Auth::Link | Auth::None => None,
    };
    let origin = args.public_url.as_ref().map_or(url, |public| public.origin().to_owned());
    // Listened for from before the server says that it is ready.
    let told_to_stop = told_to_stop()?;
    let server = Server::start(state, listener, args.public_url).await?;
    writeln!(io::stdout(), "Hunch is ready: {}", server.url())?;
    if let Some(secret) = first {
        writeln!(io::stdout(), "Open {origin}/invitation#{secret} to make the first account.")?;
    }
    auth.announce();
    told_to_stop.await?;
    server.stop().await?;
    Ok(ExitCode::SUCCESS)
}

fn entrance(auth: Auth, url: &str, state: &AppState) -> Entrance {
    let url = url.to_owned();
    match auth {
        Auth::None => Entrance::open(),
        Auth::Accounts => Entrance::accounts(),
        Auth::Link => {
            let port = url.rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or_default();
            let announce = move |secret: &str| {
                // Where there is no terminal any more, nobody could read it.
                let _ = writeln!(io::stdout(), "Open {url}/#link={secret}");
            };
            Entrance::link(port, state.ids.secret(), Box::new(announce))
        }
    }
}

/// The secret of an invitation to look after the server, unless someone does. It is made anew at each start, and the
/// one before is good no more.
async fn first_invitation(state: &AppState) -> Result<Option<String>> {
    let (secret, hash) = new_secret(state.ids.secret());
    let now = state.clock.now();
    let draft = InvitationDraft {
        id: state.ids.uuid(),
        role: Role::Owner,
        note: String::new(),
        hash,
        author: LOCAL.into(),
        expires_at: now + FIRST_INVITATION,
    };
    Ok(state.store.invite_first(draft, Write::at(now)).await?.then_some(secret))
}

/// The address to listen on. Other machines are let in only where accounts keep the others out, and only under a name
/// that the server knows to be its own.
fn address(bind: &str, auth: Auth, public: Option<&PublicUrl>) -> Result<SocketAddr> {
    if auth == Auth::Accounts && public.is_some_and(|public| !public.is_secure()) {
        bail!(
            "--auth accounts needs a --public-url that begins with https://: browsers keep no session otherwise"
        );
    }
    let mut addresses = bind
        .to_socket_addrs()
        .with_context(|| format!("--bind {bind} is not an address and port such as 127.0.0.1:8080"))?;
    let first = addresses.next();
    let loopback = first.into_iter().chain(addresses).find(|address| address.ip().is_loopback());
    match (loopback, first) {
        (Some(address), _) => Ok(address),
        (None, Some(address)) if auth == Auth::Accounts && public.is_some() => Ok(address),
        _ => bail!(
            "--bind {bind} would let other machines in, and without accounts nothing keeps them out; \
             add --auth accounts and --public-url https://…, or bind to 127.0.0.1"
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

/// Listens for ctrl-c and SIGTERM from now on; ends with the first.
#[cfg(unix)]
fn told_to_stop() -> Result<impl Future<Output = Result<()>>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut term = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut ctrl_c = signal(SignalKind::interrupt()).context("cannot listen for ctrl-c")?;
    Ok(async move {
        tokio::select! {
            _ = term.recv() => Ok(()),
            _ = ctrl_c.recv() => Ok(()),
        }
    })
}

/// Listens for ctrl-c.
#[cfg(not(unix))]
fn told_to_stop() -> Result<impl Future<Output = Result<()>>> {
    Ok(async { tokio::signal::ctrl_c().await.context("cannot listen for ctrl-c") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_never_opened_to_other_machines_without_accounts() {
        let public: PublicUrl = "https://hunch.example.org".parse().expect("a URL");
        for bind in ["0.0.0.0:8080", "[::]:8080", "192.0.2.1:80"] {
            for (auth, public) in
                [(Auth::Link, Some(&public)), (Auth::None, Some(&public)), (Auth::Accounts, None)]
            {
                let refusal = address(bind, auth, public).expect_err(bind).to_string();
                assert!(refusal.contains("accounts"), "{refusal}");
            }
            assert!(address(bind, Auth::Accounts, Some(&public)).is_ok(), "{bind}");
        }
        for bind in ["127.0.0.1:8080", "[::1]:0", "localhost:8080"] {
            assert!(address(bind, Auth::Link, None).is_ok(), "{bind}");
        }
        assert!(address("8080", Auth::Link, None).is_err());
    }

    #[test]
    fn accounts_are_not_served_where_browsers_would_lose_the_session() {
        for (url, kept) in [
            ("http://hunch.example.org", false),
            ("https://hunch.example.org", true),
            ("http://localhost:9000", true),
        ] {
            let public = url.parse().expect("a URL");
            assert_eq!(address("127.0.0.1:0", Auth::Accounts, Some(&public)).is_ok(), kept, "{url}");
        }
    }
}
