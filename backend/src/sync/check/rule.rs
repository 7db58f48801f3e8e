//! Rules: each holds exactly one, compiles among the project's active rules, and breaks none of them.

use super::{check_uuid, invalid, read, refused};
use crate::rules::{broken, compile, problem_error};
use crate::store::{Asked, Effect, ProjectInputs, Refused};
use hunch_protocol::{Key, Kind, ProblemError, Rule, RuleBody, limits};
use hunch_rules::{Severity, rename_references};
use serde_json::{Value, json};

pub(super) fn check(asked: Asked<'_>, body: Option<&Value>) -> Result<Effect, Refused> {
    let Asked { inputs, key, current } = asked;
    let mut after = inputs.clone();
    after.rules.retain(|rule| rule.id != key.id);
    let Some(body) = body else {
        check_others(inputs, &after)?;
        return Ok(Effect::default());
    };
    check_uuid(&key.id)?;
    let rule: RuleBody = read(body)?;
    if rule.source.len() > limits::RULE_BYTES {
        return Err(invalid("source", format!("must have at most {} bytes", limits::RULE_BYTES)));
    }
    if current.is_none() && inputs.project.rules >= limits::RULES as u64 {
        return Err(refused("invalid", format!("A project has at most {} rules.", limits::RULES)));
    }
    // Whether the name is taken is not asked here; it is no matter of the language.
    after.rules.retain(|other| other.name != rule.name);
    let edited = as_rule(&key.id, &rule);
    check_source(&after, &edited)?;
    let also = if rule.active { rename(inputs, &mut after, &edited) } else { Vec::new() };
    after.rules.extend(rule.active.then_some(edited));
    check_others(inputs, &after)?;
    Ok(Effect { also })
}

fn as_rule(id: &str, body: &RuleBody) -> Rule {
    Rule {
        id: id.to_owned(),
        name: body.name.clone(),
        source: body.source.clone(),
        active: body.active,
        revision: 0,
        created_at: String::new(),
        updated_at: String::new(),
    }
}

/// Whether a source is one rule of its name that compiles among the others.
fn check_source(others: &ProjectInputs, edited: &Rule) -> Result<(), Refused> {
    let mut all = others.clone();
    let place = all.rules.len();
    all.rules.push(edited.clone());
    let compiled = compile(&all);
    let errors: Vec<ProblemError> = compiled
        .diagnostics
        .into_iter()
        .filter(|diagnostic| diagnostic.source == place && diagnostic.severity == Severity::Error)
        .map(problem_error)
        .collect();
    if !errors.is_empty() {
        return Err(Refused { code: "invalid", detail: "The rule does not compile.".into(), errors });
    }
    let mut names = compiled.rules.into_iter().filter(|rule| rule.source == place).map(|rule| rule.name);
    match (names.next(), names.next()) {
        (Some(name), None) if name == edited.name => Ok(()),
        (Some(name), None) => Err(invalid("name", format!("must be the one its source gives, `{name}`"))),
        _ => Err(invalid("source", "must hold exactly one rule")),
    }
}

/// Names a renamed rule anew in the active rules that name it; returns their new bodies.
fn rename(before: &ProjectInputs, after: &mut ProjectInputs, edited: &Rule) -> Vec<(Key, Value)> {
    let old = before.rules.iter().find(|rule| rule.id == edited.id && rule.name != edited.name);
    let Some(old) = old else { return Vec::new() };
    let mut also = Vec::new();
    for rule in &mut after.rules {
        let source = rename_references(&rule.source, &old.name, &edited.name);
        if source != rule.source {
            rule.source = source;
            let body = RuleBody { name: rule.name.clone(), source: rule.source.clone(), active: true };
            also.push((Key::new(Kind::Rule, rule.id.clone()), json!(body)));
        }
    }
    also
}

/// Refuses if active rules that name the edited one would no longer compile.
fn check_others(before: &ProjectInputs, after: &ProjectInputs) -> Result<(), Refused> {
    let others = broken(before, after);
    if others.is_empty() {
        return Ok(());
    }
    let detail =
        format!("Other rules name this one and would break: {}. Edit them first.", others.join(", "));
    Err(refused("in-use", detail))
}
