//! Lexicons, entities read as what they are, and the terms of every lexicon there ever was.

use super::connection::{Pools, Writing, compute, detached};
use super::entities::{Entities as _, StoredEntity, read_body};
use super::error::{OrNotFound as _, StoreError, StoreResult};
use super::types::Seek;
use async_trait::async_trait;
use hunch_protocol::{
    Change, Entity, INLINE_TERM_BYTES, Key, Kind, LexiconAddress, LexiconInfo, LexiconTerms, Operation, Page,
    Refusal,
};
use hunch_sync::Reads;
use serde::Deserialize as _;
use serde_json::{Value, json};
use uuid::Uuid;

/// Lexicons.
#[async_trait]
pub trait Lexicons: Send + Sync {
    /// A lexicon's facts.
    async fn get_lexicon(&self, project: Uuid, name: &str) -> StoreResult<LexiconInfo>;

    /// Lexicons by name; the cursor is a name.
    async fn list_lexicons(&self, project: Uuid, seek: Seek<String>) -> StoreResult<Page<LexiconInfo>>;

    /// Keeps terms, sorted and without repeats, under their hash, so that a lexicon can name them. Not found: there is
    /// no such project.
    async fn add_terms(&self, project: Uuid, hash: &str, terms: Vec<String>) -> StoreResult<()>;

    /// The terms with a hash, whether a lexicon still has them or not.
    async fn lexicon_terms(&self, project: Uuid, hash: &str) -> StoreResult<Vec<String>>;
}

/// The key of a lexicon.
pub fn lexicon_key(name: &str) -> Key {
    Key::new(Kind::Lexicon, name)
}

impl TryFrom<StoredEntity> for LexiconInfo {
    type Error = StoreError;

    fn try_from(stored: StoredEntity) -> StoreResult<Self> {
        let entity = stored.entity;
        let LexiconAddress { hash, count } = read_body("entities", &entity.key.id, &entity.body)?;
        Ok(Self {
            name: entity.key.id,
            hash,
            terms: count,
            revision: entity.revision.cast_signed(),
            updated_at: entity.updated_at,
        })
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

const PUT_TERMS: &str = "
    insert into lexicon_terms (project_id, hash, bytes) values ($1, $2, $3)
    on conflict (project_id, hash) do nothing";

const TERMS: &str = "select bytes from lexicon_terms where project_id = $1 and hash = $2";

const KNOWN: &str = "select count(*) from lexicon_terms where project_id = $1 and hash = $2";

macro_rules! impl_lexicons {
    ($db:ty) => {
        #[async_trait]
        impl Lexicons for Pools<$db> {
            async fn get_lexicon(&self, project: Uuid, name: &str) -> StoreResult<LexiconInfo> {
                self.get_entity(project, &lexicon_key(name)).await?.try_into()
            }

            async fn list_lexicons(
                &self,
                project: Uuid,
                seek: Seek<String>,
            ) -> StoreResult<Page<LexiconInfo>> {
                self.list_entities(project, Kind::Lexicon, seek).await?.try_map(LexiconInfo::try_from)
            }

            async fn add_terms(&self, project: Uuid, hash: &str, terms: Vec<String>) -> StoreResult<()> {
                let (pools, hash) = (self.clone(), hash.to_owned());
                detached(async move {
                    let bytes = compute(move || encode(&terms)).await?;
                    let put = sqlx::query(PUT_TERMS).bind(project).bind(hash).bind(bytes);
                    put.execute(&pools.writes).await.map_err(|error| match error.as_database_error() {
                        Some(database) if database.is_foreign_key_violation() => {
                            StoreError::NotFound { what: "project" }
                        }
                        _ => error.into(),
                    })?;
                    Ok(())
                })
                .await
            }

            async fn lexicon_terms(&self, project: Uuid, hash: &str) -> StoreResult<Vec<String>> {
                let bytes: Option<Vec<u8>> =
                    sqlx::query_scalar(TERMS).bind(project).bind(hash).fetch_optional(&self.reads).await?;
                let (hash, bytes) = (hash.to_owned(), bytes.or_not_found("lexicon")?);
                compute(move || decode(&hash, &bytes)).await
            }
        }

        impl Writing<$db> {
            /// Brings an operation on a lexicon and what it is compared with into one form, so that they can be merged:
            /// terms if it carries terms, else addresses. Refuses an address that nothing was put under.
            pub(super) async fn expand_terms(
                &mut self,
                project: Uuid,
                operation: &mut Operation,
                reads: &mut Reads,
            ) -> StoreResult<Option<Refusal>> {
                let body = match &mut operation.change {
                    Change::Put { body, .. } | Change::Resolve { body: Some(body), .. } => body,
                    Change::Delete { .. } | Change::Resolve { body: None, .. } => return Ok(None),
                };
                if let Ok(LexiconTerms { terms }) = LexiconTerms::deserialize(&*body) {
                    *body = json!({ "terms": hunch_rules::normalize_terms(terms) });
                    let compared = [reads.current.as_mut().map(|it| &mut it.body), reads.ancestor.as_mut()];
                    for body in compared.into_iter().flatten() {
                        self.expand_address(project, body).await?;
                    }
                } else if let Ok(LexiconAddress { hash, .. }) = LexiconAddress::deserialize(&*body) {
                    let known: i64 = sqlx::query_scalar(KNOWN)
                        .bind(project)
                        .bind(&hash)
                        .fetch_one(&mut *self.connection)
                        .await?;
                    if known == 0 {
                        let detail = "No terms were put under this hash. Put them first.";
                        return Ok(Some(Refusal::new("not-found", detail)));
                    }
                }
                Ok(None)
            }

            /// Puts the terms into the place of their address, unless they are too many to be merged.
            async fn expand_address(&mut self, project: Uuid, body: &mut Value) -> StoreResult<()> {
                let Ok(LexiconAddress { hash, .. }) = LexiconAddress::deserialize(&*body) else { return Ok(()) };
                let bytes: Option<Vec<u8>> = sqlx::query_scalar(TERMS)
                    .bind(project)
                    .bind(&hash)
                    .fetch_optional(&mut *self.connection)
                    .await?;
                let Some(bytes) = bytes else { return Ok(()) };
                let terms = compute(move || decode(&hash, &bytes)).await?;
                if terms.iter().map(String::len).sum::<usize>() <= INLINE_TERM_BYTES {
                    *body = json!({ "terms": terms });
                }
                Ok(())
            }

            /// Keeps the terms that a lexicon carries, and puts their address into their place.
            pub(super) async fn keep_terms(&mut self, project: Uuid, entity: &mut Entity) -> StoreResult<()> {
                if entity.key.kind != Kind::Lexicon {
                    return Ok(());
                }
                let Ok(LexiconTerms { terms }) = LexiconTerms::deserialize(&entity.body) else { return Ok(()) };
                let terms = hunch_rules::normalize_terms(terms);
                let hash = hunch_rules::lexicon_hash(&terms);
                let put = sqlx::query(PUT_TERMS).bind(project).bind(&hash).bind(encode(&terms)?);
                put.execute(&mut *self.connection).await?;
                entity.body = json!(LexiconAddress { hash, count: terms.len() as u64 });
                Ok(())
            }
        }
    };
}
impl_lexicons!(sqlx::Sqlite);
impl_lexicons!(sqlx::Postgres);
