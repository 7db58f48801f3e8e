//! The API's description, OpenAPI 3.1, made from the table of endpoints and the types of `shared/protocol`.

use super::access::Access;
use super::endpoints::{Content, Endpoint, Facts, Precondition, endpoints};
use super::error::Kind;
use hunch_protocol::{PROBLEM_JSON, Problem, routes};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What may go wrong with any request.
const ALWAYS: [Kind; 5] =
    [Kind::BadRequest, Kind::ForeignOrigin, Kind::ForeignHost, Kind::Internal, Kind::Unavailable];

static DOCUMENT: LazyLock<Value> = LazyLock::new(document);

/// `GET /openapi.json`
pub(crate) async fn get() -> axum::Json<&'static Value> {
    axum::Json(&DOCUMENT)
}

fn document() -> Value {
    let settings = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut generator = SchemaGenerator::new(settings);
    let problem = generator.subschema_for::<Problem>().to_value();
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for endpoint in endpoints() {
        let operation = operation(&endpoint, &problem, &mut generator);
        let path = format!("{}{}", routes::API, endpoint.path);
        paths.entry(path).or_default().insert(endpoint.method.as_str().to_ascii_lowercase(), operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Hunch",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Conventions are in docs/api.md.",
            "license": { "name": "Apache-2.0 OR MIT" },
        },
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "description": "Made by `hunch token create`." },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "__Host-hunch",
                    "description": "Set by `POST /session`. Without accounts its name is `hunch-PORT`.",
                },
            },
        },
    })
}

fn operation(endpoint: &Endpoint, problem: &Value, generator: &mut SchemaGenerator) -> Value {
    let facts = &endpoint.facts;
    let mut operation = json!({
        "operationId": facts.name,
        "summary": facts.summary,
        "tags": [facts.name.split('.').next()],
        "parameters": parameters(endpoint, generator),
        "responses": responses(endpoint, problem, generator),
        "x-access": access(facts.access),
    });
    if facts.access == Access::Public {
        operation["security"] = json!([]);
    } else {
        operation["security"] = json!([{ "token": [] }, { "session": [] }]);
    }
    if let Some(body) = facts.body {
        operation["requestBody"] = json!({ "required": !facts.once, "content": content(body, generator) });
    }
    operation
}

/// Who may, in words that a program can read: the least role and the scopes of which a token needs one.
fn access(access: Access) -> Value {
    let named = |needs: &str, scopes: &[hunch_protocol::Scope]| json!({ "needs": needs, "scopes": scopes });
    match access {
        Access::Public => named("nothing", &[]),
        Access::SignedIn(scopes) => named("signed in", scopes),
        Access::Unconfined(scopes) => named("unconfined", scopes),
        Access::Person => named("person", &[]),
        Access::Server => named("server", &[hunch_protocol::Scope::Admin]),
        Access::Project(role, scopes) => named(role.name(), scopes),
    }
}

fn parameters(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Vec<Value> {
    let mut parameters: Vec<Value> = path_parameters(endpoint.path)
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": path_schema(name) }))
        .collect();
    if let Some(query) = endpoint.facts.query {
        parameters.extend(query_parameters(query, generator));
    }
    let mut header = |name: &str, description: &str, required: bool, schema: Value| {
        parameters.push(json!({
            "name": name, "in": "header", "required": required, "description": description, "schema": schema,
        }));
    };
    let revision = json!({ "type": "string", "pattern": "^\"[0-9]{1,18}\"$" });
    match endpoint.facts.precondition {
        Precondition::None => {}
        Precondition::Revision => {
            header("If-Match", "The `ETag` that the change is based on.", true, revision);
        }
        Precondition::RevisionOrAbsent => {
            header("If-Match", "The `ETag` that the change is based on.", false, revision);
            header("If-None-Match", "`*` for something new.", false, json!({ "const": "*" }));
        }
    }
    if endpoint.facts.once {
        let key = json!({ "type": "string", "pattern": "^[!-~]{1,200}$" });
        header("Idempotency-Key", "Sent again with it, the request does nothing new.", false, key);
    }
    parameters
}

/// The fields of a query type, each a parameter.
fn query_parameters(
    query: fn(&mut SchemaGenerator) -> schemars::Schema,
    generator: &mut SchemaGenerator,
) -> Vec<Value> {
    let mut schema = query(generator).to_value();
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        schema = generator.definitions().get(name).cloned().unwrap_or_default();
    }
    let required = |name: &str| {
        schema["required"].as_array().is_some_and(|names| names.iter().any(|required| required == name))
    };
    let fields = schema["properties"].as_object().into_iter().flatten();
    fields
        .map(|(name, field)| {
            json!({ "name": name, "in": "query", "required": required(name), "schema": field })
        })
        .collect()
}

fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn path_schema(name: &str) -> Value {
    match name {
        "name" | "login" => json!({ "type": "string", "minLength": 1, "maxLength": 200 }),
        "hash" | "s" => json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" }),
        _ => json!({ "type": "string", "format": "uuid" }),
    }
}

fn responses(endpoint: &Endpoint, problem: &Value, generator: &mut SchemaGenerator) -> Value {
    let mut responses = Map::new();
    for (status, body) in &endpoint.facts.answers {
        let mut response = json!({ "description": status.canonical_reason().unwrap_or("Done") });
        if let Some(body) = body {
            response["content"] = content(*body, generator);
        }
        responses.insert(status.as_str().to_owned(), response);
    }
    let mut kinds: BTreeMap<u16, Vec<Kind>> = BTreeMap::new();
    for kind in refusals(endpoint) {
        let of_status = kinds.entry(kind.status().as_u16()).or_default();
        if !of_status.contains(&kind) {
            of_status.push(kind);
        }
    }
    for (status, kinds) in kinds {
        let description: Vec<String> =
            kinds.iter().map(|kind| format!("`{}`: {}.", kind.name(), kind.title())).collect();
        let response = json!({ "description": description.join(" "), "content": { PROBLEM_JSON: { "schema": problem } } });
        responses.insert(status.to_string(), response);
    }
    Value::Object(responses)
}

/// Every kind of problem the endpoint may answer with.
fn refusals(endpoint: &Endpoint) -> Vec<Kind> {
    let Facts { access, query, body, once, precondition, refusals, .. } = &*endpoint.facts;
    let mut kinds = ALWAYS.to_vec();
    if *access != Access::Public {
        kinds.extend([Kind::Unauthorized, Kind::Forbidden]);
    }
    if endpoint.path.contains('{') {
        kinds.push(Kind::NotFound);
    }
    if query.is_some() {
        kinds.push(Kind::Invalid);
    }
    match body {
        Some(Content::Json(_)) => kinds.extend([Kind::TooLarge, Kind::UnsupportedMediaType, Kind::Invalid]),
        Some(Content::Bytes(_)) => kinds.push(Kind::TooLarge),
        None => {}
    }
    if *once {
        kinds.push(Kind::KeyReused);
    }
    if *precondition != Precondition::None {
        kinds.extend([Kind::ChangedMeanwhile, Kind::PreconditionRequired]);
    }
    kinds.extend(*refusals);
    kinds
}

fn content(body: Content, generator: &mut SchemaGenerator) -> Value {
    match body {
        Content::Json(schema) => json!({ "application/json": { "schema": schema(generator) } }),
        // In 3.1, bytes are a media type without a schema.
        Content::Bytes(media_types) => {
            Value::Object(media_types.iter().map(|name| ((*name).to_owned(), json!({}))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_operation_has_a_name_of_its_own_and_every_type_it_names_is_described() {
        let document = document();
        let text = document.to_string();
        let names: BTreeSet<&str> = endpoints().iter().map(|endpoint| endpoint.facts.name).collect();
        assert_eq!(names.len(), endpoints().len());
        for part in text.split("#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap_or_default();
            assert!(document["components"]["schemas"].get(name).is_some(), "no schema `{name}`");
        }
    }

    #[test]
    fn every_operation_is_described_for_those_who_write_clients() {
        for endpoint in endpoints() {
            let facts = &endpoint.facts;
            assert!(!facts.answers.is_empty(), "{} has no answer", facts.name);
            assert!(
                !facts.summary.ends_with('.') && facts.summary.len() > 4,
                "{}: {}",
                facts.name,
                facts.summary
            );
        }
    }
}
