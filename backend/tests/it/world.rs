//! A server of its own for each test, and a client that talks to it as any other would.

use crate::database::TestStore;
use anyhow::{Context as _, Result, bail, ensure};
use axum::http::HeaderMap;
use hunch::auth::Entrance;
use hunch::clock::{Clock, SystemClock, SystemIds};
use hunch::corpus::{ChunkStore, DocumentIndexes, Objects};
use hunch::data_dir::DataDir;
use hunch::feedback::Gate;
use hunch::server::{Server, forget_old};
use hunch::state::{AppState, Limits};
use hunch::sync::renew_mark;
use hunch_protocol::{
    ImportRequest, JOB, Job, JobState, Label, Mapping, NewProject, PROBLEM_JSON, Problem, Project, Rule,
    SaveRule, Upload, routes,
};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// A running server and its client.
pub(crate) struct World {
    pub(crate) client: TestClient,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) state: AppState,
    server: Server,
    _folder: TempDir,
    _store: TestStore,
}

/// Most bytes of an upload in tests.
pub(crate) const UPLOAD_BYTES: u64 = 1 << 20;

impl World {
    /// Starts a server on the store.
    pub(crate) async fn start(store: TestStore) -> Result<Self> {
        Self::start_with(store, |_| {}).await
    }

    /// Starts a server that lets people in through an entrance.
    pub(crate) async fn start_behind(store: TestStore, entrance: Entrance) -> Result<Self> {
        Self::start_as(store, entrance, |_| {}).await
    }

    /// Starts a server with other limits.
    pub(crate) async fn start_with(store: TestStore, change: impl FnOnce(&mut Limits)) -> Result<Self> {
        Self::start_as(store, Entrance::open(), change).await
    }

    async fn start_as(
        store: TestStore,
        entrance: Entrance,
        change: impl FnOnce(&mut Limits),
    ) -> Result<Self> {
        let folder = TempDir::new()?;
        let data = DataDir::lock(folder.path())?;
        data.note_database("the test's")?;
        let objects = Objects::open(&data.objects())?;
        let clock = Arc::new(TestClock::default());
        let mut limits = Limits { upload_bytes: UPLOAD_BYTES, ..Limits::default() };
        change(&mut limits);
        let state = AppState {
            gate: Arc::new(Gate::new(&limits, &(clock.clone() as Arc<dyn Clock>))),
            store: store.store.clone(),
            chunks: ChunkStore::new(objects.clone()),
            document_indexes: DocumentIndexes::default(),
            objects,
            data: Arc::new(data),
            clock: clock.clone(),
            ids: Arc::new(SystemIds),
            events: store.events.clone(),
            auth: Arc::new(entrance),
            limits,
            stopping: CancellationToken::new(),
        };
        let server = Server::start(state.clone(), TcpListener::bind(("127.0.0.1", 0)).await?, None).await?;
        let client = TestClient::new(server.url());
        Ok(Self { client, clock, state, server, _folder: folder, _store: store })
    }

    /// Does what the server does every hour.
    pub(crate) async fn forget_old(&self) -> Result<()> {
        Ok(forget_old(&self.state).await?)
    }

    /// Removes what nothing names any more.
    pub(crate) async fn collect_garbage(&self) -> Result<()> {
        Ok(hunch::garbage::collect(&self.state).await?)
    }

    /// Everything that is kept.
    pub(crate) fn state(&self) -> &AppState {
        &self.state
    }

    /// Compares the database's mark with the data folder's, as at every start and every hour.
    pub(crate) async fn renew_mark(&self) -> Result<()> {
        renew_mark(&self.state).await
    }

    /// Ends the server as a stop of the process would.
    pub(crate) async fn stop(self) -> Result<()> {
        self.server.stop().await
    }
}

/// The system's clock, and the days that a test lets pass.
#[derive(Default)]
pub(crate) struct TestClock {
    ahead: AtomicI64,
}

impl TestClock {
    /// Lets time pass.
    pub(crate) fn advance(&self, micros: i64) {
        self.ahead.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> i64 {
        SystemClock.now() + self.ahead.load(Ordering::SeqCst)
    }
}

/// Talks to a server.
#[derive(Clone)]
pub(crate) struct TestClient {
    http: Client,
    pub(crate) url: String,
}

impl TestClient {
    /// Of the server at a URL.
    pub(crate) fn new(url: String) -> Self {
        Self { http: Client::new(), url }
    }

    /// A request to be filled in and sent by [`SendExt::answer`].
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Answer> {
        self.request(Method::GET, path).answer().await
    }

    pub(crate) async fn post(&self, path: &str, body: &impl Serialize) -> Result<Answer> {
        self.request(Method::POST, path).json(body).answer().await
    }

    /// A change based on a revision.
    pub(crate) async fn change(
        &self,
        method: Method,
        path: &str,
        base: i64,
        body: &impl Serialize,
    ) -> Result<Answer> {
        self.request(method, path).header("if-match", format!("\"{base}\"")).json(body).answer().await
    }

    /// A project with the labels of the youtube data.
    pub(crate) async fn project(&self) -> Result<Project> {
        let labels = ["HAM", "SPAM"].map(|name| Label { name: name.into(), ..Label::default() }).to_vec();
        let new = NewProject { name: "comments".into(), labels, ..NewProject::default() };
        self.post(&routes::projects(), &new).await?.ok(StatusCode::CREATED)
    }

    pub(crate) async fn rule(&self, project: &Project, source: &str) -> Result<Rule> {
        let save = SaveRule { source: source.into(), active: true };
        self.post(&routes::rules(&project.id), &save).await?.ok(StatusCode::CREATED)
    }

    pub(crate) async fn upload(&self, name: &str, content: impl Into<reqwest::Body>) -> Result<Upload> {
        let request = self.request(Method::POST, &routes::uploads(name)).body(content);
        request.answer().await?.ok(StatusCode::CREATED)
    }

    /// Imports a CSV file with the columns `id`, `text` and perhaps `label`.
    pub(crate) async fn import(&self, project: &Project, csv: String) -> Result<Job> {
        let gold = csv.starts_with("id,text,label\n").then(|| "label".to_owned());
        let upload = self.upload("rows.csv", csv).await?;
        let mapping =
            Mapping { text: vec!["text".into()], id: Some("id".into()), gold, ..Mapping::default() };
        let request = ImportRequest {
            upload: upload.upload,
            format: None,
            mapping,
            on_bad_row: hunch_protocol::OnBadRow::Stop,
            mode: hunch_protocol::ImportMode::Append,
        };
        let job = self.post(&routes::imports(&project.id), &request).await?.ok(StatusCode::ACCEPTED)?;
        self.finish(job).await
    }

    /// Runs the rules and the combine that follows; returns the apply job.
    pub(crate) async fn apply(&self, project: &Project) -> Result<Job> {
        let path = routes::apply(&project.id);
        let apply = self.post(&path, &serde_json::json!({})).await?.ok(StatusCode::ACCEPTED)?;
        let apply = self.finish(apply).await?;
        let jobs: hunch_protocol::Page<Job> =
            self.get(&routes::jobs(&project.id)).await?.ok(StatusCode::OK)?;
        let combine = jobs.items.into_iter().find(|job| job.after.as_ref() == Some(&apply.id));
        self.finish(combine.context("no combine follows the apply")?).await?;
        Ok(apply)
    }

    /// Listens to a project.
    pub(crate) async fn events(&self, project: &str, last: Option<i64>) -> Result<EventStream> {
        let mut request = self.request(Method::GET, &routes::events(project));
        if let Some(last) = last {
            request = request.header("last-event-id", last.to_string());
        }
        Ok(EventStream { response: request.send().await?.error_for_status()?, read: String::new() })
    }

    /// Waits, by the project's events, until a job has ended well.
    pub(crate) async fn finish(&self, job: Job) -> Result<Job> {
        let mut events = self.events(&job.project, None).await?;
        let ended = events.job(&job.id, |job| job.state.ended()).await?;
        ensure!(ended.state == JobState::Done, "the job did not end well: {ended:?}");
        Ok(ended)
    }
}

/// Sending a request and looking at the answer.
pub(crate) trait SendExt {
    async fn answer(self) -> Result<Answer>;
}

impl SendExt for RequestBuilder {
    async fn answer(self) -> Result<Answer> {
        let response = self.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(Answer { status, headers, body: response.bytes().await?.to_vec() })
    }
}

/// What the server said.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body, if the status is as it should be.
    pub(crate) fn ok<T: DeserializeOwned>(&self, status: StatusCode) -> Result<T> {
        ensure!(self.status == status, "{} instead of {status}: {}", self.status, self.text());
        serde_json::from_slice(&self.body).with_context(|| self.text())
    }

    /// The problem, if it is of this kind.
    pub(crate) fn refused(&self, kind: &str) -> Result<Problem> {
        let problem: Problem = serde_json::from_slice(&self.body).with_context(|| self.text())?;
        ensure!(self.header("content-type") == PROBLEM_JSON, "{:?}", self.headers);
        ensure!(problem.status == self.status.as_u16(), "{problem:?} came with {}", self.status);
        ensure!(problem.kind == kind, "{problem:?} instead of {kind}");
        ensure!(problem.detail.ends_with(['.', '?']), "no sentence: {problem:?}");
        Ok(problem)
    }

    /// A header as text, empty if it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// An open event stream.
pub(crate) struct EventStream {
    response: Response,
    read: String,
}

/// One server-sent event.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct SentEvent {
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) data: String,
}

impl EventStream {
    /// The next event; `None` at the end of the stream.
    pub(crate) async fn next(&mut self) -> Result<Option<SentEvent>> {
        loop {
            if let Some((block, rest)) = self.read.split_once("\n\n") {
                let mut event = SentEvent::default();
                for (field, value) in block.lines().filter_map(|line| line.split_once(": ")) {
                    match field {
                        "event" => event.kind = value.into(),
                        "id" => event.id = value.into(),
                        "data" => event.data = value.into(),
                        _ => {}
                    }
                }
                self.read = rest.into();
                if event.kind.is_empty() {
                    continue; // a heartbeat
                }
                return Ok(Some(event));
            }
            match self.response.chunk().await? {
                Some(part) => self.read += std::str::from_utf8(&part)?,
                None => return Ok(None),
            }
        }
    }

    /// The first event about a job that says what is waited for.
    pub(crate) async fn job(&mut self, id: &str, condition: impl Fn(&Job) -> bool) -> Result<Job> {
        while let Some(event) = self.next().await? {
            if event.kind == JOB {
                let job: Job = serde_json::from_str(&event.data)?;
                if job.id == id && condition(&job) {
                    return Ok(job);
                }
            }
        }
        bail!("the stream ended first")
    }
}
