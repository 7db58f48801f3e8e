//! What end models learn, and what they make of odd documents.

mod data;
mod odd;
mod real;

use super::*;
use crate::random::Random;
use data::{Corpus, labels, text_input, train, train_with};
use hunch_engine::{Column, ColumnData, TextColumn, Values};
use proptest::prelude::*;

/// Documents whose words tell the label: three of ten words are of the label's own, the others of both.
fn told(rows: usize, seed: u64) -> Corpus {
    let mut random = Random::new(seed, "end model");
    let texts = (0..rows).map(|row| {
        let word = |_| match random.below(10) {
            0..3 => format!("{}{}", ["ham", "spam"][row % 2], random.below(40)),
            _ => format!("word{}", random.below(200)),
        };
        (0..10).map(word).collect::<Vec<_>>().join(" ")
    });
    let texts: Vec<String> = texts.collect();
    Corpus::of_texts(&texts, (0..rows).map(|row| (row % 2, 1.0)))
}

#[test]
fn what_words_tell_is_learned() {
    let trained = train(&told(600, 1), 2);
    let test = told(400, 2);
    assert!(test.accuracy(&trained.model) > 0.97, "{}", test.accuracy(&trained.model));
    let figures = trained.cross_validation.unwrap();
    assert!(trained.model.is_calibrated() && figures.rows == 600);
    assert!(figures.accuracy > 0.95 && figures.log_loss < 0.2, "{figures:?}");
    assert_eq!((trained.documents, trained.labeled), (600, 600));
}

/// Rules see one of the label's forty words each and four of them at all; the label model knows nothing of the rest.
#[test]
fn what_no_rule_covers_is_labeled_better_than_by_guessing() {
    let mut corpus = told(2_000, 3);
    let truth = corpus.truth.clone();
    let words = ["ham1", "ham2", "spam1", "spam2"];
    for row in 0..corpus.chunk.rows {
        let text = corpus.text(row).to_owned();
        let votes: Vec<usize> = (0..4)
            .filter(|rule| text.split(' ').any(|word| word == words[*rule]))
            .map(|rule| rule / 2)
            .collect();
        let share = votes.iter().sum::<usize>() as f64 / votes.len().max(1) as f64;
        corpus.set(row, &[1.0 - share, share], if votes.is_empty() { 0.0 } else { 1.0 });
    }
    let covered = corpus.weights.iter().filter(|weight| **weight > 0.0).count();
    let trained = train(&corpus, 2);
    let probabilities = trained.model.predict(&corpus.chunk).unwrap();
    let uncovered: Vec<usize> = (0..corpus.chunk.rows).filter(|row| corpus.weights[*row] <= 0.0).collect();
    let right =
        uncovered.iter().filter(|row| (probabilities[**row * 2 + 1] > 0.5) == (truth[**row] == 1)).count();
    let accuracy = right as f64 / uncovered.len() as f64;
    println!(
        "{covered} of 2000 rows covered; accuracy on the others {:.1} %, guessing 50 %",
        accuracy * 100.0
    );
    assert!(accuracy > 0.75, "{accuracy}");
}

/// A quarter of the labels are wrong, but say so; the others are right and say so.
#[test]
fn unsure_labels_teach_little() {
    let mut noisy = told(800, 4);
    for row in (0..800).filter(|row| row % 8 < 2) {
        let wrong = 1 - noisy.truth[row];
        noisy.set(row, &[[0.55, 0.45], [0.45, 0.55]][wrong], 1.0);
    }
    let test = told(400, 5);
    let accuracy = test.accuracy(&train(&noisy, 2).model);
    assert!(accuracy > 0.95, "{accuracy}");
}

#[test]
fn numbers_dates_categories_and_booleans_are_read() {
    let rows = 400;
    let label = |row: usize| row % 2;
    let noise = |row: usize| grams::mix(row as u64) % 100;
    let number: Values<f64> = (0..rows)
        .map(|row| (row % 7 != 0).then_some(1e6 + (label(row) * 300) as f64 + noise(row) as f64))
        .collect();
    let date: Values<i32> =
        (0..rows).map(|row| i32::try_from(19_000 + label(row) * 10 + row % 7).ok()).collect();
    let category = (0..rows).map(|row| (row % 5 != 0).then_some(["x", "y"][label(row)]));
    let category = TextColumn::from_rows(category).unwrap();
    let flag: Values<bool> = (0..rows).map(|row| Some(label(row) == 1)).collect();
    for data in [
        ColumnData::Number(number),
        ColumnData::Date(date),
        ColumnData::Category(category),
        ColumnData::Bool(flag),
    ] {
        let kind = InputKind::of(&data).unwrap();
        let mut corpus = Corpus::of_texts(&vec![""; rows], (0..rows).map(|row| (label(row), 1.0)));
        corpus.chunk.columns = vec![Column { name: "it".to_owned(), data }];
        let inputs = Input::all(&corpus.chunk);
        let trained = train_with(&[&corpus], inputs, EndModelOptions::new(labels(2))).unwrap();
        assert!(corpus.accuracy(&trained.model) > 0.89, "{kind}: {}", corpus.accuracy(&trained.model));
    }
}

#[test]
fn explanations_add_up_to_the_probability() {
    let trained = train(&told(600, 1), 2);
    let corpus = told(20, 9);
    let probabilities = trained.model.predict(&corpus.chunk).unwrap();
    for row in 0..20 {
        for most in [0, 3, 1_000] {
            let found = trained.model.explain(&corpus.chunk, row, most).unwrap().unwrap();
            assert!(found.contributions.len() <= most && (most < 1_000 || found.rest.abs() <= 0.0));
            let sum: f64 = found.contributions.iter().map(|part| part.log_odds).sum();
            let log_odds =
                libm::log(probabilities[row * 2 + found.label] / probabilities[row * 2 + found.against]);
            assert!((found.prior + sum + found.rest - log_odds).abs() < 1e-6, "{found:?}");
            assert!((found.probability - probabilities[row * 2 + found.label]).abs() < 1e-12);
        }
    }
    let first = trained.model.explain(&corpus.chunk, 1, 5).unwrap().unwrap();
    assert_eq!(first.label, 1);
    assert!(
        first.contributions.iter().any(|part| part.features[0].to_string().contains("spam")),
        "{first:?}"
    );
    assert!(trained.model.explain(&corpus.chunk, 20, 5).unwrap().is_none());
}

#[test]
fn an_end_model_is_kept_to_the_bit() {
    let model = train(&told(200, 1), 2).model;
    let bytes = model.to_bytes();
    let read = EndModel::from_bytes(&bytes).unwrap();
    assert_eq!(read, model);
    assert_eq!((read.to_bytes(), read.hash()), (bytes, model.hash()));
}

/// Snapshots name models by this: must never move, and be the same on every platform.
#[test]
fn equal_documents_make_an_equal_model_for_ever() {
    let mut options = EndModelOptions::new(labels(2));
    options.passes = Some(3);
    let trained = train_with(&[&told(100, 1)], vec![text_input()], options).unwrap();
    insta::assert_debug_snapshot!((trained.model.hash(), trained.cross_validation.unwrap()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_order_of_rows_within_a_chunk_changes_nothing(by in 1_usize..60, seed in 0_u64..1_000) {
        let corpus = told(60, seed);
        let mut order: Vec<usize> = (0..60).collect();
        order.rotate_left(by % 60);
        order.reverse();
        let mut options = EndModelOptions::new(labels(2));
        options.passes = Some(2);
        let hash = |corpus: &Corpus| {
            let trained = train_with(&[corpus], vec![text_input()], options.clone()).unwrap();
            (trained.model.hash(), trained.cross_validation)
        };
        prop_assert_eq!(hash(&corpus), hash(&corpus.take(&order)));
    }

    #[test]
    fn rows_without_a_weight_teach_nothing(seed in 0_u64..1_000) {
        let corpus = told(60, seed);
        let kept: Vec<usize> = (0..40).collect();
        let mut weighed = corpus.clone();
        for row in 40..60 {
            weighed.set(row, &[f64::NAN, 3.0], 0.0);
        }
        let mut options = EndModelOptions::new(labels(2));
        options.passes = Some(2);
        let hash = |corpus: &Corpus| {
            train_with(&[corpus], vec![text_input()], options.clone()).unwrap().model.hash()
        };
        prop_assert_eq!(hash(&weighed), hash(&corpus.take(&kept)));
    }

    #[test]
    fn damaged_bytes_are_refused_or_read_but_never_crash(
        at in 0_usize..4_000, value in any::<u8>(), cut in 0_usize..4_000,
    ) {
        let mut options = EndModelOptions::new(labels(2));
        options.passes = Some(1);
        let trained = train_with(&[&told(8, 1)], vec![text_input()], options).unwrap();
        let mut bytes = trained.model.to_bytes();
        let (at, cut) = (at % bytes.len(), cut % bytes.len());
        prop_assert!(EndModel::from_bytes(&bytes[..cut]).is_err());
        bytes[at] = value;
        if let Ok(read) = EndModel::from_bytes(&bytes) {
            prop_assert_eq!(read.to_bytes(), bytes, "one way to write each model");
            read.predict(&told(4, 1).chunk).ok();
        }
    }
}
