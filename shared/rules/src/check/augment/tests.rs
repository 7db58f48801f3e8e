//! Policies mean what they say; a mistake in one is shown where it is.

use super::*;
use crate::check::{Source, compile, compile_policy, test_schema};
use crate::{ColumnDef, Compiled, LineIndex};

fn compiled(text: &str) -> Compiled {
    let mut schema = test_schema();
    schema.columns.push(ColumnDef { name: "country".to_owned(), kind: ColumnType::Category });
    compile(&[Source { name: "test", text }], &schema)
}

/// The one policy of a text without errors.
fn policy(text: &str) -> Policy {
    let mut compiled = compiled(text);
    assert_eq!(compiled.diagnostics, [], "{text}");
    compiled.policies.remove(0).policy
}

fn on_content(change: TextChange) -> PolicyStep {
    PolicyStep::Text { column: "content".to_owned(), change }
}

#[test]
fn the_simplest_policy_has_a_name_for_its_copies_ids() {
    let expected = Policy {
        name: "augment".to_owned(),
        copies: 2,
        steps: vec![
            on_content(TextChange::Typo { share: 0.05 }),
            on_content(TextChange::Swap(Amount::Times(1))),
        ],
    };
    assert_eq!(policy("augment train: 2 copies of typo(0.05) then swap(1)"), expected);
    let named = Policy { name: "noisy".to_owned(), ..expected };
    assert_eq!(policy("augment noisy train: 2 copies of typo(0.05)\n  # again\n  then swap(1)"), named);
}

#[test]
fn parameters_stand_in_one_order_with_the_column_last() {
    let text = r#"lexicon films = ("film|movie", "great|good")
augment a train: 1 copy of swap(0.2) then eda(0.1, @films) then eda(0.1, author) then replace(0.5, ("a", "b"), author)
  then drop(0.1) then drop(0.5, stars) then jitter(`education-num`, 0.1) then resample(country) then shuffle()"#;
    let list = |terms: &[&str]| Terms::List(terms.iter().map(ToString::to_string).collect());
    let films = list(&["film|movie", "great|good"]);
    let author = |change| PolicyStep::Text { column: "author".to_owned(), change };
    let columns = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        policy(text).steps,
        [
            on_content(TextChange::Swap(Amount::Share(0.2))),
            on_content(TextChange::Eda { alpha: 0.1, synonyms: Some(films) }),
            author(TextChange::Eda { alpha: 0.1, synonyms: None }),
            author(TextChange::Replace { share: 0.5, terms: list(&["a", "b"]) }),
            PolicyStep::Drop {
                share: 0.1,
                columns: columns(&["author", "stars", "education-num", "verified", "posted", "country"]),
            },
            PolicyStep::Drop { share: 0.5, columns: columns(&["stars"]) },
            PolicyStep::Jitter { column: "education-num".to_owned(), spread: 0.1 },
            PolicyStep::Resample { column: "country".to_owned() },
            on_content(TextChange::Shuffle),
        ]
    );
}

#[test]
fn sliders_know_every_number_and_where_it_stands() {
    let text = "augment train: 2 copies of typo(0.05) then swap(1) then jitter(stars, 0.5)";
    let numbers = compiled(text).policies.remove(0).numbers;
    let shown: Vec<_> =
        numbers.iter().map(|it| (&text[it.span.start..it.span.end], it.step, it.kind)).collect();
    assert_eq!(
        shown,
        [
            ("2", None, NumberKind::Copies),
            ("0.05", Some(0), NumberKind::Share),
            ("1", Some(1), NumberKind::Times),
            ("0.5", Some(2), NumberKind::Spread),
        ]
    );
}

#[test]
fn renaming_a_stored_lexicon_does_not_change_what_a_policy_is() {
    let named = policy("augment train: 1 copy of insert(0.1, @brands)");
    assert_eq!(named.lexicons().len(), 1);
    assert!(!serde_json::to_string(&named).unwrap().contains("brands"));
}

#[test]
fn a_project_keeps_each_policy_by_itself_with_lexicons_of_its_own() {
    let one = "lexicon words = (\"film|movie\")\naugment train: 1 copy of replace(0.5, @words)";
    let check = |text: &str| {
        let (policy, diagnostics) = compile_policy(text, &test_schema());
        assert_eq!(policy.is_some(), diagnostics.is_empty());
        diagnostics.into_iter().map(|found| found.message).collect::<Vec<_>>()
    };
    assert_eq!(check(one), [""; 0]);
    assert_eq!(
        check(&format!("{one}\naugment b train: 1 copy of shuffle()")),
        ["a second policy begins here; keep one"]
    );
    assert_eq!(check("# none"), ["there is no `augment` line"]);
    assert_eq!(check("augment train 1"), ["expected `train`, found `1`"]);
    let rule = format!("{one}\nrule a: SPAM when verified");
    assert_eq!(check(&rule), ["a policy is kept by itself, without rules and labels"]);
}

#[test]
fn every_mistake_is_shown_where_it_is_with_what_to_write() {
    let text = "
augment test: 1 copy of typo(0.1)
augment noisy tain: 1 copy of typo(0.1)
augment a train: 0 copies of typo(0.1)
augment b train: 1 copy of tipo(0.1)
augment c train: 1 copy of typo(5)
augment d train: 1 copy of typo()
augment e train: 1 copy of typo
augment f train: 1 of typo(0.1)
augment g train: 1 copy of typo(0.1) swap(1)
augment h train: 1 copy of insert(0.1, @brand)
augment i train: 1 copy of jitter(country, 0.1)
augment i train: 1 copy of swap(1.5)
augment j train: 1 copy of typo(0.1, stars)
augment k train: 1 copy of insert(0.1)
augment
augment train 2 copies of typo(0.1)
augment l train: 1 copy of shuffle() then
rule sound: SPAM when verified
";
    let compiled = compiled(text);
    let lines = LineIndex::new(text);
    let shown = compiled.diagnostics.iter().map(|found| {
        let (line, _) = lines.line_column(found.span.start);
        let part = text[found.span.start..found.span.end].lines().next().unwrap_or_default();
        format!("{line} `{part}` {}: {found}", found.code)
    });
    insta::assert_snapshot!(shown.collect::<Vec<_>>().join("\n"));
    assert_eq!(compiled.rules.len(), 1);
    assert_eq!(compiled.policies, []);
}
