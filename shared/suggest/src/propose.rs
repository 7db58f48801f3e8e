//! The most telling conditions of a survey become rules.

mod condition;
mod name;

use crate::Survey;
use condition::{Condition, conditions};
use hunch_rules::{Compiler, LabelIndex, Plan, Schema, Source, is_identifier, quote};
use name::Names;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Conditions in texts that are proposed at most.
const TEXTS: usize = 128;
/// Conditions on attributes that are proposed at most.
const ATTRIBUTES: usize = 48;

/// What the suggestions are for.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// Labels, columns and lexicons.
    pub schema: &'a Schema,
    /// Names that rules have.
    pub names: &'a BTreeSet<String>,
    /// [`Plan::key`] of the rules that exist: none of them is suggested.
    pub existing: &'a BTreeSet<String>,
    /// Terms never to be offered (again): see [`Candidate::term`]; compared under case folding.
    pub blacklist: &'a BTreeSet<String>,
    /// The least precision worth a suggestion. Of chosen documents, which leave out others like them, 0; else one half.
    pub precision: f64,
}

/// What a suggestion looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One word.
    Word,
    /// Words one after the other.
    Phrase,
    /// A column's value, or a measure of a text.
    Attribute,
}

/// A rule that may be suggested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// What it looks at.
    pub kind: Kind,
    /// What a blacklist names: the word or phrase, folded; of an attribute what stands before the threshold, such as
    /// `words(text) <`.
    pub term: String,
    /// What it votes.
    pub label: LabelIndex,
    /// The rule's name, which no other rule has.
    pub name: String,
    /// Its text, as the formatter writes it.
    pub rule: String,
    /// What the text means.
    pub plan: Plan,
}

/// Makes rules of a survey's most telling conditions. All of them compile.
pub fn propose(survey: &Survey, surroundings: &Surroundings<'_>) -> Vec<Candidate> {
    let blacklist: BTreeSet<String> =
        surroundings.blacklist.iter().map(|term| hunch_rules::fold(term).into_owned()).collect();
    let mut texts = Vec::new();
    let mut attributes = Vec::new();
    for condition in conditions(survey, surroundings.precision) {
        if !blacklist.contains(&*hunch_rules::fold(&condition.term)) {
            let kind = if condition.kind == Kind::Attribute { &mut attributes } else { &mut texts };
            kind.push(condition);
        }
    }
    let mut chosen = spread(texts, TEXTS);
    chosen.extend(spread(attributes, ATTRIBUTES));
    compile(chosen, surroundings)
}

/// The best of each label in turn, so that a rare label is not left out.
fn spread(conditions: Vec<Condition>, take: usize) -> Vec<Condition> {
    let mut by_label: BTreeMap<LabelIndex, Vec<Condition>> = BTreeMap::new();
    for condition in conditions {
        by_label.entry(condition.label).or_default().push(condition);
    }
    let mut places: Vec<(usize, LabelIndex, Condition)> = Vec::new();
    for (label, mut of) in by_label {
        of.sort_by(|a, b| b.worth.total_cmp(&a.worth).then_with(|| a.text.cmp(&b.text)));
        places.extend(of.into_iter().take(take).enumerate().map(|(place, it)| (place, label, it)));
    }
    places.sort_by_key(|(place, label, _)| (*place, *label));
    places.into_iter().take(take).map(|(_, _, condition)| condition).collect()
}

fn compile(conditions: Vec<Condition>, surroundings: &Surroundings<'_>) -> Vec<Candidate> {
    let mut names = Names::new(surroundings.names);
    let mut rules = Vec::new();
    for condition in conditions {
        let label = surroundings.schema.labels.get(usize::from(condition.label));
        let Some(label) = label.filter(|label| !label.is_empty()) else { continue };
        let label = if is_identifier(label) { label.clone() } else { quote(label) };
        let name = names.give(&condition.words);
        let text = format!("rule {name}:\n  {label} when {}\n", condition.text);
        let text = hunch_rules::format(&text).unwrap_or(text);
        rules.push((condition, name, text));
    }
    let sources: Vec<Source<'_>> = rules.iter().map(|(_, name, text)| Source { name, text }).collect();
    // There are no regular expressions to build.
    let compiled = Compiler::without_sizes().compile(&sources, surroundings.schema);
    let mut plans: BTreeMap<usize, Plan> =
        compiled.rules.into_iter().map(|rule| (rule.source, rule.plan)).collect();
    let candidates = rules.into_iter().enumerate().filter_map(|(source, (condition, name, rule))| {
        let plan = plans.remove(&source)?;
        let Condition { kind, term, label, .. } = condition;
        (!surroundings.existing.contains(&plan.key())).then_some(Candidate {
            kind,
            term,
            label,
            name,
            rule,
            plan,
        })
    });
    candidates.collect()
}
