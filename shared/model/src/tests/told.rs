//! What users are told of votes: warnings, and what hangs on the prior.

use super::table;
use crate::{FitOptions, ModelKind, PatternTable, Prior, SourceKind, Tally, Warning, fit, flips, warnings};

fn told(table: &PatternTable, gold: &Tally) -> Vec<Warning> {
    let fitted = fit(ModelKind::default(), table, &FitOptions::default()).unwrap();
    warnings(table, &fitted, SourceKind::Rules, gold)
}

fn kinds(warnings: &[Warning]) -> Vec<&'static str> {
    warnings.iter().map(Warning::name).collect()
}

#[test]
fn votes_that_cannot_be_trusted_are_told() {
    let none = table(2, &["a"], &vec![vec![-1]; 9]).0;
    assert_eq!(kinds(&told(&none, &Tally::default())), ["no-votes"]);
    let one = table(2, &["a", "b"], &[vec![1, -1], vec![1, 1], vec![-1, 1], vec![-1, -1]]).0;
    assert_eq!(kinds(&told(&one, &Tally::default())), ["few-sources", "few-overlaps", "one-label"]);
}

#[test]
fn copies_broad_sources_and_sources_within_others_are_told() {
    let mut rows = vec![vec![1, 1, -1, -1]; 30];
    rows.extend(vec![vec![-1, -1, 0, 0]; 25]);
    rows.extend(vec![vec![-1, -1, 0, -1]; 45]);
    let table = table(2, &["a", "b", "broad", "within"], &rows).0;
    let found = told(&table, &Tally::default());
    assert_eq!(kinds(&found), ["broad-source", "near-duplicates", "subsumed"]);
    let names: Vec<String> = ["a", "b", "broad", "within"].map(String::from).to_vec();
    let labels = ["HAM", "SPAM"].map(String::from);
    assert_eq!(found[0].reason(&names, &labels), "`broad` votes on 70 % of the documents");
    assert_eq!(found[2].reason(&names, &labels), "wherever `within` votes, `broad` votes the same");
}

#[test]
fn gold_against_a_source_is_told() {
    let (table, patterns) = table(2, &["a", "b", "c"], &[vec![0, -1, -1], vec![-1, 1, 1], vec![-1, 0, -1]]);
    let mut gold = Tally::default();
    (0..10).for_each(|_| gold.add(patterns[0], 1, 0));
    let found = told(&table, &gold);
    assert!(found.contains(&Warning::WorseThanChance { source: 0, right: 0, votes: 10 }), "{found:?}");
    assert!(found.iter().all(|warning| !warning.way_out().is_empty()));
}

#[test]
fn labels_that_hang_on_the_prior_are_listed() {
    let mut rows = vec![vec![0, -1, 1]; 10];
    rows.extend(vec![vec![0, 0, -1]; 40]);
    rows.extend(vec![vec![-1, 1, 1]; 40]);
    let (table, patterns) = table(2, &["a", "b", "c"], &rows);
    let options = FitOptions { prior: Prior::Given(vec![0.9, 0.1]), ..FitOptions::default() };
    let fitted = fit(ModelKind::Robust, &table, &options).unwrap();
    let found = flips(ModelKind::Robust, &table, &options, &fitted, Prior::Given(vec![0.1, 0.9])).unwrap();
    assert_eq!(found.len(), 1, "only the tie moves: {found:?}");
    assert_eq!((found[0].pattern, found[0].rows, found[0].from, found[0].to), (patterns[0], 10, 0, 1));
    let same = flips(ModelKind::Robust, &table, &options, &fitted, Prior::Given(vec![0.9, 0.1])).unwrap();
    assert!(same.is_empty());
}
