//! The command line.

mod agreement;
mod analyze;
mod apply;
mod augment;
mod check;
mod connection;
mod evaluate;
mod explain;
mod export;
mod export_rules;
mod fit;
mod fmt;
mod import;
mod import_rules;
mod open_schema;
mod predict;
mod rules_file;
mod serve;
mod snapshot;
mod suggest;
mod table;
mod token;
mod train;
mod tree;
mod user;

use clap::Parser;
use std::io::{self, Write as _};
use std::process::ExitCode;
use tokio::runtime::Runtime;
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
    Check(check::Args),
    Explain(explain::Args),
    Fmt(fmt::Args),
    Tree(tree::Args),
    Analyze(analyze::Args),
    Apply(apply::Args),
    Augment(augment::Args),
    Fit(fit::Args),
    Agreement(agreement::Args),
    Train(train::Args),
    Predict(predict::Args),
    Suggest(suggest::Args),
    Serve(serve::Args),
    Import(import::Args),
    Snapshot(snapshot::Args),
    Export(export::Args),
    ImportRules(import_rules::Args),
    ExportRules(export_rules::Args),
    Token(token::Args),
    User(user::Args),
}

/// Runs what the arguments say.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,hunch=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
    execute(cli.command).unwrap_or_else(|error| {
        if is_closed_pipe(&error) {
            return ExitCode::SUCCESS;
        }
        // If even this cannot be told, the exit code must do.
        let _ = writeln!(io::stderr(), "error: {error:#}");
        ExitCode::FAILURE
    })
}

fn execute(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Check(args) => check::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Fmt(args) => fmt::run(&args),
        Command::Tree(args) => tree::run(&args),
        Command::Analyze(args) => analyze::run(&args),
        Command::Apply(args) => apply::run(&args),
        Command::Augment(args) => augment::run(&args),
        Command::Fit(args) => fit::run(&args),
        Command::Agreement(args) => agreement::run(&args),
        Command::Train(args) => train::run(&args),
        Command::Predict(args) => predict::run(&args),
        Command::Suggest(args) => suggest::run(&args),
        Command::Serve(args) => Runtime::new()?.block_on(serve::run(args)),
        Command::Import(args) => Runtime::new()?.block_on(import::run(args)),
        Command::Snapshot(args) => Runtime::new()?.block_on(snapshot::run(args)),
        Command::Export(args) => Runtime::new()?.block_on(export::run(args)),
        Command::ImportRules(args) => import_rules::run(&args),
        Command::ExportRules(args) => export_rules::run(&args),
        Command::Token(args) => Runtime::new()?.block_on(token::run(args)),
        Command::User(args) => Runtime::new()?.block_on(user::run(args)),
    }
}

/// Whether who reads the output has seen enough, as `head` does.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let closed = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(closed))
}
