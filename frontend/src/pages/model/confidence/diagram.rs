//! The reliability diagram.

use crate::components::chart::{Chart, Data, Datum, chart_width};
use crate::format;
use hunch_protocol::{Calibration, CalibrationMethod, Reliability, ReliabilityBin};
use leptos::prelude::*;

const LEFT: f64 = 48.0;
const TOP: f64 = 12.0;
const BELOW: f64 = 44.0;
const MENDED: &str = "#0072b2";

/// Confidence against the share of right labels, by ranges of confidence.
#[component]
pub fn Diagram(calibration: Calibration, model: String) -> impl IntoView {
    let side = chart_width(440.0) - LEFT - 12.0;
    let place =
        move |confidence: f64, accuracy: f64| (LEFT + confidence * side, TOP + (1.0 - accuracy) * side);
    let (from, to) = (place(0.0, 0.0), place(1.0, 1.0));
    let tick = move |percent: u32| {
        let share = f64::from(percent) / 100.0;
        let ((x, _), (_, y)) = (place(share, 0.0), place(0.0, share));
        view! {
            <line x1=x x2=x y1=TOP y2=from.1 stroke="currentColor" stroke-opacity="0.12" />
            <line x1=LEFT x2=to.0 y1=y y2=y stroke="currentColor" stroke-opacity="0.12" />
            <text x=x y=from.1 + 16.0 text-anchor="middle" fill="currentColor" fill-opacity="0.75">{percent}</text>
            <text x=LEFT - 8.0 y=y + 4.0 text-anchor="end" fill="currentColor" fill-opacity="0.75">{percent}</text>
        }
    };
    let most = [Some(&calibration.before), calibration.after.as_ref()];
    let most = most.into_iter().flatten().flat_map(|it| &it.bins).map(|bin| bin.rows).max().unwrap_or(1);
    let points = move |of: &Reliability, mended: bool| {
        of.bins.iter().map(|bin| point(bin, mended, most, &place)).collect_view()
    };
    let mended = calibration.method != CalibrationMethod::None;
    let caption = if mended {
        "Hollow: as fitted. Filled: calibrated. The larger, the more documents."
    } else {
        "Hollow: as fitted. The larger, the more documents."
    };
    let before = points(&calibration.before, false);
    let after = calibration.after.as_ref().map(|after| points(after, true));
    let about = format!("Reliability of {model}: confidence against the share of right labels on valid gold");
    view! {
        <p class="small quiet">{caption} " On the diagonal, confidence is what it says; below it labels are less often right than they claim."</p>
        <Chart name="reliability" about=about width=LEFT + side + 12.0 height=TOP + side + BELOW data=data(&calibration)>
            {(0..=100).step_by(20).map(tick).collect_view()}
            <line x1=from.0 y1=from.1 x2=to.0 y2=to.1 stroke="currentColor" stroke-opacity="0.5" stroke-dasharray="4 4" />
            {before}
            {after}
            <text x=LEFT + side / 2.0 y=from.1 + 36.0 text-anchor="middle" fill="currentColor" fill-opacity="0.75">"mean confidence, %"</text>
            <text transform=format!("translate(14 {}) rotate(-90)", TOP + side / 2.0) text-anchor="middle" fill="currentColor" fill-opacity="0.75">
                "right on gold, %"
            </text>
        </Chart>
    }
}

fn point(bin: &ReliabilityBin, mended: bool, most: u64, place: &impl Fn(f64, f64) -> (f64, f64)) -> AnyView {
    let (x, y) = place(bin.confidence, bin.accuracy);
    let ((_, low), (_, high)) = (place(0.0, bin.interval.low), place(0.0, bin.interval.high));
    let radius = 3.0 + 6.0 * (bin.rows as f64 / most.max(1) as f64).sqrt();
    let hint = format!(
        "{}: confidence {}, right {} ({}), {}",
        if mended { "calibrated" } else { "as fitted" },
        format::percent(bin.confidence),
        format::percent(bin.accuracy),
        format::interval(bin.interval.low, bin.interval.high),
        format::counted(bin.rows, "document", "documents"),
    );
    let color = if mended { MENDED } else { "currentColor" };
    let fill = if mended { MENDED } else { "none" };
    view! {
        <g>
            <title>{hint}</title>
            <line x1=x x2=x y1=low y2=high stroke=color stroke-opacity="0.6" stroke-width="1.5" />
            <circle cx=x cy=y r=radius fill=fill fill-opacity="0.9" stroke=color stroke-width="1.5" />
        </g>
    }
    .into_any()
}

fn data(calibration: &Calibration) -> Data {
    let rows = |kind: &'static str, of: &Reliability| {
        let row = move |bin: &ReliabilityBin| {
            vec![
                Datum::Text(kind.to_owned()),
                Datum::Share(bin.low),
                Datum::Share(bin.high),
                Datum::Count(bin.rows),
                Datum::Share(bin.confidence),
                Datum::Share(bin.accuracy),
                Datum::Share(bin.interval.low),
                Datum::Share(bin.interval.high),
            ]
        };
        of.bins.iter().map(row).collect::<Vec<_>>()
    };
    let mut all = rows("as fitted", &calibration.before);
    all.extend(calibration.after.iter().flat_map(|after| rows("calibrated", after)));
    Data {
        heads: vec!["probabilities", "above", "up to", "documents", "confidence", "right", "low", "high"],
        rows: all,
    }
}
