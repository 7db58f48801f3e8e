//! `hunch augment`: changed copies of a file's train documents, without a server.

use super::evaluate::Corpus;
use super::rules_file::{LexiconFile, RulesFile};
use crate::corpus::{CorpusFile, NewFile};
use crate::export::table;
use anyhow::{Context as _, Result, bail};
use hunch_augment::{Augmenter, Parameters};
use hunch_engine::{ABSTAIN, Bitset, CHUNK_TEXT_BYTES, Chunk, Column, ColumnData, Split, TextColumn};
use hunch_protocol::ExportFormat;
use hunch_rules::CompiledPolicy;
use std::collections::BTreeSet;
use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Copies made at once.
const ROWS: usize = 4_096;

/// Make changed copies of the train documents of a file
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File of `augment` lines, and of lexicons that they use
    policy: PathBuf,
    #[command(flatten)]
    corpus: Corpus,
    /// Terms of a lexicon, one a line
    #[arg(long, value_name = "NAME=FILE")]
    lexicon: Vec<LexiconFile>,
    /// Of the random numbers: the same seed makes the same copies
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Write all documents of the file too, before the copies
    #[arg(long)]
    originals: bool,
    /// Where to write: a file whose name ends with .csv, .jsonl or .parquet
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let format = format_of(&args.out)?;
    let rules = RulesFile::read(&args.policy, &args.lexicon)?;
    let corpus = args.corpus.open()?;
    let compiled = rules.compile(super::evaluate::schema_of(&corpus));
    if rules.show(&compiled.diagnostics)? > 0 {
        bail!("{} has errors; nothing was made", args.policy.display());
    }
    if compiled.policies.is_empty() {
        bail!("{} has no `augment` line", args.policy.display());
    }
    let labels = if compiled.labels.is_empty() { corpus.gold_values().to_vec() } else { compiled.labels };
    let work = Work { corpus, labels, seed: args.seed, sources: &rules };
    let augmenters = work.get_ready(&compiled.policies)?;

    let mut file = NewFile::create(&args.out)?;
    let progress = Progress::default();
    let originals = args.originals.then(|| work.originals()).transpose()?;
    let copies = work.copies(&augmenters, &progress)?;
    let batches = originals.into_iter().flatten().chain(copies);
    let rows = table::write(BufWriter::new(&mut file), format, &[], batches)?;
    file.finish()?;
    let (train, copies) = (progress.train.get(), progress.copies.get());
    writeln!(
        io::stderr(),
        "{copies} copies of {train} train documents, {rows} rows in all, in {}",
        args.out.display()
    )?;
    Ok(ExitCode::SUCCESS)
}

fn format_of(path: &Path) -> Result<ExportFormat> {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => Ok(ExportFormat::Csv),
        Some("jsonl") => Ok(ExportFormat::Jsonl),
        Some("parquet") => Ok(ExportFormat::Parquet),
        _ => bail!("{}: the name must end with .csv, .jsonl or .parquet", path.display()),
    }
}

/// Counts what is done, and says so where someone watches.
#[derive(Default)]
struct Progress {
    train: std::cell::Cell<u64>,
    copies: std::cell::Cell<u64>,
}

impl Progress {
    fn add(&self, train: usize, copies: usize) {
        self.train.set(self.train.get() + train as u64);
        self.copies.set(self.copies.get() + copies as u64);
        if io::stderr().is_terminal() {
            // Whoever watches may look away.
            let _ = write!(io::stderr(), "\r{} documents, {} copies", self.train.get(), self.copies.get());
        }
    }
}

/// What copies are made of.
struct Work<'a> {
    corpus: CorpusFile,
    labels: Vec<String>,
    seed: u64,
    sources: &'a RulesFile,
}

/// A policy ready to be carried out, and its text.
struct Ready {
    augmenter: Augmenter,
    name: String,
    source: String,
}

impl Work<'_> {
    /// Measures what policies need to know of the train documents.
    fn get_ready(&self, policies: &[CompiledPolicy]) -> Result<Vec<Ready>> {
        let mut parameters = vec![Parameters::default(); policies.len()];
        for chunk in self.corpus.chunks(&self.labels)? {
            let chunk = chunk?;
            let rows = self.train(&chunk);
            for (policy, parameters) in policies.iter().zip(&mut parameters) {
                parameters.merge(Parameters::measure(&policy.policy, &chunk, &rows));
            }
        }
        let ready = policies.iter().zip(parameters).map(|(compiled, parameters)| {
            let policy = &compiled.policy;
            let augmenter = Augmenter::new(policy, self.sources.terms(), &parameters, self.seed)
                .with_context(|| format!("policy `{}`", policy.name))?;
            let source = self.sources.text()[compiled.span.start..compiled.span.end].to_owned();
            Ok(Ready { augmenter, name: policy.name.clone(), source })
        });
        ready.collect()
    }

    /// The train documents; all of them where the file has no splits.
    fn train(&self, chunk: &Chunk) -> Bitset {
        match self.corpus.split() {
            Some(_) => chunk.splits.iter().map(|split| *split == Split::Train).collect(),
            None => Bitset::full(chunk.rows),
        }
    }

    fn originals(&self) -> Result<impl Iterator<Item = Result<Vec<Column>>> + '_> {
        let chunks = self.corpus.chunks(&self.labels)?;
        Ok(chunks.map(|chunk| {
            let chunk = chunk?;
            self.batch(&chunk, &chunk.splits, None)
        }))
    }

    /// Copies, chunk by chunk and policy by policy, in pieces of bounded size.
    fn copies<'a>(
        &'a self,
        ready: &'a [Ready],
        progress: &'a Progress,
    ) -> Result<impl Iterator<Item = Result<Vec<Column>>> + 'a> {
        let chunks = self.corpus.chunks(&self.labels)?;
        Ok(chunks.flat_map(move |chunk| {
            let pieces: Vec<_> = match chunk {
                Ok(chunk) => self.pieces(chunk, ready).map(Ok).collect(),
                Err(error) => vec![Err(error)],
            };
            pieces.into_iter().map(move |piece| {
                let (chunk, rows, ready, first) = piece?;
                let variants = ready.augmenter.variants(&chunk, &rows)?;
                progress.add(if first { rows.len() } else { 0 }, variants.chunk.rows);
                let whole = variants.whole(&chunk)?;
                let parents = chunk.take(&variants.parents)?.ids;
                self.batch(&whole, &whole.splits, Some((&parents, ready)))
            })
        }))
    }

    /// Which rows of a chunk are copied at once by which policy, and whether it is the first.
    fn pieces<'a>(
        &self,
        chunk: Chunk,
        ready: &'a [Ready],
    ) -> impl Iterator<Item = (std::sync::Arc<Chunk>, Vec<usize>, &'a Ready, bool)> + use<'a> {
        let rows: Vec<usize> = self.train(&chunk).iter_ones().collect();
        let bytes = chunk.text_bytes() / chunk.rows.max(1);
        let chunk = std::sync::Arc::new(chunk);
        ready.iter().enumerate().flat_map(move |(at, ready)| {
            let copies = ready.augmenter.copies() as usize;
            let most = (ROWS / copies).min(CHUNK_TEXT_BYTES / (bytes * copies).max(1)).max(1);
            let pieces: Vec<Vec<usize>> = rows.chunks(most).map(<[usize]>::to_vec).collect();
            let chunk = chunk.clone();
            pieces.into_iter().map(move |rows| (chunk.clone(), rows, ready, at == 0))
        })
    }

    /// The columns of the output: id, origin, gold, split, then all others.
    fn batch(
        &self,
        chunk: &Chunk,
        splits: &[Split],
        origin: Option<(&TextColumn, &Ready)>,
    ) -> Result<Vec<Column>> {
        let rows = chunk.rows;
        let mut batch: Vec<Column> = Vec::new();
        let mut add = |name: &str, values: Vec<Option<&str>>| -> Result<()> {
            let data = ColumnData::Text(TextColumn::from_rows(values)?);
            batch.push(Column { name: name.to_owned(), data });
            Ok(())
        };
        let seed = self.seed.to_string();
        add("id", (0..rows).map(|row| chunk.ids.get(row)).collect())?;
        add("parent", (0..rows).map(|row| origin.and_then(|(parents, _)| parents.get(row))).collect())?;
        add("policy", vec![origin.map(|(_, ready)| ready.name.as_str()); rows])?;
        add("parameters", vec![origin.map(|(_, ready)| ready.source.as_str()); rows])?;
        add("seed", vec![origin.map(|_| seed.as_str()); rows])?;
        if let Some(split) = self.corpus.split() {
            add(split, splits.iter().map(|split| Some(split.name())).collect())?;
        }
        if let (Some(name), Some(gold)) = (self.corpus.gold(), &chunk.gold) {
            let label = |label: &i16| {
                let known = (*label != ABSTAIN).then(|| usize::try_from(*label).ok()).flatten();
                known.and_then(|label| self.labels.get(label)).map(String::as_str)
            };
            add(name, gold.iter().map(label).collect())?;
        }
        let taken: BTreeSet<String> = batch.iter().map(|column| column.name.clone()).collect();
        for column in &chunk.columns {
            let prefix = if taken.contains(&column.name) { "column_" } else { "" };
            let name = format!("{prefix}{}", column.name);
            batch.push(Column { name, data: column.data.clone() });
        }
        Ok(batch)
    }
}
