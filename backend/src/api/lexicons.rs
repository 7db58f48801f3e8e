//! Lexicons.

use super::access::InProject;
use super::error::{ApiError, Kind, Result, blocking, invalid};
use super::extract::{Base, IfMatch, Json, Paging, Path};
use super::name::check_name;
use super::respond::{Created, Current};
use crate::rules::broken;
use crate::state::AppState;
use crate::store::{LexiconDraft, Write};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hunch_protocol::{Lexicon, LexiconInfo, Page, SaveLexicon, limits, routes};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct LexiconPath {
    name: String,
}

/// `GET /projects/{p}/lexicons`
pub(crate) async fn list(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    paging: Paging,
) -> Result<axum::Json<Page<LexiconInfo>>> {
    Ok(axum::Json(state.store.list_lexicons(id, paging.seek()?).await?))
}

/// `GET /projects/{p}/lexicons/{name}`
pub(crate) async fn get(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Path(LexiconPath { name }): Path<LexiconPath>,
) -> Result<Current<Lexicon>> {
    let info = state.store.get_lexicon(id, &name).await?;
    let terms = state.store.lexicon_terms(id, &info.hash).await?;
    Ok(Current(Lexicon { info, terms }))
}

/// `PUT /projects/{p}/lexicons/{name}`
pub(crate) async fn put(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Path(LexiconPath { name }): Path<LexiconPath>,
    base: Base,
    Json(SaveLexicon { terms }): Json<SaveLexicon>,
) -> Result<Response> {
    check_name(&name)?;
    let draft = {
        let name = name.clone();
        blocking(move || draft(name, terms)).await?
    };
    let base = match base {
        Base::Revision(revision) => Some(revision),
        Base::Absent => None,
    };
    let info = state.store.put_lexicon(id, draft, base, Write::at(state.clock.now())).await?;
    let location = routes::lexicon(&id.to_string(), &name);
    Ok(match base {
        None => Created { resource: info, location }.into_response(),
        Some(_) => Current(info).into_response(),
    })
}

fn draft(name: String, terms: Vec<String>) -> Result<LexiconDraft> {
    if terms.len() > limits::LEXICON_TERMS {
        return Err(invalid("terms", format!("must be at most {}", limits::LEXICON_TERMS)));
    }
    let terms = hunch_rules::normalize_terms(terms);
    if terms.is_empty() {
        return Err(invalid("terms", "must hold at least one word"));
    }
    Ok(LexiconDraft { name, hash: hunch_rules::lexicon_hash(&terms), terms })
}

/// `DELETE /projects/{p}/lexicons/{name}`
pub(crate) async fn remove(
    State(state): State<AppState>,
    InProject { id, .. }: InProject,
    Path(LexiconPath { name }): Path<LexiconPath>,
    IfMatch(base): IfMatch,
) -> Result<StatusCode> {
    let _alone = state.checking.lock().await;
    let before = state.store.project_inputs(id).await?;
    let gone = name.clone();
    let users = blocking(move || {
        let mut after = before.clone();
        after.lexicons.retain(|lexicon| lexicon.name != gone);
        Ok::<_, ApiError>(broken(&before, &after))
    })
    .await?;
    if !users.is_empty() {
        let detail = format!("Rules use this lexicon: {}. Edit them first.", users.join(", "));
        return Err(ApiError::new(Kind::InUse, detail));
    }
    state.store.remove_lexicon(id, &name, base, Write::at(state.clock.now())).await?;
    Ok(StatusCode::NO_CONTENT)
}
