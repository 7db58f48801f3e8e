//! `hunch tree`: rules as a tree in JSON, and back.

use super::rules_file::{read_text, show};
use crate::corpus::NewFile;
use anyhow::{Context as _, Result};
use hunch_rules::tree;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Turn rules into a tree in JSON, and such a tree (a file that ends in .json) into rules
///
/// Comments are not part of the tree.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A file of rules, or a tree
    #[arg(required_unless_present = "schema")]
    file: Option<PathBuf>,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the JSON Schema of trees
    #[arg(long, conflicts_with = "file")]
    schema: bool,
}

/// Writes the other form of the file; rules with errors have no tree, and their errors are shown.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let written = match &args.file {
        Some(path) if path.extension().is_some_and(|ending| ending == "json") => {
            let of_file = || format!("{}", path.display());
            let file = tree::from_json(&read_text(path)?).with_context(of_file)?;
            Some(tree::to_text(&file).with_context(of_file)?)
        }
        Some(path) => to_json(path)?,
        None => Some(format!("{:#}\n", tree::schema())),
    };
    let Some(written) = written else { return Ok(ExitCode::FAILURE) };
    match &args.out {
        Some(path) => {
            let mut file = NewFile::create(path)?;
            file.write_all(written.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
            file.finish()?;
        }
        None => write!(io::stdout(), "{written}")?,
    }
    Ok(ExitCode::SUCCESS)
}

fn to_json(path: &Path) -> Result<Option<String>> {
    let text = read_text(path)?;
    let (file, diagnostics) = hunch_rules::parse(&text);
    if !diagnostics.is_empty() {
        show(&path.display().to_string(), &text, &diagnostics)?;
        return Ok(None);
    }
    let json = tree::to_json(&file).with_context(|| format!("{}", path.display()))?;
    Ok(Some(json + "\n"))
}
