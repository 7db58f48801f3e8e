//! What nothing names any more: which objects are still named, and votes that nobody will ask for.

use super::connection::{Pools, detached};
use super::error::{StoreError, StoreResult};
use async_trait::async_trait;
use hunch_protocol::{ContentHash, CorpusColumn, EndModelReport};
use serde_json::Value;
use sqlx::types::Json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Garbage.
#[async_trait]
pub trait Garbage: Send + Sync {
    /// The objects that corpora, snapshots and end models of all projects name; `None` while a job runs, for it may name others.
    async fn named_objects(&self) -> StoreResult<Option<BTreeSet<ContentHash>>>;

    /// Notes that the votes of plans are in use.
    async fn use_plans(&self, project: Uuid, plans: &[String], now: i64) -> StoreResult<()>;

    /// Forgets votes by another engine, on chunks that are in no corpus, and of plans not used since `before`; returns
    /// how many blocks those were. Does nothing while a job runs.
    async fn forget_votes(&self, engine: u32, before: i64) -> StoreResult<u64>;
}

const RUNNING: &str = "select count(*) from jobs where state = 'running'";

const CHUNKS: &str = "select distinct hash from chunks";

const COLUMNS: &str = "select corpus_columns from projects";

const END_MODELS: &str = "select report from end_models";

const MANIFESTS: &str = "select manifest from snapshots";

const USE_PLAN: &str = "
    insert into vote_plans (project_id, plan, used_at) values ($1, $2, $3)
    on conflict (project_id, plan) do update set used_at = excluded.used_at";

const FORGET_VOTES: &str = "
    delete from vote_blocks where engine <> $1
        or not exists (
            select 1 from chunks
            where chunks.project_id = vote_blocks.project_id and chunks.hash = vote_blocks.chunk)
        or not exists (
            select 1 from vote_plans
            where vote_plans.project_id = vote_blocks.project_id and vote_plans.plan = vote_blocks.plan
                and vote_plans.used_at >= $2)";

const FORGET_PLANS: &str = "delete from vote_plans where used_at < $1";

macro_rules! impl_garbage {
    ($db:ty) => {
        #[async_trait]
        impl Garbage for Pools<$db> {
            async fn named_objects(&self) -> StoreResult<Option<BTreeSet<ContentHash>>> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin_reading().await?;
                    let running: i64 = sqlx::query_scalar(RUNNING).fetch_one(&mut *tx.connection).await?;
                    if running > 0 {
                        return Ok(None);
                    }
                    let chunks: Vec<String> =
                        sqlx::query_scalar(CHUNKS).fetch_all(&mut *tx.connection).await?;
                    let manifests: Vec<String> =
                        sqlx::query_scalar(MANIFESTS).fetch_all(&mut *tx.connection).await?;
                    let columns: Vec<Json<Vec<CorpusColumn>>> =
                        sqlx::query_scalar(COLUMNS).fetch_all(&mut *tx.connection).await?;
                    let end_models: Vec<Json<EndModelReport>> =
                        sqlx::query_scalar(END_MODELS).fetch_all(&mut *tx.connection).await?;
                    let mut named: BTreeSet<String> = chunks.into_iter().collect();
                    named.extend(end_models.into_iter().map(|report| report.0.model));
                    named.extend(columns.into_iter().flat_map(|of| of.0).filter_map(|column| column.weights));
                    for manifest in manifests {
                        add_hashes(&read_manifest(&manifest)?, &mut named);
                    }
                    Ok(Some(named))
                })
                .await
            }

            async fn use_plans(&self, project: Uuid, plans: &[String], now: i64) -> StoreResult<()> {
                let (pools, plans) = (self.clone(), plans.to_vec());
                detached(async move {
                    let mut tx = pools.writes.begin_with(pools.begin).await?;
                    for plan in plans {
                        sqlx::query(USE_PLAN).bind(project).bind(plan).bind(now).execute(&mut *tx).await?;
                    }
                    Ok(tx.commit().await?)
                })
                .await
            }

            async fn forget_votes(&self, engine: u32, before: i64) -> StoreResult<u64> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.writes.begin_with(pools.begin).await?;
                    let running: i64 = sqlx::query_scalar(RUNNING).fetch_one(&mut *tx).await?;
                    if running > 0 {
                        return Ok(0);
                    }
                    let gone = sqlx::query(FORGET_VOTES).bind(i64::from(engine)).bind(before);
                    let gone = gone.execute(&mut *tx).await?.rows_affected();
                    sqlx::query(FORGET_PLANS).bind(before).execute(&mut *tx).await?;
                    tx.commit().await?;
                    Ok(gone)
                })
                .await
            }
        }
    };
}
impl_garbage!(sqlx::Sqlite);
impl_garbage!(sqlx::Postgres);

fn read_manifest(text: &str) -> StoreResult<Value> {
    serde_json::from_str(text).map_err(|error| StoreError::Inconsistent {
        table: "snapshots",
        column: "manifest".to_owned(),
        id: error.to_string(),
    })
}

/// Every string in a manifest that could be the name of an object: whatever manifests come to hold, nothing is missed.
fn add_hashes(value: &Value, named: &mut BTreeSet<ContentHash>) {
    match value {
        Value::String(text) if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            named.insert(text.clone());
        }
        Value::Array(values) => values.iter().for_each(|value| add_hashes(value, named)),
        Value::Object(fields) => fields.values().for_each(|value| add_hashes(value, named)),
        _ => {}
    }
}
