//! What models make of made votes and end models of made texts, the same natively and in WebAssembly (under Node) to the last
//! bit.
//!
//! ```text
//! cargo test -p hunch-model --test bits
//! CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner \
//!     cargo test -p hunch-model --test bits --target wasm32-unknown-unknown
//! ```

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use hunch_engine::{Chunk, Column, ColumnData, Split, TextColumn};
use hunch_model::{
    Answer, FitOptions, GoldCounts, ModelKind, PatternCounter, PeopleOptions, PeopleVotes, PersonVote,
    SourceKind,
    end_model::{EndModelOptions, Input, Targets, Training},
    fit, fit_people,
};
use std::fmt::Write as _;

const ROWS: usize = 600;
const WORDS: [&str; 12] =
    ["check", "out", "my", "channel", "please", "love", "this", "video", "naïve", "السلام", "我喜欢", "❤"];

/// A number that looks made by chance.
fn mixed(row: usize, source: usize) -> usize {
    let mixed = (row as u64 * 31 + source as u64 * 17 + 7).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    usize::try_from(mixed).unwrap()
}

fn vote(row: usize, source: usize) -> i16 {
    let truth = mixed(row, 99) % 3;
    match mixed(row, source) % 10 {
        0..4 => i16::try_from(truth).unwrap(),
        4 => i16::try_from((truth + 1) % 3).unwrap(),
        _ => -1,
    }
}

/// The hash of numbers' bits.
fn hash(numbers: &[f64]) -> String {
    let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    blake3::hash(&bytes).to_hex()[..16].to_owned()
}

fn models(out: &mut String) {
    let mut counter = PatternCounter::new(3, &["a", "b", "c", "d", "e", "f"]);
    let ids: Vec<u32> = (0..ROWS)
        .map(|row| counter.add(&(0..6).map(|source| vote(row, source)).collect::<Vec<_>>()).unwrap())
        .collect();
    let (table, order) = counter.finish();
    let mut gold = GoldCounts::default();
    for (row, id) in ids.iter().enumerate().step_by(11) {
        gold.add(order[*id as usize], i16::try_from(mixed(row, 99) % 3).unwrap());
    }
    for sources in [SourceKind::Rules, SourceKind::People] {
        for gold in [GoldCounts::default(), gold.clone()] {
            for kind in ModelKind::ALL {
                let options = FitOptions { sources, gold: gold.clone(), ..FitOptions::default() };
                let fitted = fit(kind, &table, &options).unwrap();
                let mut numbers = fitted.prior.clone();
                numbers.extend(fitted.accuracies.iter().flatten());
                let patterns = u32::try_from(table.len()).unwrap();
                numbers.extend((0..patterns).flat_map(|pattern| fitted.posterior(pattern)));
                let known = gold.rows();
                writeln!(out, "{} {sources:?} {known} gold: {}", kind.name(), hash(&numbers)).unwrap();
            }
        }
    }
}

fn people(out: &mut String) {
    let names: Vec<String> = (0..ROWS).map(|row| format!("d{row:03}")).collect();
    let votes = names.iter().enumerate().flat_map(|(row, document)| {
        let said = ["p", "q", "r", "s"].into_iter().enumerate();
        said.map(move |(source, name)| (document, name, vote(row, source))).filter(|(.., vote)| *vote >= 0)
    });
    let votes =
        votes.map(|(document, source, vote)| PersonVote { document, source, answer: Answer::Label(vote) });
    let votes = PeopleVotes::new(3, votes).unwrap();
    let fitted = fit_people(&votes, None, &PeopleOptions::learned(vec![1.0 / 3.0; 3])).unwrap();
    let numbers: Vec<f64> =
        (0..votes.documents().len()).flat_map(|document| fitted.posterior(document).to_vec()).collect();
    writeln!(out, "people: {}", hash(&numbers)).unwrap();
}

fn end_model(out: &mut String) {
    let text = |row: usize| {
        let words = (0..8).map(|place| WORDS[(mixed(row, place) + mixed(row, 99) % 3 * 4) % WORDS.len()]);
        Some(words.collect::<Vec<_>>().join(" "))
    };
    let chunk = Chunk {
        rows: ROWS,
        ids: TextColumn::from_rows((0..ROWS).map(|row| Some(format!("d{row}")))).unwrap(),
        splits: vec![Split::Train; ROWS],
        columns: vec![
            Column {
                name: "text".to_owned(),
                data: ColumnData::Text(TextColumn::from_rows((0..ROWS).map(text)).unwrap()),
            },
            Column {
                name: "stars".to_owned(),
                data: ColumnData::Number(
                    (0..ROWS).map(|row| Some((mixed(row, 5) % 7) as f64 / 3.0)).collect(),
                ),
            },
        ],
        ..Chunk::default()
    };
    let labels = ["A", "B", "C"].map(str::to_owned).to_vec();
    let options = EndModelOptions { folds: 3, passes: Some(2), ..EndModelOptions::new(labels) };
    let probabilities: Vec<f64> = (0..ROWS)
        .flat_map(|row| (0..3).map(move |label| if mixed(row, 99) % 3 == label { 0.8 } else { 0.1 }))
        .collect();
    let weights = vec![1.0; ROWS];
    let mut training = Training::new(Input::all(&chunk), options).unwrap();
    while training.pass().is_some() {
        training.read(&chunk, Targets { probabilities: &probabilities, weights: &weights }).unwrap();
        training.end_pass().unwrap();
    }
    let trained = training.finish().unwrap();
    writeln!(out, "end model: {}", &trained.model.hash()[..16]).unwrap();
    writeln!(out, "its predictions: {}", hash(&trained.model.predict(&chunk).unwrap())).unwrap();
}

fn all() -> String {
    let mut out = String::new();
    models(&mut out);
    people(&mut out);
    end_model(&mut out);
    out
}

/// In WebAssembly there are no files: the snapshot is compiled in.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen_test::wasm_bindgen_test]
fn probabilities_are_the_same_everywhere_to_the_bit() {
    let snapshot = include_str!("snapshots/bits__probabilities_are_the_same_everywhere_to_the_bit.snap");
    let expected = snapshot.splitn(3, "---\n").nth(2).unwrap();
    assert_eq!(all().trim_end(), expected.trim_end());
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn probabilities_are_the_same_everywhere_to_the_bit() {
    insta::assert_snapshot!(all());
}
