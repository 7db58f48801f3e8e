//! `hunch import`: documents from a file into a project.

use super::connection::{Connection, InProject, Target};
use anyhow::{Context as _, Result, bail};
use hunch_protocol::{
    AttributeMapping, FileFormat, ImportMode, ImportReport, ImportRequest, Job, JobResult, Label, Mapping,
    NewProject, OnBadRow, Preview, Project, Upload, VoteMapping, routes,
};
use hunch_rules::ColumnType;
use reqwest::Body;
use serde::de::IntoDeserializer as _;
use serde::de::value::Error as NameError;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Bring the rows of a CSV, TSV, JSONL or Parquet file (also .gz, .zst) into a project.
///
/// Without mapping options the columns are guessed as the page guesses them.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file
    file: PathBuf,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    project: InProject,
    /// Make a project of this name for it
    #[arg(long, value_name = "NAME", conflicts_with = "project")]
    create: Option<String>,
    /// Labels of the new project; those found in the gold column unless given
    #[arg(long, value_name = "A,B", value_delimiter = ',', requires = "create")]
    labels: Vec<String>,
    /// The file's format, if its name and content mislead: csv, tsv, jsonl, parquet
    #[arg(long, value_parser = named::<FileFormat>)]
    format: Option<FileFormat>,
    /// Column of text; several times for several columns, the main one first
    #[arg(long, value_name = "COLUMN")]
    text: Vec<String>,
    /// Column of stable identifiers
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,
    /// Column of true labels
    #[arg(long, value_name = "COLUMN")]
    gold: Option<String>,
    /// Column of splits: train, dev, valid, test
    #[arg(long, value_name = "COLUMN")]
    split: Option<String>,
    /// Column that rules may use, and its type: text, category, number, bool, date, vector
    #[arg(long, value_name = "COLUMN:TYPE", value_parser = attribute)]
    attribute: Vec<AttributeMapping>,
    /// Column of an external source's votes, or of its probabilities of a label
    #[arg(long, value_name = "COLUMN=SOURCE[:LABEL]", value_parser = votes)]
    votes: Vec<VoteMapping>,
    /// What to do with a row that cannot be read: skip, stop
    #[arg(long, default_value = "skip", value_parser = named::<OnBadRow>)]
    on_bad_row: OnBadRow,
    /// Rows take the place of documents with their id
    #[arg(long)]
    update: bool,
}

/// Runs the command.
pub(crate) async fn run(args: Args) -> Result<ExitCode> {
    let file = args.file.clone();
    let connection = args.target.connect().await?;
    let upload = send(&connection, &file).await?;
    let mut path = routes::preview(&upload.upload);
    if let Some(format) = args.format {
        path = format!("{path}?format={}", name(format)?);
    }
    let preview: Preview = connection.get(&path).await?;
    let mut attributes = args.attribute;
    set_lengths(&mut attributes, &preview)?;
    let mapping = Mapping {
        text: if args.text.is_empty() { preview.guess.text } else { args.text },
        id: args.id.or(preview.guess.id),
        gold: args.gold.or(preview.guess.gold),
        split: args.split.or(preview.guess.split),
        attributes: if attributes.is_empty() { preview.guess.attributes } else { attributes },
        votes: args.votes,
    };
    let project = match args.create {
        Some(name) => create(&connection, name, args.labels, preview.labels).await?,
        None => connection.project(&args.project).await?,
    };
    let request = ImportRequest {
        upload: upload.upload,
        format: args.format,
        mapping: without_repeats(mapping),
        on_bad_row: args.on_bad_row,
        mode: if args.update { ImportMode::Update } else { ImportMode::Append },
    };
    let job: Job = connection.post(&routes::imports(&project.id), &request).await?;
    match connection.finish(job).await?.result {
        Some(JobResult::Import(report)) => tell(&file, &report)?,
        other => bail!("the job made something else: {other:?}"),
    }
    connection.close().await?;
    Ok(ExitCode::SUCCESS)
}

async fn send(connection: &Connection, file: &Path) -> Result<Upload> {
    let name = file.file_name().and_then(|name| name.to_str()).context("the file has no readable name")?;
    let body =
        tokio::fs::File::open(file).await.with_context(|| format!("cannot open {}", file.display()))?;
    connection.upload(&routes::uploads(name), Body::from(body)).await
}

async fn create(
    connection: &Connection,
    name: String,
    mut labels: Vec<String>,
    found: Vec<String>,
) -> Result<Project> {
    if labels.is_empty() {
        labels = found;
    }
    if labels.is_empty() {
        bail!("say which labels the new project has: --labels A,B");
    }
    let labels = labels.into_iter().map(|name| Label { name, ..Label::default() }).collect();
    connection.post(&routes::projects(), &NewProject { name, labels, ..NewProject::default() }).await
}

/// Gives vectors the length that those of the file have.
fn set_lengths(attributes: &mut [AttributeMapping], preview: &Preview) -> Result<()> {
    for AttributeMapping { column, kind } in attributes {
        let ColumnType::Vector(length @ 0) = kind else { continue };
        match preview.columns.iter().find(|found| found.name == *column).map(|found| found.kind) {
            Some(ColumnType::Vector(found)) => *length = found,
            _ => bail!("the first rows of `{column}` are not vectors of one length"),
        }
    }
    Ok(())
}

/// A column that was given a role by hand is not what the guess took it for.
fn without_repeats(mut mapping: Mapping) -> Mapping {
    let roles: Vec<String> =
        mapping.text.iter().chain(&mapping.id).chain(&mapping.gold).chain(&mapping.split).cloned().collect();
    let votes: Vec<String> = mapping.votes.iter().map(|votes| votes.column.clone()).collect();
    mapping
        .attributes
        .retain(|attribute| !roles.contains(&attribute.column) && !votes.contains(&attribute.column));
    mapping
}

fn tell(file: &Path, report: &ImportReport) -> Result<()> {
    let ImportReport { rows, added, updated, skipped, .. } = report;
    writeln!(io::stdout(), "{rows} rows: {added} added, {updated} updated, {skipped} skipped")?;
    let mut errors = io::stderr();
    for bad in &report.bad_rows {
        writeln!(errors, "{}:{}: {}", file.display(), bad.line, bad.reason)?;
    }
    Ok(())
}

/// Reads a value by its name on the wire.
fn named<T: serde::de::DeserializeOwned>(name: &str) -> Result<T, String> {
    T::deserialize(name.into_deserializer()).map_err(|error: NameError| error.to_string())
}

/// The name of a value on the wire.
fn name(format: FileFormat) -> Result<String> {
    let name = serde_json::to_value(format)?;
    Ok(name.as_str().unwrap_or_default().to_owned())
}

fn attribute(text: &str) -> Result<AttributeMapping, String> {
    let (column, kind) = text.rsplit_once(':').ok_or("must be like price:number")?;
    // The file tells how long its vectors are.
    let kind = if kind == "vector" { ColumnType::Vector(0) } else { named(kind)? };
    Ok(AttributeMapping { column: column.into(), kind })
}

fn votes(text: &str) -> Result<VoteMapping, String> {
    let (column, source) = text.split_once('=').ok_or("must be like gpt_vote=gpt or gpt_spam=gpt:SPAM")?;
    let (source, label) = match source.split_once(':') {
        Some((source, label)) => (source, Some(label.to_owned())),
        None => (source, None),
    };
    Ok(VoteMapping { column: column.into(), source: source.into(), label })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_named_by_hand_are_understood() {
        let price = attribute("list:price:number").expect("a column and a type");
        assert_eq!((price.column.as_str(), price.kind), ("list:price", ColumnType::Number));
        assert!(attribute("price:money").is_err());
        let spam = votes("p1=gpt:SPAM").expect("a source and a label");
        assert_eq!(
            (spam.column.as_str(), spam.source.as_str(), spam.label.as_deref()),
            ("p1", "gpt", Some("SPAM"))
        );
    }
}
