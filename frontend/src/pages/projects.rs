//! All projects.

use crate::components::{
    button::ButtonKind,
    empty::Empty,
    frame::Frame,
    icon::{Icon, icon},
    label_chip::LabelChip,
    loaded::{Loaded, skeleton_rows},
    sample_button::SampleButton,
    time::Ago,
};
use crate::format;
use crate::routes::{self, Section};
use crate::state::{labels::LabelSet, projects::Projects};
use hunch_protocol::Project;
use leptos::prelude::*;

/// Labels shown of a project; the rest are counted.
const LABELS_SHOWN: usize = 4;

/// The list of projects, or how to make the first.
#[component]
pub fn ProjectsPage() -> impl IntoView {
    let projects = Projects::expect().0;
    // Someone else may have made one since they were loaded.
    if projects.with_untracked(|projects| projects.is_some()) {
        projects.refresh();
    }
    let any =
        Memo::new(move |_| projects.with(|projects| projects.is_some_and(|projects| !projects.is_empty())));
    view! {
        <Frame>
            <div class="page">
                <div class="page-head">
                    <h1>"Projects"</h1>
                    <Show when=move || any.get()>
                        <div class="row">
                            <SampleButton />
                            <a class="button primary" href=routes::NEW>{icon(Icon::Plus)} "New project"</a>
                        </div>
                    </Show>
                </div>
                <section class="panel" aria-label="Projects">
                    <Loaded of=projects.status() what="The projects" skeleton=ViewFn::from(|| skeleton_rows(4))>
                        <Show when=move || any.get() fallback=NoProjects>
                            <ProjectTable />
                        </Show>
                    </Loaded>
                </section>
            </div>
        </Frame>
    }
}

#[component]
fn NoProjects() -> impl IntoView {
    view! {
        <Empty
            icon=Icon::Rules
            title="Turn hunches into training labels"
            text="A project is one labeling task: texts, a set of labels, and rules that say what you know about them. \
                Rules vote, votes are combined into labels, labels are frozen into snapshots that training can load."
        >
            <SampleButton kind=ButtonKind::Primary />
            <a class="button" href=routes::NEW>{icon(Icon::Plus)} "New project"</a>
        </Empty>
    }
}

#[component]
fn ProjectTable() -> impl IntoView {
    let projects = Projects::expect().0;
    view! {
        <div class="table-scroll">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Labels"</th>
                        <th scope="col" class="end">"Rows"</th>
                        <th scope="col" class="end">"Rules"</th>
                        <th scope="col" class="end">"Made"</th>
                    </tr>
                </thead>
                <tbody>
                    {move || projects.get().unwrap_or_default().into_iter().map(project_row).collect_view()}
                </tbody>
            </table>
        </div>
    }
}

fn project_row(project: Project) -> impl IntoView {
    let labels = LabelSet::new(&project.labels);
    let more = project.labels.len().saturating_sub(LABELS_SHOWN);
    let chips = (0_i16..).take(project.labels.len().min(LABELS_SHOWN)).map(move |index| {
        view! { <LabelChip labels=labels.clone() index=index /> }
    });
    view! {
        <tr class="pick">
            <th scope="row"><a class="name" href=Section::Overview.path(&project.id)>{project.name}</a></th>
            <td>
                <span class="row chips">
                    {chips.collect_view()}
                    {(more > 0).then(|| view! { <span class="quiet small">{format!("+{more}")}</span> })}
                </span>
            </td>
            <td class="num end">{format::count(project.rows)}</td>
            <td class="num end">{format::count(project.rules)}</td>
            <td class="quiet small end"><Ago time=project.created_at /></td>
        </tr>
    }
}
