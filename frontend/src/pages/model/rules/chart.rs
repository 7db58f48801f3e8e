//! Estimated against empirical accuracy, a line per rule.

use super::RuleRow;
use crate::components::chart::{Chart, Data, Datum, chart_width};
use crate::components::panel::Panel;
use crate::format;
use leptos::prelude::*;

/// Rules that are drawn at most: those with the most votes. The table has all.
const DRAWN: usize = 40;
/// Pixels of a line, of the axis below, and of the names at the left.
const LINE: f64 = 24.0;
const AXIS: f64 = 40.0;
const TOP: f64 = 8.0;
/// The colour of what was seen on gold; the estimate is drawn in the text's.
const SEEN: &str = "#0072b2";

/// A chart of rules with what the model makes of them and what gold says.
#[component]
pub fn AccuracyChart(rules: Vec<RuleRow>, model: String) -> impl IntoView {
    let mut drawn = rules.clone();
    drawn.sort_by(|a, b| b.votes.cmp(&a.votes).then_with(|| a.name.cmp(&b.name)));
    drawn.truncate(DRAWN);
    let left_out = rules.len() - drawn.len();
    let any_gold = drawn.iter().any(|rule| rule.empirical.is_some());
    let width = chart_width(880.0);
    let names =
        drawn.iter().map(|rule| rule.name.chars().count().min(24)).max().unwrap_or(0) as f64 * 7.3 + 16.0;
    let names = names.clamp(72.0, width * 0.4);
    let height = TOP + LINE * drawn.len() as f64 + AXIS;
    let x = move |share: f64| names + share.clamp(0.0, 1.0) * (width - names - 24.0);
    let about = format!("Accuracy of rules: as {model} estimates it, and on dev gold with its 95 % interval");
    let caption = if any_gold {
        format!("Hollow: as {model} estimates it. Filled: on dev gold, with its 95 % interval.")
    } else {
        format!("Hollow: as {model} estimates it. There is no gold yet to hold against it.")
    };
    let lines = drawn
        .iter()
        .enumerate()
        .map(|(at, rule)| line(rule, TOP + LINE * (at as f64 + 0.5), &x, names))
        .collect_view();
    let bottom = TOP + LINE * drawn.len() as f64;
    view! {
        <Panel title="Estimated against empirical accuracy">
            <div class="panel-body">
                <p class="small quiet">
                    {caption}
                    {(left_out > 0).then(|| format!(" The {DRAWN} rules with the most votes; the table has {left_out} more."))}
                </p>
                <Chart name="accuracy-of-rules" about=about width=width height=height data=data(&rules)>
                    {axis(&x, bottom, width)}
                    {lines}
                </Chart>
            </div>
        </Panel>
    }
}

fn axis(x: &impl Fn(f64) -> f64, bottom: f64, width: f64) -> AnyView {
    let tick = |percent: u32| {
        let at = x(f64::from(percent) / 100.0);
        view! {
            <line x1=at x2=at y1=TOP y2=bottom stroke="currentColor" stroke-opacity="0.15" />
            <text x=at y=bottom + 16.0 text-anchor="middle" fill="currentColor" fill-opacity="0.75">{percent}</text>
        }
    };
    let step = if width < 500.0 { 50 } else { 20 };
    view! {
        {(0..=100).step_by(step).map(tick).collect_view()}
        <text x=x(0.5) y=bottom + 34.0 text-anchor="middle" fill="currentColor" fill-opacity="0.75">"P(right | voted), %"</text>
    }
    .into_any()
}

fn line(rule: &RuleRow, y: f64, x: &impl Fn(f64) -> f64, names: f64) -> AnyView {
    // Names take four tenths of a narrow window, of which this many letters fit.
    let most = if names < 160.0 { 18 } else { 24 };
    let seen = rule.empirical.zip(rule.empirical_share()).map(|(gold, share)| {
        let hint = format!(
            "{} on gold: {} of {}, {}",
            rule.name,
            format::percent(share),
            format::of(gold.right, gold.votes),
            format::interval(gold.interval.low, gold.interval.high)
        );
        view! {
            <g>
                <title>{hint}</title>
                <line x1=x(gold.interval.low) x2=x(gold.interval.high) y1=y y2=y stroke=SEEN stroke-width="2" />
                <circle cx=x(share) cy=y r="5" fill=SEEN />
            </g>
        }
    });
    let estimated = rule.estimated.map(|share| {
        let hint = format!("{} as estimated: {}", rule.name, format::percent(share));
        view! {
            <g>
                <title>{hint}</title>
                <circle cx=x(share) cy=y r="5" fill="none" stroke="currentColor" stroke-width="2" />
            </g>
        }
    });
    view! {
        <text x=names - 12.0 y=y + 4.0 text-anchor="end" fill="currentColor" font-family="ui-monospace, monospace">
            {format::shortened(&rule.name, most)}
        </text>
        <line x1=x(0.0) x2=x(1.0) y1=y y2=y stroke="currentColor" stroke-opacity="0.15" />
        {seen}
        {estimated}
    }
    .into_any()
}

fn data(rules: &[RuleRow]) -> Data {
    let row = |rule: &RuleRow| {
        let gold = rule.empirical;
        vec![
            Datum::Text(rule.name.clone()),
            Datum::share(rule.estimated, "never voted"),
            Datum::share(rule.empirical_share(), "no gold yet"),
            Datum::share(gold.map(|gold| gold.interval.low), "no gold yet"),
            Datum::share(gold.map(|gold| gold.interval.high), "no gold yet"),
            gold.map_or(Datum::Unknown("no gold yet"), |gold| Datum::Count(gold.right)),
            gold.map_or(Datum::Unknown("no gold yet"), |gold| Datum::Count(gold.votes)),
        ]
    };
    Data {
        heads: vec!["rule", "estimated", "on gold", "low", "high", "right", "judged"],
        rows: rules.iter().map(row).collect(),
    }
}
