//! `hunch explain`: what a code of `hunch check` means.

use anyhow::{Result, bail};
use std::io::{self, Write as _};
use std::process::ExitCode;

/// Explain the code of an error, with an example
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What stands in brackets behind `error`, such as `unknown_label`
    code: String,
}

/// Writes the code's section of `docs/errors.md`.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let Some(text) = hunch_rules::explain(&args.code) else {
        bail!("there is no code `{}`; the codes are {}", args.code, hunch_rules::code::ALL.join(", "));
    };
    writeln!(io::stdout(), "{text}")?;
    Ok(ExitCode::SUCCESS)
}
