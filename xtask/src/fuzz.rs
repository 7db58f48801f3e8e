//! `cargo xtask fuzz`: looks for inputs on which the parser or the evaluator fails.

use std::fs;

use anyhow::{Context as _, Result};

use crate::{
    paths, setup,
    shell::{command, run, step},
};

/// The targets in `fuzz/fuzz_targets`.
const TARGETS: [&str; 3] = ["parse", "evaluate", "import"];

#[derive(clap::Args)]
pub(crate) struct Options {
    /// How long each target runs.
    #[arg(long, default_value_t = 600)]
    seconds: u64,
}

/// Runs every target; one that finds something ends with an error and leaves the input in `fuzz/artifacts`. Put it into
/// `fuzz/seeds`, where `cargo xtask test` replays it.
pub(crate) fn fuzz(options: &Options) -> Result<()> {
    setup::for_fuzzing()?;
    for target in TARGETS {
        step(&format!("fuzzing `{target}` for {} s", options.seconds), || {
            // What was found interesting is kept here, so that the next run begins where this one ends.
            let corpus = paths::root().join("fuzz/corpus").join(target);
            fs::create_dir_all(&corpus).with_context(|| format!("{} cannot be created", corpus.display()))?;
            let mut fuzz = command("rustup");
            fuzz.args(["run", "nightly", "cargo", "fuzz", "run", target]);
            fuzz.arg(corpus).arg(paths::root().join("fuzz/seeds").join(target));
            fuzz.args([
                "--",
                &format!("-max_total_time={}", options.seconds),
                "-timeout=10",
                "-max_len=2000",
            ]);
            run(&mut fuzz)
        })?;
    }
    Ok(())
}
