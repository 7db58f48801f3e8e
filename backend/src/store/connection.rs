//! Connections and write transactions.

use super::JobEnding;
use super::audits::Record;
use super::error::{OrNotFound as _, StoreError, StoreResult};
use super::types::name_of;
use crate::events::Events;
use hunch_protocol::{Changed, Job};
use serde::Serialize;
use sqlx::types::Json;
use sqlx::{Database, Pool, Transaction};
use std::collections::{BTreeMap, BTreeSet};
use tokio::task::JoinError;
use uuid::Uuid;

/// A database: connections for reading and, for `SQLite`, the one that writes.
#[derive(Debug)]
pub(super) struct Pools<D: Database> {
    pub(super) reads: Pool<D>,
    pub(super) writes: Pool<D>,
    /// Begins a transaction that writes.
    pub(super) begin: &'static str,
    /// Begins a transaction whose reads all see the same state.
    pub(super) begin_reading: &'static str,
    pub(super) events: Events,
}

impl<D: Database> Clone for Pools<D> {
    fn clone(&self) -> Self {
        Self {
            reads: self.reads.clone(),
            writes: self.writes.clone(),
            begin: self.begin,
            begin_reading: self.begin_reading,
            events: self.events.clone(),
        }
    }
}

/// What a write carries besides its subject.
#[derive(Debug, Clone)]
pub struct Write {
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub now: i64,
    /// Recorded with the write, so that a repeated request gets the same answer and does nothing.
    pub receipt: Option<Receipt>,
    /// The job this write completes. If the job was cancelled, or someone else runs it, the write does nothing.
    pub ends: Option<JobEnding>,
    /// The account that owns what a new project makes; nobody, if there are no accounts.
    pub owner: Option<Uuid>,
    /// What the audit shall say of it, in the same transaction.
    pub record: Option<Record>,
}

impl Write {
    /// A write at a time, in microseconds since 1970-01-01T00:00:00Z.
    pub fn at(now: i64) -> Self {
        Self { now, receipt: None, ends: None, owner: None, record: None }
    }

    /// Records what the method returns under an idempotency key.
    #[must_use]
    pub fn with_receipt(self, receipt: Option<Receipt>) -> Self {
        Self { receipt, ..self }
    }

    /// Makes an account the owner of a project that the write makes.
    #[must_use]
    pub fn owned_by(self, owner: Option<Uuid>) -> Self {
        Self { owner, ..self }
    }

    /// Adds an entry to the audit in the same transaction.
    #[must_use]
    pub fn recorded(self, record: Record) -> Self {
        Self { record: Some(record), ..self }
    }

    /// Completes a job in the same transaction.
    #[must_use]
    pub fn ending(self, job: JobEnding) -> Self {
        Self { ends: Some(job), ..self }
    }
}

/// An idempotency key and what it was sent with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Who sent it and where to: keys of different scopes never meet.
    pub scope: String,
    /// The key.
    pub key: String,
    /// Hash of the request, to tell a repetition from a key used twice.
    pub request_hash: String,
}

/// A transaction that writes. What it changed is told after the commit; dropping it rolls back.
#[derive(Debug)]
pub(super) struct Writing<D: Database> {
    pub(super) connection: Transaction<'static, D>,
    pub(super) write: Write,
    events: Events,
    pub(super) pokes: Vec<(Uuid, i64, Changed)>,
    pub(super) jobs: Vec<Job>,
}

/// A transaction whose reads all see the same state.
#[derive(Debug)]
pub(super) struct Reading<D: Database> {
    pub(super) connection: Transaction<'static, D>,
}

impl<D: Database> Pools<D> {
    /// Begins a transaction that reads. To be used in [`detached`] work only.
    pub(super) async fn begin_reading(&self) -> StoreResult<Reading<D>> {
        Ok(Reading { connection: self.reads.begin_with(self.begin_reading).await? })
    }

    /// Begins a transaction that writes. To be used in [`detached`] work only.
    pub(super) async fn begin(&self, write: Write) -> StoreResult<Writing<D>> {
        let connection = self.writes.begin_with(self.begin).await?;
        Ok(Writing { connection, write, events: self.events.clone(), pokes: Vec::new(), jobs: Vec::new() })
    }
}

/// Runs a transaction to its end even if the caller goes away: `sqlx` leaves a Postgres connection inside an open
/// transaction when its `begin` is cancelled, and a client that hangs up must not undo half of what it asked for.
pub(super) async fn detached<T: Send + 'static>(
    transaction: impl Future<Output = StoreResult<T>> + Send + 'static,
) -> StoreResult<T> {
    joined(tokio::spawn(transaction).await)
}

/// Computes off the threads that serve requests.
pub(super) async fn compute<T: Send + 'static>(
    work: impl FnOnce() -> StoreResult<T> + Send + 'static,
) -> StoreResult<T> {
    joined(tokio::task::spawn_blocking(work).await)
}

fn joined<T>(result: Result<StoreResult<T>, JoinError>) -> StoreResult<T> {
    match result {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is shutting down.
            Err(_) => Err(StoreError::Unavailable(sqlx::Error::PoolClosed)),
        },
    }
}

/// One poke a project.
fn gather(pokes: Vec<(Uuid, i64, Changed)>) -> BTreeMap<Uuid, (i64, BTreeSet<Changed>)> {
    let mut gathered: BTreeMap<Uuid, (i64, BTreeSet<Changed>)> = BTreeMap::new();
    for (project, seq, changed) in pokes {
        let (last, all) = gathered.entry(project).or_default();
        *last = seq.max(*last);
        all.insert(changed);
    }
    gathered
}

const MOVE_COUNTER: &str = "update projects set seq = seq + 1 where id = $1 returning seq";

/// Takes the lock without moving the counter.
const LOCK: &str = "update projects set seq = seq where id = $1 returning seq";

const SET_COUNTER: &str = "update projects set seq = $2 where id = $1";

const RECORD_CHANGE: &str =
    "insert into changes (project_id, seq, changed, created_at) values ($1, $2, $3, $4)";

const RECORD_RECEIPT: &str =
    "insert into receipts (scope, key, request_hash, response, created_at) values ($1, $2, $3, $4, $5)";

macro_rules! impl_writing {
    ($db:ty) => {
        impl Writing<$db> {
            /// Moves a project's counter and says what is about to change. It comes first in a transaction: it finds
            /// out whether the project is there and keeps other writes to it away until the end.
            pub(super) async fn change(&mut self, project: Uuid, changed: Changed) -> StoreResult<i64> {
                let seq = self.count(project).await?.cast_signed();
                sqlx::query(RECORD_CHANGE)
                    .bind(project)
                    .bind(seq)
                    .bind(name_of(&changed))
                    .bind(self.write.now)
                    .execute(&mut *self.connection)
                    .await?;
                self.pokes.push((project, seq, changed));
                Ok(seq)
            }

            /// Keeps other writes to a project away until the end, and returns its counter.
            pub(super) async fn lock(&mut self, project: Uuid) -> StoreResult<u64> {
                let seq: Option<i64> =
                    sqlx::query_scalar(LOCK).bind(project).fetch_optional(&mut *self.connection).await?;
                Ok(seq.or_not_found("project")?.cast_unsigned())
            }

            /// Moves a project's counter by one, for a change that is recorded as an entity's revision.
            pub(super) async fn count(&mut self, project: Uuid) -> StoreResult<u64> {
                let seq: Option<i64> = sqlx::query_scalar(MOVE_COUNTER)
                    .bind(project)
                    .fetch_optional(&mut *self.connection)
                    .await?;
                Ok(seq.or_not_found("project")?.cast_unsigned())
            }

            /// Moves a project's counter, which is locked, to where entities were numbered.
            pub(super) async fn set_counter(&mut self, project: Uuid, seq: u64) -> StoreResult<()> {
                let set = sqlx::query(SET_COUNTER).bind(project).bind(seq.cast_signed());
                set.execute(&mut *self.connection).await?;
                Ok(())
            }

            /// Ends the job, and records what the audit shall say and the receipt that the write carries, commits, and
            /// tells what changed.
            pub(super) async fn commit<T: Serialize + Sync>(mut self, value: T) -> StoreResult<T> {
                if let Some(ending) = self.write.ends.take() {
                    self.complete_job(ending).await?;
                }
                if let Some(record) = self.write.record.take() {
                    self.append_record(record).await?;
                }
                if let Some(receipt) = self.write.receipt.take() {
                    sqlx::query(RECORD_RECEIPT)
                        .bind(receipt.scope)
                        .bind(receipt.key)
                        .bind(receipt.request_hash)
                        .bind(Json(&value))
                        .bind(self.write.now)
                        .execute(&mut *self.connection)
                        .await
                        .map_err(|error| match error.as_database_error() {
                            Some(database) if database.is_unique_violation() => StoreError::Repeated,
                            _ => error.into(),
                        })?;
                }
                self.connection.commit().await?;
                for (project, (seq, changed)) in gather(self.pokes) {
                    self.events.poke(&project.to_string(), seq, Vec::from_iter(changed));
                }
                for job in self.jobs {
                    self.events.job(job);
                }
                Ok(value)
            }
        }
    };
}
impl_writing!(sqlx::Sqlite);
impl_writing!(sqlx::Postgres);
