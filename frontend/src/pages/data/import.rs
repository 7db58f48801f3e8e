//! Importing rows: a file, what its columns are, the job, and what came of it.

use crate::components::{
    button::{Button, ButtonKind},
    drop_zone::DropZone,
    icon::{Icon, icon},
    job_line::RunningJob,
    mapping_table::MappingTable,
    panel::Panel,
    radios::Radios,
    time::Ago,
};
use crate::format;
use crate::state::{
    Api,
    import_draft::ImportDraft,
    project::{ProjectState, use_project},
    toasts::Toasts,
    upload::{Sending, Uploader},
};
use hunch_protocol::{
    ImportMode, ImportReport, Job, JobKind, JobResult, JobState, OnBadRow, Preview, Upload,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What imports are at, and a new one when asked for or when there are no rows.
#[component]
pub fn Import(asked: RwSignal<bool>) -> impl IntoView {
    let project = use_project();
    let running = Memo::new(move |_| project.running(&[JobKind::Import]));
    let empty = Memo::new(move |_| {
        project.corpus.with(|corpus| corpus.is_some_and(|corpus| corpus.chunks.is_empty()))
    });
    let job = Signal::derive(move || running.get());
    view! {
        <Show when=move || running.read().is_some()>
            <section class="panel" aria-label="Import">
                {move || job.get().map(|job| view! { <RunningJob job=job /> })}
            </section>
        </Show>
        <LastImport project=project />
        <Show when=move || (asked.get() || empty.get()) && running.read().is_none()>
            <NewImport project=project asked=asked can_close=Signal::derive(move || !empty.get()) />
        </Show>
    }
}

#[component]
fn NewImport(project: ProjectState, asked: RwSignal<bool>, can_close: Signal<bool>) -> impl IntoView {
    let uploader = Uploader::new();
    let close = move || {
        can_close
            .get()
            .then(|| view! { <Button kind=ButtonKind::Quiet small=true on_press=move || asked.set(false)>"Close"</Button> })
    };
    view! {
        <Panel title="Import rows" actions=ViewFn::from(move || close)>
            <DropZone uploader=uploader />
            {move || match uploader.state() {
                Sending::Ready { upload, preview } => {
                    Some(view! { <Mapped project=project asked=asked upload=upload preview=*preview /> })
                }
                _ => None,
            }}
        </Panel>
    }
}

/// The file's columns, the choices, and the button.
#[component]
fn Mapped(project: ProjectState, asked: RwSignal<bool>, upload: Upload, preview: Preview) -> impl IntoView {
    let toasts = Toasts::expect();
    let draft = RwSignal::new(ImportDraft::new(&preview));
    let labels = Signal::derive(move || {
        let labels = project.labels();
        labels.all().iter().filter(|label| !label.retired).map(|label| label.name.clone()).collect::<Vec<_>>()
    });
    let problems = Memo::new(move |_| draft.with(ImportDraft::problems));
    let busy = RwSignal::new(false);
    let request = preview.clone();
    let import = move |()| {
        busy.set(true);
        let request = draft.with_untracked(|draft| draft.request(&upload, &request));
        spawn_local(async move {
            let answer = Api.import(&project.id(), &request).await;
            busy.try_set(false);
            match answer {
                Ok(job) => {
                    project.jobs.update(|jobs| crate::state::job::upsert(jobs, job));
                    asked.try_set(false);
                }
                Err(failure) => toasts.fail(format!("The import could not begin. {failure}")),
            }
        });
    };
    let mode = Signal::derive(move || draft.with(|draft| draft.mode));
    view! {
        <PreviewNotes notes=preview.notes.clone() />
        <MappingTable preview=preview draft=draft labels=labels />
        <div class="panel-body stack">
            <div class="columns">
                <BadRows draft=draft />
                <Radios
                    legend="Rows whose id is there already"
                    options=vec![
                        (ImportMode::Append, "are bad rows", "All rows are taken to be new."),
                        (ImportMode::Update, "take the place of the old ones", "Rows with other ids are added."),
                    ]
                    chosen=mode
                    on_choose=move |mode| draft.update(|draft| draft.mode = mode)
                />
            </div>
            <div aria-live="polite">
                {move || {
                    let sentence = |text| view! { <p class="row bad">{icon(Icon::Warning)} {text}</p> };
                    problems.get().into_iter().map(sentence).collect_view()
                }}
            </div>
            <div>
                <Button
                    kind=ButtonKind::Primary
                    busy=busy
                    disabled=Signal::derive(move || !problems.read().is_empty())
                    on_press=import
                >
                    "Import"
                </Button>
            </div>
        </div>
    }
}

/// What happens to rows that cannot be read.
#[component]
pub fn BadRows(draft: RwSignal<ImportDraft>) -> impl IntoView {
    view! {
        <Radios
            legend="Rows that cannot be read"
            options=vec![
                (OnBadRow::Skip, "are left out and reported", "with their line and the reason."),
                (OnBadRow::Stop, "stop the import", "and nothing is changed."),
            ]
            chosen=Signal::derive(move || draft.with(|draft| draft.on_bad_row))
            on_choose=move |on_bad_row| draft.update(|draft| draft.on_bad_row = on_bad_row)
        />
    }
}

/// What a person should know about the file.
#[component]
pub fn PreviewNotes(notes: Vec<String>) -> impl IntoView {
    (!notes.is_empty()).then(|| {
        let line = |note| view! { <li class="row">{icon(Icon::Info)} {note}</li> };
        view! { <ul class="panel-body stack tight small">{notes.into_iter().map(line).collect_view()}</ul> }
    })
}

/// What came of the latest import, until it is put away.
#[component]
fn LastImport(project: ProjectState) -> impl IntoView {
    let put_away = RwSignal::new(None::<String>);
    let last = Memo::new(move |_| {
        let is_last = |job: &&Job| job.kind == JobKind::Import;
        let job = project.jobs.with(|jobs| jobs.into_iter().flatten().find(is_last).cloned())?;
        (job.state.ended() && put_away.read().as_ref() != Some(&job.id)).then_some(job)
    });
    move || {
        let job = last.get()?;
        let (sign, class) = match job.state {
            JobState::Failed => (Icon::Warning, "notice bad"),
            JobState::Cancelled => (Icon::Stop, "notice"),
            _ => (Icon::Check, "notice"),
        };
        let id = job.id.clone();
        let bad_rows = match &job.result {
            Some(JobResult::Import(report)) if report.skipped > 0 => {
                Some(view! { <Skipped report=report.clone() /> })
            }
            _ => None,
        };
        Some(view! {
            <section class=class aria-label="Latest import">
                {icon(sign)}
                <p class="grow">
                    {told(&job)} " "
                    <span class="quiet small"><Ago time=job.finished_at.clone().unwrap_or(job.created_at) /></span>
                </p>
                <Button kind=ButtonKind::Quiet small=true on_press=move || put_away.set(Some(id.clone()))>"Put away"</Button>
                {bad_rows}
            </section>
        })
    }
}

/// An ended import as sentences: what happened, what is safe, what to do.
fn told(job: &Job) -> String {
    match (job.state, &job.result) {
        (JobState::Failed, _) => format!(
            "The last import failed: {} The corpus is as it was before. Mend the file, or leave bad rows out, and import it again.",
            job.error.as_deref().unwrap_or("the server gave no reason.")
        ),
        (JobState::Cancelled, _) => {
            "The last import was cancelled. The corpus is as it was before.".to_owned()
        }
        (_, Some(JobResult::Import(report))) => {
            format!(
                "Imported {}: {}.",
                format::counted(report.rows, "row", "rows"),
                crate::state::job::outcome(job)
            )
        }
        _ => "The last import is done.".to_owned(),
    }
}

#[component]
fn Skipped(report: ImportReport) -> impl IntoView {
    let shown = report.bad_rows.len() as u64;
    let line = |row: hunch_protocol::BadRow| {
        view! {
            <tr>
                <th scope="row" class="num">{format::count(row.line)}</th>
                <td>{row.reason}</td>
            </tr>
        }
    };
    view! {
        <details class="skipped">
            <summary>{format!("{} left out", format::counted(report.skipped, "bad row", "bad rows"))}</summary>
            <div class="table-scroll" role="region" aria-label="Bad rows" tabindex="0">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Line"</th>
                            <th scope="col">"Reason"</th>
                        </tr>
                    </thead>
                    <tbody>{report.bad_rows.into_iter().map(line).collect_view()}</tbody>
                </table>
            </div>
            {(shown < report.skipped)
                .then(|| view! { <p class="quiet small">{format!("The first {shown} are shown.")}</p> })}
        </details>
    }
}
