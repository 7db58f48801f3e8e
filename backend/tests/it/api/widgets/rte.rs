//! A crowd answers through the public endpoint: 164 workers on 800 items (Snow et al. 2008), each of them a user.

use super::{ANON, SHOP, Shop, signed};
use crate::database::{TestStore, on_both_databases};
use crate::world::World;
use anyhow::{Context as _, Result, ensure};
use hunch::clock::Clock as _;
use hunch_protocol::{AnswerStatus, DocumentLabels, Job, Label, NewProject, Page, SaveWidget, routes};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use uuid::Uuid;

on_both_databases!(a_crowd_that_answers_through_a_widget_is_weighed_by_how_often_it_is_right);

const NAMES: [&str; 2] = ["not entailed", "entailed"];

/// The folder of the data set, if it is there.
fn data() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let data = std::env::var_os("HUNCH_DATA").map_or(root, PathBuf::from).join("crowd/rte");
    data.is_dir().then_some(data)
}

/// The rows of a file of whole numbers.
fn rows(path: &Path) -> Result<Vec<Vec<usize>>> {
    let text = fs::read_to_string(path)?;
    let lines = text.lines().skip(1).filter(|line| !line.is_empty());
    lines.map(|line| line.split(',').map(|cell| Ok(cell.trim().parse()?)).collect()).collect()
}

/// Every other worker is known to the product; the rest are browsers.
fn identity(worker: usize, secret: &str, expires: i64) -> Result<Value> {
    if worker.is_multiple_of(2) {
        return signed(secret, &format!("worker-{worker}"), expires);
    }
    let browser = Uuid::from_u128(ANON.parse::<Uuid>()?.as_u128() + worker as u128 * 1_000);
    Ok(json!({ "id": browser }))
}

/// What a worker said of an item, in turn as a choice and as a judgement of a label shown.
fn answer(turn: usize, item: usize, label: usize, identity: &Value) -> Value {
    let base = json!({ "id": Uuid::now_v7(), "document": format!("item {item}"), "identity": identity });
    let said = if turn.is_multiple_of(2) {
        json!({ "question": "choose", "reply": "label", "label": NAMES[label] })
    } else {
        json!({ "question": "right", "shown": NAMES[1], "reply": if label == 1 { "yes" } else { "no" } })
    };
    let mut whole = base;
    if let (Value::Object(whole), Value::Object(said)) = (&mut whole, said) {
        whole.extend(said);
    }
    whole
}

async fn open(world: World, items: usize) -> Result<Shop> {
    let labels = NAMES.map(|name| Label { name: name.into(), ..Label::default() }).to_vec();
    let new = NewProject { name: "rte".into(), labels, ..NewProject::default() };
    let project = world.client.post(&routes::projects(), &new).await?.ok(StatusCode::CREATED)?;
    let rows: Vec<String> = (0..items).map(|item| format!("item {item},pair number {item}\n")).collect();
    world.client.import(&project, format!("id,text\n{}", rows.concat())).await?;
    let settings = SaveWidget {
        name: "crowd".into(),
        origins: vec![SHOP.into()],
        anonymous: true,
        enabled: true,
        ..SaveWidget::default()
    };
    let answer = world.client.post(&routes::widgets(&project.id), &settings).await?;
    Ok(Shop { widget: answer.ok(StatusCode::CREATED)?, world, project })
}

#[expect(clippy::print_stdout, reason = "a figure, and that the test was skipped")]
async fn a_crowd_that_answers_through_a_widget_is_weighed_by_how_often_it_is_right(
    store: TestStore,
) -> Result<()> {
    let Some(folder) = data() else {
        println!("skipped: no HUNCH_DATA");
        return Ok(());
    };
    let truth: BTreeMap<usize, usize> =
        rows(&folder.join("truth.csv"))?.into_iter().map(|row| (row[0], row[1])).collect();
    let said = rows(&folder.join("label.csv"))?;
    let workers: BTreeSet<usize> = said.iter().map(|row| row[1]).collect();
    ensure!((said.len(), workers.len()) == (8_000, 164), "another data set: {}", said.len());

    let world = World::start_with(store, |limits| {
        (limits.answers_per_address, limits.answers_per_key) = (NonZeroU32::MAX, NonZeroU32::MAX);
    });
    let mut shop = open(world.await?, truth.len()).await?;
    let secret = shop.secret().await?;
    let expires = shop.world.clock.now() / 1_000_000 + 3_600;
    let answers = said
        .iter()
        .enumerate()
        .map(|(turn, row)| Ok(answer(turn, row[0], row[2], &identity(row[1], &secret, expires)?)));
    for batch in answers.collect::<Result<Vec<Value>>>()?.chunks(50) {
        let statuses = shop.statuses(batch).await?;
        ensure!(statuses.iter().all(|status| *status == AnswerStatus::Stored), "{statuses:?}");
    }

    let client = &shop.world.client;
    let job: Job =
        client.post(&routes::combine(&shop.project.id), &json!({})).await?.ok(StatusCode::ACCEPTED)?;
    client.finish(job).await?;
    let path = routes::page(&routes::labels(&shop.project.id), None, Some(1_000));
    let labels: Page<DocumentLabels> = client.get(&path).await?.ok(StatusCode::OK)?;
    let mut right = 0;
    for row in &labels.items {
        let item: usize = row.id.strip_prefix("item ").context("an item")?.parse()?;
        right += usize::from(truth.get(&item).copied() == usize::try_from(row.label).ok());
    }
    let accuracy = right as f64 / truth.len() as f64;
    println!("accuracy of the combined labels: {accuracy:.4}");
    ensure!(labels.items.len() == truth.len() && accuracy >= 0.92, "accuracy {accuracy}");
    shop.world.stop().await
}
