//! Mistakes: each is found, shown where it is, and hides no other.

use super::*;
use crate::check::{Source, compile, test_schema};
use crate::{LineIndex, Severity, Surroundings, complete, format};
use proptest::prelude::*;

/// What is said about a source, as an editor would show it.
fn report(text: &str) -> String {
    let compiled = compile(&[Source { name: "test", text }], &test_schema());
    let lines = LineIndex::new(text);
    let shown = |found: &Diagnostic| {
        let (line, column) = lines.line_column(found.span.start);
        let part = text[found.span.start..found.span.end].lines().next().unwrap_or_default();
        let severity = if found.severity == Severity::Error { "error" } else { "warning" };
        let help = found.help.as_ref().map(|help| format!("\n    {help}")).unwrap_or_default();
        format!("{line}:{column} {severity}[{}] at `{part}`: {}{help}\n", found.code, found.message)
    };
    let names: Vec<&str> = compiled.rules.iter().map(|rule| rule.name.as_str()).collect();
    format!("{}rules: {}", compiled.diagnostics.iter().map(shown).collect::<String>(), names.join(" "))
}

#[test]
fn one_mistake_spoils_one_rule_and_hides_no_other() {
    insta::assert_snapshot!(report(
        r#"
SPAM when verified
labels HAM, SPAM
lexicon shops ("amazon")
rule a:
  SPAM whn text has "x"
  SPAM when text hs "x"
  HAM when
  HAM when text has ("a", "b") and verified
  HAM when text has word
rule sound: SPAM when verified
rule b
  SPAM when (stars > 3 and (verified
  HAM otherwise
rul c:
  SPAM when text ~ "x"
rule d "no clause":
rule also_sound:
  SPAM when not verified
"#
    ));
}

#[test]
fn habits_from_elsewhere_are_answered_with_the_way_to_write_it_here() {
    insta::assert_snapshot!(report(
        r#"
rule a:
  SPAM when text has 'x'
  SPAM when text has “x”
  SPAM when verified && verified
  SPAM when stars == 3
  SPAM when 1 < stars < 3
  SPAM when text not has "x"
  SPAM when !verified
  SPAM when stars ≥ 3;
  SPAM when text ~ /x/gi
  SPAM when stars > 3 // good
  any when verified
  SPAM when text has "C:\dir"
  SPAM when stars > 3x
  SPAM when stars is None
  SPAM when `` > 3
  SPAM when text has "x
  SPAM when text ~ /x
"#
    ));
}

#[test]
fn names_that_do_not_exist_are_answered_with_the_nearest_that_do() {
    insta::assert_snapshot!(report(
        r#"
rule first:
  SPAMM when txet has "x"
  SPAM when contents has @brand and colour = "red"
  SPAM when vote(frist) = SPAM or vote(gpt) = SPAM or vote("first") = SPAM
  SPAM when prob("gtp", SPAM) > 0.5 or prob(gpt, SPAM) > 0.5 or prob("gpt", EGGS) > 0.5
  SPAM when word(text) > 3 or share(text, capitals) > 0.5 or foo(text)
  SPAM when SPAM = "x"
rule first: SPAM when verified
lexicon a = file "a.txt"
rule uses_a: SPAM when text has @a
lexicon brands = ("x", 3)
rule uses_brands: SPAM when text has @brands
"#
    ));
}

#[test]
fn types_are_told_apart() {
    insta::assert_snapshot!(report(
        r#"
rule a:
  SPAM when stars = "3"
  SPAM when posted > "2020-01-31"
  SPAM when posted > date("2020-02-31")
  SPAM when author < "x"
  SPAM when text
  SPAM when stars and vote("gpt")
  SPAM when stars has "x" or words(stars) > 3
  SPAM when verified + 1 > 3
  SPAM when (stars > 3) > 2
  SPAM when (stars > 3) + 2 > 1
  SPAM when stars in ("a", 3) or author in (red)
  SPAM when vote("gpt") > SPAM or vote("gpt") = 3
  SPAM when text has any ("a", 3, "")
  SPAM when count(text, all ("a")) > 1 or words(text, 3) > 1 or count(text) > 1
  SPAM when at least 3 of (verified, verified) or at least 0 of (verified)
  SPAM when words("x") > 3
"#
    ));
}

#[test]
fn regular_expressions_are_shown_where_they_are_wrong() {
    insta::assert_snapshot!(report(
        r"
rule a:
  SPAM when text ~ /a\/(b/
  SPAM when text ~ /a(?=b)/ or text ~ /(a)\1/
  SPAM when count(text, /[z-a]/) > 1
  SPAM when text ~ /(\w{50}){50}/
  SPAM when text ~ //
"
    ));
}

#[test]
fn circles_and_what_depends_on_broken_rules_are_reported() {
    insta::assert_snapshot!(report(
        r"
rule self: SPAM when vote(self) = SPAM
rule a: SPAM when vote(b) = SPAM
rule b: SPAM when vote(c) = SPAM and vote(sound) = SPAM
rule c: SPAM when vote(a) = SPAM
rule sound: SPAM when verified
rule on_circle: SPAM when vote(a) = SPAM
rule broken: SPAM when nothing
rule on_broken: SPAM when vote(broken) = SPAM
rule odd:
  SPAM when vote(sound) is missing
  SPAM otherwise
  SPAM when verified
"
    ));
}

#[test]
fn label_lines_must_agree_with_the_label_set() {
    let mut all = String::new();
    for text in [
        "labels SPAM, HAM, \"<=50K\"",
        "labels HAM, EGGS",
        "labels HAM, HAM",
        "labels HAM\nlabels HAM",
        "labels \"\"",
    ] {
        all = all + text + "\n" + &report(text) + "\n";
    }
    insta::assert_snapshot!(all);
    let text = "rule a:\n  A when true\n  B otherwise";
    let compiled = compile(&[Source { name: "test", text }], &crate::Schema::default());
    assert_eq!(compiled.diagnostics.iter().map(|found| found.code).collect::<Vec<_>>(), [code::NO_LABELS]);
    let with_line = format!("labels B, A\n{text}");
    let sources =
        [Source { name: "1", text }, Source { name: "2", text: &with_line.replace("rule a", "rule b") }];
    let compiled = compile(&sources, &crate::Schema::default());
    assert_eq!((compiled.labels.join(" "), compiled.rules.len()), ("B A".to_owned(), 2));
}

/// Codes of what is wrong with a condition.
fn codes(condition: &str) -> Vec<&'static str> {
    let text = format!("rule r:\n  SPAM when {condition}\n");
    compile(&[Source { name: "test", text: &text }], &test_schema())
        .diagnostics
        .iter()
        .map(|found| found.code)
        .collect()
}

#[test]
fn hostile_sources_meet_a_limit_and_not_the_end_of_the_stack() {
    let n = 200_000;
    for (open, close) in [("(", ")"), ("not ", ""), ("-(", ")"), ("at least 1 of (", ")"), ("f((", "))")] {
        let text = format!("{}verified{}", open.repeat(n / 10), close.repeat(n / 10));
        assert_eq!(codes(&text), [code::LIMIT], "{open}");
    }
    assert_eq!(codes(&format!("{}verified", "(".repeat(limits::NESTING + 1))), [code::LIMIT]);
    assert_eq!(codes(&format!("stars > {}1", "1 + ".repeat(n))), [code::LIMIT]);
    assert_eq!(codes(&format!("stars > {}1", "1 / -".repeat(n / 5))), [code::LIMIT]);
    assert_eq!(codes(&format!("{}verified", "verified and ".repeat(n / 3))), [] as [&str; 0]);
    assert_eq!(codes(&format!("text ~ /{}/", "a".repeat(limits::PATTERN_CHARS + 1))), [code::LIMIT]);
    assert_eq!(codes(&format!("text ~ /{}a{}/", "(".repeat(100), ")".repeat(100))), [code::LIMIT]);
    let list = vec!["\"a\""; limits::LIST_TERMS + 1].join(",");
    assert_eq!(codes(&format!("author in ({list})")), [code::LIMIT]);
    assert_eq!(codes(&"x".repeat(limits::SOURCE_BYTES)), [code::LIMIT]);
    let (_, found) = parse(&format!("labels {}", "A, ".repeat(n)));
    assert_eq!(found.len(), 1);
    let (file, found) = parse(&"rule a: B otherwise\n".repeat(limits::RULES + 1));
    assert_eq!((file.items.len(), found[0].code), (limits::RULES, code::LIMIT));
    assert_eq!(parse(&"\n".repeat(limits::SOURCE_BYTES)).1, []);
    let (_, found) = parse(&"labels ?\n".repeat(1_000));
    assert_eq!(found.len(), limits::DIAGNOSTICS + 1);
}

#[test]
fn rules_that_name_each_other_cannot_grow_without_bound() {
    let doubling = |n: usize| {
        let rule =
            |i: usize| format!("rule r{i}: SPAM when vote(r{}) = SPAM or vote(r{}) = HAM\n", i - 1, i - 1);
        "rule r0: SPAM when verified\n".to_owned() + &(1..n).map(rule).collect::<String>()
    };
    let text = doubling(100);
    let compiled = compile(&[Source { name: "test", text: &text }], &test_schema());
    assert_eq!(compiled.diagnostics[0].code, code::LIMIT);
    assert!(compiled.diagnostics[1..].iter().all(|found| found.code == code::BROKEN_REFERENCE));
    // What is left can be read back by a JSON reader that stops at 128 levels, as `serde_json` does.
    assert!(compiled.rules.len() > 10);
    for rule in compiled.rules {
        let json = serde_json::to_string(&rule.plan).unwrap();
        assert_eq!(serde_json::from_str::<crate::Plan>(&json).unwrap().key(), rule.plan.key());
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_language_panic(text in "\\PC{0,80}|[\"`/#@\\\\(\n a1'é:,]{0,60}", offset in 0usize..100) {
        check_any(&text, offset)?;
    }

    #[test]
    fn no_tokens_make_the_language_panic(soup in prop::collection::vec(prop::sample::select(SOUP), 0..40), offset in 0usize..100) {
        check_any(&soup.join(" "), offset)?;
        check_any(&format!("rule r: A when {}", soup.concat()), offset)?;
    }
}

const SOUP: &[&str] = &[
    "rule a:",
    "labels A",
    "lexicon l =",
    "augment",
    "augment train: 2 copies of typo(",
    "then swap(1)",
    "A when",
    "otherwise",
    "and",
    "or",
    "not",
    "(",
    ")",
    ",",
    ":",
    "=",
    "<",
    "-",
    "/",
    "~",
    "/x/i",
    "\"t\"",
    "1",
    "a",
    "text",
    "stars",
    "has",
    "contains any",
    "within 3 words of",
    "in",
    "is missing",
    "at least 1 of (",
    "words(",
    "vote(a)",
    "prob(\"gpt\",",
    "similar(",
    "@l",
    "# c\n",
    "\n",
    "`c d`",
    "true",
    "date(\"2020-01-31\")",
    "file",
    "💥",
];

/// What must hold for any text.
fn check_any(text: &str, offset: usize) -> Result<(), TestCaseError> {
    let compiled = compile(&[Source { name: "test", text }], &test_schema());
    for found in &compiled.diagnostics {
        prop_assert!(text.get(found.span.start..found.span.end).is_some(), "{:?} in {:?}", found, text);
    }
    for rule in &compiled.rules {
        prop_assert!(!rule.plan.clauses.is_empty());
    }
    let (_, found) = parse(text);
    prop_assert_eq!(format(text).is_ok(), found.is_empty());
    for completion in complete(text, offset, &test_schema(), Surroundings::default()) {
        prop_assert!(text.get(completion.replace.start..completion.replace.end).is_some());
    }
    Ok(())
}
