//! What a snapshot's labels follow from.

use crate::components::{copy_button::CopyButton, label_chip::LabelChip, loaded::Loaded, panel::Panel};
use crate::format;
use crate::pages::model::model_name;
use crate::state::{Api, labels::LabelSet, project::ProjectState, remote::Remote};
use hunch_protocol::{Manifest, ManifestChunk, ManifestModel, ManifestRule};
use leptos::prelude::*;

/// A snapshot's manifest, readable.
#[component]
pub fn Lineage(project: ProjectState, id: String) -> impl IntoView {
    let manifest = {
        let (project, id) = (project.id(), id.clone());
        Remote::load(move || {
            let (project, id) = (project.clone(), id.clone());
            async move { Api.manifest(&project, &id).await }
        })
    };
    let name = {
        let id = id.clone();
        move || {
            project.snapshots.with(|snapshots| {
                let snapshot = snapshots?.iter().find(|snapshot| snapshot.id == id)?;
                (!snapshot.name.is_empty()).then(|| snapshot.name.clone())
            })
        }
    };
    let title = Signal::derive(move || {
        name().map_or_else(|| "Lineage".to_owned(), |name| format!("Lineage of {name}"))
    });
    view! {
        <Panel title=title>
            <Loaded of=manifest.status() what="The snapshot">
                {
                    let id = id.clone();
                    move || {
                        let id = id.clone();
                        manifest.get().map(|manifest| view! { <Facts labels=project.labels() id=id manifest=manifest /> })
                    }
                }
            </Loaded>
        </Panel>
    }
}

#[component]
fn Facts(labels: LabelSet, id: String, manifest: Manifest) -> impl IntoView {
    let covered = format!(
        "{} of them with a vote ({})",
        format::count(manifest.covered),
        format::share(manifest.covered, manifest.rows).unwrap_or_else(|| "none".to_owned()),
    );
    let lexicons = list(
        manifest
            .lexicons
            .iter()
            .map(|lexicon| format!("@{} ({})", lexicon.name, format::short_hash(&lexicon.hash))),
    );
    let sources = list(manifest.sources.iter().cloned());
    view! {
        <dl class="facts-list">
            <dt>"Id"</dt>
            <dd class="row"><code class="hash">{id.clone()}</code> <CopyButton text=id /></dd>
            <dt>"Documents"</dt>
            <dd>{format::count(manifest.rows)} ", " {covered}</dd>
            <dt>"Model"</dt>
            <dd>{model_text(&manifest.model)}</dd>
            <dt>"Labels"</dt>
            <dd class="row chips">{label_chips(&labels, &manifest)}</dd>
            <dt>"Rules"</dt>
            <dd><ManifestRules rules=manifest.rules /></dd>
            <dt>"Lexicons"</dt>
            <dd>{lexicons}</dd>
            <dt>"External sources"</dt>
            <dd>{sources}</dd>
            <dt>"Corpus"</dt>
            <dd><ManifestChunks chunks=manifest.chunks /></dd>
            <dt>"Seed"</dt>
            <dd class="num">{manifest.seed}</dd>
            <dt>"Engine"</dt>
            <dd class="num">{format!("version {}, manifest layout {}", manifest.engine, manifest.format)}</dd>
        </dl>
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    let text = items.collect::<Vec<_>>().join(", ");
    if text.is_empty() { "none".to_owned() } else { text }
}

fn model_text(model: &ManifestModel) -> String {
    let prior = if model.balance.is_some() { "given prior" } else { "learned prior" };
    let shares = model.prior.iter().map(|share| format::percent(*share)).collect::<Vec<_>>().join(" / ");
    format!("{}, {prior} {shares}, ties by {}", model_name(&model.name), model.ties)
}

/// The labels as they were called then, in the colours they have now.
fn label_chips(labels: &LabelSet, manifest: &Manifest) -> impl IntoView + use<> {
    let chip = |(index, name): (i16, &String)| match labels.get(index) {
        Some(label) if label.name == *name => {
            view! { <LabelChip labels=labels.clone() index=index /> }.into_any()
        }
        _ => view! { <span>{name.clone()}</span> }.into_any(),
    };
    (0_i16..).zip(&manifest.labels).filter(|(_, name)| !name.is_empty()).map(chip).collect_view()
}

#[component]
fn ManifestRules(rules: Vec<ManifestRule>) -> impl IntoView {
    let rule = |rule: ManifestRule| {
        view! {
            <details>
                <summary><code>{rule.name}</code> " " <span class="mono quiet small">{format::short_hash(&rule.plan).to_owned()}</span></summary>
                <pre class="source" tabindex="0">{rule.source}</pre>
            </details>
        }
    };
    rules.into_iter().map(rule).collect_view()
}

#[component]
fn ManifestChunks(chunks: Vec<ManifestChunk>) -> impl IntoView {
    let excluded: usize = chunks.iter().map(|chunk| chunk.excluded.len()).sum();
    let summary = format!(
        "{}, {} excluded",
        format::counted(chunks.len() as u64, "chunk", "chunks"),
        format::counted(excluded as u64, "row", "rows"),
    );
    let line = |chunk: ManifestChunk| {
        view! {
            <li>
                <code class="hash">{chunk.hash}</code>
                " "
                <span class="num quiet small">{format::counted(u64::from(chunk.rows), "row", "rows")}</span>
            </li>
        }
    };
    view! {
        <details>
            <summary>{summary}</summary>
            <ol>{chunks.into_iter().map(line).collect_view()}</ol>
        </details>
    }
}
