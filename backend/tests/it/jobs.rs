//! Jobs from an upload to a snapshot, and what becomes of them when something goes wrong.

mod augment;
mod combine;
mod path;
mod people;
mod trouble;

use crate::database::TestStore;
use crate::entities::{edit_rules, rule_edit};
use anyhow::{Context as _, Result};
use hunch::clock::{Clock, Ids as _, SystemIds};
use hunch::corpus::{ChunkStore, DocumentIndexes, Objects};
use hunch::data_dir::DataDir;
use hunch::events::News;
use hunch::jobs::{Context, run_until_idle};
use hunch::store::{CorpusUpdate, JobSpec, NewJob, ProjectDraft, Store, Write};
use hunch_engine::{Chunk, Column, ColumnData, Split, TextColumn};
use hunch_protocol::{ChunkInfo, CorpusColumn, ImportRequest, Job, JobState, Label, Mapping, RuleBody};
use hunch_rules::ColumnType;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use uuid::Uuid;

const COMMENTS: &str = "\
id,text,gold,split
a,check out my channel,SPAM,dev
b,love this song,HAM,dev
c,subscribe to my channel,SPAM,train
d,what a voice,HAM,train
e,my my my,HAM,dev
";

const RULES: [(&str, &str); 3] = [
    ("channel", "rule channel:\n  SPAM when text has \"channel\"\n"),
    ("mine", "rule mine:\n  SPAM when text contains \"my\"\n"),
    ("song", "rule song:\n  HAM when text has \"song\"\n"),
];

/// A clock that stands still until it is moved.
struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A store with everything that jobs need.
struct Bench {
    db: TestStore,
    context: Context,
    clock: Arc<TestClock>,
}

impl Bench {
    fn new(db: TestStore) -> Result<Self> {
        let data = DataDir::lock(&db.folder.path().join("data"))?;
        let objects = Objects::open(&data.objects())?;
        let clock = Arc::new(TestClock(AtomicI64::new(1_000_000)));
        let context = Context {
            store: db.store.clone(),
            chunks: ChunkStore::new(objects.clone()),
            document_indexes: DocumentIndexes::default(),
            objects,
            data: Arc::new(data),
            events: db.events.clone(),
            clock: clock.clone(),
        };
        Ok(Self { db, context, clock })
    }

    fn store(&self) -> &Arc<dyn Store> {
        &self.db.store
    }

    async fn add_project(&self) -> Result<Uuid> {
        let id = Uuid::now_v7();
        let labels = ["HAM", "SPAM"].map(|name| Label { name: name.to_owned(), ..Label::default() });
        let draft = ProjectDraft {
            name: "comments".to_owned(),
            labels: labels.into(),
            seed: 7,
            author: "local".to_owned(),
        };
        self.store().add_project(id, draft, Write::at(1)).await?;
        Ok(id)
    }

    async fn add_rule(&self, project: Uuid, name: &str, source: &str) -> Result<Uuid> {
        let id = SystemIds.uuid();
        let body = RuleBody { name: name.to_owned(), source: source.to_owned(), active: true };
        edit_rules(self.store(), project, vec![rule_edit(id, 0, body)], 2).await?;
        Ok(id)
    }

    async fn add_rules(&self, project: Uuid) -> Result<()> {
        for (name, source) in RULES {
            self.add_rule(project, name, source).await?;
        }
        Ok(())
    }

    /// The import of an upload whose file is there if it has content.
    async fn upload(&self, content: Option<&str>) -> Result<JobSpec> {
        let id = SystemIds.uuid();
        self.store().add_upload(id, "comments.csv".to_owned(), 0, "local".to_owned(), Write::at(3)).await?;
        if let Some(content) = content {
            std::fs::write(self.context.data.upload(id), content)?;
        }
        let mapping = Mapping {
            text: vec!["text".to_owned()],
            id: Some("id".to_owned()),
            gold: Some("gold".to_owned()),
            split: Some("split".to_owned()),
            ..Mapping::default()
        };
        Ok(JobSpec::Import(ImportRequest {
            upload: id.to_string(),
            format: None,
            mapping,
            on_bad_row: hunch_protocol::OnBadRow::default(),
            mode: hunch_protocol::ImportMode::default(),
        }))
    }

    /// A corpus of many small chunks.
    async fn publish(&self, project: Uuid, chunks: u32) -> Result<()> {
        let store = self.context.chunks.clone();
        let put = move || (0..chunks).map(|ordinal| put_chunk(&store, ordinal)).collect::<Result<Vec<_>>>();
        let chunks = tokio::task::spawn_blocking(put).await??;
        let columns = vec![CorpusColumn::new("text", ColumnType::Text)];
        let update = CorpusUpdate { base: 0, columns, sources: Vec::new(), chunks };
        self.store().publish_corpus(project, update, Write::at(4)).await?;
        Ok(())
    }

    async fn queue(&self, project: Uuid, jobs: Vec<NewJob>) -> Result<Vec<Uuid>> {
        let ids = jobs.iter().map(|job| job.id).collect();
        self.store().add_jobs(project, jobs, Write::at(self.clock.now())).await?;
        Ok(ids)
    }

    /// Queues one job and works until there is nothing to do.
    async fn run(&self, project: Uuid, spec: JobSpec) -> Result<Job> {
        let jobs = vec![NewJob { id: SystemIds.uuid(), spec, after: None }];
        let ids = self.queue(project, jobs).await?;
        run_until_idle(&self.context).await?;
        Ok(self.store().get_job(project, ids[0]).await?)
    }
}

fn put_chunk(store: &ChunkStore, ordinal: u32) -> Result<ChunkInfo> {
    let texts = ["check my channel", "a song", "", "my song"];
    let text = TextColumn::from_rows(texts.map(|text| Some(format!("{text} {ordinal}"))))?;
    let chunk = Chunk {
        rows: 4,
        ids: TextColumn::from_rows((0..4).map(|row| Some(format!("{ordinal}-{row}"))))?,
        splits: vec![Split::Train; 4],
        gold: None,
        columns: vec![Column { name: "text".to_owned(), data: ColumnData::Text(text) }],
        sources: Vec::new(),
    };
    Ok(ChunkInfo { ordinal, hash: store.put(&chunk)?, rows: 4, text_bytes: 0, excluded: Vec::new() })
}

/// The job, once it has ended.
async fn ended(bench: &Bench, project: Uuid, id: Uuid) -> Result<Job> {
    let mut events = bench.db.events.subscribe();
    let mut job = bench.store().get_job(project, id).await?;
    while !job.state.ended() {
        if let News::Job(news) = events.recv().await.context("the events ended")?.news
            && news.id == id.to_string()
        {
            job = *news;
        }
    }
    Ok(job)
}

fn assert_state(job: &Job, state: JobState) {
    assert_eq!(job.state, state, "{:?}", job.error);
}
