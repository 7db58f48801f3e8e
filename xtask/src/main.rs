//! The only build tool a person calls: `cargo xtask serve | test | simulate | crash | bench | setup`.
//!
//! It sets up what is missing, says what it does and how long that may take, and ends with a clear sentence and a
//! non-zero exit code when something fails.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to its terminal")]

mod app;
mod bench;
mod conformance;
mod crash;
mod fuzz;
mod paths;
mod peers;
mod serve;
mod setup;
mod shell;
mod simulate;
mod test;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Builds, runs, tests and measures Hunch.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what building and testing need; what is present is left alone.
    Setup,
    /// Build the app and start the server with a sample project.
    Serve(serve::Options),
    /// Run every check: formatting, lints, licences, tests natively, in WebAssembly and in a browser.
    Test(test::Options),
    /// Let devices and a server sync over a network as bad as seeds can make it, and compare what they end with.
    Simulate(simulate::Options),
    /// Send the server what its own description allows and forbids, and look whether it tells of every answer.
    Conformance(conformance::Options),
    /// Kill the server again and again under load, and see that every acknowledged write is there exactly once.
    Crash(crash::Options),
    /// Measure.
    Bench(bench::Options),
    /// Compare figures and exported rules with Snorkel's own code; installs Snorkel.
    Peers(peers::Options),
    /// Look for inputs that break the parser or the evaluator; installs a nightly compiler and cargo-fuzz.
    Fuzz(fuzz::Options),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Setup => setup::everything(),
        Task::Serve(options) => serve::serve(&options),
        Task::Test(options) => test::test(&options),
        Task::Simulate(options) => simulate::simulate(&options),
        Task::Conformance(options) => conformance::conformance(&options),
        Task::Crash(options) => crash::crash(&options),
        Task::Bench(options) => bench::bench(&options),
        Task::Peers(options) => peers::peers(&options),
        Task::Fuzz(options) => fuzz::fuzz(&options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
