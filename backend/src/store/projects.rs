//! Projects, their counter and what it counted.

use super::connection::{Pools, Reading, Write, Writing, detached};
use super::error::{OrConflict as _, OrNotFound as _, StoreError, StoreResult};
use super::types::{Named, Seek};
use crate::clock::rfc3339;
use async_trait::async_trait;
use hunch_protocol::{Changed, Label, Page, Poke, Project};
use sqlx::FromRow;
use sqlx::types::Json;
use uuid::Uuid;

/// What a new project starts with.
#[derive(Debug, Clone)]
pub struct ProjectDraft {
    /// What people call it.
    pub name: String,
    /// The label set.
    pub labels: Vec<Label>,
    /// Seed of everything random in it.
    pub seed: u64,
}

/// Projects.
#[async_trait]
pub trait Projects: Send + Sync {
    /// Adds a project. Conflict: the id is taken.
    async fn add_project(&self, id: Uuid, draft: ProjectDraft, write: Write) -> StoreResult<Project>;

    /// A project.
    async fn get_project(&self, id: Uuid) -> StoreResult<Project>;

    /// Projects in the order they were made; the cursor is an id.
    async fn list_projects(&self, seek: Seek<Uuid>) -> StoreResult<Page<Project>>;

    /// Replaces name and label set, based on a revision.
    async fn update_project(
        &self,
        id: Uuid,
        name: String,
        labels: Vec<Label>,
        base: i64,
        write: Write,
    ) -> StoreResult<Project>;

    /// Removes a project and all that is in it, based on a revision.
    async fn remove_project(&self, id: Uuid, base: i64, write: Write) -> StoreResult<()>;

    /// Whether the database answers.
    async fn ping(&self) -> StoreResult<()>;

    /// What changed in a project after its counter had a value: the counter now, and each kind of change once.
    async fn changes_since(&self, id: Uuid, seq: i64) -> StoreResult<Poke>;
}

#[derive(FromRow)]
struct ProjectRow {
    id: Uuid,
    name: String,
    labels: Json<Vec<Label>>,
    seed: i64,
    revision: i64,
    seq: i64,
    #[sqlx(try_from = "i64")]
    rows: u64,
    #[sqlx(try_from = "i64")]
    rules: u64,
    created_at: i64,
    updated_at: i64,
}

impl From<ProjectRow> for Project {
    fn from(row: ProjectRow) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name,
            labels: row.labels.0,
            seed: row.seed.cast_unsigned(),
            revision: row.revision,
            seq: row.seq,
            rows: row.rows,
            rules: row.rules,
            created_at: rfc3339(row.created_at),
            updated_at: rfc3339(row.updated_at),
        }
    }
}

#[derive(FromRow)]
struct ChangeRow {
    #[sqlx(try_from = "String")]
    changed: Named<Changed>,
}

const ADD: &str = "
    insert into projects (id, name, labels, seed, corpus_columns, corpus_sources, created_at, updated_at)
    values ($1, $2, $3, $4, $5, $5, $6, $6)";

const GET: &str = "
    select projects.*,
        (select count(*) from rules where project_id = projects.id and not deleted) as rules
    from projects where id = $1";

const LIST: &str = "
    select projects.*,
        (select count(*) from rules where project_id = projects.id and not deleted) as rules
    from projects where ($1 is null or id > $1) order by id limit $2";

const UPDATE: &str =
    "update projects set name = $2, labels = $3, revision = revision + 1, updated_at = $4 where id = $1";

const REMOVE: &str = "delete from projects where id = $1";

const CHANGES: &str = "select distinct changed from changes where project_id = $1 and seq > $2";

const COUNTER: &str = "select seq from projects where id = $1";

macro_rules! impl_projects {
    ($db:ty) => {
        #[async_trait]
        impl Projects for Pools<$db> {
            async fn add_project(&self, id: Uuid, draft: ProjectDraft, write: Write) -> StoreResult<Project> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    sqlx::query(ADD)
                        .bind(id)
                        .bind(draft.name)
                        .bind(Json(draft.labels))
                        .bind(draft.seed.cast_signed())
                        .bind(Json(Vec::<String>::new()))
                        .bind(tx.write.now)
                        .execute(&mut *tx.connection)
                        .await
                        .or_conflict("there is a project with this id")?;
                    tx.change(id, Changed::Project).await?;
                    let row: ProjectRow = sqlx::query_as(GET).bind(id).fetch_one(&mut *tx.connection).await?;
                    tx.commit(row.into()).await
                })
                .await
            }

            async fn get_project(&self, id: Uuid) -> StoreResult<Project> {
                let row: Option<ProjectRow> =
                    sqlx::query_as(GET).bind(id).fetch_optional(&self.reads).await?;
                Ok(row.or_not_found("project")?.into())
            }

            async fn list_projects(&self, seek: Seek<Uuid>) -> StoreResult<Page<Project>> {
                let rows: Vec<ProjectRow> =
                    sqlx::query_as(LIST).bind(seek.after).bind(seek.rows()).fetch_all(&self.reads).await?;
                Ok(seek.page(rows.into_iter().map(Project::from).collect(), |project| project.id.clone()))
            }

            async fn update_project(
                &self,
                id: Uuid,
                name: String,
                labels: Vec<Label>,
                base: i64,
                write: Write,
            ) -> StoreResult<Project> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    tx.change(id, Changed::Project).await?;
                    tx.check_project(id, base).await?;
                    sqlx::query(UPDATE)
                        .bind(id)
                        .bind(name)
                        .bind(Json(labels))
                        .bind(tx.write.now)
                        .execute(&mut *tx.connection)
                        .await?;
                    let row: ProjectRow = sqlx::query_as(GET).bind(id).fetch_one(&mut *tx.connection).await?;
                    tx.commit(row.into()).await
                })
                .await
            }

            async fn remove_project(&self, id: Uuid, base: i64, write: Write) -> StoreResult<()> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    tx.change(id, Changed::Project).await?;
                    tx.check_project(id, base).await?;
                    sqlx::query(REMOVE).bind(id).execute(&mut *tx.connection).await?;
                    tx.commit(()).await
                })
                .await
            }

            async fn ping(&self) -> StoreResult<()> {
                sqlx::query("select 1").execute(&self.reads).await?;
                Ok(())
            }

            async fn changes_since(&self, id: Uuid, seq: i64) -> StoreResult<Poke> {
                // The counter first: a change that comes between the two reads is told twice rather than missed.
                let now: Option<i64> =
                    sqlx::query_scalar(COUNTER).bind(id).fetch_optional(&self.reads).await?;
                let now = now.or_not_found("project")?;
                let rows: Vec<ChangeRow> =
                    sqlx::query_as(CHANGES).bind(id).bind(seq).fetch_all(&self.reads).await?;
                let mut changed: Vec<Changed> = rows.into_iter().map(|row| row.changed.0).collect();
                changed.sort_unstable();
                Ok(Poke { seq: now, changed })
            }
        }

        impl Writing<$db> {
            async fn check_project(&mut self, id: Uuid, base: i64) -> StoreResult<()> {
                let current: ProjectRow =
                    sqlx::query_as(GET).bind(id).fetch_one(&mut *self.connection).await?;
                if current.revision == base {
                    Ok(())
                } else {
                    Err(StoreError::stale(current.revision, &Project::from(current)))
                }
            }
        }

        impl Reading<$db> {
            pub(super) async fn project(&mut self, id: Uuid) -> StoreResult<Project> {
                let row: Option<ProjectRow> =
                    sqlx::query_as(GET).bind(id).fetch_optional(&mut *self.connection).await?;
                Ok(row.or_not_found("project")?.into())
            }
        }
    };
}
impl_projects!(sqlx::Sqlite);
impl_projects!(sqlx::Postgres);
