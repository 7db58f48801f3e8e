//! Snapshots: labels that never change again, with everything they follow from.

pub mod lineage;

use crate::components::{
    button::{Button, ButtonKind},
    dialog::Dialog,
    empty::Empty,
    field::TextField,
    icon::{Icon, icon},
    job_line::RunningJob,
    loaded::{Loaded, skeleton_rows},
    time::{Ago, exact},
};
use crate::format;
use crate::routes::Section;
use crate::state::commands::use_command;
use crate::state::sync::body;
use crate::state::{
    Api,
    project::{ProjectState, use_project},
};
use hunch_protocol::{ExportFormat, JobKind, Kind, NewSnapshot, PolicyBody, Role, Snapshot, routes};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use lineage::Lineage;

/// The list of snapshots; `?s=ID` shows what one follows from.
#[component]
pub fn SnapshotsPage() -> impl IntoView {
    let project = use_project();
    let open = RwSignal::new(false);
    let running = Memo::new(move |_| project.running(&[JobKind::Snapshot]));
    let ready = Memo::new(move |_| project.report.with(|report| report.is_some_and(Option::is_some)));
    let any = Memo::new(move |_| {
        project.snapshots.with(|snapshots| snapshots.is_some_and(|snapshots| !snapshots.is_empty()))
    });
    let query = use_query_map();
    let shown = Memo::new(move |_| query.read().get("s").filter(|id| !id.is_empty()));
    use_command("Snapshots", "Freeze a snapshot", "f", move || {
        if ready.get_untracked() && project.allows(Role::Engineer) {
            open.set(true);
        }
    });
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <h1>"Snapshots"</h1>
                    <p>"A snapshot is the labels of all documents as they are now, frozen. Equal inputs give an equal id, so anyone can reproduce it."</p>
                </div>
                <Button
                    kind=ButtonKind::Primary
                    icon=Icon::Snapshots
                    keys="f"
                    needs=Role::Engineer
                    disabled=Signal::derive(move || !ready.get() || running.read().is_some())
                    on_press=move || open.set(true)
                >
                    "Freeze a snapshot"
                </Button>
            </div>
            <Dialog open=open title="Freeze a snapshot">
                <NewSnapshotForm project=project open=open />
            </Dialog>
            {move || running.get().map(|job| view! { <section class="panel" aria-label="Job"><RunningJob job=job /></section> })}
            <section class="panel" aria-label="Snapshots">
                <Loaded of=project.snapshots.status() what="The snapshots" skeleton=ViewFn::from(|| skeleton_rows(3))>
                    <Show when=move || any.get() fallback=move || view! { <NoSnapshots project=project ready=ready /> }>
                        <SnapshotTable project=project shown=shown />
                    </Show>
                </Loaded>
            </section>
            {move || shown.get().map(|id| view! { <Lineage project=project id=id /> })}
        </div>
    }
}

#[component]
fn NoSnapshots(project: ProjectState, ready: Memo<bool>) -> impl IntoView {
    let step = move || {
        if ready.get() {
            view! { <p class="quiet">"Freeze the labels as they are with the button above."</p> }.into_any()
        } else {
            view! { <a class="button" href=Section::Model.path(&project.id())>"Make labels first"</a> }
                .into_any()
        }
    };
    view! {
        <Empty
            icon=Icon::Snapshots
            title="No snapshots yet"
            text="Training should load labels that do not move. A snapshot keeps them with the rules, the documents and the model they come from, and downloads as Parquet, CSV or JSON lines."
        >
            {step}
        </Empty>
    }
}

#[component]
fn NewSnapshotForm(project: ProjectState, open: RwSignal<bool>) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let policies = RwSignal::new(Vec::<String>::new());
    let stale = project
        .report
        .with_untracked(|report| report.and_then(Option::as_ref).is_some_and(|report| report.stale));
    let freeze = move || {
        let new =
            NewSnapshot { name: name.get_untracked().trim().to_owned(), policies: policies.get_untracked() };
        project
            .request(async move |id| Api.create_snapshot(&id, &new).await, "The snapshot could not be made");
        open.set(false);
    };
    view! {
        <form
            class="stack"
            on:submit=move |event| {
                event.prevent_default();
                freeze();
            }
        >
            {stale
                .then(|| {
                    view! {
                        <p class="row warn">
                            {icon(Icon::Warning)}
                            "The labels are older than the rules or the documents. The snapshot freezes them as they are; apply again first for fresh ones."
                        </p>
                    }
                })}
            <TextField label="Name" value=name hint="Not part of its id; the time is taken if you leave it empty." autofocus=true />
            <PolicyChoice project=project chosen=policies />
            <div class="actions">
                <Button on_press=move || open.set(false)>"Cancel"</Button>
                <Button kind=ButtonKind::Primary submit=true>"Freeze"</Button>
            </div>
        </form>
    }
}

/// Which policies' copies of train documents the snapshot carries; nothing where there are no policies.
#[component]
fn PolicyChoice(project: ProjectState, chosen: RwSignal<Vec<String>>) -> impl IntoView {
    let names = project.sync.with(Kind::Policy, |all| {
        all.values().filter_map(|entity| Some(body::<PolicyBody>(entity)?.name)).collect::<Vec<_>>()
    });
    let choice = move |name: String| {
        let label = name.clone();
        let toggle = move |_| {
            chosen.update(|all| match all.iter().position(|it| *it == name) {
                Some(at) => drop(all.remove(at)),
                None => all.push(name.clone()),
            });
        };
        view! { <label class="row"><input type="checkbox" on:change=toggle /> {label}</label> }
    };
    (!names.is_empty()).then(|| {
        view! {
            <fieldset class="field">
                <legend>"Augmented copies of train documents"</legend>
                {names.into_iter().map(choice).collect_view()}
            </fieldset>
        }
    })
}

#[component]
fn SnapshotTable(project: ProjectState, shown: Memo<Option<String>>) -> impl IntoView {
    let row = move |snapshot: Snapshot| {
        let (id, path) = (snapshot.id.clone(), Section::Snapshots.path(&project.id()));
        let current = {
            let id = id.clone();
            move || (shown.read().as_ref() == Some(&id)).then_some("true")
        };
        let name = if snapshot.name.is_empty() { exact(&snapshot.created_at) } else { snapshot.name.clone() };
        view! {
            <tr class="pick" aria-current=current>
                <th scope="row" class="whole"><a class="name" href=format!("{path}?s={id}")>{name}</a></th>
                <td class="mono quiet" title=id.clone()>{format::short_hash(&id).to_owned()}</td>
                <td class="num end" data-head="Documents">{format::count(snapshot.rows)}</td>
                <td class="num end" data-head="Covered">{format::share(snapshot.covered, snapshot.rows)}</td>
                <td class="quiet small end"><Ago time=snapshot.created_at /></td>
                <td class="end"><Downloads project=project id=id /></td>
            </tr>
        }
    };
    view! {
        <div class="table-scroll" role="region" aria-label="Table of snapshots" tabindex="0">
            <table class="table stacked">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Id"</th>
                        <th scope="col" class="end">"Documents"</th>
                        <th scope="col" class="end">"Covered"</th>
                        <th scope="col" class="end">"Made"</th>
                        <th scope="col" class="end">"Download"</th>
                    </tr>
                </thead>
                <tbody>{move || project.snapshots.get().unwrap_or_default().into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

/// Links that download a snapshot.
#[component]
fn Downloads(project: ProjectState, id: String) -> impl IntoView {
    let formats =
        [(ExportFormat::Parquet, "Parquet"), (ExportFormat::Csv, "CSV"), (ExportFormat::Jsonl, "JSONL")];
    let link = move |(format, name): (ExportFormat, &'static str)| {
        let path = routes::export(&project.id(), &id, format);
        // `rel=external`: the router leaves the link to the browser.
        view! { <a class="small" href=path rel="external" download="">{name}</a> }
    };
    view! { <span class="row downloads">{formats.map(link).collect_view()}</span> }
}
