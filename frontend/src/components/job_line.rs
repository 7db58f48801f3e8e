//! A job: how far it is, its end, and what came of it.

use super::button::{Button, ButtonKind};
use super::icon::Icon;
use super::progress::Progress;
use super::time::Ago;
use crate::state::{job, project::use_project};
use hunch_protocol::{Job, JobState};
use leptos::prelude::*;

/// A job that is under way, with its progress and a button that ends it.
#[component]
pub fn RunningJob(#[prop(into)] job: Signal<Job>) -> impl IntoView {
    let project = use_project();
    let share = move || job.with(|job| job::share(job.progress));
    let cancelling = move || job.with(|job| job.cancel_requested);
    view! {
        <div class="stack tight panel-body" role="status">
            <div class="row apart">
                <strong>{move || job.with(|job| job::doing(job.kind))}</strong>
                <Button
                    kind=ButtonKind::Quiet
                    small=true
                    icon=Icon::Stop
                    busy=Signal::derive(cancelling)
                    on_press=move || project.cancel(job.with_untracked(|job| job.id.clone()))
                >
                    {move || if cancelling() { "Cancelling" } else { "Cancel" }}
                </Button>
            </div>
            <Progress name=job.with_untracked(|job| job::doing(job.kind).to_owned()) share=Signal::derive(share) />
            <p class="num quiet">{move || job.with(job::progress)}</p>
        </div>
    }
}

/// A job in a list, in one line.
#[component]
pub fn JobLine(job: Job) -> impl IntoView {
    let tone = match job.state {
        JobState::Done => "tag good",
        JobState::Failed => "tag bad",
        JobState::Queued | JobState::Running | JobState::Cancelled => "tag",
    };
    view! {
        <tr>
            <th scope="row" class="whole">{job::name(job.kind)}</th>
            <td><span class=tone>{job::state(job.state)}</span></td>
            <td class="small">{job::outcome(&job)}</td>
            <td class="quiet small end"><Ago time=job.created_at /></td>
        </tr>
    }
}
