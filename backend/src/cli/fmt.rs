//! `hunch fmt`: rules in their canonical spelling.

use super::rules_file::{read_text, show};
use crate::corpus::NewFile;
use anyhow::{Context as _, Result};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

/// Rewrite rules in their canonical spelling
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Files of rules
    #[arg(required = true)]
    rules: Vec<PathBuf>,
    /// Change nothing; exit 1 and name the files that are spelled otherwise
    #[arg(long)]
    check: bool,
}

/// Rewrites files that are spelled otherwise. A file that cannot be parsed is left as it is.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let mut code = ExitCode::SUCCESS;
    for path in &args.rules {
        let text = read_text(path)?;
        let formatted = match hunch_rules::format(&text) {
            Ok(formatted) => formatted,
            Err(diagnostics) => {
                show(&path.display().to_string(), &text, &diagnostics)?;
                code = ExitCode::FAILURE;
                continue;
            }
        };
        if formatted == text {
            continue;
        }
        if args.check {
            writeln!(io::stdout(), "{}", path.display())?;
            code = ExitCode::FAILURE;
        } else {
            let mut file = NewFile::create(path)?;
            file.write_all(formatted.as_bytes())
                .with_context(|| format!("cannot write {}", path.display()))?;
            file.finish()?;
        }
    }
    Ok(code)
}
