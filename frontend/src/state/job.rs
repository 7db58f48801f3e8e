//! Jobs in words.

use crate::format;
use hunch_protocol::{Job, JobKind, JobProgress, JobResult, JobState};

/// What a job is, as a noun.
pub fn name(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Import => "Import",
        JobKind::Apply => "Apply rules",
        JobKind::Combine => "Combine votes",
        JobKind::Snapshot => "Snapshot",
        JobKind::Collect => "Collect texts",
        JobKind::Weigh => "Weigh words",
        JobKind::Train => "Train the end model",
    }
}

/// What a job is at.
pub fn doing(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Import => "Importing rows",
        JobKind::Apply => "Applying the rules",
        JobKind::Combine => "Combining the votes",
        JobKind::Snapshot => "Freezing a snapshot",
        JobKind::Collect => "Making documents of texts from widgets",
        JobKind::Weigh => "Counting words",
        JobKind::Train => "Training the end model",
    }
}

/// A job's state.
pub fn state(state: JobState) -> &'static str {
    match state {
        JobState::Queued => "waiting",
        JobState::Running => "running",
        JobState::Done => "done",
        JobState::Failed => "failed",
        JobState::Cancelled => "cancelled",
    }
}

/// What is done, from 0 to 1; `None` while the whole is unknown.
pub fn share(progress: JobProgress) -> Option<f64> {
    (progress.total > 0).then(|| progress.done as f64 / progress.total as f64)
}

/// How far a job is, in its own steps.
pub fn progress(job: &Job) -> String {
    let JobProgress { done, total, rows } = job.progress;
    if total == 0 {
        return if job.state == JobState::Queued {
            "waiting for its turn".to_owned()
        } else {
            "beginning".to_owned()
        };
    }
    let steps = match job.kind {
        JobKind::Import | JobKind::Collect => {
            format!("{} of {}", format::bytes(done), format::bytes(total))
        }
        JobKind::Apply => format!("{} rule × chunk", format::of(done, total)),
        JobKind::Combine | JobKind::Snapshot | JobKind::Weigh | JobKind::Train => {
            format!("{} chunks", format::of(done, total))
        }
    };
    format!("{steps} · {}", format::counted(rows, "row", "rows"))
}

/// What came of a job that ended, or how far it is.
pub fn outcome(job: &Job) -> String {
    match (&job.result, &job.error) {
        (Some(JobResult::Import(report)), _) => {
            let mut parts = vec![format!("{} added", format::counted(report.added, "row", "rows"))];
            if report.updated > 0 {
                parts.push(format!("{} updated", format::count(report.updated)));
            }
            if report.skipped > 0 {
                parts.push(format!("{} left out", format::counted(report.skipped, "bad row", "bad rows")));
            }
            parts.join(", ")
        }
        (Some(JobResult::Apply(report)), _) => format!(
            "{} on {}; {} of {} evaluated anew",
            format::counted(report.rules, "rule", "rules"),
            format::counted(report.rows, "row", "rows"),
            format::count(report.evaluated),
            format::count(report.evaluated + report.cached),
        ),
        (Some(JobResult::Combine { rows }), _) => {
            format!("{} labeled", format::counted(*rows, "row", "rows"))
        }
        (Some(JobResult::Snapshot { id }), _) => format!("snapshot {}", format::short_hash(id)),
        (Some(JobResult::Collect { added }), _) => {
            format!("{} added", format::counted(*added, "document", "documents"))
        }
        (Some(JobResult::Weigh { columns }), _) => {
            let columns = format::counted(columns.len() as u64, "column", "columns");
            format!("{columns} of text weighed anew")
        }
        (Some(JobResult::Train { model }), _) => format!("model {}", format::short_hash(model)),
        (None, Some(error)) => error.clone(),
        (None, None) if job.state.ended() => String::new(),
        (None, None) => progress(job),
    }
}

/// Puts what is heard of a job into a list that has the newest job first. Answers and events overtake each other: what
/// is older than what is known is dropped.
pub fn upsert(jobs: &mut Vec<Job>, job: Job) {
    match jobs.iter_mut().find(|known| known.id == job.id) {
        Some(known) if age(known) <= age(&job) => *known = job,
        Some(_) => {}
        None => jobs.insert(0, job),
    }
}

/// Only ever grows over a job's life.
fn age(job: &Job) -> (bool, u32, bool, bool, u64) {
    (job.state.ended(), job.attempts, job.state == JobState::Running, job.cancel_requested, job.progress.done)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use hunch_protocol::ImportReport;

    pub(in crate::state) fn job(id: &str, kind: JobKind, state: JobState) -> Job {
        Job {
            id: id.to_owned(),
            project: "p".to_owned(),
            kind,
            state,
            progress: JobProgress::default(),
            attempts: 1,
            cancel_requested: false,
            error: None,
            result: None,
            after: None,
            created_at: "2026-01-01T00:00:00Z".to_owned(),
            started_at: None,
            finished_at: None,
        }
    }

    #[test]
    fn an_import_says_what_it_left_out() {
        let mut done = job("a", JobKind::Import, JobState::Done);
        done.result = Some(JobResult::Import(ImportReport {
            rows: 12,
            added: 9,
            updated: 1,
            skipped: 2,
            ..Default::default()
        }));
        assert_eq!(outcome(&done), "9 rows added, 1 updated, 2 bad rows left out");
    }

    #[test]
    fn progress_is_unknown_until_the_whole_is_known() {
        let mut running = job("a", JobKind::Apply, JobState::Running);
        assert_eq!(share(running.progress), None);
        assert_eq!(progress(&running), "beginning");
        running.progress = JobProgress { done: 3, total: 12, rows: 4000 };
        assert_eq!(share(running.progress), Some(0.25));
        assert_eq!(progress(&running), "3/12 rule × chunk · 4,000 rows");
    }

    #[test]
    fn news_of_a_job_replace_what_was_known_of_it() {
        let mut jobs =
            vec![job("b", JobKind::Apply, JobState::Running), job("a", JobKind::Import, JobState::Done)];
        upsert(&mut jobs, job("b", JobKind::Apply, JobState::Done));
        upsert(&mut jobs, job("c", JobKind::Combine, JobState::Queued));
        let ids: Vec<_> = jobs.iter().map(|job| (job.id.as_str(), job.state)).collect();
        assert_eq!(ids, [("c", JobState::Queued), ("b", JobState::Done), ("a", JobState::Done)]);
    }
    #[test]
    fn an_answer_that_was_overtaken_by_the_end_does_not_bring_the_job_back() {
        let mut jobs = vec![job("a", JobKind::Apply, JobState::Done)];
        upsert(&mut jobs, job("a", JobKind::Apply, JobState::Queued));
        assert_eq!(jobs[0].state, JobState::Done);
    }
}
