//! The project whose pages are open: everything about it that the server has, kept fresh.

use super::{Api, remote::Remote};
use hunch_protocol::{Corpus, Job, LabelReport, LexiconInfo, Project, Rule, Snapshot};
use leptos::prelude::*;

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
}

impl ProjectState {
    /// Opens a project: everything begins to load.
    pub fn open(id: String) -> Self {
        Self {
            project: remote(&id, async |id| Api.project(&id).await),
            corpus: remote(&id, async |id| Api.corpus(&id).await),
            rules: remote(&id, async |id| Api.rules(&id).await),
            lexicons: remote(&id, async |id| Api.lexicons(&id).await),
            jobs: remote(&id, async |id| Api.jobs(&id).await),
            report: remote(&id, async |id| Api.report(&id).await),
            snapshots: remote(&id, async |id| Api.snapshots(&id).await),
            id: StoredValue::new(id),
        }
    }

    /// The project's identifier.
    pub fn id(self) -> String {
        self.id.get_value()
    }
}

fn remote<T: Send + Sync + 'static>(
    id: &str,
    load: impl AsyncFn(String) -> Result<T, super::ApiFailure> + Copy + 'static,
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
