//! What rules mean: their plans.

use super::*;
use crate::plan::{
    ArithmeticOp, CharClass, ColumnType, CompareOp, Counted, MatchPlace, Near, Predicate, Quantifier, Scalar,
};
use crate::plan::{Terms, TextMatch, Value};
use crate::schema::{ColumnDef, LexiconDef, WeightsDef};

pub(crate) fn schema() -> Schema {
    let column = |name: &str, kind| ColumnDef { name: name.to_owned(), kind };
    Schema {
        labels: vec!["HAM".to_owned(), "SPAM".to_owned(), String::new(), "<=50K".to_owned()],
        columns: vec![
            column("content", ColumnType::Text),
            column("author", ColumnType::Category),
            column("stars", ColumnType::Number),
            column("education-num", ColumnType::Number),
            column("verified", ColumnType::Bool),
            column("posted", ColumnType::Date),
            column("embedding", ColumnType::Vector(2)),
        ],
        default_text: Some("content".to_owned()),
        lexicons: vec![LexiconDef { name: "brands".to_owned(), hash: "b3".to_owned() }],
        sources: vec!["gpt".to_owned()],
        weights: vec![WeightsDef { column: "content".to_owned(), hash: "w8".to_owned() }],
    }
}

/// Compiles one text; fails the test on any diagnostic.
fn good(text: &str) -> Vec<CompiledRule> {
    let compiled = compile(&[Source { name: "test", text }], &schema());
    assert_eq!(compiled.diagnostics, [], "{text}");
    compiled.rules
}

/// The plan of a rule with one clause.
fn plan_of(condition: &str) -> Plan {
    let mut rules = good(&format!("rule r:\n  SPAM when {condition}\n"));
    rules.remove(0).plan
}

/// The condition of a rule with one clause.
fn condition(text: &str) -> Condition {
    plan_of(text).clauses.remove(0).when
}

fn predicate(text: &str) -> Predicate {
    match condition(text) {
        Condition::Is(predicate) => predicate,
        other => panic!("{text}: {other:?}"),
    }
}

/// The codes of what is wrong.
fn codes(text: &str) -> Vec<&'static str> {
    let compiled = compile(&[Source { name: "test", text }], &schema());
    compiled.diagnostics.iter().map(|found| found.code).collect()
}

fn codes_of(condition: &str) -> Vec<&'static str> {
    let text = format!("rule r:\n  SPAM when {condition}\n");
    let compiled = compile(&[Source { name: "test", text: &text }], &schema());
    assert_eq!(compiled.rules, [], "{condition}");
    codes(&text)
}

fn terms(list: &[&str]) -> Terms {
    Terms::List(list.iter().map(ToString::to_string).collect())
}

#[test]
fn the_seven_rules_of_the_youtube_test_compile_to_what_they_say() {
    let rules = good(
        r#"
labels HAM, SPAM, "<=50K"
rule my:          SPAM when text contains "my"
rule subscribe:   SPAM when text contains "subscribe"
rule http:        SPAM when text contains "http"
rule please:      SPAM when text has any ("please", "plz")
rule check_out:   SPAM when text ~ /check.*out/i
rule song:        HAM when text contains "song"
rule short:       HAM when words(text) < 6
"#,
    );
    assert_eq!(
        rules.iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>().join(" "),
        "my subscribe http please check_out song short"
    );
    let labels: Vec<_> = rules.iter().map(|rule| rule.plan.labels()).collect();
    assert_eq!(labels, [[1], [1], [1], [1], [1], [0], [0]]);
    let column = || "content".to_owned();
    let is = |rule: usize| match &rules[rule].plan.clauses[0].when {
        Condition::Is(predicate) => predicate.clone(),
        other => panic!("{other:?}"),
    };
    let search = |place, list: &[&str]| {
        let (quantifier, terms) = (Quantifier::Any, terms(list));
        Predicate::Match(TextMatch { column: column(), place, exact: false, quantifier, terms, near: None })
    };
    assert_eq!(is(0), search(MatchPlace::Anywhere, &["my"]));
    assert_eq!(is(3), search(MatchPlace::Word, &["please", "plz"]));
    assert_eq!(
        is(4),
        Predicate::Regex { column: column(), pattern: "check.*out".to_owned(), ignore_case: true }
    );
    let (left, right) = (Scalar::Words(column()), Scalar::Const(Value::Number(6.0)));
    assert_eq!(is(6), Predicate::Compare { left, op: CompareOp::Less, right });
}

#[test]
fn rules_that_mean_the_same_share_their_votes() {
    let same = [
        (r#"text has any ("Love", "great", "LOVE")"#, r#"content has any ("great", "love")"#),
        (r#"text has "Love""#, r#"text has all ("LOVE")"#),
        ("stars > 3 and verified", "(verified) and ((3 < stars))"),
        ("stars > 3 or verified or stars > 3", "verified or (stars > 3 or verified)"),
        ("not not verified", "verified"),
        ("not stars > 3", "(stars > 3) = false"),
        ("not verified", "true != (verified)"),
        ("at least 1 of (verified, stars > 3)", "stars > 3 or verified"),
        ("at least 2 of (verified, stars > 3)", "stars > 3 and verified"),
        ("at least 2 of (verified, stars > 3, stars < 0)", "at least 2 of (stars < 0, verified, stars > 3)"),
        (r#"author in ("Ann", "bob", "ANN")"#, r#"author in ("BOB", "ann")"#),
        (r#"author in ("Ann")"#, r#"author = "ann""#),
        (r#"author not in ("Ann", "b")"#, r#"not author in ("Ann", "b")"#),
        ("stars = -0", "stars = 0"),
        ("`stars` > 3.0", "stars > 3"),
    ];
    for (left, right) in same {
        assert_eq!(plan_of(left).key(), plan_of(right).key(), "{left}\n{right}");
    }
    let unlike = [
        (r#"text has exactly "Love""#, r#"text has exactly "love""#),
        (r#"text has "love""#, r#"text has exactly "love""#),
        (r#"text has "love""#, r#"text contains "love""#),
        (r#"text has "love""#, r#"text has "love" within 2 words of "a""#),
        (r#"text has "love" within 2 words of "a""#, r#"text has "love" within 3 words of "a""#),
        (r#"text has "love" within 2 words of "a""#, r#"text has "love" within 2 words of "a" in order"#),
        ("stars > 3", "stars >= 3"),
        ("stars - 1 > 3", "1 - stars > 3"),
    ];
    for (left, right) in unlike {
        assert_ne!(plan_of(left).key(), plan_of(right).key(), "{left}\n{right}");
    }
}

#[test]
fn what_is_near_is_checked_as_what_it_is_near_to_and_moves_no_key_where_it_is_absent() {
    let near = |text: &str| match predicate(text) {
        Predicate::Match(search) => search.near.unwrap(),
        other => panic!("{other:?}"),
    };
    let found = near(r#"text has "a" within 3 words of all ("C", "b") in order"#);
    let expected = Near { words: 3, terms: terms(&["b", "c"]), quantifier: Quantifier::All, in_order: true };
    assert_eq!(found, expected);
    assert_eq!(near(r#"text has exactly "a" within 1 word of "C""#).terms, terms(&["C"]));
    let plan = plan_of(r#"text has "a" within 2 words of @brands"#);
    assert_eq!(Vec::from_iter(plan.lexicons()), [("brands", "b3")]);
    let json = serde_json::to_string(&plan_of(r#"text has "a""#)).unwrap();
    assert!(!json.contains("near"), "{json}");
}

#[test]
fn renaming_a_rule_or_a_lexicon_keeps_its_votes() {
    let key =
        |name: &str| good(&format!("rule {name} \"…\":\n  SPAM when text has @brands")).remove(0).plan.key();
    assert_eq!(key("a"), key("b"));
    let hash =
        |name: &str| crate::canonical_hash(&Terms::Lexicon { name: name.to_owned(), hash: "b3".to_owned() });
    assert_eq!(hash("brands"), hash("companies"));
}

#[test]
fn every_place_of_a_search_is_told_apart() {
    let place = |text: &str| match predicate(text) {
        Predicate::Match(search) => (search.place, search.exact),
        other => panic!("{other:?}"),
    };
    assert_eq!(place(r#"text has "a""#), (MatchPlace::Word, false));
    assert_eq!(place(r#"text contains exactly "a""#), (MatchPlace::Anywhere, true));
    assert_eq!(place(r#"text starts with "a""#), (MatchPlace::TextStart, false));
    assert_eq!(place(r#"author ends with exactly "a""#), (MatchPlace::TextEnd, true));
    assert_eq!(place(r#"text has prefix "a""#), (MatchPlace::WordStart, false));
    assert_eq!(place(r#"text has suffix exactly any ("a", "b")"#), (MatchPlace::WordEnd, true));
}

#[test]
fn arithmetic_binds_and_associates_as_in_school() {
    let number = |value| Box::new(Scalar::Const(Value::Number(value)));
    let stars = || Box::new(Scalar::Column("stars".to_owned()));
    let node = |op, left, right| Scalar::Arithmetic { op, left, right };
    let Predicate::Compare { left, .. } = predicate("stars - 1 - 2 * stars > 0") else { panic!() };
    let first = node(ArithmeticOp::Subtract, stars(), number(1.0));
    let product = node(ArithmeticOp::Multiply, number(2.0), stars());
    assert_eq!(left, node(ArithmeticOp::Subtract, Box::new(first), Box::new(product)));
    let Predicate::Compare { left, right, .. } = predicate("-stars / 2 < -3") else { panic!() };
    let negated = node(ArithmeticOp::Subtract, number(0.0), stars());
    assert_eq!(left, node(ArithmeticOp::Divide, Box::new(negated), number(2.0)));
    assert_eq!(right, *number(-3.0));
}

#[test]
fn functions_and_typed_columns_become_typed_values() {
    let left = |text: &str| match predicate(text) {
        Predicate::Compare { left, .. } => left,
        other => panic!("{other:?}"),
    };
    let column = || "content".to_owned();
    assert_eq!(left("length(text) > 3"), Scalar::Length(column()));
    assert_eq!(
        left("share(text, non_ascii) > 0.5"),
        Scalar::Share { column: column(), class: CharClass::NonAscii }
    );
    let of = Counted::Regex { pattern: "a/b".to_owned(), ignore_case: false };
    assert_eq!(left(r"count(text, /a\/b/) > 3"), Scalar::Count { column: column(), of });
    let of = Counted::Terms(terms(&["a", "free"]));
    assert_eq!(left(r#"count(text, any ("Free", "a")) > 3"#), Scalar::Count { column: column(), of });
    let of = Counted::Terms(terms(&["free"]));
    assert_eq!(left(r#"count(text, "Free") > 3"#), Scalar::Count { column: column(), of });
    assert_eq!(left("`education-num` > 3"), Scalar::Column("education-num".to_owned()));
    assert_eq!(
        left(r#"prob("gpt", SPAM) > 0.8"#),
        Scalar::SourceProbability { source: "gpt".to_owned(), label: 1 }
    );
    assert_eq!(left(r#"vote("gpt") = "<=50K""#), Scalar::SourceVote("gpt".to_owned()));
    assert_eq!(predicate("verified"), Predicate::Truth { column: "verified".to_owned() });
    assert_eq!(
        predicate("posted is missing"),
        Predicate::Missing { value: Scalar::Column("posted".to_owned()) }
    );
    let list = vec![Value::Date(0), Value::Date(18_292)];
    let value = Scalar::Column("posted".to_owned());
    assert_eq!(
        predicate(r#"posted in (date("2020-01-31"), date("1970-01-01"))"#),
        Predicate::In { value, list }
    );
}

#[test]
fn lexicons_of_the_source_come_before_those_of_the_project() {
    let text = r#"
lexicon shops = (" Amazon", "ebay", "amazon")
lexicon brands = file "brands.txt"
rule a: SPAM when text has @shops
rule b: SPAM when text has exactly @shops
rule c: SPAM when text has @brands
"#;
    let found: Vec<Terms> = good(text)
        .into_iter()
        .map(|rule| match &rule.plan.clauses[0].when {
            Condition::Is(Predicate::Match(search)) => search.terms.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(found[0], terms(&["amazon", "ebay"]));
    assert_eq!(found[1], terms(&["Amazon", "amazon", "ebay"]));
    assert_eq!(found[2], Terms::Lexicon { name: "brands".to_owned(), hash: "b3".to_owned() });
}

#[test]
fn a_rule_can_name_rules_of_other_sources_in_any_order() {
    let first = "rule a:\n  HAM when vote(b) = SPAM and not vote(b) in (HAM, \"<=50K\")";
    let second = "rule b \"second\":\n  SPAM when stars > 3\n  HAM otherwise";
    let sources = [Source { name: "1", text: first }, Source { name: "2", text: second }];
    let compiled = compile(&sources, &schema());
    assert_eq!(compiled.diagnostics, []);
    assert_eq!(compiled.rules[1].description.as_deref(), Some("second"));
    assert_eq!(compiled.rules[1].source, 1);
    let clauses = compiled.rules[1].plan.clauses.clone();
    let vote = || Scalar::RuleVote { clauses: clauses.clone() };
    let right = Scalar::Const(Value::Label(1));
    let Condition::All(of) = &compiled.rules[0].plan.clauses[0].when else { panic!() };
    assert!(of.contains(&Condition::Is(Predicate::Compare { left: vote(), op: CompareOp::Equal, right })));
    let list = vec![Value::Label(0), Value::Label(3)];
    assert!(of.contains(&Condition::Not(Box::new(Condition::Is(Predicate::In { value: vote(), list })))));
}

#[test]
fn compiling_again_says_the_same_as_compiling_anew() {
    let mut compiler = Compiler::default();
    for pattern in ["check.*out", "check.*out", "check(", "a", "check.*out"] {
        let text = format!("rule r: SPAM when text ~ /{pattern}/i or count(text, /b/) > 1");
        let sources = [Source { name: "test", text: &text }];
        assert_eq!(compiler.compile(&sources, &schema()), compile(&sources, &schema()));
    }
}

#[test]
fn a_compiler_without_sizes_finds_all_but_a_regex_that_becomes_too_large() {
    let codes = |pattern: &str| -> Vec<&'static str> {
        let text = format!("rule r: SPAM when text ~ /{pattern}/");
        let sources = [Source { name: "test", text: &text }];
        let compiled = Compiler::without_sizes().compile(&sources, &schema());
        compiled.diagnostics.into_iter().map(|found| found.code).collect()
    };
    assert_eq!(codes("check("), ["regex"]);
    assert_eq!(codes(r"(a)\1"), ["regex"]);
    assert!(codes(r"(\w{30}){30}").is_empty(), "the evaluator says so");
    assert_eq!(codes_of(r"text ~ /(\w{30}){30}/"), ["regex"]);
}
