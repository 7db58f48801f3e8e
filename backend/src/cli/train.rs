//! `hunch train`: an end model from documents and their labels.

use super::evaluate::Corpus;
use crate::corpus::{LabelsFile, Limits, NewFile};
use anyhow::{Context as _, Result, bail};
use hunch_engine::Chunk;
use hunch_model::end_model::{EndModelOptions, Input, Pass, Targets, Trained, Training};
use serde::Serialize;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

/// Train an end model: a classifier that learns from labels and labels what no rule covers
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    corpus: Corpus,
    /// Labels to learn from, as `fit --out` or `export` wrote them; documents without one teach nothing
    #[arg(long, value_name = "LABELS")]
    labels_from: PathBuf,
    /// Columns to learn from; all unless given
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    columns: Option<Vec<String>>,
    /// Folds of the cross-validation that calibrates the model; 0 for none, else 2 to 20
    #[arg(long, value_name = "N", default_value_t = 5)]
    folds: u32,
    /// Passes over the documents; from 3 for millions to 10 for few unless given
    #[arg(long, value_name = "N")]
    passes: Option<u32>,
    /// Strength of the L2 penalty
    #[arg(long, value_name = "NUMBER")]
    l2: Option<f64>,
    /// Orders the documents: the same seed makes the same model
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// File to write the model to
    #[arg(long, value_name = "MODEL")]
    out: PathBuf,
    /// How to write the report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

/// The JSON form, described in `docs/cli.md`: stable.
#[derive(Debug, Serialize)]
struct Report {
    documents: u64,
    labeled: u64,
    columns: Vec<String>,
    cross_validated: Option<u64>,
    accuracy: Option<f64>,
    most_accuracy: Option<f64>,
    log_loss: Option<f64>,
    least_log_loss: Option<f64>,
    temperature: Option<f64>,
    model: String,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let labels = LabelsFile::read(&args.labels_from, &Limits::default())?;
    let corpus = args.corpus.open()?;
    let first = corpus.chunks(labels.labels())?.next().context("the file has no documents")??;
    let mut options = EndModelOptions::new(labels.labels().to_vec());
    options.folds = args.folds;
    options.passes = args.passes;
    options.l2 = args.l2.unwrap_or(options.l2);
    options.seed = args.seed;
    let mut training = Training::new(inputs(&first, args.columns.as_deref())?, options)?;
    while let Some(pass) = training.pass() {
        show(pass)?;
        let mut known = 0;
        for chunk in corpus.chunks(labels.labels())? {
            let chunk = chunk?;
            let (probabilities, weights) = targets(&chunk, &labels);
            known += weights.iter().filter(|weight| **weight > 0.0).count();
            training.read(&chunk, Targets { probabilities: &probabilities, weights: &weights })?;
        }
        if known == 0 {
            let (file, all) = (args.labels_from.display(), labels.len());
            bail!("none of the {all} labeled documents of {file} is in the corpus; are the ids the same?");
        }
        training.end_pass()?;
    }
    let trained = training.finish()?;
    let mut file = NewFile::create(&args.out)?;
    let written = file.write_all(&trained.model.to_bytes());
    written.with_context(|| format!("cannot write {}", args.out.display()))?;
    file.finish()?;
    let report = Report::of(&trained);
    let mut out = io::stdout().lock();
    match args.format {
        Format::Text => report.write(&mut out)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &report).map_err(io::Error::from)?;
            writeln!(out)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The columns of a chunk that are named, all if none are.
fn inputs(chunk: &Chunk, names: Option<&[String]>) -> Result<Vec<Input>> {
    let all = Input::all(chunk);
    let Some(names) = names else { return Ok(all) };
    let find = |name: &String| {
        all.iter().find(|input| input.column == *name).cloned().with_context(|| {
            let known: Vec<String> = all.iter().map(|input| format!("`{}`", input.column)).collect();
            format!("there is no column `{name}` to learn from; there are {}", known.join(", "))
        })
    };
    names.iter().map(find).collect()
}

/// Probabilities and weights of a chunk's rows: 1 for those with a label.
fn targets(chunk: &Chunk, labels: &LabelsFile) -> (Vec<f64>, Vec<f64>) {
    let k = labels.labels().len();
    let (mut probabilities, mut weights) = (vec![0.0; chunk.rows * k], vec![0.0; chunk.rows]);
    for (row, id) in chunk.ids.iter().enumerate() {
        if let Some(found) = id.and_then(|id| labels.of(id)) {
            probabilities[row * k..][..k].copy_from_slice(found);
            weights[row] = 1.0;
        }
    }
    (probabilities, weights)
}

/// Tells a person who waits what is being done.
fn show(pass: Pass) -> io::Result<()> {
    let mut err = io::stderr();
    if !err.is_terminal() {
        return Ok(());
    }
    match pass {
        Pass::Measure => writeln!(err, "counting documents"),
        Pass::Learn { number, of } => writeln!(err, "learning, pass {number} of {of}"),
        Pass::Judge => writeln!(err, "judging documents that were held out"),
    }
}

impl Report {
    fn of(trained: &Trained) -> Self {
        let figures = trained.cross_validation;
        Self {
            documents: trained.documents,
            labeled: trained.labeled,
            columns: trained.model.inputs().iter().map(|input| input.column.clone()).collect(),
            cross_validated: figures.map(|figures| figures.rows),
            accuracy: figures.map(|figures| figures.accuracy),
            most_accuracy: figures.map(|figures| figures.most_accuracy),
            log_loss: figures.map(|figures| figures.log_loss),
            least_log_loss: figures.map(|figures| figures.least_log_loss),
            temperature: figures.and_then(|figures| figures.temperature),
            model: trained.model.hash(),
        }
    }

    fn write(&self, out: &mut impl io::Write) -> io::Result<()> {
        writeln!(
            out,
            "learned from {} of {} documents by {}",
            self.labeled,
            self.documents,
            self.columns.join(", ")
        )?;
        if let (Some(rows), Some(accuracy), Some(most)) =
            (self.cross_validated, self.accuracy, self.most_accuracy)
        {
            let (accuracy, most) = (accuracy * 100.0, most * 100.0);
            writeln!(
                out,
                "on {rows} held-out documents right on {accuracy:.2} %, if their labels' probabilities are right \
                 (most that is possible: {most:.2} %)"
            )?;
        }
        match self.temperature {
            Some(temperature) => writeln!(out, "calibrated to the labels, temperature {temperature:.3}")?,
            None => writeln!(out, "not calibrated: too few documents were held out")?,
        }
        writeln!(out, "model {}", self.model)
    }
}
