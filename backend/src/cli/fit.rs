//! `hunch fit`: votes combined into labels, by several models side by side.

mod report;

use super::export::format as export_format;
use crate::corpus::{NewFile, VotesFile, VotesOptions};
use crate::export::{self, ExportRows};
use anyhow::{Context as _, Result, bail};
use hunch_engine::ABSTAIN;
use hunch_model::{
    FitOptions, Fitted, GoldCounts, Interval, ModelKind, PatternCounter, PatternTable, Prior, Reason,
    SourceKind, Tally, Term, Ties, Versus, Warning, fit, majority_is_enough, score, warnings, wilson,
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
    /// Fit this model only: majority, weighted, dawid-skene, one-coin, matrix-completion, triplet, robust, or default
    #[arg(long, value_name = "NAME", value_parser = model)]
    model: Option<ModelKind>,
    /// Whether a source that does not vote has looked at the document (rules) or not (people)
    #[arg(long, value_enum, default_value_t)]
    sources: Sources,
    /// Share of each label, in order, instead of `--prior`
    #[arg(long, value_name = "P0,P1,…", value_delimiter = ',', conflicts_with = "prior")]
    balance: Option<Vec<f64>>,
    /// Where the share of each label comes from
    #[arg(long, value_enum, default_value_t)]
    prior: PriorFrom,
    /// Say why the document with this id (or row number, where there are no ids) has its label
    #[arg(long, value_name = "ID")]
    explain: Option<String>,
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
    /// Most steps of expectation maximization in dawid-skene and one-coin; one for rules and a hundred for people unless given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    steps: Option<u32>,
    /// File to write labels to (of --model, else of the default, or of majority vote where gold shows that it is better): .csv, .parquet or .jsonl
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
enum PriorFrom {
    /// From the votes, by models that learn it
    #[default]
    Learned,
    /// All labels alike
    Uniform,
    /// The shares among gold
    Gold,
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

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let out =
        args.out.as_deref().map(|path| Ok::<_, anyhow::Error>((path, export_format(path)?))).transpose()?;
    let votes = Votes::read(args)?;
    let (sources, why) = match args.sources {
        Sources::Auto => SourceKind::detect(&votes.table),
        Sources::Rules => (SourceKind::Rules, "as told"),
        Sources::People => (SourceKind::People, "as told"),
    };
    let options = FitOptions {
        sources,
        prior: votes.prior(args)?,
        steps: args.steps,
        gold: if args.use_gold { votes.gold_counts()? } else { GoldCounts::default() },
        ..FitOptions::default()
    };
    let wanted = args.model.unwrap_or_default();
    let mut report = Report::new(&votes.table, sources, why, args.use_gold, votes.gold_shares());
    let (mut chosen, mut majority) = (None, None);
    for kind in ModelKind::ALL.into_iter().filter(|kind| args.model.is_none_or(|model| model == *kind)) {
        let start = Instant::now();
        let fitted = match fit(kind, &votes.table, &options) {
            Ok(fitted) => fitted,
            // Beside other models, one that cannot be fitted is no failure.
            Err(error) if kind != wanted => {
                report.skip(kind, &error);
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let seconds = start.elapsed().as_secs_f64();
        let scores = score(&fitted, &votes.tally(&fitted));
        report.models.push(ModelReport::new(&fitted, scores, seconds, votes.table.sources()));
        if kind == wanted {
            chosen = Some(fitted);
        } else if kind == ModelKind::Majority {
            majority = Some(fitted);
        }
    }
    let Some(mut chosen) = chosen else { bail!("no model was fitted") };
    let tally = votes.tally(&chosen);
    let warnings = warnings(&votes.table, &chosen, sources, &tally);
    report.warn(&warnings, votes.table.sources(), &votes.labels);
    if let Some(majority) = majority {
        report.majority_is_enough =
            majority_is_enough([Versus { model: &chosen, majority: &majority, gold: &tally }]);
        if warnings.iter().any(|warning| matches!(warning, Warning::BelowMajority { .. })) {
            chosen = majority;
        }
    }
    report.labels_from = chosen.kind.name();
    if let Some(id) = &args.explain {
        report.explanation = Some(votes.explain(&chosen, id)?);
    }
    if let Some((path, format)) = out {
        votes.write_labels(&chosen, args.use_gold, path, format)?;
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

    /// P(label) before any vote, as asked for.
    fn prior(&self, args: &Args) -> Result<Prior> {
        if let Some(balance) = &args.balance {
            return Ok(Prior::Given(balance.clone()));
        }
        match args.prior {
            PriorFrom::Learned => Ok(Prior::Learned),
            PriorFrom::Uniform => Ok(Prior::Uniform),
            PriorFrom::Gold => {
                let shares: Vec<f64> = self.gold_shares().iter().map(|(share, _)| *share).collect();
                if shares.is_empty() {
                    bail!("no document has gold to take shares of labels from (--prior gold)");
                }
                Ok(Prior::Given(shares))
            }
        }
    }

    /// Each label's share of gold with its 95 % interval; nothing without gold.
    fn gold_shares(&self) -> Vec<(f64, Interval)> {
        let mut counts = vec![0_u64; self.labels.len()];
        for label in self.gold.iter().filter_map(|gold| usize::try_from(*gold).ok()) {
            counts[label] += 1;
        }
        let all = counts.iter().sum();
        let share = |count: u64| wilson(count, all).map(|interval| (count as f64 / all as f64, interval));
        counts.into_iter().filter_map(share).collect()
    }

    /// Why a document has its label, in one line.
    fn explain(&self, fitted: &Fitted, id: &str) -> Result<String> {
        let Some(row) = (0..self.patterns.len()).find(|&row| self.id(row) == id) else {
            bail!("no document has the id {id} (--explain)");
        };
        let pattern = self.patterns[row];
        let label = fitted.label(pattern, self.ties, id, row as u64);
        let Ok(index) = u16::try_from(label) else {
            return Ok("no source votes, so it has no label".to_owned());
        };
        let name = |index: u16| &self.labels[usize::from(index)];
        let probability = fitted.posterior(pattern)[usize::from(index)];
        let Some(explanation) = fitted.explain(&self.table, pattern, index) else {
            return Ok(format!("{} {probability:.2}: its share of the votes", name(index)));
        };
        let term = |term: &Term| {
            let of = match term.of {
                Reason::Prior => "prior",
                Reason::Vote(source) => &self.table.sources()[source as usize],
                Reason::Silence => "silence of the others",
                Reason::Unanimity => "all agree",
            };
            format!("{of} {:+.1}", term.log_odds)
        };
        let terms: Vec<String> = explanation.terms.iter().map(term).collect();
        Ok(format!(
            "{} {probability:.2} against {}: {}",
            name(index),
            name(explanation.rival),
            terms.join(", ")
        ))
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
