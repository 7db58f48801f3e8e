//! Projects: the list, one, a new one, changes of name and label set, the end of one.

use super::access::InProject;
use super::error::{ApiError, Kind, Result, blocking, changed_meanwhile};
use super::extract::{IfMatch, Json, Paging};
use super::label_set::{check, check_change};
use super::name::check_name;
use super::once::Once;
use super::respond::{Created, Current};
use crate::auth::Caller;
use crate::rules::altered;
use crate::sample;
use crate::state::AppState;
use crate::store::{ProjectDraft, ProjectInputs, Write};
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use hunch_protocol::{Job, Label, NewProject, Page, Project, UpdateProject, routes};
use uuid::Uuid;

/// `GET /projects`
pub(crate) async fn list(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    paging: Paging,
) -> Result<axum::Json<Page<Project>>> {
    if let Some(only) = caller.only_project() {
        let items = vec![state.store.get_project(only).await?];
        return Ok(axum::Json(Page { items, next: None }));
    }
    Ok(axum::Json(state.store.list_projects(paging.seek()?).await?))
}

/// `POST /projects`
pub(crate) async fn create(
    State(state): State<AppState>,
    once: Once<NewProject>,
) -> Result<Created<Project>> {
    let resource = if once.body.sample {
        let jobs: Vec<Job> = once
            .run(&state, async |_, write| sample::create(&state, write).await.map_err(ApiError::internal))
            .await?;
        project_of(&state, &jobs).await?
    } else {
        once.run(&state, async |new, write| {
            check_name(&new.name)?;
            check(&new.labels)?;
            let draft = ProjectDraft { name: new.name, labels: new.labels, seed: new.seed };
            Ok(state.store.add_project(state.ids.uuid(), draft, write).await?)
        })
        .await?
    };
    let location = routes::project(&resource.id);
    Ok(Created { resource, location })
}

/// The project that jobs work on.
async fn project_of(state: &AppState, jobs: &[Job]) -> Result<Project> {
    let id = jobs.first().and_then(|job| Uuid::parse_str(&job.project).ok()).unwrap_or_default();
    Ok(state.store.get_project(id).await?)
}

/// `GET /projects/{p}`
pub(crate) async fn get(InProject { project, .. }: InProject) -> Current<Project> {
    Current(project)
}

/// `PATCH /projects/{p}`
pub(crate) async fn update(
    State(state): State<AppState>,
    InProject { id, project, .. }: InProject,
    IfMatch(base): IfMatch,
    Json(change): Json<UpdateProject>,
) -> Result<Current<Project>> {
    // Whoever edits an old revision shall hear of that first, not of what would be wrong with the edit.
    if project.revision != base {
        return Err(changed_meanwhile(project.revision, &project));
    }
    let name = change.name.unwrap_or(project.name);
    check_name(&name)?;
    let _alone = state.checking.lock().await;
    let labels = match change.labels {
        Some(labels) => {
            check_change(&project.labels, &labels)?;
            let (before, after) = (state.store.project_inputs(id).await?, labels.clone());
            blocking(move || check_unused(&before, after)).await?;
            labels
        }
        None => project.labels,
    };
    let write = Write::at(state.clock.now());
    Ok(Current(state.store.update_project(id, name, labels, base, write).await?))
}

/// 409 if a rule would no longer compile, or mean another label.
fn check_unused(before: &ProjectInputs, labels: Vec<Label>) -> Result<()> {
    let mut after = before.clone();
    after.project.labels = labels;
    let rules = altered(before, &after);
    if rules.is_empty() {
        return Ok(());
    }
    let detail = format!("Rules name a label that would change: {}. Edit them first.", rules.join(", "));
    Err(ApiError::new(Kind::InUse, detail))
}

/// `DELETE /projects/{p}`
pub(crate) async fn remove(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    IfMatch(base): IfMatch,
) -> Result<StatusCode> {
    state.store.remove_project(id, base, Write::at(state.clock.now())).await?;
    Ok(StatusCode::NO_CONTENT)
}
