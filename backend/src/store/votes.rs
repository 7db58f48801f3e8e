//! The votes of rules on chunks, as compressed blocks keyed by all that they follow from.

use super::connection::{Pools, detached};
use super::error::StoreResult;
use async_trait::async_trait;
use sqlx::{FromRow, QueryBuilder};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Most plans asked for in one statement; `SQLite` takes 32,766 values.
const PLANS: usize = 10_000;

/// Votes.
#[async_trait]
pub trait Votes: Send + Sync {
    /// The keys of the plans whose votes on a chunk are there.
    async fn vote_plans(&self, project: Uuid, engine: u32, chunk: &str) -> StoreResult<BTreeSet<String>>;

    /// The votes on a chunk of those of the plans that have them, by plan key.
    async fn vote_blocks(
        &self,
        project: Uuid,
        engine: u32,
        chunk: &str,
        plans: &[String],
    ) -> StoreResult<BTreeMap<String, Vec<u8>>>;

    /// Adds votes on a chunk, by plan key; what is there stays, for it is the same.
    async fn add_vote_blocks(
        &self,
        project: Uuid,
        engine: u32,
        chunk: &str,
        blocks: Vec<(String, Vec<u8>)>,
    ) -> StoreResult<()>;
}

#[derive(FromRow)]
struct BlockRow {
    plan: String,
    bytes: Vec<u8>,
}

const THERE: &str = "select plan from vote_blocks where project_id = $1 and engine = $2 and chunk = $3";

const ADD: &str = "
    insert into vote_blocks (project_id, engine, chunk, plan, bytes) values ($1, $2, $3, $4, $5)
    on conflict (project_id, engine, chunk, plan) do nothing";

macro_rules! impl_votes {
    ($db:ty) => {
        #[async_trait]
        impl Votes for Pools<$db> {
            async fn vote_plans(
                &self,
                project: Uuid,
                engine: u32,
                chunk: &str,
            ) -> StoreResult<BTreeSet<String>> {
                let plans: Vec<String> = sqlx::query_scalar(THERE)
                    .bind(project)
                    .bind(i64::from(engine))
                    .bind(chunk)
                    .fetch_all(&self.reads)
                    .await?;
                Ok(plans.into_iter().collect())
            }

            async fn vote_blocks(
                &self,
                project: Uuid,
                engine: u32,
                chunk: &str,
                plans: &[String],
            ) -> StoreResult<BTreeMap<String, Vec<u8>>> {
                let mut blocks = BTreeMap::new();
                for plans in plans.chunks(PLANS) {
                    let mut query =
                        QueryBuilder::<$db>::new("select plan, bytes from vote_blocks where project_id = ");
                    query.push_bind(project).push(" and engine = ").push_bind(i64::from(engine));
                    query.push(" and chunk = ").push_bind(chunk).push(" and plan in (");
                    let mut list = query.separated(", ");
                    for plan in plans {
                        list.push_bind(plan);
                    }
                    query.push(")");
                    let rows: Vec<BlockRow> = query.build_query_as().fetch_all(&self.reads).await?;
                    blocks.extend(rows.into_iter().map(|row| (row.plan, row.bytes)));
                }
                Ok(blocks)
            }

            async fn add_vote_blocks(
                &self,
                project: Uuid,
                engine: u32,
                chunk: &str,
                blocks: Vec<(String, Vec<u8>)>,
            ) -> StoreResult<()> {
                let (pools, chunk) = (self.clone(), chunk.to_owned());
                detached(async move {
                    let mut tx = pools.writes.begin_with(pools.begin).await?;
                    for (plan, bytes) in blocks {
                        sqlx::query(ADD)
                            .bind(project)
                            .bind(i64::from(engine))
                            .bind(&chunk)
                            .bind(plan)
                            .bind(bytes)
                            .execute(&mut *tx)
                            .await?;
                    }
                    Ok(tx.commit().await?)
                })
                .await
            }
        }
    };
}
impl_votes!(sqlx::Sqlite);
impl_votes!(sqlx::Postgres);
