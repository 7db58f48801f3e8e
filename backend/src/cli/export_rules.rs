//! `hunch export-rules`: rules in the languages of other tools.

use super::evaluate::Corpus;
use super::open_schema;
use super::rules_file::{LexiconFile, RulesFile};
use crate::corpus::NewFile;
use anyhow::{Context as _, Result, bail};
use hunch_rules::LineIndex;
use hunch_rules::export::{Refusals, Rules, Table, Target, export};
use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

/// Write rules as SQL of DuckDB, Spark or Postgres, or as Python for Snorkel
///
/// What has no equal there is refused, with its place. Without a corpus, columns are taken to be what the rules use
/// them as.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File of rules
    rules: PathBuf,
    /// What to write: duckdb, spark, postgres or snorkel
    #[arg(long, value_name = "TARGET")]
    to: Target,
    /// File to write; standard output unless given
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the rules that can be written, and leave out those that are refused
    #[arg(long)]
    partial: bool,
    /// Take the types of columns from this file of documents
    #[arg(long, value_name = "FILE")]
    corpus: Option<PathBuf>,
    /// Terms of a lexicon, one a line
    #[arg(long, value_name = "NAME=FILE")]
    lexicon: Vec<LexiconFile>,
    /// Table of the documents, for SQL
    #[arg(long, value_name = "NAME", default_value = "documents")]
    table: String,
    /// Its column of ids
    #[arg(long, value_name = "COLUMN", default_value = "id")]
    id: String,
}

/// Writes the rules; fails if one is refused and `--partial` is not given, or if none is left.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let file = RulesFile::read(&args.rules, &args.lexicon)?;
    let path = args.rules.display().to_string();
    let schema = match &args.corpus {
        Some(corpus) => Corpus::without_gold(corpus).schema()?,
        None => open_schema::infer(&file),
    };
    let mut compiled = file.compile(schema.clone());
    if file.show(&compiled.diagnostics)? > 0 {
        bail!("{path} has errors; nothing was written");
    }
    let sources = [file.source()];
    let lexicons = file.lexicon_terms();
    let table = Table { name: &args.table, id: &args.id };
    let refused = {
        let rules = Rules { sources: &sources, compiled: &compiled, schema: &schema, lexicons: &lexicons };
        export(args.to, &rules, table).err()
    };
    if let Some(Refusals(refusals)) = refused {
        let lines = LineIndex::new(file.text());
        let mut err = io::stderr().lock();
        for refusal in &refusals {
            let (line, column) = lines.line_column(refusal.span.start);
            let (construct, reason) = (&refusal.construct, &refusal.reason);
            writeln!(
                err,
                "{path}:{line}:{column}: refused in rule `{}`: {construct}: {reason}",
                refusal.rule
            )?;
        }
        let names: BTreeSet<&str> = refusals.iter().map(|refusal| refusal.rule.as_str()).collect();
        if !args.partial {
            bail!(
                "{} of {} rules cannot be written for {}; --partial leaves them out",
                names.len(),
                compiled.rules.len(),
                args.to.title()
            );
        }
        compiled.rules.retain(|rule| !names.contains(rule.name.as_str()));
    }
    if compiled.rules.is_empty() {
        bail!("{path} has no rule to write");
    }
    let rules = Rules { sources: &sources, compiled: &compiled, schema: &schema, lexicons: &lexicons };
    let text = export(args.to, &rules, table)?;
    match &args.out {
        None => io::stdout().write_all(text.as_bytes())?,
        Some(out) => {
            let mut new = NewFile::create(out)?;
            new.write_all(text.as_bytes()).with_context(|| format!("cannot write {}", out.display()))?;
            new.finish()?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
