//! Jobs: work longer than a request. Durable in the store, leased, tried again, cancelled, resumed after a crash.
//!
//! [`Runner`] takes jobs and works on them; each kind of job is a file with one function that does its work in steps,
//! says how far it is, stops where it is told to, and ends with a write that completes the job in the same
//! transaction ([`Task::ending`](task::Task::ending)). So whatever kills a job, its effect is there once or not at all,
//! and running it again is right: `apply` finds the votes that are there, the others start over.

mod apply;
mod collect;
mod combine;
mod error;
mod import;
mod inputs;
mod runner;
mod snapshot;
mod task;
mod train;
mod votes;
mod weigh;

pub use runner::{Runner, run_until_idle};

use crate::clock::{Clock, Ids};
use crate::corpus::{ChunkStore, DocumentIndexes, Objects};
use crate::data_dir::DataDir;
use crate::events::Events;
use crate::store::{JobSpec, NewJob, Store};
use hunch_protocol::{CombineRequest, EndModelRequest};
use std::sync::Arc;

/// What jobs work with. Cloning it gives another handle to the same parts.
#[derive(Clone)]
pub struct Context {
    /// Everything but bytes.
    pub store: Arc<dyn Store>,
    /// Where snapshots' labels go.
    pub objects: Objects,
    /// The corpus' bytes.
    pub chunks: ChunkStore,
    /// Where each project's documents are, as far as it was asked lately.
    pub document_indexes: DocumentIndexes,
    /// Where uploads are, and whose jobs these are.
    pub data: Arc<DataDir>,
    /// Where new jobs are heard of.
    pub events: Events,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// The jobs that make labels of the rules as they are: apply, then combine.
pub fn apply_then_combine(ids: &dyn Ids, request: CombineRequest) -> Vec<NewJob> {
    let apply = NewJob { id: ids.uuid(), spec: JobSpec::Apply, after: None };
    let combine = NewJob { id: ids.uuid(), spec: JobSpec::Combine(request), after: Some(apply.id) };
    vec![apply, combine]
}

/// The jobs that train an end model and, if it becomes a source of the corpus, make labels of the rules again.
pub fn train_then_apply(ids: &dyn Ids, request: EndModelRequest) -> Vec<NewJob> {
    let as_source = request.as_source;
    let train = NewJob { id: ids.uuid(), spec: JobSpec::Train(request), after: None };
    let mut jobs = vec![train];
    if as_source {
        let mut then = apply_then_combine(ids, CombineRequest::default());
        then[0].after = Some(jobs[0].id);
        jobs.append(&mut then);
    }
    jobs
}
