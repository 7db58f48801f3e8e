//! Members: what accounts may do in projects. A project that has members has an owner among them.

use super::connection::{Pools, Write, Writing, detached};
use super::error::{OrNotFound as _, StoreError, StoreResult};
use super::types::{Named, Seek, name_of};
use crate::clock::rfc3339;
use async_trait::async_trait;
use hunch_protocol::{Changed, Member, Page, Role};
use sqlx::FromRow;
use uuid::Uuid;

/// Members.
#[async_trait]
pub trait Members: Send + Sync {
    /// What an account may do in a project; `None` if it is not in it.
    async fn role_of(&self, project: Uuid, account: Uuid) -> StoreResult<Option<Role>>;

    /// The projects an account is in, by id in the order they were made; the cursor is an id.
    async fn projects_of(&self, account: Uuid, seek: Seek<Uuid>) -> StoreResult<Page<Uuid>>;

    /// Who is in a project, in the order they came.
    async fn list_members(&self, project: Uuid) -> StoreResult<Vec<Member>>;

    /// Gives a member another role. Too late: nobody would own the project any more.
    async fn set_role(&self, project: Uuid, account: Uuid, role: Role, write: Write) -> StoreResult<Member>;

    /// Takes a member out of a project. Too late: nobody would own the project any more.
    async fn remove_member(&self, project: Uuid, account: Uuid, write: Write) -> StoreResult<()>;
}

#[derive(FromRow)]
struct MemberRow {
    id: Uuid,
    name: String,
    login: String,
    #[sqlx(try_from = "String")]
    role: Named<Role>,
    created_at: i64,
}

impl From<MemberRow> for Member {
    fn from(row: MemberRow) -> Self {
        Self {
            id: row.id.to_string(),
            author: format!("user:{}", row.id),
            name: row.name,
            login: row.login,
            role: row.role.0,
            created_at: rfc3339(row.created_at),
        }
    }
}

#[derive(FromRow)]
struct RoleRow {
    #[sqlx(try_from = "String")]
    role: Named<Role>,
}

const ROLE: &str = "select role from members where project_id = $1 and account_id = $2";

const PROJECTS: &str = "
    select project_id from members where account_id = $1 and ($2 is null or project_id > $2)
    order by project_id limit $3";

const LIST: &str = "
    select accounts.id, accounts.name, accounts.login, members.role, members.created_at
    from members join accounts on accounts.id = members.account_id
    where members.project_id = $1 order by members.created_at, accounts.id";

const GET: &str = "
    select accounts.id, accounts.name, accounts.login, members.role, members.created_at
    from members join accounts on accounts.id = members.account_id
    where members.project_id = $1 and accounts.id = $2";

const ADD: &str = "
    insert into members (project_id, account_id, role, created_at) values ($1, $2, $3, $4)
    on conflict (project_id, account_id) do nothing";

const SET: &str = "update members set role = $3 where project_id = $1 and account_id = $2 returning role";

const REMOVE: &str = "delete from members where project_id = $1 and account_id = $2 returning role";

const OWNERS: &str = "select count(*) from members where project_id = $1 and role = 'owner'";

macro_rules! impl_members {
    ($db:ty) => {
        #[async_trait]
        impl Members for Pools<$db> {
            async fn role_of(&self, project: Uuid, account: Uuid) -> StoreResult<Option<Role>> {
                let row: Option<RoleRow> =
                    sqlx::query_as(ROLE).bind(project).bind(account).fetch_optional(&self.reads).await?;
                Ok(row.map(|row| row.role.0))
            }

            async fn projects_of(&self, account: Uuid, seek: Seek<Uuid>) -> StoreResult<Page<Uuid>> {
                let rows = sqlx::query_scalar(PROJECTS)
                    .bind(account)
                    .bind(seek.after)
                    .bind(seek.rows())
                    .fetch_all(&self.reads)
                    .await?;
                Ok(seek.page(rows, Uuid::to_string))
            }

            async fn list_members(&self, project: Uuid) -> StoreResult<Vec<Member>> {
                let rows: Vec<MemberRow> = sqlx::query_as(LIST).bind(project).fetch_all(&self.reads).await?;
                Ok(rows.into_iter().map(Member::from).collect())
            }

            async fn set_role(
                &self,
                project: Uuid,
                account: Uuid,
                role: Role,
                write: Write,
            ) -> StoreResult<Member> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    tx.change(project, Changed::Team).await?;
                    sqlx::query(SET)
                        .bind(project)
                        .bind(account)
                        .bind(name_of(&role))
                        .fetch_optional(&mut *tx.connection)
                        .await?
                        .or_not_found("member")?;
                    tx.check_owned(project).await?;
                    let row: MemberRow = sqlx::query_as(GET)
                        .bind(project)
                        .bind(account)
                        .fetch_one(&mut *tx.connection)
                        .await?;
                    tx.commit(row.into()).await
                })
                .await
            }

            async fn remove_member(&self, project: Uuid, account: Uuid, write: Write) -> StoreResult<()> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    tx.change(project, Changed::Team).await?;
                    sqlx::query(REMOVE)
                        .bind(project)
                        .bind(account)
                        .fetch_optional(&mut *tx.connection)
                        .await?
                        .or_not_found("member")?;
                    tx.check_owned(project).await?;
                    tx.commit(()).await
                })
                .await
            }
        }

        impl Writing<$db> {
            /// Makes an account a member; one that is a member already keeps its role.
            pub(super) async fn add_member(
                &mut self,
                project: Uuid,
                account: Uuid,
                role: Role,
            ) -> StoreResult<()> {
                sqlx::query(ADD)
                    .bind(project)
                    .bind(account)
                    .bind(name_of(&role))
                    .bind(self.write.now)
                    .execute(&mut *self.connection)
                    .await?;
                Ok(())
            }

            /// The project's row is locked, so no two owners can go at once.
            async fn check_owned(&mut self, project: Uuid) -> StoreResult<()> {
                let owners: i64 =
                    sqlx::query_scalar(OWNERS).bind(project).fetch_one(&mut *self.connection).await?;
                if owners > 0 {
                    return Ok(());
                }
                Err(StoreError::TooLate {
                    why: "the project would have no owner any more; make someone else an owner first",
                })
            }
        }
    };
}
impl_members!(sqlx::Sqlite);
impl_members!(sqlx::Postgres);
