//! The label set: what it must be like, and how it may change.

use super::{fault, name_fault, read, refused};
use crate::rules::altered;
use crate::store::{Asked, Effect, Refused};
use hunch_protocol::{Label, LabelSetBody, ProblemError, limits};
use serde_json::Value;
use std::collections::BTreeSet;

/// Most characters of a label's description.
const DESCRIPTION_CHARS: usize = 2_000;

pub(super) fn check(asked: Asked<'_>, body: Option<&Value>) -> Result<Effect, Refused> {
    super::only_one(asked.key)?;
    let Some(body) = body else {
        return Err(refused("invalid", "A project's label set cannot be taken away."));
    };
    let LabelSetBody { labels } = read(body)?;
    let before = asked.inputs;
    let errors = change_faults(&before.project.labels, &labels);
    if !errors.is_empty() {
        return Err(Refused { code: "invalid", detail: "The label set is not valid.".into(), errors });
    }
    let mut after = before.clone();
    after.project.labels = labels;
    let rules = altered(before, &after);
    if rules.is_empty() {
        return Ok(Effect::default());
    }
    let detail = format!("Rules name a label that would change: {}. Edit them first.", rules.join(", "));
    Err(refused("in-use", detail))
}

/// Everything that is wrong with a label set.
pub fn faults(labels: &[Label]) -> Vec<ProblemError> {
    let mut errors = Vec::new();
    if labels.is_empty() || labels.len() > limits::LABELS {
        errors.push(fault("labels", format!("there must be 1 to {} labels", limits::LABELS)));
    }
    let (mut names, mut hotkeys) = (BTreeSet::new(), BTreeSet::new());
    for (index, label) in labels.iter().enumerate() {
        let mut wrong = |field: &str, message: String| {
            errors.push(fault(format!("labels[{index}].{field}"), message));
        };
        if let Some(fault) = name_fault(&label.name) {
            wrong("name", fault);
        } else if !names.insert(&label.name) {
            wrong("name", format!("`{}` is there twice", label.name));
        }
        if !label.color.is_empty() && !is_color(&label.color) {
            wrong("color", "must be like #1a2b3c, or empty".into());
        }
        if label.hotkey.chars().count() > 1
            || label.hotkey.chars().any(|key| key.is_control() || key.is_whitespace())
        {
            wrong("hotkey", "must be one key, or empty".into());
        } else if !label.hotkey.is_empty() && !hotkeys.insert(&label.hotkey) {
            wrong("hotkey", format!("`{}` is there twice", label.hotkey));
        }
        if label.description.chars().count() > DESCRIPTION_CHARS {
            wrong("description", format!("must have at most {DESCRIPTION_CHARS} characters"));
        }
    }
    errors
}

/// Everything that is wrong with a change of a label set: every label that is there keeps its place, for indexes are
/// given once.
fn change_faults(before: &[Label], after: &[Label]) -> Vec<ProblemError> {
    if after.len() < before.len() {
        let message = format!(
            "the project has {} labels and votes refer to them by place; retire a label instead of leaving it out",
            before.len()
        );
        return vec![fault("labels", message)];
    }
    faults(after)
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(name: &str) -> Label {
        Label { name: name.into(), ..Label::default() }
    }

    #[test]
    fn every_mistake_in_a_label_set_is_named_with_its_place() {
        let mut labels = vec![label("A"), label("A"), label(""), label("D")];
        labels[3].color = "red".into();
        labels[3].hotkey = "xy".into();
        let errors = faults(&labels);
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["labels[1].name", "labels[2].name", "labels[3].color", "labels[3].hotkey"]);
    }

    #[test]
    fn a_label_keeps_its_index_for_ever() {
        let (a, b) = (label("A"), label("B"));
        assert!(!change_faults(&[a.clone(), b.clone()], std::slice::from_ref(&a)).is_empty());
        assert!(change_faults(&[a.clone(), b.clone()], &[a, b, label("C")]).is_empty());
    }
}
