use hunch_rules::{ColumnDef, ColumnType, Schema, Source, compile};

use super::*;
use crate::{Column, ColumnData, Lexicons, Split, TextColumn, Values};

/// The marked stretches of a text under a rule's clauses.
fn marked(clauses: &str, text: &str, stars: f64) -> Vec<String> {
    let column = |name: &str, kind| ColumnDef { name: name.to_owned(), kind };
    let schema = Schema {
        labels: vec!["HAM".to_owned(), "SPAM".to_owned()],
        columns: vec![column("text", ColumnType::Text), column("stars", ColumnType::Number)],
        ..Schema::default()
    };
    let source = format!("rule base: SPAM when text has \"base\"\nrule r:\n{clauses}");
    let compiled = compile(&[Source { name: "r", text: &source }], &schema);
    assert_eq!(compiled.diagnostics, []);
    let program = Program::compile(&compiled.rules[1].plan, &Lexicons::new()).unwrap();
    let row = |text: &str| Some(text.to_owned());
    let values: Values<f64> = [None, Some(stars)].into_iter().collect();
    let chunk = Chunk {
        rows: 2,
        ids: TextColumn::from_rows([Some("a"), Some("b")]).unwrap(),
        splits: vec![Split::Train; 2],
        columns: vec![
            Column {
                name: "text".to_owned(),
                data: ColumnData::Text(TextColumn::from_rows([row("other"), row(text)]).unwrap()),
            },
            Column { name: "stars".to_owned(), data: ColumnData::Number(values) },
        ],
        ..Chunk::default()
    };
    spans(&program, &chunk, 1).iter().map(|span| text[span.start..span.end].to_owned()).collect()
}

#[test]
fn marks_are_stretches_of_the_original_text_whatever_folding_does_to_its_length() {
    assert_eq!(marked("SPAM when text has \"free\"", "\u{212a}\u{212a} FREE ẞ Free", 0.0), ["FREE", "Free"]);
    assert_eq!(marked("SPAM when text contains \"\u{212a}\"", "ẞk\u{212a}K", 0.0), ["k\u{212a}K"]);
    assert_eq!(marked("SPAM when text ~ /fr.e/i", "ẞ FRÉE frée", 0.0), ["FRÉE", "frée"]);
}

#[test]
fn only_what_the_voting_clause_found_is_marked() {
    let clauses =
        "HAM when text has \"song\"\n SPAM when text has any (\"free\", \"song\") and not text has \"love\"";
    assert_eq!(marked(clauses, "free song", 0.0), ["song"]);
    assert_eq!(marked(clauses, "free", 0.0), ["free"]);
    assert!(marked(clauses, "free love", 0.0).is_empty());
    let either = "SPAM when text has \"free\" or (text has \"win\" and stars > 3)";
    assert_eq!(marked(either, "free win", 1.0), ["free"]);
    assert_eq!(marked(either, "free win", 5.0), ["free", "win"]);
}

#[test]
fn what_is_counted_and_what_another_rule_found_is_marked() {
    assert_eq!(
        marked("SPAM when count(text, /!/) + count(text, \"now\") > 2", "now! not! now", 0.0),
        ["now!", "!", "now"]
    );
    assert_eq!(marked("HAM when vote(base) = SPAM", "the base", 0.0), ["base"]);
    assert!(marked("HAM when vote(base) != SPAM", "none", 0.0).is_empty());
}

#[test]
fn marks_that_meet_are_one_and_there_are_at_most_a_thousand() {
    assert_eq!(marked("SPAM when text contains all (\"ab\", \"bc\")", "abc ab", 0.0), ["abc", "ab"]);
    assert_eq!(marked("SPAM when text contains \"a\"", &"a ".repeat(5_000), 0.0).len(), SPANS);
    assert_eq!(marked("SPAM when text ~ /x*/", "yxy", 0.0), ["x"]);
}
