//! Sessions: browsers that are signed in. Of a session's secret only the hash is kept.

use super::accounts::Account;
use super::connection::{Pools, Write, Writing, detached};
use super::error::{OrConflict as _, OrNotFound as _, StoreResult};
use async_trait::async_trait;
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

/// A session that begins.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Its identifier, which is no secret.
    pub id: Uuid,
    /// Hash of the secret.
    pub hash: String,
    /// What the browser calls itself.
    pub agent: String,
    /// Where it is.
    pub address: String,
    /// When it ends at the latest.
    pub expires_at: i64,
}

/// A session without its secret. Times are microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct StoredSession {
    /// Its identifier.
    pub id: Uuid,
    /// Whose it is; `None` for one who opened the link on the server's terminal.
    pub account_id: Option<Uuid>,
    /// What the browser calls itself.
    pub agent: String,
    /// Where it was last used.
    pub address: String,
    /// When it began.
    pub created_at: i64,
    /// When it was last used.
    pub used_at: i64,
    /// When it ends at the latest.
    pub expires_at: i64,
}

/// Which sessions are alive: those that do not end before now and were used since a time.
#[derive(Debug, Clone, Copy)]
pub struct Alive {
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub now: i64,
    /// The oldest last use of a session that is still good.
    pub used_since: i64,
}

/// Sessions.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Begins a session of an account, or of one who opened the link. Conflict: its id or hash is taken.
    async fn add_session(
        &self,
        account: Option<Uuid>,
        session: NewSession,
        write: Write,
    ) -> StoreResult<StoredSession>;

    /// The session whose secret has a hash, if it is alive, and whose it is.
    async fn find_session(
        &self,
        hash: &str,
        alive: Alive,
    ) -> StoreResult<Option<(StoredSession, Option<Account>)>>;

    /// Says that a session was used.
    async fn use_session(&self, id: Uuid, address: String, now: i64) -> StoreResult<()>;

    /// The sessions of an account, or of those who opened the link, that are alive, in the order they began.
    async fn list_sessions(&self, account: Option<Uuid>, alive: Alive) -> StoreResult<Vec<StoredSession>>;

    /// Ends a session of an account, or of those who opened the link.
    async fn end_session(&self, id: Uuid, account: Option<Uuid>, write: Write) -> StoreResult<()>;

    /// Forgets sessions that are not alive; returns how many.
    async fn forget_sessions(&self, alive: Alive) -> StoreResult<u64>;
}

const ADD: &str = "
    insert into sessions (id, account_id, hash, agent, address, created_at, used_at, expires_at)
    values ($1, $2, $3, $4, $5, $6, $6, $7) returning *";

const FIND: &str = "select * from sessions where hash = $1 and expires_at > $2 and used_at >= $3";

const ACCOUNT: &str = "select id, login, name, admin, created_at from accounts where id = $1";

const USE: &str = "update sessions set used_at = $3, address = $2 where id = $1";

const LIST: &str = "
    select * from sessions where account_id is not distinct from $1 and expires_at > $2 and used_at >= $3
    order by id";

const END: &str = "delete from sessions where id = $1 and account_id is not distinct from $2 returning id";

const FORGET: &str = "delete from sessions where expires_at <= $1 or used_at < $2";

macro_rules! impl_sessions {
    ($db:ty) => {
        #[async_trait]
        impl Sessions for Pools<$db> {
            async fn add_session(
                &self,
                account: Option<Uuid>,
                session: NewSession,
                write: Write,
            ) -> StoreResult<StoredSession> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    let session = tx.begin_session(account, session).await?;
                    tx.commit(session).await
                })
                .await
            }

            async fn find_session(
                &self,
                hash: &str,
                alive: Alive,
            ) -> StoreResult<Option<(StoredSession, Option<Account>)>> {
                let found: Option<StoredSession> = sqlx::query_as(FIND)
                    .bind(hash)
                    .bind(alive.now)
                    .bind(alive.used_since)
                    .fetch_optional(&self.reads)
                    .await?;
                let Some(session) = found else { return Ok(None) };
                let Some(id) = session.account_id else { return Ok(Some((session, None))) };
                let account: Option<Account> =
                    sqlx::query_as(ACCOUNT).bind(id).fetch_optional(&self.reads).await?;
                Ok(account.map(|account| (session, Some(account))))
            }

            async fn use_session(&self, id: Uuid, address: String, now: i64) -> StoreResult<()> {
                let pools = self.clone();
                detached(async move {
                    sqlx::query(USE).bind(id).bind(address).bind(now).execute(&pools.writes).await?;
                    Ok(())
                })
                .await
            }

            async fn list_sessions(
                &self,
                account: Option<Uuid>,
                alive: Alive,
            ) -> StoreResult<Vec<StoredSession>> {
                let list = sqlx::query_as(LIST).bind(account).bind(alive.now).bind(alive.used_since);
                Ok(list.fetch_all(&self.reads).await?)
            }

            async fn end_session(&self, id: Uuid, account: Option<Uuid>, write: Write) -> StoreResult<()> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    sqlx::query(END)
                        .bind(id)
                        .bind(account)
                        .fetch_optional(&mut *tx.connection)
                        .await?
                        .or_not_found("session")?;
                    tx.commit(()).await
                })
                .await
            }

            async fn forget_sessions(&self, alive: Alive) -> StoreResult<u64> {
                let pools = self.clone();
                detached(async move {
                    let forget = sqlx::query(FORGET).bind(alive.now).bind(alive.used_since);
                    Ok(forget.execute(&pools.writes).await?.rows_affected())
                })
                .await
            }
        }

        impl Writing<$db> {
            pub(super) async fn begin_session(
                &mut self,
                account: Option<Uuid>,
                session: NewSession,
            ) -> StoreResult<StoredSession> {
                sqlx::query_as(ADD)
                    .bind(session.id)
                    .bind(account)
                    .bind(session.hash)
                    .bind(session.agent)
                    .bind(session.address)
                    .bind(self.write.now)
                    .bind(session.expires_at)
                    .fetch_one(&mut *self.connection)
                    .await
                    .or_conflict("there is a session with this id or secret")
            }
        }
    };
}
impl_sessions!(sqlx::Sqlite);
impl_sessions!(sqlx::Postgres);
