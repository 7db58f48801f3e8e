//! Exported rules vote as the engine does: DuckDB and Python run them on the rows of the rule corpus and on real texts.
//!
//! Python is `HUNCH_PYTHON`, which `cargo xtask test` sets to an environment that has DuckDB; without it, what cannot run
//! is skipped and says so. Postgres is checked by the server's tests, which have one.

#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::print_stdout, reason = "says that a test has nothing to run on")]
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod cases;
#[path = "../corpus/host.rs"]
mod host;
mod outcome;
mod python;
#[path = "../corpus/row.rs"]
mod row;

use cases::{Documents, corpus, sms, youtube};
use hunch_rules::export::Target;
use outcome::{Outcome, compare, summary};
use serde_json::json;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");

#[test]
fn duckdb_votes_as_the_engine_does_on_every_case_of_the_corpus_or_the_rule_is_refused() {
    let Some(outcomes) = in_python(Target::DuckDb, &corpus(CORPUS)) else { return };
    insta::assert_snapshot!("duckdb", summary(&outcomes));
}

#[test]
fn python_votes_as_the_engine_does_on_every_case_of_the_corpus_or_the_rule_is_refused() {
    let Some(outcomes) = in_python(Target::Snorkel, &corpus(CORPUS)) else { return };
    insta::assert_snapshot!("snorkel", summary(&outcomes));
}

#[test]
fn duckdb_and_python_vote_as_the_engine_does_on_real_texts() {
    let Some(documents) = youtube().zip(sms()).map(|(youtube, sms)| [youtube, sms].concat()) else { return };
    for target in [Target::DuckDb, Target::Snorkel] {
        let Some(outcomes) = in_python(target, &documents) else { return };
        let equal = outcomes.iter().filter(|outcome| **outcome == Outcome::Equal).count();
        println!("{}: {equal} of {} rules are equal", target.title(), outcomes.len());
        assert_eq!(equal, outcomes.len(), "{}", summary(&outcomes));
    }
}

/// What comes of each rule of each set of documents; none if Python is not there.
fn in_python(target: Target, sets: &[Documents]) -> Option<Vec<Outcome>> {
    compare(target, sets, |jobs| python::run(&json!({ "target": target.name(), "jobs": jobs })))
}
