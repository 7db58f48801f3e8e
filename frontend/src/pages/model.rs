//! The model: how votes become labels, whether that is worth it, how far each part can be trusted, and why each label is
//! as it is.

pub mod combine;
pub mod confidence;
pub mod documents;
pub mod end_model;
pub mod explanation;
pub mod headline;
pub mod models;
pub mod names;
pub mod people;
pub mod rules;
pub mod settings;
pub mod table;
pub mod view;
pub mod warnings;

use crate::components::{
    button::{Button, ButtonKind},
    empty::Empty,
    icon::Icon,
    job_line::RunningJob,
    loaded::{Loaded, skeleton_rows},
    tabs::Tabs,
};
use crate::routes::Section;
use crate::state::commands::use_command;
use crate::state::project::{ProjectState, use_project};
use combine::Combine;
use confidence::Confidence;
use documents::Labeled;
use end_model::EndModel;
use headline::{Headline, Stale};
use hunch_protocol::{JobKind, Kind, Role};
use leptos::prelude::*;
use models::{LabelCounts, Models};
use people::People;
use rules::Rules;
use settings::Settings;
use view::{Shown, View};
use warnings::Warnings;

pub use names::model_name;

/// How votes become labels.
#[component]
pub fn ModelPage() -> impl IntoView {
    let project = use_project();
    let shown = Shown::provide();
    let running = Memo::new(move |_| project.running(&[JobKind::Apply, JobKind::Combine, JobKind::Train]));
    let has_report = Memo::new(move |_| project.report.with(|report| report.is_some_and(Option::is_some)));
    // People's labels can be combined without a rule.
    let votes = Memo::new(move |_| {
        project.rules.with(|rules| rules.is_some_and(|rules| rules.iter().any(|rule| rule.active)))
            || project.sync.with(Kind::Annotation, |annotations| !annotations.is_empty())
    });
    use_command("Model", "Apply the rules and combine their votes", "a", move || project.apply());
    for view in View::ALL {
        use_command("Model", format!("Show {}", view.title()), "", move || shown.view.set(view));
    }
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
            <Loaded of=project.report.status() what="The labels' report" skeleton=ViewFn::from(skeleton)>
                <Show when=move || has_report.get() fallback=move || view! { <NotApplied project=project votes=votes.get() /> }>
                    <Stale project=project />
                    <Report project=project shown=shown />
                </Show>
            </Loaded>
        </div>
    }
}

/// The headline and its figures, the tabs, a table: all empty.
fn skeleton() -> impl IntoView {
    let tile = || view! { <div class="figure"><span class="skeleton title"></span><span class="skeleton value"></span></div> };
    view! {
        <div class="stack" aria-hidden="true">
            <div class="panel">
                <div class="panel-body"><span class="skeleton title"></span><span class="skeleton"></span></div>
                <div class="figures model-tiles">{(0..6).map(|_| tile()).collect_view()}</div>
            </div>
            <div class="panel">{skeleton_rows(8)}</div>
        </div>
    }
}

#[component]
fn NotApplied(project: ProjectState, votes: bool) -> impl IntoView {
    let text = "Here P(label) of every document will stand and why it is so, how far each rule can be trusted, and whether a model does better on gold than majority vote.";
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

/// What always stands there, and the part that is chosen.
#[component]
fn Report(project: ProjectState, shown: Shown) -> impl IntoView {
    // Another combine makes another report; that labels became stale does not take away what one is looking at.
    let report = Memo::new(move |_| {
        let mut report = project.report.get().flatten()?;
        report.stale = false;
        Some(report)
    });
    let above = move || {
        let report = report.get()?;
        Some(view! {
            <Headline labels=project.labels() report=report.clone() />
            <Warnings project=project warnings=report.warnings />
        })
    };
    let part = move || {
        let (report, labels) = (report.get()?, project.labels());
        Some(match shown.view.get() {
            View::Models => {
                view! { <Models report=report.clone() /> <LabelCounts labels=labels report=report /> }
                    .into_any()
            }
            View::Rules => view! { <Rules project=project report=report /> }.into_any(),
            View::Confidence => view! { <Confidence labels=labels report=report /> }.into_any(),
            View::Settings => view! { <Settings project=project labels=labels report=report /> }.into_any(),
            View::People => view! { <People project=project report=report /> }.into_any(),
            View::EndModel => view! { <EndModel project=project /> }.into_any(),
            View::Documents => view! { <Labeled /> }.into_any(),
        })
    };
    let tabs = View::ALL.map(|view| (view, Signal::stored(view.title().to_owned()))).to_vec();
    view! {
        {above}
        <Tabs name="Parts of the model" tabs=tabs chosen=shown.view />
        <div class="stack model-part" role="tabpanel" aria-label=move || shown.view.get().title()>{part}</div>
    }
}
