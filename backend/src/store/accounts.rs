//! Accounts: those who sign in with a password. They are made by taking up an invitation, see [`super::invitations`].

use super::connection::{Pools, Write, Writing, detached};
use super::error::{OrConflict as _, OrNotFound as _, StoreResult};
use async_trait::async_trait;
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

/// An account that is made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Its identifier.
    pub id: Uuid,
    /// What they sign in with, in lower case.
    pub login: String,
    /// What people call them.
    pub name: String,
    /// Hash of the password, with its parameters.
    pub password: String,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct Account {
    /// Its identifier.
    pub id: Uuid,
    /// What they sign in with.
    pub login: String,
    /// What people call them.
    pub name: String,
    /// Whether they may look after the server itself.
    pub admin: bool,
    /// When it was made, in microseconds since 1970-01-01T00:00:00Z.
    pub created_at: i64,
}

/// Accounts.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The account of a login and the hash of its password.
    async fn find_account(&self, login: &str) -> StoreResult<Option<(Account, String)>>;

    /// All accounts, in the order they were made.
    async fn list_accounts(&self) -> StoreResult<Vec<Account>>;

    /// Gives an account another password. Its sessions end, but for the one that is to stay.
    async fn set_password(
        &self,
        id: Uuid,
        password: String,
        stay: Option<Uuid>,
        write: Write,
    ) -> StoreResult<()>;
}

#[derive(FromRow)]
struct PasswordRow {
    #[sqlx(flatten)]
    account: Account,
    password: String,
}

const ADD: &str = "
    insert into accounts (id, login, name, password, admin, created_at) values ($1, $2, $3, $4, $5, $6)
    returning id, login, name, admin, created_at";

const GET: &str = "select id, login, name, admin, created_at from accounts where id = $1";

const FIND: &str = "select * from accounts where login = $1";

const LIST: &str = "select id, login, name, admin, created_at from accounts order by id";

const SET_PASSWORD: &str = "update accounts set password = $2 where id = $1 returning id";

const END_SESSIONS: &str = "delete from sessions where account_id = $1 and id is distinct from $2";

macro_rules! impl_accounts {
    ($db:ty) => {
        #[async_trait]
        impl Accounts for Pools<$db> {
            async fn find_account(&self, login: &str) -> StoreResult<Option<(Account, String)>> {
                let row: Option<PasswordRow> =
                    sqlx::query_as(FIND).bind(login).fetch_optional(&self.reads).await?;
                Ok(row.map(|row| (row.account, row.password)))
            }

            async fn list_accounts(&self) -> StoreResult<Vec<Account>> {
                Ok(sqlx::query_as(LIST).fetch_all(&self.reads).await?)
            }

            async fn set_password(
                &self,
                id: Uuid,
                password: String,
                stay: Option<Uuid>,
                write: Write,
            ) -> StoreResult<()> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    sqlx::query(SET_PASSWORD)
                        .bind(id)
                        .bind(password)
                        .fetch_optional(&mut *tx.connection)
                        .await?
                        .or_not_found("account")?;
                    sqlx::query(END_SESSIONS).bind(id).bind(stay).execute(&mut *tx.connection).await?;
                    tx.commit(()).await
                })
                .await
            }
        }

        impl Writing<$db> {
            pub(super) async fn add_account(&mut self, new: NewAccount, admin: bool) -> StoreResult<Account> {
                sqlx::query_as(ADD)
                    .bind(new.id)
                    .bind(new.login)
                    .bind(new.name)
                    .bind(new.password)
                    .bind(admin)
                    .bind(self.write.now)
                    .fetch_one(&mut *self.connection)
                    .await
                    .or_conflict("there is an account with this login")
            }

            pub(super) async fn account(&mut self, id: Uuid) -> StoreResult<Account> {
                let row: Option<Account> =
                    sqlx::query_as(GET).bind(id).fetch_optional(&mut *self.connection).await?;
                row.or_not_found("account")
            }
        }
    };
}
impl_accounts!(sqlx::Sqlite);
impl_accounts!(sqlx::Postgres);
