//! The examples of `docs/sync.md`, run as a reader would: each `sh` block by the shell and curl against a real server,
//! in order; the `json` block behind it is what it answers, where `…` stands for anything.

use crate::database::TestStore;
use crate::world::World;
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use tokio::process::Command;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/sync.md");
/// Where the examples believe the server to be.
const ADDRESS: &str = "http://127.0.0.1:8080";
const END: &str = "--- end of an example ---";

struct Example {
    script: String,
    answer: Option<Value>,
}

#[tokio::test]
async fn the_examples_of_the_sync_document_do_what_it_says() -> Result<()> {
    let examples = examples(&fs::read_to_string(Path::new(DOCUMENT))?)?;
    ensure!(examples.len() > 10, "only {} examples were found", examples.len());
    let world = World::start(TestStore::sqlite().await?).await?;
    let folder = TempDir::new()?;
    let scripts = examples.iter().map(|example| format!("{}\nprintf '%s\\n' '{END}'\n", example.script));
    let script = scripts.collect::<String>().replace(ADDRESS, &world.client.url);
    let mut shell = Command::new("bash");
    shell.args(["-euo", "pipefail", "-c", &script]).current_dir(folder.path());
    let output = shell.output().await?;
    let printed = String::from_utf8(output.stdout)?;
    let parts: Vec<&str> = printed.split(END).collect();
    for (example, printed) in examples.iter().zip(&parts) {
        let Some(shown) = &example.answer else { continue };
        let real: Value =
            serde_json::from_str(printed.trim()).with_context(|| format!("{}\n{printed}", example.script))?;
        ensure!(fits(shown, &real), "{}\nshown: {shown:#}\nreal: {real:#}", example.script);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{} examples ran, then: {errors}", parts.len() - 1);
    world.stop().await
}

fn examples(document: &str) -> Result<Vec<Example>> {
    let mut examples: Vec<Example> = Vec::new();
    let mut blocks = document.split("```");
    blocks.next();
    while let (Some(block), Some(_)) = (blocks.next(), blocks.next()) {
        match block.split_once('\n') {
            Some(("sh", script)) => examples.push(Example { script: script.to_owned(), answer: None }),
            Some(("json", answer)) => {
                let answer = serde_json::from_str(answer).with_context(|| answer.to_owned())?;
                examples.last_mut().context("an answer without a question")?.answer = Some(answer);
            }
            _ => {}
        }
    }
    Ok(examples)
}

/// Whether an answer is what is shown; `…` is anything, as a list's last item and as a field's name too.
fn fits(shown: &Value, real: &Value) -> bool {
    match (shown, real) {
        (Value::String(text), _) if text == "…" => true,
        (Value::Array(shown), Value::Array(real)) => {
            let open = shown.last().is_some_and(|last| last == "…");
            let named = &shown[..shown.len() - usize::from(open)];
            (if open { real.len() >= named.len() } else { real.len() == named.len() })
                && named.iter().zip(real).all(|(shown, real)| fits(shown, real))
        }
        (Value::Object(shown), Value::Object(real)) => {
            let open = shown.contains_key("…");
            let named = shown.iter().filter(|(name, _)| *name != "…");
            (open || shown.len() == real.len())
                && named.into_iter().all(|(name, shown)| real.get(name).is_some_and(|real| fits(shown, real)))
        }
        _ => shown == real,
    }
}
