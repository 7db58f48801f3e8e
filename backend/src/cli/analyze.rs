//! `hunch analyze`: coverage, overlaps, conflicts and accuracy of rules on a corpus.

use super::evaluate::{Evaluation, Inputs};
use super::table::{self, percent};
use anyhow::Result;
use hunch_engine::{Bitset, RuleCounts, RuleFigures, count};
use serde::Serialize;
use std::io::{self, Write};
use std::process::ExitCode;

/// Show what each rule does on a corpus: coverage, overlaps, conflicts, accuracy on gold
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    inputs: Inputs,
    /// How to write the figures
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    #[default]
    Table,
    Json,
    Csv,
}

/// The JSON form, described in `docs/cli.md`: stable.
#[derive(Debug, Serialize)]
struct Report {
    rows: u64,
    rules: Vec<RuleReport>,
}

#[derive(Debug, Serialize)]
struct RuleReport {
    name: String,
    labels: Vec<String>,
    votes: u64,
    coverage: f64,
    overlaps: f64,
    conflicts: f64,
    correct: u64,
    incorrect: u64,
    accuracy: Option<f64>,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let report = analyze(&args.inputs.open()?)?;
    let mut out = io::stdout().lock();
    match args.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &report).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        Format::Csv => write_csv(&mut out, &report)?,
        Format::Table => write_table(&mut out, &report)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn analyze(evaluation: &Evaluation) -> Result<Report> {
    let mut rows = 0;
    let mut sums = vec![RuleCounts::default(); evaluation.compiled.rules.len()];
    evaluation.each_chunk(|chunk, votes| {
        rows += chunk.rows as u64;
        let votes: Vec<_> = votes.iter().collect();
        let counts = count(&votes, &Bitset::full(chunk.rows), chunk.gold.as_deref());
        sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        Ok(())
    })?;
    let labels = &evaluation.compiled.labels;
    let rules = evaluation.compiled.rules.iter().zip(sums).map(|(rule, counts)| {
        let RuleFigures { votes, coverage, overlaps, conflicts, correct, incorrect, accuracy } =
            counts.figures(rows);
        let label_name = |label: u16| labels.get(usize::from(label)).cloned().unwrap_or_default();
        RuleReport {
            name: rule.name.clone(),
            labels: rule.plan.labels().into_iter().map(label_name).collect(),
            votes,
            coverage,
            overlaps,
            conflicts,
            correct,
            incorrect,
            accuracy,
        }
    });
    Ok(Report { rows, rules: rules.collect() })
}

fn write_csv(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record([
        "name",
        "labels",
        "votes",
        "coverage",
        "overlaps",
        "conflicts",
        "correct",
        "incorrect",
        "accuracy",
    ])?;
    for rule in &report.rules {
        csv.write_record([
            &rule.name,
            &rule.labels.join(" "),
            &rule.votes.to_string(),
            &rule.coverage.to_string(),
            &rule.overlaps.to_string(),
            &rule.conflicts.to_string(),
            &rule.correct.to_string(),
            &rule.incorrect.to_string(),
            &rule.accuracy.map(|accuracy| accuracy.to_string()).unwrap_or_default(),
        ])?;
    }
    csv.flush()
}

fn write_table(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let header =
        ["rule", "labels", "votes", "coverage", "overlaps", "conflicts", "correct", "incorrect", "accuracy"];
    let row = |rule: &RuleReport| {
        vec![
            rule.name.clone(),
            rule.labels.join(" "),
            rule.votes.to_string(),
            percent(Some(rule.coverage)),
            percent(Some(rule.overlaps)),
            percent(Some(rule.conflicts)),
            rule.correct.to_string(),
            rule.incorrect.to_string(),
            percent(rule.accuracy),
        ]
    };
    table::write(out, &header, &report.rules.iter().map(row).collect::<Vec<_>>())?;
    writeln!(out, "\n{} documents", report.rows)
}
