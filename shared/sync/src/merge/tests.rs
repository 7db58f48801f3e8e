use super::*;
use proptest::prelude::*;
use serde_json::json;

fn entity(key: &Key, revision: u64, body: Value) -> Entity {
    Entity {
        key: key.clone(),
        revision,
        seq: revision,
        deleted: body.is_null(),
        body,
        author: "them".into(),
        updated_at: String::new(),
    }
}

/// Decides an edit from revision 1, which said `base`, of what says `theirs` since revision 2.
fn from_one(kind: Kind, base: &Value, theirs: &Value, mine: &Value) -> Decision {
    let key = Key::new(kind, "id");
    let edit = Edit { key: &key, base: 1, body: (!mine.is_null()).then_some(mine) };
    let current = entity(&key, 2, theirs.clone());
    decide(&edit, Some(&current), Some(base), &mut |_| Verdict::Fine)
}

fn rule(lines: &[&str], active: bool) -> Value {
    json!({ "name": "r", "source": lines.join("\n"), "active": active })
}

fn merged(decision: &Decision) -> Option<&Value> {
    if let Decision::Merge(body) = decision { Some(body) } else { None }
}

#[test]
fn edits_of_different_lines_and_fields_merge() {
    let base = rule(&["a", "b", "c"], true);
    let decision = from_one(Kind::Rule, &base, &rule(&["A", "b", "c"], true), &rule(&["a", "b", "C"], false));
    assert_eq!(merged(&decision), Some(&rule(&["A", "b", "C"], false)));
}

#[test]
fn a_last_line_without_a_newline_merges_like_any_other() {
    let body = |source: &str| json!({ "source": source });
    let decision = from_one(Kind::Policy, &body("a\nb\nc"), &body("A\nb\nc"), &body("a\nb\nc\nd\n"));
    assert_eq!(merged(&decision), Some(&body("A\nb\nc\nd")));
}

#[test]
fn edits_of_one_line_wait_for_a_person() {
    let base = rule(&["a", "b"], true);
    let decision = from_one(Kind::Rule, &base, &rule(&["x", "b"], true), &rule(&["y", "b"], true));
    assert_eq!(decision, Decision::conflict(Reason::Edited));
}

#[test]
fn an_edit_never_brings_a_deleted_thing_back_by_itself() {
    let (base, edited) = (rule(&["a"], true), rule(&["b"], true));
    let gone = Decision::conflict(Reason::Deleted);
    assert_eq!(from_one(Kind::Rule, &base, &Value::Null, &edited), gone);
    assert_eq!(from_one(Kind::Rule, &base, &edited, &Value::Null), gone);
    assert_eq!(from_one(Kind::Rule, &base, &Value::Null, &Value::Null), Decision::Unchanged { revision: 2 });
}

#[test]
fn a_merge_that_does_not_compile_waits_for_a_person() {
    let key = Key::new(Kind::Rule, "id");
    let (base, theirs, mine) =
        (rule(&["a", "-", "b"], true), rule(&["A", "-", "b"], true), rule(&["a", "-", "B"], true));
    let edit = Edit { key: &key, base: 1, body: Some(&mine) };
    let current = entity(&key, 2, theirs);
    let mut check = |body: Option<&Value>| match body {
        Some(body) if *body == rule(&["A", "-", "B"], true) => Verdict::Refused(Refusal::new("x", "x")),
        _ => Verdict::Fine,
    };
    let decision = decide(&edit, Some(&current), Some(&base), &mut check);
    assert_eq!(decision, Decision::conflict(Reason::DoesNotCompile));
}

#[test]
fn what_is_refused_alone_is_rejected_and_makes_no_merge_conflict() {
    let key = Key::new(Kind::Rule, "id");
    let mine = rule(&["y"], true);
    let edit = Edit { key: &key, base: 1, body: Some(&mine) };
    let current = entity(&key, 2, rule(&["x"], true));
    let refusal = Refusal::new("does-not-compile", "no");
    let decision =
        decide(&edit, Some(&current), Some(&rule(&["a"], true)), &mut |_| Verdict::Refused(refusal.clone()));
    assert_eq!(decision, Decision::Reject(refusal));
}

#[test]
fn a_base_nobody_knows_merges_with_nothing() {
    let key = Key::new(Kind::Rule, "id");
    let (theirs, mine) = (rule(&["x"], true), rule(&["x", "y"], true));
    let edit = Edit { key: &key, base: 9, body: Some(&mine) };
    let decision = decide(&edit, Some(&entity(&key, 2, theirs)), None, &mut |_| Verdict::Fine);
    assert_eq!(decision, Decision::conflict(Reason::Edited));
}

#[test]
fn labels_merge_by_index_and_two_new_ones_cannot_share_it() {
    let set = |names: &[&str]| json!({ "labels": names.iter().map(|name| json!({ "name": name, "color": "" })).collect::<Vec<_>>() });
    let base = set(&["A", "B"]);
    let decide = |theirs: &[&str], mine: &[&str]| from_one(Kind::LabelSet, &base, &set(theirs), &set(mine));
    assert_eq!(merged(&decide(&["X", "B", "C"], &["A", "Y"])), Some(&set(&["X", "Y", "C"])));
    assert_eq!(decide(&["X", "B"], &["A"]), Decision::conflict(Reason::Edited), "none is ever taken away");
    assert_eq!(decide(&["A", "B"], &["A", "B", "C"]), Decision::Apply);
    assert_eq!(merged(&decide(&["X", "B"], &["A", "Y"])), Some(&set(&["X", "Y"])));
    assert_eq!(decide(&["A", "B", "C"], &["A", "B", "D"]), Decision::conflict(Reason::Edited));
    let mut colored = set(&["A", "B"]);
    colored["labels"][0]["color"] = "#ff0000".into();
    let mut both = set(&["X", "B"]);
    both["labels"][0]["color"] = "#ff0000".into();
    assert_eq!(merged(&from_one(Kind::LabelSet, &base, &set(&["X", "B"]), &colored)), Some(&both));
}

#[test]
fn terms_merge_as_a_set() {
    let terms = |terms: &[&str]| json!({ "terms": terms });
    let decision =
        from_one(Kind::Lexicon, &terms(&["a", "b", "c"]), &terms(&["b", "c", "x"]), &terms(&["a", "b", "y"]));
    assert_eq!(merged(&decision), Some(&terms(&["b", "x", "y"])));
    let address = |hash: &str| json!({ "hash": hash, "count": 3 });
    let decision = from_one(Kind::Lexicon, &address("a"), &address("b"), &address("c"));
    assert_eq!(decision, Decision::conflict(Reason::Edited), "long lexicons merge as a whole only");
}

#[test]
fn two_people_who_give_one_gold_agree_and_others_do_not() {
    let gold = |label: i16, author: &str| json!({ "label": label, "author": author });
    let decide = |theirs, mine| from_one(Kind::Gold, &gold(0, "a"), &theirs, &mine);
    assert_eq!(decide(gold(1, "a"), gold(1, "b")), Decision::Unchanged { revision: 2 });
    assert_eq!(decide(gold(1, "a"), gold(2, "b")), Decision::conflict(Reason::Edited));
}

#[test]
fn the_newest_annotation_counts_whatever_it_started_from() {
    let annotation = |label: i16| json!({ "label": label });
    assert_eq!(from_one(Kind::Annotation, &annotation(0), &annotation(1), &annotation(2)), Decision::Apply);
}

fn lines() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(prop::sample::select(vec!["a", "b", "c", "d"]).prop_map(str::to_owned), 0..6)
}

proptest! {
    /// A text merged with what it started from is itself, and both orders merge to the same or not at all.
    #[test]
    fn merging_lines_is_fair(base in lines(), theirs in lines(), mine in lines()) {
        let body = |lines: &Vec<String>| json!({ "source": lines.join("\n") });
        let (base, theirs, mine) = (body(&base), body(&theirs), body(&mine));
        let merge = |base, theirs, mine| parts::merge(Kind::Rule, base, theirs, mine);
        prop_assert_eq!(merge(&base, &base, &mine), Some(mine.clone()));
        prop_assert_eq!(merge(&base, &theirs, &base), Some(theirs.clone()));
        prop_assert_eq!(merge(&base, &mine, &mine), Some(mine.clone()));
        prop_assert_eq!(merge(&base, &theirs, &mine), merge(&base, &mine, &theirs));
    }

    /// Whatever bodies are sent, a decision is made.
    #[test]
    fn no_body_makes_a_decision_fail(
        texts in prop::collection::vec(prop::sample::select(vec![
            "null", "1", "\"x\"", "[]", "{}", "{\"terms\":[1]}", "{\"labels\":{}}", "{\"source\":1}",
            "{\"source\":\"a\"}", "{\"labels\":[{}]}", "{\"label\":1}",
        ]), 3),
        base in 0_u64..4,
    ) {
        let values: Vec<Value> = texts.iter().map(|it| serde_json::from_str(it).unwrap_or_default()).collect();
        for kind in Kind::ALL {
            let key = Key::new(kind, "id");
            let edit = Edit { key: &key, base, body: Some(&values[0]) };
            let current = entity(&key, 2, values[1].clone());
            let _ = decide(&edit, Some(&current), Some(&values[2]), &mut |_| Verdict::Fine);
        }
    }
}
