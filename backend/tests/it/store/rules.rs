use super::add_project;
use crate::database::{TestStore, on_both_databases};
use anyhow::Result;
use hunch::store::{LexiconDraft, RuleDraft, RuleEdit, Seek, StoreError, Write};
use hunch_protocol::{LexiconInfo, Rule};
use uuid::Uuid;

on_both_databases!(
    a_rule_keeps_every_revision_and_is_edited_only_from_the_current_one,
    edits_of_several_rules_happen_together_or_not_at_all,
    the_name_of_a_removed_rule_can_be_given_again_but_no_name_twice,
    a_lexicon_keeps_the_terms_of_every_revision,
);

fn draft(name: &str) -> RuleDraft {
    RuleDraft {
        name: name.into(),
        source: format!("rule {name}:\n  SPAM when text has \"{name}\"\n"),
        active: true,
    }
}

async fn a_rule_keeps_every_revision_and_is_edited_only_from_the_current_one(db: TestStore) -> Result<()> {
    let (store, project, id) = (&db.store, add_project(&db.store).await?, Uuid::now_v7());
    let added =
        store.edit_rules(project, vec![RuleEdit::Add { id, draft: draft("a") }], Write::at(1)).await?;
    assert_eq!((added[0].name.as_str(), added[0].revision, added[0].active), ("a", 1, true));
    assert_eq!(store.get_rule(project, id).await?, added[0]);

    let inactive = RuleDraft { active: false, ..draft("b") };
    let edit = RuleEdit::Replace { id, base: 1, draft: inactive };
    let replaced = store.edit_rules(project, vec![edit.clone()], Write::at(2)).await?;
    assert_eq!((replaced[0].name.as_str(), replaced[0].revision, replaced[0].active), ("b", 2, false));
    assert_eq!(replaced[0].created_at, added[0].created_at);

    let stale = store.edit_rules(project, vec![edit], Write::at(3)).await;
    let Err(StoreError::Stale { revision: 2, current }) = stale else { panic!("{stale:?}") };
    assert_eq!(serde_json::from_value::<Rule>(*current)?, replaced[0]);
    assert_eq!(store.get_project(project).await?.rules, 1);

    store.edit_rules(project, vec![RuleEdit::Remove { id, base: 2 }], Write::at(4)).await?;
    let gone = store.get_rule(project, id).await;
    assert!(matches!(gone, Err(StoreError::NotFound { what: "rule" })), "{gone:?}");
    assert_eq!(store.get_project(project).await?.rules, 0);

    let page = store.list_revisions(project, id, Seek { after: None, limit: 2 }).await?;
    let told: Vec<_> =
        page.items.iter().map(|r| (r.revision, r.name.as_str(), r.active, r.deleted)).collect();
    assert_eq!(told, [(3, "b", false, true), (2, "b", false, false)]);
    assert_eq!(page.next.as_deref(), Some("2"));
    let page = store.list_revisions(project, id, Seek { after: Some(2), limit: 2 }).await?;
    assert_eq!((page.items.len(), page.items[0].source.clone(), page.next), (1, draft("a").source, None));
    let unknown = store.list_revisions(project, Uuid::nil(), Seek::default()).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { what: "rule" })), "{unknown:?}");

    let back = |base| vec![RuleEdit::Replace { id, base, draft: draft("a") }];
    let old = store.edit_rules(project, back(2), Write::at(5)).await;
    assert!(matches!(old, Err(StoreError::NotFound { what: "rule" })), "{old:?}");
    let gone = store.edit_rules(project, vec![RuleEdit::Remove { id, base: 3 }], Write::at(5)).await;
    assert!(matches!(gone, Err(StoreError::NotFound { what: "rule" })), "{gone:?}");
    let revived = store.edit_rules(project, back(3), Write::at(5)).await?;
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
    let both =
        vec![RuleEdit::Add { id: one, draft: draft("one") }, RuleEdit::Add { id: two, draft: draft("two") }];
    store.edit_rules(project, both, Write::at(1)).await?;
    let half = vec![
        RuleEdit::Replace { id: one, base: 1, draft: draft("uno") },
        RuleEdit::Replace { id: two, base: 9, draft: draft("due") },
    ];
    let refused = store.edit_rules(project, half, Write::at(2)).await;
    assert!(matches!(refused, Err(StoreError::Stale { .. })), "{refused:?}");
    assert_eq!(store.get_rule(project, one).await?.name, "one");

    let page = store.list_rules(project, Seek { after: None, limit: 1 }).await?;
    assert_eq!((page.items[0].name.as_str(), page.next.clone()), ("one", Some(one.to_string())));
    let page = store.list_rules(project, Seek { after: Some(one), limit: 1 }).await?;
    assert_eq!((page.items[0].name.as_str(), page.next), ("two", None));
    let unknown = store.edit_rules(Uuid::nil(), vec![], Write::at(1)).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { what: "project" })), "{unknown:?}");
    Ok(())
}

async fn the_name_of_a_removed_rule_can_be_given_again_but_no_name_twice(db: TestStore) -> Result<()> {
    let (store, project, id) = (&db.store, add_project(&db.store).await?, Uuid::now_v7());
    let add = |id| vec![RuleEdit::Add { id, draft: draft("a") }];
    store.edit_rules(project, add(id), Write::at(1)).await?;
    let twice = store.edit_rules(project, add(Uuid::now_v7()), Write::at(2)).await;
    assert!(matches!(twice, Err(StoreError::Conflict { .. })), "{twice:?}");
    store.edit_rules(project, vec![RuleEdit::Remove { id, base: 1 }], Write::at(3)).await?;
    store.edit_rules(project, add(Uuid::now_v7()), Write::at(4)).await?;
    Ok(())
}

async fn a_lexicon_keeps_the_terms_of_every_revision(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    let lexicon = |hash: &str, terms: &[&str]| LexiconDraft {
        name: "shops".into(),
        hash: hash.into(),
        terms: terms.iter().map(ToString::to_string).collect(),
    };
    let made = store.put_lexicon(project, lexicon("h1", &["ebay", "etsy"]), None, Write::at(1)).await?;
    assert_eq!((made.terms, made.revision, made.hash.as_str()), (2, 1, "h1"));
    let twice = store.put_lexicon(project, lexicon("h2", &["x"]), None, Write::at(2)).await;
    assert!(matches!(twice, Err(StoreError::Conflict { .. })), "{twice:?}");
    let stale = store.put_lexicon(project, lexicon("h2", &["x"]), Some(7), Write::at(2)).await;
    let Err(StoreError::Stale { revision: 1, current }) = stale else { panic!("{stale:?}") };
    assert_eq!(serde_json::from_value::<LexiconInfo>(*current)?, made);

    let replaced = store.put_lexicon(project, lexicon("h2", &["x"]), Some(1), Write::at(3)).await?;
    assert_eq!(store.get_lexicon(project, "shops").await?, replaced);
    assert_eq!(store.lexicon_terms(project, "h1").await?, ["ebay", "etsy"]);
    assert_eq!(store.lexicon_terms(project, "h2").await?, ["x"]);

    store.remove_lexicon(project, "shops", 2, Write::at(4)).await?;
    let gone = store.get_lexicon(project, "shops").await;
    assert!(matches!(gone, Err(StoreError::NotFound { what: "lexicon" })), "{gone:?}");
    let gone = store.remove_lexicon(project, "shops", 3, Write::at(4)).await;
    assert!(matches!(gone, Err(StoreError::NotFound { .. })), "{gone:?}");
    let again = store.put_lexicon(project, lexicon("h1", &["ebay", "etsy"]), None, Write::at(5)).await?;
    assert_eq!(again.revision, 4, "revisions go on counting, so that an old ETag never fits again");

    let other = LexiconDraft { name: "brands".into(), ..lexicon("h1", &["ebay", "etsy"]) };
    store.put_lexicon(project, other, None, Write::at(6)).await?;
    let page = store.list_lexicons(project, Seek { after: None, limit: 1 }).await?;
    assert_eq!((page.items[0].name.as_str(), page.next.as_deref()), ("brands", Some("brands")));
    let page = store.list_lexicons(project, Seek { after: page.next, limit: 1 }).await?;
    assert_eq!((page.items[0].name.as_str(), page.next), ("shops", None));
    Ok(())
}
