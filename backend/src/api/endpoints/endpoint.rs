//! What the table says of one endpoint.

use crate::api::access::{self, Access};
use crate::api::error::Kind;
use crate::state::AppState;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::{self, MethodRouter};
use hunch_protocol::{Page, PageQuery};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use std::sync::Arc;

/// Makes the schema of a type, its parts by reference.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// One method of one path, with everything that is said of it.
pub(crate) struct Endpoint {
    pub(crate) method: Method,
    /// Below `/api/v1`, with parameters in braces.
    pub(crate) path: &'static str,
    route: MethodRouter<AppState>,
    pub(crate) facts: Arc<Facts>,
}

/// What is said of an endpoint.
#[derive(Clone)]
pub(crate) struct Facts {
    /// What it does, as audit and OpenAPI call it.
    pub(crate) name: &'static str,
    /// Who may do it.
    pub(crate) access: Access,
    /// What it does, in a sentence without its full stop.
    pub(crate) summary: &'static str,
    /// The fields of its query.
    pub(crate) query: Option<SchemaOf>,
    /// The body it reads.
    pub(crate) body: Option<Content>,
    /// What it answers when all is well.
    pub(crate) answers: Vec<(StatusCode, Option<Content>)>,
    /// What it must be told the change is based on.
    pub(crate) precondition: Precondition,
    /// Whether it takes `Idempotency-Key`.
    pub(crate) once: bool,
    /// Refusals beyond those that follow from the rest.
    pub(crate) refusals: &'static [Kind],
    /// Whether what it does is recorded by the handler's own transaction or changes nothing, so that nobody else need
    /// record it.
    pub(crate) records_itself: bool,
    limit: Option<usize>,
}

/// What a body holds.
#[derive(Clone, Copy)]
pub(crate) enum Content {
    /// JSON of a type.
    Json(SchemaOf),
    /// Bytes of one of these media types.
    Bytes(&'static [&'static str]),
}

/// What a change must say that it is based on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Precondition {
    /// Nothing.
    None,
    /// `If-Match`.
    Revision,
    /// `If-Match`, or `If-None-Match: *` for something new.
    RevisionOrAbsent,
}

macro_rules! methods {
    ($($function:ident = $method:ident;)*) => {
        $(
            /// An endpoint of this method; it refuses everyone whom `access` does not name.
            pub(super) fn $function<H, T>(
                name: &'static str,
                path: &'static str,
                access: Access,
                summary: &'static str,
                handler: H,
            ) -> Endpoint
            where
                H: Handler<T, AppState>,
                T: 'static,
            {
                Endpoint::new(Method::$method, path, Facts::new(name, access, summary), routing::$function(handler))
            }
        )*
    };
}

methods! {
    get = GET;
    post = POST;
    put = PUT;
    patch = PATCH;
    delete = DELETE;
}

impl Facts {
    fn new(name: &'static str, access: Access, summary: &'static str) -> Self {
        Self {
            name,
            access,
            summary,
            query: None,
            body: None,
            answers: Vec::new(),
            precondition: Precondition::None,
            once: false,
            refusals: &[],
            records_itself: false,
            limit: None,
        }
    }
}

impl Endpoint {
    fn new(method: Method, path: &'static str, facts: Facts, route: MethodRouter<AppState>) -> Self {
        Self { method, path, route, facts: Arc::new(facts) }
    }

    fn with(mut self, change: impl FnOnce(&mut Facts)) -> Self {
        change(Arc::make_mut(&mut self.facts));
        self
    }

    /// It has a query.
    pub(super) fn asks<T: JsonSchema>(self) -> Self {
        self.with(|facts| facts.query = Some(schema::<T>))
    }

    /// It reads JSON.
    pub(super) fn takes<T: JsonSchema>(self) -> Self {
        self.with(|facts| facts.body = Some(Content::Json(schema::<T>)))
    }

    /// It reads JSON and takes `Idempotency-Key`.
    pub(super) fn takes_once<T: JsonSchema>(self) -> Self {
        self.takes::<T>().with(|facts| facts.once = true)
    }

    /// It reads bytes.
    pub(super) fn takes_bytes(self, media_types: &'static [&'static str]) -> Self {
        self.with(|facts| facts.body = Some(Content::Bytes(media_types)))
    }

    /// It answers JSON.
    pub(super) fn gives<T: JsonSchema>(self, status: StatusCode) -> Self {
        self.with(|facts| facts.answers.push((status, Some(Content::Json(schema::<T>)))))
    }

    /// It answers with a page of a list.
    pub(super) fn pages<T: JsonSchema>(self) -> Self {
        self.asks::<PageQuery>().gives::<Page<T>>(StatusCode::OK)
    }

    /// It answers with bytes.
    pub(super) fn gives_bytes(self, media_types: &'static [&'static str]) -> Self {
        self.with(|facts| facts.answers.push((StatusCode::OK, Some(Content::Bytes(media_types)))))
    }

    /// It answers 204.
    pub(super) fn gives_nothing(self) -> Self {
        self.with(|facts| facts.answers.push((StatusCode::NO_CONTENT, None)))
    }

    /// It must be told what the change is based on.
    pub(super) fn based_on(self, precondition: Precondition) -> Self {
        self.with(|facts| facts.precondition = precondition)
    }

    /// It may refuse for these reasons too.
    pub(super) fn refuses(self, refusals: &'static [Kind]) -> Self {
        self.with(|facts| facts.refusals = refusals)
    }

    /// Its body may have this many bytes.
    pub(super) fn at_most(self, bytes: usize) -> Self {
        self.with(|facts| facts.limit = Some(bytes))
    }

    /// The transaction that does it records it in the audit.
    pub(super) fn records_itself(self) -> Self {
        self.with(|facts| facts.records_itself = true)
    }

    /// It changes nothing, whatever its method.
    pub(super) fn only_reads(self) -> Self {
        self.with(|facts| facts.records_itself = true)
    }

    /// Adds the endpoint to a router, behind the check of who may use it.
    pub(crate) fn add_to(self, router: Router<AppState>, state: &AppState) -> Router<AppState> {
        let mut route = self.route;
        if let Some(bytes) = self.facts.limit {
            route = route.route_layer(DefaultBodyLimit::max(bytes));
        }
        let check = from_fn_with_state((state.clone(), self.facts), access::admit);
        router.route(self.path, route.route_layer(check))
    }
}

fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}
