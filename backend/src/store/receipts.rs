//! Receipts: what was answered to requests that carried an idempotency key. They are written by the request's own
//! transaction, see [`super::Write::with_receipt`].

use super::connection::{Pools, detached};
use super::error::StoreResult;
use async_trait::async_trait;
use sqlx::FromRow;
use sqlx::types::Json;

/// What was answered to a request.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredReceipt {
    /// Hash of the request.
    pub request_hash: String,
    /// What the store's method returned, as JSON.
    pub response: serde_json::Value,
}

/// Receipts.
#[async_trait]
pub trait Receipts: Send + Sync {
    /// The receipt of a key, if it was used.
    async fn find_receipt(&self, scope: &str, key: &str) -> StoreResult<Option<StoredReceipt>>;

    /// Forgets receipts from before a time; returns how many.
    async fn forget_receipts(&self, before: i64) -> StoreResult<u64>;
}

#[derive(FromRow)]
struct ReceiptRow {
    request_hash: String,
    response: Json<serde_json::Value>,
}

const FIND: &str = "select request_hash, response from receipts where scope = $1 and key = $2";

const FORGET: &str = "delete from receipts where created_at < $1";

macro_rules! impl_receipts {
    ($db:ty) => {
        #[async_trait]
        impl Receipts for Pools<$db> {
            async fn find_receipt(&self, scope: &str, key: &str) -> StoreResult<Option<StoredReceipt>> {
                let row: Option<ReceiptRow> =
                    sqlx::query_as(FIND).bind(scope).bind(key).fetch_optional(&self.reads).await?;
                Ok(row.map(|row| StoredReceipt { request_hash: row.request_hash, response: row.response.0 }))
            }

            async fn forget_receipts(&self, before: i64) -> StoreResult<u64> {
                let pools = self.clone();
                detached(async move {
                    Ok(sqlx::query(FORGET).bind(before).execute(&pools.writes).await?.rows_affected())
                })
                .await
            }
        }
    };
}
impl_receipts!(sqlx::Sqlite);
impl_receipts!(sqlx::Postgres);
