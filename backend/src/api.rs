//! The HTTP API, all of it on this page, and the browser app beside it.
//!
//! Handlers translate: they read a request, ask the store or queue a job, and give the answer its form. Conventions,
//! problem types and the table of routes for users are in `docs/api.md`.

mod access;
mod assets;
mod corpus;
mod download;
mod error;
mod events;
mod extract;
mod health;
mod imports;
mod jobs;
mod label_set;
mod labels;
mod lexicons;
mod name;
mod once;
mod projects;
mod respond;
mod rules;
mod security;
mod snapshots;
mod tokens;
mod uploads;

pub use security::{Origins, PublicUrl};

use crate::state::AppState;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post};
use error::{ApiError, Kind, not_found};
use hunch_protocol::{limits, routes};
use std::any::Any;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};

/// Everything the server answers to.
pub fn router(state: AppState, origins: Origins) -> Router {
    let api = Router::new()
        .route("/projects", get(projects::list).post(projects::create))
        .route("/projects/{p}", get(projects::get).patch(projects::update).delete(projects::remove))
        // Bringing documents
        .route("/uploads", post(uploads::create))
        .route("/uploads/{u}/preview", get(uploads::preview))
        .route("/projects/{p}/imports", post(imports::create))
        .route("/projects/{p}/corpus", get(corpus::get))
        .route("/projects/{p}/chunks/{hash}", get(corpus::chunk))
        // Writing rules
        .route("/projects/{p}/rules", get(rules::list).post(rules::create))
        .route("/projects/{p}/rules/{r}", get(rules::get).put(rules::replace).delete(rules::remove))
        .route("/projects/{p}/rules/{r}/revisions", get(rules::revisions))
        .route("/projects/{p}/lexicons", get(lexicons::list))
        .route(
            "/projects/{p}/lexicons/{name}",
            get(lexicons::get)
                .put(lexicons::put)
                .delete(lexicons::remove)
                .layer(DefaultBodyLimit::max(limits::LEXICON_BYTES)),
        )
        // Making labels
        .route("/projects/{p}/apply", post(jobs::apply))
        .route("/projects/{p}/combine", post(jobs::combine))
        .route("/projects/{p}/jobs", get(jobs::list))
        .route("/projects/{p}/jobs/{j}", get(jobs::get))
        .route("/projects/{p}/jobs/{j}/cancel", post(jobs::cancel))
        .route("/projects/{p}/events", get(events::stream))
        .route("/projects/{p}/labels", get(labels::list))
        .route("/projects/{p}/labels/report", get(labels::report))
        .route("/projects/{p}/snapshots", get(snapshots::list).post(snapshots::create))
        .route("/projects/{p}/snapshots/{s}", get(snapshots::manifest))
        .route("/projects/{p}/snapshots/{s}/export", get(snapshots::export))
        // Letting programs in
        .route("/tokens", get(tokens::list).post(tokens::create))
        .route("/tokens/{t}", delete(tokens::revoke))
        .route_layer(from_fn_with_state(state.clone(), access::authenticate))
        .layer(DefaultBodyLimit::max(limits::JSON_BYTES))
        .fallback(async || not_found("route"))
        .method_not_allowed_fallback(method_not_allowed);

    // The last layer is the outermost.
    Router::new()
        .nest(routes::API, api)
        .route(routes::HEALTH, get(health::health))
        .fallback_service(get(assets::serve).fallback(method_not_allowed).with_state(state.clone()))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(
            CompressionLayer::new()
                .compress_when(DefaultPredicate::new().and(NotForContentType::const_new(snapshots::PARQUET))),
        )
        .layer(from_fn_with_state(Arc::new(origins), security::guard))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(security::headers))
        .with_state(state)
}

async fn method_not_allowed() -> ApiError {
    ApiError::new(
        Kind::MethodNotAllowed,
        "This route does not know the method; `Allow` lists those it knows.",
    )
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over by value")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let message = panic.downcast_ref::<String>().map(String::as_str);
    let message =
        message.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without a message");
    ApiError::internal(anyhow::anyhow!("panicked: {message}")).into_response()
}
