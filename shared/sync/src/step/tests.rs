use super::*;
use serde_json::json;

const CONTEXT: Context<'_> =
    Context { author: "me", device: Some("d"), now: "now", seq: 10, conflict_id: "conflict" };

fn operation(key: &Key, change: Change) -> Operation {
    Operation { id: "op".into(), seq: 1, key: key.clone(), change, made_at: String::new() }
}

fn entity(key: &Key, revision: u64, body: Value) -> Entity {
    let author = "them".to_owned();
    let deleted = body.is_null();
    Entity { key: key.clone(), revision, seq: revision, deleted, body, author, updated_at: String::new() }
}

fn text(source: &str) -> Value {
    json!({ "name": "r", "source": source, "active": true })
}

fn rule() -> Key {
    Key::new(Kind::Rule, "r")
}

fn fine(_: Option<&Value>) -> Verdict {
    Verdict::Fine
}

fn reads(base: &str, now: &str) -> Reads {
    Reads { current: Some(entity(&rule(), 5, text(now))), ancestor: Some(text(base)), ..Reads::default() }
}

/// The merge conflict that an edit of what another has edited makes.
fn conflict() -> Outcome {
    let edit = operation(&rule(), Change::Put { base: 4, body: text("mine") });
    carry_out(&edit, &reads("base", "theirs"), &CONTEXT, &mut fine)
}

#[test]
fn a_merge_keeps_what_was_sent_as_a_revision_of_its_own() {
    let edit = operation(&rule(), Change::Put { base: 4, body: text("a\n-\nC") });
    let outcome = carry_out(&edit, &reads("a\n-\nc", "A\n-\nc"), &CONTEXT, &mut fine);
    assert_eq!((outcome.receipt.status, outcome.receipt.revision), (Status::Merged, Some(6)));
    let written: Vec<_> =
        outcome.writes.iter().map(|it| (it.entity.revision, it.current, &it.entity.body)).collect();
    assert_eq!(written, [(6, false, &text("a\n-\nC")), (7, true, &text("A\n-\nC"))]);
    assert_eq!((outcome.seq, outcome.receipt.server_seq), (11, Some(11)));
}

#[test]
fn what_does_not_fit_is_kept_and_what_is_current_stays() {
    let outcome = conflict();
    assert_eq!(outcome.receipt.merge_conflict.as_deref(), Some("conflict"));
    let [written] = &outcome.writes[..] else { panic!("{outcome:?}") };
    assert_eq!(written.entity.key, Key::new(Kind::MergeConflict, "conflict"));
    let record = MergeConflict::of(&written.entity).map(|it| (it.mine.body, it.theirs.body, it.reason));
    assert_eq!(record, Some((Some(text("mine")), Some(text("theirs")), Reason::Edited)));
}

#[test]
fn a_second_edit_from_the_same_device_goes_on_with_its_merge_conflict() {
    let open = conflict().writes[0].entity.clone();
    let edit = operation(&rule(), Change::Put { base: 4, body: text("mine, too") });
    let reads = Reads { open: Some(open), ..reads("base", "theirs") };
    let outcome = carry_out(&edit, &reads, &Context { conflict_id: "another", ..CONTEXT }, &mut fine);
    assert_eq!(outcome.receipt.merge_conflict.as_deref(), Some("conflict"));
    assert_eq!(outcome.writes[0].entity.revision, 2);
}

#[test]
fn settling_ends_the_merge_conflict_and_stale_settling_goes_on_with_it() {
    let open = conflict().writes[0].entity.clone();
    let settle = |base, source| {
        let change = Change::Resolve { base, body: Some(text(source)) };
        let reads = Reads { conflict: Some(open.clone()), ..reads("base", "theirs") };
        carry_out(&operation(&open.key, change), &reads, &CONTEXT, &mut fine)
    };
    let settled = settle(5, "both");
    assert_eq!(settled.receipt.status, Status::Applied);
    assert_eq!(settled.writes[0].entity.body, text("both"));
    assert!(settled.writes[1].entity.deleted && settled.writes[1].entity.key == open.key);
    let theirs = settle(5, "theirs");
    assert_eq!(theirs.receipt.status, Status::Unchanged);
    assert!(theirs.writes[0].entity.deleted);
    let stale = settle(4, "both");
    assert_eq!(stale.receipt.status, Status::Conflict);
    assert_eq!((&stale.writes[0].entity.key, stale.writes[0].entity.revision), (&open.key, 2));
}

#[test]
fn a_resolution_of_what_was_settled_still_counts_and_one_of_nothing_is_refused() {
    let open = conflict().writes[0].entity.clone();
    let settled = Entity { deleted: true, revision: 2, ..open.clone() };
    let change = Change::Resolve { base: 5, body: Some(text("late")) };
    let edit = operation(&open.key, change);
    let outcome =
        carry_out(&edit, &Reads { conflict: Some(settled), ..reads("base", "theirs") }, &CONTEXT, &mut fine);
    assert_eq!((outcome.receipt.status, outcome.writes.len()), (Status::Applied, 1));
    let outcome = carry_out(&edit, &Reads::default(), &CONTEXT, &mut fine);
    assert_eq!(outcome.receipt.status, Status::Rejected);
}

#[test]
fn a_new_rule_whose_name_is_taken_is_kept_inactive() {
    let holder = entity(&Key::new(Kind::Rule, "other"), 3, text("theirs"));
    let edit = operation(&rule(), Change::Put { base: 0, body: text("mine") });
    let mut check = |_: Option<&Value>| Verdict::NameTaken(Box::new(holder.clone()));
    let outcome = carry_out(&edit, &Reads::default(), &CONTEXT, &mut check);
    assert_eq!((outcome.receipt.status, outcome.receipt.revision), (Status::Conflict, Some(1)));
    assert_eq!(outcome.writes[0].entity.body["active"], false);
    let record = MergeConflict::of(&outcome.writes[1].entity);
    assert_eq!(record.map(|it| (it.target(), it.theirs.body)), Some((rule(), Some(text("theirs")))));
}
