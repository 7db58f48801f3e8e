use super::*;
use crate::{Kind, PushReply, Receipt, Status};
use serde_json::json;

fn device(id: &str, epoch: &str) -> Device {
    Device { id: id.into(), epoch: epoch.into(), acknowledged: 0 }
}

fn page(epoch: &str, cursor: u64, changes: Vec<Entity>) -> PullReply {
    PullReply { epoch: epoch.into(), changes, cursor, more: false, acknowledged: 0 }
}

fn rule(id: &str) -> Key {
    Key::new(Kind::Rule, id)
}

fn entity(id: &str, revision: u64, seq: u64, text: &str) -> Entity {
    let author = "them".to_owned();
    Entity {
        key: rule(id),
        revision,
        seq,
        deleted: false,
        body: json!(text),
        author,
        updated_at: String::new(),
    }
}

fn put(id: &str, base: u64, text: &str) -> Draft {
    let change = Change::Put { base, body: json!(text) };
    Draft { id: "op".into(), key: rule(id), change, seen: None, author: "me".into(), made_at: "now".into() }
}

/// As `put`, by a tab that showed `seen` when the edit began.
fn put_over(seen: &str, base: u64, text: &str) -> Draft {
    Draft { seen: Some(json!(seen)), ..put("a", base, text) }
}

fn receipt(seq: u64, status: Status, revision: u64, server_seq: u64) -> PushReply {
    let receipt = Receipt {
        seq,
        status,
        revision: Some(revision),
        server_seq: Some(server_seq),
        merge_conflict: None,
        problem: None,
    };
    PushReply { accepted_through: seq, receipts: vec![receipt] }
}

/// A copy that holds rule `a` at revision 1.
fn replica() -> Replica {
    let mut replica = Replica::default();
    replica.register(device("d", "e"));
    replica.take_pull(0, page("e", 5, vec![entity("a", 1, 5, "server")]));
    replica
}

/// The operations of the next push, as (number, id, base, text).
fn sent(replica: &mut Replica) -> Vec<(u64, String, u64, String)> {
    let push = replica.next_push().map(|(request, _)| request.operations).unwrap_or_default();
    let text = |it: &Operation| it.change.body().and_then(Value::as_str).unwrap_or_default().to_owned();
    push.iter().map(|it| (it.seq, it.key.id.clone(), it.change.base(), text(it))).collect()
}

#[test]
fn nothing_is_sent_before_the_copy_is_there() {
    let mut replica = Replica::default();
    assert!(replica.edit(put("a", 0, "offline")).is_ok());
    assert!(replica.next_push().is_none());
    replica.register(device("d", "e"));
    assert!(replica.next_push().is_none());
    replica.take_pull(0, page("e", 0, Vec::new()));
    assert_eq!(sent(&mut replica), [(1, "a".into(), 0, "offline".into())]);
}

#[test]
fn an_edit_shows_at_once_and_what_was_sent_never_changes() -> Result<(), DraftError> {
    let mut replica = replica();
    replica.edit(put("a", 1, "one"))?;
    replica.edit(put("a", 1, "two"))?;
    assert_eq!(replica.entity(&rule("a")).map(|it| it.body), Some(json!("two")));
    let first = sent(&mut replica);
    assert_eq!(first, [(1, "a".into(), 1, "two".into())], "edits that were not sent are one");
    replica.edit(put("a", 1, "three"))?;
    assert_eq!(sent(&mut replica), first, "a second one waits for the first one's receipt");
    replica.take_push("d", &receipt(1, Status::Merged, 4, 9));
    assert_eq!(sent(&mut replica), [(2, "a".into(), 4, "three".into())], "and starts from what was sent");
    Ok(())
}

#[test]
fn what_one_tab_saved_is_not_replaced_by_another_that_never_saw_it() -> Result<(), DraftError> {
    let mut replica = replica();
    replica.edit(put_over("server", 1, "first tab"))?;
    replica.edit(put_over("server", 1, "second tab"))?;
    assert_eq!(sent(&mut replica), [(1, "a".into(), 1, "first tab".into())]);
    replica.take_push("d", &receipt(1, Status::Applied, 2, 6));
    let second = [(2, "a".into(), 1, "second tab".into())];
    assert_eq!(sent(&mut replica), second, "it keeps the base it was made from, so that the server merges");
    replica.edit(put_over("second tab", 1, "third"))?;
    replica.take_push("d", &receipt(2, Status::Merged, 3, 7));
    assert_eq!(sent(&mut replica), [(3, "a".into(), 3, "third".into())], "and an edit of it starts from it");
    Ok(())
}

#[test]
fn a_tab_that_saw_what_is_on_its_way_goes_on_from_it() -> Result<(), DraftError> {
    let mut replica = replica();
    replica.edit(put_over("server", 1, "one"))?;
    replica.edit(put_over("one", 1, "two"))?;
    assert_eq!(sent(&mut replica), [(1, "a".into(), 1, "two".into())]);
    Ok(())
}

#[test]
fn edits_keep_the_order_they_were_made_in() -> Result<(), DraftError> {
    let mut replica = replica();
    replica.edit(put("a", 1, "one"))?;
    replica.edit(put("b", 0, "needs a"))?;
    replica.edit(put("a", 1, "two"))?;
    assert_eq!(sent(&mut replica).len(), 2);
    replica.take_push("d", &receipt(1, Status::Applied, 2, 6));
    replica.take_push("d", &receipt(2, Status::Applied, 1, 7));
    assert_eq!(sent(&mut replica), [(3, "a".into(), 2, "two".into())]);
    Ok(())
}

#[test]
fn a_pushs_answer_does_not_move_the_cursor_and_the_edit_stays_shown() -> Result<(), DraftError> {
    let mut replica = replica();
    replica.edit(put("a", 1, "mine"))?;
    sent(&mut replica);
    replica.take_push("d", &receipt(1, Status::Applied, 2, 9));
    assert_eq!(replica.meta().cursor, 5);
    assert_eq!(replica.entity(&rule("a")).map(|it| (it.revision, it.body)), Some((2, json!("mine"))));
    assert_eq!(replica.counts(), Counts::default());
    let patch = replica.take_pull(5, page("e", 9, vec![entity("a", 2, 9, "mine")]));
    assert_eq!(patch.dropped, [1]);
    assert_eq!(replica.outbox().count(), 0);
    Ok(())
}

#[test]
fn an_edit_over_a_shown_one_starts_from_it_and_not_from_what_was_pulled_meanwhile() -> Result<(), DraftError>
{
    let mut replica = replica();
    replica.edit(put("a", 1, "mine"))?;
    sent(&mut replica);
    replica.take_pull(5, page("e", 6, vec![entity("a", 2, 6, "theirs")]));
    assert_eq!(replica.entity(&rule("a")).map(|it| (it.revision, it.body)), Some((1, json!("mine"))));
    Ok(())
}

#[test]
fn late_and_repeated_answers_change_nothing() -> Result<(), DraftError> {
    let mut replica = replica();
    assert!(replica.take_pull(0, page("e", 3, Vec::new())).is_empty());
    assert!(replica.take_pull(5, page("other", 9, Vec::new())).is_empty());
    replica.edit(put("a", 1, "mine"))?;
    sent(&mut replica);
    assert!(replica.take_push("another", &receipt(1, Status::Applied, 2, 9)).is_empty());
    replica.take_push("d", &receipt(1, Status::Applied, 2, 9));
    assert!(replica.take_push("d", &receipt(1, Status::Applied, 2, 9)).is_empty());
    Ok(())
}

#[test]
fn a_refused_edit_is_kept_until_it_is_seen_and_no_longer_shown() -> Result<(), DraftError> {
    let mut replica = replica();
    replica.edit(put("a", 1, "bad"))?;
    sent(&mut replica);
    let mut reply = receipt(1, Status::Rejected, 0, 0);
    reply.receipts[0].revision = None;
    reply.receipts[0].problem = Some(Refusal::new("does-not-compile", "no"));
    replica.take_push("d", &reply);
    assert_eq!(replica.counts(), Counts { refused: 1, ..Counts::default() });
    assert_eq!(replica.entity(&rule("a")).map(|it| it.body), Some(json!("server")));
    replica.dismiss(1);
    assert_eq!(replica.counts(), Counts::default());
    Ok(())
}

#[test]
fn a_new_identity_numbers_what_has_no_receipt_anew() -> Result<(), DraftError> {
    let mut replica = replica();
    replica.edit(put("a", 1, "one"))?;
    sent(&mut replica);
    replica.take_push("d", &receipt(1, Status::Applied, 2, 9));
    replica.edit(put("b", 0, "two"))?;
    sent(&mut replica);
    let patch = replica.register(device("new", "e"));
    assert!(patch.clear && patch.dropped == [1], "{patch:?}");
    replica.take_pull(0, page("e", 9, vec![entity("a", 2, 9, "one")]));
    assert_eq!(sent(&mut replica), [(1, "b".into(), 0, "two".into())]);
    Ok(())
}

#[test]
fn a_base_of_another_life_counts_only_if_it_says_the_same() -> Result<(), DraftError> {
    for (now, base) in [("server", 1), ("something else", 0)] {
        let mut replica = replica();
        replica.edit(put("a", 1, "mine"))?;
        replica.register(device("new", "another life"));
        replica.take_pull(0, page("another life", 3, vec![entity("a", 1, 3, now)]));
        assert_eq!(sent(&mut replica), [(1, "a".into(), base, "mine".into())]);
    }
    Ok(())
}

#[test]
fn a_push_keeps_to_its_limits_and_a_larger_edit_is_refused_at_once() -> Result<(), DraftError> {
    let mut replica = replica();
    let large = "x".repeat(PUSH_BYTES);
    assert!(matches!(replica.edit(put("a", 1, &large)), Err(DraftError::TooLarge { .. })));
    let half = "x".repeat(PUSH_BYTES / 2 - 2_000);
    for id in ["a", "b", "c"] {
        replica.edit(put(id, 0, &half))?;
    }
    let Some((push, _)) = replica.next_push() else { panic!("nothing to send") };
    assert_eq!(push.operations.len(), 2);
    assert!(serde_json::to_vec(&push).is_ok_and(|json| json.len() <= PUSH_BYTES));
    for id in 0..600 {
        replica.edit(put(&id.to_string(), 0, "x"))?;
    }
    replica.register(device("new", "e"));
    replica.take_pull(0, page("e", 0, Vec::new()));
    let mut most = 0;
    while let Some((push, _)) = replica.next_push() {
        most = most.max(push.operations.len());
        for operation in push.operations {
            replica.take_push("new", &receipt(operation.seq, Status::Applied, 1, 0));
        }
    }
    assert_eq!(most, crate::OPERATIONS_PER_PUSH);
    Ok(())
}
