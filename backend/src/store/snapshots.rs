//! Snapshots: their manifests. Their label blocks are objects.

use super::connection::{Pools, Write, detached};
use super::error::{OrNotFound as _, StoreError, StoreResult};
use super::types::Seek;
use crate::clock::rfc3339;
use async_trait::async_trait;
use hunch_protocol::{Changed, Manifest, Page, Snapshot};
use sqlx::FromRow;
use uuid::Uuid;

/// Snapshots.
#[async_trait]
pub trait Snapshots: Send + Sync {
    /// Adds a snapshot under its id, the hash of the manifest's canonical JSON; one with the same id stays as it is
    /// and is returned.
    async fn add_snapshot(
        &self,
        project: Uuid,
        id: &str,
        name: &str,
        manifest: &Manifest,
        write: Write,
    ) -> StoreResult<Snapshot>;

    /// A snapshot.
    async fn get_snapshot(&self, project: Uuid, id: &str) -> StoreResult<Snapshot>;

    /// What a snapshot follows from.
    async fn snapshot_manifest(&self, project: Uuid, id: &str) -> StoreResult<Manifest>;

    /// Snapshots, newest first; the cursor is the project's counter.
    async fn list_snapshots(&self, project: Uuid, seek: Seek<i64>) -> StoreResult<Page<Snapshot>>;
}

#[derive(FromRow)]
struct SnapshotRow {
    id: String,
    seq: i64,
    name: String,
    #[sqlx(try_from = "i64")]
    rows: u64,
    #[sqlx(try_from = "i64")]
    covered: u64,
    created_at: i64,
}

impl From<SnapshotRow> for Snapshot {
    fn from(row: SnapshotRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            rows: row.rows,
            covered: row.covered,
            created_at: rfc3339(row.created_at),
        }
    }
}

const ADD: &str = "
    insert into snapshots (project_id, id, seq, name, rows, covered, manifest, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (project_id, id) do nothing";

const GET: &str = "
    select id, seq, name, rows, covered, created_at from snapshots where project_id = $1 and id = $2";

const MANIFEST: &str = "select manifest from snapshots where project_id = $1 and id = $2";

const LIST: &str = "
    select id, seq, name, rows, covered, created_at from snapshots
    where project_id = $1 and ($2 is null or seq < $2) order by seq desc limit $3";

macro_rules! impl_snapshots {
    ($db:ty) => {
        #[async_trait]
        impl Snapshots for Pools<$db> {
            async fn add_snapshot(
                &self,
                project: Uuid,
                id: &str,
                name: &str,
                manifest: &Manifest,
                write: Write,
            ) -> StoreResult<Snapshot> {
                let (pools, id, name) = (self.clone(), id.to_owned(), name.to_owned());
                let (rows, covered) = (manifest.rows.cast_signed(), manifest.covered.cast_signed());
                let manifest = canonical_json(manifest);
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    let seq = tx.change(project, Changed::Snapshots).await?;
                    sqlx::query(ADD)
                        .bind(project)
                        .bind(&id)
                        .bind(seq)
                        .bind(name)
                        .bind(rows)
                        .bind(covered)
                        .bind(manifest)
                        .bind(tx.write.now)
                        .execute(&mut *tx.connection)
                        .await?;
                    let row: SnapshotRow =
                        sqlx::query_as(GET).bind(project).bind(&id).fetch_one(&mut *tx.connection).await?;
                    tx.commit(row.into()).await
                })
                .await
            }

            async fn get_snapshot(&self, project: Uuid, id: &str) -> StoreResult<Snapshot> {
                let row: Option<SnapshotRow> =
                    sqlx::query_as(GET).bind(project).bind(id).fetch_optional(&self.reads).await?;
                Ok(row.or_not_found("snapshot")?.into())
            }

            async fn snapshot_manifest(&self, project: Uuid, id: &str) -> StoreResult<Manifest> {
                let json: Option<String> =
                    sqlx::query_scalar(MANIFEST).bind(project).bind(id).fetch_optional(&self.reads).await?;
                serde_json::from_str(&json.or_not_found("snapshot")?).map_err(|_| StoreError::Inconsistent {
                    table: "snapshots",
                    column: "manifest".to_owned(),
                    id: id.to_owned(),
                })
            }

            async fn list_snapshots(&self, project: Uuid, seek: Seek<i64>) -> StoreResult<Page<Snapshot>> {
                let rows: Vec<SnapshotRow> = sqlx::query_as(LIST)
                    .bind(project)
                    .bind(seek.after)
                    .bind(seek.rows())
                    .fetch_all(&self.reads)
                    .await?;
                let page = seek.page(rows, |row| row.seq.to_string());
                Ok(Page { items: page.items.into_iter().map(Snapshot::from).collect(), next: page.next })
            }
        }
    };
}
impl_snapshots!(sqlx::Sqlite);
impl_snapshots!(sqlx::Postgres);

/// Sorted keys, no spaces, UTF-8.
fn canonical_json(manifest: &Manifest) -> String {
    // `serde_json::Value` sorts its keys, and a manifest holds nothing without a JSON form.
    serde_json::to_value(manifest).map(|value| value.to_string()).unwrap_or_default()
}
