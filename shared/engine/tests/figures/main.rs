//! Coverage, overlaps, conflicts and accuracy against what Snorkel's `LFAnalysis` makes of the same votes.
//!
//! `golden.json` holds, of each column of votes of each split, these four figures as Snorkel 0.10 gives them;
//! `cargo xtask peers` runs Snorkel anew.

#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "../corpus/host.rs"]
mod host;

use std::{collections::BTreeMap, io::Read as _};

use host::{data_folder, read};
use hunch_engine::{Bitset, RuleVotes, count};

const GOLDEN: &str = include_str!("golden.json");

type Figures = BTreeMap<String, BTreeMap<String, [f64; 4]>>;

#[test]
fn figures_of_real_votes_are_those_of_snorkel() {
    let golden: Figures = serde_json::from_str(GOLDEN).unwrap();
    let Some(folder) = data_folder() else { return };
    for (part, expected) in &golden {
        let (name, split) = part.split_once('/').unwrap();
        let (names, gold, votes) = if name == "youtube" {
            columns(&read(&format!("{folder}/youtube/votes_{split}.csv")))
        } else {
            let mut csv = Vec::new();
            let bytes = read(&format!("{folder}/sms/votes_re_{split}.csv.gz"));
            flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut csv).unwrap();
            columns(&csv)
        };
        let rows = gold.len();
        let votes: Vec<_> = votes.iter().map(|votes| RuleVotes::from_votes(votes)).collect();
        let counts = count(&votes.iter().collect::<Vec<_>>(), &Bitset::full(rows), Some(&gold));
        for (name, counts) in names.iter().zip(counts) {
            let figures = counts.figures(rows as u64);
            let Some(expected) = expected.get(name) else {
                assert_eq!(
                    (figures.votes, figures.accuracy),
                    (0, None),
                    "{part}: {name} votes, but is not listed"
                );
                continue;
            };
            let found = [figures.coverage, figures.overlaps, figures.conflicts, figures.accuracy.unwrap()];
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() <= 1e-12, "{part}: {name}: {found} is not {expected}");
            }
        }
        assert!(expected.keys().all(|name| names.contains(name)), "{part}");
    }
    let listed: usize = golden.values().map(BTreeMap::len).sum();
    assert_eq!(listed, 166, "so many columns of the data sets vote");
}

/// Names, gold and the votes of each column of a votes file.
fn columns(csv: &[u8]) -> (Vec<String>, Vec<i16>, Vec<Vec<i16>>) {
    let mut reader = csv::Reader::from_reader(csv);
    let names: Vec<String> = reader.headers().unwrap().iter().skip(1).map(str::to_owned).collect();
    let mut gold = Vec::new();
    let mut votes = vec![Vec::new(); names.len()];
    for record in reader.records().map(Result::unwrap) {
        let mut cells = record.iter().map(|cell| cell.parse().unwrap_or(-1));
        gold.push(cells.next().unwrap());
        votes.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell));
    }
    (names, gold, votes)
}
