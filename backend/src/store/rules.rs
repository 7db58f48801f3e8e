//! Rules and their revisions.

use super::connection::{Pools, Write, Writing, detached};
use super::error::{OrConflict as _, OrNotFound as _, StoreError, StoreResult};
use super::types::Seek;
use crate::clock::rfc3339;
use async_trait::async_trait;
use hunch_protocol::{Changed, Page, Rule, RuleRevision};
use sqlx::FromRow;
use uuid::Uuid;

/// What a revision of a rule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleDraft {
    /// The name its source gives.
    pub name: String,
    /// The rule language.
    pub source: String,
    /// Whether it is applied and counted.
    pub active: bool,
}

/// One edit of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleEdit {
    /// A new rule.
    Add {
        /// Its identifier.
        id: Uuid,
        /// Its first revision.
        draft: RuleDraft,
    },
    /// A new revision. It brings a removed rule back if it is based on the revision that removed it.
    Replace {
        /// The rule.
        id: Uuid,
        /// The revision the edit is based on.
        base: i64,
        /// The next revision.
        draft: RuleDraft,
    },
    /// The end of a rule; its revisions stay.
    Remove {
        /// The rule.
        id: Uuid,
        /// The revision the edit is based on.
        base: i64,
    },
}

/// Rules.
#[async_trait]
pub trait Rules: Send + Sync {
    /// Carries out all edits or none, and returns the rules that were added or replaced, in the edits' order.
    ///
    /// Conflict: a name or an id is taken. Stale: a base is not the current revision.
    async fn edit_rules(&self, project: Uuid, edits: Vec<RuleEdit>, write: Write) -> StoreResult<Vec<Rule>>;

    /// A rule.
    async fn get_rule(&self, project: Uuid, id: Uuid) -> StoreResult<Rule>;

    /// Rules in the order they were made; the cursor is an id.
    async fn list_rules(&self, project: Uuid, seek: Seek<Uuid>) -> StoreResult<Page<Rule>>;

    /// Revisions of a rule, newest first, those of a removed rule too; the cursor is a revision.
    async fn list_revisions(
        &self,
        project: Uuid,
        id: Uuid,
        seek: Seek<i64>,
    ) -> StoreResult<Page<RuleRevision>>;
}

#[derive(FromRow)]
pub(super) struct RuleRow {
    id: Uuid,
    name: String,
    source: String,
    active: bool,
    revision: i64,
    deleted: bool,
    created_at: i64,
    updated_at: i64,
}

impl From<RuleRow> for Rule {
    fn from(row: RuleRow) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name,
            source: row.source,
            active: row.active,
            revision: row.revision,
            created_at: rfc3339(row.created_at),
            updated_at: rfc3339(row.updated_at),
        }
    }
}

#[derive(FromRow)]
struct RevisionRow {
    revision: i64,
    name: String,
    source: String,
    active: bool,
    deleted: bool,
    created_at: i64,
}

impl From<RevisionRow> for RuleRevision {
    fn from(row: RevisionRow) -> Self {
        Self {
            revision: row.revision,
            name: row.name,
            source: row.source,
            active: row.active,
            deleted: row.deleted,
            created_at: rfc3339(row.created_at),
        }
    }
}

const NAME_TAKEN: &str = "there is a rule with this name";

const ADD: &str = "
    insert into rules (project_id, id, name, source, active, revision, created_at, updated_at)
    values ($1, $2, $3, $4, $5, 1, $6, $6) returning *";

/// With tombstones.
const FIND: &str = "select * from rules where project_id = $1 and id = $2";

const LIST: &str = "
    select * from rules where project_id = $1 and not deleted and ($2 is null or id > $2) order by id limit $3";

const REPLACE: &str = "
    update rules set name = $3, source = $4, active = $5, deleted = false, revision = revision + 1, updated_at = $6
    where project_id = $1 and id = $2 returning *";

const REMOVE: &str = "
    update rules set deleted = true, revision = revision + 1, updated_at = $3
    where project_id = $1 and id = $2";

const RECORD: &str = "
    insert into rule_revisions (project_id, rule_id, revision, name, source, active, deleted, created_at)
    select project_id, id, revision, name, source, active, deleted, updated_at
    from rules where project_id = $1 and id = $2";

const REVISIONS: &str = "
    select * from rule_revisions where project_id = $1 and rule_id = $2 and ($3 is null or revision < $3)
    order by revision desc limit $4";

macro_rules! impl_rules {
    ($db:ty) => {
        #[async_trait]
        impl Rules for Pools<$db> {
            async fn edit_rules(
                &self,
                project: Uuid,
                edits: Vec<RuleEdit>,
                write: Write,
            ) -> StoreResult<Vec<Rule>> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    tx.change(project, Changed::Rules).await?;
                    let mut rules = Vec::new();
                    for edit in edits {
                        rules.extend(tx.edit_rule(project, edit).await?);
                    }
                    tx.commit(rules).await
                })
                .await
            }

            async fn get_rule(&self, project: Uuid, id: Uuid) -> StoreResult<Rule> {
                let row: Option<RuleRow> =
                    sqlx::query_as(FIND).bind(project).bind(id).fetch_optional(&self.reads).await?;
                Ok(row.filter(|row| !row.deleted).or_not_found("rule")?.into())
            }

            async fn list_rules(&self, project: Uuid, seek: Seek<Uuid>) -> StoreResult<Page<Rule>> {
                let rows: Vec<RuleRow> = sqlx::query_as(LIST)
                    .bind(project)
                    .bind(seek.after)
                    .bind(seek.rows())
                    .fetch_all(&self.reads)
                    .await?;
                Ok(seek.page(rows.into_iter().map(Rule::from).collect(), |rule| rule.id.clone()))
            }

            async fn list_revisions(
                &self,
                project: Uuid,
                id: Uuid,
                seek: Seek<i64>,
            ) -> StoreResult<Page<RuleRevision>> {
                sqlx::query(FIND)
                    .bind(project)
                    .bind(id)
                    .fetch_optional(&self.reads)
                    .await?
                    .or_not_found("rule")?;
                let rows: Vec<RevisionRow> = sqlx::query_as(REVISIONS)
                    .bind(project)
                    .bind(id)
                    .bind(seek.after)
                    .bind(seek.rows())
                    .fetch_all(&self.reads)
                    .await?;
                let revisions = rows.into_iter().map(RuleRevision::from).collect();
                Ok(seek.page(revisions, |revision| revision.revision.to_string()))
            }
        }

        impl Writing<$db> {
            async fn edit_rule(&mut self, project: Uuid, edit: RuleEdit) -> StoreResult<Option<Rule>> {
                let (id, row) = match edit {
                    RuleEdit::Add { id, draft } => (id, Some(self.add_rule(project, id, draft).await?)),
                    RuleEdit::Replace { id, base, draft } => {
                        self.check_rule(project, id, base, true).await?;
                        (id, Some(self.replace_rule(project, id, draft).await?))
                    }
                    RuleEdit::Remove { id, base } => {
                        self.check_rule(project, id, base, false).await?;
                        sqlx::query(REMOVE)
                            .bind(project)
                            .bind(id)
                            .bind(self.write.now)
                            .execute(&mut *self.connection)
                            .await?;
                        (id, None)
                    }
                };
                sqlx::query(RECORD).bind(project).bind(id).execute(&mut *self.connection).await?;
                Ok(row.map(Rule::from))
            }

            async fn add_rule(&mut self, project: Uuid, id: Uuid, draft: RuleDraft) -> StoreResult<RuleRow> {
                sqlx::query_as(ADD)
                    .bind(project)
                    .bind(id)
                    .bind(draft.name)
                    .bind(draft.source)
                    .bind(draft.active)
                    .bind(self.write.now)
                    .fetch_one(&mut *self.connection)
                    .await
                    .or_conflict(NAME_TAKEN)
            }

            async fn replace_rule(
                &mut self,
                project: Uuid,
                id: Uuid,
                draft: RuleDraft,
            ) -> StoreResult<RuleRow> {
                sqlx::query_as(REPLACE)
                    .bind(project)
                    .bind(id)
                    .bind(draft.name)
                    .bind(draft.source)
                    .bind(draft.active)
                    .bind(self.write.now)
                    .fetch_one(&mut *self.connection)
                    .await
                    .or_conflict(NAME_TAKEN)
            }

            /// Whether an edit may follow a revision; `revive`: also one that removed the rule.
            async fn check_rule(
                &mut self,
                project: Uuid,
                id: Uuid,
                base: i64,
                revive: bool,
            ) -> StoreResult<()> {
                let current: Option<RuleRow> =
                    sqlx::query_as(FIND).bind(project).bind(id).fetch_optional(&mut *self.connection).await?;
                let current = current.or_not_found("rule")?;
                match (current.revision == base, current.deleted) {
                    (true, deleted) if revive || !deleted => Ok(()),
                    (false, false) => Err(StoreError::stale(current.revision, &Rule::from(current))),
                    _ => Err(StoreError::NotFound { what: "rule" }),
                }
            }
        }
    };
}
impl_rules!(sqlx::Sqlite);
impl_rules!(sqlx::Postgres);
