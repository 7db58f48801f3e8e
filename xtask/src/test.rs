//! `cargo xtask test`: everything that must hold before a change is merged.

use crate::{
    app, conformance, paths, serve, setup,
    shell::{cargo, command, find, output, run, step},
};
use anyhow::Result;

/// Crates that are compiled to WebAssembly, hence linted for it too.
const WASM_CRATES: [&str; 8] = [
    "hunch-rules",
    "hunch-engine",
    "hunch-model",
    "hunch-augment",
    "hunch-suggest",
    "hunch-sync",
    "hunch-protocol",
    "hunch-frontend",
];
const WASM: &str = "wasm32-unknown-unknown";

/// Made-up requests per endpoint here; `cargo xtask conformance` sends more.
const EXAMPLES: u32 = 5;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Leave out the browser: neither build the app nor run the end-to-end tests.
    #[arg(long)]
    without_browser: bool,
}

/// Runs every check, the quick ones first.
pub(crate) fn test(options: &Options) -> Result<()> {
    setup::for_the_app()?;
    setup::for_tests()?;
    step("checking the format", || run(cargo().args(["fmt", "--all", "--check"])))?;
    lint()?;
    licences()?;
    native_tests()?;
    step("testing votes, augmentation and models in WebAssembly", wasm_tests)?;
    serve::build_server()?;
    step("comparing the server's answers with its description", || conformance::check(EXAMPLES))?;
    if options.without_browser {
        return Ok(());
    }
    app::build()?;
    step("weighing the app", app::check_sizes)?;
    serve::build_server()?;
    step("testing in the browser", end_to_end)
}

fn lint() -> Result<()> {
    step("linting natively", || {
        run(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    })?;
    step("linting for WebAssembly", || {
        let mut clippy = cargo();
        clippy.args(["clippy", "--target", WASM]);
        for name in WASM_CRATES {
            clippy.args(["--package", name]);
        }
        run(clippy.args(["--", "-D", "warnings"]))
    })
}

/// Advisories need their database, which is fetched; where it cannot be, that is said.
fn licences() -> Result<()> {
    step("checking licences, bans and sources of dependencies", || {
        run(cargo().args(["deny", "--log-level", "error", "check", "licenses", "bans", "sources"]))
    })?;
    if output(cargo().args(["deny", "--log-level", "error", "fetch", "db"])).is_none() {
        println!("  skipped: the advisory database cannot be reached from here");
        return Ok(());
    }
    step("checking dependencies for advisories", || {
        run(cargo().args(["deny", "--log-level", "error", "check", "advisories"]))
    })
}

/// In parts: tested all at once, the parts' dependencies would get the union of their features, and the largest of
/// them would be built a second time for it.
fn native_tests() -> Result<()> {
    let tests = |packages: &[&str]| {
        let mut test = cargo();
        test.arg("test");
        for package in packages {
            test.args(["--package", package]);
        }
        // Exported rules are run there.
        test.env("HUNCH_PYTHON", paths::tools().join("python/bin/python"));
        run(&mut test)
    };
    step("testing the shared crates and the house rules", || {
        tests(&[
            "hunch-rules",
            "hunch-engine",
            "hunch-model",
            "hunch-augment",
            "hunch-suggest",
            "hunch-sync",
            "hunch-protocol",
            "xtask",
        ])
    })?;
    step("replaying the fuzz targets' inputs", || {
        run(cargo().args(["test", "--manifest-path", "fuzz/Cargo.toml", "--no-default-features"]))
    })?;
    step("testing the server on SQLite and Postgres", || tests(&["hunch-backend"]))?;
    step("testing the browser app's logic", || tests(&["hunch-frontend"]))
}

/// What must come out the same in the browser as elsewhere: votes, augmented copies, probabilities and end models.
fn wasm_tests() -> Result<()> {
    let mut test = cargo();
    test.args(["test", "--target", WASM]);
    for (package, name) in [("hunch-engine", "corpus"), ("hunch-augment", "outputs"), ("hunch-model", "bits")]
    {
        test.args(["--package", package, "--test", name]);
    }
    test.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    if let Some(data) = paths::data() {
        test.env("HUNCH_DATA", data);
    }
    run(&mut test)
}

fn end_to_end() -> Result<()> {
    let mut playwright = command("npm");
    playwright.args(["test", "--prefix", "e2e"]).env("HUNCH_BIN", paths::hunch());
    playwright.env("HUNCH_PYTHON", paths::tools().join("python/bin/python"));
    if let Some(chromium) = find("chromium") {
        playwright.env("HUNCH_CHROMIUM", chromium);
    }
    if let Some(data) = paths::data() {
        playwright.env("HUNCH_DATA", data);
    }
    run(&mut playwright)
}
