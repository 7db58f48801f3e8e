//! Jobs: starting them, watching them, cancelling them.

use super::access::InProject;
use super::error::{ApiError, Kind, Result, invalid};
use super::extract::{Paging, Path};
use super::once::Once;
use super::respond::Accepted;
use crate::jobs::{apply_then_combine, train_then_apply};
use crate::state::AppState;
use crate::store::{JobSpec, NewJob};
use axum::extract::State;
use hunch_model::ModelKind;
use hunch_protocol::{CombineRequest, Job, Page, PriorFrom};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

#[derive(Deserialize)]
pub(crate) struct JobPath {
    j: Uuid,
}

/// The body of a request that has nothing to say.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// `GET /projects/{p}/jobs`
pub(crate) async fn list(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    paging: Paging,
) -> Result<axum::Json<Page<Job>>> {
    Ok(axum::Json(state.store.list_jobs(id, paging.seek()?).await?))
}

/// `GET /projects/{p}/jobs/{j}`
pub(crate) async fn get(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Path(JobPath { j }): Path<JobPath>,
) -> Result<axum::Json<Job>> {
    Ok(axum::Json(state.store.get_job(id, j).await?))
}

/// `POST /projects/{p}/jobs/{j}/cancel`
pub(crate) async fn cancel(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Path(JobPath { j }): Path<JobPath>,
) -> Result<Accepted> {
    Ok(Accepted(state.store.cancel_job(id, j, state.clock.now()).await?))
}

/// `POST /projects/{p}/apply`: a combine follows.
pub(crate) async fn apply(
    State(state): State<AppState>,
    InProject { id, project, .. }: InProject,
    once: Once<Nothing>,
) -> Result<Accepted> {
    start(&state, id, once, async |Nothing {}| {
        if project.rows == 0 {
            return Err(ApiError::new(
                Kind::NotReady,
                "The project has no documents yet; import some first.",
            ));
        }
        Ok(JobSpec::Apply)
    })
    .await
}

/// `POST /projects/{p}/weigh`
pub(crate) async fn weigh(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    once: Once<Nothing>,
) -> Result<Accepted> {
    start(&state, id, once, async |Nothing {}| Ok(JobSpec::Weigh)).await
}

/// `POST /projects/{p}/combine`
pub(crate) async fn combine(
    State(state): State<AppState>,
    InProject { id, project, .. }: InProject,
    once: Once<CombineRequest>,
) -> Result<Accepted> {
    start(&state, id, once, async |request| {
        check_combine(&request, &project.label_names())?;
        Ok(JobSpec::Combine(request))
    })
    .await
}

fn check_combine(request: &CombineRequest, labels: &[String]) -> Result<()> {
    if let Some(model) = &request.model {
        model.parse::<ModelKind>().map_err(|error| invalid("model", error.to_string()))?;
    }
    let Some(balance) = &request.balance else {
        if request.prior == Some(PriorFrom::Given) {
            return Err(invalid("balance", "must say the shares of the class prior that is given"));
        }
        return Ok(());
    };
    if request.prior.is_some_and(|prior| prior != PriorFrom::Given) {
        return Err(invalid("balance", "goes with a class prior that is given (`\"prior\": \"given\"`)"));
    }
    let sum: f64 = balance.iter().sum();
    let fits = balance.len() == labels.len()
        && balance.iter().all(|share| (0.0..=1.0).contains(share))
        && (sum - 1.0).abs() < 1e-6
        && balance.iter().zip(labels).all(|(share, label)| !label.is_empty() || *share == 0.0);
    if fits {
        return Ok(());
    }
    Err(invalid(
        "balance",
        format!("must be {} shares from 0 to 1 that sum to 1, 0 for a retired label", labels.len()),
    ))
}

/// Queues a job, with those that follow it.
pub(super) async fn start<T: DeserializeOwned>(
    state: &AppState,
    project: Uuid,
    once: Once<T>,
    spec: impl AsyncFnOnce(T) -> Result<JobSpec>,
) -> Result<Accepted> {
    let jobs: Vec<Job> = once
        .run(state, async |request, write| {
            let jobs = match spec(request).await? {
                JobSpec::Apply => apply_then_combine(&*state.ids, CombineRequest::default()),
                JobSpec::Train(request) => train_then_apply(&*state.ids, request),
                spec => vec![NewJob { id: state.ids.uuid(), spec, after: None }],
            };
            Ok(state.store.add_jobs(project, jobs, write).await?)
        })
        .await?;
    let first = jobs.into_iter().next();
    first
        .map(Accepted)
        .ok_or_else(|| ApiError::internal(anyhow::anyhow!("the store returned no job for a new one")))
}
