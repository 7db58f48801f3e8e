//! What people say of documents: annotations and gold.

use super::{ProjectCheck, invalid, read, refused};
use crate::store::{Asked, Effect, Refused};
use hunch_protocol::{AnnotationBody, GoldBody, Label};
use serde_json::Value;

pub(super) fn check_annotation(
    check: &ProjectCheck,
    asked: Asked<'_>,
    body: Option<&Value>,
) -> Result<Effect, Refused> {
    let (id, author) = (&asked.key.id, &check.writer.author);
    let mine = id.strip_prefix(author).and_then(|rest| rest.strip_prefix('/'));
    let Some(document) = mine else {
        return Err(refused("forbidden", "An annotation is its author's; nobody else can change it."));
    };
    let Some(body) = body else { return Ok(Effect::default()) };
    let annotation: AnnotationBody = read(body)?;
    if annotation.author != *author || annotation.document != document {
        return Err(invalid("id", "must be the author and the document, with a slash between them"));
    }
    check_document(check, document)?;
    let labels = &asked.inputs.project.labels;
    if let Some(label) = annotation.label {
        check_label(labels, label)?;
    }
    match annotation.likelihood {
        None => Ok(Effect::default()),
        Some(_) if annotation.label.is_some() => Err(invalid("likelihood", "and a label exclude each other")),
        Some(likelihood) if is_likelihood(&likelihood, labels.len()) => Ok(Effect::default()),
        Some(_) => {
            Err(invalid("likelihood", "must hold a number from 0 to 1 for each label, one of them above 0"))
        }
    }
}

pub(super) fn check_gold(
    check: &ProjectCheck,
    asked: Asked<'_>,
    body: Option<&Value>,
) -> Result<Effect, Refused> {
    let Some(body) = body else { return Ok(Effect::default()) };
    let gold: GoldBody = read(body)?;
    // Of two that agree, whoever was first remains the author.
    let known = asked.current.is_some_and(|current| current["author"] == gold.author.as_str());
    if gold.author != check.writer.author && !known {
        return Err(refused("forbidden", "Gold names who gives it; give it in your own name."));
    }
    check_document(check, &asked.key.id)?;
    check_label(&asked.inputs.project.labels, gold.label)?;
    Ok(Effect::default())
}

fn check_document(check: &ProjectCheck, id: &str) -> Result<(), Refused> {
    let found = check.documents.as_ref().and_then(|documents| documents.find(id));
    found.map(drop).ok_or_else(|| refused("not-found", format!("The corpus has no document `{id}`.")))
}

fn check_label(labels: &[Label], index: i16) -> Result<(), Refused> {
    let label = usize::try_from(index).ok().and_then(|index| labels.get(index));
    match label {
        Some(label) if !label.retired => Ok(()),
        Some(label) => Err(invalid("label", format!("is retired: {}", label.name))),
        None => {
            Err(invalid("label", format!("must be an index from 0 to {}", labels.len().saturating_sub(1))))
        }
    }
}

fn is_likelihood(likelihood: &[f64], labels: usize) -> bool {
    likelihood.len() == labels
        && likelihood.iter().all(|p| (0.0..=1.0).contains(p))
        && likelihood.iter().any(|p| *p > 0.0)
}
