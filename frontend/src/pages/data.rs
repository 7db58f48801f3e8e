//! The corpus: what it holds, its documents, and how rows come in.

pub mod documents;
pub mod import;

use crate::components::{
    button::{Button, ButtonKind},
    figure::{Defined, Figure},
    icon::Icon,
    job_line::RunningJob,
    loaded::Loaded,
    panel::Panel,
};
use crate::format;
use crate::state::Api;
use crate::state::commands::use_command;
use crate::state::project::{ProjectState, use_project};
use documents::Documents;
use hunch_protocol::{CorpusColumn, JobKind, Role};
use hunch_rules::ColumnType;
use import::Import;
use leptos::prelude::*;

/// The corpus and its imports.
#[component]
pub fn DataPage() -> impl IntoView {
    let project = use_project();
    let asked = RwSignal::new(false);
    use_command("Data", "Import rows", "i", move || asked.set(project.allows(Role::Engineer)));
    let empty = Memo::new(move |_| {
        project.corpus.with(|corpus| corpus.is_some_and(|corpus| corpus.chunks.is_empty()))
    });
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <h1>"Data"</h1>
                    <p>"The documents that rules read. Rows can be added, and updated by their id; nothing else changes them."</p>
                </div>
                <Show when=move || !empty.get() && !asked.get()>
                    <Button kind=ButtonKind::Primary icon=Icon::Upload keys="i" needs=Role::Engineer on_press=move || asked.set(true)>
                        "Import rows"
                    </Button>
                </Show>
            </div>
            <Import asked=asked />
            <Loaded of=project.corpus.status() what="The corpus">
                <Show when=move || !empty.get()>
                    <Holds project=project />
                    <Documents />
                </Show>
            </Loaded>
        </div>
    }
}

/// What the corpus holds.
#[component]
fn Holds(project: ProjectState) -> impl IntoView {
    let corpus = project.corpus;
    let count = move |read: fn(&hunch_protocol::Corpus) -> u64| {
        Signal::derive(move || {
            corpus.with(|corpus| corpus.map(|corpus| format::count(read(corpus)))).ok_or("…")
        })
    };
    let default = move || corpus.with(|corpus| corpus.and_then(|corpus| corpus.default_text.clone()));
    let columns =
        move || corpus.with(|corpus| corpus.map(|corpus| corpus.columns.clone()).unwrap_or_default());
    let sources = move || {
        let sources = corpus.with(|corpus| corpus.map(|corpus| corpus.sources.clone()).unwrap_or_default());
        if sources.is_empty() {
            return view! { <span class="quiet">"none: a file can bring columns of votes"</span> }.into_any();
        }
        let name = |source| view! { <code>{format!("vote(\"{source}\")")}</code> };
        sources.into_iter().map(name).collect_view().into_any()
    };
    let column = move |column: CorpusColumn| {
        let main = default().as_ref() == Some(&column.name);
        view! {
            <li class="row">
                <code>{column.name}</code>
                <span class="tag">{kind_name(column.kind)}</span>
                {main.then(|| view! { <span class="tag good">"main text"</span> })}
            </li>
        }
    };
    view! {
        <div class="stack">
            <div class="figures">
                <Figure
                    name="Documents"
                    value=count(|corpus| corpus.rows)
                    definition="Rows that are not excluded. Figures of rules are taken over these."
                />
                <Figure name="Excluded" value=count(|corpus| corpus.excluded) definition="Rows that are hidden and count in no figure." />
                <Figure
                    name="Chunks"
                    value=count(|corpus| corpus.chunks.len() as u64)
                    definition="Immutable pieces of the corpus, each named by the hash of its columns: at most 16,384 rows or 16 MiB of text and vectors."
                />
            </div>
            <Panel title="What rules can use">
                <dl class="facts-list">
                    <dt>"Columns"</dt>
                    <dd><ul class="row facts">{move || columns().into_iter().map(column).collect_view()}</ul></dd>
                    <dt>"External sources"</dt>
                    <dd class="row facts">{sources}</dd>
                    <dt>
                        <Defined definition="How rare each word of a text column is, by which similar(…) and nearest(…) compare texts. Frozen when the first import ends, so that votes do not move as rows are added.">
                            "Word weights"
                        </Defined>
                    </dt>
                    <dd class="row facts"><Weights project=project /></dd>
                </dl>
            </Panel>
        </div>
    }
}

/// Which columns have word weights, and counting them anew.
#[component]
fn Weights(project: ProjectState) -> impl IntoView {
    let weighed = Memo::new(move |_| {
        let columns = project.corpus.with(|corpus| corpus.map(|corpus| corpus.columns.clone()));
        let columns = columns.unwrap_or_default().into_iter();
        columns.filter(|column| column.weights.is_some()).map(|column| column.name).collect::<Vec<_>>()
    });
    let running = Memo::new(move |_| project.running(&[JobKind::Weigh, JobKind::Import]));
    let weigh = move || {
        project.request(async move |id| Api.weigh(&id).await, "The words could not be counted");
    };
    view! {
        {move || match weighed.get() {
            columns if columns.is_empty() => view! { <span class="quiet">"none: all words weigh alike"</span> }.into_any(),
            columns => columns.into_iter().map(|name| view! { <code>{name}</code> }).collect_view().into_any(),
        }}
        <Button
            small=true
            needs=Role::Engineer
            disabled=Signal::derive(move || running.read().is_some())
            on_press=weigh
        >
            "Count words anew"
        </Button>
        {move || {
            running.get().filter(|job| job.kind == JobKind::Weigh).map(|job| view! { <RunningJob job=job /> })
        }}
    }
}

fn kind_name(kind: ColumnType) -> String {
    let name = match kind {
        ColumnType::Vector(length) => return format!("vector of {length}"),
        ColumnType::Text => "text",
        ColumnType::Number => "number",
        ColumnType::Bool => "yes or no",
        ColumnType::Date => "date",
        ColumnType::Category => "category",
    };
    name.to_owned()
}
