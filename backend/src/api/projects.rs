//! Projects: the list, one, a new one, changes of name and label set, the end of one.

use super::access::InProject;
use super::error::{ApiError, Kind, Result, changed_meanwhile};
use super::extract::{IfMatch, Json, Paging};
use super::name::check_name;
use super::once::Once;
use super::respond::{Created, Current, current_of};
use super::sync::writer;
use crate::auth::Caller;
use crate::sample;
use crate::state::AppState;
use crate::store::{ProjectDraft, Write, label_set_key, settings_key};
use crate::sync::{self, Edit, label_set_faults};
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use futures::future::try_join_all;
use hunch_protocol::{Job, LabelSetBody, NewProject, Page, Project, SettingsBody, UpdateProject, routes};
use serde_json::json;
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
    if let Some(account) = caller.account() {
        let Page { items, next } = state.store.projects_of(account, paging.seek()?).await?;
        let projects = items.into_iter().map(|id| state.store.get_project(id));
        return Ok(axum::Json(Page { items: try_join_all(projects).await?, next }));
    }
    Ok(axum::Json(state.store.list_projects(paging.seek()?).await?))
}

/// `POST /projects`
pub(crate) async fn create(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    once: Once<NewProject>,
) -> Result<Created<Project>> {
    let owner = caller.account();
    let resource = if once.body.sample {
        let jobs: Vec<Job> = once
            .run(&state, async |_, write| {
                sample::create(&state, &caller.author(), write.owned_by(owner))
                    .await
                    .map_err(ApiError::internal)
            })
            .await?;
        project_of(&state, &jobs).await?
    } else {
        once.run(&state, async |new, write| {
            check_name(&new.name)?;
            let errors = label_set_faults(&new.labels);
            if !errors.is_empty() {
                return Err(ApiError::new(Kind::Invalid, "The label set is not valid.").with_errors(errors));
            }
            let author = caller.author();
            let draft = ProjectDraft { name: new.name, labels: new.labels, seed: new.seed, author };
            Ok(state.store.add_project(state.ids.uuid(), draft, write.owned_by(owner)).await?)
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
    place: InProject,
    IfMatch(base): IfMatch,
    Json(change): Json<UpdateProject>,
) -> Result<Current<Project>> {
    let (id, store) = (place.id, &state.store);
    let (settings, labels) =
        (store.get_entity(id, &settings_key()).await?, store.get_entity(id, &label_set_key()).await?);
    // Whoever edits an old revision shall hear of that first, not of what would be wrong with the edit. What changes
    // after this is found out by the bases.
    let project = store.get_project(id).await?;
    if project.revision != base {
        return Err(changed_meanwhile(project.revision, &project));
    }
    let asked = (change.name.is_some() || change.blacklist.is_some()).then(|| SettingsBody {
        name: change.name.unwrap_or(project.name),
        seed: project.seed,
        blacklist: change.blacklist.map_or(project.blacklist, hunch_rules::normalize_terms),
    });
    let new_settings = asked.map(|body| Edit {
        key: settings_key(),
        base: settings.entity.revision,
        body: Some(json!(body)),
    });
    let labels = change.labels.map(|new| {
        let body = json!(LabelSetBody { labels: new });
        Edit { key: label_set_key(), base: labels.entity.revision, body: Some(body) }
    });
    let edits = new_settings.into_iter().chain(labels).collect();
    let edited = sync::edit(&state, id, writer(&place), edits, Write::at(state.clock.now())).await;
    current_of(edited, async || store.get_project(id).await).await?;
    Ok(Current(store.get_project(id).await?))
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
