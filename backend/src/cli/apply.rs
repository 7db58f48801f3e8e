//! `hunch apply`: the votes of rules on a corpus, as a votes file.

use super::evaluate::Inputs;
use crate::corpus::VotesWriter;
use anyhow::Result;
use std::path::PathBuf;
use std::process::ExitCode;

/// Write the votes of rules on a corpus to a file
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    inputs: Inputs,
    /// File to write: .csv, .parquet or .npz
    #[arg(long, value_name = "VOTES")]
    out: PathBuf,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let evaluation = args.inputs.open()?;
    let labels = &evaluation.compiled.labels;
    let mut writer = VotesWriter::create(&args.out, labels, &evaluation.rule_names(), evaluation.has_gold())?;
    evaluation.each_chunk(|chunk, votes| Ok(writer.write(&chunk.ids, chunk.gold.as_deref(), votes)?))?;
    writer.finish()?;
    Ok(ExitCode::SUCCESS)
}
