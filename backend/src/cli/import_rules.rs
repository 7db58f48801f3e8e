//! `hunch import-rules`: rules out of the files of other tools.

use super::rules_file::read_text;
use crate::corpus::NewFile;
use anyhow::{Context as _, Result, bail};
use hunch_rules::Compiler;
use hunch_rules::import::{Format, Imported, Options, import};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

/// Make rules of a keyword list, a table of regular expressions, Prodigy's patterns or Argilla's rules
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File to read
    file: PathBuf,
    /// Label set, in order; without it, labels come in the order of the file
    #[arg(long, value_name = "A,B,..", value_delimiter = ',')]
    labels: Vec<String>,
    /// Label of a list of words that names none
    #[arg(long, value_name = "LABEL")]
    label: Option<String>,
    /// What the file holds: keywords, regex-table, prodigy or argilla; found out unless given
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// File of rules to write
    #[arg(long, value_name = "RULES")]
    out: PathBuf,
}

/// Writes the rules and names every line that is not in them. Fails if there is nothing to write.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let path = args.file.display();
    let text = read_text(&args.file)?;
    let options =
        Options { format: args.format, labels: &args.labels, label: args.label.as_deref(), taken: None };
    let Imported { format, rules, entries, skipped, .. } =
        import(&text, options, &mut Compiler::default()).with_context(|| format!("cannot import {path}"))?;
    let mut err = io::stderr().lock();
    for skipped in &skipped {
        writeln!(err, "{path}:{}: skipped: {}", skipped.line, skipped.reason)?;
    }
    if entries == 0 {
        bail!("{path}, read as {}, has nothing that can become a rule", format.name());
    }
    let mut file = NewFile::create(&args.out)?;
    file.write_all(rules.as_bytes()).with_context(|| format!("cannot write {}", args.out.display()))?;
    file.finish()?;
    let count = rules.lines().filter(|line| line.starts_with("rule ")).count();
    writeln!(
        io::stdout(),
        "{}: {count} rules from {entries} entries of {path} ({}); {} skipped",
        args.out.display(),
        format.name(),
        skipped.len()
    )?;
    Ok(ExitCode::SUCCESS)
}
