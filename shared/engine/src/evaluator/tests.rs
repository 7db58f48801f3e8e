use hunch_rules::plan::{
    self, ArithmeticOp, CompareOp, MatchPlace, Plan, Predicate, Quantifier, Scalar, Terms, TextMatch, Value,
};
use proptest::{prelude::*, sample::Index};

use super::*;
use crate::{Lexicons, format::tests::chunks};

fn matches(place: MatchPlace, terms: &[&str]) -> Condition {
    Condition::Is(Predicate::Match(TextMatch {
        column: "text".to_owned(),
        place,
        exact: false,
        quantifier: Quantifier::Any,
        terms: Terms::List(terms.iter().map(|&term| term.to_owned()).collect()),
        near: None,
    }))
}

fn compare(left: Scalar, op: CompareOp, right: Scalar) -> Condition {
    Condition::Is(Predicate::Compare { left, op, right })
}

fn constant(number: f64) -> Scalar {
    Scalar::Const(Value::Number(number))
}

fn plan(clauses: &[(u16, Condition)]) -> Plan {
    let clause = |(label, when): &(u16, Condition)| plan::Clause { label: *label, when: when.clone() };
    Plan { name: "rule".to_owned(), clauses: clauses.iter().map(clause).collect() }
}

/// One clause or more of every kind of predicate on the columns of `chunks`.
fn program() -> Program {
    let size = || Scalar::Column("size".to_owned());
    let inverse =
        Scalar::Arithmetic { op: ArithmeticOp::Divide, left: constant(1.0).into(), right: size().into() };
    let regex =
        Predicate::Regex { column: "text".to_owned(), pattern: r"\d+.*a".to_owned(), ignore_case: true };
    let inner = plan(&[(1, matches(MatchPlace::Anywhere, &["e"]))]).clauses;
    let vote = compare(Scalar::RuleVote { clauses: inner }, CompareOp::Equal, Scalar::Const(Value::Label(1)));
    let of =
        vec![matches(MatchPlace::Word, &["a"]), vote, compare(inverse, CompareOp::Greater, constant(0.0))];
    let kind =
        Predicate::In { value: Scalar::Column("kind".to_owned()), list: vec![Value::Text("B".to_owned())] };
    let plan = plan(&[
        (2, Condition::Is(regex)),
        (0, Condition::AtLeast { n: 2, of }),
        (1, Condition::Not(Condition::Is(kind).into())),
        (2, compare(Scalar::Words("text".to_owned()), CompareOp::GreaterOrEqual, constant(2.0))),
        (0, Condition::Is(Predicate::Truth { column: "new".to_owned() })),
        (1, compare(Scalar::Column("day".to_owned()), CompareOp::Less, Scalar::Const(Value::Date(0)))),
        (
            2,
            compare(Scalar::SourceVote("model".to_owned()), CompareOp::Equal, Scalar::Const(Value::Label(2))),
        ),
        (0, Condition::Is(Predicate::Missing { value: size() })),
    ]);
    Program::compile(&plan, &Lexicons::new()).unwrap()
}

proptest! {
    #[test]
    fn votes_of_slices_make_up_the_votes_of_the_chunk(chunk in chunks(), cuts in prop::collection::vec(any::<Index>(), 0..4)) {
        let program = program();
        let whole = Evaluator::new(chunk.clone()).votes(&program);
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(chunk.rows + 1)).chain([0, chunk.rows]).collect();
        cuts.sort_unstable();
        let mut evaluator = Evaluator::new(chunk);
        let mut sum = RuleVotes::default();
        // Backwards, as rows on screen come first whatever their place.
        for slice in cuts.windows(2).rev() {
            let part = evaluator.votes_in(&program, slice[0]..slice[1]);
            prop_assert!(part.any().iter_ones().all(|row| (slice[0]..slice[1]).contains(&row)));
            sum.merge(&part);
        }
        prop_assert_eq!(&sum, &whole);
        prop_assert_eq!(evaluator.votes(&program), whole);
    }

    #[test]
    fn a_row_is_voted_on_alike_alone_and_among_others(chunk in chunks(), row in any::<Index>()) {
        prop_assume!(chunk.rows > 0);
        let (program, row) = (program(), row.index(chunk.rows));
        let alone = Evaluator::new(chunk.slice(row..row + 1)).votes(&program);
        prop_assert_eq!(alone.vote(0), Evaluator::new(chunk).votes(&program).vote(row));
    }
}

proptest! {
    #[test]
    fn programs_vote_alike_alone_and_in_a_set(chunk in chunks(), lists in prop::collection::vec(prop::collection::vec("[a-c]{1,2}|é|a b|a!|!", 1..40), 1..5)) {
        let list = |terms: &Vec<String>| {
            let terms: Vec<&str> = terms.iter().map(String::as_str).collect();
            let either = Condition::Any(vec![matches(MatchPlace::Word, &terms), matches(MatchPlace::Anywhere, &terms[..1])]);
            let negated = Condition::Not(matches(MatchPlace::Word, &terms[..1]).into());
            Program::compile(&plan(&[(1, either), (0, negated)]), &Lexicons::new()).unwrap()
        };
        let set = ProgramSet::new(lists.iter().map(list).chain([program()]).collect());
        let together = Evaluator::new(chunk.clone()).votes_of(&set);
        for (program, votes) in set.programs().iter().zip(together) {
            prop_assert_eq!(&votes, &Evaluator::new(chunk.clone()).votes(program));
        }
    }
}

#[test]
fn results_are_kept_for_the_programs_in_use_only() {
    let program = program();
    let mut evaluator = Evaluator::new(Chunk { rows: 1, ..Chunk::default() });
    evaluator.votes(&program);
    let kept = |evaluator: &Evaluator| evaluator.truths.len() + evaluator.measured.len();
    assert_eq!(kept(&evaluator), program.keys().len());
    evaluator.keep(&[&program]);
    assert_eq!(kept(&evaluator), program.keys().len());
    evaluator.keep(&[]);
    assert_eq!(kept(&evaluator), 0);
}

#[test]
fn a_column_the_chunk_does_not_have_is_missing_on_every_row() {
    let chunk = Chunk { rows: 2, ..Chunk::default() };
    let truth =
        Evaluator::new(chunk).condition(&matches(MatchPlace::Word, &["a"]), &Lexicons::new()).unwrap();
    assert_eq!((truth.yes.count_ones(), truth.unknown.count_ones()), (0, 2));
}

#[test]
fn a_lexicon_that_was_not_given_is_an_error_that_names_it() {
    let terms = Terms::Lexicon { name: "shops".to_owned(), hash: "abc".to_owned() };
    let condition = Condition::Is(Predicate::Match(TextMatch {
        column: "text".to_owned(),
        place: MatchPlace::Word,
        exact: false,
        quantifier: Quantifier::Any,
        terms,
        near: None,
    }));
    let error = Program::compile(&plan(&[(0, condition)]), &Lexicons::new()).unwrap_err();
    assert_eq!(error.to_string(), "the terms of the lexicon `@shops` are not at hand (content abc)");
}
