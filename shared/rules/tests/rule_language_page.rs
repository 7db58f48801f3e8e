//! The page on the rule language says what the language does.

use hunch_rules::{ColumnDef, ColumnType, LexiconDef, Schema, Source, code, compile, format, limits, tree};

const PAGE: &str = include_str!("../../../docs/rule-language.md");

/// The project that the page says its examples belong to.
fn schema() -> Schema {
    let columns = [
        ("content", ColumnType::Text),
        ("author", ColumnType::Category),
        ("country", ColumnType::Category),
        ("stars", ColumnType::Number),
        ("likes", ColumnType::Number),
        ("education-num", ColumnType::Number),
        ("verified", ColumnType::Bool),
        ("posted", ColumnType::Date),
        ("embedding", ColumnType::Vector(3)),
    ];
    Schema {
        labels: ["HAM", "SPAM", "<=50K"].map(str::to_owned).to_vec(),
        columns: columns.map(|(name, kind)| ColumnDef { name: name.to_owned(), kind }).to_vec(),
        default_text: Some("content".to_owned()),
        lexicons: vec![LexiconDef { name: "brands".to_owned(), hash: "0".repeat(64) }],
        sources: vec!["gpt".to_owned()],
        weights: Vec::new(),
    }
}

#[test]
fn every_example_on_the_page_compiles_and_is_in_canonical_form() {
    let examples: Vec<&str> =
        PAGE.split("```hunch\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(examples.len() > 20);
    for text in examples {
        let compiled = compile(&[Source { name: "page", text }], &schema());
        assert_eq!(compiled.diagnostics, [], "{text}");
        assert_eq!(format(text).as_deref(), Ok(text));
    }
}

#[test]
fn the_page_names_every_code_and_every_limit() {
    for code in code::ALL {
        assert!(PAGE.contains(&format!("| `{code}` |")), "{code}");
    }
    let limits = [
        ("bytes of one source", limits::SOURCE_BYTES),
        ("rules in one source", limits::RULES),
        ("labels", limits::LABELS),
        ("characters of a regular expression", limits::PATTERN_CHARS),
        ("bytes of a regular expression when compiled", limits::COMPILED_REGEX_BYTES),
        (
            "repetitions of a part of a regular expression, those within one another multiplied",
            usize::try_from(limits::REPETITIONS).unwrap_or(usize::MAX),
        ),
        ("different regular expressions compiled at once", limits::REGEXES),
        ("nesting of parentheses, `not` and `at least`, and inside regular expressions", limits::NESTING),
        ("members of a list or of a lexicon in a source", limits::LIST_TERMS),
        ("characters of a term that is looked for", limits::TERM_CHARS),
        ("words that `within` reaches over", limits::NEAR_WORDS as usize),
        ("terms of an `all (…)` beside `within`", limits::NEAR_ALL_TERMS),
        ("examples of one `similar` or `nearest`", limits::EXAMPLES),
        ("numbers of a vector", limits::VECTOR_NUMBERS),
        ("parts of a rule, with those it takes from lexicons and other rules", limits::PLAN_PARTS),
        ("parts that all rules together take from lexicons and other rules", limits::COPIED_PARTS),
        ("nesting of a rule with the rules it names, in levels of its JSON", limits::PLAN_DEPTH),
        ("nesting of a file's tree, in levels of its JSON", limits::TREE_DEPTH),
        ("copies of a document by one policy", limits::COPIES as usize),
        ("transformations of one policy", limits::STEPS),
        ("problems listed for one source", limits::DIAGNOSTICS),
    ];
    for (what, limit) in limits {
        let line = PAGE.lines().find(|line| line.starts_with(&format!("| {what} |"))).expect(what);
        assert_eq!(
            line.replace(',', "").split_whitespace().rev().nth(1),
            Some(limit.to_string().as_str()),
            "{what}"
        );
    }
}

#[test]
fn the_tree_on_the_page_is_that_of_the_rule_below_it() {
    let after = PAGE.split("```json\n").nth(1).unwrap();
    let (json, after) = after.split_once("```").unwrap();
    let rule = after.split("```hunch\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert_eq!(tree::to_text(&tree::from_json(json).unwrap()).unwrap(), rule);
}
