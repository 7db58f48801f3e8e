//! Lexicons and the terms of every lexicon there ever was.

use super::connection::{Pools, Write, compute, detached};
use super::error::{OrNotFound as _, StoreError, StoreResult};
use super::types::Seek;
use crate::clock::rfc3339;
use async_trait::async_trait;
use hunch_protocol::{Changed, LexiconInfo, Page};
use sqlx::FromRow;
use uuid::Uuid;

/// What a lexicon is to hold.
#[derive(Debug, Clone)]
pub struct LexiconDraft {
    /// The name rules use.
    pub name: String,
    /// Hash of the terms.
    pub hash: String,
    /// Sorted, without repeats.
    pub terms: Vec<String>,
}

/// Lexicons.
#[async_trait]
pub trait Lexicons: Send + Sync {
    /// Makes a lexicon (`base` is `None`) or replaces its terms, based on a revision.
    ///
    /// Conflict: it is to be made and is there. Stale: the base is not the current revision.
    async fn put_lexicon(
        &self,
        project: Uuid,
        draft: LexiconDraft,
        base: Option<i64>,
        write: Write,
    ) -> StoreResult<LexiconInfo>;

    /// Takes a lexicon away, based on a revision.
    async fn remove_lexicon(&self, project: Uuid, name: &str, base: i64, write: Write) -> StoreResult<()>;

    /// A lexicon's facts.
    async fn get_lexicon(&self, project: Uuid, name: &str) -> StoreResult<LexiconInfo>;

    /// The terms with a hash, whether a lexicon still has them or not.
    async fn lexicon_terms(&self, project: Uuid, hash: &str) -> StoreResult<Vec<String>>;

    /// Lexicons by name; the cursor is a name.
    async fn list_lexicons(&self, project: Uuid, seek: Seek<String>) -> StoreResult<Page<LexiconInfo>>;
}

#[derive(FromRow)]
pub(super) struct LexiconRow {
    name: String,
    hash: String,
    #[sqlx(try_from = "i64")]
    terms: u64,
    revision: i64,
    deleted: bool,
    updated_at: i64,
}

impl From<LexiconRow> for LexiconInfo {
    fn from(row: LexiconRow) -> Self {
        Self {
            name: row.name,
            hash: row.hash,
            terms: row.terms,
            revision: row.revision,
            updated_at: rfc3339(row.updated_at),
        }
    }
}

/// A JSON list, zstd.
fn encode(terms: &[String]) -> StoreResult<Vec<u8>> {
    let json = serde_json::to_vec(terms).map_err(std::io::Error::from);
    json.and_then(|json| zstd::encode_all(json.as_slice(), 0))
        .map_err(|error| StoreError::Unavailable(sqlx::Error::Io(error)))
}

fn decode(hash: &str, bytes: &[u8]) -> StoreResult<Vec<String>> {
    let json = zstd::decode_all(bytes).ok();
    json.and_then(|json| serde_json::from_slice(&json).ok()).ok_or_else(|| StoreError::Inconsistent {
        table: "lexicon_terms",
        column: "bytes".to_owned(),
        id: hash.to_owned(),
    })
}

const PUT: &str = "
    insert into lexicons (project_id, name, hash, terms, revision, updated_at) values ($1, $2, $3, $4, 1, $5)
    on conflict (project_id, name) do update set hash = excluded.hash, terms = excluded.terms,
        revision = lexicons.revision + 1, deleted = false, updated_at = excluded.updated_at
    returning *";

const PUT_TERMS: &str = "
    insert into lexicon_terms (project_id, hash, bytes) values ($1, $2, $3)
    on conflict (project_id, hash) do nothing";

const REMOVE: &str = "
    update lexicons set deleted = true, revision = revision + 1, updated_at = $3
    where project_id = $1 and name = $2";

/// With tombstones.
const FIND: &str = "select * from lexicons where project_id = $1 and name = $2";

const TERMS: &str = "select bytes from lexicon_terms where project_id = $1 and hash = $2";

const LIST: &str = "
    select * from lexicons where project_id = $1 and not deleted and ($2 is null or name > $2)
    order by name limit $3";

macro_rules! impl_lexicons {
    ($db:ty) => {
        #[async_trait]
        impl Lexicons for Pools<$db> {
            async fn put_lexicon(
                &self,
                project: Uuid,
                draft: LexiconDraft,
                base: Option<i64>,
                write: Write,
            ) -> StoreResult<LexiconInfo> {
                let pools = self.clone();
                detached(async move {
                    let LexiconDraft { name, hash, terms } = draft;
                    let count = i64::try_from(terms.len()).unwrap_or(i64::MAX);
                    // Before the transaction: millions of terms take a while.
                    let bytes = compute(move || encode(&terms)).await?;

                    let mut tx = pools.begin(write).await?;
                    tx.change(project, Changed::Lexicons).await?;
                    let current: Option<LexiconRow> = sqlx::query_as(FIND)
                        .bind(project)
                        .bind(&name)
                        .fetch_optional(&mut *tx.connection)
                        .await?;
                    check_base(current, base)?;
                    sqlx::query(PUT_TERMS)
                        .bind(project)
                        .bind(&hash)
                        .bind(bytes)
                        .execute(&mut *tx.connection)
                        .await?;
                    let row: LexiconRow = sqlx::query_as(PUT)
                        .bind(project)
                        .bind(name)
                        .bind(hash)
                        .bind(count)
                        .bind(tx.write.now)
                        .fetch_one(&mut *tx.connection)
                        .await?;
                    tx.commit(row.into()).await
                })
                .await
            }

            async fn remove_lexicon(
                &self,
                project: Uuid,
                name: &str,
                base: i64,
                write: Write,
            ) -> StoreResult<()> {
                let (pools, name) = (self.clone(), name.to_owned());
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    tx.change(project, Changed::Lexicons).await?;
                    let current: Option<LexiconRow> = sqlx::query_as(FIND)
                        .bind(project)
                        .bind(&name)
                        .fetch_optional(&mut *tx.connection)
                        .await?;
                    check_base(current, Some(base))?;
                    sqlx::query(REMOVE)
                        .bind(project)
                        .bind(name)
                        .bind(tx.write.now)
                        .execute(&mut *tx.connection)
                        .await?;
                    tx.commit(()).await
                })
                .await
            }

            async fn get_lexicon(&self, project: Uuid, name: &str) -> StoreResult<LexiconInfo> {
                let row: Option<LexiconRow> =
                    sqlx::query_as(FIND).bind(project).bind(name).fetch_optional(&self.reads).await?;
                Ok(row.filter(|row| !row.deleted).or_not_found("lexicon")?.into())
            }

            async fn lexicon_terms(&self, project: Uuid, hash: &str) -> StoreResult<Vec<String>> {
                let bytes: Option<Vec<u8>> =
                    sqlx::query_scalar(TERMS).bind(project).bind(hash).fetch_optional(&self.reads).await?;
                let (hash, bytes) = (hash.to_owned(), bytes.or_not_found("lexicon")?);
                compute(move || decode(&hash, &bytes)).await
            }

            async fn list_lexicons(
                &self,
                project: Uuid,
                seek: Seek<String>,
            ) -> StoreResult<Page<LexiconInfo>> {
                let rows: Vec<LexiconRow> = sqlx::query_as(LIST)
                    .bind(project)
                    .bind(&seek.after)
                    .bind(seek.rows())
                    .fetch_all(&self.reads)
                    .await?;
                Ok(seek
                    .page(rows.into_iter().map(LexiconInfo::from).collect(), |lexicon| lexicon.name.clone()))
            }
        }
    };
}
impl_lexicons!(sqlx::Sqlite);
impl_lexicons!(sqlx::Postgres);

/// Whether an edit based on a revision, or on there being no such lexicon, may go ahead.
fn check_base(current: Option<LexiconRow>, base: Option<i64>) -> StoreResult<()> {
    match (current.filter(|current| !current.deleted), base) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(StoreError::NotFound { what: "lexicon" }),
        (Some(_), None) => Err(StoreError::Conflict { what: "there is a lexicon with this name" }),
        (Some(current), Some(base)) if current.revision == base => Ok(()),
        (Some(current), Some(_)) => Err(StoreError::stale(current.revision, &LexiconInfo::from(current))),
    }
}
