//! Exported rules against the engine, rule by rule.

use std::collections::BTreeMap;

use hunch_rules::{
    Compiled, Source,
    export::{Rules, Table, Target, export},
};
use serde_json::{Value, json};

use super::cases::Documents;

/// What came of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was exported, and votes the same on every row.
    Equal,
    /// It was not exported.
    Refused { case: String, reason: String },
    /// It was exported, and running it stopped with an error where it could not vote as the engine: on a row of more
    /// than 1 MiB, which Hunch searches in part, or, in Postgres, on a number that is not finite.
    Stopped,
}

/// What stands in the error with which a query refuses a long text.
const TOO_LONG: &str = "a text of more than 1 MiB";
/// And a number, in Postgres alone.
const TOO_LARGE: &str = "value out of range: overflow";

/// Exports every rule of every set alone and has all of them run at once: `run` takes tables with the rules of each, and
/// gives for each table a list of votes, or an error's text, for each rule. None if it cannot run.
///
/// # Panics
/// Where votes differ.
pub(crate) fn compare(
    target: Target,
    sets: &[Documents],
    run: impl FnOnce(&[Value]) -> Option<Value>,
) -> Option<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    let mut jobs = Vec::new();
    let mut expected = Vec::new();
    for set in sets {
        let compiled = set.compiled();
        let mut exported = Vec::new();
        for rule in &compiled.rules {
            let alone = Compiled { rules: vec![rule.clone()], ..compiled.clone() };
            let sources = [Source { name: &set.name, text: &set.rules }];
            let rules =
                Rules { sources: &sources, compiled: &alone, schema: &set.schema, lexicons: &set.lexicons };
            match export(target, &rules, Table::default()) {
                Ok(text) => {
                    exported.push(text);
                    expected.push((set.name.as_str(), rule.name.clone(), set.votes(rule)));
                }
                Err(refusals) => {
                    let reason = format!("{}: {}", refusals.0[0].construct, refusals.0[0].reason);
                    outcomes.push(Outcome::Refused { case: set.name.clone(), reason });
                }
            }
        }
        jobs.push(json!({ "table": set.table(), "rules": exported }));
    }
    let results = run(&jobs)?;
    let results: Vec<&Value> =
        results.as_array().unwrap().iter().flat_map(|results| results.as_array().unwrap()).collect();
    assert_eq!(results.len(), expected.len());
    for (result, (case, rule, expected)) in results.into_iter().zip(expected) {
        outcomes.push(match result {
            Value::String(error) if error.contains(TOO_LONG) => Outcome::Stopped,
            Value::String(error) if target == Target::Postgres && error.contains(TOO_LARGE) => {
                Outcome::Stopped
            }
            Value::String(error) => panic!("{case}, rule `{rule}`: {error}"),
            votes => {
                let votes: Vec<i16> = serde_json::from_value(votes.clone()).unwrap();
                assert_eq!(votes, expected, "{}, rule `{rule}` of the case: {case}", target.title());
                Outcome::Equal
            }
        });
    }
    Some(outcomes)
}

/// How many rules vote the same.
pub(crate) fn equal(outcomes: &[Outcome]) -> usize {
    outcomes.iter().filter(|outcome| **outcome == Outcome::Equal).count()
}

/// Why rules were refused, each reason with one of the cases.
pub(crate) fn refused(outcomes: &[Outcome]) -> String {
    let mut reasons: BTreeMap<&str, &str> = BTreeMap::new();
    for outcome in outcomes {
        if let Outcome::Refused { case, reason } = outcome {
            reasons.entry(reason).or_insert(case);
        }
    }
    let line = |(reason, case): (&str, &str)| format!("{reason}\n  as in: {case}\n");
    reasons.into_iter().map(line).collect()
}
