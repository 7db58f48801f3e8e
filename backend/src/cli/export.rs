//! `hunch export`: the labels of a snapshot as a file.

use super::connection::{Connection, InProject, Target};
use anyhow::{Context as _, Result, bail};
use hunch_protocol::{ExportFormat, Page, Project, Snapshot, routes};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Write the labels of a snapshot to a file.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The snapshot's id or its beginning; the latest unless given
    snapshot: Option<String>,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    project: InProject,
    /// File to write; its ending gives the format: .parquet, .csv or .jsonl
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
}

/// Runs the command.
pub(crate) async fn run(args: Args) -> Result<ExitCode> {
    let format = format(&args.out)?;
    let connection = args.target.connect().await?;
    let project = connection.project(&args.project).await?;
    let snapshot = snapshot(&connection, &project, args.snapshot.as_deref()).await?;
    let path = routes::export(&project.id, &snapshot.id, format);
    write(connection.download(&path).await?, &args.out).await?;
    connection.close().await?;
    Ok(ExitCode::SUCCESS)
}

/// The format that a file's name ends in.
pub(crate) fn format(out: &Path) -> Result<ExportFormat> {
    let ending = out.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    [ExportFormat::Parquet, ExportFormat::Csv, ExportFormat::Jsonl]
        .into_iter()
        .find(|format| format.name() == ending)
        .with_context(|| format!("{}: the file must end in .parquet, .csv or .jsonl", out.display()))
}

async fn snapshot(connection: &Connection, project: &Project, wanted: Option<&str>) -> Result<Snapshot> {
    let path = routes::snapshots(&project.id);
    let Some(wanted) = wanted else {
        let latest: Page<Snapshot> = connection.get(&routes::page(&path, None, Some(1))).await?;
        return latest
            .items
            .into_iter()
            .next()
            .context("the project has no snapshot yet; make one with `hunch snapshot`");
    };
    let snapshots: Vec<Snapshot> = connection.list(&path).await?;
    let mut found = snapshots.into_iter().filter(|snapshot| snapshot.id.starts_with(wanted));
    match (found.next(), found.next()) {
        (Some(snapshot), None) => Ok(snapshot),
        (None, _) => bail!("the project has no snapshot {wanted}"),
        (Some(_), Some(_)) => bail!("several snapshots begin with {wanted}; give more of the id"),
    }
}

/// Writes beside the file and renames at the end, so that a file of that name is always whole.
async fn write(mut response: reqwest::Response, out: &Path) -> Result<()> {
    let mut beside = out.as_os_str().to_owned();
    beside.push(".part");
    let written = async {
        let mut file = File::create(&beside)?;
        while let Some(part) = response.chunk().await.context("the download broke off")? {
            file.write_all(&part)?;
        }
        file.sync_all()?;
        Ok(fs::rename(&beside, out)?)
    };
    let written: Result<()> = written.await;
    if written.is_err() {
        // What matters is why it could not be written, not that the rest of it stays behind.
        let _ = fs::remove_file(&beside);
    }
    written.with_context(|| format!("cannot write {}", out.display()))
}
