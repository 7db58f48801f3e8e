//! The audit: what was done by whom, only ever added to.
//!
//! Each project has a chain of entries, and the server one for what belongs to no project. An entry's hash covers its
//! content and the hash before it, so an entry that is changed, taken out or put in later shows. Entries of a write are
//! added by the write's own transaction, see [`super::Write::recorded`].

use super::connection::{Pools, Write, Writing, detached};
use super::error::StoreResult;
use super::types::Seek;
use crate::clock::rfc3339;
use async_trait::async_trait;
use hunch_protocol::{AuditCheck, AuditEntry, Page};
use sqlx::FromRow;
use uuid::Uuid;

/// What is recorded of something that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The project it is done in; `None` for what concerns the server.
    pub project: Option<Uuid>,
    /// Who does it.
    pub author: String,
    /// What is done.
    pub action: String,
    /// On what.
    pub target: String,
    /// From where.
    pub address: String,
}

/// The audit.
#[async_trait]
pub trait Audits: Send + Sync {
    /// Adds what a write records, and does nothing else.
    async fn record(&self, write: Write) -> StoreResult<()>;

    /// What was recorded of a project, or of the server, newest first; the cursor is an entry's number.
    async fn list_audit(&self, project: Option<Uuid>, seek: Seek<i64>) -> StoreResult<Page<AuditEntry>>;

    /// Computes every hash of a chain again.
    async fn check_audit(&self, project: Option<Uuid>) -> StoreResult<AuditCheck>;
}

#[derive(FromRow)]
struct AuditRow {
    seq: i64,
    created_at: i64,
    author: String,
    action: String,
    target: String,
    address: String,
    hash: String,
}

impl From<AuditRow> for AuditEntry {
    fn from(row: AuditRow) -> Self {
        Self {
            seq: row.seq.cast_unsigned(),
            at: rfc3339(row.created_at),
            author: row.author,
            action: row.action,
            target: row.target,
            address: row.address,
            hash: row.hash,
        }
    }
}

impl AuditRow {
    /// What the entry's hash must be after a hash.
    fn hash_after(&self, before: &str) -> String {
        let Self { seq, created_at, author, action, target, address, .. } = self;
        // An array of strings and numbers always has one JSON form.
        let content = serde_json::json!([before, seq, created_at, author, action, target, address]);
        blake3::hash(content.to_string().as_bytes()).to_hex().to_string()
    }
}

#[derive(FromRow)]
struct Head {
    seq: i64,
    hash: String,
}

const BEGIN_CHAIN: &str =
    "insert into audit_heads (chain, seq, hash) values ($1, 0, '') on conflict do nothing";

const MOVE_HEAD: &str = "update audit_heads set seq = seq + 1 where chain = $1 returning seq, hash";

const SET_HEAD: &str = "update audit_heads set hash = $2 where chain = $1";

const HEAD: &str = "select seq, hash from audit_heads where chain = $1";

const ADD: &str = "
    insert into audits (chain, seq, created_at, author, action, target, address, hash)
    values ($1, $2, $3, $4, $5, $6, $7, $8)";

const LIST: &str = "
    select * from audits where chain = $1 and ($2 is null or seq < $2) order by seq desc limit $3";

const AFTER: &str = "select * from audits where chain = $1 and seq > $2 order by seq limit 1000";

fn chain(project: Option<Uuid>) -> String {
    project.map_or_else(|| "server".to_owned(), |project| project.to_string())
}

macro_rules! impl_audits {
    ($db:ty) => {
        #[async_trait]
        impl Audits for Pools<$db> {
            async fn record(&self, write: Write) -> StoreResult<()> {
                let pools = self.clone();
                detached(async move { pools.begin(write).await?.commit(()).await }).await
            }

            async fn list_audit(
                &self,
                project: Option<Uuid>,
                seek: Seek<i64>,
            ) -> StoreResult<Page<AuditEntry>> {
                let rows: Vec<AuditRow> = sqlx::query_as(LIST)
                    .bind(chain(project))
                    .bind(seek.after)
                    .bind(seek.rows())
                    .fetch_all(&self.reads)
                    .await?;
                Ok(seek.page(rows.into_iter().map(AuditEntry::from).collect(), |entry| entry.seq.to_string()))
            }

            async fn check_audit(&self, project: Option<Uuid>) -> StoreResult<AuditCheck> {
                let chain = chain(project);
                let (mut seq, mut hash) = (0, String::new());
                // The end first: what is added meanwhile is not expected yet.
                let head: Option<Head> =
                    sqlx::query_as(HEAD).bind(&chain).fetch_optional(&self.reads).await?;
                let head = head.unwrap_or(Head { seq: 0, hash: String::new() });
                while seq < head.seq {
                    let rows: Vec<AuditRow> =
                        sqlx::query_as(AFTER).bind(&chain).bind(seq).fetch_all(&self.reads).await?;
                    let broken = |seq: i64| AuditCheck {
                        entries: seq.cast_unsigned(),
                        broken_at: Some((seq + 1).cast_unsigned()),
                    };
                    if rows.is_empty() {
                        return Ok(broken(seq));
                    }
                    for row in rows.into_iter().take_while(|row| row.seq <= head.seq) {
                        if row.seq != seq + 1 || row.hash != row.hash_after(&hash) {
                            return Ok(broken(seq));
                        }
                        (seq, hash) = (row.seq, row.hash);
                    }
                }
                let broken_at = (hash != head.hash).then_some(seq.cast_unsigned());
                Ok(AuditCheck { entries: seq.cast_unsigned(), broken_at })
            }
        }

        impl Writing<$db> {
            /// Adds an entry; the chain's head is locked until the transaction ends.
            pub(super) async fn append_record(&mut self, record: Record) -> StoreResult<()> {
                let chain = chain(record.project);
                sqlx::query(BEGIN_CHAIN).bind(&chain).execute(&mut *self.connection).await?;
                let head: Head =
                    sqlx::query_as(MOVE_HEAD).bind(&chain).fetch_one(&mut *self.connection).await?;
                let mut row = AuditRow {
                    seq: head.seq,
                    created_at: self.write.now,
                    author: record.author,
                    action: record.action,
                    target: record.target,
                    address: record.address,
                    hash: String::new(),
                };
                row.hash = row.hash_after(&head.hash);
                sqlx::query(SET_HEAD).bind(&chain).bind(&row.hash).execute(&mut *self.connection).await?;
                sqlx::query(ADD)
                    .bind(chain)
                    .bind(row.seq)
                    .bind(row.created_at)
                    .bind(row.author)
                    .bind(row.action)
                    .bind(row.target)
                    .bind(row.address)
                    .bind(row.hash)
                    .execute(&mut *self.connection)
                    .await?;
                Ok(())
            }
        }
    };
}
impl_audits!(sqlx::Sqlite);
impl_audits!(sqlx::Postgres);
