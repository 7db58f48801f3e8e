use super::*;
use hunch_engine::{Chunk, Column, ColumnData, Split, TextColumn, Values};
use hunch_rules::{ColumnDef, ColumnType, Schema, Source};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn schema() -> Schema {
    let column = |name: &str, kind| ColumnDef { name: name.to_owned(), kind };
    Schema {
        labels: vec!["HAM".to_owned(), "not ham".to_owned()],
        columns: vec![
            column("text", ColumnType::Text),
            column("number of stars", ColumnType::Number),
            column("shop", ColumnType::Category),
            column("new", ColumnType::Bool),
        ],
        default_text: Some("text".to_owned()),
        ..Schema::default()
    }
}

/// A document: text, stars, shop, whether it is new.
type Document = (String, Option<f64>, Option<&'static str>, Option<bool>);

fn chunk(first: usize, documents: &[Document]) -> Chunk {
    let texts = TextColumn::from_rows(documents.iter().map(|it| Some(&it.0))).unwrap();
    let shops = TextColumn::from_rows(documents.iter().map(|it| it.2)).unwrap();
    let stars: Values<f64> = documents.iter().map(|it| it.1).collect();
    let new: Values<bool> = documents.iter().map(|it| it.3).collect();
    let column = |name: &str, data| Column { name: name.to_owned(), data };
    Chunk {
        rows: documents.len(),
        ids: TextColumn::from_rows((0..documents.len()).map(|row| Some(format!("d{}", first + row))))
            .unwrap(),
        splits: vec![Split::Dev; documents.len()],
        columns: vec![
            column("text", ColumnData::Text(texts)),
            column("number of stars", ColumnData::Number(stars)),
            column("shop", ColumnData::Category(shops)),
            column("new", ColumnData::Bool(new)),
        ],
        ..Chunk::default()
    }
}

fn texts(texts: &[&str]) -> Vec<Document> {
    texts.iter().map(|text| ((*text).to_owned(), None, None, None)).collect()
}

/// What the project has beside the documents.
#[derive(Default)]
struct Around {
    names: BTreeSet<String>,
    existing: BTreeSet<String>,
    blacklist: BTreeSet<String>,
}

/// What a part borrows.
struct Owned(Evaluator, Bitset, Bitset, Evidence);

/// Documents in chunks of `size`; `covered` and `gold` by row.
fn run(
    documents: &[Document],
    gold: &[i16],
    covered: &[bool],
    size: usize,
    around: &Around,
) -> Vec<Suggestion> {
    let schema = schema();
    let surroundings = Surroundings {
        schema: &schema,
        names: &around.names,
        existing: &around.existing,
        blacklist: &around.blacklist,
        precision: 0.5,
    };
    let mut owned: Vec<Owned> = (0..documents.len())
        .step_by(size)
        .map(|start| {
            let rows = start..(start + size).min(documents.len());
            Owned(
                Evaluator::new(chunk(start, &documents[rows.clone()])),
                Bitset::full(rows.len()),
                covered[rows.clone()].iter().copied().collect(),
                Evidence::gold(&gold[rows]),
            )
        })
        .collect();
    let mut parts: Vec<Part<'_>> = owned
        .iter_mut()
        .map(|Owned(evaluator, counted, covered, evidence)| Part {
            evaluator,
            counted,
            covered,
            evidence,
            keep: &[],
        })
        .collect();
    suggest(&mut parts, &surroundings, 20)
}

/// A word per letter, so that few documents share many words.
fn documents() -> impl Strategy<Value = Vec<(Document, i16, bool)>> {
    let word =
        prop::sample::select(vec!["Buy", "now", "a", "song", "check", "out", "ß", "\"quoted\"", "x\\y"]);
    let text = prop::collection::vec(word, 0..6).prop_map(|words| words.join(" "));
    let attributes = (
        prop::option::of(prop::sample::select(vec![0.0, 1.0, 2.5, 1_234.0, -7.0])),
        prop::option::of(prop::sample::select(vec!["Ebay", "et \"c\"", ""])),
        prop::option::of(any::<bool>()),
    );
    let document = (text, attributes).prop_map(|(text, (stars, shop, new))| (text, stars, shop, new));
    prop::collection::vec((document, -1i16..2, any::<bool>()), 1..60)
}

proptest! {
    #[test]
    fn figures_of_a_suggestion_are_those_the_engine_computes_for_its_text(rows in documents(), size in 1usize..60) {
        let documents: Vec<Document> = rows.iter().map(|row| row.0.clone()).collect();
        let gold: Vec<i16> = rows.iter().map(|row| row.1).collect();
        let covered: Vec<bool> = rows.iter().map(|row| row.2).collect();
        let suggested = run(&documents, &gold, &covered, size, &Around::default());
        prop_assert_eq!(&suggested, &run(&documents, &gold, &covered, 60, &Around::default()));

        let mut evaluator = Evaluator::new(chunk(0, &documents));
        let mut names = BTreeSet::new();
        for it in suggested {
            let compiled = hunch_rules::compile(&[Source { name: "", text: &it.rule }], &schema());
            prop_assert_eq!(&compiled.diagnostics, &[], "{}", &it.rule);
            prop_assert_eq!(hunch_rules::format(&it.rule).ok(), Some(it.rule.clone()));
            let rule = &compiled.rules[0];
            prop_assert_eq!(&rule.name, &it.name);
            prop_assert!(names.insert(rule.name.clone()));
            let program = Program::compile(&rule.plan, &hunch_engine::Lexicons::new()).unwrap();
            let votes = evaluator.votes(&program).to_votes();
            let count = |is: &dyn Fn(usize) -> bool| {
                (0..documents.len()).filter(|row| votes[*row] >= 0 && is(*row)).count() as u64
            };
            prop_assert_eq!(it.rows, documents.len() as u64);
            prop_assert_eq!(it.votes, count(&|_| true));
            prop_assert_eq!(it.adds, count(&|row| !covered[row]));
            prop_assert_eq!(it.judged, count(&|row| gold[row] >= 0));
            let right = count(&|row| gold[row] == votes[row]);
            prop_assert!((it.right - right as f64).abs() < 1e-9);
            prop_assert_eq!(Some(it.precision), hunch_engine::wilson(it.right, it.judged as f64));
        }
    }
}

/// Ten of each of two kinds.
fn two_kinds() -> (Vec<Document>, Vec<i16>) {
    let mut documents = texts(&["please Check out my channel"; 10]);
    documents.extend(texts(&["what a lovely song"; 10]));
    (documents, [vec![1; 10], vec![0; 10]].concat())
}

#[test]
fn a_word_that_tells_a_label_is_found_with_its_figures() {
    let (documents, gold) = two_kinds();
    let suggested = run(&documents, &gold, &[false; 20], 20, &Around::default());
    // The words of one kind are in the same documents: one of them is enough.
    assert_eq!(suggested.len(), 2, "{suggested:#?}");
    let spam = suggested.iter().find(|it| it.label == 1).unwrap();
    assert_eq!((spam.votes, spam.adds, spam.judged, spam.rows), (10, 10, 10, 20));
    assert!((spam.right - 10.0).abs() < 1e-9);
    assert!(spam.precision.low > 0.7);
    assert!(spam.rule.contains("\"not ham\" when"), "{}", spam.rule);
}

#[test]
fn a_term_on_the_blacklist_is_not_offered_again_however_it_is_written() {
    let (documents, gold) = two_kinds();
    let first = run(&documents, &gold, &[false; 20], 20, &Around::default());
    let blacklist: BTreeSet<String> = first.iter().map(|it| it.term.to_uppercase()).collect();
    let second = run(
        &documents,
        &gold,
        &[false; 20],
        20,
        &Around { blacklist: blacklist.clone(), ..Around::default() },
    );
    assert!(!second.is_empty());
    assert!(second.iter().all(|it| !blacklist.contains(&it.term.to_uppercase())), "{second:#?}");
}

#[test]
fn a_rule_that_exists_is_not_offered_and_its_name_not_given() {
    let (documents, gold) = two_kinds();
    let first = run(&documents, &gold, &[false; 20], 20, &Around::default()).remove(0);
    let compiled = hunch_rules::compile(&[Source { name: "", text: &first.rule }], &schema());
    let existing = BTreeSet::from([compiled.rules[0].plan.key()]);
    let names = BTreeSet::from([first.name.clone()]);
    let second = run(&documents, &gold, &[false; 20], 20, &Around { names, existing, ..Around::default() });
    assert!(second.iter().all(|it| it.term != first.term && it.name != first.name), "{second:#?}");
}

#[test]
fn what_rules_vote_on_already_is_suggested_only_where_nothing_else_is_left() {
    let (documents, gold) = two_kinds();
    let covered: Vec<bool> = gold.iter().map(|label| *label == 1).collect();
    let suggested = run(&documents, &gold, &covered, 20, &Around::default());
    assert!(
        !suggested.is_empty() && suggested.iter().all(|it| it.label == 0 && it.adds == 10),
        "{suggested:#?}"
    );
    let suggested = run(&documents, &gold, &[true; 20], 20, &Around::default());
    assert!(suggested.iter().any(|it| it.label == 1 && it.adds == 0));
}

#[test]
fn thresholds_and_constants_of_attributes_are_found() {
    let document = |spam: bool, n: usize| {
        ("same".to_owned(), Some(if spam { 5.0 } else { 2.0 } + n as f64 / 100.0), None, Some(spam))
    };
    let documents: Vec<Document> =
        (0..30).map(|n| document(true, n)).chain((0..30).map(|n| document(false, n))).collect();
    let gold = [vec![1; 30], vec![0; 30]].concat();
    let suggested = run(&documents, &gold, &[false; 60], 60, &Around::default());
    let texts: Vec<&str> = suggested.iter().map(|it| it.rule.as_str()).collect();
    assert!(
        texts.iter().any(|rule| rule.contains("`number of stars` >= 5") || rule.contains("new = true")),
        "{texts:#?}"
    );
    assert!(suggested.iter().all(|it| it.kind == Kind::Attribute));
}

#[test]
fn probabilities_count_as_shares_of_documents_and_chosen_ones_as_whole() {
    let rows = [Some([0.25, 0.75].as_slice()), None, Some([1.0, 0.0].as_slice())];
    let evidence = Evidence::probable(rows.into_iter());
    let mut tally = Tally::default();
    for row in 0..3 {
        if let Some(row) = evidence.row(row) {
            tally.add(row);
        }
    }
    assert_eq!(tally.labels().collect::<Vec<_>>(), [(0, 1.25), (1, 0.75)]);
    let chosen: Bitset = [true, false].into_iter().collect();
    let evidence = Evidence::chosen(&chosen, 7);
    assert_eq!((evidence.share(0, 7), evidence.share(1, 7), evidence.known().count_ones()), (10_000, 0, 2));
}

#[test]
fn surveys_of_shares_add_up_to_that_of_the_whole() {
    let (documents, gold) = two_kinds();
    let all = Sample::of(20, 20);
    let survey = |rows: std::ops::Range<usize>| {
        let chunk = chunk(rows.start, &documents[rows.clone()]);
        let (counted, evidence) = (Bitset::full(rows.len()), Evidence::gold(&gold[rows]));
        Survey::of(&[Share { chunk: &chunk, counted: &counted, evidence: &evidence }], all)
    };
    let mut sum = survey(0..5);
    sum.merge(survey(5..20));
    assert_eq!(sum, survey(0..20));
    assert_eq!(sum.rows(), 20);
}
