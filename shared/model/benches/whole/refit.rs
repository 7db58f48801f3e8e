//! Models on a table that a browser holds.

use crate::{clock::timed, votes::Random};
use hunch_model::{FitOptions, GoldCounts, ModelKind, PatternCounter, PatternTable, fit};
use std::hint::black_box;

const PATTERNS: usize = 2_000;
const SOURCES: usize = 50;
const RUNS: usize = 20;

/// Prints the CPU milliseconds of each model on tables of 2,000 patterns and 50 sources that vote on a fifth of the rows.
pub(crate) fn refits() {
    println!("\nCPU milliseconds on {PATTERNS} patterns of {SOURCES} sources, the fastest of {RUNS} runs\n");
    println!("| model | 2 labels | 4 labels |\n|---|---|---|");
    let tables = [table(2), table(4)];
    let least = |table: &PatternTable, run: &dyn Fn(&PatternTable)| {
        (0..RUNS).map(|_| timed(|| run(table)).0).fold(f64::INFINITY, f64::min) * 1e3
    };
    let line = |name: &str, run: &dyn Fn(&PatternTable)| {
        println!("| {name} | {:.2} | {:.2} |", least(&tables[0], run), least(&tables[1], run));
    };
    for kind in ModelKind::ALL {
        line(kind.name(), &|table| drop(black_box(fit(kind, table, &FitOptions::default()).unwrap())));
    }
    line("(to bytes and back)", &|table| {
        drop(black_box(PatternTable::from_bytes(&table.to_bytes(&GoldCounts::default())).unwrap()));
    });
}

fn table(labels: usize) -> PatternTable {
    let names: Vec<String> = (0..SOURCES).map(|source| format!("s{source:02}")).collect();
    let mut counter = PatternCounter::new(labels, &names);
    let mut random = Random(7);
    for _ in 0..PATTERNS {
        let truth = random.below(labels);
        let vote = |random: &mut Random| match random.below(15) {
            0 | 1 => i16::try_from(truth).unwrap(),
            2 => i16::try_from(random.below(labels)).unwrap(),
            _ => -1,
        };
        let row: Vec<i16> = (0..SOURCES).map(|_| vote(&mut random)).collect();
        counter.add_rows(&row, 1 + random.below(500) as u64).unwrap();
    }
    counter.finish().0
}
