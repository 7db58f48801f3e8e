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
mod texts;

use cases::{Documents, corpus};
use hunch_rules::export::Target;
use outcome::{Outcome, compare, equal, refused};
use serde_json::json;
use texts::{sms, youtube};

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");

#[test]
fn duckdb_votes_as_the_engine_does_on_every_case_of_the_corpus_or_the_rule_is_refused() {
    let Some(outcomes) = in_python(Target::DuckDb, &corpus(CORPUS)) else { return };
    assert!(equal(&outcomes) > 200, "only {} rules are exported", equal(&outcomes));
    insta::assert_snapshot!("duckdb", refused(&outcomes));
}

#[test]
fn python_votes_as_the_engine_does_on_every_case_of_the_corpus_or_the_rule_is_refused() {
    // Python's expressions backtrack: on huge texts, `(a+)+$` and the like would never end.
    let mut sets = corpus(CORPUS);
    sets.retain(|set| set.chunk.text_bytes() < 50_000);
    let Some(outcomes) = in_python(Target::Snorkel, &sets) else { return };
    assert!(equal(&outcomes) > 195, "only {} rules are exported", equal(&outcomes));
    insta::assert_snapshot!("snorkel", refused(&outcomes));
}

#[test]
fn duckdb_and_python_vote_as_the_engine_does_on_real_texts() {
    let Some(documents) = youtube().zip(sms()).map(|(youtube, sms)| [youtube, sms].concat()) else { return };
    for target in [Target::DuckDb, Target::Snorkel] {
        let Some(outcomes) = in_python(target, &documents) else { return };
        assert_eq!(equal(&outcomes), outcomes.len(), "{}", refused(&outcomes));
    }
}

/// What comes of each rule of each set of documents; none if Python is not there.
fn in_python(target: Target, sets: &[Documents]) -> Option<Vec<Outcome>> {
    compare(target, sets, |jobs| python::run(&json!({ "target": target.name(), "jobs": jobs })))
}
