//! `hunch check`: what is wrong with a rules file.

use super::evaluate::Corpus;
use super::open_schema;
use super::rules_file::{LexiconFile, RulesFile};
use anyhow::Result;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

/// Check rules for errors in spelling, names and types
///
/// Without a corpus, columns and external sources are taken to be what the rules use them as.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Files of rules
    #[arg(required = true)]
    rules: Vec<PathBuf>,
    /// Check that the columns exist in this corpus and have the right types
    #[arg(long, value_name = "FILE")]
    corpus: Option<PathBuf>,
    /// Terms of a lexicon, one a line
    #[arg(long, value_name = "NAME=FILE")]
    lexicon: Vec<LexiconFile>,
}

/// Shows the errors of each file; fails if there is one.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let schema = args.corpus.as_deref().map(|path| Corpus::without_gold(path).schema()).transpose()?;
    let mut errors = 0;
    for path in &args.rules {
        let rules = RulesFile::read(path, &args.lexicon)?;
        let schema = match &schema {
            Some(schema) => schema.clone(),
            None => open_schema::infer(&rules),
        };
        let compiled = rules.compile(schema);
        let of_file = rules.show(&compiled.diagnostics)?;
        if of_file == 0 {
            writeln!(io::stdout(), "{}: {} rules, no errors", path.display(), compiled.rules.len())?;
        }
        errors += of_file;
    }
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
