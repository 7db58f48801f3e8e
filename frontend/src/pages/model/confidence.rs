//! Whether probabilities mean what they say: the reliability diagram, and what is taken for what.

pub mod confusion;
pub mod diagram;

use super::names::model_name;
use crate::components::{
    empty::Empty,
    figure::Figure,
    icon::{Icon, icon},
    panel::Panel,
};
use crate::format;
use crate::state::labels::LabelSet;
use confusion::Confusions;
use diagram::Diagram;
use hunch_protocol::{Calibration, CalibrationMethod, LabelReport, Reliability};
use leptos::prelude::*;

/// Calibration and confusion.
#[component]
pub fn Confidence(labels: LabelSet, report: LabelReport) -> impl IntoView {
    view! {
        <div class="columns">
            <Reliable calibration=report.calibration.clone() model=model_name(&report.used) />
            <Confusions labels=labels report=report />
        </div>
    }
}

/// Whether probabilities may be shown as confidence.
pub fn is_calibrated(report: &LabelReport) -> bool {
    report.calibration.as_ref().is_some_and(|calibration| calibration.method != CalibrationMethod::None)
}

#[component]
fn Reliable(calibration: Option<Calibration>, model: String) -> impl IntoView {
    let Some(calibration) = calibration else {
        return view! {
            <Panel title="Reliability">
                <Empty
                    icon=Icon::Info
                    title="No gold of the valid split yet"
                    text="Probabilities are calibrated on gold that no model and no author of rules has seen. Until there is some they are marked as not calibrated: compare them, but do not read 0.9 as nine in ten."
                />
            </Panel>
        }
        .into_any();
    };
    let how = match calibration.method {
        CalibrationMethod::None => "Not calibrated".to_owned(),
        CalibrationMethod::Temperature => {
            let temperature = calibration.temperature.map(format::significant).unwrap_or_default();
            format!("Calibrated by a temperature of {temperature}")
        }
        CalibrationMethod::Isotonic => "Calibrated by isotonic regression".to_owned(),
    };
    let tone = if calibration.method == CalibrationMethod::None { Icon::Warning } else { Icon::Check };
    let rows = format::counted(calibration.rows, "document", "documents");
    let why = calibration.reason.clone().map(|reason| view! { <p class="quiet">{reason}</p> });
    let after = calibration.after.clone();
    view! {
        <Panel title="Reliability">
            <div class="panel-body stack tight">
                <p class="row">{icon(tone)} <strong>{how}</strong> <span class="quiet">{format!("on valid gold: {rows}")}</span></p>
                {why}
            </div>
            <div class="figures model-inset">
                <Ece name="Calibration error as fitted" of=calibration.before.clone() />
                {after.map(|after| view! { <Ece name="… after calibration" of=after /> })}
            </div>
            <div class="panel-body">
                <Diagram calibration=calibration model=model />
            </div>
        </Panel>
    }
    .into_any()
}

#[component]
fn Ece(name: &'static str, of: Reliability) -> impl IntoView {
    let by_chance = of.error_by_chance.map(|chance| format!("by chance alone {}", format::percent(chance)));
    view! {
        <Figure
            name=name
            value=Signal::stored(of.error.map(format::percent).ok_or("no gold yet"))
            of=by_chance.unwrap_or_default()
            definition="Expected calibration error: the mean distance between confidence and the share of right labels over ranges of confidence, by documents. It is never 0 on few documents: compare it with what chance alone would give."
        />
    }
}
