//! Each limit has a message of its own, whoever exceeds it.

use hunch_rules::{ColumnDef, ColumnType, Schema, Source, code, compile, limits};

fn message_of(text: &str) -> String {
    let column = |name: &str, kind| ColumnDef { name: name.to_owned(), kind };
    let schema = Schema {
        columns: vec![column("text", ColumnType::Text), column("paid", ColumnType::Bool)],
        labels: vec!["A".to_owned()],
        ..Schema::default()
    };
    let compiled = compile(&[Source { name: "limits", text }], &schema);
    let limit = compiled.diagnostics.into_iter().find(|found| found.code == code::LIMIT);
    limit.map_or_else(|| format!("no limit: {}", &text[..text.len().min(80)]), |found| found.message)
}

fn when(condition: &str) -> String {
    message_of(&format!("rule r: A when {condition}"))
}

fn terms(count: usize) -> String {
    (0..count).map(|term| format!("\"t{term}\"")).collect::<Vec<_>>().join(", ")
}

#[test]
fn each_limit_says_what_is_too_much_and_how_much_is_possible() {
    let nested = |levels: usize| format!("{}paid{}", "(".repeat(levels), ")".repeat(levels));
    let messages = [
        message_of(&"#".repeat(limits::SOURCE_BYTES + 1)),
        message_of(
            &(0..=limits::RULES).map(|at| format!("rule r{at}: A otherwise\n")).collect::<Vec<_>>().concat(),
        ),
        when(&format!("text ~ /{}/", "a".repeat(limits::PATTERN_CHARS + 1))),
        when("text ~ /(a{40}){40}/"),
        when(&format!("text ~ /{}a{}/", "(".repeat(70), ")".repeat(70))),
        when(&(0..=limits::REGEXES).map(|at| format!("text ~ /a{at}/")).collect::<Vec<_>>().join(" or ")),
        when(&nested(limits::NESTING + 1)),
        when(&format!("text has any ({})", terms(limits::LIST_TERMS + 1))),
        when(&format!("text has \"{}\"", "a".repeat(limits::TERM_CHARS + 1))),
        when("text has \"a\" within 1001 words of \"b\""),
        when(&format!("text has \"a\" within 3 words of all ({})", terms(limits::NEAR_ALL_TERMS + 1))),
        message_of(&format!("augment train: 1 copy of swap(1){}", " then swap(1)".repeat(limits::STEPS))),
        message_of(&"rule r: A when\n".repeat(limits::DIAGNOSTICS + 2)),
    ];
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn a_lexicon_of_the_source_has_the_limits_of_lists_and_terms() {
    let long = format!("lexicon l = (\"{}\")", "a".repeat(limits::TERM_CHARS + 1));
    assert_eq!(message_of(&long), "the term has 1001 characters; at most 1000 are possible");
    let many = format!("lexicon l = ({})", terms(limits::LIST_TERMS + 1));
    assert_eq!(message_of(&many), "the list has 10001 members; at most 10000 are possible");
}
