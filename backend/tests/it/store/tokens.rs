use super::add_project;
use crate::database::{TestStore, on_both_databases};
use anyhow::Result;
use hunch::store::{NewToken, StoreError, Write};
use hunch_protocol::Scope;
use uuid::Uuid;

on_both_databases!(a_token_opens_until_it_is_taken_back);

async fn a_token_opens_until_it_is_taken_back(db: TestStore) -> Result<()> {
    let (store, project, id) = (&db.store, add_project(&db.store).await?, Uuid::now_v7());
    let new = NewToken {
        id,
        project: Some(project),
        name: "nightly".into(),
        hash: "h".into(),
        scopes: vec![Scope::Read, Scope::Rules],
        expires_at: Some(50),
    };
    let token = store.add_token(new.clone(), Write::at(1)).await?;
    assert_eq!(
        (token.project, token.scopes.clone(), token.last_used_at),
        (Some(project), new.scopes.clone(), None)
    );
    assert_eq!(store.find_token("h", 49).await?, Some(token));
    assert_eq!(store.find_token("g", 0).await?, None);
    let twice = store.add_token(NewToken { id: Uuid::now_v7(), ..new }, Write::at(1)).await;
    assert!(matches!(twice, Err(StoreError::Conflict { .. })), "{twice:?}");

    store.use_token(id, 7).await?;
    assert_eq!(store.find_token("h", 49).await?.and_then(|token| token.last_used_at), Some(7));
    assert_eq!(store.find_token("h", 50).await?, None);
    let foreign = store.revoke_token(id, Some(Uuid::nil()), Write::at(8)).await;
    assert!(matches!(foreign, Err(StoreError::NotFound { what: "token" })), "{foreign:?}");
    store.revoke_token(id, Some(project), Write::at(8)).await?;
    store.revoke_token(id, None, Write::at(9)).await?;
    assert_eq!(store.find_token("h", 49).await?, None);
    let all = store.list_tokens(None).await?;
    assert_eq!(all.iter().map(|token| token.revoked_at).collect::<Vec<_>>(), [Some(8)]);
    assert_eq!(store.list_tokens(Some(project)).await?, all);
    assert_eq!(store.list_tokens(Some(Uuid::nil())).await?, []);
    let unknown = store.revoke_token(Uuid::nil(), None, Write::at(9)).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { what: "token" })), "{unknown:?}");
    Ok(())
}
