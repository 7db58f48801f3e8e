//! What can go wrong in the store.

/// The result of a store method.
pub type StoreResult<T> = Result<T, StoreError>;

/// Why a store method did nothing.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such thing, or not in this project.
    #[error("there is no such {what}")]
    NotFound {
        /// What was looked for: `project`, `rule`.
        what: &'static str,
    },
    /// A name or an id is taken.
    #[error("{what}")]
    Conflict {
        /// A sentence for people.
        what: &'static str,
    },
    /// What it is about is past that.
    #[error("{why}")]
    TooLate {
        /// A sentence for people.
        why: &'static str,
    },
    /// Another request with the same idempotency key came first; its receipt is there.
    #[error("this idempotency key has just been used by another request")]
    Repeated,
    /// It is based on a revision that is no longer the current one.
    #[error("it has changed since: its revision is now {revision}")]
    Stale {
        /// The current revision.
        revision: i64,
        /// The thing as it is now.
        current: Box<serde_json::Value>,
    },
    /// A check did not agree with it.
    #[error(transparent)]
    Refused(super::Refused),
    /// A device's operations or its cursor do not follow what it sent or has.
    #[error(transparent)]
    Log(#[from] hunch_sync::LogError),
    /// A text holds a NUL character, which Postgres cannot keep.
    #[error("a text holds a NUL character; take it out")]
    NulCharacter,
    /// The database holds a value that no version of this program writes.
    #[error("the database is damaged: column {column} of {table} holds a value that cannot be read ({id})")]
    Inconsistent {
        /// The table, as far as it is known.
        table: &'static str,
        /// The column.
        column: String,
        /// Which row, or what is wrong with the value.
        id: String,
    },
    /// The database cannot be reached, is full, or refused; trying again may help.
    #[error("the database is not available: {0}")]
    Unavailable(#[source] sqlx::Error),
}

impl StoreError {
    /// [`StoreError::Stale`] with the thing as it is now.
    pub(super) fn stale<T: serde::Serialize>(revision: i64, current: &T) -> Self {
        // What the protocol defines always has a JSON form.
        Self::Stale { revision, current: Box::new(serde_json::to_value(current).unwrap_or_default()) }
    }
}

/// How Postgres refuses a NUL character, in a text and in JSON.
const NUL_CODES: [&str; 2] = ["22021", "22P05"];

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::ColumnDecode { index, source } => {
                Self::Inconsistent { table: "a table", column: index, id: source.to_string() }
            }
            sqlx::Error::Database(error)
                if NUL_CODES.iter().any(|code| error.code().as_deref() == Some(code)) =>
            {
                Self::NulCharacter
            }
            other => Self::Unavailable(other),
        }
    }
}

/// Says what a violated uniqueness means. Constraint names differ between databases, so the method says it.
pub(super) trait OrConflict<T> {
    /// Turns a violated uniqueness into [`StoreError::Conflict`].
    fn or_conflict(self, what: &'static str) -> StoreResult<T>;
}

impl<T> OrConflict<T> for Result<T, sqlx::Error> {
    fn or_conflict(self, what: &'static str) -> StoreResult<T> {
        self.map_err(|error| match error.as_database_error() {
            Some(database) if database.is_unique_violation() => StoreError::Conflict { what },
            _ => error.into(),
        })
    }
}

/// Says what an absent row means.
pub(super) trait OrNotFound<T> {
    /// Turns an absent row into [`StoreError::NotFound`].
    fn or_not_found(self, what: &'static str) -> StoreResult<T>;
}

impl<T> OrNotFound<T> for Option<T> {
    fn or_not_found(self, what: &'static str) -> StoreResult<T> {
        self.ok_or(StoreError::NotFound { what })
    }
}

/// Why the store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The URL names no database we know.
    #[error(
        "a database URL starts with `sqlite:` or `postgres:`, such as `sqlite:data/hunch.db` or `postgres://user@host/hunch`"
    )]
    UnknownScheme,
    /// The URL cannot be read, or the database cannot be reached.
    #[error("cannot open the database: {0}")]
    Open(#[source] sqlx::Error),
    /// `SQLite` before 3.51.3 can lose committed data when it resets the write-ahead log.
    #[error("this program needs SQLite 3.51.3 or newer and was built with {0}")]
    SqliteVersion(String),
    /// The tables could not be brought up to date.
    #[error("cannot bring the database's tables up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}
