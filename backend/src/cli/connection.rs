//! How `import`, `snapshot`, `export` and `token` reach a project: over HTTP, either at a server that runs or at one
//! that the command itself starts on the data folder for as long as it takes. So they can do what the API can.

use crate::auth::Entrance;
use crate::data_dir::DataDir;
use crate::server::Server;
use crate::state::{AppState, Limits};
use anyhow::{Context as _, Result, anyhow, bail};
use hunch_protocol::{Job, JobState, PROBLEM_JSON, Page, Problem, Project, routes};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_TYPE};
use reqwest::{Body, Client, Method, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How often a job is asked how far it is.
const POLL: Duration = Duration::from_millis(200);

/// Where the project is.
#[derive(Debug, clap::Args)]
pub(crate) struct Target {
    /// Work on this data folder; no server may be using it
    #[arg(long, value_name = "DIR", default_value = "hunch-data", conflicts_with = "server")]
    data: PathBuf,
    /// Database of the data folder, if it is not SQLite inside it
    #[arg(long, value_name = "URL", env = "HUNCH_DATABASE", conflicts_with = "server")]
    database: Option<String>,
    /// Work through the server at this address
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// Token for the server
    #[arg(long, value_name = "TOKEN", env = "HUNCH_TOKEN", requires = "server", hide_env_values = true)]
    token: Option<String>,
}

/// Which project.
#[derive(Debug, clap::Args)]
pub(crate) struct InProject {
    /// The project's name or id; may be left out if there is only one
    #[arg(long, short, value_name = "NAME")]
    project: Option<String>,
}

impl InProject {
    /// The project of a name or id.
    pub(crate) fn called(name: String) -> Self {
        Self { project: Some(name) }
    }
}

/// A way to talk to a server, perhaps one of our own.
pub(crate) struct Connection {
    client: Client,
    url: String,
    token: Option<String>,
    own: Option<Server>,
}

impl Target {
    /// Connects, starting a server if need be.
    pub(crate) async fn connect(self) -> Result<Connection> {
        let client = Client::builder().build().context("cannot make an HTTP client")?;
        if let Some(url) = self.server {
            let url = url.trim_end_matches('/').to_owned();
            if !url.starts_with("http://") {
                bail!(
                    "--server {url}: this program speaks plain HTTP to a server on this machine, as in http://127.0.0.1:8080"
                );
            }
            return Ok(Connection { client, url, token: self.token, own: None });
        }
        let data = DataDir::lock(&self.data)?;
        let mut state = AppState::open(data, self.database.as_deref(), Limits::default()).await?;
        // Others on this machine can reach the port too; only this program knows the key.
        let (entrance, key) = Entrance::keyed(state.ids.secret());
        state.auth = Arc::new(entrance);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("cannot listen on this machine")?;
        let server = Server::start(state, listener, None).await?;
        Ok(Connection { client, url: server.url(), token: Some(key), own: Some(server) })
    }
}

impl Connection {
    /// Ends what was started.
    pub(crate) async fn close(self) -> Result<()> {
        match self.own {
            Some(server) => server.stop().await,
            None => Ok(()),
        }
    }

    /// `GET` of a resource.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.json(self.request(Method::GET, path)).await
    }

    /// All items of a list.
    pub(crate) async fn list<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>> {
        let (mut items, mut cursor) = (Vec::new(), None);
        loop {
            let page: Page<T> = self.get(&routes::page(path, cursor.as_deref(), Some(1000))).await?;
            items.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                return Ok(items);
            }
        }
    }

    /// `POST` of JSON.
    pub(crate) async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        self.json(self.request(Method::POST, path).json(body)).await
    }

    /// `PUT` of JSON that is answered with nothing.
    pub(crate) async fn put(&self, path: &str, body: &impl Serialize) -> Result<()> {
        self.send(self.request(Method::PUT, path).json(body)).await.map(drop)
    }

    /// `POST` of bytes.
    pub(crate) async fn upload<T: DeserializeOwned>(&self, path: &str, body: Body) -> Result<T> {
        let request = self.request(Method::POST, path).header(CONTENT_TYPE, "application/octet-stream");
        self.json(request.body(body)).await
    }

    /// `DELETE`.
    pub(crate) async fn delete(&self, path: &str) -> Result<()> {
        self.send(self.request(Method::DELETE, path)).await.map(drop)
    }

    /// `GET` of a file, to be read as it arrives.
    pub(crate) async fn download(&self, path: &str) -> Result<Response> {
        self.send(self.request(Method::GET, path).header(ACCEPT_ENCODING, "identity")).await
    }

    /// The project that is meant.
    pub(crate) async fn project(&self, which: &InProject) -> Result<Project> {
        let projects: Vec<Project> = self.list(&routes::projects()).await?;
        let names = || {
            let names: Vec<String> =
                projects.iter().map(|project| format!("  {}  {}", project.id, project.name)).collect();
            names.join("\n")
        };
        let Some(wanted) = &which.project else {
            return match projects.as_slice() {
                [] => bail!("there is no project yet"),
                [only] => Ok(only.clone()),
                _ => bail!("there are several projects; say which with --project:\n{}", names()),
            };
        };
        let mut found = projects.iter().filter(|project| project.id == *wanted || project.name == *wanted);
        match (found.next(), found.next()) {
            (Some(project), None) => Ok(project.clone()),
            (None, _) => bail!("there is no project `{wanted}`; there are:\n{}", names()),
            (Some(_), Some(_)) => bail!("several projects are called `{wanted}`; give the id:\n{}", names()),
        }
    }

    /// Waits for the end of a job and shows how far it is; an error if it does not end well.
    pub(crate) async fn finish(&self, mut job: Job) -> Result<Job> {
        let terminal = io::stderr().is_terminal();
        while !job.state.ended() {
            if terminal {
                let progress = job.progress;
                let percent = (progress.done * 100).checked_div(progress.total).unwrap_or(0);
                write!(io::stderr(), "\r\x1b[K{percent:3} %  {} documents", progress.rows)?;
            }
            tokio::time::sleep(POLL).await;
            job = self.get(&routes::job(&job.project, &job.id)).await?;
        }
        if terminal {
            write!(io::stderr(), "\r\x1b[K")?;
        }
        match (job.state, &job.error) {
            (JobState::Done, _) => Ok(job),
            (JobState::Cancelled, None) => bail!("the job was cancelled"),
            (_, error) => bail!("{}", error.as_deref().unwrap_or("the job failed")),
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T> {
        let response = self.send(request).await?;
        response.json().await.context("the server's answer cannot be read; is it another version?")
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response> {
        let response =
            request.send().await.with_context(|| format!("cannot reach a server at {}", self.url))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        let media_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if media_type != Some(PROBLEM_JSON) {
            bail!("the server at {} answered {status}; is it Hunch?", self.url);
        }
        Err(anyhow!(response.json::<Problem>().await?))
    }
}
