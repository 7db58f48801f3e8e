//! `kill -9` again and again while devices push, annotate and write: every acknowledged write is there, exactly once.
//!
//! `cargo xtask crash --kills 20 --database sqlite` runs it at length; with the other tests it kills twice.

mod load;

use crate::postgres::Database;
use crate::process::Hunch;
use crate::world::TestClient;
use anyhow::{Context as _, Result, ensure};
use futures::future::try_join_all;
use hunch_protocol::Project;
use load::{Ledger, Site};
use sqlx::{Connection as _, SqliteConnection};
use std::path::Path;
use std::time::Instant;
use tempfile::TempDir;

/// Devices that push at the same time.
const DEVICES: usize = 4;
/// Programs that write single rules at the same time.
const PROGRAMS: usize = 1;
/// Between two kills, this many writes are acknowledged at least, and up to so many more.
const BETWEEN: (u64, u64) = (4, 200);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_write_is_there_once_on_sqlite() -> Result<()> {
    let folder = TempDir::new()?;
    kill_again_and_again(folder.path(), None).await?;
    let url = format!("sqlite:{}", folder.path().join("hunch.db").display());
    let mut database = SqliteConnection::connect(&url).await?;
    let found: String = sqlx::query_scalar("pragma integrity_check").fetch_one(&mut database).await?;
    assert_eq!(found, "ok");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_write_is_there_once_on_postgres() -> Result<()> {
    let (folder, database) = (TempDir::new()?, Database::create().await?);
    kill_again_and_again(folder.path(), Some(database.url())).await
}

/// A number from the environment.
fn number(name: &str, unless: u64) -> Result<u64> {
    match std::env::var(name) {
        Ok(value) => value.parse().with_context(|| format!("{name}={value} is no number")),
        Err(_) => Ok(unless),
    }
}

/// Pseudo-random numbers (splitmix64), the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }
}

#[expect(clippy::print_stdout, reason = "what was measured")]
async fn kill_again_and_again(data: &Path, database: Option<String>) -> Result<()> {
    let (kills, seed) = (number("HUNCH_KILLS", 2)?, number("HUNCH_SEED", 1)?);
    let (start, mut random) = (Instant::now(), Random(seed));
    let mut server = Hunch::start(data, database.as_deref()).await?;
    let project = prepare(&server.client).await?;
    let site = Site::new(&server.client);
    let devices = try_join_all((0..DEVICES).map(|device| load::push(&site, &project, device)));
    let programs = try_join_all((0..PROGRAMS).map(|program| load::write_rules(&site, &project, program)));
    let killer = async {
        for _ in 0..kills {
            site.acknowledged(BETWEEN.0 + random.below(BETWEEN.1)).await;
            server.kill().await?;
            server = Hunch::start(data, database.as_deref()).await?;
            site.moved_to(&server.client);
        }
        site.acknowledged(BETWEEN.0).await;
        site.stop();
        anyhow::Ok(())
    };
    let (mut ledgers, programs, ()) = tokio::try_join!(devices, programs, killer)?;
    ledgers.extend(programs);

    // Once more, with nothing under way: what is checked comes from the disk.
    server.kill().await?;
    let mut server = Hunch::start(data, database.as_deref()).await?;
    for ledger in &ledgers {
        ledger.check(&server.client, &project).await?;
    }
    server.kill().await?;
    let (writes, cut) =
        (ledgers.iter().map(Ledger::writes).sum::<usize>(), ledgers.iter().map(|it| it.cut).sum::<u64>());
    ensure!(cut >= kills, "only {cut} requests were cut by {kills} kills: nothing was under way");
    println!(
        "{kills} kills (seed {seed}): {writes} acknowledged writes are there exactly once; \
         {cut} requests were cut and repeated; {:.1} s",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

/// A project with a document for each device.
async fn prepare(client: &TestClient) -> Result<Project> {
    let project = client.project().await?;
    let rows: Vec<String> = (0..DEVICES).map(|device| format!("d{device},text {device}\n")).collect();
    client.import(&project, format!("id,text\n{}", rows.concat())).await?;
    Ok(project)
}
