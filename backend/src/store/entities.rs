//! Entities: all that is synced, as it is now and every revision it ever had. Rules, lexicons and the like are typed
//! readings of them.

mod change;
mod push;

pub use change::{Asked, Check, Effect, EntityEdit, Refused};
pub use push::{Push, Resolution};

use super::connection::{Pools, Reading, Write, Writing, detached};
use super::error::{OrNotFound as _, StoreError, StoreResult};
use super::types::{Named, Seek};
use crate::clock::rfc3339;
use async_trait::async_trait;
use hunch_protocol::{Entity, Key, Kind, Page, PushReply, Receipt, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::FromRow;
use sqlx::types::Json;
use std::sync::Arc;
use uuid::Uuid;

/// An entity as it is now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredEntity {
    /// The entity.
    #[serde(flatten)]
    pub entity: Entity,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Entities.
#[async_trait]
pub trait Entities: Send + Sync {
    /// Makes all changes or none, each if `check` agrees, and returns the entities as they then are, in the edits'
    /// order.
    ///
    /// Stale: a base is not the current revision. Conflict: a name is taken, or what is to be new is there.
    async fn put_entities(
        &self,
        project: Uuid,
        edits: Vec<EntityEdit>,
        check: Arc<dyn Check>,
        write: Write,
    ) -> StoreResult<Vec<StoredEntity>>;

    /// Carries out a device's operations, each once and for ever.
    async fn push(
        &self,
        project: Uuid,
        push: Push,
        check: Arc<dyn Check>,
        write: Write,
    ) -> StoreResult<PushReply>;

    /// Settles a merge conflict without a device. What came of it is told as to a device.
    async fn resolve(
        &self,
        project: Uuid,
        resolution: Resolution,
        check: Arc<dyn Check>,
        write: Write,
    ) -> StoreResult<Receipt>;

    /// An entity that is not deleted.
    async fn get_entity(&self, project: Uuid, key: &Key) -> StoreResult<StoredEntity>;

    /// All entities of a kind that are not deleted, by id.
    async fn entities_of(&self, project: Uuid, kind: Kind) -> StoreResult<Vec<Entity>>;

    /// Entities of a kind that are not deleted, by id; the cursor is an id.
    async fn list_entities(
        &self,
        project: Uuid,
        kind: Kind,
        seek: Seek<String>,
    ) -> StoreResult<Page<StoredEntity>>;

    /// Revisions of an entity, newest first, those of a deleted one too; the cursor is a revision. A revision that took
    /// the entity away carries the body it had before.
    async fn list_revisions(
        &self,
        project: Uuid,
        key: &Key,
        seek: Seek<i64>,
    ) -> StoreResult<Page<StoredRevision>>;
}

/// One revision of an entity.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRevision {
    /// Counts from 1.
    pub revision: i64,
    /// What it says; of a revision that took the entity away, what that said before.
    pub body: Value,
    /// Whether it took the entity away.
    pub deleted: bool,
    /// Who made it.
    pub author: String,
    /// When.
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, FromRow)]
pub(super) struct EntityRow {
    #[sqlx(try_from = "String")]
    kind: Named<Kind>,
    id: String,
    body: Json<Value>,
    #[sqlx(try_from = "i64")]
    revision: u64,
    #[sqlx(try_from = "i64")]
    seq: u64,
    pub(super) deleted: bool,
    author: String,
    created_at: i64,
    updated_at: i64,
}

impl EntityRow {
    /// The body as its kind wants it.
    pub(super) fn body<T: DeserializeOwned>(&self) -> StoreResult<T> {
        read_body("entities", &self.id, &self.body.0)
    }

    pub(super) fn key(&self) -> Key {
        Key { kind: self.kind.0, id: self.id.clone() }
    }

    /// Whether it has just been made.
    pub(super) fn is_first(&self) -> bool {
        self.revision == 1
    }

    /// The entity; of a tombstone with what it said last.
    fn with_last_body(&self) -> Entity {
        Entity { body: self.body.0.clone(), ..self.clone().into() }
    }
}

impl From<EntityRow> for StoredEntity {
    fn from(row: EntityRow) -> Self {
        let created_at = rfc3339(row.created_at);
        Self { entity: row.into(), created_at }
    }
}

impl From<EntityRow> for Entity {
    fn from(row: EntityRow) -> Self {
        Self {
            key: Key { kind: row.kind.0, id: row.id },
            revision: row.revision,
            seq: row.seq,
            deleted: row.deleted,
            body: if row.deleted { Value::Null } else { row.body.0 },
            author: row.author,
            updated_at: rfc3339(row.updated_at),
        }
    }
}

/// A body as its kind wants it.
pub(super) fn read_body<T: DeserializeOwned>(table: &'static str, id: &str, body: &Value) -> StoreResult<T> {
    T::deserialize(body).map_err(|_| StoreError::Inconsistent {
        table,
        column: "body".to_owned(),
        id: id.to_owned(),
    })
}

#[derive(FromRow)]
struct RevisionRow {
    revision: i64,
    body: Json<Value>,
    deleted: bool,
    author: String,
    created_at: i64,
}

impl From<RevisionRow> for StoredRevision {
    fn from(row: RevisionRow) -> Self {
        Self {
            revision: row.revision,
            body: row.body.0,
            deleted: row.deleted,
            author: row.author,
            created_at: rfc3339(row.created_at),
        }
    }
}

/// With tombstones.
pub(super) const FIND: &str = "select * from entities where project_id = $1 and kind = $2 and id = $3";

const OF_KIND: &str =
    "select * from entities where project_id = $1 and kind = $2 and not deleted order by id";

const LIST: &str = "
    select * from entities where project_id = $1 and kind = $2 and not deleted and ($3 is null or id > $3)
    order by id limit $4";

const REVISIONS: &str = "
    select revision, body, deleted, author, created_at from entity_revisions
    where project_id = $1 and kind = $2 and id = $3 and ($4 is null or revision < $4)
    order by revision desc limit $5";

macro_rules! impl_entities {
    ($db:ty) => {
        #[async_trait]
        impl Entities for Pools<$db> {
            async fn put_entities(
                &self,
                project: Uuid,
                edits: Vec<EntityEdit>,
                check: Arc<dyn Check>,
                write: Write,
            ) -> StoreResult<Vec<StoredEntity>> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    let entities = tx.put_entities(project, edits, check).await?;
                    tx.commit(entities).await
                })
                .await
            }

            async fn push(
                &self,
                project: Uuid,
                push: Push,
                check: Arc<dyn Check>,
                write: Write,
            ) -> StoreResult<PushReply> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    let reply = tx.push(project, push, check).await?;
                    tx.commit(reply).await
                })
                .await
            }

            async fn resolve(
                &self,
                project: Uuid,
                resolution: Resolution,
                check: Arc<dyn Check>,
                write: Write,
            ) -> StoreResult<Receipt> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    let receipt = tx.resolve(project, resolution, check).await?;
                    tx.commit(receipt).await
                })
                .await
            }

            async fn get_entity(&self, project: Uuid, key: &Key) -> StoreResult<StoredEntity> {
                let row: Option<EntityRow> = sqlx::query_as(FIND)
                    .bind(project)
                    .bind(key.kind.name())
                    .bind(&key.id)
                    .fetch_optional(&self.reads)
                    .await?;
                Ok(row.filter(|row| !row.deleted).or_not_found(key.kind.name())?.into())
            }

            async fn entities_of(&self, project: Uuid, kind: Kind) -> StoreResult<Vec<Entity>> {
                let rows: Vec<EntityRow> =
                    sqlx::query_as(OF_KIND).bind(project).bind(kind.name()).fetch_all(&self.reads).await?;
                Ok(rows.into_iter().map(Entity::from).collect())
            }

            async fn list_entities(
                &self,
                project: Uuid,
                kind: Kind,
                seek: Seek<String>,
            ) -> StoreResult<Page<StoredEntity>> {
                let rows: Vec<EntityRow> = sqlx::query_as(LIST)
                    .bind(project)
                    .bind(kind.name())
                    .bind(&seek.after)
                    .bind(seek.rows())
                    .fetch_all(&self.reads)
                    .await?;
                let entities = rows.into_iter().map(StoredEntity::from).collect();
                Ok(seek.page(entities, |stored: &StoredEntity| stored.entity.key.id.clone()))
            }

            async fn list_revisions(
                &self,
                project: Uuid,
                key: &Key,
                seek: Seek<i64>,
            ) -> StoreResult<Page<StoredRevision>> {
                let rows: Vec<RevisionRow> = sqlx::query_as(REVISIONS)
                    .bind(project)
                    .bind(key.kind.name())
                    .bind(&key.id)
                    .bind(seek.after)
                    .bind(seek.rows())
                    .fetch_all(&self.reads)
                    .await?;
                let revisions: Vec<_> = rows.into_iter().map(StoredRevision::from).collect();
                if revisions.is_empty() && seek.after.is_none() {
                    return Err(StoreError::NotFound { what: key.kind.name() });
                }
                Ok(seek.page(revisions, |revision| revision.revision.to_string()))
            }
        }
    };
}
impl_entities!(sqlx::Sqlite);
impl_entities!(sqlx::Postgres);

macro_rules! impl_reads {
    ($transaction:ty) => {
        impl $transaction {
            /// All entities of a kind that are not deleted, by id.
            pub(super) async fn entities(
                &mut self,
                project: Uuid,
                kind: Kind,
            ) -> StoreResult<Vec<EntityRow>> {
                let rows = sqlx::query_as(OF_KIND).bind(project).bind(kind.name());
                Ok(rows.fetch_all(&mut *self.connection).await?)
            }
        }
    };
}
impl_reads!(Reading<sqlx::Sqlite>);
impl_reads!(Reading<sqlx::Postgres>);
impl_reads!(Writing<sqlx::Sqlite>);
impl_reads!(Writing<sqlx::Postgres>);
