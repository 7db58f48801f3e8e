//! Rules and policies: entities read as what they are.

use super::connection::Pools;
use super::entities::{Entities as _, EntityRow, StoredEntity, read_body};
use super::error::{StoreError, StoreResult};
use super::types::Seek;
use async_trait::async_trait;
use hunch_protocol::{Key, Kind, Page, Rule, RuleBody, RuleRevision};
use uuid::Uuid;

/// Rules.
#[async_trait]
pub trait Rules: Send + Sync {
    /// A rule.
    async fn get_rule(&self, project: Uuid, id: Uuid) -> StoreResult<Rule>;

    /// Rules in the order they were made; the cursor is an id.
    async fn list_rules(&self, project: Uuid, seek: Seek<Uuid>) -> StoreResult<Page<Rule>>;

    /// Revisions of a rule, newest first, those of a removed rule too; the cursor is a revision.
    async fn list_rule_revisions(
        &self,
        project: Uuid,
        id: Uuid,
        seek: Seek<i64>,
    ) -> StoreResult<Page<RuleRevision>>;
}

/// The key of a rule.
pub fn rule_key(id: Uuid) -> Key {
    Key::new(Kind::Rule, id.to_string())
}

impl TryFrom<StoredEntity> for Rule {
    type Error = StoreError;

    fn try_from(stored: StoredEntity) -> StoreResult<Self> {
        let StoredEntity { entity, created_at } = stored;
        let RuleBody { name, source, active } = read_body("entities", &entity.key.id, &entity.body)?;
        Ok(Self {
            id: entity.key.id,
            name,
            source,
            active,
            revision: entity.revision.cast_signed(),
            created_at,
            updated_at: entity.updated_at,
        })
    }
}

/// Reads rows of one kind.
pub(super) fn read_all<T: TryFrom<StoredEntity, Error = StoreError>>(
    rows: impl IntoIterator<Item = EntityRow>,
) -> StoreResult<Vec<T>> {
    rows.into_iter().map(|row| T::try_from(StoredEntity::from(row))).collect()
}

macro_rules! impl_rules {
    ($db:ty) => {
        #[async_trait]
        impl Rules for Pools<$db> {
            async fn get_rule(&self, project: Uuid, id: Uuid) -> StoreResult<Rule> {
                self.get_entity(project, &rule_key(id)).await?.try_into()
            }

            async fn list_rules(&self, project: Uuid, seek: Seek<Uuid>) -> StoreResult<Page<Rule>> {
                let seek = Seek { after: seek.after.map(|id| id.to_string()), limit: seek.limit };
                self.list_entities(project, Kind::Rule, seek).await?.try_map(Rule::try_from)
            }

            async fn list_rule_revisions(
                &self,
                project: Uuid,
                id: Uuid,
                seek: Seek<i64>,
            ) -> StoreResult<Page<RuleRevision>> {
                self.list_revisions(project, &rule_key(id), seek).await?.try_map(|stored| {
                    let RuleBody { name, source, active } =
                        read_body("entity_revisions", &id.to_string(), &stored.body)?;
                    Ok(RuleRevision {
                        revision: stored.revision,
                        name,
                        source,
                        active,
                        deleted: stored.deleted,
                        created_at: stored.created_at,
                    })
                })
            }
        }
    };
}
impl_rules!(sqlx::Sqlite);
impl_rules!(sqlx::Postgres);
