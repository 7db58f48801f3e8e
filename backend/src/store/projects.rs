//! Projects, their counter and what it counted.

use super::connection::{Pools, Reading, Write, Writing, detached};
use super::error::{OrConflict as _, OrNotFound as _, StoreError, StoreResult};
use super::types::{Named, Seek};
use crate::clock::rfc3339;
use async_trait::async_trait;
use hunch_protocol::{
    Changed, Key, Kind, LABEL_SET, Label, LabelSetBody, Page, Poke, Project, Role, SETTINGS, SettingsBody,
};
use serde_json::json;
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::BTreeSet;
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
    /// Who makes it.
    pub author: String,
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
    settings: Json<SettingsBody>,
    label_set: Json<LabelSetBody>,
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
        let SettingsBody { name, seed, blacklist } = row.settings.0;
        let LabelSetBody { labels } = row.label_set.0;
        Self {
            id: row.id.to_string(),
            name,
            labels,
            seed,
            blacklist,
            revision: row.revision,
            seq: row.seq,
            rows: row.rows,
            rules: row.rules,
            created_at: rfc3339(row.created_at),
            updated_at: rfc3339(row.updated_at),
        }
    }
}

/// The key of a project's settings.
pub fn settings_key() -> Key {
    Key::new(Kind::Settings, SETTINGS)
}

/// The key of a project's label set.
pub fn label_set_key() -> Key {
    Key::new(Kind::LabelSet, LABEL_SET)
}

#[derive(FromRow)]
struct ChangeRow {
    #[sqlx(try_from = "String")]
    changed: Named<Changed>,
}

#[derive(FromRow)]
struct KindRow {
    #[sqlx(try_from = "String")]
    kind: Named<Kind>,
}

const ADD: &str = "
    insert into projects (id, corpus_columns, corpus_sources, epoch, created_at) values ($1, $2, $2, $3, $4)";

/// Name and labels are entities; either's change is one of the project's revision.
macro_rules! select_projects {
    ($condition:literal) => {
        concat!(
            "select projects.id, projects.seq, projects.rows, projects.created_at,
                settings.body as settings, label_set.body as label_set,
                settings.revision + label_set.revision - 1 as revision,
                case when settings.seq > label_set.seq then settings.updated_at else label_set.updated_at end
                    as updated_at,
                (select count(*) from entities where project_id = projects.id and kind = 'rule' and not deleted)
                    as rules
            from projects
            join entities settings on settings.project_id = projects.id and settings.kind = 'settings'
            join entities label_set on label_set.project_id = projects.id and label_set.kind = 'label_set'
            where ",
            $condition
        )
    };
}

const GET: &str = select_projects!("projects.id = $1");

const LIST: &str = select_projects!("($1 is null or projects.id > $1) order by projects.id limit $2");

const REMOVE: &str = "delete from projects where id = $1";

const CHANGES: &str = "select distinct changed from changes where project_id = $1 and seq > $2";

/// Changes of entities are not recorded a second time.
const CHANGED_KINDS: &str = "select distinct kind from entities where project_id = $1 and seq > $2";

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
                        .bind(Json(Vec::<String>::new()))
                        .bind(id.to_string())
                        .bind(tx.write.now)
                        .execute(&mut *tx.connection)
                        .await
                        .or_conflict("there is a project with this id")?;
                    let ProjectDraft { name, labels, seed, author } = draft;
                    let settings = json!(SettingsBody { name, seed, blacklist: Vec::new() });
                    tx.write_entity(id, &settings_key(), Some(settings), &author).await?;
                    let labels = json!(LabelSetBody { labels });
                    tx.write_entity(id, &label_set_key(), Some(labels), &author).await?;
                    if let Some(owner) = tx.write.owner {
                        tx.add_member(id, owner, Role::Owner).await?;
                    }
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
                let kinds: Vec<KindRow> =
                    sqlx::query_as(CHANGED_KINDS).bind(id).bind(seq).fetch_all(&self.reads).await?;
                let kinds = kinds.into_iter().map(|row| Changed::of(row.kind.0));
                let changed: BTreeSet<Changed> =
                    rows.into_iter().map(|row| row.changed.0).chain(kinds).collect();
                Ok(Poke { seq: now, changed: changed.into_iter().collect() })
            }
        }

        impl Writing<$db> {
            async fn check_project(&mut self, id: Uuid, base: i64) -> StoreResult<()> {
                let current = self.project(id).await?;
                if current.revision == base {
                    Ok(())
                } else {
                    Err(StoreError::stale(current.revision, &current))
                }
            }
        }
    };
}
impl_projects!(sqlx::Sqlite);
impl_projects!(sqlx::Postgres);

macro_rules! impl_reads {
    ($transaction:ty) => {
        impl $transaction {
            pub(super) async fn project(&mut self, id: Uuid) -> StoreResult<Project> {
                let row: Option<ProjectRow> =
                    sqlx::query_as(GET).bind(id).fetch_optional(&mut *self.connection).await?;
                Ok(row.or_not_found("project")?.into())
            }
        }
    };
}
impl_reads!(Reading<sqlx::Sqlite>);
impl_reads!(Reading<sqlx::Postgres>);
impl_reads!(Writing<sqlx::Sqlite>);
impl_reads!(Writing<sqlx::Postgres>);
