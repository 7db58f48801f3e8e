//! Augmentation policies: each is one `augment` line.

use super::{check_uuid, invalid, read};
use crate::rules::problem_error;
use crate::rules::schema;
use crate::store::{Asked, Effect, ProjectInputs, Refused};
use hunch_protocol::{PolicyBody, limits};
use hunch_rules::{Severity, Source, compile};
use serde_json::Value;

pub(super) fn check(asked: Asked<'_>, body: Option<&Value>) -> Result<Effect, Refused> {
    let Some(body) = body else { return Ok(Effect::default()) };
    check_uuid(&asked.key.id)?;
    let policy: PolicyBody = read(body)?;
    if policy.source.len() > limits::RULE_BYTES {
        return Err(invalid("source", format!("must have at most {} bytes", limits::RULE_BYTES)));
    }
    let compiled = compile(&[Source { name: &policy.name, text: &policy.source }], &schema(asked.inputs));
    let errors = compiled.diagnostics.into_iter().filter(|it| it.severity == Severity::Error);
    let errors: Vec<_> = errors.map(problem_error).collect();
    if !errors.is_empty() {
        return Err(Refused { code: "invalid", detail: "The policy does not compile.".into(), errors });
    }
    match (compiled.policies.as_slice(), compiled.rules.is_empty()) {
        ([only], true) if only.policy.name == policy.name => Ok(Effect::default()),
        ([only], true) => {
            Err(invalid("name", format!("must be the one its source gives, `{}`", only.policy.name)))
        }
        _ => Err(invalid("source", "must hold exactly one `augment` line")),
    }
}

/// The names of policies that compile before a change of the project but no longer after it.
pub(super) fn broken(before: &ProjectInputs, after: &ProjectInputs) -> Vec<String> {
    let compiles = |policy: &PolicyBody, inputs| {
        let source = Source { name: &policy.name, text: &policy.source };
        compile(&[source], &schema(inputs)).policies.len() == 1
    };
    let policies = before.policies.iter();
    policies
        .filter(|policy| compiles(policy, before) && !compiles(policy, after))
        .map(|policy| policy.name.clone())
        .collect()
}
