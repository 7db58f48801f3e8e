//! Feedback widgets and their answers.

use super::add_project;
use crate::database::{TestStore, on_both_databases};
use anyhow::{Context as _, Result};
use hunch::store::{
    FeedbackBatch, FeedbackFilter, FeedbackOutcome, JobEnding, NewFeedback, Seek, Sighting, Store,
    StoreError, Subject, WaitingText, WidgetChange, Write,
};
use hunch_protocol::{JobKind, JobProgress, JobResult, Kind, Question, Reply, SaveWidget, limits};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

on_both_databases!(
    a_widget_is_found_by_its_key_until_it_is_removed,
    what_one_user_says_of_one_document_counts_once,
    texts_wait_until_a_job_makes_documents_of_them,
    origins_that_were_refused_push_no_others_out,
);

async fn add_widget(store: &Arc<dyn Store>, project: Uuid) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let settings = SaveWidget { name: "shop".into(), ..SaveWidget::default() };
    store.add_widget(project, id, format!("key {id}"), settings, Write::at(1)).await?;
    Ok(id)
}

fn answer(author: &str, subject: Subject) -> NewFeedback {
    NewFeedback {
        id: Uuid::now_v7(),
        client_id: Uuid::now_v7(),
        author: author.into(),
        subject,
        question: Question::Right,
        shown: Some(1),
        snapshot: Some("s".into()),
        reply: Reply::No,
        label: Some(0),
        likelihood: None,
        origin: "https://shop.example".into(),
        given_at: Some(5),
    }
}

fn about(document: &str) -> Subject {
    Subject::Document(document.into())
}

fn text(text: &str) -> Subject {
    Subject::Text { document: format!("id of {text}"), hash: format!("hash of {text}"), text: text.into() }
}

fn batch(widget: Uuid, answers: Vec<NewFeedback>) -> FeedbackBatch {
    FeedbackBatch { widget, most_documents: 2, answers, job: Uuid::now_v7() }
}

async fn a_widget_is_found_by_its_key_until_it_is_removed(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    let id = add_widget(store, project).await?;
    let key = format!("key {id}");
    let found = store.find_widget(&key).await?.context("the widget")?;
    assert_eq!((found.id, found.project, &found.secrets), (id, project, &(None, None)));
    assert_eq!(store.get_widget(project, id).await?, found.widget);
    assert_eq!(store.list_widgets(project).await?, [found.widget]);
    let taken = store.add_widget(project, Uuid::now_v7(), key, SaveWidget::default(), Write::at(1)).await;
    assert!(matches!(taken, Err(StoreError::Conflict { .. })), "{taken:?}");

    let settings = SaveWidget { name: "other".into(), ..SaveWidget::default() };
    let change = |change, base| store.update_widget(project, id, change, base, Write::at(2));
    assert_eq!(change(WidgetChange::Settings(settings.clone()), 1).await?.settings, settings);
    let stale = change(WidgetChange::Settings(settings), 1).await;
    assert!(matches!(stale, Err(StoreError::Stale { revision: 2, .. })), "{stale:?}");
    change(WidgetChange::Secret("one".into(), 10), 2).await?;
    assert!(change(WidgetChange::Secret("two".into(), 20), 3).await?.signed);
    change(WidgetChange::Key("new".into()), 4).await?;
    assert_eq!(store.find_widget(&format!("key {id}")).await?, None);
    let found = store.find_widget("new").await?.context("the widget")?;
    assert_eq!(found.secrets, (Some("two".into()), Some(("one".into(), 20))));

    store.remove_widget(project, id, 5, Write::at(3)).await?;
    assert_eq!(store.find_widget("new").await?, None);
    assert_eq!(store.list_widgets(project).await?, []);
    let gone = store.remove_widget(project, id, 5, Write::at(3)).await;
    assert!(matches!(gone, Err(StoreError::NotFound { what: "widget" })), "{gone:?}");
    Ok(())
}

async fn what_one_user_says_of_one_document_counts_once(db: TestStore) -> Result<()> {
    use FeedbackOutcome::{Repeated, Replaced, Stored};
    let (store, project) = (&db.store, add_project(&db.store).await?);
    let widget = add_widget(store, project).await?;
    let first = answer("widget:w:a", about("d1"));
    let other = answer("widget:w:b", about("d1"));
    let later = NewFeedback { reply: Reply::Yes, ..answer("widget:w:a", about("d1")) };
    let add = |answers| store.add_feedback(project, batch(widget, answers), Write::at(7));
    let outcomes = add(vec![first.clone(), first.clone(), other, later]).await?;
    assert_eq!(outcomes, [Stored, Repeated, Stored, Replaced]);
    let again = NewFeedback { id: Uuid::now_v7(), ..first };
    assert_eq!(add(vec![again]).await?, [Repeated]);
    assert_eq!(store.get_widget(project, widget).await?.answers, 2);

    let annotations = store.entities_of(project, Kind::Annotation).await?;
    let said: Vec<_> =
        annotations.iter().map(|it| (it.key.id.as_str(), it.revision, &it.body["label"])).collect();
    assert_eq!(said, [("widget:w:a/d1", 2, &json!(0)), ("widget:w:b/d1", 1, &json!(0))]);

    let all = store.list_feedback(project, FeedbackFilter::default(), Seek { after: None, limit: 2 }).await?;
    assert_eq!(
        all.items.iter().map(|it| (it.reply, it.replaced)).collect::<Vec<_>>(),
        [(Reply::Yes, false), (Reply::No, false)]
    );
    let after = Some(all.next.context("another page")?.parse()?);
    let rest = store.list_feedback(project, FeedbackFilter::default(), Seek { after, limit: 2 }).await?;
    assert_eq!(rest.items.iter().map(|it| it.replaced).collect::<Vec<_>>(), [true]);
    for (filter, found) in [
        (FeedbackFilter { widget: Some(Uuid::nil()), ..FeedbackFilter::default() }, 0),
        (FeedbackFilter { widget: Some(widget), ..FeedbackFilter::default() }, 3),
        (FeedbackFilter { author: Some("widget:w:b".into()), ..FeedbackFilter::default() }, 1),
        (FeedbackFilter { document: Some("d2".into()), ..FeedbackFilter::default() }, 0),
        (FeedbackFilter { reply: Some(Reply::Yes), ..FeedbackFilter::default() }, 1),
    ] {
        let page = store.list_feedback(project, filter.clone(), Seek::default()).await?;
        assert_eq!(page.items.len(), found, "{filter:?}");
    }
    Ok(())
}

async fn texts_wait_until_a_job_makes_documents_of_them(db: TestStore) -> Result<()> {
    use FeedbackOutcome::{Stored, TooManyDocuments};
    let (store, project) = (&db.store, add_project(&db.store).await?);
    let widget = add_widget(store, project).await?;
    let answers = vec![
        answer("widget:w:a", text("one")),
        answer("widget:w:b", text("one")),
        answer("widget:w:a", text("two")),
        answer("widget:w:a", text("three")),
    ];
    let outcomes = store.add_feedback(project, batch(widget, answers), Write::at(7)).await?;
    assert_eq!(outcomes, [Stored, Stored, Stored, TooManyDocuments]);
    // Sent under another id while it waits, a text stays one document.
    let renamed = Subject::Text { document: "mine".into(), hash: "hash of one".into(), text: "one".into() };
    store.add_feedback(project, batch(widget, vec![answer("widget:w:c", renamed)]), Write::at(8)).await?;
    let waiting = store.waiting_texts(project).await?;
    let wait = |text: &str| WaitingText { document: format!("id of {text}"), text: text.into() };
    assert_eq!(waiting, [wait("one"), wait("two")]);
    let page = store.list_feedback(project, FeedbackFilter::default(), Seek::default()).await?;
    assert_eq!(page.items[0].text.as_deref(), Some("one"));

    let jobs = store.list_jobs(project, Seek::default()).await?.items;
    assert_eq!(jobs.iter().map(|job| job.kind).collect::<Vec<_>>(), [JobKind::Collect]);
    let owner = Uuid::now_v7();
    let leased = store.lease_job(owner, 9, 100).await?.context("the job")?;
    let (progress, result) = (JobProgress::default(), JobResult::Collect { added: 1 });
    let ending = JobEnding { job: leased.id, owner, progress, result };
    store.settle_texts(project, vec!["id of one".into()], Write::at(9).ending(ending)).await?;
    assert_eq!(store.waiting_texts(project).await?, [wait("two")]);
    assert_eq!(store.get_widget(project, widget).await?.added_documents, 2);
    Ok(())
}

async fn origins_that_were_refused_push_no_others_out(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    let widget = add_widget(store, project).await?;
    let note = |origin: String, accepted, refused, at| {
        store.note_origin(Sighting { widget, origin, accepted, refused, at })
    };
    note("https://shop.example".into(), 1, 0, 1).await?;
    note("https://shop.example".into(), 2, 1, 2).await?;
    for n in 0..limits::WIDGET_ORIGINS + 5 {
        note(format!("https://{n}.example"), 0, 1, 10 + i64::try_from(n)?).await?;
    }
    let origins = store.widget_origins(project, widget).await?;
    assert_eq!(origins.len(), limits::WIDGET_ORIGINS + 1);
    let shop = origins.last().context("the oldest")?;
    assert_eq!((shop.origin.as_str(), shop.accepted, shop.refused), ("https://shop.example", 3, 1));
    assert_eq!(origins[0].origin, format!("https://{}.example", limits::WIDGET_ORIGINS + 4));
    Ok(())
}
