//! What is particular to `SQLite`.

use super::connection::Pools;
use super::error::ConnectError;
use crate::events::Events;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::str::FromStr as _;
use std::time::Duration;

/// Readers at a time; each is a thread.
const READERS: u32 = 4;

/// How long to wait for another process that writes, such as a backup.
const BUSY: Duration = Duration::from_secs(10);

/// The first version without the bug that can lose commits when the write-ahead log is reset
/// (<https://sqlite.org/wal.html#walresetbug>).
const OLDEST: (u32, u32, u32) = (3, 51, 3);

/// Opens, makes if missing, and migrates a database file. Writes go through one connection, one after another; a
/// transaction takes the write lock as it begins, because one that upgrades later is refused at once when it is busy.
pub(super) async fn open(url: &str, events: Events) -> Result<Pools<sqlx::Sqlite>, ConnectError> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(ConnectError::Open)?
        .create_if_missing(true)
        .busy_timeout(BUSY)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // An acknowledged write survives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .pragma("journal_size_limit", "67108864");
    let writes = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options.clone())
        .await
        .map_err(ConnectError::Open)?;
    check_version(&writes).await?;
    sqlx::migrate!("../migrations/sqlite").run(&writes).await?;
    let reads = SqlitePoolOptions::new()
        .max_connections(READERS)
        .connect_with(options.pragma("query_only", "on"))
        .await
        .map_err(ConnectError::Open)?;
    Ok(Pools { reads, writes, begin: "begin immediate", begin_reading: "begin", events })
}

async fn check_version(pool: &SqlitePool) -> Result<(), ConnectError> {
    let version: String =
        sqlx::query_scalar("select sqlite_version()").fetch_one(pool).await.map_err(ConnectError::Open)?;
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) < OLDEST { Err(ConnectError::SqliteVersion(version)) } else { Ok(()) }
}
