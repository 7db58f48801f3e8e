//! Cosines against those of scikit-learn, and the inverted list against comparing text by text.

use std::sync::Arc;

use hunch_rules::plan::{ExampleKind, Examples, LexiconExamples, Likeness, Scalar};
use proptest::prelude::*;

use super::*;
use crate::{
    Chunk, Column, ColumnData, Split, Stored, TermCounter, TermWeights, TextColumn, VectorColumn, Weights,
    words::words,
};

const ROWS: [&str; 5] = [
    "check out my channel",
    "Check out my NEW channel, check!",
    "i love this song",
    "this song is so so good",
    "nothing alike",
];

fn columns(rows: &[Option<&str>]) -> Columns {
    let texts = TextColumn::from_rows(rows.iter().copied()).unwrap();
    Columns::new(Arc::new(Chunk {
        rows: rows.len(),
        ids: TextColumn::from_rows(rows.iter().map(|_| Some("id"))).unwrap(),
        splits: vec![Split::Train; rows.len()],
        columns: vec![Column { name: "text".to_owned(), data: ColumnData::Text(texts) }],
        ..Chunk::default()
    }))
}

/// The answers on all rows, `asked` rows at a time, with the weights of the rows themselves.
fn answers(
    rows: &[Option<&str>],
    scalar: fn(Likeness) -> Scalar,
    examples: &[&str],
    best: u32,
    asked: usize,
) -> Vec<f64> {
    let columns = columns(rows);
    let mut counter = TermCounter::default();
    counter.add(columns.text("text").unwrap().original);
    let weights =
        Weights::from([("w".to_owned(), Arc::new(TermWeights::from_object(&counter.finish()).unwrap()))]);
    let texts = examples.iter().map(ToString::to_string).collect();
    let scalar = scalar(Likeness {
        column: "text".into(),
        examples: Examples::Texts { weights: "w".into(), texts },
        best,
    });
    let lexicons = crate::Lexicons::new();
    let mut compiler = Compiler::new(Stored { lexicons: &lexicons, weights: &weights });
    let (Scalar::Similar(likeness) | Scalar::Nearest(likeness)) = &scalar else { panic!() };
    let compiled = super::Likeness::compile(&scalar, likeness, &mut compiler).unwrap();
    let (mut squares, mut results) = (vec![f64::NAN; rows.len()], vec![0.0; rows.len()]);
    for start in (0..rows.len()).step_by(asked) {
        compiled.compare(&columns, start..(start + asked).min(rows.len()), &mut squares, &mut results);
    }
    results
}

fn some<'a>(rows: &[&'a str]) -> Vec<Option<&'a str>> {
    rows.iter().map(|row| Some(*row)).collect()
}

/// Of `TfidfVectorizer(token_pattern=r"\w+")` fitted on the rows.
#[test]
fn cosines_are_those_of_scikit_learn_where_it_knows_all_words() {
    let examples = ["check my channel out", "i love good song so so"];
    let expected = [1.0, 0.855_667_952_672_562_8, 0.527_426_277_749_141_9, 0.756_042_510_533_957_2, 0.0];
    let found = answers(&some(&ROWS), Scalar::Similar, &examples, 1, 5);
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
    let both = answers(&some(&ROWS), Scalar::Similar, &examples, 2, 5);
    assert!((both[1] - expected[1] / 2.0).abs() < 1e-12, "what has nothing in common counts as 0");
}

#[test]
fn the_same_words_have_the_cosine_1_exactly() {
    let found = answers(&some(&ROWS), Scalar::Similar, &["SO good: this song, so... is!", "x"], 1, 5);
    assert_eq!(found[3].to_bits(), 1.0f64.to_bits());
}

#[test]
fn places_are_those_of_the_list_and_the_earlier_wins_a_tie() {
    let examples = ["unseen", "song", "my channel", "song", "a song"];
    let nearest = |best| answers(&some(&ROWS), Scalar::Nearest, &examples, best, 5);
    let all = |values: &[f64]| {
        values.iter().map(|value| if value.is_nan() { 0.0 } else { *value }).collect::<Vec<_>>()
    };
    assert_eq!(all(&nearest(1)), [3.0, 3.0, 2.0, 2.0, 0.0]);
    assert_eq!(all(&nearest(2)), [0.0, 0.0, 4.0, 4.0, 0.0]);
    assert_eq!(all(&nearest(3)), [0.0, 0.0, 5.0, 5.0, 0.0]);
    assert_eq!(all(&nearest(4)), [0.0; 5]);
}

#[test]
fn a_missing_text_is_like_nothing_and_an_empty_one_has_nothing_in_common() {
    let found = answers(&[None, Some(""), Some("?!"), Some("win")], Scalar::Similar, &["win"], 1, 4);
    assert!(found[0].is_nan());
    assert_eq!(found[1..], [0.0, 0.0, 1.0]);
}

proptest! {
    #[test]
    fn only_words_in_common_need_to_be_looked_at_and_slices_answer_as_the_whole(
        rows in prop::collection::vec("([a-e]|Ab|é| |!|中){0,9}", 1..200),
        examples in prop::collection::vec("[a-eA]{1,2}( [a-eé中]{1,2}){0,5}", 1..9),
        best in 1u32..4, asked in 1usize..80,
    ) {
        let best = best.min(u32::try_from(examples.len()).unwrap());
        let rows: Vec<_> = rows.iter().map(|row| Some(row.as_str())).collect();
        let examples: Vec<_> = examples.iter().map(String::as_str).collect();
        let bits = |values: Vec<f64>| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        for scalar in [Scalar::Similar, Scalar::Nearest] {
            let whole = answers(&rows, scalar, &examples, best, rows.len());
            prop_assert_eq!(bits(answers(&rows, scalar, &examples, best, asked)), bits(whole));
        }
        let similar = answers(&rows, Scalar::Similar, &examples, best, asked);
        let mut counter = TermCounter::default();
        counter.add(columns(&rows).text("text").unwrap().original);
        let weights = TermWeights::from_object(&counter.finish()).unwrap();
        for (row, found) in rows.iter().zip(similar) {
            let mut all: Vec<f64> =
                examples.iter().map(|example| plain_cosine(row.unwrap(), example, &weights)).collect();
            all.sort_by(|left, right| right.total_cmp(left));
            let expected = all[..best as usize].iter().sum::<f64>() / f64::from(best);
            prop_assert!((found - expected).abs() < 1e-12, "{:?}: {} {}", row, found, expected);
        }
    }
}

fn vector_answers(rows: &[Option<[f32; 11]>], examples: &[[f32; 11]], best: u32, asked: usize) -> Vec<f64> {
    let vectors = VectorColumn::from_rows(11, rows.iter().copied()).unwrap();
    let columns = Columns::new(Arc::new(Chunk {
        rows: rows.len(),
        columns: vec![Column { name: "v".to_owned(), data: ColumnData::Vector(vectors) }],
        ..Chunk::default()
    }));
    let examples = Examples::Vectors(examples.iter().map(|example| example.to_vec()).collect());
    let likeness = Likeness { column: "v".into(), examples, best };
    let scalar = Scalar::Similar(likeness.clone());
    let lexicons = crate::Lexicons::new();
    let mut compiler = Compiler::new((&lexicons).into());
    let compiled = super::Likeness::compile(&scalar, &likeness, &mut compiler).unwrap();
    let (mut squares, mut results) = (vec![f64::NAN; rows.len()], vec![0.0; rows.len()]);
    for start in (0..rows.len()).step_by(asked) {
        compiled.compare(&columns, start..(start + asked).min(rows.len()), &mut squares, &mut results);
    }
    results
}

proptest! {
    #[test]
    fn cosines_of_vectors_are_those_of_the_definition_and_slices_answer_as_the_whole(
        rows in prop::collection::vec(prop::option::of(prop::array::uniform11(-1e3f32..1e3)), 1..60),
        examples in prop::collection::vec(prop::array::uniform11(-1e3f32..1e3), 1..6),
        best in 1u32..4, asked in 1usize..40,
    ) {
        let best = best.min(u32::try_from(examples.len()).unwrap());
        let found = vector_answers(&rows, &examples, best, asked);
        let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        prop_assert_eq!(bits(&found), bits(&vector_answers(&rows, &examples, best, rows.len())));
        for (row, found) in rows.iter().zip(found) {
            let Some(row) = row else { prop_assert!(found.is_nan()); continue };
            let dot = |one: &[f32; 11], other: &[f32; 11]| -> f64 {
                one.iter().zip(other).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
            };
            let cosine = |example| dot(row, example) / (dot(row, row).sqrt() * dot(example, example).sqrt());
            let mut all: Vec<f64> = examples.iter().map(cosine).collect();
            all.sort_by(|one, other| other.total_cmp(one));
            let expected = all[..best as usize].iter().sum::<f64>() / f64::from(best);
            prop_assert!((found - expected).abs() < 1e-9, "{} {}", found, expected);
        }
    }
}

/// Terms that a rule cannot know when it is checked.
#[test]
fn a_stored_lexicon_of_other_things_than_vectors_is_refused_with_the_term() {
    let refused = |terms: &[&str]| {
        let lexicon = crate::Lexicon::new(terms.iter().map(ToString::to_string).collect());
        let lexicons = crate::Lexicons::from([("h".to_owned(), Arc::new(lexicon))]);
        let (name, hash) = ("near".to_owned(), "h".to_owned());
        let of = ExampleKind::Vectors { length: 2 };
        let examples = Examples::Lexicon(Box::new(LexiconExamples { name, hash, of }));
        let likeness = Likeness { column: "v".into(), examples, best: 1 };
        let mut compiler = Compiler::new((&lexicons).into());
        let compiled = super::Likeness::compile(&Scalar::Similar(likeness.clone()), &likeness, &mut compiler);
        compiled.map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(refused(&["1 2", "[3, 4]"]), Ok(()));
    let error = refused(&["1 2", "free entry"]).unwrap_err();
    assert_eq!(
        error,
        "the lexicon `@near` cannot be taken as examples: its term 2 is not a vector of 2 numbers: `free` in a \
         vector is not a number"
    );
    assert!(refused(&["1"]).unwrap_err().contains("it has 1 numbers, not 2"));
    assert!(refused(&[]).unwrap_err().contains("it has 0 terms"));
}

/// The cosine by its definition.
fn plain_cosine(left: &str, right: &str, weights: &TermWeights) -> f64 {
    let vector = |text: &str| {
        let text = hunch_rules::fold(text).into_owned();
        let mut vector = std::collections::BTreeMap::<String, f64>::new();
        for word in words(&text).map(|word| &text[word]) {
            *vector.entry(word.to_owned()).or_default() += weights.weight(word);
        }
        vector
    };
    let (left, right) = (vector(left), vector(right));
    let product: f64 = left.iter().filter_map(|(term, a)| right.get(term).map(|b| a * b)).sum();
    let length =
        |vector: &std::collections::BTreeMap<String, f64>| vector.values().map(|a| a * a).sum::<f64>().sqrt();
    if product > 0.0 { product / (length(&left) * length(&right)) } else { 0.0 }
}
