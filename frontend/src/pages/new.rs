//! Making a project: from a file, or empty.

use crate::components::{
    button::{Button, ButtonKind},
    drop_zone::DropZone,
    field::TextField,
    frame::Frame,
    icon::{Icon, icon},
    label_editor::LabelEditor,
    mapping_table::MappingTable,
    panel::Panel,
    sample_button::SampleButton,
};
use crate::pages::data::import::{BadRows, PreviewNotes};
use crate::routes::Section;
use crate::state::{
    Api, ApiFailure,
    import_draft::{self, ImportDraft},
    label_draft::{self, LabelDraft},
    projects::Projects,
    toasts::Toasts,
    upload::{Sending, Uploader},
};
use hunch_protocol::{NewProject, Preview, Project, Upload};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

/// The page of a new project. `?from=empty` asks for one without a file.
#[component]
pub fn NewPage() -> impl IntoView {
    let query = use_query_map();
    let empty = Memo::new(move |_| query.read().get_str("from") == Some("empty"));
    view! {
        <Frame>
            <div class="page">
                <div class="page-head">
                    <div>
                        <h1>"New project"</h1>
                        <p>"Bring texts, say which labels they can have, and begin to write rules."</p>
                    </div>
                    <div class="row">
                        <SampleButton />
                        <Show
                            when=move || empty.get()
                            fallback=|| view! { <a class="button" href="/new?from=empty">"Start without a file"</a> }
                        >
                            <a class="button" href="/new">"Start from a file"</a>
                        </Show>
                    </div>
                </div>
                <Show when=move || empty.get() fallback=FromFile>
                    <Details file=None />
                </Show>
            </div>
        </Frame>
    }
}

#[component]
fn FromFile() -> impl IntoView {
    let uploader = Uploader::new();
    view! {
        <Panel title="File">
            <DropZone uploader=uploader />
        </Panel>
        {move || match uploader.state() {
            Sending::Ready { upload, preview } => Some(view! { <Details file=Some((upload, *preview)) /> }),
            _ => None,
        }}
    }
}

/// What the project is called, its labels and, with a file, what the file holds.
#[component]
fn Details(file: Option<(Upload, Preview)>) -> impl IntoView {
    let draft = file.as_ref().map(|(_, preview)| RwSignal::new(ImportDraft::new(preview)));
    let gold = file.as_ref().zip(draft).map_or_else(Vec::new, |((_, preview), draft)| {
        draft.with_untracked(|draft| draft.gold_values(preview))
    });
    let suggested = match import_draft::suggested_labels(&gold) {
        names if names.is_empty() => vec![String::new(), String::new()],
        names => names,
    };
    let labels = LabelDraft::new(&suggested);
    let name = RwSignal::new(file.as_ref().map(|(upload, _)| project_name(&upload.name)).unwrap_or_default());
    let label_names = Memo::new(move |_| {
        labels
            .labels()
            .into_iter()
            .map(|label| label.name)
            .filter(|name| !name.is_empty())
            .collect::<Vec<_>>()
    });
    let holds = file.clone().zip(draft).map(|((_, preview), draft)| {
        view! {
            <Panel title="What the file holds">
                <PreviewNotes notes=preview.notes.clone() />
                <MappingTable preview=preview draft=draft labels=label_names />
                <div class="panel-body"><BadRows draft=draft /></div>
            </Panel>
        }
    });
    let indexes = import_draft::are_indexes(&gold);
    view! {
        {holds}
        <Panel title="Project">
            <div class="panel-body stack">
                <TextField label="Name" value=name placeholder="Such as Comments" autofocus=file.is_none() />
                <LabelEditor draft=labels />
                {indexes
                    .then(|| {
                        view! {
                            <p class="quiet small row">
                                {icon(Icon::Info)}
                                "Gold in the file is written as numbers: 0 is the first label. Give the labels names people understand."
                            </p>
                        }
                    })}
                <Create file=file draft=draft name=name labels=labels />
            </div>
        </Panel>
    }
}

/// The button that makes the project, and why it may not be pressed yet.
#[component]
fn Create(
    file: Option<(Upload, Preview)>,
    draft: Option<RwSignal<ImportDraft>>,
    name: RwSignal<String>,
    labels: LabelDraft,
) -> impl IntoView {
    let (projects, toasts) = (Projects::expect(), Toasts::expect());
    let navigate = use_navigate();
    let (busy, tried) = (RwSignal::new(false), RwSignal::new(false));
    let failure = RwSignal::new(None::<ApiFailure>);
    let problems = Memo::new(move |_| {
        let mut problems = label_draft::problems(&labels.labels());
        if name.read().trim().is_empty() {
            problems.insert(0, "Give the project a name.".to_owned());
        }
        problems.extend(draft.into_iter().flat_map(|draft| draft.with(ImportDraft::problems)));
        problems
    });
    let word = if file.is_some() { "Create and import" } else { "Create" };
    let create = move |()| {
        tried.set(true);
        if !problems.read_untracked().is_empty() {
            return;
        }
        busy.set(true);
        let new = NewProject {
            name: name.get_untracked().trim().to_owned(),
            labels: untrack(|| labels.labels()),
            ..NewProject::default()
        };
        let import = file
            .as_ref()
            .zip(draft)
            .map(|((upload, preview), draft)| draft.with_untracked(|draft| draft.request(upload, preview)));
        let navigate = navigate.clone();
        spawn_local(async move {
            let made: Result<Project, ApiFailure> = projects.create(new).await;
            busy.try_set(false);
            let project = match made {
                Ok(project) => project,
                Err(refused) => return drop(failure.try_set(Some(refused))),
            };
            let section = if import.is_some() { Section::Data } else { Section::Overview };
            if let Some(import) = import
                && let Err(failure) = Api.import(&project.id, &import).await
            {
                toasts.fail(format!("The project is made, but its file could not be imported. {failure}"));
            }
            navigate(&section.path(&project.id), NavigateOptions::default());
        });
    };
    let shown = move || {
        let mut sentences = if tried.get() { problems.get() } else { Vec::new() };
        sentences.extend(failure.get().map(|failure| failure.to_string()));
        sentences
    };
    view! {
        <div aria-live="polite">
            {move || {
                let sentence = |text| view! { <p class="error bad row">{icon(Icon::Warning)} {text}</p> };
                shown().into_iter().map(sentence).collect_view()
            }}
        </div>
        <div>
            <Button kind=ButtonKind::Primary busy=busy on_press=create>{word}</Button>
        </div>
    }
}

/// A name for a project from its file's name.
fn project_name(file: &str) -> String {
    let stem = file.split('.').next().unwrap_or(file);
    let words = stem.replace(['_', '-'], " ");
    let mut letters = words.trim().chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::project_name;

    #[test]
    fn a_file_gives_its_project_a_name_people_would_write() {
        assert_eq!(project_name("text_train.csv.gz"), "Text train");
        assert_eq!(project_name("ärger.jsonl"), "Ärger");
        assert_eq!(project_name(""), "");
    }
}
