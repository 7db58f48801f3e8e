//! Three-way merge of bodies: part by part, each as its kind wants it. None wherever both sides changed one part.

use crate::Kind;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

type Part<'a> = Option<&'a Value>;

/// Merges two bodies with what both started from.
pub(super) fn merge(kind: Kind, base: &Value, theirs: &Value, mine: &Value) -> Option<Value> {
    if kind == Kind::Gold {
        return gold(base, theirs, mine).cloned();
    }
    fields(base, theirs, mine, &|name, base, theirs, mine| match (kind, name) {
        (Kind::Rule | Kind::Policy, "source") => lines(base, theirs, mine),
        (Kind::LabelSet, "labels") => labels(base, theirs, mine),
        (Kind::Lexicon, "terms") | (Kind::Settings, "blacklist") => terms(base, theirs, mine),
        _ => None,
    })
}

/// A document has one truth: who gave it goes with it.
fn gold<'a>(base: &Value, theirs: &'a Value, mine: &'a Value) -> Option<&'a Value> {
    let label = |body: &Value| body.get("label").cloned();
    if label(base) == label(theirs) {
        Some(mine)
    } else if label(base) == label(mine) || label(theirs) == label(mine) {
        Some(theirs)
    } else {
        None
    }
}

/// Merges objects field by field; `both` is asked about fields that both sides changed to different things.
fn fields(
    base: &Value,
    theirs: &Value,
    mine: &Value,
    both: &dyn Fn(&str, Part<'_>, Part<'_>, Part<'_>) -> Option<Value>,
) -> Option<Value> {
    let (base, theirs, mine) = (base.as_object()?, theirs.as_object()?, mine.as_object()?);
    let names: BTreeSet<&String> = base.keys().chain(theirs.keys()).chain(mine.keys()).collect();
    let mut merged = Map::new();
    for name in names {
        let (base, theirs, mine) = (base.get(name), theirs.get(name), mine.get(name));
        let part = match chosen(base, theirs, mine) {
            Some(part) => part.cloned(),
            None => Some(both(name, base, theirs, mine)?),
        };
        if let Some(part) = part {
            merged.insert(name.clone(), part);
        }
    }
    Some(Value::Object(merged))
}

/// The side that changed, if not both did; the outer option is whether there is a choice.
fn chosen<'a>(base: Part<'a>, theirs: Part<'a>, mine: Part<'a>) -> Option<Part<'a>> {
    if theirs == mine || base == mine {
        Some(theirs)
    } else if base == theirs {
        Some(mine)
    } else {
        None
    }
}

/// Texts merge line by line. A last line without its newline is a line like any other.
fn lines(base: Part<'_>, theirs: Part<'_>, mine: Part<'_>) -> Option<Value> {
    let (theirs, mine) = (theirs?.as_str()?, mine?.as_str()?);
    let base = base.and_then(Value::as_str).unwrap_or_default();
    let whole = |text: &str| if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") };
    let mut merged = diffy::merge(&whole(base), &whole(theirs), &whole(mine)).ok()?;
    if !theirs.ends_with('\n') || !mine.ends_with('\n') {
        merged.pop();
    }
    Some(Value::String(merged))
}

/// Labels merge by index and field, for an index is never given twice; hence two that were added cannot both be it.
fn labels(base: Part<'_>, theirs: Part<'_>, mine: Part<'_>) -> Option<Value> {
    let (theirs, mine) = (theirs?.as_array()?, mine?.as_array()?);
    let base = base.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let indexes = 0..base.len().max(theirs.len()).max(mine.len());
    let label = |index: usize| {
        let (base, theirs, mine) = (base.get(index), theirs.get(index), mine.get(index));
        match chosen(base, theirs, mine) {
            Some(label) => label.cloned(),
            None => fields(base?, theirs?, mine?, &|_, _, _, _| None),
        }
    };
    indexes.map(label).collect::<Option<Vec<_>>>().map(Value::Array)
}

/// Terms merge as sets: what either added is in, what either took away is out.
fn terms(base: Part<'_>, theirs: Part<'_>, mine: Part<'_>) -> Option<Value> {
    let set = |part: Part<'_>| -> Option<BTreeSet<String>> {
        part?.as_array()?.iter().map(|term| term.as_str().map(str::to_owned)).collect()
    };
    let (theirs, mine) = (set(theirs)?, set(mine)?);
    let base = set(base).unwrap_or_default();
    let stays = |term: &&String| !base.contains(*term) || (theirs.contains(*term) && mine.contains(*term));
    Some(theirs.union(&mine).filter(stays).cloned().map(Value::String).collect())
}
