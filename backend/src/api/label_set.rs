//! What a label set must be like, and how it may change.

use super::error::{ApiError, Kind, Result, problem_error};
use super::name::name_fault;
use hunch_protocol::{Label, ProblemError, limits};
use std::collections::BTreeSet;

/// Most characters of a label's description.
const DESCRIPTION_CHARS: usize = 2_000;

/// 422 with everything that is wrong with the labels.
pub(crate) fn check(labels: &[Label]) -> Result<()> {
    let mut errors = Vec::new();
    if labels.is_empty() || labels.len() > limits::LABELS {
        errors.push(problem_error("labels", format!("there must be 1 to {} labels", limits::LABELS)));
    }
    let (mut names, mut hotkeys) = (BTreeSet::new(), BTreeSet::new());
    for (index, label) in labels.iter().enumerate() {
        let mut wrong = |field: &str, message: String| {
            errors.push(problem_error(format!("labels[{index}].{field}"), message));
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
    refuse(errors)
}

/// 422 unless every label that is there keeps its place: indexes are given once.
pub(crate) fn check_change(before: &[Label], after: &[Label]) -> Result<()> {
    if after.len() < before.len() {
        let message = format!(
            "the project has {} labels and votes refer to them by place; retire a label instead of leaving it out",
            before.len()
        );
        return refuse(vec![problem_error("labels", message)]);
    }
    check(after)
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn refuse(errors: Vec<ProblemError>) -> Result<()> {
    if errors.is_empty() {
        return Ok(());
    }
    Err(ApiError::new(Kind::Invalid, "The label set is not valid.").with_errors(errors))
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
        let error = check(&labels).expect_err("four mistakes");
        let fields: Vec<&str> = error.errors().iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["labels[1].name", "labels[2].name", "labels[3].color", "labels[3].hotkey"]);
    }

    #[test]
    fn a_label_keeps_its_index_for_ever() {
        let (a, b) = (label("A"), label("B"));
        assert!(check_change(&[a.clone(), b.clone()], std::slice::from_ref(&a)).is_err());
        assert!(check_change(&[a.clone(), b.clone()], &[a, b, label("C")]).is_ok());
    }
}
