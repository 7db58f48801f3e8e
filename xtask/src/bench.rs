//! `cargo xtask bench`: figures, never pass or fail.

mod memory;

use crate::{
    app, paths, serve, setup,
    shell::{cargo, command, find, run, step},
};
use anyhow::Result;

#[derive(clap::Args)]
pub(crate) struct Options {
    #[arg(value_enum)]
    what: What,
    /// Of `memory`: gigabytes of the file. As much must be free on the disk.
    #[arg(long, default_value_t = 5.0)]
    gigabytes: f64,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum What {
    /// The engine, natively: whole rule sets on a million rows beside Python, grep and ripgrep, then its kernels.
    Engine,
    /// Label models, natively: votes in, labels out, on a million rows, beside crowd-kit and snorkel's steps in NumPy.
    Models,
    /// Keystroke to figures in Chromium on 100,000 and on a million documents, and what a first visit downloads.
    Browser,
    /// The most memory that `hunch apply` takes for a large file.
    Memory,
}

/// Runs one bench and prints its figures.
pub(crate) fn bench(options: &Options) -> Result<()> {
    match options.what {
        What::Engine => engine(),
        What::Models => models(),
        What::Browser => browser(),
        What::Memory => memory::memory(options.gigabytes),
    }
}

fn engine() -> Result<()> {
    setup::for_engine_bench()?;
    for (what, bench) in [("rule sets", "apply"), ("kernels", "engine")] {
        step(&format!("measuring the engine's {what}"), || {
            let mut cargo = cargo();
            cargo.args(["bench", "--package", "hunch-engine", "--bench", bench]);
            cargo.env("HUNCH_PYTHON", paths::tools().join("python/bin/python"));
            if let Some(data) = paths::data() {
                cargo.env("HUNCH_DATA", data);
            }
            run(&mut cargo)
        })?;
    }
    step("measuring the engine in WebAssembly", || {
        let mut cargo = cargo();
        // As the app's worker is built.
        cargo.args(["test", "--profile", "wasm-worker", "--target", "wasm32-unknown-unknown"]);
        cargo.args(["--package", "hunch-engine", "--bench", "wasm", "--", "--nocapture"]);
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
        if let Some(data) = paths::data() {
            cargo.env("HUNCH_DATA", data);
        }
        run(&mut cargo)
    })
}

fn models() -> Result<()> {
    setup::for_models_bench()?;
    step("measuring label models (ten minutes)", || {
        let mut cargo = cargo();
        cargo.args(["bench", "--package", "hunch-model", "--bench", "whole"]);
        run(cargo.env("HUNCH_PYTHON", paths::tools().join("python/bin/python")))
    })
}

fn browser() -> Result<()> {
    setup::for_the_app()?;
    setup::for_tests()?;
    app::build()?;
    serve::build_server()?;
    let sizes = app::sizes()?;
    println!("\nfirst visit, Brotli: app {} bytes, worker {} bytes", sizes.app, sizes.worker);
    step("measuring keystrokes in Chromium", || {
        let mut bench = command("npm");
        bench.args(["run", "bench", "--silent", "--prefix", "e2e"]).env("HUNCH_BIN", paths::hunch());
        if let Some(data) = paths::data() {
            bench.env("HUNCH_DATA", data);
        }
        if let Some(chromium) = find("chromium") {
            bench.env("HUNCH_CHROMIUM", chromium);
        }
        run(&mut bench)
    })
}
