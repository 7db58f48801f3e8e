//! The project whose pages are open: everything about it that the server has, kept fresh.

use super::events::{self, Connection, News};
use super::labels::LabelSet;
use super::toasts::Toasts;
use super::{Api, ApiFailure, job, remote::Remote};
use hunch_protocol::{
    Changed, Corpus, Job, JobKind, JobState, LabelReport, LexiconInfo, Project, Rule, Snapshot,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The open project. Given by context on all pages below `/p/:id`.
#[derive(Clone, Copy)]
pub struct ProjectState {
    id: StoredValue<String>,
    /// Name and label set.
    pub project: Remote<Project>,
    /// Columns, sources, chunks.
    pub corpus: Remote<Corpus>,
    /// In the order of the vote matrix.
    pub rules: Remote<Vec<Rule>>,
    /// Without their terms.
    pub lexicons: Remote<Vec<LexiconInfo>>,
    /// The newest first.
    pub jobs: Remote<Vec<Job>>,
    /// The latest combine's; `None` within when there was none.
    pub report: Remote<Option<LabelReport>>,
    /// The newest first.
    pub snapshots: Remote<Vec<Snapshot>>,
    /// Whether changes arrive.
    pub connection: RwSignal<Connection>,
    labels: Memo<LabelSet>,
    toasts: Toasts,
}

impl ProjectState {
    /// Opens a project: everything begins to load, and changes begin to arrive.
    pub fn open(id: String) -> Self {
        let project: Remote<Project> = remote(&id, async |id| Api.project(&id).await);
        let state = Self {
            project,
            corpus: remote(&id, async |id| Api.corpus(&id).await),
            rules: remote(&id, async |id| Api.rules(&id).await),
            lexicons: remote(&id, async |id| Api.lexicons(&id).await),
            jobs: remote(&id, async |id| Api.jobs(&id).await),
            report: remote(&id, async |id| Api.report(&id).await),
            snapshots: remote(&id, async |id| Api.snapshots(&id).await),
            connection: RwSignal::new(Connection::default()),
            labels: Memo::new(move |_| {
                project
                    .with(|project| project.map(|project| LabelSet::new(&project.labels)).unwrap_or_default())
            }),
            toasts: Toasts::expect(),
            id: StoredValue::new(id.clone()),
        };
        let mut first = true;
        let hear = std::cell::RefCell::new(move |news| match news {
            // The first stream opens while everything loads anyway.
            News::Opened if std::mem::take(&mut first) => {}
            News::Opened => {
                state.refresh(&Changed::ALL);
                state.jobs.refresh();
            }
            News::Poke(poke) => state.refresh(&poke.changed),
            News::Job(job) => state.hear_of(*job),
        });
        events::listen(id, state.connection, move |news| (hear.borrow_mut())(news));
        state
    }

    /// The project's identifier.
    pub fn id(self) -> String {
        self.id.get_value()
    }

    /// The labels as they are shown. Tracks.
    pub fn labels(self) -> LabelSet {
        self.labels.get()
    }

    /// The job of this kind that is under way, if there is one. Tracks.
    pub fn running(self, kinds: &'static [JobKind]) -> Option<Job> {
        self.jobs.with(|jobs| {
            jobs.into_iter().flatten().find(|job| kinds.contains(&job.kind) && !job.state.ended()).cloned()
        })
    }

    /// Asks for a job's end.
    pub fn cancel(self, job: String) {
        self.request(async move |id| Api.cancel(&id, &job).await, "The job could not be cancelled");
    }

    /// Applies the active rules to the whole corpus and combines their votes.
    pub fn apply(self) {
        self.request(async |id| Api.apply(&id).await, "The rules could not be applied");
    }

    /// Makes a request that answers with a job, shows the job, or says why there is none.
    pub fn request(
        self,
        request: impl AsyncFnOnce(String) -> Result<Job, ApiFailure> + 'static,
        failed: &'static str,
    ) {
        let id = self.id();
        spawn_local(async move {
            match request(id).await {
                Ok(job) => self.jobs.update(|jobs| job::upsert(jobs, job)),
                Err(failure) => self.toasts.fail(format!("{failed}. {failure}")),
            }
        });
    }

    fn hear_of(self, job: Job) {
        // A new stream tells of jobs that ended long ago: before the list is there, nothing is news.
        let news = self.jobs.with_untracked(|jobs| {
            jobs.is_some_and(|jobs| jobs.iter().all(|known| known.id != job.id || !known.state.ended()))
        });
        if news && job.state == JobState::Failed {
            let why = job.error.as_deref().unwrap_or("The server gave no reason.");
            self.toasts.fail(format!("{} failed. {why}", job::name(job.kind)));
        } else if news && job.state == JobState::Done {
            self.toasts.tell(format!("{}: {}.", job::name(job.kind), job::outcome(&job)));
        }
        self.jobs.update(|jobs| job::upsert(jobs, job));
    }

    fn refresh(self, changed: &[Changed]) {
        for change in changed {
            match change {
                Changed::Project => self.project.refresh(),
                Changed::Corpus => self.corpus.refresh(),
                Changed::Rules => self.rules.refresh(),
                Changed::Lexicons => self.lexicons.refresh(),
                Changed::Snapshots => self.snapshots.refresh(),
                // Pages that show them listen for themselves.
                Changed::Labels
                | Changed::Annotations
                | Changed::Gold
                | Changed::Policies
                | Changed::MergeConflicts
                | Changed::Widgets
                | Changed::Feedback
                | Changed::Team => {}
            }
        }
        // Any other change can make labels stale.
        if changed.iter().any(|change| !matches!(change, Changed::Snapshots | Changed::Widgets)) {
            self.report.refresh();
        }
    }
}

fn remote<T: Send + Sync + 'static>(
    id: &str,
    load: impl AsyncFn(String) -> Result<T, ApiFailure> + Copy + 'static,
) -> Remote<T> {
    let id = id.to_owned();
    Remote::load(move || {
        let id = id.clone();
        async move { load(id).await }
    })
}

/// The open project; for components below `/p/:id`.
///
/// # Panics
/// Outside of `ProjectScope`.
pub fn use_project() -> ProjectState {
    use_context().expect("`ProjectScope` provides the project's state to the pages in it")
}
