//! The end model: trained on the labels, it labels what no rule covers.

use crate::components::{
    button::{Button, ButtonKind},
    empty::Empty,
    figure::Figure,
    icon::{Icon, icon},
    loaded::{Loaded, skeleton_rows},
    panel::Panel,
    time::Ago,
};
use crate::format;
use crate::state::project::ProjectState;
use crate::state::{Api, remote::Remote};
use hunch_protocol::{EndModelReport, EndModelRequest, JobKind, ModelScores, Role, routes};
use leptos::prelude::*;

/// Trains the end model, and says how good it is.
#[component]
pub fn EndModel(project: ProjectState) -> impl IntoView {
    let id = project.id();
    let report = Remote::load(move || {
        let id = id.clone();
        async move { Api.end_model(&id).await }
    });
    // A training that has ended leaves another model.
    let training = Memo::new(move |_| project.running(&[JobKind::Train]).map(|job| job.id));
    Effect::new(move |before: Option<Option<String>>| {
        let now = training.get();
        if before.flatten().is_some() && now.is_none() {
            report.refresh();
        }
        now
    });
    let as_source = RwSignal::new(false);
    let train = move || {
        let request = EndModelRequest { as_source: as_source.get_untracked(), ..EndModelRequest::default() };
        project.request(async move |id| Api.train(&id, &request).await, "The end model could not be trained");
    };
    let button = move || {
        view! {
            <Button
                kind=ButtonKind::Primary
                icon=Icon::Play
                needs=Role::Engineer
                disabled=Signal::derive(move || training.get().is_some())
                on_press=train
            >
                "Train"
            </Button>
        }
    };
    view! {
        <Panel title="End model" actions=ViewFn::from(button)>
            <div class="panel-body stack tight">
                <p class="quiet">
                    "A classifier of words, characters and attributes that learns from P(label) of covered train documents, and so labels what no rule covers."
                </p>
                <label class="choice">
                    <input
                        type="checkbox"
                        prop:checked=as_source
                        on:change:target=move |event| as_source.set(event.target().checked())
                    />
                    <span>
                        "Let it vote"
                        <span class="quiet small">
                            " Its labels become the external source " <span class="mono">"end-model"</span> ", which rules may name."
                        </span>
                    </span>
                </label>
            </div>
            <Loaded of=report.status() what="The end model" skeleton=ViewFn::from(|| skeleton_rows(4))>
                {move || match report.get().flatten() {
                    Some(report) => view! { <Trained project=project report=report /> }.into_any(),
                    None => view! {
                        <Empty
                            icon=Icon::Model
                            title="Not trained yet"
                            text="Its scores on held-out documents and on gold will stand here, and its file to download, which hunch predict reads."
                        />
                    }
                        .into_any(),
                }}
            </Loaded>
        </Panel>
    }
}

#[component]
fn Trained(project: ProjectState, report: EndModelReport) -> impl IntoView {
    // Read once: another combine makes the end model stale anyway.
    let uncovered = project.report.with_untracked(|labels| {
        labels.and_then(Option::as_ref).map_or(0, |labels| labels.rows.saturating_sub(labels.covered))
    });
    let cross = report.cross_validation;
    let agree = cross.map(|it| format::percent(it.accuracy)).ok_or("too few documents");
    let most = cross.map(|it| {
        format!(
            "most possible {} · {}",
            format::percent(it.most_accuracy),
            format::counted(it.rows, "document", "documents")
        )
    });
    let loss = cross.map(|it| format::significant(it.log_loss)).ok_or("too few documents");
    let least = cross.map(|it| format!("least possible {}", format::significant(it.least_log_loss)));
    let file = routes::end_model_file(&project.id());
    view! {
        {report
            .stale
            .then(|| {
                view! {
                    <p class="panel-body row warn">{icon(Icon::Warning)} "Labels were combined anew since it was trained. Train again to learn from them."</p>
                }
            })}
        <div class="figures model-inset">
            <Figure
                name="Learned from"
                value=Signal::stored(Ok(format::count(report.labeled)))
                of=format!("of {}", format::counted(report.documents, "document", "documents"))
                definition="Documents of the train split with a vote, from whose probabilities it learned."
            />
            <Figure
                name="Labels beyond the rules"
                value=Signal::stored(Ok(format::count(uncovered)))
                of=format::share(uncovered, report.documents).unwrap_or_default()
                definition="Documents on which no rule votes: the rules leave them without a label, the end model does not."
            />
            <Score name="Accuracy (dev)" scores=report.dev />
            <Score name="Accuracy (valid)" scores=report.valid />
            <Figure
                name="Agrees with the labels"
                value=Signal::stored(agree)
                of=most.unwrap_or_default()
                definition="On held-out documents the mean probability that the combined labels give to its most likely label, and the most that mean could be."
            />
            <Figure
                name="Cross-entropy"
                value=Signal::stored(loss)
                of=least.unwrap_or_default()
                definition="Mean cross-entropy to the combined labels on held-out documents, and the least it could be: their entropy."
            />
        </div>
        <div class="panel-body row apart">
            <span class="quiet small">
                "trained " <Ago time=report.created_at /> " · reads " {report.columns.join(", ")}
                {report.as_source.then_some(" · votes as the source end-model")}
            </span>
            <a class="button small" href=file rel="external" download="end-model.hunch-model">
                {icon(Icon::Download)} {format!("Download ({})", format::bytes(report.bytes))}
            </a>
        </div>
    }
}

#[component]
fn Score(name: &'static str, scores: Option<ModelScores>) -> impl IntoView {
    let value = scores.as_ref().and_then(|scores| scores.accuracy).map(format::percent).ok_or("no gold yet");
    let below = scores.map(|scores| {
        let interval =
            scores.accuracy_interval.map(|it| format::interval(it.low, it.high)).unwrap_or_default();
        format!("{interval} · {}", format::counted(scores.rows, "document", "documents"))
    });
    view! {
        <Figure
            name=name
            value=Signal::stored(value)
            of=below.unwrap_or_default()
            definition="Share of right labels on documents with gold, from which it learned nothing, with the 95 % Wilson interval."
        />
    }
}
