//! Coming in: by invitation, password and link; going out; and what a guesser meets.

use crate::database::{TestStore, on_both_databases};
use crate::world::{Answer, SendExt as _, World};
use anyhow::{Context as _, Result, ensure};
use hunch::auth::Entrance;
use hunch::store::{InvitationDraft, Write};
use hunch_protocol::{
    AuditCheck, AuditEntry, CreatedInvitation, Label, Members, NewProject, Page, Project, Role, Session,
    SessionInfo, routes,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

on_both_databases!(
    the_first_account_invites_a_second_which_can_do_what_its_role_allows,
    a_session_is_new_at_sign_in_and_over_at_sign_out,
    a_guesser_learns_nothing_and_is_slowed_down,
    a_link_lets_one_browser_in_once,
);

const PASSWORD: &str = "correct horse";

/// A server with accounts and the cookie of the first.
async fn with_admin(store: TestStore) -> Result<(World, String)> {
    let world = World::start_behind(store, Entrance::accounts()).await?;
    let draft = InvitationDraft {
        id: Uuid::now_v7(),
        role: Role::Owner,
        note: String::new(),
        hash: blake3::hash(b"first").to_hex().to_string(),
        author: "local".into(),
        expires_at: i64::MAX,
    };
    ensure!(world.state.store.invite_first(draft, Write::at(1)).await?);
    let cookie = accept(&world, "first", "ada").await?;
    Ok((world, cookie))
}

/// Takes up an invitation with a new account; returns the session's cookie.
async fn accept(world: &World, secret: &str, login: &str) -> Result<String> {
    let account = json!({ "login": login, "name": login.to_uppercase(), "password": PASSWORD });
    let body = json!({ "secret": secret, "account": account });
    let answer = world.client.post(&routes::accept_invitation(), &body).await?;
    answer.ok::<Value>(StatusCode::OK)?;
    cookie(&answer)
}

fn cookie(answer: &Answer) -> Result<String> {
    let cookie = answer.header("set-cookie");
    for part in ["__Host-hunch=", "; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
        ensure!(cookie.contains(part), "{cookie}");
    }
    Ok(cookie.split(';').next().context("no cookie")?.to_owned())
}

async fn send(world: &World, cookie: &str, method: Method, path: &str, body: Value) -> Result<Answer> {
    world.client.request(method, path).header("cookie", cookie).json(&body).answer().await
}

async fn get(world: &World, cookie: &str, path: &str) -> Result<Answer> {
    world.client.request(Method::GET, path).header("cookie", cookie).answer().await
}

async fn sign_in(world: &World, login: &str, password: &str) -> Result<Answer> {
    world.client.post(&routes::session(), &json!({ "login": login, "password": password })).await
}

async fn the_first_account_invites_a_second_which_can_do_what_its_role_allows(
    store: TestStore,
) -> Result<()> {
    let (world, ada) = with_admin(store).await?;
    let labels = vec![Label { name: "A".into(), ..Label::default() }];
    let new = NewProject { name: "hers".into(), labels, ..NewProject::default() };
    let made = send(&world, &ada, Method::POST, &routes::projects(), json!(new)).await?;
    let project: Project = made.ok(StatusCode::CREATED)?;
    let members: Members = get(&world, &ada, &routes::members(&project.id)).await?.ok(StatusCode::OK)?;
    assert_eq!((members.role, members.items[0].role), (Role::Owner, Role::Owner));

    let invite = json!({ "role": "viewer", "note": "for Grace" });
    let invited = send(&world, &ada, Method::POST, &routes::invitations(&project.id), invite).await?;
    let invited: CreatedInvitation = invited.ok(StatusCode::CREATED)?;
    let weak = json!({ "secret": invited.secret, "account": { "login": "grace", "name": "G", "password": "password1" } });
    world.client.post(&routes::accept_invitation(), &weak).await?.refused("invalid")?;
    let grace = accept(&world, &invited.secret, "grace").await?;
    let again = json!({ "secret": invited.secret, "account": { "login": "eve", "name": "Eve", "password": PASSWORD } });
    world.client.post(&routes::accept_invitation(), &again).await?.refused("not-found")?;

    let seen: Page<Project> = get(&world, &grace, &routes::projects()).await?.ok(StatusCode::OK)?;
    assert_eq!(seen.items.len(), 1);
    send(&world, &grace, Method::POST, &routes::apply(&project.id), json!({})).await?.refused("forbidden")?;
    get(&world, &grace, &routes::audit(&project.id)).await?.refused("forbidden")?;
    let audit: Page<AuditEntry> = get(&world, &ada, &routes::audit(&project.id)).await?.ok(StatusCode::OK)?;
    let actions: Vec<&str> = audit.items.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["invitation.accept", "invitations.create"]);
    assert!(audit.items[0].author.starts_with("user:") && audit.items[0].address == "127.0.0.1");
    let check = get(&world, &ada, &routes::audit_check(&project.id)).await?;
    assert_eq!(check.ok::<AuditCheck>(StatusCode::OK)?, AuditCheck { entries: 2, broken_at: None });

    // A project someone may not see is not there.
    let removed = send(&world, &grace, Method::POST, &routes::leave(&project.id), json!({})).await?;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    get(&world, &grace, &routes::project(&project.id)).await?.refused("not-found")?;
    send(&world, &ada, Method::POST, &routes::leave(&project.id), json!({})).await?.refused("too-late")?;
    world.stop().await
}

async fn a_session_is_new_at_sign_in_and_over_at_sign_out(store: TestStore) -> Result<()> {
    let (world, first) = with_admin(store).await?;
    let body = json!({ "login": "ADA", "password": PASSWORD });
    let second = send(&world, &first, Method::POST, &routes::session(), body).await?;
    second.ok::<SessionInfo>(StatusCode::OK)?;
    let second = cookie(&second)?;
    assert_ne!(first, second);
    get(&world, &first, &routes::projects()).await?.refused("unauthorized")?;
    let third = cookie(&sign_in(&world, "ada", PASSWORD).await?)?;

    let sessions: Page<Session> = get(&world, &second, &routes::sessions()).await?.ok(StatusCode::OK)?;
    assert_eq!(sessions.items.iter().map(|session| session.current).collect::<Vec<_>>(), [true, false]);
    let path = routes::one_session(&sessions.items[1].id);
    assert_eq!(send(&world, &second, Method::DELETE, &path, json!({})).await?.status, StatusCode::NO_CONTENT);
    get(&world, &third, &routes::projects()).await?.refused("unauthorized")?;

    let fourth = cookie(&sign_in(&world, "ada", PASSWORD).await?)?;
    let change = json!({ "current": PASSWORD, "new": "another horse" });
    let changed = send(&world, &second, Method::PUT, &routes::password(), change).await?;
    assert_eq!(changed.status, StatusCode::NO_CONTENT, "{}", changed.text());
    get(&world, &fourth, &routes::projects()).await?.refused("unauthorized")?;
    sign_in(&world, "ada", PASSWORD).await?.refused("unauthorized")?;

    let out = send(&world, &second, Method::DELETE, &routes::session(), json!({})).await?;
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"cookies\", \"storage\"");
    assert!(out.header("set-cookie").contains("Max-Age=0"), "{:?}", out.headers);
    get(&world, &second, &routes::projects()).await?.refused("unauthorized")?;

    let late = cookie(&sign_in(&world, "ada", "another horse").await?)?;
    let day = 24 * 3600 * 1_000_000;
    world.clock.advance(8 * day);
    get(&world, &late, &routes::projects()).await?.refused("unauthorized")?;
    world.stop().await
}

async fn a_guesser_learns_nothing_and_is_slowed_down(store: TestStore) -> Result<()> {
    let (world, _) = with_admin(store).await?;
    let wrong = sign_in(&world, "ada", "wrong horse").await?;
    let unknown = sign_in(&world, "nobody", "wrong horse").await?;
    assert_eq!(wrong.refused("unauthorized")?, unknown.refused("unauthorized")?);
    sign_in(&world, "ada", &"x".repeat(2_000)).await?.refused("unauthorized")?;
    for _ in 0..6 {
        sign_in(&world, "ada", "wrong horse").await?.refused("unauthorized")?;
    }
    let slowed = sign_in(&world, "ada", PASSWORD).await?;
    slowed.refused("rate-limited")?;
    assert!(slowed.header("retry-after").parse::<u64>()? > 0);
    world.stop().await
}

async fn a_link_lets_one_browser_in_once(store: TestStore) -> Result<()> {
    let links = Arc::new(Mutex::new(Vec::new()));
    let told = links.clone();
    let announce = move |secret: &str| {
        if let Ok(mut links) = told.lock() {
            links.push(secret.to_owned());
        }
    };
    let entrance = Entrance::link(8080, [7; 32], Box::new(announce));
    entrance.announce();
    let world = World::start_behind(store, entrance).await?;
    let link =
        |index: usize| links.lock().ok().and_then(|links| links.get(index).cloned()).context("no link");
    world.client.get(&routes::projects()).await?.refused("unauthorized")?;
    let open = async |secret: String| world.client.post(&routes::session(), &json!({ "link": secret })).await;
    let unknown = open("guess".into()).await?.refused("unauthorized")?;
    assert!(unknown.detail.contains("none of this server's"), "{unknown:?}");
    let opened = open(link(0)?).await?;
    opened.ok::<SessionInfo>(StatusCode::OK)?;
    let cookie = opened.header("set-cookie").split(';').next().context("no cookie")?.to_owned();
    assert!(cookie.starts_with("hunch-8080=") && !opened.header("set-cookie").contains("Secure"), "{cookie}");
    get(&world, &cookie, &routes::projects()).await?.ok::<Page<Project>>(StatusCode::OK)?;
    let used = open(link(0)?).await?.refused("unauthorized")?;
    assert!(used.detail.contains("used already") && used.detail.contains("hunch serve"), "{used:?}");
    open(link(1)?).await?.ok::<SessionInfo>(StatusCode::OK)?;
    world.stop().await
}
