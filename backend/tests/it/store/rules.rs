use super::add_project;
use crate::database::{TestStore, on_both_databases};
use crate::entities::{edit_rules, no_rule, put_lexicon, rule_body, rule_edit};
use anyhow::Result;
use hunch::store::{Seek, StoreError};
use hunch_protocol::RuleBody;
use uuid::Uuid;

on_both_databases!(
    a_rule_keeps_every_revision_and_is_edited_only_from_the_current_one,
    edits_of_several_rules_happen_together_or_not_at_all,
    the_name_of_a_removed_rule_can_be_given_again_but_no_name_twice,
    a_lexicon_keeps_the_terms_of_every_revision,
);

async fn a_rule_keeps_every_revision_and_is_edited_only_from_the_current_one(db: TestStore) -> Result<()> {
    let (store, project, id) = (&db.store, add_project(&db.store).await?, Uuid::now_v7());
    let added = edit_rules(store, project, vec![rule_edit(id, 0, rule_body("a"))], 1).await?;
    assert_eq!((added[0].name.as_str(), added[0].revision, added[0].active), ("a", 1, true));
    assert_eq!(store.get_rule(project, id).await?, added[0]);

    let edit = rule_edit(id, 1, RuleBody { active: false, ..rule_body("b") });
    let replaced = edit_rules(store, project, vec![edit.clone()], 2).await?;
    assert_eq!((replaced[0].name.as_str(), replaced[0].revision, replaced[0].active), ("b", 2, false));
    assert_eq!(replaced[0].created_at, added[0].created_at);

    let stale = edit_rules(store, project, vec![edit], 3).await;
    let Err(StoreError::Stale { revision: 2, current }) = stale else { panic!("{stale:?}") };
    assert_eq!(current["body"]["name"], "b");
    assert_eq!(store.get_project(project).await?.rules, 1);

    edit_rules(store, project, vec![no_rule(id, 2)], 4).await?;
    let gone = store.get_rule(project, id).await;
    assert!(matches!(gone, Err(StoreError::NotFound { what: "rule" })), "{gone:?}");
    assert_eq!(store.get_project(project).await?.rules, 0);

    let page = store.list_rule_revisions(project, id, Seek { after: None, limit: 2 }).await?;
    let told: Vec<_> =
        page.items.iter().map(|r| (r.revision, r.name.as_str(), r.active, r.deleted)).collect();
    assert_eq!(told, [(3, "b", false, true), (2, "b", false, false)]);
    assert_eq!(page.next.as_deref(), Some("2"));
    let page = store.list_rule_revisions(project, id, Seek { after: Some(2), limit: 2 }).await?;
    assert_eq!((page.items.len(), page.items[0].source.clone(), page.next), (1, rule_body("a").source, None));
    let unknown = store.list_rule_revisions(project, Uuid::nil(), Seek::default()).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { what: "rule" })), "{unknown:?}");

    let back = |base| vec![rule_edit(id, base, rule_body("a"))];
    let old = edit_rules(store, project, back(2), 5).await;
    assert!(matches!(old, Err(StoreError::NotFound { what: "rule" })), "{old:?}");
    let gone = edit_rules(store, project, vec![no_rule(id, 3)], 5).await;
    assert!(matches!(gone, Err(StoreError::NotFound { what: "rule" })), "{gone:?}");
    let revived = edit_rules(store, project, back(3), 5).await?;
    assert_eq!(store.get_rule(project, id).await?, revived[0], "a removal can be undone");
    assert_eq!(revived[0].revision, 4);

    let elsewhere = add_project(store).await?;
    let foreign = store.get_rule(elsewhere, id).await;
    assert!(
        matches!(foreign, Err(StoreError::NotFound { .. })),
        "another project's rule is not there: {foreign:?}"
    );
    Ok(())
}

async fn edits_of_several_rules_happen_together_or_not_at_all(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
    let both = vec![rule_edit(one, 0, rule_body("one")), rule_edit(two, 0, rule_body("two"))];
    edit_rules(store, project, both, 1).await?;
    let half = vec![rule_edit(one, 1, rule_body("uno")), rule_edit(two, 9, rule_body("due"))];
    let refused = edit_rules(store, project, half, 2).await;
    assert!(matches!(refused, Err(StoreError::Stale { .. })), "{refused:?}");
    assert_eq!(store.get_rule(project, one).await?.name, "one");

    let page = store.list_rules(project, Seek { after: None, limit: 1 }).await?;
    assert_eq!((page.items[0].name.as_str(), page.next.clone()), ("one", Some(one.to_string())));
    let page = store.list_rules(project, Seek { after: Some(one), limit: 1 }).await?;
    assert_eq!((page.items[0].name.as_str(), page.next), ("two", None));
    let unknown = edit_rules(store, Uuid::nil(), vec![], 1).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { what: "project" })), "{unknown:?}");
    Ok(())
}

async fn the_name_of_a_removed_rule_can_be_given_again_but_no_name_twice(db: TestStore) -> Result<()> {
    let (store, project, id) = (&db.store, add_project(&db.store).await?, Uuid::now_v7());
    let add = |id| vec![rule_edit(id, 0, rule_body("a"))];
    edit_rules(store, project, add(id), 1).await?;
    let twice = edit_rules(store, project, add(Uuid::now_v7()), 2).await;
    assert!(matches!(twice, Err(StoreError::Conflict { .. })), "{twice:?}");
    edit_rules(store, project, vec![no_rule(id, 1)], 3).await?;
    edit_rules(store, project, add(Uuid::now_v7()), 4).await?;
    Ok(())
}

async fn a_lexicon_keeps_the_terms_of_every_revision(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    let put = async |name, terms, base, now| put_lexicon(store, project, name, terms, base, now).await;
    let (first, second) = (("h1", &["ebay", "etsy"][..]), ("h2", &["x"][..]));
    let made = put("shops", first, 0, 1).await?.expect("it is there");
    assert_eq!((made.terms, made.revision, made.hash.as_str()), (2, 1, "h1"));
    let twice = put("shops", second, 0, 2).await;
    assert!(matches!(twice, Err(StoreError::Conflict { .. })), "{twice:?}");
    let stale = put("shops", second, 7, 2).await;
    assert!(matches!(stale, Err(StoreError::Stale { revision: 1, .. })), "{stale:?}");

    let replaced = put("shops", second, 1, 3).await?.expect("it is there");
    assert_eq!(store.get_lexicon(project, "shops").await?, replaced);
    assert_eq!(store.lexicon_terms(project, "h1").await?, ["ebay", "etsy"]);
    assert_eq!(store.lexicon_terms(project, "h2").await?, ["x"]);
    let unknown = store.add_terms(Uuid::nil(), "h1", vec!["x".into()]).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { what: "project" })), "{unknown:?}");

    let none = ("h0", &[][..]);
    put("shops", none, 2, 4).await?;
    let gone = store.get_lexicon(project, "shops").await;
    assert!(matches!(gone, Err(StoreError::NotFound { what: "lexicon" })), "{gone:?}");
    let gone = put("shops", none, 3, 4).await;
    assert!(matches!(gone, Err(StoreError::NotFound { .. })), "{gone:?}");
    let again = put("shops", first, 0, 5).await?.expect("it is there");
    assert_eq!(again.revision, 4, "revisions go on counting, so that an old ETag never fits again");

    put("brands", first, 0, 6).await?;
    let page = store.list_lexicons(project, Seek { after: None, limit: 1 }).await?;
    assert_eq!((page.items[0].name.as_str(), page.next.as_deref()), ("brands", Some("brands")));
    let page = store.list_lexicons(project, Seek { after: page.next, limit: 1 }).await?;
    assert_eq!((page.items[0].name.as_str(), page.next), ("shops", None));
    Ok(())
}
