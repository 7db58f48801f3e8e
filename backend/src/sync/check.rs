//! What the rest of a project has to say to a change: whether its author may make it, whether it is well formed,
//! whether the rules still compile.

mod label_set;
mod lexicon;
mod people;
mod policy;
mod rule;
mod settings;

pub use label_set::faults as label_set_faults;

use crate::corpus::DocumentIndex;
use crate::store::{Asked, Check, Effect, Refused};
use hunch_protocol::{Key, Kind, LABEL_SET, ProblemError, SETTINGS, limits};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// Who changes something, and what they may change.
#[derive(Debug, Clone)]
pub struct Writer {
    /// The author of what they write.
    pub author: String,
    /// The kinds of entities that they may change.
    pub kinds: Vec<Kind>,
}

/// Checks what one writer changes in one project.
pub(super) struct ProjectCheck {
    pub(super) writer: Writer,
    /// Read if annotations or gold may be among the changes.
    pub(super) documents: Option<Arc<DocumentIndex>>,
}

impl Check for ProjectCheck {
    fn check(&self, asked: Asked<'_>, body: Option<&Value>) -> Result<Effect, Refused> {
        let kind = asked.key.kind;
        if !self.writer.kinds.contains(&kind) {
            return Err(refused(
                "forbidden",
                format!("Your role does not let you change a {}.", words(kind)),
            ));
        }
        match kind {
            Kind::Rule => rule::check(asked, body),
            Kind::Policy => policy::check(asked, body),
            Kind::Lexicon => lexicon::check(asked, body),
            Kind::LabelSet => label_set::check(asked, body),
            Kind::Settings => settings::check(asked, body),
            Kind::Annotation => people::check_annotation(self, asked, body),
            Kind::Gold => people::check_gold(self, asked, body),
            Kind::MergeConflict => Err(refused("forbidden", "Merge conflicts are made by the server.")),
        }
    }
}

/// A kind in words.
pub(super) fn words(kind: Kind) -> String {
    kind.name().replace('_', " ")
}

fn refused(code: &'static str, detail: impl Into<String>) -> Refused {
    Refused { code, detail: detail.into(), errors: Vec::new() }
}

/// Something is wrong with a field of the body, or (empty) with all of it.
fn invalid(field: impl Into<String>, message: impl Into<String>) -> Refused {
    let (field, message) = (field.into(), message.into());
    let detail = if field.is_empty() { format!("It {message}.") } else { format!("`{field}` {message}.") };
    Refused { code: "invalid", detail, errors: Vec::new() }
}

/// The body as its kind wants it.
fn read<T: DeserializeOwned>(body: &Value) -> Result<T, Refused> {
    T::deserialize(body).map_err(|error| refused("invalid", format!("The body cannot be read: {error}.")))
}

/// Ids of rules and policies are UUIDs, spelled one way.
fn check_uuid(id: &str) -> Result<(), Refused> {
    match Uuid::parse_str(id) {
        Ok(uuid) if uuid.to_string() == id => Ok(()),
        _ => Err(invalid("id", "must be a UUID in lower case with hyphens")),
    }
}

/// There is one label set and one settings, under fixed ids.
fn only_one(key: &Key) -> Result<(), Refused> {
    let id = if key.kind == Kind::LabelSet { LABEL_SET } else { SETTINGS };
    if key.id == id { Ok(()) } else { Err(invalid("id", format!("must be `{id}`"))) }
}

/// What is wrong with a name: it has 1 to 200 characters, none of them a control character, and no space around it.
pub fn name_fault(name: &str) -> Option<String> {
    if name.is_empty() {
        Some("must not be empty".into())
    } else if name.chars().count() > limits::NAME_CHARS {
        Some(format!("must have at most {} characters", limits::NAME_CHARS))
    } else if name.chars().any(char::is_control) {
        Some("must not hold control characters".into())
    } else if name.trim() != name {
        Some("must not begin or end with a space".into())
    } else {
        None
    }
}

/// One thing that is wrong with a field.
fn fault(field: impl Into<String>, message: impl Into<String>) -> ProblemError {
    ProblemError { field: field.into(), message: message.into(), code: None, help: None, span: None }
}
