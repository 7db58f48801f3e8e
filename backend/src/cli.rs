//! The command line.

mod connection;
mod export;
mod import;
mod serve;
mod snapshot;
mod token;

use clap::Parser;
use std::io::{self, Write as _};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Turns hunches into training labels.
#[derive(Debug, Parser)]
#[command(name = "hunch", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Serve(serve::Args),
    Import(import::Args),
    Snapshot(snapshot::Args),
    Export(export::Args),
    Token(token::Args),
}

/// Runs what the arguments say.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,hunch=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
    execute(cli.command).unwrap_or_else(|error| {
        // If even this cannot be told, the exit code must do.
        let _ = writeln!(io::stderr(), "error: {error:#}");
        ExitCode::FAILURE
    })
}

fn execute(command: Command) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    match command {
        Command::Serve(args) => runtime.block_on(serve::run(args)),
        Command::Import(args) => runtime.block_on(import::run(args)),
        Command::Snapshot(args) => runtime.block_on(snapshot::run(args)),
        Command::Export(args) => runtime.block_on(export::run(args)),
        Command::Token(args) => runtime.block_on(token::run(args)),
    }
}
