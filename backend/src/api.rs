//! The HTTP API, whose table is in [`endpoints`], and the browser app beside it.
//!
//! Handlers translate: they read a request, ask the store or queue a job, and give the answer its form. Conventions,
//! problem types and the table of routes for users are in `docs/api.md`.

mod access;
mod answers;
mod assets;
mod audit;
mod client_address;
mod conflicts;
mod corpus;
mod download;
mod end_model;
mod endpoints;
mod error;
mod events;
mod extract;
mod feedback;
mod figures;
mod health;
mod imports;
mod invitations;
mod jobs;
mod labels;
mod lexicons;
mod members;
mod name;
mod once;
mod openapi;
mod projects;
mod respond;
mod rules;
mod security;
mod session;
mod snapshots;
mod sync;
mod tokens;
mod uploads;
mod users;
mod widgets;

pub use security::{Origins, PublicUrl};

use crate::state::AppState;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use error::{ApiError, Kind, not_found};
use hunch_protocol::{limits, routes};
use std::any::Any;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};

/// Everything the server answers to.
pub fn router(state: AppState, origins: Origins) -> Router {
    let endpoints = endpoints::endpoints().into_iter();
    let api = endpoints
        .fold(Router::new(), |router, endpoint| endpoint.add_to(router, &state))
        .layer(DefaultBodyLimit::max(limits::JSON_BYTES))
        .fallback(async || not_found("route"))
        .method_not_allowed_fallback(method_not_allowed);

    // The last layer is the outermost.
    Router::new()
        .nest(routes::API, api)
        .nest(routes::WIDGET_API, answers::router())
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
