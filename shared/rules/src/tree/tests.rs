use super::validate::is_valid;
use super::*;
use crate::ast::arbitrary::file;
use proptest::prelude::*;

const SCHEMA: &str = include_str!("../../../../docs/rule-tree.schema.json");

fn tree(text: &str) -> File {
    let (file, diagnostics) = parse(text);
    assert_eq!(diagnostics, [], "{text}");
    file
}

fn is_published(value: &Value) -> bool {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    is_valid(&schema, &schema, value)
}

proptest! {
    #[test]
    fn a_tree_comes_back_from_json_and_from_text_as_it_was(file in file()) {
        let json = match to_json(&file) {
            Err(TreeError::TooDeep(_)) => return Ok(()),
            other => other.unwrap(),
        };
        let read = from_json(&json).unwrap();
        prop_assert_eq!(&read, &file);
        let text = to_text(&read).unwrap();
        prop_assert_eq!(to_json(&tree(&text)).unwrap(), json, "{}", text);
    }

    #[test]
    fn every_tree_is_of_the_published_schema(file in file()) {
        let value = to_value(&file).unwrap();
        prop_assert!(is_published(&value), "{:#}", value);
    }

    #[test]
    fn any_json_is_read_or_refused(json in "[\\[\\]{}:,\"0-9a-z ]{0,40}") {
        let _ = from_json(&json).map(|file| to_text(&file));
    }
}

#[test]
#[cfg(feature = "schema")]
fn the_published_schema_is_that_of_the_trees() {
    let current = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    assert_eq!(SCHEMA, current, "write it anew: hunch tree --schema > docs/rule-tree.schema.json");
}

#[test]
fn the_schema_refuses_what_is_no_tree() {
    for json in [
        r"{}",
        r#"{"items": [{"rool": {}}]}"#,
        r#"{"items": [{"rule": {"name": "a", "clauses": [], "colour": "red"}}]}"#,
        r#"{"items": [{"labels": {"labels": ["A", 1]}}]}"#,
    ] {
        assert!(!is_published(&serde_json::from_str(json).unwrap()), "{json}");
        assert!(from_json(json).is_err(), "{json}");
    }
}

#[test]
fn the_json_says_what_the_rule_says() {
    let text =
        "rule r \"why\":\n  SPAM when text has any (\"a\", \"b\") within 2 words of @c and not stars > 0.5\n";
    insta::assert_snapshot!(to_json(&tree(text)).unwrap());
    assert_eq!(to_text(&tree(text)).unwrap(), text);
}

/// A condition as the only one of a file, in JSON.
fn condition(json: &str) -> Result<String, TreeError> {
    let clause = format!(r#"{{"label": "A", "when": {json}}}"#);
    to_text(&from_json(&format!(r#"{{"items": [{{"rule": {{"name": "r", "clauses": [{clause}]}}}}]}}"#))?)
}

#[test]
fn a_tree_that_no_text_has_is_refused_with_the_place() {
    assert_eq!(condition(r#"{"name": "a"}"#).unwrap(), "rule r:\n  A when a\n");
    let refused = [
        r#"{"name": "a b"}"#,
        r#"{"and": [{"name": "a"}, {"and": [{"name": "b"}, {"name": "c"}]}]}"#,
        r#"{"or": [{"name": "a"}]}"#,
        r#"{"number": -1}"#,
        r#"{"number": "1e999"}"#,
        r#"{"column": "a`b"}"#,
        r#"{"has": "a"}"#,
    ];
    let messages = refused.map(|json| condition(json).unwrap_err().to_string());
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn a_tree_that_readers_of_json_may_not_take_is_refused() {
    let text = format!("rule r: A when {}a{}", "not (b or ".repeat(30), ")".repeat(30));
    let error = to_json(&tree(&text)).unwrap_err();
    assert!(matches!(error, TreeError::TooDeep(_)), "{error}");
    assert_eq!(to_json(&parse("rule r: A when (").0), Err(TreeError::Erroneous));
}
