//! Devices, their pushes and pulls. `docs/sync.md` is the protocol.

use super::access::InProject;
use super::error::{ApiError, Kind as Problem, Result, blocking, invalid};
use super::extract::{Json, Path, Query};
use super::name::check_name;
use crate::state::AppState;
use crate::store::Pull;
use crate::sync::{self, Writer};
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use hunch_protocol::{
    CHANGES_PER_PULL, Device, Kind, LexiconAddress, LexiconTerms, NewDevice, OPERATIONS_PER_PUSH, PullReply,
    PushReply, PushRequest, Role, Scope, limits,
};
use serde::Deserialize;
use uuid::Uuid;

/// The caller as a writer: what their role, and of a token its scopes, let them change.
pub(crate) fn writer(place: &InProject) -> Writer {
    let kinds = Kind::ALL.into_iter().filter(|kind| match kind {
        Kind::Annotation => place.may(Role::Annotator, Scope::Labels),
        Kind::Gold => place.may(Role::Engineer, Scope::Labels),
        Kind::Rule | Kind::Lexicon | Kind::Policy => place.may(Role::Engineer, Scope::Rules),
        Kind::LabelSet | Kind::Settings => place.may(Role::Owner, Scope::Admin),
        Kind::MergeConflict => false,
    });
    Writer { author: place.caller.author(), kinds: kinds.collect() }
}

/// `POST /projects/{p}/sync/devices`
pub(crate) async fn register(
    State(state): State<AppState>,
    place: InProject,
    Json(NewDevice { name }): Json<NewDevice>,
) -> Result<(StatusCode, axum::Json<Device>)> {
    check_name(&name)?;
    let (id, author) = (state.ids.uuid(), place.caller.author());
    let device = state.store.add_device(place.id, id, &author, &name, state.clock.now()).await?;
    Ok((StatusCode::CREATED, axum::Json(device)))
}

/// `POST /projects/{p}/sync/push`
pub(crate) async fn push(
    State(state): State<AppState>,
    place: InProject,
    Json(PushRequest { device, epoch, operations }): Json<PushRequest>,
) -> Result<axum::Json<PushReply>> {
    if operations.len() > OPERATIONS_PER_PUSH {
        return Err(invalid("operations", format!("must be at most {OPERATIONS_PER_PUSH}")));
    }
    for (at, operation) in operations.iter().enumerate() {
        if Uuid::parse_str(&operation.id).is_err() {
            return Err(invalid(format!("operations[{at}].id"), "must be a UUID"));
        }
    }
    let device = device_id(&device)?;
    let reply = sync::push(&state, place.id, writer(&place), device, epoch, operations).await?;
    Ok(axum::Json(reply))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PullQuery {
    /// The asking device.
    device: Option<String>,
    /// What it has: everything up to here; 0 unless given.
    since: Option<u64>,
    /// Most changes of the page.
    limit: Option<usize>,
}

/// `GET /projects/{p}/sync/pull`
pub(crate) async fn pull(
    State(state): State<AppState>,
    place: InProject,
    Query(PullQuery { device, since, limit }): Query<PullQuery>,
) -> Result<axum::Json<PullReply>> {
    page(&state, &place, device, since, limit, false).await
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SnapshotQuery {
    /// The asking device.
    device: Option<String>,
    /// Where the page before ended; absent for the first.
    cursor: Option<u64>,
    /// Most entities of the page.
    limit: Option<usize>,
}

/// `GET /projects/{p}/sync/snapshot`
pub(crate) async fn snapshot(
    State(state): State<AppState>,
    place: InProject,
    Query(SnapshotQuery { device, cursor, limit }): Query<SnapshotQuery>,
) -> Result<axum::Json<PullReply>> {
    page(&state, &place, device, cursor, limit, true).await
}

async fn page(
    state: &AppState,
    place: &InProject,
    device: Option<String>,
    since: Option<u64>,
    limit: Option<usize>,
    anew: bool,
) -> Result<axum::Json<PullReply>> {
    let limit = limit.unwrap_or(CHANGES_PER_PULL);
    if !(1..=CHANGES_PER_PULL).contains(&limit) {
        return Err(invalid("limit", format!("must be from 1 to {CHANGES_PER_PULL}")));
    }
    let device = match device {
        Some(device) => Some((device_id(&device)?, place.caller.author())),
        None => None,
    };
    let pull = Pull { device, since: since.unwrap_or(0), limit, anew };
    Ok(axum::Json(sync::pull(state, place.id, &place.caller.author(), pull).await?))
}

fn device_id(device: &str) -> Result<Uuid> {
    Uuid::parse_str(device).map_err(|_| invalid("device", "must be the id that registering gave"))
}

#[derive(Deserialize)]
pub(crate) struct TermsPath {
    hash: String,
}

/// `PUT /projects/{p}/lexicon-terms/{hash}`
pub(crate) async fn put_terms(
    State(state): State<AppState>,
    place: InProject,
    Path(TermsPath { hash }): Path<TermsPath>,
    Json(LexiconTerms { terms }): Json<LexiconTerms>,
) -> Result<axum::Json<LexiconAddress>> {
    let (address, terms) = blocking(move || address_of(terms)).await?;
    if address.hash != hash {
        let detail = format!("These terms, sorted and without repeats, have the hash {}.", address.hash);
        return Err(ApiError::new(Problem::Invalid, detail));
    }
    state.store.add_terms(place.id, &address.hash, terms).await?;
    Ok(axum::Json(address))
}

/// Terms as they are kept, and their address.
pub(crate) fn address_of(terms: Vec<String>) -> Result<(LexiconAddress, Vec<String>)> {
    if terms.len() > limits::LEXICON_TERMS {
        return Err(invalid("terms", format!("must be at most {}", limits::LEXICON_TERMS)));
    }
    let terms = hunch_rules::normalize_terms(terms);
    if terms.is_empty() {
        return Err(invalid("terms", "must hold at least one word"));
    }
    let (hash, count) = (hunch_rules::lexicon_hash(&terms), terms.len() as u64);
    Ok((LexiconAddress { hash, count }, terms))
}

/// `GET /projects/{p}/lexicon-terms/{hash}`: named by their content, so they never change and may be kept.
pub(crate) async fn terms(
    State(state): State<AppState>,
    place: InProject,
    Path(TermsPath { hash }): Path<TermsPath>,
) -> Result<impl IntoResponse> {
    let terms = state.store.lexicon_terms(place.id, &hash).await?;
    let keep = [(CACHE_CONTROL, "private, max-age=31536000, immutable")];
    Ok((keep, axum::Json(LexiconTerms { terms })))
}
