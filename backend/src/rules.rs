//! A project's rules as the language sees them: the schema they are checked against, and what a change of one would
//! do to the others. Used wherever rules are saved and wherever they are applied, so that both agree.

use crate::store::ProjectInputs;
use hunch_protocol::{CorpusColumn, ProblemError, label_names};
use hunch_rules::{Compiled, Diagnostic, LexiconDef, Plan, Schema, Source};
use std::collections::BTreeMap;

/// What rules of the project may name.
pub fn schema(inputs: &ProjectInputs) -> Schema {
    let corpus = &inputs.corpus;
    Schema {
        labels: label_names(&inputs.project.labels),
        columns: corpus.columns.iter().map(CorpusColumn::definition).collect(),
        default_text: corpus.default_text.clone(),
        lexicons: inputs
            .lexicons
            .iter()
            .map(|lexicon| LexiconDef { name: lexicon.name.clone(), hash: lexicon.hash.clone() })
            .collect(),
        sources: corpus.sources.clone(),
        weights: corpus.columns.iter().filter_map(CorpusColumn::term_weights).collect(),
    }
}

/// Compiles the active rules together, so that they see each other by name. A diagnostic's or rule's `source` is the
/// rule's place in `inputs.rules`.
pub fn compile(inputs: &ProjectInputs) -> Compiled {
    let sources: Vec<Source<'_>> =
        inputs.rules.iter().map(|rule| Source { name: &rule.name, text: &rule.source }).collect();
    hunch_rules::compile(&sources, &schema(inputs))
}

/// A diagnostic as part of a refusal.
pub(crate) fn problem_error(diagnostic: Diagnostic) -> ProblemError {
    ProblemError {
        field: "source".into(),
        message: diagnostic.message,
        code: Some(diagnostic.code.into()),
        help: diagnostic.help,
        span: Some((diagnostic.span.start, diagnostic.span.end)),
    }
}

/// The names of rules that compile before a change but no longer after it. Rules that the change takes away are not
/// meant.
pub fn broken(before: &ProjectInputs, after: &ProjectInputs) -> Vec<String> {
    affected(before, after, |_, _| false)
}

/// The names of rules that no longer compile after a change, or come to mean something else.
pub fn altered(before: &ProjectInputs, after: &ProjectInputs) -> Vec<String> {
    affected(before, after, |was, is| was != is)
}

fn affected(
    before: &ProjectInputs,
    after: &ProjectInputs,
    differ: impl Fn(&Plan, &Plan) -> bool,
) -> Vec<String> {
    let (was, is) = (plans(before), plans(after));
    let stays = |id: &String| after.rules.iter().any(|rule| rule.id == *id);
    was.into_iter()
        .filter(|(id, (_, plan))| stays(id) && is.get(id).is_none_or(|(_, now)| differ(plan, now)))
        .map(|(_, (name, _))| name)
        .collect()
}

/// Names and plans of the rules that compile, by rule id.
fn plans(inputs: &ProjectInputs) -> BTreeMap<String, (String, Plan)> {
    let compiled = compile(inputs).rules.into_iter();
    compiled.map(|rule| (inputs.rules[rule.source].id.clone(), (rule.name, rule.plan))).collect()
}
