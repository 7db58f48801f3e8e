//! Which label model to trust: every model on made votes of many kinds, on the public data sets, and on files of votes.
//!
//! `cargo run --release -p hunch-model --example study [-- FILE.csv …]` prints the tables of `docs/label-models.md`: mean
//! and least gain over majority vote in points of accuracy, ties and uncovered rows guessed at random.
//! The oracle is naive Bayes that knows every label when it is fitted.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "the study makes its own small numbers"
)]
#![expect(clippy::print_stdout, reason = "its tables go to the terminal")]

mod matrix;
mod public;
mod random;
mod regimes;

use hunch_model::{FitOptions, Fitted, ModelKind, SourceKind, Tally, fit, score};
use matrix::{Counted, Matrix};
use std::{collections::BTreeMap, error::Error, path::Path};

/// A model as the study runs it.
struct Contender {
    name: &'static str,
    kind: ModelKind,
    steps: Option<u32>,
    smoothing: Option<f64>,
}

const fn contender(name: &'static str, kind: ModelKind) -> Contender {
    Contender { name, kind, steps: None, smoothing: None }
}

const CONTENDERS: [Contender; 6] = [
    contender("Dawid-Skene", ModelKind::DawidSkene),
    Contender { steps: Some(1_000), smoothing: Some(0.01), ..contender("converged", ModelKind::DawidSkene) },
    contender("one coin", ModelKind::OneCoin),
    contender("matrix completion", ModelKind::MatrixCompletion),
    contender("triplet", ModelKind::Triplet),
    contender("robust", ModelKind::Robust),
];

/// Majority vote, the oracle's gain, and each contender's; none where it cannot be fitted.
struct Outcome {
    majority: f64,
    oracle: f64,
    gains: Vec<Option<f64>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let files: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if files.is_empty() {
        header("made votes");
        let mut all = Vec::new();
        for (name, matrices) in regimes::all() {
            let outcomes = matrices.iter().map(judge).collect::<Result<Vec<_>, _>>()?;
            line(name, &outcomes);
            all.extend(outcomes);
        }
        line("all", &all);
    }
    header("real votes");
    let mut named: BTreeMap<String, Vec<Matrix>> = BTreeMap::new();
    if files.is_empty() {
        named.extend(public::all()?);
    }
    for file in &files {
        let path = Path::new(file);
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let group = name.split(['.', '-']).next().unwrap_or_default().to_owned();
        named.entry(group).or_default().push(Matrix::read(path)?);
    }
    let mut all = Vec::new();
    for (name, matrices) in &named {
        let outcomes = matrices.iter().map(judge).collect::<Result<Vec<_>, _>>()?;
        line(name, &outcomes);
        all.extend(outcomes);
    }
    line("all", &all);
    Ok(())
}

fn header(what: &str) {
    print!("\n| {what} | matrices | majority | oracle |");
    for contender in &CONTENDERS {
        print!(" {} |", contender.name);
    }
    println!("\n|---|---|---|---|{}", "---|".repeat(CONTENDERS.len()));
}

fn line(name: &str, outcomes: &[Outcome]) {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let majority: Vec<f64> = outcomes.iter().map(|outcome| outcome.majority).collect();
    let oracle: Vec<f64> = outcomes.iter().map(|outcome| outcome.oracle).collect();
    print!("| {name} | {} | {:.1} | {:+.1} |", outcomes.len(), mean(&majority), mean(&oracle));
    for contender in 0..CONTENDERS.len() {
        let gains: Vec<f64> = outcomes.iter().filter_map(|outcome| outcome.gains[contender]).collect();
        let least = gains.iter().copied().fold(f64::INFINITY, f64::min);
        if gains.len() < outcomes.len() || gains.is_empty() {
            print!(" – |");
        } else {
            print!(" {:+.1} ({least:+.1}) |", mean(&gains));
        }
    }
    println!();
}

fn judge(matrix: &Matrix) -> Result<Outcome, Box<dyn Error>> {
    let counted = matrix.count()?;
    let sources = SourceKind::detect(&counted.table).0;
    let options = FitOptions { sources, ..FitOptions::default() };
    let majority = accuracy(&counted, &fit(ModelKind::Majority, &counted.table, &options)?);
    let knowing = FitOptions { gold: counted.gold_counts(), steps: Some(1), ..options.clone() };
    let oracle = accuracy(&counted, &fit(ModelKind::DawidSkene, &counted.table, &knowing)?) - majority;
    let gain = |contender: &Contender| {
        let options =
            FitOptions { steps: contender.steps, smoothing: contender.smoothing, ..options.clone() };
        fit(contender.kind, &counted.table, &options)
            .ok()
            .map(|fitted| accuracy(&counted, &fitted) - majority)
    };
    Ok(Outcome { majority, oracle, gains: CONTENDERS.iter().map(gain).collect() })
}

/// Expected accuracy in percent.
fn accuracy(counted: &Counted, fitted: &Fitted) -> f64 {
    let mut tally = Tally::default();
    for (&(pattern, label), &rows) in &counted.gold {
        (0..rows).for_each(|_| tally.add(pattern, label as i16, 0));
    }
    100.0 * score(fitted, &tally).accuracy.unwrap_or_default()
}
