//! `hunch predict`: labels of an end model.

use super::evaluate::Corpus;
use super::export::format as export_format;
use crate::corpus::{CorpusFile, NewFile};
use crate::export::{self, ExportRows};
use anyhow::{Context as _, Result, bail};
use hunch_model::Ties;
use hunch_model::end_model::{EndModel, Explanation};
use std::fs;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Label documents by an end model
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File that `train` wrote
    model: PathBuf,
    #[command(flatten)]
    corpus: Corpus,
    /// File to write labels and probabilities to: .csv, .parquet or .jsonl
    #[arg(long, value_name = "LABELS", required_unless_present = "explain")]
    out: Option<PathBuf>,
    /// Say what speaks for and against the label of this document
    #[arg(long, value_name = "ID")]
    explain: Option<String>,
    /// How many features an explanation names
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let name = args.model.display();
    let bytes = fs::read(&args.model).with_context(|| format!("cannot read {name}"))?;
    let model = EndModel::from_bytes(&bytes).with_context(|| format!("{name} cannot be used"))?;
    let corpus = args.corpus.open()?;
    if let Some(out) = &args.out {
        write_labels(&model, &corpus, out)?;
    }
    if let Some(id) = &args.explain {
        explain(&model, &corpus, id, args.top)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn write_labels(model: &EndModel, corpus: &CorpusFile, path: &Path) -> Result<()> {
    let format = export_format(path)?;
    let file = NewFile::create(path)?;
    let out = BufWriter::new(file.handle().with_context(|| format!("cannot write {}", path.display()))?);
    let labels = model.labels();
    let mut rows = 0;
    let blocks = corpus.chunks(labels)?.map(|chunk| {
        let chunk = chunk?;
        let probabilities = model.predict(&chunk)?;
        let mut block = ExportRows::default();
        for (id, row) in chunk.ids.iter().zip(probabilities.chunks_exact(labels.len())) {
            let id = id.unwrap_or_default();
            block.labels.push(Ties::DocumentId.choose(row, id, rows));
            block.probabilities.push(row.to_vec());
            block.ids.push(id.to_owned());
            rows += 1;
        }
        Ok::<_, anyhow::Error>(block)
    });
    export::write_labels(out, format, labels, blocks)?;
    Ok(file.finish()?)
}

fn explain(model: &EndModel, corpus: &CorpusFile, id: &str, top: usize) -> Result<()> {
    for chunk in corpus.chunks(model.labels())? {
        let chunk = chunk?;
        let row = chunk.ids.iter().position(|known| known == Some(id));
        let explanation = row.map(|row| model.explain(&chunk, row, top)).transpose()?.flatten();
        if let Some(explanation) = explanation {
            return Ok(write_explanation(&mut io::stdout().lock(), model, id, &explanation)?);
        }
    }
    bail!("there is no document with the id `{id}`")
}

fn write_explanation(
    out: &mut impl io::Write,
    model: &EndModel,
    id: &str,
    found: &Explanation,
) -> io::Result<()> {
    let (label, against) = (&model.labels()[found.label], &model.labels()[found.against]);
    let sure = if model.is_calibrated() { "" } else { ", not calibrated" };
    writeln!(out, "{id}: {label} {:.2} (log-odds against {against}{sure})", found.probability)?;
    for part in &found.contributions {
        let features: Vec<String> = part.features.iter().map(ToString::to_string).collect();
        writeln!(out, "{:+.2}  {}", part.log_odds, features.join(", "))?;
    }
    writeln!(out, "{:+.2}  everything else", found.rest)?;
    writeln!(out, "{:+.2}  prior", found.prior)
}
