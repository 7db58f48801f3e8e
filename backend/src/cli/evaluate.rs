//! Rules evaluated over a corpus file, chunk by chunk, on all cores.

use super::rules_file::{LexiconFile, RulesFile};
use crate::corpus::{CorpusError, CorpusFile, ExternalVotes, ReadOptions, WordCount};
use anyhow::{Result, bail};
use hunch_engine::{Chunk, Evaluator, ProgramSet, RuleVotes, TermWeights, Weights};
use hunch_protocol::CorpusColumn;
use hunch_rules::{Compiled, Schema, WeightsDef};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What `analyze` and `apply` work on.
#[derive(Debug, clap::Args)]
pub(crate) struct Inputs {
    /// File of rules
    rules: PathBuf,
    #[command(flatten)]
    corpus: Corpus,
    /// Terms of a lexicon, one a line
    #[arg(long, value_name = "NAME=FILE")]
    lexicon: Vec<LexiconFile>,
    /// Votes and probabilities of external sources, which rules name by vote("…") and prob("…", LABEL)
    #[arg(long, value_name = "FILE")]
    votes: Option<PathBuf>,
}

/// A file of documents.
#[derive(Debug, clap::Args)]
pub(crate) struct Corpus {
    /// File of documents: CSV, TSV, JSONL or Parquet, also packed with gzip or zstd
    #[arg(value_name = "CORPUS")]
    path: PathBuf,
    /// Column that `text` means in rules; found out unless given
    #[arg(long, value_name = "COLUMN")]
    text: Option<String>,
    /// Column of gold labels, names or indexes; `label` unless given, if there is one
    #[arg(long, value_name = "COLUMN")]
    gold: Option<String>,
    /// Column of ids; `id` unless given, if there is one
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,
}

impl Corpus {
    /// A file whose gold is of no interest.
    pub(crate) fn without_gold(path: &Path) -> Self {
        Self { path: path.to_owned(), text: None, gold: None, id: None }
    }

    pub(crate) fn open(&self) -> Result<CorpusFile, CorpusError> {
        let options = ReadOptions {
            text: self.text.clone(),
            gold: self.gold.clone(),
            id: self.id.clone(),
            ..ReadOptions::default()
        };
        CorpusFile::open(&self.path, &options)
    }

    /// The columns that rules can use.
    pub(crate) fn schema(&self) -> Result<Schema, CorpusError> {
        Ok(schema_of(&self.open()?))
    }
}

/// The columns that rules and policies can use.
pub(crate) fn schema_of(file: &CorpusFile) -> Schema {
    let corpus = file.schema();
    Schema {
        columns: corpus.columns.iter().map(CorpusColumn::definition).collect(),
        default_text: corpus.default_text.clone(),
        sources: corpus.sources.clone(),
        ..Schema::default()
    }
}

/// Rules that compile, on a corpus that can be opened.
pub(crate) struct Evaluation {
    /// The label set and the rules.
    pub(crate) compiled: Compiled,
    schema: Schema,
    programs: ProgramSet,
    corpus: CorpusFile,
    external: Option<ExternalVotes>,
}

impl Inputs {
    /// Opens everything; an error in the rules, or having none, ends it.
    pub(crate) fn open(&self) -> Result<Evaluation> {
        let evaluation = self.open_with_or_without_rules()?;
        if evaluation.compiled.rules.is_empty() {
            bail!("{} has no rules", self.rules.display());
        }
        Ok(evaluation)
    }

    /// Opens everything; an error in the rules ends it.
    pub(crate) fn open_with_or_without_rules(&self) -> Result<Evaluation> {
        let rules = RulesFile::read(&self.rules, &self.lexicon)?;
        let corpus = self.corpus.open()?;
        let mut schema = schema_of(&corpus);
        let external = match &self.votes {
            None => None,
            Some(path) => {
                // The label set is needed to read the votes, which are needed to check the rules.
                let labels = rules.compile(schema.clone()).labels;
                let external = ExternalVotes::open(path, &labels)?;
                schema.sources.extend(external.sources().map(str::to_owned));
                Some(external)
            }
        };
        let weights = weigh(&rules, &corpus, &mut schema)?;
        let compiled = rules.compile(schema.clone());
        schema.labels.clone_from(&compiled.labels);
        let programs = ProgramSet::new(rules.programs(&compiled, &weights)?);
        Ok(Evaluation { compiled, schema, programs, corpus, external })
    }
}

/// Counts the words of the columns that rules compare with examples, in a pass over the file of its own, and names their
/// term weights in the schema.
fn weigh(rules: &RulesFile, corpus: &CorpusFile, schema: &mut Schema) -> Result<Weights> {
    // A first compilation tells which columns these are: each has its name for a hash.
    let columns = &corpus.schema().columns;
    let weights_of =
        |column: &CorpusColumn| WeightsDef { column: column.name.clone(), hash: column.name.clone() };
    let named = Schema { weights: columns.iter().map(weights_of).collect(), ..schema.clone() };
    let compiled = rules.compile(named);
    let compared: BTreeSet<&str> = compiled.rules.iter().flat_map(|rule| rule.plan.weights()).collect();
    let mut weights = Weights::new();
    let Some(mut count) = WordCount::of(columns, |column| compared.contains(column.name.as_str())) else {
        return Ok(weights);
    };
    for chunk in corpus.chunks(&compiled.labels)? {
        count.add(&chunk?);
    }
    for (column, object) in count.finish() {
        let hash = blake3::hash(&object).to_hex().to_string();
        weights.insert(hash.clone(), Arc::new(TermWeights::from_object(&object)?));
        schema.weights.push(WeightsDef { column, hash });
    }
    Ok(weights)
}

impl Evaluation {
    /// Names of the rules in the file's order.
    pub(crate) fn rule_names(&self) -> Vec<String> {
        self.compiled.rules.iter().map(|rule| rule.name.clone()).collect()
    }

    /// Labels and columns.
    pub(crate) fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Whether the corpus has gold.
    pub(crate) fn has_gold(&self) -> bool {
        self.corpus.gold().is_some()
    }

    /// Evaluates all rules on chunk after chunk and hands each over in the corpus' order. As many chunks are in memory
    /// as there are cores, twice.
    pub(crate) fn each_chunk(
        &self,
        mut take: impl FnMut(&Chunk, Vec<RuleVotes>) -> Result<()>,
    ) -> Result<()> {
        let mut chunks = self.corpus.chunks(&self.compiled.labels)?;
        let (mut rows, mut known) = (0, 0);
        loop {
            let mut batch = Vec::new();
            for chunk in chunks.by_ref().take(rayon::current_num_threads() * 2) {
                let mut chunk = chunk?;
                if let Some(external) = &self.external {
                    known += external.attach(&mut chunk, rows);
                }
                rows += chunk.rows;
                batch.push(Arc::new(chunk));
            }
            if batch.is_empty() {
                return Ok(self.external.as_ref().map_or(Ok(()), |external| external.check(rows, known))?);
            }
            let apply = |chunk: &Arc<Chunk>| Evaluator::new(Arc::clone(chunk)).votes_of(&self.programs);
            let votes: Vec<Vec<RuleVotes>> = batch.par_iter().map(apply).collect();
            for (chunk, votes) in batch.iter().zip(votes) {
                take(chunk, votes)?;
            }
        }
    }
}
