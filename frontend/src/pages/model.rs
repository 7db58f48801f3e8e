//! The model: how votes become labels, with majority vote and Dawid-Skene side by side.

pub mod combine;
pub mod documents;
pub mod scores;

use crate::components::{
    bar::ShareBar,
    button::{Button, ButtonKind},
    empty::Empty,
    figure::Defined,
    icon::{Icon, icon},
    job_line::RunningJob,
    label_chip::LabelChip,
    loaded::{Loaded, skeleton_rows},
    panel::Panel,
    time::Ago,
};
use crate::format;
use crate::routes::Section;
use crate::state::commands::use_command;
use crate::state::labels::LabelSet;
use crate::state::project::{ProjectState, use_project};
use combine::Combine;
use documents::Labeled;
use hunch_protocol::{JobKind, LabelReport, ModelReport};
use leptos::prelude::*;
use scores::Scores;

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
    let rules = Memo::new(move |_| {
        project.rules.with(|rules| rules.is_some_and(|rules| rules.iter().any(|rule| rule.active)))
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
                        disabled=Signal::derive(move || !rules.get() || running.read().is_some())
                        on_press=move || project.apply()
                    >
                        "Apply the rules"
                    </Button>
                </div>
            </div>
            {move || running.get().map(|job| view! { <section class="panel" aria-label="Job"><RunningJob job=job /></section> })}
            <Loaded of=project.report.status() what="The labels' report" skeleton=ViewFn::from(|| skeleton_rows(8))>
                <Show when=move || has_report.get() fallback=move || view! { <NotApplied project=project rules=rules.get() /> }>
                    <Stale project=project />
                    <Report project=project />
                    <Labeled />
                </Show>
            </Loaded>
        </div>
    }
}

#[component]
fn NotApplied(project: ProjectState, rules: bool) -> impl IntoView {
    let text = "Here P(label) of every document will stand, how far each rule can be trusted, and how both models do against gold.";
    view! {
        <div class="panel">
            <Empty icon=Icon::Model title="No labels yet" text=text>
                {if rules {
                    view! { <Button icon=Icon::Play on_press=move || project.apply()>"Apply the rules"</Button> }.into_any()
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
                <Button small=true icon=Icon::Play on_press=move || project.apply()>"Apply again"</Button>
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
            <Sources report=report />
        })
    }
}

/// A table's head with one column per model; the one whose labels are the project's is marked.
pub(super) fn model_heads(models: &[ModelReport]) -> impl IntoView + use<> {
    let head = |model: &ModelReport| {
        view! {
            <th scope="col" class="end">
                {model_name(&model.name)}
                {model.default.then(|| view! { " " <span class="tag" title="Its labels are the project's">"default"</span> })}
            </th>
        }
    };
    models.iter().map(head).collect_view()
}

/// Documents by likeliest label, and the prior, of each model.
#[component]
fn LabelCounts(labels: LabelSet, report: LabelReport) -> impl IntoView {
    let rows = report.rows.max(1) as f64;
    let cells = |index: usize, color: &str| {
        let cell = |model: &ModelReport| {
            let count = model.label_rows.get(index).copied().unwrap_or(0);
            let prior = model.prior.get(index).copied().map_or_else(|| "unknown".to_owned(), format::percent);
            let color = color.to_owned();
            view! {
                <td class="count">
                    <span class="amount">
                        <ShareBar share=count as f64 / rows color=color />
                        <span class="num">{format::count(count)}</span>
                        <span class="num quiet small">{format!("prior {prior}")}</span>
                    </span>
                </td>
            }
        };
        report.models.iter().map(cell).collect_view()
    };
    let lines = (0_i16..)
        .zip(labels.all())
        .enumerate()
        .map(|(place, (index, label))| {
            view! {
                <tr>
                    <th scope="row"><LabelChip labels=labels.clone() index=index /></th>
                    {cells(place, &label.color)}
                </tr>
            }
        })
        .collect_view();
    let heads = model_heads(&report.models);
    view! {
        <Panel title="Documents by label">
            <div class="table-scroll">
                <table class="table counts">
                    <thead>
                        <tr>
                            <th scope="col">
                                <Defined definition="Documents by their most likely label; those without a vote are in none. The prior is P(label) before any vote.">
                                    "Label"
                                </Defined>
                            </th>
                            {heads}
                        </tr>
                    </thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
        </Panel>
    }
}

/// How far each rule can be trusted, by each model.
#[component]
fn Sources(report: LabelReport) -> impl IntoView {
    let accuracy = |model: &ModelReport, name: &str| {
        let accuracy =
            model.sources.iter().find(|source| source.name == name).and_then(|source| source.accuracy);
        match accuracy {
            Some(accuracy) => view! {
                <td class="count">
                    <span class="amount">
                        <ShareBar share=accuracy />
                        <span class="num">{format::percent(accuracy)}</span>
                    </span>
                </td>
            }
            .into_any(),
            None => view! { <td class="end quiet small">"never voted"</td> }.into_any(),
        }
    };
    let line = |name: &String| {
        view! {
            <tr>
                <th scope="row" class="mono">{name.clone()}</th>
                {report.models.iter().map(|model| accuracy(model, name)).collect_view()}
            </tr>
        }
    };
    let lines = report.sources.iter().map(line).collect_view();
    let heads = model_heads(&report.models);
    view! {
        <Panel title="Rules">
            <div class="table-scroll" role="region" aria-label="Estimated accuracy of rules" tabindex="0">
                <table class="table counts">
                    <thead>
                        <tr>
                            <th scope="col">
                                <Defined definition="P(right | voted) as each model estimates it from the votes alone, without looking at gold.">
                                    "Estimated accuracy"
                                </Defined>
                            </th>
                            {heads}
                        </tr>
                    </thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
        </Panel>
    }
}
