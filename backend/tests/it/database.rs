//! A store of its own for each test.

use crate::postgres;
use anyhow::Result;
use hunch::events::Events;
use hunch::store::{self, Store};
use std::sync::Arc;
use tempfile::TempDir;

/// A store on an empty database, which goes away with this value.
pub(crate) struct TestStore {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) events: Events,
    /// For what is not in the database.
    pub(crate) folder: TempDir,
    _postgres: Option<postgres::Database>,
}

impl TestStore {
    /// On `SQLite`.
    pub(crate) async fn sqlite() -> Result<Self> {
        let folder = TempDir::new()?;
        let url = format!("sqlite:{}", folder.path().join("hunch.db").display());
        Self::open(&url, folder, None).await
    }

    /// On Postgres.
    pub(crate) async fn postgres() -> Result<Self> {
        let database = postgres::Database::create().await?;
        Self::open(&database.url(), TempDir::new()?, Some(database)).await
    }

    async fn open(url: &str, folder: TempDir, postgres: Option<postgres::Database>) -> Result<Self> {
        let events = Events::default();
        Ok(Self { store: store::connect(url, events.clone()).await?, events, folder, _postgres: postgres })
    }
}

/// Makes a test of each async function, `fn(TestStore) -> Result<()>`, on each database.
macro_rules! on_both_databases {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() -> anyhow::Result<()> {
                super::$test(crate::database::TestStore::sqlite().await?).await
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() -> anyhow::Result<()> {
                super::$test(crate::database::TestStore::postgres().await?).await
            })*
        }
    };
}
pub(crate) use on_both_databases;
