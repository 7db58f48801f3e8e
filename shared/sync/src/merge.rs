//! What becomes of an edit: whether it follows what is current, merges with it, or must wait for a person.

mod parts;
#[cfg(test)]
mod tests;

use crate::{Entity, Key, Kind, Reason, Refusal};
use serde_json::{Map, Value};

/// An edit of one entity.
#[derive(Debug, Clone, Copy)]
pub struct Edit<'a> {
    /// The entity.
    pub key: &'a Key,
    /// The revision it started from; 0 if there was none.
    pub base: u64,
    /// What the entity shall say; none to take it away.
    pub body: Option<&'a Value>,
}

/// What the rest of the project has to say to a body.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It may be.
    Fine,
    /// It bears a name that another entity has: that one.
    NameTaken(Box<Entity>),
    /// It can never be: its shape is wrong, it does not compile, its author may not.
    Refused(Refusal),
}

/// What becomes of an edit.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// What was sent is the next revision.
    Apply,
    /// What was sent is the next revision, and this, into which it was merged, the one after it.
    Merge(Value),
    /// It asks for what this revision says already.
    Unchanged {
        /// That revision.
        revision: u64,
    },
    /// A person must settle it.
    Conflict {
        /// Why.
        reason: Reason,
        /// Of a name that is taken: who has it.
        holder: Option<Box<Entity>>,
    },
    /// It can never be carried out.
    Reject(Refusal),
}

impl Decision {
    fn conflict(reason: Reason) -> Self {
        Self::Conflict { reason, holder: None }
    }
}

/// Decides an edit.
///
/// `current` is the entity's current revision, a tombstone included. `ancestor` is the body of the revision the edit
/// names as its base, null if that one took the entity away; none for base 0 or a revision nobody knows.
/// `check` is asked what the rest of the project says to a body, or (none) to the entity's end.
pub fn decide(
    edit: &Edit<'_>,
    current: Option<&Entity>,
    ancestor: Option<&Value>,
    check: &mut dyn FnMut(Option<&Value>) -> Verdict,
) -> Decision {
    let kind = edit.key.kind;
    if kind == Kind::MergeConflict {
        return Decision::Reject(Refusal::new(
            "not-editable",
            "Merge conflicts are made by the server; send a `resolve` to settle one.",
        ));
    }
    let live = current.and_then(Entity::live);
    let revision = current.map_or(0, |current| current.revision);
    match (live, edit.body) {
        (None, None) => return Decision::Unchanged { revision },
        (Some(live), Some(body)) if says_the_same(kind, live, body) => {
            return Decision::Unchanged { revision };
        }
        _ => {}
    }
    let verdict = check(edit.body);
    if let Verdict::Refused(refusal) = verdict {
        return Decision::Reject(refusal);
    }
    // Nothing to merge with: it follows the current revision, or begins an entity, or only the latest counts.
    let begins = edit.base == 0 && live.is_none();
    if edit.base == revision || begins || kind == Kind::Annotation {
        return match verdict {
            Verdict::NameTaken(holder) => {
                Decision::Conflict { reason: Reason::NameTaken, holder: Some(holder) }
            }
            _ => Decision::Apply,
        };
    }
    match (live, edit.body) {
        // What it edits has not changed since, or it changes nothing itself.
        (Some(live), None) if ancestor == Some(live) => Decision::Apply,
        (_, Some(body)) if ancestor.is_some_and(|ancestor| says_the_same(kind, ancestor, body)) => {
            Decision::Unchanged { revision: edit.base }
        }
        (Some(live), Some(body)) => three_way(edit, ancestor, live, body, check),
        _ => Decision::conflict(Reason::Deleted),
    }
}

fn three_way(
    edit: &Edit<'_>,
    ancestor: Option<&Value>,
    live: &Value,
    body: &Value,
    check: &mut dyn FnMut(Option<&Value>) -> Verdict,
) -> Decision {
    let kind = edit.key.kind;
    let nothing = Value::Object(Map::new());
    let ancestor = match ancestor {
        Some(Value::Null) => &nothing,
        Some(ancestor) => ancestor,
        None if edit.base == 0 => &nothing,
        None => return Decision::conflict(Reason::Edited),
    };
    let Some(merged) = parts::merge(kind, ancestor, live, body) else {
        return Decision::conflict(Reason::Edited);
    };
    match check(Some(&merged)) {
        Verdict::Fine if merged == *body => Decision::Apply,
        Verdict::Fine => Decision::Merge(merged),
        Verdict::NameTaken(holder) => Decision::Conflict { reason: Reason::NameTaken, holder: Some(holder) },
        Verdict::Refused(_) if matches!(kind, Kind::Rule | Kind::Policy) => {
            Decision::conflict(Reason::DoesNotCompile)
        }
        Verdict::Refused(_) => Decision::conflict(Reason::Edited),
    }
}

/// Two people who give a document the same gold agree, whoever they are.
fn says_the_same(kind: Kind, one: &Value, other: &Value) -> bool {
    match kind {
        Kind::Gold => one.get("label") == other.get("label"),
        _ => one == other,
    }
}
