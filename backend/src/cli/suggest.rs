//! `hunch suggest`: rules that tell the labels apart, beside those that exist.

use super::evaluate::{Evaluation, Inputs};
use super::rules_file::read_text;
use super::table;
use anyhow::{Result, bail};
use hunch_engine::{Bitset, Chunk, Evaluator, RuleVotes};
use hunch_model::{FitOptions, Fitted, ModelKind, PatternCounter, fit};
use hunch_suggest::{
    Evidence, Measured, Part, SKETCH_ROWS, SURVEY_ROWS, Sample, Share, Suggestion, Surroundings, Survey,
    choose, compile, measure, propose,
};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Suggest rules: words, phrases and thresholds that tell the labels apart
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    inputs: Inputs,
    /// What labels are judged by: gold, or the model's probabilities from the rules' votes
    #[arg(long, value_enum, default_value_t = By::Gold)]
    by: By,
    /// Most rules to suggest
    #[arg(long, value_name = "N", default_value_t = 20)]
    take: usize,
    /// Terms that are not to be offered, one a line
    #[arg(long, value_name = "FILE")]
    blacklist: Option<PathBuf>,
    /// A table for people, JSON, or the rules' text
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum By {
    Gold,
    Model,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Table,
    Json,
    Rules,
}

/// A suggestion with its label's name.
#[derive(Debug, Serialize)]
struct Line {
    label_name: String,
    #[serde(flatten)]
    suggestion: Suggestion,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let evaluation = args.inputs.open_with_or_without_rules()?;
    if args.by == By::Gold && !evaluation.has_gold() {
        bail!("the corpus has no gold; name its column with --gold, or use --by model");
    }
    if args.by == By::Model && evaluation.compiled.rules.is_empty() {
        bail!("the model needs the votes of at least one rule; use --by gold");
    }
    let blacklist = match &args.blacklist {
        Some(path) => read_text(path)?.lines().map(|line| line.trim().to_owned()).collect(),
        None => BTreeSet::new(),
    };
    let labels = &evaluation.compiled.labels;
    let lines = suggest(&evaluation, args.by, &blacklist, args.take)?.into_iter().map(|suggestion| Line {
        label_name: labels.get(usize::from(suggestion.label)).cloned().unwrap_or_default(),
        suggestion,
    });
    let lines: Vec<Line> = lines.collect();
    let mut out = io::stdout().lock();
    match args.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &lines).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        Format::Rules => {
            for line in &lines {
                writeln!(out, "{}", line.suggestion.rule)?;
            }
        }
        Format::Table => write_table(&mut out, &lines)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Three passes over the corpus, which need not fit into memory: what is known, what could be a condition, what the
/// proposed rules do.
fn suggest(
    evaluation: &Evaluation,
    by: By,
    blacklist: &BTreeSet<String>,
    take: usize,
) -> Result<Vec<Suggestion>> {
    let judge = Judge::new(evaluation, by)?;
    let sample = Sample::of(judge.known, SURVEY_ROWS);
    let mut sampled: Vec<(Chunk, Evidence)> = Vec::new();
    evaluation.each_chunk(|chunk, votes| {
        let evidence = judge.evidence(chunk, &votes);
        let drawn = |row: &usize| sample.takes(chunk.ids.get(*row).unwrap_or_default());
        let rows: Vec<usize> = evidence.known().iter_ones().filter(drawn).collect();
        sampled.push((chunk.take(&rows)?, evidence.take(&rows)));
        Ok(())
    })?;
    let counted: Vec<Bitset> = sampled.iter().map(|(chunk, _)| Bitset::full(chunk.rows)).collect();
    let shares = sampled.iter().zip(&counted);
    let shares: Vec<Share<'_>> =
        shares.map(|((chunk, evidence), counted)| Share { chunk, counted, evidence }).collect();
    let survey = Survey::of(&shares, sample);

    let names = evaluation.rule_names().into_iter().collect();
    let existing = evaluation.compiled.rules.iter().map(|rule| rule.plan.key()).collect();
    let surroundings = Surroundings {
        schema: evaluation.schema(),
        names: &names,
        existing: &existing,
        blacklist,
        precision: 0.5,
    };
    let candidates = propose(&survey, &surroundings);
    let programs = compile(candidates.iter().map(|candidate| &candidate.plan));
    let sketch = Sample::of(judge.rows, SKETCH_ROWS);
    let mut measured: Vec<Measured> = Vec::new();
    evaluation.each_chunk(|chunk, votes| {
        let evidence = judge.evidence(chunk, &votes);
        let mut covered = Bitset::new(chunk.rows);
        for votes in &votes {
            covered.or(&votes.any());
        }
        let mut evaluator = Evaluator::new(Arc::new(chunk.clone()));
        let mut part = Part {
            evaluator: &mut evaluator,
            counted: &Bitset::full(chunk.rows),
            covered: &covered,
            evidence: &evidence,
            keep: &[],
        };
        measured.push(measure(&mut part, &programs, sketch));
        Ok(())
    })?;
    Ok(choose(candidates, &measured, take))
}

/// What labels are judged by.
struct Judge {
    /// Documents.
    rows: u64,
    /// Those of which something is known.
    known: u64,
    model: Option<Model>,
}

/// Probabilities by vote row.
struct Model {
    fitted: Fitted,
    patterns: std::collections::BTreeMap<Vec<i16>, u32>,
}

impl Judge {
    fn new(evaluation: &Evaluation, by: By) -> Result<Self> {
        let mut judge = Self { rows: 0, known: 0, model: None };
        let mut counter = PatternCounter::new(evaluation.compiled.labels.len(), &evaluation.rule_names());
        let mut patterns = std::collections::BTreeMap::new();
        evaluation.each_chunk(|chunk, votes| {
            judge.rows += chunk.rows as u64;
            for row in 0..chunk.rows {
                let known = match by {
                    By::Gold => chunk.gold.as_ref().is_some_and(|gold| gold[row] >= 0),
                    By::Model => {
                        let votes: Vec<i16> = votes.iter().map(|votes| votes.vote(row)).collect();
                        let pattern = counter.add(&votes)?;
                        let voted = votes.iter().any(|vote| *vote >= 0);
                        patterns.entry(votes).or_insert(pattern);
                        voted
                    }
                };
                judge.known += u64::from(known);
            }
            Ok(())
        })?;
        if by == By::Model {
            let (table, order) = counter.finish();
            let fitted = fit(ModelKind::default(), &table, &FitOptions::default())?;
            for pattern in patterns.values_mut() {
                *pattern = order[*pattern as usize];
            }
            judge.model = Some(Model { fitted, patterns });
        }
        Ok(judge)
    }

    fn evidence(&self, chunk: &Chunk, votes: &[RuleVotes]) -> Evidence {
        let Some(model) = &self.model else {
            let nothing = vec![-1; chunk.rows];
            return Evidence::gold(chunk.gold.as_ref().unwrap_or(&nothing));
        };
        let probabilities = |row: usize| {
            let votes: Vec<i16> = votes.iter().map(|votes| votes.vote(row)).collect();
            let voted = votes.iter().any(|vote| *vote >= 0);
            let pattern = model.patterns.get(&votes).filter(|_| voted)?;
            Some(model.fitted.posterior(*pattern))
        };
        Evidence::probable((0..chunk.rows).map(probabilities))
    }
}

fn write_table(out: &mut impl Write, lines: &[Line]) -> Result<()> {
    let header = ["rule", "label", "precision", "interval", "judged", "coverage", "adds", "condition"];
    let row = |line: &Line| {
        let it = &line.suggestion;
        let condition = it.rule.split_once(" when ").map_or("", |(_, condition)| condition.trim());
        vec![
            it.name.clone(),
            line.label_name.clone(),
            format!("{:.3}", it.right / it.judged.max(1) as f64),
            format!("{:.3}–{:.3}", it.precision.low, it.precision.high),
            it.judged.to_string(),
            table::percent((it.rows > 0).then(|| it.votes as f64 / it.rows as f64)),
            it.adds.to_string(),
            condition.to_owned(),
        ]
    };
    if lines.is_empty() {
        writeln!(out, "Nothing tells the labels apart beyond what the rules say already.")?;
        return Ok(());
    }
    Ok(table::write(out, &header, &lines.iter().map(row).collect::<Vec<_>>())?)
}
