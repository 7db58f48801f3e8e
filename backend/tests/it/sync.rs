//! Sync, as devices see it.

mod conflicts;
mod counter;
mod people;
mod pull;
mod push;

use crate::world::{Answer, SendExt as _, TestClient, World};
use anyhow::{Context as _, Result, ensure};
use hunch_protocol::{
    Change, Device, Entity, Key, Kind, NewDevice, Operation, Project, PullReply, PushReply, PushRequest,
    Receipt, RuleBody, Status, routes,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A device of a project, which numbers its operations.
pub(crate) struct TestDevice {
    client: TestClient,
    project: String,
    pub(crate) device: Device,
    next: u64,
}

impl TestDevice {
    /// Registers a device.
    pub(crate) async fn register(client: &TestClient, project: &Project) -> Result<Self> {
        let new = NewDevice { name: "a test".into() };
        let device: Device =
            client.post(&routes::devices(&project.id), &new).await?.ok(StatusCode::CREATED)?;
        Ok(Self { client: client.clone(), project: project.id.clone(), device, next: 1 })
    }

    /// The device as it talks to a server elsewhere.
    pub(crate) fn at(&self, client: &TestClient) -> Self {
        let (project, device) = (self.project.clone(), self.device.clone());
        Self { client: client.clone(), project, device, next: self.next }
    }

    /// The device's next operation.
    pub(crate) fn operation(&mut self, key: Key, change: Change) -> Operation {
        let seq = self.next;
        self.next += 1;
        let made_at = "2026-01-01T00:00:00Z".to_owned();
        Operation { id: Uuid::now_v7().to_string(), seq, key, change, made_at }
    }

    pub(crate) fn put(&mut self, key: Key, base: u64, body: Value) -> Operation {
        self.operation(key, Change::Put { base, body })
    }

    /// Sends operations and looks at the answer.
    pub(crate) async fn send(&self, operations: &[Operation]) -> Result<Answer> {
        let request = PushRequest {
            device: self.device.id.clone(),
            epoch: self.device.epoch.clone(),
            operations: operations.to_vec(),
        };
        self.client.post(&routes::push(&self.project), &request).await
    }

    /// Sends operations, twice as a bad network would, and returns the receipts, which must be the same both times.
    pub(crate) async fn push(&self, operations: &[Operation]) -> Result<Vec<Receipt>> {
        let reply: PushReply = self.send(operations).await?.ok(StatusCode::OK)?;
        let again: PushReply = self.send(operations).await?.ok(StatusCode::OK)?;
        ensure!(reply == again, "{again:?} instead of {reply:?}");
        Ok(reply.receipts)
    }

    /// Sends one operation.
    pub(crate) async fn push_one(&self, operation: Operation) -> Result<Receipt> {
        self.push(&[operation]).await?.into_iter().next().context("no receipt")
    }

    /// Puts a new body and expects that it is taken as it is.
    pub(crate) async fn apply(&mut self, key: &Key, base: u64, body: Value) -> Result<Receipt> {
        let operation = self.put(key.clone(), base, body);
        let receipt = self.push_one(operation).await?;
        ensure!(receipt.status == Status::Applied, "{receipt:?}");
        Ok(receipt)
    }

    pub(crate) async fn page(&self, since: u64, limit: usize) -> Result<Answer> {
        self.client.get(&routes::pull(&self.project, &self.device.id, since, limit)).await
    }

    /// All changes after a cursor, page by page, and the cursor after them.
    pub(crate) async fn pull(&self, since: u64, limit: usize) -> Result<(Vec<Entity>, u64)> {
        let (mut changes, mut cursor) = (Vec::new(), since);
        loop {
            let page: PullReply = self.page(cursor, limit).await?.ok(StatusCode::OK)?;
            ensure!(page.epoch == self.device.epoch && page.changes.len() <= limit, "{page:?}");
            ensure!(page.cursor >= cursor && (page.more || page.cursor > 0), "{page:?}");
            changes.extend(page.changes);
            cursor = page.cursor;
            if !page.more {
                return Ok((changes, cursor));
            }
        }
    }

    /// What the device's copy says of an entity; null if it is not there.
    pub(crate) async fn body(&self, key: &Key) -> Result<Value> {
        Ok(state(self.pull(0, 1000).await?.0).remove(key).map(|entity| entity.body).unwrap_or_default())
    }

    /// The open merge conflicts.
    pub(crate) async fn conflicts(&self) -> Result<Vec<Entity>> {
        let all = state(self.pull(0, 1000).await?.0).into_values();
        Ok(all.filter(|entity| entity.key.kind == Kind::MergeConflict).collect())
    }
}

/// What changes leave behind: the living by key.
pub(crate) fn state(changes: Vec<Entity>) -> BTreeMap<Key, Entity> {
    let mut state = BTreeMap::new();
    for entity in changes {
        if entity.deleted {
            state.remove(&entity.key);
        } else {
            state.insert(entity.key.clone(), entity);
        }
    }
    state
}

pub(crate) fn rule_key() -> Key {
    Key::new(Kind::Rule, Uuid::now_v7().to_string())
}

/// A rule of a name with some lines below it.
pub(crate) fn rule(name: &str, lines: &[&str]) -> Value {
    let lines: Vec<String> = lines.iter().map(|line| format!("  {line}\n")).collect();
    json!(RuleBody { name: name.into(), source: format!("rule {name}:\n{}", lines.concat()), active: true })
}

/// A rule that says one thing.
pub(crate) fn short(name: &str, words: u32) -> Value {
    rule(name, &[&format!("HAM when words(text) < {words}")])
}

/// A server with a project of two documents of the dev split and one of another, and a device.
pub(crate) async fn world(store: crate::database::TestStore) -> Result<(World, Project, TestDevice)> {
    let world = World::start(store).await?;
    let project = world.client.project().await?;
    import(&world, &project).await?;
    let device = TestDevice::register(&world.client, &project).await?;
    Ok((world, project, device))
}

async fn import(world: &World, project: &Project) -> Result<()> {
    let csv = "id,text,split\na,I love this song,dev\nb,check out my channel,dev\nc,my my my,test\n";
    let upload = world.client.upload("rows.csv", csv).await?;
    let request = json!({
        "upload": upload.upload, "mode": "append", "on_bad_row": "stop",
        "mapping": {"text": ["text"], "id": "id", "split": "split"},
    });
    let job = world.client.post(&routes::imports(&project.id), &request).await?.ok(StatusCode::ACCEPTED)?;
    world.client.finish(job).await?;
    Ok(())
}

/// A request in the name of a program.
async fn as_program(world: &World, method: Method, path: &str, body: &Value) -> Result<Answer> {
    let token: Value = world
        .client
        .post(&routes::tokens(), &json!({"name": "robot", "scopes": ["read", "rules:write"]}))
        .await?
        .ok(StatusCode::CREATED)?;
    let secret = token["secret"].as_str().context("no secret")?;
    world.client.request(method, path).bearer_auth(secret).json(body).answer().await
}
