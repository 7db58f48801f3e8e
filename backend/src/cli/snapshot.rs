//! `hunch snapshot`: freezes a project's labels.

use super::connection::{Connection, InProject, Target};
use anyhow::{Context as _, Result};
use hunch_protocol::{Job, JobResult, NewSnapshot, Project, routes};
use serde_json::json;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// Freeze the labels of a project and print the snapshot's id.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    project: InProject,
    /// What you call the snapshot
    #[arg(long, default_value = "")]
    name: String,
    /// Carry copies of train documents made by this policy; may be given several times
    #[arg(long, value_name = "NAME")]
    policy: Vec<String>,
    /// First run the active rules and combine their votes
    #[arg(long)]
    apply: bool,
}

/// Runs the command.
pub(crate) async fn run(args: Args) -> Result<ExitCode> {
    let connection = args.target.connect().await?;
    let project = connection.project(&args.project).await?;
    if args.apply {
        apply(&connection, &project).await?;
    }
    let new = NewSnapshot { name: args.name, policies: args.policy };
    let job: Job = connection.post(&routes::snapshots(&project.id), &new).await?;
    match connection.finish(job).await?.result {
        Some(JobResult::Snapshot { id }) => writeln!(io::stdout(), "{id}")?,
        other => anyhow::bail!("the job made something else: {other:?}"),
    }
    connection.close().await?;
    Ok(ExitCode::SUCCESS)
}

/// Runs the rules and the combine that follows them.
async fn apply(connection: &Connection, project: &Project) -> Result<()> {
    let apply: Job = connection.post(&routes::apply(&project.id), &json!({})).await?;
    let apply = connection.finish(apply).await?;
    let jobs: Vec<Job> = connection.list(&routes::jobs(&project.id)).await?;
    let combine = jobs.into_iter().find(|job| job.after.as_ref() == Some(&apply.id));
    connection.finish(combine.context("no combine followed the apply")?).await.map(drop)
}
