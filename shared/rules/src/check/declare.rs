//! What sources declare: the label set, lexicons and the names of rules.

use super::terms::too_long;
use super::{Rules, rules_of};
use crate::ast::{Expr, ExprKind, File, Item, Labels, LexiconTerms};
use crate::diagnostic::{Diagnostics, code};
use crate::lexicon::normalize_terms;
use crate::plan::Terms;
use crate::schema::Schema;
use crate::suggest::did_you_mean;
use crate::vector::parse_vector;
use std::collections::BTreeMap;

/// Lexicons that a source declares, by name; none for one that has an error.
pub(super) type Lexicons = BTreeMap<String, Option<Terms>>;

/// The label set: the schema's, else that of the first `labels` line; all `labels` lines must agree with it.
pub(super) fn labels(files: &[File], schema: &Schema, diagnostics: &mut [Diagnostics]) -> Vec<String> {
    let mut set: Vec<String> = schema.labels.clone();
    for (file, diagnostics) in files.iter().zip(diagnostics) {
        let mut seen = false;
        for item in &file.items {
            let Item::Labels(line) = item else { continue };
            if seen {
                diagnostics.error(line.span, code::DUPLICATE, "the labels are named twice in this source");
            } else if well_formed(line, diagnostics) {
                if set.is_empty() {
                    set = line.labels.iter().map(|label| label.text.clone()).collect();
                } else {
                    compare(line, &set, diagnostics);
                }
            }
            seen = true;
        }
    }
    set
}

fn well_formed(line: &Labels, diagnostics: &mut Diagnostics) -> bool {
    let before = diagnostics.errors();
    for (index, label) in line.labels.iter().enumerate() {
        if label.text.trim().is_empty() {
            diagnostics.error(label.span, code::VALUE, "a label has a name");
        } else if line.labels[..index].iter().any(|other| other.text == label.text) {
            diagnostics.error(
                label.span,
                code::DUPLICATE,
                format!("the label `{}` is named twice", label.text),
            );
        }
    }
    diagnostics.errors() == before
}

/// Reports how a `labels` line differs from the label set.
fn compare(line: &Labels, set: &[String], diagnostics: &mut Diagnostics) {
    let set: Vec<&str> = set.iter().map(String::as_str).filter(|label| !label.is_empty()).collect();
    let named: Vec<&str> = line.labels.iter().map(|label| label.text.as_str()).collect();
    if set == named {
        return;
    }
    let quoted = |labels: &mut dyn Iterator<Item = &str>| {
        labels.map(|label| format!("`{label}`")).collect::<Vec<_>>().join(", ")
    };
    let missing = quoted(&mut set.iter().copied().filter(|label| !named.contains(label)));
    let surplus = quoted(&mut named.iter().copied().filter(|label| !set.contains(label)));
    let difference = match (missing.is_empty(), surplus.is_empty()) {
        (true, true) => "the order differs".to_owned(),
        (false, true) => format!("{missing} missing here"),
        (true, false) => format!("{surplus} not in the label set"),
        (false, false) => format!("{missing} missing here, {surplus} not in the label set"),
    };
    let message = format!("the line differs from the label set: {difference}");
    let help = format!("the label set is {}", quoted(&mut set.iter().copied()));
    diagnostics.error_with(line.span, code::LABELS_DIFFER, message, help);
}

/// The lexicons that a source declares.
pub(super) fn lexicons(file: &File, schema: &Schema, diagnostics: &mut Diagnostics) -> Lexicons {
    let mut lexicons = Lexicons::new();
    for item in &file.items {
        let Item::Lexicon(lexicon) = item else { continue };
        let name = &lexicon.name.text;
        let terms = match &lexicon.terms {
            LexiconTerms::List(list) => inline(list, diagnostics),
            LexiconTerms::File(_) => {
                let terms = stored(name, schema);
                if terms.is_none() {
                    let help =
                        format!("bring the file as `--lexicon {name}=FILE`, or into the project as `{name}`");
                    let message =
                        format!("the terms of lexicon `{name}` are not there: a source does not read files");
                    diagnostics.error_with(lexicon.span, code::UNKNOWN_LEXICON, message, help);
                }
                terms
            }
        };
        if lexicons.contains_key(name) {
            let message = format!("the lexicon `{name}` is defined twice in this source");
            diagnostics.error(lexicon.name.span, code::DUPLICATE, message);
        } else {
            lexicons.insert(name.clone(), terms);
        }
    }
    lexicons
}

/// A lexicon of the schema.
pub(super) fn stored(name: &str, schema: &Schema) -> Option<Terms> {
    let known = schema.lexicons.iter().find(|lexicon| lexicon.name == name)?;
    Some(Terms::Lexicon { name: known.name.clone(), hash: known.hash.clone() })
}

fn inline(list: &[Expr], diagnostics: &mut Diagnostics) -> Option<Terms> {
    let before = diagnostics.errors();
    let mut terms = Vec::with_capacity(list.len());
    for member in list {
        match &member.kind {
            ExprKind::Text(text) if text.trim().is_empty() => {
                diagnostics.error(member.span, code::VALUE, "an empty term is in every text");
            }
            // A vector that is an example for `similar` may be longer than what is searched for.
            ExprKind::Text(text)
                if parse_vector(text).is_err() && too_long(text, member.span, diagnostics) => {}
            ExprKind::Text(text) => terms.push(text.clone()),
            _ => diagnostics.error(member.span, code::TYPE, "the terms of a lexicon are texts in quotes"),
        }
    }
    (diagnostics.errors() == before).then(|| Terms::List(normalize_terms(terms)))
}

/// The rules of all sources; a name is given once.
pub(super) fn rules<'a>(files: &'a [File], diagnostics: &mut [Diagnostics]) -> Rules<'a> {
    let mut rules = Rules { all: Vec::new(), by_name: BTreeMap::new() };
    for (source, file) in files.iter().enumerate() {
        for rule in rules_of(file) {
            let name = rule.name.text.as_str();
            if rules.by_name.contains_key(name) && !name.is_empty() {
                let message = format!("there is another rule `{name}`");
                let help = "give one of them another name".to_owned();
                diagnostics[source].error_with(rule.name.span, code::DUPLICATE, message, help);
            } else {
                rules.by_name.insert(name, rules.all.len());
            }
            rules.all.push((source, rule));
        }
    }
    rules
}

/// Advice for a lexicon that does not exist.
pub(super) fn lexicon_advice(name: &str, declared: &Lexicons, schema: &Schema) -> Option<String> {
    let known =
        declared.keys().map(String::as_str).chain(schema.lexicons.iter().map(|known| known.name.as_str()));
    did_you_mean(name, known)
        .or_else(|| Some(format!("define it as `lexicon {name} = (\"…\", \"…\")`, or in the project")))
}
