//! Accounts, sessions, members, invitations and the audit.

use super::{add_project, told};
use crate::database::{TestStore, on_both_databases};
use anyhow::{Context as _, Result};
use hunch::store::{
    Alive, InvitationDraft, NewAccount, NewSession, ProjectDraft, Record, Seek, Store, StoreError, Taken,
    Taker, Write,
};
use hunch_protocol::{AuditCheck, Changed, Role};
use sqlx::{Connection as _, SqliteConnection};
use std::sync::Arc;
use uuid::Uuid;

on_both_databases!(
    an_invitation_is_taken_up_once_and_makes_a_member,
    the_server_is_looked_after_by_who_came_first,
    a_project_always_has_an_owner,
    a_session_ends_by_age_by_idleness_and_by_hand,
    another_password_ends_other_sessions,
    what_was_done_is_recorded_with_the_doing,
);

fn draft(role: Role, hash: &str) -> InvitationDraft {
    InvitationDraft {
        id: Uuid::now_v7(),
        role,
        note: "for Ada".into(),
        hash: hash.into(),
        author: "local".into(),
        expires_at: 1_000,
    }
}

fn session(hash: &str) -> NewSession {
    NewSession {
        id: Uuid::now_v7(),
        hash: hash.into(),
        agent: "Browser".into(),
        address: "192.0.2.1".into(),
        expires_at: 1_000,
    }
}

fn account(login: &str) -> NewAccount {
    let (login, name) = (login.to_owned(), login.to_uppercase());
    NewAccount { id: Uuid::now_v7(), login, name, password: "$argon2id$…".into() }
}

/// Someone new in a project, with a session whose secret's hash is their login.
async fn join(store: &Arc<dyn Store>, project: Uuid, login: &str, role: Role) -> Result<Taken> {
    store.add_invitation(project, draft(role, login), Write::at(5)).await?;
    Ok(store.take_invitation(login, Taker::New(account(login), session(login)), Write::at(6)).await?)
}

async fn an_invitation_is_taken_up_once_and_makes_a_member(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    let mut events = db.events.subscribe();
    let invitation = store.add_invitation(project, draft(Role::Annotator, "h"), Write::at(5)).await?;
    assert_eq!(told(&mut events).last().map(|(_, changed)| changed.clone()), Some(vec![Changed::Team]));
    assert_eq!(store.list_invitations(project, 6).await?, std::slice::from_ref(&invitation));
    assert_eq!(store.list_invitations(project, 1_000).await?, []);
    assert_eq!(store.find_invitation("h", 1_000).await?, None);
    let found = store.find_invitation("h", 6).await?.context("the invitation")?;
    assert_eq!((&found.invitation, found.project), (&invitation, Some((project, "spam".into()))));

    let ada = account("ada");
    let late = store.take_invitation("h", Taker::New(ada.clone(), session("s")), Write::at(1_000)).await;
    assert!(matches!(late, Err(StoreError::NotFound { what: "invitation" })), "{late:?}");
    let taken = store.take_invitation("h", Taker::New(ada.clone(), session("s")), Write::at(7)).await?;
    assert_eq!((taken.account.id, taken.account.admin, taken.project), (ada.id, false, Some(project)));
    assert_eq!(store.role_of(project, ada.id).await?, Some(Role::Annotator));
    let alive = Alive { now: 8, used_since: 0 };
    assert_eq!(store.find_session("s", alive).await?.context("signed in")?.1, Some(taken.account));
    let again = store.take_invitation("h", Taker::Known(ada.id), Write::at(8)).await;
    assert!(matches!(again, Err(StoreError::NotFound { what: "invitation" })), "{again:?}");

    // Whoever is here already gets the greater of both roles, and nobody gets someone else's login.
    for (hash, role, expected) in
        [("a", Role::Viewer, Role::Annotator), ("b", Role::Engineer, Role::Engineer)]
    {
        store.add_invitation(project, draft(role, hash), Write::at(9)).await?;
        store.take_invitation(hash, Taker::Known(ada.id), Write::at(10)).await?;
        assert_eq!(store.role_of(project, ada.id).await?, Some(expected));
    }
    let third = store.add_invitation(project, draft(Role::Viewer, "c"), Write::at(11)).await?;
    let taken = store.take_invitation("c", Taker::New(account("ada"), session("t")), Write::at(12)).await;
    assert!(matches!(taken, Err(StoreError::Conflict { .. })), "{taken:?}");
    let other = add_project(store).await?;
    let id = Uuid::parse_str(&third.id)?;
    let foreign = store.revoke_invitation(other, id, Write::at(13)).await;
    assert!(matches!(foreign, Err(StoreError::NotFound { what: "invitation" })), "{foreign:?}");
    store.revoke_invitation(project, id, Write::at(13)).await?;
    assert_eq!(store.list_invitations(project, 13).await?, []);

    assert_eq!(store.projects_of(ada.id, Seek::default()).await?.items, [project]);
    assert_eq!(store.role_of(other, ada.id).await?, None);
    Ok(())
}

async fn the_server_is_looked_after_by_who_came_first(db: TestStore) -> Result<()> {
    let store = &db.store;
    assert!(store.invite_first(draft(Role::Owner, "lost"), Write::at(1)).await?);
    assert!(store.invite_first(draft(Role::Owner, "h"), Write::at(2)).await?);
    assert_eq!(store.find_invitation("lost", 3).await?, None);
    let found = store.find_invitation("h", 3).await?.context("the invitation")?;
    assert_eq!(found.project, None);
    let first = store.take_invitation("h", Taker::New(account("ada"), session("s")), Write::at(3)).await?;
    assert!(first.account.admin);
    assert!(!store.invite_first(draft(Role::Owner, "i"), Write::at(4)).await?);
    assert_eq!(store.list_accounts().await?, [first.account]);
    Ok(())
}

async fn a_project_always_has_an_owner(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, Uuid::now_v7());
    let elsewhere = add_project(store).await?;
    let ada = join(store, elsewhere, "ada", Role::Viewer).await?.account.id;
    let new = ProjectDraft {
        name: "hers".into(),
        labels: vec![super::label("A")],
        seed: 0,
        author: "local".into(),
    };
    store.add_project(project, new, Write::at(7).owned_by(Some(ada))).await?;
    let members = store.list_members(project).await?;
    assert_eq!(members.len(), 1);
    assert_eq!((members[0].role, &members[0].author), (Role::Owner, &format!("user:{ada}")));

    let too_late = |result: Result<(), StoreError>| {
        assert!(matches!(result, Err(StoreError::TooLate { .. })), "{result:?}");
    };
    too_late(store.remove_member(project, ada, Write::at(8)).await);
    too_late(store.set_role(project, ada, Role::Engineer, Write::at(8)).await.map(drop));
    let grace = join(store, project, "grace", Role::Engineer).await?.account.id;
    too_late(store.remove_member(project, ada, Write::at(8)).await);
    let member = store.set_role(project, grace, Role::Owner, Write::at(9)).await?;
    assert_eq!((member.role, member.login.as_str()), (Role::Owner, "grace"));
    store.remove_member(project, ada, Write::at(10)).await?;
    assert_eq!(store.role_of(project, ada).await?, None);
    too_late(store.remove_member(project, grace, Write::at(11)).await);
    let gone = store.remove_member(project, ada, Write::at(12)).await;
    assert!(matches!(gone, Err(StoreError::NotFound { what: "member" })), "{gone:?}");
    assert_eq!(store.projects_of(grace, Seek::default()).await?.items, [project]);
    Ok(())
}

async fn a_session_ends_by_age_by_idleness_and_by_hand(db: TestStore) -> Result<()> {
    let store = &db.store;
    let begun = store.add_session(None, session("s"), Write::at(10)).await?;
    let find = async |now, used_since| store.find_session("s", Alive { now, used_since }).await;
    assert_eq!(find(999, 10).await?, Some((begun.clone(), None)));
    assert_eq!(find(1_000, 10).await?, None);
    assert_eq!(find(20, 11).await?, None);
    store.use_session(begun.id, "192.0.2.2".into(), 30).await?;
    let alive = Alive { now: 40, used_since: 30 };
    let listed = store.list_sessions(None, alive).await?;
    assert_eq!((listed.len(), listed[0].address.as_str(), listed[0].used_at), (1, "192.0.2.2", 30));
    assert_eq!(store.forget_sessions(alive).await?, 0);

    let foreign = store.end_session(begun.id, Some(Uuid::nil()), Write::at(40)).await;
    assert!(matches!(foreign, Err(StoreError::NotFound { what: "session" })), "{foreign:?}");
    store.end_session(begun.id, None, Write::at(40)).await?;
    assert_eq!(find(40, 0).await?, None);
    store.add_session(None, session("t"), Write::at(50)).await?;
    assert_eq!(store.forget_sessions(Alive { now: 60, used_since: 51 }).await?, 1);
    Ok(())
}

async fn another_password_ends_other_sessions(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    let ada = join(store, project, "ada", Role::Owner).await?.account;
    let stays = store.add_session(Some(ada.id), session("stays"), Write::at(7)).await?;
    let others = store.add_session(None, session("another's"), Write::at(7)).await?;
    store.set_password(ada.id, "$new".into(), Some(stays.id), Write::at(8)).await?;
    assert_eq!(store.find_account("ada").await?, Some((ada.clone(), "$new".into())));
    assert_eq!(store.find_account("Ada").await?, None);
    let alive = Alive { now: 9, used_since: 0 };
    assert_eq!(store.list_sessions(Some(ada.id), alive).await?, [stays]);
    store.set_password(ada.id, "$newer".into(), None, Write::at(9)).await?;
    assert_eq!(store.list_sessions(Some(ada.id), alive).await?, []);
    assert_eq!(store.list_sessions(None, alive).await?, [others]);
    let unknown = store.set_password(Uuid::nil(), String::new(), None, Write::at(9)).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { what: "account" })), "{unknown:?}");
    Ok(())
}

#[tokio::test]
async fn an_audit_that_someone_meddled_with_says_so() -> Result<()> {
    let db = TestStore::sqlite().await?;
    for action in ["one", "two", "three"] {
        let record = Record {
            project: None,
            author: "local".into(),
            action: action.into(),
            target: String::new(),
            address: String::new(),
        };
        db.store.record(Write::at(5).recorded(record)).await?;
    }
    let url = format!("sqlite:{}", db.folder.path().join("hunch.db").display());
    let mut connection = SqliteConnection::connect(&url).await?;
    let refused =
        sqlx::query("update audits set author = 'eve' where seq = 2").execute(&mut connection).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("only ever added to")));
    let refused = sqlx::query("delete from audits where seq = 3").execute(&mut connection).await;
    assert!(refused.is_err());
    assert_eq!(db.store.check_audit(None).await?, AuditCheck { entries: 3, broken_at: None });

    // Whoever owns the database can take the triggers away, but not unseen.
    sqlx::query("drop trigger audits_are_not_changed").execute(&mut connection).await?;
    sqlx::query("drop trigger audits_are_not_removed").execute(&mut connection).await?;
    sqlx::query("delete from audits where seq = 3").execute(&mut connection).await?;
    assert_eq!(db.store.check_audit(None).await?.broken_at, Some(3));
    sqlx::query("update audits set author = 'eve' where seq = 2").execute(&mut connection).await?;
    assert_eq!(db.store.check_audit(None).await?.broken_at, Some(2));
    Ok(())
}

async fn what_was_done_is_recorded_with_the_doing(db: TestStore) -> Result<()> {
    let (store, project) = (&db.store, add_project(&db.store).await?);
    let record = |action: &str| Record {
        project: Some(project),
        author: "user:1".into(),
        action: action.into(),
        target: "line\nbreak \"quote\"".into(),
        address: "192.0.2.1".into(),
    };
    for action in ["one", "two"] {
        store.record(Write::at(5).recorded(record(action))).await?;
    }
    let invite = Write::at(6).recorded(record("three"));
    store.add_invitation(project, draft(Role::Owner, "h"), invite.clone()).await?;
    // What fails is not recorded either.
    assert!(store.add_invitation(project, draft(Role::Owner, "h"), invite).await.is_err());

    let first = store.list_audit(Some(project), Seek { after: None, limit: 2 }).await?;
    let actions: Vec<(u64, &str)> =
        first.items.iter().map(|entry| (entry.seq, entry.action.as_str())).collect();
    assert_eq!(actions, [(3, "three"), (2, "two")]);
    let after = first.next.context("another page")?.parse()?;
    let rest = store.list_audit(Some(project), Seek { after: Some(after), limit: 2 }).await?;
    assert_eq!((rest.items.len(), rest.items[0].seq, rest.next), (1, 1, None));
    assert_eq!(store.check_audit(Some(project)).await?, AuditCheck { entries: 3, broken_at: None });
    assert_eq!(store.check_audit(None).await?, AuditCheck { entries: 0, broken_at: None });
    Ok(())
}
