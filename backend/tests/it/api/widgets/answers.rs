//! What becomes of answers: once each, one per user and document, new documents, who is believed.

use super::{ANON, Shop, answer, signed};
use crate::database::{TestStore, on_both_databases};
use crate::world::World;
use anyhow::{Context as _, Result};
use hunch::clock::Clock as _;
use hunch_protocol::{AnswerStatus, AnswersReceived, Corpus, Job, JobKind, Page, Reply, routes};
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

on_both_databases!(
    an_answer_that_is_sent_again_is_stored_once,
    the_newest_answer_of_a_user_about_a_document_counts,
    a_document_is_found_by_its_id_and_by_its_text,
    an_unknown_text_becomes_a_document_and_its_answers_follow_it,
    only_who_holds_the_secret_vouches_for_users,
    what_cannot_be_stored_is_refused_one_by_one,
);

use AnswerStatus::{Refused, Repeated, Replaced, Stored};

async fn an_answer_that_is_sent_again_is_stored_once(store: TestStore) -> Result<()> {
    let shop = Shop::open(World::start(store).await?).await?;
    let answers: Vec<Value> =
        ["a", "b", "c"].iter().map(|document| answer(json!({ "document": document }))).collect();
    assert_eq!(shop.statuses(&answers).await?, [Stored; 3]);
    // The page never heard of it and sends again, all at once and from two tabs.
    let again = futures::future::try_join_all((0..6).map(|_| shop.statuses(&answers))).await?;
    assert!(again.iter().flatten().all(|status| *status == Repeated), "{again:?}");
    assert_eq!(shop.inbox().await?.len(), 3);

    let new = [answer(json!({ "document": "d" }))];
    let together = futures::future::try_join_all((0..6).map(|_| shop.statuses(&new))).await?;
    assert_eq!(together.iter().flatten().filter(|status| **status == Stored).count(), 1);
    assert_eq!(shop.inbox().await?.len(), 4);
    shop.world.stop().await
}

async fn the_newest_answer_of_a_user_about_a_document_counts(store: TestStore) -> Result<()> {
    let shop = Shop::open(World::start(store).await?).await?;
    let other = "0192d4e0-0000-7000-8000-00000000000b";
    let statuses = shop
        .statuses(&[
            answer(json!({})),
            answer(json!({ "identity": { "id": other } })),
            answer(json!({ "question": "choose", "reply": "label", "label": "HAM", "shown": null })),
        ])
        .await?;
    assert_eq!(statuses, [Stored, Stored, Replaced]);
    let inbox = shop.inbox().await?;
    let seen: Vec<_> = inbox.iter().map(|it| (it.reply, it.label, it.replaced)).collect();
    assert_eq!(
        seen,
        [(Reply::Label, Some(0), false), (Reply::Yes, Some(1), false), (Reply::Yes, Some(1), true)]
    );
    assert_eq!(inbox[0].author, format!("widget:{}:anon-{ANON}", shop.widget.id));
    assert_eq!(inbox[0].text.as_deref(), Some("check out my channel"));
    shop.world.stop().await
}

async fn a_document_is_found_by_its_id_and_by_its_text(store: TestStore) -> Result<()> {
    let shop = Shop::open(World::start(store).await?).await?;
    let statuses = shop
        .statuses(&[
            answer(json!({ "document": "b", "text": "nothing" })),
            answer(json!({ "document": "of the product", "text": "nothing" })),
            answer(json!({ "document": null, "text": "please subscribe" })),
            answer(json!({ "document": null, "text": "please  subscribe" })),
            answer(json!({ "document": "of the product" })),
        ])
        .await?;
    assert_eq!(statuses, [Stored, Stored, Stored, Refused, Refused]);
    let documents: Vec<String> = shop.inbox().await?.into_iter().map(|it| it.document).collect();
    assert_eq!(documents, ["c", "d", "b"]);
    shop.world.stop().await
}

async fn an_unknown_text_becomes_a_document_and_its_answers_follow_it(store: TestStore) -> Result<()> {
    let mut shop = Shop::open(World::start(store).await?).await?;
    shop.set_up(|settings| settings.new_documents = 2).await?;
    let new = |text: &str, id: Option<&str>| {
        let identity = json!({ "id": Uuid::now_v7() });
        answer(json!({ "document": id, "text": text, "identity": identity }))
    };
    let sent =
        [new("free money", None), new("free money", None), new("hello", Some("p1")), new("third", None)];
    assert_eq!(shop.statuses(&sent).await?, [Stored, Stored, Stored, Refused]);

    let jobs: Page<Job> = shop.world.client.get(&routes::jobs(&shop.project.id)).await?.ok(StatusCode::OK)?;
    let collect = jobs.items.into_iter().find(|job| job.kind == JobKind::Collect);
    shop.world.client.finish(collect.context("no documents are made")?).await?;
    let corpus: Corpus =
        shop.world.client.get(&routes::corpus(&shop.project.id)).await?.ok(StatusCode::OK)?;
    assert_eq!(corpus.rows, 6);

    let inbox = shop.inbox().await?;
    let ids: Vec<&str> = inbox.iter().map(|it| it.document.as_str()).collect();
    assert_eq!((ids[0], ids[1], ids[1].len()), ("p1", ids[2], 32));
    assert_eq!(inbox[2].text.as_deref(), Some("free money"));
    // Now that it is there, by text or by id it is the same document, and no room is needed.
    let sent = [new("free money", None), new("whatever", Some("p1"))];
    assert_eq!(shop.statuses(&sent).await?, [Stored, Stored]);
    assert_eq!(shop.inbox().await?[1].document, ids[1]);
    shop.world.stop().await
}

async fn only_who_holds_the_secret_vouches_for_users(store: TestStore) -> Result<()> {
    let mut shop = Shop::open(World::start(store).await?).await?;
    let old = shop.secret().await?;
    let secret = shop.secret().await?;
    shop.set_up(|settings| settings.anonymous = false).await?;
    let soon = shop.world.clock.now() / 1_000_000 + 60;
    let send = async |identity: Value| shop.send(&[answer(json!({ "identity": identity }))]).await;
    send(json!({ "id": ANON })).await?.refused("signature-required")?;
    send(signed("hws_guess", "alice", soon)?).await?.refused("signature-wrong")?;
    send(signed(&secret, "alice", soon - 61)?).await?.refused("signature-expired")?;
    send(signed(&secret, "alice/bob", soon)?).await?.refused("invalid")?;
    let mut forged = signed(&secret, "alice", soon)?;
    forged["id"] = json!("bob");
    send(forged).await?.refused("signature-wrong")?;

    assert_eq!(send(signed(&secret, "alice", soon)?).await?.status, StatusCode::OK);
    assert_eq!(send(signed(&old, "bob", soon)?).await?.status, StatusCode::OK);
    let authors: Vec<String> = shop.inbox().await?.into_iter().map(|it| it.author).collect();
    assert_eq!(authors, ["bob", "alice"].map(|id| format!("widget:{}:user-{id}", shop.widget.id)));

    shop.world.clock.advance(25 * 3600 * 1_000_000);
    let later = shop.world.clock.now() / 1_000_000 + 60;
    send(signed(&old, "bob", later)?).await?.refused("signature-wrong")?;
    send(signed(&secret, "alice", soon)?).await?.refused("signature-expired")?;
    assert_eq!(send(signed(&secret, "alice", later)?).await?.status, StatusCode::OK);
    shop.world.stop().await
}

async fn what_cannot_be_stored_is_refused_one_by_one(store: TestStore) -> Result<()> {
    let shop = Shop::open(World::start(store).await?).await?;
    let bad = [
        (json!({ "shown": "EGGS" }), "unknown-label"),
        (json!({ "reply": "label", "label": "EGGS" }), "unknown-label"),
        (json!({ "reply": "label" }), "invalid"),
        (json!({ "shown": null }), "invalid"),
        (json!({ "id": "1" }), "invalid"),
        (json!({ "document": "nowhere" }), "unknown-document"),
        (json!({ "document": null }), "invalid"),
        (json!({ "document": "" }), "invalid"),
        (json!({ "snapshot": "latest" }), "invalid"),
        (json!({ "at": -1 }), "invalid"),
        (json!({ "at": i64::MAX }), "invalid"),
        (json!({ "identity": { "id": "alice" } }), "invalid"),
    ];
    for (change, kind) in &bad {
        shop.send(&[answer(change.clone())]).await?.refused(kind).context(change.to_string())?;
    }
    let mut batch: Vec<Value> = bad.iter().map(|(change, _)| answer(change.clone())).collect();
    batch.push(answer(json!({ "reply": "unsure" })));
    let received: AnswersReceived = shop.send(&batch).await?.ok(StatusCode::OK)?;
    let kinds: Vec<Option<&str>> = received
        .results
        .iter()
        .map(|result| result.problem.as_ref().map(|problem| problem.kind.as_str()))
        .collect();
    let expected: Vec<Option<&str>> = bad.iter().map(|(_, kind)| Some(*kind)).chain([None]).collect();
    assert_eq!(kinds, expected);
    let inbox = shop.inbox().await?;
    assert_eq!(inbox.iter().map(|it| (it.reply, it.label)).collect::<Vec<_>>(), [(Reply::Unsure, None)]);
    shop.world.stop().await
}
