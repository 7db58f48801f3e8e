//! `/w/v1`: what pages of products ask and answer through their widgets.
//!
//! No cookies, no accounts: a request is let in by the widget's publishable key and by the exact origin that its browser
//! says the page is from. That keeps other pages out, not programs, which can claim any origin; against those stand
//! rate limits, signed identities, and a label model that trusts nobody blindly.

use super::client_address::{client_address, network};
use super::error::{ApiError, Kind, Result, blocking, invalid, not_found, sentence};
use super::extract::{parse_json, unread_body};
use crate::feedback::{IdentityError, Reading, Refusal, VoteError};
use crate::state::AppState;
use crate::store::{FeedbackBatch, FeedbackOutcome, NewFeedback, StoredWidget, Write};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Path, Request, State};
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use hunch_protocol::{
    AnswerResult, AnswerStatus, AnswersReceived, Project, SendAnswers, SentAnswer, WidgetConfig, limits,
};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// Most bytes of an origin that is noted when it is refused.
const ORIGIN_BYTES: usize = 300;
/// How long a browser may remember a preflight, in seconds.
const PREFLIGHT_AGE: &str = "600";
/// How long a browser may keep a widget's settings.
const CONFIG_AGE: HeaderValue = HeaderValue::from_static("private, max-age=60");

/// The routes of this prefix.
pub(super) fn router() -> Router<AppState> {
    let methods = |own: MethodFilter| on(own.or(MethodFilter::OPTIONS), answer);
    Router::new()
        .route("/{key}", methods(MethodFilter::GET))
        .route("/{key}/answers", methods(MethodFilter::POST))
        .layer(DefaultBodyLimit::max(limits::WIDGET_BYTES))
        .fallback(async || not_found("route"))
        .method_not_allowed_fallback(super::method_not_allowed)
}

/// Lets a request in and carries it out; whatever the answer, the page may read it if its origin is on the list.
async fn answer(State(state): State<AppState>, Path(key): Path<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut allowed = None;
    let result = match enter(&state, &key, &parts).await {
        Ok(visit) => {
            allowed = HeaderValue::from_str(&visit.origin).ok();
            serve(&state, visit, Request::from_parts(parts, body)).await
        }
        Err(error) => Err(error),
    };
    let mut response = result.unwrap_or_else(IntoResponse::into_response);
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = allowed {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    }
    response
}

/// A request that was let in.
struct Visit {
    widget: StoredWidget,
    origin: String,
    address: IpAddr,
}

/// Lets a request in by its address, its key and its origin.
async fn enter(state: &AppState, key: &str, request: &Parts) -> Result<Visit> {
    let proxies = state.limits.trusted_proxies;
    let address = network(client_address(&request.extensions, &request.headers, proxies));
    state.gate.address(address, NonZeroU32::MIN).map_err(flood)?;
    let found = if key.contains('\0') { None } else { state.store.find_widget(key).await? };
    let widget = found.ok_or_else(|| {
        let detail = "No widget has this key; copy the snippet from the widget's page again.";
        ApiError::new(Kind::UnknownKey, detail)
    })?;
    let origin = request.headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    let origin = origin.filter(|origin| origin.len() <= ORIGIN_BYTES).unwrap_or_default().to_owned();
    let accepted = widget.widget.settings.origins.contains(&origin);
    if !origin.is_empty() {
        state.gate.note(&*state.store, widget.id, &origin, accepted, state.clock.now()).await?;
    }
    if !accepted {
        return Err(ApiError::new(Kind::OriginRefused, refused_origin(&origin)));
    }
    Ok(Visit { widget, origin, address })
}

fn refused_origin(origin: &str) -> String {
    match origin {
        "" => "The request names no origin; only pages of the widget's origins may use it.".to_owned(),
        "null" => "A page without an origin (a file, a sandboxed frame) may not use the widget.".to_owned(),
        _ => format!("Pages of {origin} may not use this widget; add the origin on the widget's page."),
    }
}

fn flood(wait: Duration) -> ApiError {
    ApiError::new(Kind::RateLimited, "Too many requests; wait as long as `Retry-After` says.")
        .with_retry_after(wait)
}

async fn serve(state: &AppState, visit: Visit, request: Request) -> Result<Response> {
    if request.method() == Method::OPTIONS {
        let headers = [
            (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"),
            (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_AGE),
        ];
        return Ok((StatusCode::NO_CONTENT, headers).into_response());
    }
    let settings = &visit.widget.widget.settings;
    if !settings.enabled {
        return Err(ApiError::new(Kind::WidgetOff, "The widget is switched off."));
    }
    let project = state.store.get_project(visit.widget.project).await?;
    if request.method() == Method::GET {
        let config = WidgetConfig {
            question: settings.question,
            labels: project.label_names().into_iter().filter(|name| !name.is_empty()).collect(),
            texts: settings.texts.clone(),
            anonymous: settings.anonymous,
        };
        return Ok(([(header::CACHE_CONTROL, CONFIG_AGE)], axum::Json(config)).into_response());
    }
    require_json_or_text(request.headers())?;
    let body = Bytes::from_request(request, state).await.map_err(|rejection| unread_body(&rejection))?;
    let SendAnswers { answers } = parse_json(&body)?;
    take_turns(state, &visit, answers.len())?;
    receive(state, visit, project, answers).await
}

/// Beacons can only be sent as text without asking first.
fn require_json_or_text(headers: &HeaderMap) -> Result<()> {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if ["application/json", "text/plain"].iter().any(|known| media_type.eq_ignore_ascii_case(known)) {
        return Ok(());
    }
    let detail = "Send JSON, as `application/json` or `text/plain`.";
    Err(ApiError::new(Kind::UnsupportedMediaType, detail))
}

/// Each answer counts against the limits; the request has counted as one already.
fn take_turns(state: &AppState, visit: &Visit, answers: usize) -> Result<()> {
    let number = u32::try_from(answers).ok().and_then(NonZeroU32::new);
    let Some(number) = number.filter(|_| answers <= limits::WIDGET_ANSWERS) else {
        return Err(invalid("answers", format!("must be 1 to {}", limits::WIDGET_ANSWERS)));
    };
    if let Some(more) = NonZeroU32::new(number.get() - 1) {
        state.gate.address(visit.address, more).map_err(flood)?;
    }
    state.gate.widget(visit.widget.id, number).map_err(flood)
}

/// Stores the answers that can be stored and says of each what became of it. One that is sent alone and refused is
/// refused as any request is.
async fn receive(
    state: &AppState,
    visit: Visit,
    project: Project,
    answers: Vec<SentAnswer>,
) -> Result<Response> {
    let ids: Vec<String> = answers.iter().map(|answer| answer.id.clone()).collect();
    let (widget, most_documents) = (visit.widget.id, visit.widget.widget.settings.new_documents);
    let project_id = visit.widget.project;
    let read = read(state, visit, project, answers).await?;
    let good: Vec<NewFeedback> = read.iter().filter_map(|answer| answer.as_ref().ok().cloned()).collect();
    let mut outcomes = Vec::new();
    if !good.is_empty() {
        let batch = FeedbackBatch { widget, most_documents, answers: good, job: state.ids.uuid() };
        outcomes = state.store.add_feedback(project_id, batch, Write::at(state.clock.now())).await?;
    }
    let mut outcomes = outcomes.into_iter();
    let mut results = Vec::with_capacity(ids.len());
    let alone = ids.len() == 1;
    for (id, answer) in ids.into_iter().zip(read) {
        let outcome = match answer {
            Ok(_) => status(outcomes.next()),
            Err(refusal) => Err(refused(&refusal)),
        };
        match outcome {
            Ok(status) => results.push(AnswerResult { id, status, problem: None }),
            Err(error) if alone => return Err(error),
            Err(error) => {
                let (status, problem) = (AnswerStatus::Refused, Some(error.into_problem()));
                results.push(AnswerResult { id, status, problem });
            }
        }
    }
    Ok(axum::Json(AnswersReceived { results }).into_response())
}

async fn read(
    state: &AppState,
    visit: Visit,
    project: Project,
    answers: Vec<SentAnswer>,
) -> Result<Vec<Result<NewFeedback, Refusal>>> {
    let stored = state.store.get_corpus(visit.widget.project).await?;
    let corpus = stored.corpus.clone();
    let documents = state
        .document_indexes
        .get(visit.widget.project, stored.revision, stored.corpus, &state.chunks)
        .await?;
    let (chunks, ids, now) = (state.chunks.clone(), Arc::clone(&state.ids), state.clock.now());
    blocking(move || {
        let reading = Reading {
            widget: &visit.widget,
            labels: &project.labels,
            corpus: &corpus,
            documents: &documents,
            chunks: &chunks,
            origin: &visit.origin,
            now,
        };
        answers.into_iter().map(|answer| reading.read(ids.uuid(), answer)).collect::<Result<_, _>>()
    })
    .await
}

fn status(outcome: Option<FeedbackOutcome>) -> Result<AnswerStatus> {
    match outcome {
        Some(FeedbackOutcome::Stored) => Ok(AnswerStatus::Stored),
        Some(FeedbackOutcome::Replaced) => Ok(AnswerStatus::Replaced),
        Some(FeedbackOutcome::Repeated) => Ok(AnswerStatus::Repeated),
        Some(FeedbackOutcome::TooManyDocuments) => {
            let detail = "The widget has made as many documents as it may; raise that on its page.";
            Err(ApiError::new(Kind::UnknownDocument, detail))
        }
        None => Err(ApiError::internal(anyhow::anyhow!("the store said nothing of an answer"))),
    }
}

fn refused(refusal: &Refusal) -> ApiError {
    let kind = match refusal {
        Refusal::Identity(IdentityError::Unsigned) => Kind::SignatureRequired,
        Refusal::Identity(IdentityError::Wrong) => Kind::SignatureWrong,
        Refusal::Identity(IdentityError::Expired) => Kind::SignatureExpired,
        Refusal::Identity(IdentityError::NotAnId) => Kind::Invalid,
        Refusal::Vote(VoteError::UnknownLabel(..)) => Kind::UnknownLabel,
        Refusal::Vote(VoteError::NothingShown) => {
            return invalid("shown", "must be the label that was shown");
        }
        Refusal::Vote(VoteError::NothingChosen) => {
            return invalid("label", "must be the label that was chosen");
        }
        Refusal::UnknownDocument => Kind::UnknownDocument,
        Refusal::Field(field, what) => return invalid(*field, what.as_str()),
    };
    ApiError::new(kind, sentence(&refusal.to_string()))
}
