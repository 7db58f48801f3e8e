//! `hunch fit`: votes combined into labels, by several models side by side.

mod report;

use super::export::format as export_format;
use crate::corpus::{NewFile, VotesFile, VotesOptions};
use crate::export::{self, ExportRows};
use anyhow::{Context as _, Result, bail};
use hunch_engine::ABSTAIN;
use hunch_model::{
    FitOptions, Fitted, GoldCounts, ModelKind, PatternCounter, PatternTable, Prior, SourceKind, Tally, Ties,
    fit, score,
};
use hunch_protocol::ExportFormat;
use report::{ModelReport, Report};
use std::convert::Infallible;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Rows written at a time.
const ROWS: usize = 16_384;

/// Combine votes into probabilistic labels and show how good the models are
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File of votes: CSV, TSV, JSONL, Parquet or npz
    votes: PathBuf,
    /// Fit this model only: majority, weighted, dawid-skene, one-coin, or default
    #[arg(long, value_name = "NAME", value_parser = model)]
    model: Option<ModelKind>,
    /// Whether a source that does not vote has looked at the document (rules) or not (people)
    #[arg(long, value_enum, default_value_t)]
    sources: Sources,
    /// Share of each label, in order; learned unless given
    #[arg(long, value_name = "P0,P1,…", value_delimiter = ',')]
    balance: Option<Vec<f64>>,
    /// Column of gold labels; `label` (in npz `gold`) unless given, if there is one
    #[arg(long, value_name = "COLUMN")]
    gold: Option<String>,
    /// Let models learn from gold; otherwise they are only scored on it
    #[arg(long)]
    use_gold: bool,
    /// The labels in order, where votes are names or the largest index is not voted
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    labels: Option<Vec<String>>,
    /// How ties are broken: by a hash of the document's id, or of its row number as in WRENCH's tables
    #[arg(long, value_enum, default_value_t)]
    ties: TieRule,
    /// Most steps of expectation maximization; one for rules and a hundred for people unless given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    steps: Option<u32>,
    /// File to write the labels of the model (--model, else the default) to: .csv, .parquet or .jsonl
    #[arg(long, value_name = "LABELS")]
    out: Option<PathBuf>,
    /// How to write the report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Sources {
    /// Told from the votes
    #[default]
    Auto,
    /// They looked at every document
    Rules,
    /// They looked at some documents
    People,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum TieRule {
    #[default]
    Id,
    Wrench,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    #[default]
    Table,
    Json,
}

fn model(name: &str) -> Result<ModelKind, String> {
    if name == "default" {
        Ok(ModelKind::default())
    } else {
        name.parse().map_err(|error| format!("{error}"))
    }
}

/// A votes file as models see it: the table of patterns, and for each document its pattern, gold and id.
struct Votes {
    labels: Vec<String>,
    table: PatternTable,
    patterns: Vec<u32>,
    gold: Vec<i16>,
    /// None if the file has none.
    ids: Option<Vec<String>>,
    ties: Ties,
}

pub(crate) fn run(args: Args) -> Result<ExitCode> {
    let out =
        args.out.as_deref().map(|path| Ok::<_, anyhow::Error>((path, export_format(path)?))).transpose()?;
    let votes = Votes::read(&args)?;
    let (sources, why) = match args.sources {
        Sources::Auto => SourceKind::detect(&votes.table),
        Sources::Rules => (SourceKind::Rules, "as told"),
        Sources::People => (SourceKind::People, "as told"),
    };
    let options = FitOptions {
        sources,
        prior: args.balance.map_or(Prior::Learned, Prior::Given),
        steps: args.steps,
        gold: if args.use_gold { votes.gold_counts()? } else { GoldCounts::default() },
        ..FitOptions::default()
    };
    let mut report = Report::new(&votes.table, sources, why, args.use_gold);
    let mut chosen = None;
    for kind in ModelKind::ALL.into_iter().filter(|kind| args.model.is_none_or(|model| model == *kind)) {
        let start = Instant::now();
        let fitted = fit(kind, &votes.table, &options)?;
        let seconds = start.elapsed().as_secs_f64();
        let scores = score(&fitted, &votes.tally(&fitted));
        report.models.push(ModelReport::new(&fitted, scores, seconds, votes.table.sources()));
        if kind == args.model.unwrap_or_default() {
            chosen = Some(fitted);
        }
    }
    if let (Some((path, format)), Some(fitted)) = (out, chosen) {
        votes.write_labels(&fitted, args.use_gold, path, format)?;
    }
    let mut out = io::stdout().lock();
    match args.format {
        Format::Table => report.write_table(&mut out)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &report).map_err(io::Error::from)?;
            writeln!(out)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl Votes {
    fn read(args: &Args) -> Result<Self> {
        let options =
            VotesOptions { labels: args.labels.clone(), gold: args.gold.clone(), ..VotesOptions::default() };
        let file = VotesFile::open(&args.votes, &options)?;
        if args.use_gold && !file.has_gold() {
            bail!(
                "{} has no gold to learn from (--use-gold); name its column (--gold COLUMN)",
                args.votes.display()
            );
        }
        let mut counter = PatternCounter::new(file.labels().len(), file.sources());
        let (mut patterns, mut gold, mut ids) = (Vec::new(), Vec::new(), Vec::new());
        let mut rows = file.rows()?;
        while let Some(row) = rows.next()? {
            patterns.push(counter.add(&row.votes)?);
            gold.push(row.gold);
            ids.extend(row.id.clone());
        }
        let (table, finals) = counter.finish();
        let patterns: Vec<u32> = patterns.into_iter().map(|pattern: u32| finals[pattern as usize]).collect();
        let ties = match args.ties {
            TieRule::Id => Ties::DocumentId,
            TieRule::Wrench => Ties::Wrench,
        };
        let ids = (ids.len() == patterns.len()).then_some(ids);
        Ok(Self { labels: file.labels().to_vec(), table, patterns, gold, ids, ties })
    }

    /// The document's id, else its row number.
    fn id(&self, row: usize) -> String {
        self.ids.as_ref().map_or_else(|| row.to_string(), |ids| ids[row].clone())
    }

    fn tally(&self, fitted: &Fitted) -> Tally {
        let mut tally = Tally::default();
        for (row, (&pattern, &gold)) in self.patterns.iter().zip(&self.gold).enumerate() {
            if gold != ABSTAIN {
                tally.add(pattern, gold, fitted.guess(pattern, self.ties, &self.id(row), row as u64));
            }
        }
        tally
    }

    fn gold_counts(&self) -> Result<GoldCounts> {
        let mut counts = GoldCounts::default();
        self.patterns.iter().zip(&self.gold).for_each(|(&pattern, &gold)| counts.add(pattern, gold));
        if counts == GoldCounts::default() {
            bail!("no document has gold to learn from (--use-gold)");
        }
        Ok(counts)
    }

    /// Writes each document's label and probabilities; gold, where it may be used, stands as it is.
    fn write_labels(&self, fitted: &Fitted, use_gold: bool, path: &Path, format: ExportFormat) -> Result<()> {
        let file = NewFile::create(path)?;
        let out = BufWriter::new(file.handle().with_context(|| format!("cannot write {}", path.display()))?);
        let rows: Vec<usize> = (0..self.patterns.len()).collect();
        let blocks = rows.chunks(ROWS).map(|rows| {
            let mut block = ExportRows::default();
            for &row in rows {
                let (pattern, gold) = (self.patterns[row], self.gold[row]);
                let id = self.id(row);
                let known = usize::try_from(gold).ok().filter(|_| use_gold);
                if let Some(known) = known {
                    block.labels.push(gold);
                    let certain = |label| if label == known { 1.0 } else { 0.0 };
                    block.probabilities.push((0..self.labels.len()).map(certain).collect());
                } else {
                    block.labels.push(fitted.label(pattern, self.ties, &id, row as u64));
                    block.probabilities.push(fitted.posterior(pattern).to_vec());
                }
                block.ids.push(id);
            }
            Ok::<_, Infallible>(block)
        });
        export::write_labels(out, format, &self.labels, blocks)?;
        Ok(file.finish()?)
    }
}
