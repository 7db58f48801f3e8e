//! The model: how votes become labels, with majority vote and Dawid-Skene side by side.

pub mod combine;
pub mod documents;
pub mod scores;
pub mod sources;
pub mod table;

use crate::components::{
    button::{Button, ButtonKind},
    empty::Empty,
    icon::{Icon, icon},
    job_line::RunningJob,
    loaded::{Loaded, skeleton_rows},
    time::Ago,
};
use crate::format;
use crate::routes::Section;
use crate::state::commands::use_command;
use crate::state::project::{ProjectState, use_project};
use combine::Combine;
use documents::Labeled;
use hunch_protocol::{JobKind, Kind, Role};
use leptos::prelude::*;
use scores::Scores;
use sources::{LabelCounts, People, Rules};

/// What people call a model.
pub fn model_name(name: &str) -> String {
    match name {
        "majority" => "Majority vote".to_owned(),
        "dawid-skene" => "Dawid-Skene".to_owned(),
        other => other.to_owned(),
    }
}

/// How votes become labels.
#[component]
pub fn ModelPage() -> impl IntoView {
    let project = use_project();
    let running = Memo::new(move |_| project.running(&[JobKind::Apply, JobKind::Combine]));
    let has_report = Memo::new(move |_| project.report.with(|report| report.is_some_and(Option::is_some)));
    // People's labels can be combined without a rule.
    let votes = Memo::new(move |_| {
        project.rules.with(|rules| rules.is_some_and(|rules| rules.iter().any(|rule| rule.active)))
            || project.sync.with(Kind::Annotation, |annotations| !annotations.is_empty())
    });
    use_command("Model", "Apply the rules and combine their votes", "a", move || project.apply());
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <h1>"Model"</h1>
                    <p>
                        "Applying lets every active rule vote on every document; combining turns the votes into P(label). \
                        Majority vote stands beside the model, so that you see what the model adds."
                    </p>
                </div>
                <div class="row">
                    <Show when=move || has_report.get()>
                        <Combine project=project />
                    </Show>
                    <Button
                        kind=ButtonKind::Primary
                        icon=Icon::Play
                        keys="a"
                        needs=Role::Engineer
                        disabled=Signal::derive(move || !votes.get() || running.read().is_some())
                        on_press=move || project.apply()
                    >
                        "Apply the rules"
                    </Button>
                </div>
            </div>
            {move || running.get().map(|job| view! { <section class="panel" aria-label="Job"><RunningJob job=job /></section> })}
            <Loaded of=project.report.status() what="The labels' report" skeleton=ViewFn::from(|| skeleton_rows(8))>
                <Show when=move || has_report.get() fallback=move || view! { <NotApplied project=project votes=votes.get() /> }>
                    <Stale project=project />
                    <Report project=project />
                    <Labeled />
                </Show>
            </Loaded>
        </div>
    }
}

#[component]
fn NotApplied(project: ProjectState, votes: bool) -> impl IntoView {
    let text = "Here P(label) of every document will stand, how far each rule can be trusted, and how both models do against gold.";
    view! {
        <div class="panel">
            <Empty icon=Icon::Model title="No labels yet" text=text>
                {if votes {
                    view! { <Button icon=Icon::Play needs=Role::Engineer on_press=move || project.apply()>"Apply the rules"</Button> }.into_any()
                } else {
                    view! { <a class="button" href=Section::Rules.path(&project.id())>"Write the first rule"</a> }.into_any()
                }}
            </Empty>
        </div>
    }
}

#[component]
fn Stale(project: ProjectState) -> impl IntoView {
    let stale = Memo::new(move |_| {
        project.report.with(|report| report.and_then(Option::as_ref).is_some_and(|report| report.stale))
    });
    view! {
        <Show when=move || stale.get()>
            <div class="notice warn" role="status">
                {icon(Icon::Warning)}
                <p class="grow">"Rules, documents or labels changed since these labels were made. What stands here is of before."</p>
                <Button small=true icon=Icon::Play needs=Role::Engineer on_press=move || project.apply()>"Apply again"</Button>
            </div>
        </Show>
    }
}

#[component]
fn Report(project: ProjectState) -> impl IntoView {
    move || {
        let report = project.report.get().flatten()?;
        let head = format!(
            "{} combined, {} covered, {}",
            format::counted(report.rows, "document", "documents"),
            format::of(report.covered, report.rows),
            format::counted(report.patterns, "vote pattern", "vote patterns"),
        );
        Some(view! {
            <p class="row">
                <span class="num">{head}</span>
                <span class="quiet small">"made " <Ago time=report.created_at.clone() /></span>
            </p>
            <div class="columns">
                <Scores report=report.clone() />
                <LabelCounts labels=project.labels() report=report.clone() />
            </div>
            <div class="columns">
                <Rules report=report.clone() />
                <People report=report />
            </div>
        })
    }
}
