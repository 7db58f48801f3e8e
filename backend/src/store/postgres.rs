//! What is particular to Postgres.

use super::connection::Pools;
use super::error::ConnectError;
use crate::events::Events;
use sqlx::postgres::PgPoolOptions;

/// Connections of one server.
const CONNECTIONS: u32 = 16;

/// Connects and migrates. Transactions are `read committed`; what orders them is the lock on the project's row.
pub(super) async fn open(url: &str, events: Events) -> Result<Pools<sqlx::Postgres>, ConnectError> {
    let pool =
        PgPoolOptions::new().max_connections(CONNECTIONS).connect(url).await.map_err(ConnectError::Open)?;
    sqlx::migrate!("../migrations/postgres").run(&pool).await?;
    Ok(Pools {
        reads: pool.clone(),
        writes: pool,
        begin: "begin",
        begin_reading: "begin isolation level repeatable read, read only",
        events,
    })
}
