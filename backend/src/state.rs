//! What every handler and command works with: the opened parts of the backend.

use crate::auth::Entrance;
use crate::clock::{Clock, Ids, SystemClock, SystemIds};
use crate::corpus::{ChunkStore, DocumentIndex, DocumentIndexes, Objects};
use crate::data_dir::DataDir;
use crate::events::Events;
use crate::feedback::Gate;
use crate::jobs;
use crate::labels::LabelError;
use crate::store::{self, Store};
use anyhow::{Context as _, Result};
use hunch_protocol::limits;
use std::num::NonZeroU32;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The opened parts of the backend. Cloning it gives another handle to the same parts.
#[derive(Clone)]
pub struct AppState {
    /// Everything but bytes.
    pub store: Arc<dyn Store>,
    /// Content-addressed bytes.
    pub objects: Objects,
    /// The corpus' chunks among them.
    pub chunks: ChunkStore,
    /// Where each project's documents are, as far as it was asked lately.
    pub document_indexes: DocumentIndexes,
    /// The folder everything is in, locked.
    pub data: Arc<DataDir>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes identifiers and secrets.
    pub ids: Arc<dyn Ids>,
    /// Where changes are told.
    pub events: Events,
    /// How people are let in; whoever is on this machine, unless it is replaced.
    pub auth: Arc<Entrance>,
    /// What requests must keep to.
    pub limits: Limits,
    /// What requests of feedback widgets must pass.
    pub gate: Arc<Gate>,
    /// Cancelled when the server is to stop: streams that would never end do so.
    pub stopping: CancellationToken,
}

impl AppState {
    /// Opens a data folder, with the system's clock and identifiers. `database` is a URL; SQLite in the folder if none.
    pub async fn open(data: DataDir, database: Option<&str>, limits: Limits) -> Result<Self> {
        Self::open_with(data, database, limits, Arc::new(SystemClock), Arc::new(SystemIds)).await
    }

    /// Where the documents of a project's corpus are, as it is now.
    pub async fn documents(&self, project: Uuid) -> Result<Arc<DocumentIndex>, LabelError> {
        let stored = self.store.get_corpus(project).await?;
        Ok(self.document_indexes.get(project, stored.revision, stored.corpus, &self.chunks).await?)
    }

    /// What jobs work with.
    pub fn jobs(&self) -> jobs::Context {
        jobs::Context {
            store: self.store.clone(),
            objects: self.objects.clone(),
            chunks: self.chunks.clone(),
            document_indexes: self.document_indexes.clone(),
            data: self.data.clone(),
            events: self.events.clone(),
            clock: self.clock.clone(),
        }
    }

    /// Opens a data folder with a clock and identifiers of the caller's.
    pub async fn open_with(
        data: DataDir,
        database: Option<&str>,
        limits: Limits,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Result<Self> {
        let events = Events::default();
        let objects = Objects::open(&data.objects()).context("cannot open the object store")?;
        let url = database.map_or_else(|| data.database_url(), str::to_owned);
        data.note_database(&url).context("cannot write to the data folder")?;
        Ok(Self {
            store: store::connect(&url, events.clone()).await?,
            chunks: ChunkStore::new(objects.clone()),
            document_indexes: DocumentIndexes::default(),
            gate: Arc::new(Gate::new(&limits, &clock)),
            objects,
            data: Arc::new(data),
            clock,
            ids,
            events,
            auth: Arc::new(Entrance::open()),
            limits,
            stopping: CancellationToken::new(),
        })
    }
}

/// Many users can share an address: a flood is more than they do.
const ANSWERS_PER_ADDRESS: NonZeroU32 = NonZeroU32::new(300).unwrap();
/// A hundred answers a second are a product with many users; more are nobody's.
const ANSWERS_PER_KEY: NonZeroU32 = NonZeroU32::new(6_000).unwrap();

/// What requests must keep to, where a server can be told otherwise.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most bytes of an uploaded file.
    pub upload_bytes: u64,
    /// Reverse proxies before the server, each of which appends to `X-Forwarded-For`.
    pub trusted_proxies: usize,
    /// Answers of feedback widgets per minute and client address.
    pub answers_per_address: NonZeroU32,
    /// Answers of feedback widgets per minute and publishable key.
    pub answers_per_key: NonZeroU32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            upload_bytes: limits::UPLOAD_BYTES,
            trusted_proxies: 0,
            answers_per_address: ANSWERS_PER_ADDRESS,
            answers_per_key: ANSWERS_PER_KEY,
        }
    }
}
