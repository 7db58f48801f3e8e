//! Changes of entities: what they must pass, and how they are written.

use super::{EntityRow, FIND, StoredEntity};
use crate::store::ProjectInputs;
use crate::store::connection::{Writing, compute};
use crate::store::error::{StoreError, StoreResult};
use hunch_protocol::{Changed, Entity, Key, Kind, ProblemError, Refusal};
use serde_json::Value;
use sqlx::types::Json;
use std::sync::Arc;
use uuid::Uuid;

/// A change that the server makes for someone: what a REST request asks for, what a product's user answers.
#[derive(Debug, Clone, PartialEq)]
pub struct EntityEdit {
    /// What changes.
    pub key: Key,
    /// The revision the change is based on, 0 if the entity is to be new. Of annotations the newest wins whatever it is
    /// based on.
    pub base: u64,
    /// What it shall say; nothing to take it away.
    pub body: Option<Value>,
    /// Who wants it.
    pub author: String,
}

/// What a change is about.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The project as the transaction sees it, without annotations and gold.
    pub inputs: &'a ProjectInputs,
    /// What changes.
    pub key: &'a Key,
    /// What it says now, if it is there.
    pub current: Option<&'a Value>,
}

/// Asked about each change, inside the transaction that makes it.
pub trait Check: Send + Sync {
    /// Whether an entity may say `body`, or go away if that is `None`, and what comes along with it.
    fn check(&self, asked: Asked<'_>, body: Option<&Value>) -> Result<Effect, Refused>;
}

/// What comes along with a change that may be made.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effect {
    /// Other entities that change along with it, and what they then say.
    pub also: Vec<(Key, Value)>,
}

/// Why a change may not be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{detail}")]
pub struct Refused {
    /// A stable name: that of a kind of problem.
    pub code: &'static str,
    /// A sentence for people.
    pub detail: String,
    /// What is wrong with each part of the body.
    pub errors: Vec<ProblemError>,
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        let errors = refused.errors.iter().map(|error| match &error.help {
            Some(help) => format!("{} ({help})", error.message),
            None => error.message.clone(),
        });
        let errors: Vec<String> = errors.collect();
        let detail = if errors.is_empty() {
            refused.detail
        } else {
            format!("{} {}.", refused.detail, errors.join("; "))
        };
        Self::new(refused.code, detail)
    }
}

/// What changes are checked against, kept up to date while one transaction makes several.
#[derive(Clone)]
pub(super) struct Checking {
    pub(super) project: Uuid,
    check: Arc<dyn Check>,
    inputs: Option<Arc<ProjectInputs>>,
}

impl Checking {
    pub(super) fn new(project: Uuid, check: Arc<dyn Check>) -> Self {
        Self { project, check, inputs: None }
    }

    /// Asks whether a change may be made. [`Writing::prepare`] comes first.
    pub(super) fn ask(
        &self,
        key: &Key,
        current: Option<&Value>,
        body: Option<&Value>,
    ) -> Result<Effect, Refused> {
        match &self.inputs {
            Some(inputs) => self.check.check(Asked { inputs, key, current }, body),
            None => Ok(Effect::default()),
        }
    }

    /// Takes note of a change that was made.
    pub(super) fn follow(&mut self, row: &EntityRow) -> StoreResult<()> {
        match &mut self.inputs {
            Some(inputs) => Arc::make_mut(inputs).follow(row),
            None => Ok(()),
        }
    }
}

const NAME_TAKEN: &str = "the name is taken; choose another, or edit the one that has it";

/// What is left of an entity whose tombstone is gone: its last revision.
const LAST_REVISION: &str = "
    select kind, id, body, revision, cast(0 as bigint) as seq, deleted, author, created_at, created_at as updated_at
    from entity_revisions where project_id = $1 and kind = $2 and id = $3 order by revision desc limit 1";

const REVISION: &str = "
    select body, deleted from entity_revisions
    where project_id = $1 and kind = $2 and id = $3 and revision = $4";

const HOLDERS: &str = "
    select * from entities
    where project_id = $1 and kind = $2 and id <> $3 and name in ($4, $5) and not deleted order by id";

const RECORD: &str = "
    insert into entity_revisions (project_id, kind, id, revision, body, deleted, author, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)";

/// A name stays with who holds it.
const PUT: &str = "
    insert into entities (project_id, kind, id, name, body, revision, seq, deleted, author, created_at, updated_at)
    values ($1, $2, $3,
        case when exists (
            select 1 from entities
            where project_id = $1 and kind = $2 and id <> $3 and name = $9 and not deleted
        ) then null else $9 end,
        $5, $4, $10, $6, $7, $8, $8)
    on conflict (project_id, kind, id) do update set name = excluded.name, body = excluded.body,
        revision = excluded.revision, seq = excluded.seq, deleted = excluded.deleted, author = excluded.author,
        updated_at = excluded.updated_at
    returning *";

/// The name that a body holds for its entity.
pub(super) fn name_in<'a>(key: &Key, body: &'a Value) -> Option<&'a str> {
    if matches!(key.kind, Kind::Rule | Kind::Policy) { body["name"].as_str() } else { None }
}

/// Whether a change may follow what is there.
fn check_base(current: Option<&EntityRow>, edit: &EntityEdit) -> StoreResult<()> {
    let missing = Err(StoreError::NotFound { what: edit.key.kind.name() });
    let Some(current) = current else {
        return if edit.base == 0 && edit.body.is_some() { Ok(()) } else { missing };
    };
    let stale = Err(StoreError::stale(current.revision.cast_signed(), &Entity::from(current.clone())));
    match (current.deleted, edit.base) {
        (true, _) if edit.body.is_none() => missing,
        _ if edit.key.kind == Kind::Annotation => Ok(()),
        (true, 0) => Ok(()),
        (_, base) if base == current.revision => Ok(()),
        (true, _) => missing,
        (false, 0) => Err(StoreError::Conflict { what: "there is one of this name already" }),
        (false, _) => stale,
    }
}

macro_rules! impl_changes {
    ($db:ty) => {
        impl Writing<$db> {
            pub(super) async fn put_entities(
                &mut self,
                project: Uuid,
                edits: Vec<EntityEdit>,
                check: Arc<dyn Check>,
            ) -> StoreResult<Vec<StoredEntity>> {
                self.lock(project).await?;
                let mut checking = Checking::new(project, check);
                let mut entities = Vec::new();
                for edit in edits {
                    entities.push(self.put_entity(&mut checking, edit).await?.into());
                }
                Ok(entities)
            }

            async fn put_entity(
                &mut self,
                checking: &mut Checking,
                edit: EntityEdit,
            ) -> StoreResult<EntityRow> {
                let project = checking.project;
                let current = self.entity(project, &edit.key).await?;
                check_base(current.as_ref(), &edit)?;
                let EntityEdit { key, body, author, .. } = edit;
                let current = current.filter(|current| !current.deleted).map(|current| current.body.0);
                let effect = self.check(checking, &key, current, body.clone()).await?;
                let name = body.as_ref().and_then(|body| name_in(&key, body));
                if !self.holders(project, &key, [name, None]).await?.is_empty() {
                    return Err(StoreError::Conflict { what: NAME_TAKEN });
                }
                let row = self.write_entity(project, &key, body, &author).await?;
                checking.follow(&row)?;
                self.bring_along(checking, effect, &author).await?;
                Ok(row)
            }

            /// Asks whether a change may be made, as things are now in the transaction.
            async fn check(
                &mut self,
                checking: &mut Checking,
                key: &Key,
                current: Option<Value>,
                body: Option<Value>,
            ) -> StoreResult<Effect> {
                self.prepare(checking).await?;
                let (asking, key) = (checking.clone(), key.clone());
                compute(move || {
                    asking.ask(&key, current.as_ref(), body.as_ref()).map_err(StoreError::Refused)
                })
                .await
            }

            /// Reads what changes are checked against, unless that was done.
            pub(super) async fn prepare(&mut self, checking: &mut Checking) -> StoreResult<()> {
                if checking.inputs.is_none() {
                    checking.inputs = Some(Arc::new(self.inputs(checking.project).await?));
                }
                Ok(())
            }

            /// Makes the changes that come along with another.
            pub(super) async fn bring_along(
                &mut self,
                checking: &mut Checking,
                effect: Effect,
                author: &str,
            ) -> StoreResult<()> {
                for (key, body) in effect.also {
                    let row = self.write_entity(checking.project, &key, Some(body), author).await?;
                    checking.follow(&row)?;
                }
                Ok(())
            }

            /// Other entities of the kind that hold one of two names.
            pub(super) async fn holders(
                &mut self,
                project: Uuid,
                key: &Key,
                names: [Option<&str>; 2],
            ) -> StoreResult<Vec<EntityRow>> {
                if names == [None, None] {
                    return Ok(Vec::new());
                }
                let rows = sqlx::query_as(HOLDERS)
                    .bind(project)
                    .bind(key.kind.name())
                    .bind(&key.id)
                    .bind(names[0])
                    .bind(names[1]);
                Ok(rows.fetch_all(&mut *self.connection).await?)
            }

            /// Writes the next revision of an entity; `None` takes it away. Nothing is checked.
            pub(in crate::store) async fn write_entity(
                &mut self,
                project: Uuid,
                key: &Key,
                body: Option<Value>,
                author: &str,
            ) -> StoreResult<EntityRow> {
                let current = self.entity_or_rest(project, key).await?;
                let mut next = Entity {
                    key: key.clone(),
                    revision: current.as_ref().map_or(0, |current| current.revision) + 1,
                    seq: self.count(project).await?,
                    deleted: body.is_none(),
                    body: body.unwrap_or_default(),
                    author: author.to_owned(),
                    updated_at: String::new(),
                };
                self.keep_terms(project, &mut next).await?;
                self.keep_revision(project, &next, current.as_ref()).await?;
                self.keep_entity(project, &next, current.as_ref()).await
            }

            /// An entity or its tombstone.
            pub(super) async fn entity(
                &mut self,
                project: Uuid,
                key: &Key,
            ) -> StoreResult<Option<EntityRow>> {
                let row = sqlx::query_as(FIND).bind(project).bind(key.kind.name()).bind(&key.id);
                Ok(row.fetch_optional(&mut *self.connection).await?)
            }

            /// What an entity said in a revision, null if that took it away.
            pub(super) async fn body_of(
                &mut self,
                project: Uuid,
                key: &Key,
                revision: u64,
            ) -> StoreResult<Option<Value>> {
                let row = sqlx::query_as(REVISION).bind(project).bind(key.kind.name()).bind(&key.id);
                let row = row.bind(revision.cast_signed()).fetch_optional(&mut *self.connection).await?;
                Ok(row.map(|(body, deleted): (Json<Value>, bool)| if deleted { Value::Null } else { body.0 }))
            }

            /// An entity, its tombstone, or what is left of it when that is gone.
            pub(super) async fn entity_or_rest(
                &mut self,
                project: Uuid,
                key: &Key,
            ) -> StoreResult<Option<EntityRow>> {
                if let Some(row) = self.entity(project, key).await? {
                    return Ok(Some(row));
                }
                let row = sqlx::query_as(LAST_REVISION).bind(project).bind(key.kind.name()).bind(&key.id);
                Ok(row.fetch_optional(&mut *self.connection).await?)
            }

            /// Keeps a revision in an entity's history. A tombstone keeps the body of `before`, so that its revision
            /// tells what went away.
            pub(super) async fn keep_revision(
                &mut self,
                project: Uuid,
                entity: &Entity,
                before: Option<&EntityRow>,
            ) -> StoreResult<()> {
                sqlx::query(RECORD)
                    .bind(project)
                    .bind(entity.key.kind.name())
                    .bind(&entity.key.id)
                    .bind(entity.revision.cast_signed())
                    .bind(Json(kept_body(entity, before)))
                    .bind(entity.deleted)
                    .bind(&entity.author)
                    .bind(self.write.now)
                    .execute(&mut *self.connection)
                    .await?;
                Ok(())
            }

            /// Makes a revision the current one.
            pub(super) async fn keep_entity(
                &mut self,
                project: Uuid,
                entity: &Entity,
                before: Option<&EntityRow>,
            ) -> StoreResult<EntityRow> {
                let body = kept_body(entity, before);
                self.pokes.push((project, entity.seq.cast_signed(), Changed::of(entity.key.kind)));
                let row = sqlx::query_as(PUT)
                    .bind(project)
                    .bind(entity.key.kind.name())
                    .bind(&entity.key.id)
                    .bind(entity.revision.cast_signed())
                    .bind(Json(body))
                    .bind(entity.deleted)
                    .bind(&entity.author)
                    .bind(self.write.now)
                    .bind(name_in(&entity.key, body))
                    .bind(entity.seq.cast_signed());
                Ok(row.fetch_one(&mut *self.connection).await?)
            }
        }
    };
}
impl_changes!(sqlx::Sqlite);
impl_changes!(sqlx::Postgres);

fn kept_body<'a>(entity: &'a Entity, before: Option<&'a EntityRow>) -> &'a Value {
    match before {
        Some(before) if entity.deleted => &before.body.0,
        _ => &entity.body,
    }
}
