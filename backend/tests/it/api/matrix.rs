//! Every kind of caller against every endpoint, in a project of theirs and in one that is not.
//!
//! Endpoints come from the API's own description, so a new one is asked too. Requests are such that whoever may send
//! them is refused for another reason, or changes nothing that matters to the next request.

use crate::database::{TestStore, on_both_databases};
use crate::world::World;
use anyhow::{Context as _, Result, bail, ensure};
use hunch::auth::Entrance;
use hunch::store::{InvitationDraft, NewAccount, NewSession, NewToken, ProjectDraft, Taker, Write};
use hunch_protocol::{Label, Problem, Role, Scope, routes};
use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

on_both_databases!(every_caller_reaches_what_they_may_and_nothing_else);

/// The end of time, as far as sessions and invitations here are concerned.
const LATER: i64 = i64::MAX;

/// Someone who sends requests.
struct Caller {
    name: String,
    /// What the request carries.
    credentials: Credentials,
    /// What they may do in the project, if they may know of it.
    role: Option<Role>,
    admin: bool,
    /// Of a token.
    scopes: Option<Vec<Scope>>,
    /// Whether it is a token of one project.
    confined: bool,
}

enum Credentials {
    Nothing,
    Cookie(String),
    Token(String),
}

/// An endpoint as the description has it.
#[derive(Debug)]
struct Operation {
    name: String,
    method: Method,
    path: String,
    needs: String,
    scopes: Vec<Scope>,
    has_body: bool,
}

#[derive(Debug, PartialEq)]
enum Outcome {
    /// The handler was reached.
    Allowed,
    /// 401
    Unknown,
    /// 403
    Forbidden,
    /// 404: there is no such project.
    Hidden,
}

async fn every_caller_reaches_what_they_may_and_nothing_else(store: TestStore) -> Result<()> {
    let world = World::start_behind(store, Entrance::accounts()).await?;
    let (mine, other) = (project(&world).await?, project(&world).await?);
    let callers = callers(&world, mine, other).await?;
    let mut wrong = Vec::new();
    for operation in operations(&world).await? {
        for caller in &callers {
            let expected = expected(&operation, caller);
            let found = ask(&world, &operation, caller, mine).await?;
            if found != expected {
                wrong.push(format!("{} by {}: {found:?}, not {expected:?}", operation.name, caller.name));
            }
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    world.stop().await
}

/// What must come of it.
fn expected(operation: &Operation, caller: &Caller) -> Outcome {
    if operation.needs == "nothing" {
        return Outcome::Allowed;
    }
    if matches!(caller.credentials, Credentials::Nothing) {
        return Outcome::Unknown;
    }
    let scoped = caller.scopes.as_ref().is_none_or(|has| {
        operation
            .scopes
            .iter()
            .any(|scope| *scope == Scope::Read || has.contains(scope) || has.contains(&Scope::Admin))
    });
    let allowed = match operation.needs.as_str() {
        "signed in" => scoped,
        "unconfined" => scoped && !caller.confined,
        "person" => caller.scopes.is_none(),
        "server" => caller.admin,
        role => match caller.role {
            None => return Outcome::Hidden,
            Some(has) => scoped && Role::ALL.iter().any(|needed| needed.name() == role && has >= *needed),
        },
    };
    if allowed { Outcome::Allowed } else { Outcome::Forbidden }
}

async fn ask(world: &World, operation: &Operation, caller: &Caller, project: Uuid) -> Result<Outcome> {
    let (nobody, nothing) = (Uuid::nil().to_string(), "0".repeat(64));
    let path: Vec<&str> = operation
        .path
        .split('/')
        .map(|part| match part {
            "{p}" => "PROJECT",
            "{hash}" | "{s}" => &nothing,
            "{name}" | "{login}" => "nobody",
            part if part.starts_with('{') => &nobody,
            part => part,
        })
        .collect();
    let path = path.join("/").replace("PROJECT", &project.to_string());
    let mut request = world.client.request(operation.method.clone(), &path).header("if-match", "\"999\"");
    if operation.has_body {
        request = request.header("content-type", "application/json").body("{}");
    }
    request = match &caller.credentials {
        Credentials::Nothing => request,
        Credentials::Cookie(secret) => request.header("cookie", format!("__Host-hunch={secret}")),
        Credentials::Token(secret) => request.bearer_auth(secret),
    };
    let response = request.send().await?;
    let status = response.status();
    // A stream that is let in would never end.
    if status.is_success() {
        return Ok(Outcome::Allowed);
    }
    let problem: Problem = response.json().await.with_context(|| format!("{operation:?}"))?;
    ensure!(status.as_u16() < 500, "{operation:?}: {problem:?}");
    Ok(match problem.kind.as_str() {
        // Signing in is refused for its own reasons.
        "unauthorized" if operation.needs != "nothing" => Outcome::Unknown,
        "forbidden" => Outcome::Forbidden,
        "not-found" if problem.detail == "There is no such project." => Outcome::Hidden,
        _ => Outcome::Allowed,
    })
}

/// All endpoints, those last that end what a caller is.
async fn operations(world: &World) -> Result<Vec<Operation>> {
    let document: Value = world.client.get(&routes::openapi()).await?.ok(reqwest::StatusCode::OK)?;
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().context("no paths")? {
        for (method, facts) in methods.as_object().context("no methods")? {
            operations.push(Operation {
                name: facts["operationId"].as_str().context("no name")?.to_owned(),
                method: method.to_ascii_uppercase().parse()?,
                path: path.clone(),
                needs: facts["x-access"]["needs"].as_str().context("no access")?.to_owned(),
                scopes: serde_json::from_value(facts["x-access"]["scopes"].clone())?,
                has_body: facts.get("requestBody").is_some(),
            });
        }
    }
    operations.sort_by_key(|operation| match operation.name.as_str() {
        "members.leave" => 1,
        "session.end" => 2,
        _ => 0,
    });
    if operations.len() < 50 {
        bail!("the description names {} endpoints only", operations.len());
    }
    Ok(operations)
}

async fn project(world: &World) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let labels = vec![Label { name: "A".into(), ..Label::default() }];
    let draft = ProjectDraft { name: "theirs".into(), labels, seed: 0, author: "local".into() };
    world.state.store.add_project(id, draft, Write::at(1)).await?;
    Ok(id)
}

async fn callers(world: &World, mine: Uuid, other: Uuid) -> Result<Vec<Caller>> {
    let mut callers = vec![Caller {
        name: "nobody".into(),
        credentials: Credentials::Nothing,
        role: None,
        admin: false,
        scopes: None,
        confined: false,
    }];
    for role in Role::ALL {
        callers.push(person(world, role.name(), Some((mine, role)), Some(role)).await?);
    }
    callers.push(person(world, "foreigner", Some((other, Role::Owner)), None).await?);
    callers.push(person(world, "admin", None, None).await?);
    for scope in Scope::ALL {
        callers.push(token(world, &[scope], Some(mine), true).await?);
        callers.push(token(world, &[scope], None, true).await?);
    }
    callers.push(token(world, &[Scope::Admin], Some(other), false).await?);
    Ok(callers)
}

/// Someone with an account, by invitation to a project or, without one, to the server.
async fn person(
    world: &World,
    login: &str,
    member: Option<(Uuid, Role)>,
    role: Option<Role>,
) -> Result<Caller> {
    let store = &world.state.store;
    let hash = blake3::hash(login.as_bytes()).to_hex().to_string();
    let draft = InvitationDraft {
        id: Uuid::now_v7(),
        role: member.map_or(Role::Owner, |(_, role)| role),
        note: String::new(),
        hash: hash.clone(),
        author: "local".into(),
        expires_at: LATER,
    };
    match member {
        Some((project, _)) => store.add_invitation(project, draft, Write::at(1)).await.map(drop)?,
        None => ensure!(store.invite_first(draft, Write::at(1)).await?),
    }
    let account =
        NewAccount { id: Uuid::now_v7(), login: login.into(), name: login.into(), password: "$never".into() };
    let session = NewSession {
        id: Uuid::now_v7(),
        hash: hash.clone(),
        agent: String::new(),
        address: String::new(),
        expires_at: LATER,
    };
    let now = world.state.clock.now();
    store.take_invitation(&hash, Taker::New(account, session), Write::at(now)).await?;
    Ok(Caller {
        name: login.into(),
        credentials: Credentials::Cookie(login.into()),
        role,
        admin: member.is_none(),
        scopes: None,
        confined: false,
    })
}

async fn token(world: &World, scopes: &[Scope], project: Option<Uuid>, sees: bool) -> Result<Caller> {
    let secret = Uuid::new_v4().to_string();
    let new = NewToken {
        id: Uuid::now_v7(),
        project,
        name: "robot".into(),
        hash: blake3::hash(secret.as_bytes()).to_hex().to_string(),
        scopes: scopes.to_vec(),
        expires_at: None,
    };
    world.state.store.add_token(new, Write::at(1)).await?;
    let admin = scopes.contains(&Scope::Admin);
    // The scope decides; the role only has to be enough for it.
    let role = if admin { Role::Owner } else { Role::Engineer };
    let role = if scopes == [Scope::Read] { Role::Viewer } else { role };
    Ok(Caller {
        name: format!("token {scopes:?} of {project:?}"),
        credentials: Credentials::Token(secret),
        role: sees.then_some(role),
        admin: admin && project.is_none(),
        scopes: Some(scopes.to_vec()),
        confined: project.is_some(),
    })
}
