//! The project whose pages are open: everything about it that the server has, kept fresh.

use super::derived::Derived;
use super::events::News;
use super::labels::LabelSet;
use super::session::Session;
use super::toasts::Toasts;
use super::{Api, ApiFailure, job, remote::Remote, sync};
use hunch_protocol::{
    Changed, Corpus, Job, JobKind, JobState, LabelReport, LexiconInfo, Members, Project, Role, Rule, Snapshot,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The open project. Given by context on all pages below `/p/:id`.
#[derive(Clone, Copy)]
pub struct ProjectState {
    id: StoredValue<String>,
    /// This browser's copy of what is synced.
    pub sync: sync::Sync,
    /// Name and label set.
    pub project: Derived<Project>,
    /// Columns, sources, chunks.
    pub corpus: Remote<Corpus>,
    /// In the order of the vote matrix.
    pub rules: Derived<Vec<Rule>>,
    /// Without their terms.
    pub lexicons: Derived<Vec<LexiconInfo>>,
    /// The newest first.
    pub jobs: Remote<Vec<Job>>,
    /// The latest combine's; `None` within when there was none.
    pub report: Remote<Option<LabelReport>>,
    /// The newest first.
    pub snapshots: Remote<Vec<Snapshot>>,
    /// Who is in it, and the caller's role.
    pub members: Remote<Members>,
    /// Counts what was heard of widgets and their answers, for the page that shows them.
    pub widget_news: RwSignal<u32>,
    stored: Remote<Project>,
    labels: Memo<LabelSet>,
    toasts: Toasts,
}

impl ProjectState {
    /// Opens a project: everything begins to load, and changes begin to arrive.
    pub fn open(id: String) -> Self {
        let sync = sync::Sync::open(id.clone(), Session::expect().author());
        let stored: Remote<Project> = remote(&id, async |id| Api.project(&id).await);
        let project = Derived::new(stored.status().failure, stored.status().retry, move || {
            stored.with(|stored| stored.map(|stored| sync.project_over(stored)))
        });
        let again = Callback::new(move |()| sync.refresh());
        let state = Self {
            sync,
            project,
            stored,
            corpus: remote(&id, async |id| Api.corpus(&id).await),
            rules: Derived::new(sync.failure(), again, move || sync.rules()),
            lexicons: Derived::new(sync.failure(), again, move || sync.lexicons()),
            jobs: remote(&id, async |id| Api.jobs(&id).await),
            report: remote(&id, async |id| Api.report(&id).await),
            snapshots: remote(&id, async |id| Api.snapshots(&id).await),
            members: remote(&id, async |id| Api.members(&id).await),
            widget_news: RwSignal::new(0),
            labels: Memo::new(move |_| {
                project
                    .with(|project| project.map(|project| LabelSet::new(&project.labels)).unwrap_or_default())
            }),
            toasts: Toasts::expect(),
            id: StoredValue::new(id),
        };
        let opened = js_sys::Date::now();
        sync.on_news(move |news| match news {
            // The first stream opens while everything loads anyway.
            News::Opened if js_sys::Date::now() - opened < JUST_LOADED => {}
            News::Opened => {
                state.refresh(&Changed::ALL);
                state.jobs.refresh();
            }
            News::Poke(poke) => state.refresh(&poke.changed),
            News::Job(job) => state.hear_of(*job),
        });
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

    /// The caller's role, once known. Tracks.
    pub fn role(self) -> Option<Role> {
        self.members.with(|members| members.map(|members| members.role))
    }

    /// Whether the caller may do what this role may; until their role is known, the server is to say. Tracks.
    pub fn may(self, role: Role) -> bool {
        self.role().is_none_or(|own| own >= role)
    }

    /// Whether the caller may do what this role may; if not, says so.
    pub fn allows(self, role: Role) -> bool {
        let allowed = untrack(|| self.may(role));
        if let (false, Some(own)) = (allowed, untrack(|| self.role())) {
            self.toasts.fail(format!("That takes the role {}; you are {} here.", role.name(), own.name()));
        }
        allowed
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
        if !self.allows(Role::Engineer) {
            return;
        }
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
                Changed::Project => self.stored.refresh(),
                Changed::Corpus => self.corpus.refresh(),
                Changed::Snapshots => self.snapshots.refresh(),
                Changed::Team => self.members.refresh(),
                Changed::Widgets | Changed::Feedback => self.widget_news.update(|news| *news += 1),
                // The first come by sync; pages that show the others listen for themselves.
                Changed::Rules
                | Changed::Lexicons
                | Changed::Labels
                | Changed::Annotations
                | Changed::Gold
                | Changed::Policies
                | Changed::MergeConflicts
                | Changed::EndModel => {}
            }
        }
        // Any other change can make labels stale.
        if changed.iter().any(|change| !matches!(change, Changed::Snapshots | Changed::Widgets)) {
            self.report.refresh();
        }
    }
}

/// Milliseconds in which what was loaded when the project was opened is still fresh.
const JUST_LOADED: f64 = 5_000.0;

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
