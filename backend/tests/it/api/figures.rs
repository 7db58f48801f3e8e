//! Figures of a rule that is not saved, and samples of chunks for browsers that cannot hold a corpus.

use crate::database::{TestStore, on_both_databases};
use crate::world::{Answer, World};
use anyhow::{Context as _, Result};
use hunch_engine::{Move, RuleCounts};
use hunch_protocol::{
    Corpus, EditFigures, EditedRule, Project, Rule, SaveRule, decode_chunk, decode_sample, routes,
};
use reqwest::{Method, StatusCode};

on_both_databases!(
    a_rule_that_is_not_saved_gets_the_figures_it_would_have,
    a_rule_that_cannot_be_evaluated_is_refused_with_the_place,
    a_sample_is_the_same_for_everyone_and_names_its_rows,
);

const TEXTS: [&str; 6] =
    ["my channel", "a song", "my song", "nothing", "subscribe to my song", "my last channel"];

async fn with_texts(store: TestStore) -> Result<(World, Project)> {
    let world = World::start(store).await?;
    let project = world.client.project().await?;
    let rows: Vec<String> = TEXTS.iter().enumerate().map(|(id, text)| format!("{id},{text}\n")).collect();
    world.client.import(&project, format!("id,text\n{}", rows.concat())).await?;
    Ok((world, project))
}

fn edited(source: &str, replaces: Option<&Rule>) -> EditedRule {
    EditedRule { source: source.into(), replaces: replaces.map(|rule| rule.id.clone()) }
}

/// The last line.
fn figures(answer: &Answer) -> Result<EditFigures> {
    anyhow::ensure!(answer.status == StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    let text = answer.text();
    Ok(serde_json::from_str(text.lines().last().context("no line")?)?)
}

async fn a_rule_that_is_not_saved_gets_the_figures_it_would_have(store: TestStore) -> Result<()> {
    let (world, project) = with_texts(store).await?;
    let path = routes::figures(&project.id);
    let my = world.client.rule(&project, "rule my:\n  SPAM when text has \"my\"\n").await?;
    world.client.rule(&project, "rule song:\n  HAM when text has \"song\"\n").await?;

    let edit = edited("rule my:\n  SPAM when text has \"subscribe\"\n", Some(&my));
    let found = figures(&world.client.post(&path, &edit).await?)?;
    assert_eq!((found.total, found.edit.rows), (6, 6));
    let counts = RuleCounts { votes: 1, overlaps: 1, conflicts: 1, ..RuleCounts::default() };
    assert_eq!((found.edit.counts, found.edit.adds), (counts, 0));
    // "my" votes on four rows, "subscribe" on one of them.
    assert_eq!(found.edit.moves, [Move { from: Some(1), to: None, rows: 3 }]);

    // As a new rule it moves all it votes on, beside the one as it is saved, and may name that.
    let new = edited("rule new:\n  SPAM when vote(my) = SPAM and text has \"channel\"\n", None);
    let found = figures(&world.client.post(&path, &new).await?)?;
    assert_eq!(found.edit.counts.overlaps, 2);
    assert_eq!(found.edit.moves, [Move { from: None, to: Some(1), rows: 2 }]);

    // An inactive rule's votes count nowhere, so saving moves none.
    let off = SaveRule { source: "rule off:\n  HAM when text has \"last\"\n".into(), active: false };
    let off: Rule = world.client.post(&routes::rules(&project.id), &off).await?.ok(StatusCode::CREATED)?;
    let found = figures(&world.client.post(&path, &edited(&off.source, Some(&off))).await?)?;
    assert_eq!((found.edit.counts.votes, found.edit.moves.len()), (1, 0));

    // Nothing of this was written.
    let rule: Rule = world.client.get(&routes::rule(&project.id, &my.id)).await?.ok(StatusCode::OK)?;
    assert_eq!(rule, my);
    world.stop().await
}

async fn a_rule_that_cannot_be_evaluated_is_refused_with_the_place(store: TestStore) -> Result<()> {
    let (world, project) = with_texts(store).await?;
    let path = routes::figures(&project.id);
    let source = "rule bad:\n  SPAM when txt has \"a\"\n";
    let problem = world.client.post(&path, &edited(source, None)).await?.refused("invalid")?;
    let span = problem.errors.first().and_then(|error| error.span).context("no place")?;
    assert_eq!(&source[span.0..span.1], "txt");
    for (source, hint) in [
        ("", "exactly one"),
        (&"# long\n".repeat(10_000), "bytes"),
        ("rule large:\n  SPAM when text ~ /\\w{900}/\n", "when compiled"),
    ] {
        let problem = world.client.post(&path, &edited(source, None)).await?.refused("invalid")?;
        assert!(format!("{problem}").contains(hint), "{problem}");
    }
    let other = routes::figures("01890000-0000-7000-8000-000000000000");
    world.client.post(&other, &edited("", None)).await?.refused("not-found")?;
    world.stop().await
}

async fn a_sample_is_the_same_for_everyone_and_names_its_rows(store: TestStore) -> Result<()> {
    let (world, project) = with_texts(store).await?;
    let corpus: Corpus = world.client.get(&routes::corpus(&project.id)).await?.ok(StatusCode::OK)?;
    let chunk = &corpus.chunks[0];
    let bytes: usize = TEXTS.iter().map(|text| text.len()).sum();
    assert_eq!(chunk.text_bytes, bytes as u64);

    let whole = decode_chunk(&world.client.get(&routes::chunk(&project.id, &chunk.hash)).await?.body)?;
    let path = routes::chunk_sample(&project.id, &chunk.hash, 4, 7);
    let answer = world.client.get(&path).await?;
    assert_eq!(answer.header("cache-control"), "private, max-age=31536000, immutable");
    assert_eq!(answer.header("etag"), format!("\"{}-4-7\"", chunk.hash));
    let (sample, rows) = decode_sample(&answer.body)?;
    assert_eq!(sample.rows, 4);
    for (place, row) in rows.iter().enumerate() {
        assert_eq!(sample.ids.get(place), whole.ids.get(*row as usize));
    }
    assert_eq!(world.client.get(&path).await?.body, answer.body);
    let all = routes::chunk_sample(&project.id, &chunk.hash, 100, 7);
    assert_eq!(decode_sample(&world.client.get(&all).await?.body)?.0, whole);

    let unsaid = format!("{}?seed=1", routes::chunk(&project.id, &chunk.hash));
    world.client.get(&unsaid).await?.refused("invalid")?;
    assert_eq!(world.client.request(Method::HEAD, &path).send().await?.status(), StatusCode::OK);
    world.stop().await
}
