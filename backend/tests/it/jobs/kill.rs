use super::trouble::{CHUNKS, begun, votes};
use super::{Bench, assert_state};
use crate::database::{TestStore, on_both_databases};
use anyhow::Result;
use hunch::clock::SystemIds;
use hunch::jobs::apply_then_combine;
use hunch::store::{Store, Write};
use hunch_protocol::{CombineRequest, Job, JobResult, JobState};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use uuid::Uuid;

on_both_databases!(a_server_killed_in_the_middle_of_an_apply_resumes_it_and_ends_with_the_same_votes);

/// A server process, which is killed when this is dropped: SIGKILL, so it can do nothing about it.
struct Process(Child);

impl Process {
    fn serve(db: &TestStore) -> Result<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hunch"));
        command.args(["serve", "--bind", "127.0.0.1:0", "--database", &db.url, "--data"]);
        Ok(Self(command.arg(db.folder.path().join("data")).stdout(Stdio::null()).spawn()?))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The job, once it has ended.
async fn ended(store: &Arc<dyn Store>, project: Uuid, id: Uuid) -> Result<Job> {
    loop {
        let job = store.get_job(project, id).await?;
        if job.state.ended() {
            return Ok(job);
        }
        tokio::task::yield_now().await;
    }
}

async fn a_server_killed_in_the_middle_of_an_apply_resumes_it_and_ends_with_the_same_votes(
    db: TestStore,
) -> Result<()> {
    let bench = Bench::new(db)?;
    let (project, undisturbed) = (bench.add_project().await?, bench.add_project().await?);
    for project in [project, undisturbed] {
        bench.add_rules(project).await?;
        bench.publish(project, CHUNKS).await?;
    }
    let jobs = || apply_then_combine(&SystemIds, CombineRequest::default());
    let ids = bench.queue(project, jobs()).await?;
    // The data folder's lock is the server's now.
    let Bench { db, context, .. } = bench;
    drop(context);

    let first = Process::serve(&db)?;
    begun(&db.store, project).await?;
    drop(first);
    assert_state(&db.store.get_job(project, ids[0]).await?, JobState::Running);

    let others = db.store.add_jobs(undisturbed, jobs(), Write::at(1)).await?;
    let _second = Process::serve(&db)?;
    let job = ended(&db.store, project, ids[0]).await?;
    assert_state(&job, JobState::Done);
    assert_eq!(job.attempts, 2);
    let Some(JobResult::Apply(report)) = job.result else { panic!("{job:?}") };
    assert!(report.cached > 0 && report.evaluated > 0, "{report:?}");
    assert_state(&ended(&db.store, project, ids[1]).await?, JobState::Done);
    assert_state(&ended(&db.store, undisturbed, others[0].id.parse()?).await?, JobState::Done);
    assert_eq!(votes(&db.store, project).await?, votes(&db.store, undisturbed).await?);
    Ok(())
}
