//! Clients that write without pause, repeat what was cut, and keep a ledger of what was acknowledged.

use crate::sync::{TestDevice, rule_key, short};
use crate::world::{SendExt as _, TestClient};
use anyhow::{Context as _, Result, ensure};
use hunch_protocol::{
    AnnotationBody, Key, Kind, Operation, Page, Project, PushReply, Rule, RuleRevision, SaveRule, Status,
    routes,
};
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

/// Where the server is, and how much it has acknowledged.
pub(super) struct Site {
    server: watch::Sender<TestClient>,
    writes: AtomicU64,
    wrote: Notify,
    stopping: AtomicBool,
}

impl Site {
    pub(super) fn new(client: &TestClient) -> Self {
        let (server, _) = watch::channel(client.clone());
        Self { server, writes: AtomicU64::new(0), wrote: Notify::new(), stopping: AtomicBool::new(false) }
    }

    /// The server was started anew.
    pub(super) fn moved_to(&self, client: &TestClient) {
        self.server.send_replace(client.clone());
    }

    /// Waits until that many more writes were acknowledged.
    pub(super) async fn acknowledged(&self, more: u64) {
        let enough = self.writes.load(Ordering::SeqCst) + more;
        loop {
            let wrote = self.wrote.notified();
            if self.writes.load(Ordering::SeqCst) >= enough {
                return;
            }
            wrote.await;
        }
    }

    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    fn stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    fn note(&self, writes: u64) {
        self.writes.fetch_add(writes, Ordering::SeqCst);
        self.wrote.notify_waiters();
    }

    /// Sends a request until it is answered: whenever it is cut, again at the server's next life. Counts the cuts.
    async fn insist<T>(&self, cut: &mut u64, send: impl AsyncFn(&TestClient) -> Result<T>) -> Result<T> {
        let mut servers = self.server.subscribe();
        loop {
            let client = servers.borrow_and_update().clone();
            match send(&client).await {
                Err(error) if error.downcast_ref::<reqwest::Error>().is_some() => {
                    *cut += 1;
                    servers.changed().await.context("there is no next life")?;
                }
                answered => return answered,
            }
        }
    }
}

/// What one client was told is kept.
pub(super) struct Ledger {
    /// Requests that were cut.
    pub(super) cut: u64,
    kept: Kept,
}

enum Kept {
    /// A device's operations, all of which were carried out, on these entities of its own.
    Device {
        device: Box<TestDevice>,
        rule: Key,
        edits: u64,
        annotation: Key,
        labels: u64,
        last: Vec<Operation>,
    },
    /// Rules that were made, by name.
    Rules(Vec<Rule>),
}

/// Pushes batches of one to four operations: edits of a rule, each based on the one before, and annotations.
pub(super) async fn push(site: &Site, project: &Project, number: usize) -> Result<Ledger> {
    let mut cut = 0;
    let mut device =
        site.insist(&mut cut, async |client| TestDevice::register(client, project).await).await?;
    let document = format!("d{number}");
    let annotation = Key::new(Kind::Annotation, AnnotationBody::id("local", &document));
    let (rule, mut edits, mut labels, mut last) = (rule_key(), 0, 0, Vec::new());
    while !site.stopping() {
        let mut batch = Vec::new();
        for _ in 0..=(edits + labels) % 4 {
            if (edits + labels) % 3 == 0 {
                let body = json!({"document": document, "author": "local", "label": labels % 2});
                batch.push(device.put(annotation.clone(), 0, body));
                labels += 1;
            } else {
                batch.push(device.put(rule.clone(), edits, said(number, edits + 1)));
                edits += 1;
            }
        }
        let sent = &device;
        let reply: PushReply = site
            .insist(&mut cut, async |client| sent.at(client).send(&batch).await?.ok(StatusCode::OK))
            .await?;
        let applied = reply.receipts.iter().all(|receipt| receipt.status == Status::Applied);
        ensure!(applied && reply.receipts.len() == batch.len(), "{reply:?}");
        site.note(batch.len() as u64);
        last = batch;
    }
    let device = Box::new(device);
    Ok(Ledger { cut, kept: Kept::Device { device, rule, edits, annotation, labels, last } })
}

/// What a device's rule says in a revision.
fn said(device: usize, revision: u64) -> serde_json::Value {
    short(&format!("device{device}"), u32::try_from(revision).unwrap_or(u32::MAX))
}

/// Makes rules one by one, each under an idempotency key.
pub(super) async fn write_rules(site: &Site, project: &Project, program: usize) -> Result<Ledger> {
    let (mut cut, mut rules) = (0, Vec::new());
    while !site.stopping() {
        let source = format!("rule program{program}x{}:\n  SPAM when words(text) > 9\n", rules.len());
        let (save, key) = (SaveRule { source, active: false }, Uuid::now_v7().to_string());
        let rule: Rule = site
            .insist(&mut cut, async |client| {
                let request = client.request(Method::POST, &routes::rules(&project.id));
                let request = request.header("idempotency-key", &key).json(&save);
                request.answer().await?.ok(StatusCode::CREATED)
            })
            .await?;
        site.note(1);
        rules.push(rule);
    }
    Ok(Ledger { cut, kept: Kept::Rules(rules) })
}

impl Ledger {
    /// How many writes were acknowledged.
    pub(super) fn writes(&self) -> usize {
        match &self.kept {
            Kept::Device { edits, labels, .. } => usize::try_from(edits + labels).unwrap_or(usize::MAX),
            Kept::Rules(rules) => rules.len(),
        }
    }

    /// Whether everything in it is on the server, exactly once.
    pub(super) async fn check(&self, client: &TestClient, project: &Project) -> Result<()> {
        match &self.kept {
            Kept::Rules(rules) => {
                for rule in rules {
                    let path = routes::rule(&project.id, &rule.id);
                    let found: Rule = client.get(&path).await?.ok(StatusCode::OK)?;
                    ensure!(found == *rule, "{found:?} instead of {rule:?}");
                }
                let names: Vec<&String> = rules.iter().map(|rule| &rule.name).collect();
                let all = list_rules(client, project).await?;
                let found: Vec<&String> =
                    all.iter().map(|rule| &rule.name).filter(|name| name.starts_with("program")).collect();
                ensure!(found == names, "{found:?} instead of {names:?}");
            }
            Kept::Device { device, rule, edits, annotation, labels, last } => {
                let device = device.at(client);
                // A last repetition changes nothing.
                device.push(last).await?;
                let (changes, _) = device.pull(0, 1000).await?;
                for (key, writes) in [(rule, edits), (annotation, labels)] {
                    let found =
                        changes.iter().find(|entity| entity.key == *key).map(|entity| entity.revision);
                    let wrong = format!("{key} was written {writes} times and is at {found:?}");
                    ensure!(found.unwrap_or(0) == *writes, wrong);
                }
                check_revisions(client, project, rule, *edits).await?;
            }
        }
        Ok(())
    }
}

async fn list_rules(client: &TestClient, project: &Project) -> Result<Vec<Rule>> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let path = routes::page(&routes::rules(&project.id), cursor.as_deref(), Some(1000));
        let page: Page<Rule> = client.get(&path).await?.ok(StatusCode::OK)?;
        all.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(all);
        }
    }
}

/// Whether a rule's revisions are the edits that were acknowledged, each once and in their order.
async fn check_revisions(client: &TestClient, project: &Project, rule: &Key, edits: u64) -> Result<()> {
    let (mut next, mut cursor) = (edits, None);
    loop {
        let path = routes::page(&routes::revisions(&project.id, &rule.id), cursor.as_deref(), Some(1000));
        let page: Page<RuleRevision> = client.get(&path).await?.ok(StatusCode::OK)?;
        for found in page.items {
            let number = usize::try_from(found.name.trim_start_matches("device").parse::<u64>()?)?;
            let expected = said(number, next);
            ensure!(
                found.revision.cast_unsigned() == next && expected["source"] == found.source,
                "{found:?}"
            );
            next -= 1;
        }
        cursor = page.next;
        if cursor.is_none() {
            ensure!(next == 0, "{next} revisions are missing");
            return Ok(());
        }
    }
}
