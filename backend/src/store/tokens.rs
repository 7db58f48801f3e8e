//! Tokens: secrets that let programs in. Only their hash is kept.

use super::connection::{Pools, Write, detached};
use super::error::{OrConflict as _, OrNotFound as _, StoreResult};
use async_trait::async_trait;
use hunch_protocol::Scope;
use sqlx::FromRow;
use sqlx::types::Json;
use uuid::Uuid;

/// A token that is made.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Its identifier, which is no secret.
    pub id: Uuid,
    /// The one project it is good for; all if `None`.
    pub project: Option<Uuid>,
    /// What people call it.
    pub name: String,
    /// Hash of the secret.
    pub hash: String,
    /// What it is good for.
    pub scopes: Vec<Scope>,
    /// When it is no longer good; never if `None`.
    pub expires_at: Option<i64>,
}

/// A token without its secret. Times are microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Token {
    /// Its identifier.
    pub id: Uuid,
    /// The one project it is good for; all if `None`.
    pub project: Option<Uuid>,
    /// What people call it.
    pub name: String,
    /// What it is good for.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: i64,
    /// When it is no longer good; never if `None`.
    pub expires_at: Option<i64>,
    /// When it was last used.
    pub last_used_at: Option<i64>,
    /// When it was taken back: it opens nothing since.
    pub revoked_at: Option<i64>,
}

/// Tokens.
#[async_trait]
pub trait Tokens: Send + Sync {
    /// Adds a token. Conflict: its id or hash is taken.
    async fn add_token(&self, token: NewToken, write: Write) -> StoreResult<Token>;

    /// The token whose secret has a hash, if it is still good.
    async fn find_token(&self, hash: &str, now: i64) -> StoreResult<Option<Token>>;

    /// Says that a token was used.
    async fn use_token(&self, id: Uuid, now: i64) -> StoreResult<()>;

    /// The tokens that are good for one project only, or all tokens, in the order they were made.
    async fn list_tokens(&self, project: Option<Uuid>) -> StoreResult<Vec<Token>>;

    /// Takes back a token, one of a project's if it is given; one that is taken back already stays so.
    async fn revoke_token(&self, id: Uuid, project: Option<Uuid>, write: Write) -> StoreResult<()>;
}

#[derive(FromRow)]
struct TokenRow {
    id: Uuid,
    project_id: Option<Uuid>,
    name: String,
    scopes: Json<Vec<Scope>>,
    created_at: i64,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl From<TokenRow> for Token {
    fn from(row: TokenRow) -> Self {
        Self {
            id: row.id,
            project: row.project_id,
            name: row.name,
            scopes: row.scopes.0,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
        }
    }
}

const ADD: &str = "
    insert into tokens (id, project_id, name, hash, scopes, expires_at, created_at)
    values ($1, $2, $3, $4, $5, $6, $7) returning *";

const FIND: &str = "
    select * from tokens where hash = $1 and revoked_at is null and (expires_at is null or expires_at > $2)";

const USE: &str = "update tokens set last_used_at = $2 where id = $1";

const LIST: &str = "select * from tokens where ($1 is null or project_id = $1) order by id";

const REVOKE: &str = "
    update tokens set revoked_at = coalesce(revoked_at, $3)
    where id = $1 and ($2 is null or project_id = $2) returning id";

macro_rules! impl_tokens {
    ($db:ty) => {
        #[async_trait]
        impl Tokens for Pools<$db> {
            async fn add_token(&self, token: NewToken, write: Write) -> StoreResult<Token> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    let row: TokenRow = sqlx::query_as(ADD)
                        .bind(token.id)
                        .bind(token.project)
                        .bind(token.name)
                        .bind(token.hash)
                        .bind(Json(token.scopes))
                        .bind(token.expires_at)
                        .bind(tx.write.now)
                        .fetch_one(&mut *tx.connection)
                        .await
                        .or_conflict("there is a token with this id or secret")?;
                    tx.commit(row.into()).await
                })
                .await
            }

            async fn find_token(&self, hash: &str, now: i64) -> StoreResult<Option<Token>> {
                let row: Option<TokenRow> =
                    sqlx::query_as(FIND).bind(hash).bind(now).fetch_optional(&self.reads).await?;
                Ok(row.map(Token::from))
            }

            async fn use_token(&self, id: Uuid, now: i64) -> StoreResult<()> {
                let pools = self.clone();
                detached(async move {
                    sqlx::query(USE).bind(id).bind(now).execute(&pools.writes).await?;
                    Ok(())
                })
                .await
            }

            async fn list_tokens(&self, project: Option<Uuid>) -> StoreResult<Vec<Token>> {
                let rows: Vec<TokenRow> = sqlx::query_as(LIST).bind(project).fetch_all(&self.reads).await?;
                Ok(rows.into_iter().map(Token::from).collect())
            }

            async fn revoke_token(&self, id: Uuid, project: Option<Uuid>, write: Write) -> StoreResult<()> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    sqlx::query(REVOKE)
                        .bind(id)
                        .bind(project)
                        .bind(tx.write.now)
                        .fetch_optional(&mut *tx.connection)
                        .await?
                        .or_not_found("token")?;
                    tx.commit(()).await
                })
                .await
            }
        }
    };
}
impl_tokens!(sqlx::Sqlite);
impl_tokens!(sqlx::Postgres);
