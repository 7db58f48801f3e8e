//! Trying other settings: what another prior or another model would change, fitted in the browser as one moves it.

pub mod outcome;
pub mod prior;
pub mod sensitivity;

use super::names::{model_meaning, model_name};
use crate::components::{
    button::{Button, ButtonKind},
    panel::Panel,
};
use crate::state::Api;
use crate::state::eval::{Eval, use_eval};
use crate::state::labels::LabelSet;
use crate::state::project::ProjectState;
use crate::worker::message::refit::{RefitOrder, RefitSettings, Refitted};
use hunch_protocol::{CombineRequest, JobKind, LabelReport, PriorFrom, Role};
use leptos::prelude::*;
use leptos::task::spawn_local;
use outcome::Outcome;
use prior::PriorControls;
use sensitivity::Sensitivity;

/// What is tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// The model's name.
    pub model: String,
    /// Where the prior comes from.
    pub prior: PriorFrom,
    /// By label, summing to 1; counts if the prior is given.
    pub shares: Vec<f64>,
    /// Whether models learn from gold.
    pub use_gold: bool,
}

impl Tried {
    /// As the labels were made.
    fn present(report: &LabelReport, labels: &LabelSet) -> Self {
        let shares = report.used_model().map(|model| model.prior.clone()).unwrap_or_default();
        let shares = if shares.len() == labels.all().len() { shares } else { even(labels) };
        Self { model: report.used.clone(), prior: report.prior, shares, use_gold: report.use_gold }
    }

    fn settings(&self, labels: &LabelSet) -> RefitSettings {
        let prior = match self.prior {
            PriorFrom::Learned => None,
            PriorFrom::Uniform => Some(even(labels)),
            PriorFrom::Given => Some(self.shares.clone()),
        };
        RefitSettings { model: self.model.clone(), prior, use_gold: self.use_gold }
    }

    fn request(&self) -> CombineRequest {
        CombineRequest {
            model: Some(self.model.clone()),
            prior: Some(self.prior),
            balance: (self.prior == PriorFrom::Given).then(|| self.shares.clone()),
            use_gold: self.use_gold,
        }
    }
}

/// Equal shares of the labels that are not retired.
fn even(labels: &LabelSet) -> Vec<f64> {
    let active = labels.all().iter().filter(|label| !label.retired).count().max(1);
    let share = |retired: bool| if retired { 0.0 } else { 1.0 / active as f64 };
    labels.all().iter().map(|label| share(label.retired)).collect()
}

/// Controls at the left, what they would change at the right, and what well-known priors would below.
#[component]
pub fn Settings(project: ProjectState, labels: LabelSet, report: LabelReport) -> impl IntoView {
    let present = Tried::present(&report, &labels);
    let tried = RwSignal::new(present.clone());
    let order = {
        let (labels, job, present) = (labels.clone(), report.job.clone(), present.settings(&labels));
        Memo::new(move |_| RefitOrder {
            url: String::new(),
            job: job.clone(),
            present: present.clone(),
            tried: tried.with(|tried| tried.settings(&labels)),
        })
    };
    let found = live(use_eval(), order);
    let busy = Signal::derive(move || project.running(&[JobKind::Apply, JobKind::Combine]).is_some());
    let changed = {
        let present = present.clone();
        Memo::new(move |_| tried.with(|tried| *tried != present))
    };
    let apply = move || {
        let request = tried.get_untracked().request();
        project.request(async move |id| Api.combine(&id, &request).await, "The votes could not be combined");
    };
    let reset = move || tried.set(present.clone());
    let (controls, compared) = (labels.clone(), labels.clone());
    let models: Vec<String> = report.models.iter().map(|model| model.name.clone()).collect();
    view! {
        <div class="model-trial">
            <Panel title="Settings">
                <div class="panel-body stack">
                    <ModelChoice models=models tried=tried />
                    <PriorControls labels=controls tried=tried />
                    <label class="choice">
                        <input
                            type="checkbox"
                            prop:checked=move || tried.with(|tried| tried.use_gold)
                            on:change:target=move |event| {
                                let on = event.target().checked();
                                tried.update(|tried| tried.use_gold = on);
                            }
                        />
                        <span>
                            "Learn from gold"
                            <span class="quiet small">" Here from gold of dev; the server learns from that of train too."</span>
                        </span>
                    </label>
                    <div class="row">
                        <Button
                            kind=ButtonKind::Primary
                            needs=Role::Engineer
                            disabled=Signal::derive(move || !changed.get() || busy.get())
                            on_press=apply
                        >
                            "Use these settings"
                        </Button>
                        <Button disabled=Signal::derive(move || !changed.get()) on_press=reset>"As in use"</Button>
                    </div>
                </div>
            </Panel>
            <Outcome labels=compared found=found />
        </div>
        <Sensitivity labels=labels report=report tried=tried />
    }
}

/// Fits whatever is ordered, the newest only: while a fit is under way, orders but the last are passed over.
fn live(eval: Eval, order: Memo<RefitOrder>) -> RwSignal<Option<Result<Box<Refitted>, String>>> {
    const GONE: &str = "The engine ended while it fitted the model. Move a setting to try again.";
    let found = RwSignal::new(None);
    let under_way = StoredValue::new(false);
    Effect::new(move |_| {
        order.track();
        mark("hunch:try");
        if under_way.get_value() {
            return;
        }
        under_way.set_value(true);
        spawn_local(async move {
            while let Some(wanted) = order.try_get_untracked() {
                let answer = eval.refit(wanted.clone()).await;
                if order.try_get_untracked().is_none_or(|now| now == wanted) {
                    found.try_set(Some(answer.unwrap_or_else(|| Err(GONE.to_owned()))));
                    break;
                }
            }
            under_way.try_set_value(false);
        });
    });
    // On screen with the frame after the figures have changed.
    Effect::new(move |_| {
        if found.with(Option::is_some) {
            request_animation_frame(|| {
                if let Some(performance) = window().performance() {
                    let _ = performance.measure_with_start_mark("hunch:refit", "hunch:try");
                }
            });
        }
    });
    found
}

fn mark(name: &str) {
    if let Some(performance) = window().performance() {
        let _ = performance.mark(name);
    }
}

#[component]
fn ModelChoice(models: Vec<String>, tried: RwSignal<Tried>) -> impl IntoView {
    let option = |name: &String| {
        let value = name.clone();
        view! { <option value=value.clone() selected=move || tried.with(|tried| tried.model == value)>{model_name(name)}</option> }
    };
    view! {
        <label class="field">
            <span class="legend">"Model"</span>
            <select
                class="select"
                on:change:target=move |event| {
                    let name = event.target().value();
                    tried.update(|tried| tried.model = name);
                }
            >
                {models.iter().map(option).collect_view()}
            </select>
            <span class="hint">{move || tried.with(|tried| model_meaning(&tried.model))}</span>
        </label>
    }
}
