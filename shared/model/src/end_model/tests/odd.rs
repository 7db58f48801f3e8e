//! Documents, labels and options that are hardly any.

use super::{
    data::{Corpus, labels, text_input, train, train_with},
    told,
};
use crate::end_model::{
    EndModelError, EndModelOptions, Input, InputKind, Pass, STATE_BYTES, TEXT_BYTES, Targets, Training,
};
use hunch_engine::{Chunk, Column, ColumnData, TextColumn, Values};

fn options() -> EndModelOptions {
    EndModelOptions::new(labels(2))
}

#[test]
fn without_labeled_documents_there_is_nothing_to_learn() {
    let empty = Corpus::of_texts::<&str>(&[], []);
    assert_eq!(train_with(&[&empty], vec![text_input()], options()), Err(EndModelError::NothingToLearn));
    let unlabeled = Corpus::of_texts(&["a", "b"], [(0, 0.0), (1, 0.0)]);
    assert_eq!(train_with(&[&unlabeled], vec![text_input()], options()), Err(EndModelError::NothingToLearn));
    assert_eq!(train_with(&[], vec![text_input()], options()), Err(EndModelError::NothingToLearn));
}

#[test]
fn one_document_and_one_class_are_no_trouble() {
    let one = Corpus::of_texts(&["hello"], [(1, 1.0)]);
    let trained = train(&one, 2);
    assert!(!trained.model.is_calibrated(), "one document tells nothing about confidence");
    let likely = trained.model.predict(&one.chunk).unwrap()[1];
    assert!(likely > 0.5 && likely < 1.0, "{likely}");

    let same = Corpus::of_texts(&vec!["same words"; 200], (0..200).map(|_| (1, 1.0)));
    let trained = train(&same, 2);
    let other = Corpus::of_texts(&["other words"], [(1, 1.0)]);
    assert!(trained.model.predict(&other.chunk).unwrap()[1] > 0.9);

    let mut single = Corpus::of_texts(&["a", "b"], [(0, 1.0), (0, 1.0)]);
    single.probabilities = vec![1.0, 1.0];
    let trained = train(&single, 1);
    assert_eq!(trained.model.predict(&single.chunk).unwrap().len(), 2);
    let explanation = trained.model.explain(&single.chunk, 0, 3).unwrap().unwrap();
    assert_eq!((explanation.label, explanation.against), (0, 0));
}

#[test]
fn empty_missing_and_huge_texts_are_read() {
    let huge = "spam ".repeat(TEXT_BYTES);
    let unbroken = "å".repeat(TEXT_BYTES);
    let mut corpus = Corpus::of_texts(&["", " ", &huge, &unbroken], [(0, 1.0), (0, 1.0), (1, 1.0), (1, 1.0)]);
    corpus.chunk.columns[0].data =
        ColumnData::Text(TextColumn::from_rows([Some(""), None, Some(&huge), Some(&unbroken)]).unwrap());
    let trained = train(&corpus, 2);
    let probabilities = trained.model.predict(&corpus.chunk).unwrap();
    assert!(probabilities.iter().all(|p| p.is_finite()), "{probabilities:?}");
    let beyond = Corpus::of_texts(&[format!("{huge} ham")], [(1, 1.0)]);
    let within = Corpus::of_texts(&[huge], [(1, 1.0)]);
    let predict = |corpus: &Corpus| trained.model.predict(&corpus.chunk).unwrap()[1].to_bits();
    assert_eq!(predict(&beyond), predict(&within), "what lies beyond the limit is not read");
}

#[test]
fn numbers_that_are_none_count_as_missing() {
    let numbers = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, -f64::MAX, 0.0, 1.0, 1.0];
    for column in [
        numbers.to_vec(),
        vec![7.0; 8],
        vec![f64::NAN; 8],
        vec![1e-310, 2e-310, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    ] {
        let values: Values<f64> = column.iter().map(|value| Some(*value)).collect();
        let mut corpus = Corpus::of_texts(&[""; 8], (0..8).map(|row| (row % 2, 1.0)));
        corpus.chunk.columns = vec![Column { name: "n".to_owned(), data: ColumnData::Number(values) }];
        let trained = train_with(&[&corpus], Input::all(&corpus.chunk), options()).unwrap();
        let probabilities = trained.model.predict(&corpus.chunk).unwrap();
        assert!(probabilities.iter().all(|p| p.is_finite()), "{column:?} {probabilities:?}");
        assert!(trained.model.explain(&corpus.chunk, 0, 9).unwrap().unwrap().rest.is_finite());
    }
}

#[test]
fn two_hundred_labels_stay_within_memory() {
    let options = EndModelOptions::new(labels(200));
    assert!((1 << options.bits()) * 201 * 4 * 6 <= STATE_BYTES);
    assert!(options.bits() >= 16);
    let rows = 400;
    let texts: Vec<String> = (0..rows).map(|row| format!("word{0} and word{0}", row % 200)).collect();
    let mut corpus = Corpus::of_texts(&texts, (0..rows).map(|_| (0, 1.0)));
    corpus.truth = (0..rows).map(|row| row % 200).collect();
    corpus.probabilities = vec![0.0; rows * 200];
    for row in 0..rows {
        corpus.probabilities[row * 200 + row % 200] = 1.0;
    }
    let options = EndModelOptions { folds: 0, passes: Some(10), ..options };
    let trained = train_with(&[&corpus], vec![text_input()], options).unwrap();
    assert!(corpus.accuracy(&trained.model) > 0.95, "{}", corpus.accuracy(&trained.model));
    assert_eq!((trained.cross_validation, trained.model.is_calibrated()), (None, false));
}

#[test]
fn targets_that_are_none_are_named() {
    let message = |probabilities: &[f64], weights: &[f64]| {
        let corpus = told(2, 1);
        let mut training = Training::new(vec![text_input()], options()).unwrap();
        training.read(&corpus.chunk, Targets { probabilities, weights }).unwrap_err().to_string()
    };
    let shares = "document `d1` has probabilities that are not shares of at least 0 that sum to 1";
    assert_eq!(message(&[1.0, 0.0, f64::NAN, 0.0], &[1.0, 1.0]), shares);
    assert_eq!(message(&[1.0, 0.0, 0.9, 0.9], &[1.0, 1.0]), shares);
    let weight = "document `d0` has a weight that is not a number of at least 0";
    assert_eq!(message(&[1.0, 0.0, 1.0, 0.0], &[f64::NAN, 1.0]), weight);
    assert_eq!(message(&[1.0, 0.0], &[1.0, 1.0]), "2 probabilities for 4 rows");
    assert_eq!(message(&[1.0, 0.0, 1.0, 0.0], &[1.0]), "1 weights for 2 rows");
}

#[test]
fn columns_that_do_not_fit_are_named() {
    let corpus = told(60, 1);
    let model = train(&corpus, 2).model;
    let without = Chunk { columns: vec![], ..corpus.chunk.clone() };
    assert_eq!(model.predict(&without), Err(EndModelError::NoColumn("text".to_owned())));
    let mut number = corpus.chunk;
    number.columns[0].data = ColumnData::Number((0..60).map(|_| Some(1.0)).collect());
    let message = model.predict(&number).unwrap_err().to_string();
    assert_eq!(message, "column `text` is a number, but the end model reads it as text");
    let inputs = vec![text_input(), Input { column: "text".to_owned(), kind: InputKind::Category }];
    assert_eq!(Training::new(inputs, options()).err(), Some(EndModelError::InputTwice("text".to_owned())));
    assert_eq!(Training::new(vec![], options()).err(), Some(EndModelError::NoInputs));
    assert_eq!(
        Training::new(vec![text_input()], EndModelOptions::new(vec![])).err(),
        Some(EndModelError::NoLabels)
    );
}

#[test]
fn passes_over_other_documents_are_noticed() {
    let (one, other) = (told(60, 1), told(59, 1));
    let mut training = Training::new(vec![text_input()], options()).unwrap();
    training.read(&one.chunk, one.targets()).unwrap();
    assert!(matches!(training.end_pass(), Ok(Some(Pass::Learn { number: 1, .. }))));
    training.read(&other.chunk, other.targets()).unwrap();
    assert_eq!(training.end_pass(), Err(EndModelError::RowsMoved { pass: 2 }));
    let early = Training::new(vec![text_input()], options()).unwrap().finish();
    assert!(matches!(early, Err(EndModelError::OutOfTurn(_))));
}

#[test]
fn options_out_of_range_are_named() {
    let message = |change: fn(&mut EndModelOptions)| {
        let mut options = options();
        change(&mut options);
        Training::new(vec![text_input()], options).unwrap_err().to_string()
    };
    assert_eq!(message(|options| options.folds = 1), "the number of folds must be 0, or 2 to 20, not 1");
    assert_eq!(message(|options| options.passes = Some(0)), "the number of passes must be 1 to 1,000, not 0");
    assert_eq!(
        message(|options| options.l2 = f64::NAN),
        "the L2 penalty must be a number of at least 0, not NaN"
    );
    assert_eq!(message(|options| options.rate = 0.0), "the learning rate must be a number above 0, not 0");
}
