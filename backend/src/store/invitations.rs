//! Invitations: links that make members, each once. Of an invitation's secret only the hash is kept.

use super::accounts::{Account, NewAccount};
use super::connection::{Pools, Write, Writing, detached};
use super::error::{OrConflict as _, OrNotFound as _, StoreError, StoreResult};
use super::projects::Projects as _;
use super::sessions::NewSession;
use super::types::{Named, name_of};
use crate::clock::rfc3339;
use async_trait::async_trait;
use hunch_protocol::{Changed, Invitation, Role};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

/// An invitation that is made.
#[derive(Debug, Clone)]
pub struct InvitationDraft {
    /// Its identifier, which is no secret.
    pub id: Uuid,
    /// What the invited may do.
    pub role: Role,
    /// For whom it is.
    pub note: String,
    /// Hash of the secret.
    pub hash: String,
    /// Who invites.
    pub author: String,
    /// When it is no longer good, in microseconds since 1970-01-01T00:00:00Z.
    pub expires_at: i64,
}

/// An invitation as the one who holds its secret finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundInvitation {
    /// What it says.
    pub invitation: Invitation,
    /// The project's id and name; `None` if it is to the server itself.
    pub project: Option<(Uuid, String)>,
}

/// Who takes up an invitation.
#[derive(Debug, Clone)]
pub enum Taker {
    /// Someone new, who is signed in at once.
    New(NewAccount, NewSession),
    /// Someone who is here already.
    Known(Uuid),
}

/// What taking up an invitation led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// Who took it up.
    pub account: Account,
    /// The project they are in now.
    pub project: Option<Uuid>,
}

/// Invitations.
#[async_trait]
pub trait Invitations: Send + Sync {
    /// Adds an invitation to a project.
    async fn add_invitation(
        &self,
        project: Uuid,
        draft: InvitationDraft,
        write: Write,
    ) -> StoreResult<Invitation>;

    /// Makes an invitation to look after the server, unless there is an account that does; it takes the place of the
    /// one before. Returns whether it was made.
    async fn invite_first(&self, draft: InvitationDraft, write: Write) -> StoreResult<bool>;

    /// A project's invitations that nobody took up and that are still good, in the order they were made.
    async fn list_invitations(&self, project: Uuid, now: i64) -> StoreResult<Vec<Invitation>>;

    /// The invitation whose secret has a hash, if it is still good.
    async fn find_invitation(&self, hash: &str, now: i64) -> StoreResult<Option<FoundInvitation>>;

    /// Takes an invitation back.
    async fn revoke_invitation(&self, project: Uuid, id: Uuid, write: Write) -> StoreResult<()>;

    /// Takes up the invitation whose secret has a hash. Not found: there is none, or it was taken up, or is no longer
    /// good. Conflict: the login is taken. Who is in the project already keeps their role, unless that is less.
    async fn take_invitation(&self, hash: &str, taker: Taker, write: Write) -> StoreResult<Taken>;
}

#[derive(FromRow)]
struct InvitationRow {
    id: Uuid,
    project_id: Option<Uuid>,
    #[sqlx(try_from = "String")]
    role: Named<Role>,
    note: String,
    author: String,
    created_at: i64,
    expires_at: i64,
}

impl From<InvitationRow> for Invitation {
    fn from(row: InvitationRow) -> Self {
        Self {
            id: row.id.to_string(),
            role: row.role.0,
            note: row.note,
            by: row.author,
            created_at: rfc3339(row.created_at),
            expires_at: rfc3339(row.expires_at),
        }
    }
}

const ADD: &str = "
    insert into invitations (id, project_id, role, note, hash, author, created_at, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8) returning *";

const HAS_ADMIN: &str = "select count(*) from accounts where admin";

const REMOVE_FIRST: &str = "delete from invitations where project_id is null";

const LIST: &str = "select * from invitations where project_id = $1 and expires_at > $2 order by id";

const FIND: &str = "select * from invitations where hash = $1 and expires_at > $2";

const REVOKE: &str = "delete from invitations where project_id = $1 and id = $2 returning id";

const TAKE: &str = "delete from invitations where hash = $1 and expires_at > $2 returning *";

const RAISE: &str = "
    update members set role = $3 where project_id = $1 and account_id = $2";

const ROLE: &str = "select role from members where project_id = $1 and account_id = $2";

macro_rules! impl_invitations {
    ($db:ty) => {
        #[async_trait]
        impl Invitations for Pools<$db> {
            async fn add_invitation(
                &self,
                project: Uuid,
                draft: InvitationDraft,
                write: Write,
            ) -> StoreResult<Invitation> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    tx.change(project, Changed::Team).await?;
                    let row = tx.invite(Some(project), draft).await?;
                    tx.commit(row.into()).await
                })
                .await
            }

            async fn invite_first(&self, draft: InvitationDraft, write: Write) -> StoreResult<bool> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    let admins: i64 = sqlx::query_scalar(HAS_ADMIN).fetch_one(&mut *tx.connection).await?;
                    if admins > 0 {
                        return Ok(false);
                    }
                    sqlx::query(REMOVE_FIRST).execute(&mut *tx.connection).await?;
                    tx.invite(None, draft).await?;
                    tx.commit(true).await
                })
                .await
            }

            async fn list_invitations(&self, project: Uuid, now: i64) -> StoreResult<Vec<Invitation>> {
                let rows: Vec<InvitationRow> =
                    sqlx::query_as(LIST).bind(project).bind(now).fetch_all(&self.reads).await?;
                Ok(rows.into_iter().map(Invitation::from).collect())
            }

            async fn find_invitation(&self, hash: &str, now: i64) -> StoreResult<Option<FoundInvitation>> {
                let row: Option<InvitationRow> =
                    sqlx::query_as(FIND).bind(hash).bind(now).fetch_optional(&self.reads).await?;
                let Some(row) = row else { return Ok(None) };
                let project = match row.project_id {
                    Some(id) => Some((id, self.get_project(id).await?.name)),
                    None => None,
                };
                Ok(Some(FoundInvitation { invitation: row.into(), project }))
            }

            async fn revoke_invitation(&self, project: Uuid, id: Uuid, write: Write) -> StoreResult<()> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    tx.change(project, Changed::Team).await?;
                    sqlx::query(REVOKE)
                        .bind(project)
                        .bind(id)
                        .fetch_optional(&mut *tx.connection)
                        .await?
                        .or_not_found("invitation")?;
                    tx.commit(()).await
                })
                .await
            }

            async fn take_invitation(&self, hash: &str, taker: Taker, write: Write) -> StoreResult<Taken> {
                let (pools, hash) = (self.clone(), hash.to_owned());
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    let taken: Option<InvitationRow> = sqlx::query_as(TAKE)
                        .bind(hash)
                        .bind(tx.write.now)
                        .fetch_optional(&mut *tx.connection)
                        .await?;
                    let row = taken.or_not_found("invitation")?;
                    let account = match taker {
                        Taker::New(new, session) => {
                            let account = tx.add_account(new, row.project_id.is_none()).await?;
                            tx.begin_session(Some(account.id), session).await?;
                            account
                        }
                        // An invitation to look after the server makes an account of its own.
                        Taker::Known(_) if row.project_id.is_none() => {
                            return Err(StoreError::TooLate {
                                why: "this invitation is for someone who has no account yet",
                            });
                        }
                        Taker::Known(id) => tx.account(id).await?,
                    };
                    if let Some(project) = row.project_id {
                        tx.change(project, Changed::Team).await?;
                        tx.join(project, account.id, row.role.0).await?;
                    }
                    if let Some(record) = &mut tx.write.record {
                        record.author = format!("user:{}", account.id);
                        record.project = row.project_id;
                    }
                    tx.commit(Taken { account, project: row.project_id }).await
                })
                .await
            }
        }

        impl Writing<$db> {
            async fn invite(
                &mut self,
                project: Option<Uuid>,
                draft: InvitationDraft,
            ) -> StoreResult<InvitationRow> {
                sqlx::query_as(ADD)
                    .bind(draft.id)
                    .bind(project)
                    .bind(name_of(&draft.role))
                    .bind(draft.note)
                    .bind(draft.hash)
                    .bind(draft.author)
                    .bind(self.write.now)
                    .bind(draft.expires_at)
                    .fetch_one(&mut *self.connection)
                    .await
                    .or_conflict("there is an invitation with this id or secret")
            }

            /// Makes an account a member, or raises what it may do.
            async fn join(&mut self, project: Uuid, account: Uuid, role: Role) -> StoreResult<()> {
                self.add_member(project, account, role).await?;
                let row: RoleRow =
                    sqlx::query_as(ROLE).bind(project).bind(account).fetch_one(&mut *self.connection).await?;
                if row.role.0 < role {
                    sqlx::query(RAISE)
                        .bind(project)
                        .bind(account)
                        .bind(name_of(&role))
                        .execute(&mut *self.connection)
                        .await?;
                }
                Ok(())
            }
        }
    };
}

#[derive(FromRow)]
struct RoleRow {
    #[sqlx(try_from = "String")]
    role: Named<Role>,
}
impl_invitations!(sqlx::Sqlite);
impl_invitations!(sqlx::Postgres);
