//! Files that were sent and wait to be imported. Their bytes are in a folder of the data directory.

use super::connection::{Pools, Write, detached};
use super::error::{OrConflict as _, OrNotFound as _, StoreResult};
use async_trait::async_trait;
use hunch_protocol::Upload;
use sqlx::FromRow;
use uuid::Uuid;

/// Uploads.
#[async_trait]
pub trait Uploads: Send + Sync {
    /// Says that a file has come, and whose it is. Conflict: the id is taken.
    async fn add_upload(
        &self,
        id: Uuid,
        name: String,
        bytes: u64,
        author: String,
        write: Write,
    ) -> StoreResult<Upload>;

    /// An upload, if it is the author's.
    async fn upload_of(&self, id: Uuid, author: &str) -> StoreResult<Upload>;

    /// An upload.
    async fn get_upload(&self, id: Uuid) -> StoreResult<Upload>;

    /// Forgets an upload, if it is there.
    async fn remove_upload(&self, id: Uuid) -> StoreResult<()>;

    /// Uploads that came before a time, at most 1,000, oldest first.
    async fn uploads_before(&self, time: i64) -> StoreResult<Vec<Uuid>>;
}

#[derive(FromRow)]
struct UploadRow {
    id: Uuid,
    name: String,
    #[sqlx(try_from = "i64")]
    bytes: u64,
}

impl From<UploadRow> for Upload {
    fn from(row: UploadRow) -> Self {
        Self { upload: row.id.to_string(), name: row.name, bytes: row.bytes }
    }
}

const ADD: &str =
    "insert into uploads (id, name, bytes, author, created_at) values ($1, $2, $3, $4, $5) returning *";

const GET: &str = "select * from uploads where id = $1";

const GET_OF: &str = "select * from uploads where id = $1 and author = $2";

const REMOVE: &str = "delete from uploads where id = $1";

const BEFORE: &str = "select id from uploads where created_at < $1 order by created_at limit 1000";

macro_rules! impl_uploads {
    ($db:ty) => {
        #[async_trait]
        impl Uploads for Pools<$db> {
            async fn add_upload(
                &self,
                id: Uuid,
                name: String,
                bytes: u64,
                author: String,
                write: Write,
            ) -> StoreResult<Upload> {
                let pools = self.clone();
                detached(async move {
                    let mut tx = pools.begin(write).await?;
                    let row: UploadRow = sqlx::query_as(ADD)
                        .bind(id)
                        .bind(name)
                        .bind(i64::try_from(bytes).unwrap_or(i64::MAX))
                        .bind(author)
                        .bind(tx.write.now)
                        .fetch_one(&mut *tx.connection)
                        .await
                        .or_conflict("there is an upload with this id")?;
                    tx.commit(row.into()).await
                })
                .await
            }

            async fn upload_of(&self, id: Uuid, author: &str) -> StoreResult<Upload> {
                let row: Option<UploadRow> =
                    sqlx::query_as(GET_OF).bind(id).bind(author).fetch_optional(&self.reads).await?;
                Ok(row.or_not_found("upload")?.into())
            }

            async fn get_upload(&self, id: Uuid) -> StoreResult<Upload> {
                let row: Option<UploadRow> = sqlx::query_as(GET).bind(id).fetch_optional(&self.reads).await?;
                Ok(row.or_not_found("upload")?.into())
            }

            async fn remove_upload(&self, id: Uuid) -> StoreResult<()> {
                let pools = self.clone();
                detached(async move {
                    sqlx::query(REMOVE).bind(id).execute(&pools.writes).await?;
                    Ok(())
                })
                .await
            }

            async fn uploads_before(&self, time: i64) -> StoreResult<Vec<Uuid>> {
                Ok(sqlx::query_scalar(BEFORE).bind(time).fetch_all(&self.reads).await?)
            }
        }
    };
}
impl_uploads!(sqlx::Sqlite);
impl_uploads!(sqlx::Postgres);
