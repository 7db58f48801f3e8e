//! All projects, for the list of them and the switch between them.

use super::{Api, ApiFailure, remote::Remote};
use hunch_protocol::{NewProject, Project};
use leptos::prelude::*;

/// All projects, the newest first. Given by context everywhere.
#[derive(Clone, Copy)]
pub struct Projects(pub Remote<Vec<Project>>);

impl Projects {
    /// Begins to load them and provides them to everything below.
    pub fn provide() {
        provide_context(Self(Remote::load(|| Api.projects())));
    }

    /// The projects.
    ///
    /// # Panics
    /// Outside of the application.
    pub fn expect() -> Self {
        expect_context()
    }
    /// Makes a project; the list has it at once.
    pub async fn create(self, new: NewProject) -> Result<Project, ApiFailure> {
        let project = Api.create_project(&new).await?;
        self.0.update(|projects| projects.insert(0, project.clone()));
        Ok(project)
    }
}
