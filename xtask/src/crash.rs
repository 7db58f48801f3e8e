//! `cargo xtask crash`: kills the server again and again under load. The clients and what they check are a test of the
//! server, `backend/tests/it/kills.rs`; here it runs at length.

use crate::{
    setup,
    shell::{cargo, run, step},
};
use anyhow::Result;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// How often to kill the server.
    #[arg(long, default_value_t = 20)]
    kills: u64,
    /// Which database it uses; Postgres as the tests find it.
    #[arg(long, value_enum, default_value_t = Database::Sqlite)]
    database: Database,
    /// When to kill it: the same moments for the same seed, as far as machines let them be.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

/// Runs the test with that many kills.
pub(crate) fn crash(options: &Options) -> Result<()> {
    setup::for_tests()?;
    let test = match options.database {
        Database::Sqlite => "kills::every_acknowledged_write_is_there_once_on_sqlite",
        Database::Postgres => "kills::every_acknowledged_write_is_there_once_on_postgres",
    };
    step("killing the server under load", || {
        let mut tests = cargo();
        tests.args([
            "test",
            "--package",
            "hunch-backend",
            "--test",
            "it",
            "--",
            "--exact",
            "--nocapture",
            test,
        ]);
        tests.env("HUNCH_KILLS", options.kills.to_string()).env("HUNCH_SEED", options.seed.to_string());
        run(&mut tests)
    })
}
