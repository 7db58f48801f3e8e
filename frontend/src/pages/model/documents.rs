//! The documents: each one's label, how sure it is, and exactly why.

use super::confidence::is_calibrated;
use super::explanation::Explained;
use super::names::model_name;
use super::view::Shown;
use crate::components::{
    bar::SharesBar,
    document_table::{Column, DocumentTable},
    label_chip::LabelChip,
};
use crate::format;
use crate::state::document_pages::DocumentRow;
use crate::state::labels::LabelSet;
use crate::state::project::{ProjectState, use_project};
use hunch_protocol::{DocumentLabels, GoldFilter, LabelsQuery, PersonLabel};
use leptos::prelude::*;

const COLUMNS: [Column; 3] = [
    Column { name: "Label and why", is_number: false },
    Column { name: "Majority vote", is_number: false },
    Column { name: "People", is_number: false },
];

/// A table of documents with their labels explained.
#[component]
pub fn Labeled() -> impl IntoView {
    let shown = Shown::expect();
    let project = use_project();
    let note = move || {
        project.report.with(|report| {
            let report = report.and_then(Option::as_ref)?;
            let sure = if is_calibrated(report) { "Confidence is calibrated on valid gold." } else { "Confidence is not calibrated." };
            let why = if report.used == "majority" {
                "Majority vote counts votes: there are no log-odds to explain."
            } else {
                "Chips are log-odds for the label against the most likely other; they add up to the confidence."
            };
            Some(format!("Labels by {}. {sure} {why}", model_name(&report.used)))
        })
    };
    view! {
        <p class="quiet small">{note}</p>
        <DocumentTable columns=&COLUMNS cells=cells which=shown.which actions=ViewFn::from(move || view! { <Filters which=shown.which labels=project.labels() /> }) />
    }
}

/// Which documents are listed.
#[component]
fn Filters(which: RwSignal<LabelsQuery>, labels: LabelSet) -> impl IntoView {
    const KINDS: [(&str, &str); 4] = [
        ("", "All"),
        ("flipped", "Differ from majority vote"),
        ("wrong", "Not as dev gold"),
        ("right", "As dev gold"),
    ];
    let kind = move || {
        which.with(|which| match (which.flipped, which.gold) {
            (Some(true), _) => "flipped",
            (_, Some(GoldFilter::Wrong)) => "wrong",
            (_, Some(GoldFilter::Right)) => "right",
            _ => "",
        })
    };
    let set_kind = move |kind: String| {
        which.update(|which| {
            which.flipped = (kind == "flipped").then_some(true);
            which.gold = match kind.as_str() {
                "wrong" => Some(GoldFilter::Wrong),
                "right" => Some(GoldFilter::Right),
                _ => None,
            };
        });
    };
    let label = move || which.with(|which| which.label.map(|label| label.to_string()).unwrap_or_default());
    let names = (0_i16..).zip(labels.all()).map(|(index, label)| (index.to_string(), label.name.clone()));
    let all = [(String::new(), "Any label".to_owned())].into_iter().chain(names);
    let all = all.chain([("-1".to_owned(), "No label".to_owned())]);
    let option = move |(value, name): (String, String)| {
        let own = value.clone();
        view! { <option value=value selected=move || label() == own>{name}</option> }
    };
    view! {
        <select
            class="select small model-filter"
            aria-label="Which documents"
            on:change:target=move |event| set_kind(event.target().value())
        >
            {KINDS.map(|(value, name)| view! { <option value=value selected=move || kind() == value>{name}</option> })}
        </select>
        <select
            class="select small model-filter"
            aria-label="Which label"
            on:change:target=move |event| {
                let label = event.target().value().parse().ok();
                which.update(|which| which.label = label);
            }
        >
            {all.map(option).collect_view()}
        </select>
    }
}

fn cells(project: &ProjectState, row: &DocumentRow) -> AnyView {
    let labels = project.labels();
    let Some(of) = &row.labels else {
        return view! { <td></td><td></td><td></td> }.into_any();
    };
    if !of.covered {
        return view! { <td class="quiet small" data-head="label">"no vote"</td><td></td><td></td> }
            .into_any();
    }
    let flipped = LabelSet::likeliest(&of.majority).is_some_and(|(index, share)| {
        of.majority.get(usize::try_from(of.label).unwrap_or(usize::MAX)).is_none_or(|own| share - own > 1e-5)
            && index != of.label
    });
    view! {
        <td class="model-label" data-head="label">{label_and_why(&labels, of)}</td>
        <td class="probability" data-head="majority vote">
            {shares(&labels, LabelSet::likeliest(&of.majority), &of.majority)}
            {flipped.then(|| view! { <span class="tag warn">"differs"</span> })}
        </td>
        <td data-head=(!of.people.is_empty()).then_some("people")>
            {of.people.iter().map(|said| person(&labels, said)).collect_view()}
        </td>
    }
    .into_any()
}

fn label_and_why(labels: &LabelSet, of: &DocumentLabels) -> AnyView {
    let own = usize::try_from(of.label).ok().and_then(|label| of.probabilities.get(label));
    view! {
        {shares(labels, own.map(|share| (of.label, *share)), &of.probabilities)}
        <Explained labels=labels.clone() of=of.clone() />
    }
    .into_any()
}

fn shares(labels: &LabelSet, best: Option<(i16, f64)>, shares: &[f64]) -> AnyView {
    let best = best.map(|(index, share)| {
        view! {
            <span class="row apart">
                <LabelChip labels=labels.clone() index=index />
                <span class="num">{format::percent(share)}</span>
            </span>
        }
    });
    view! { {best} <SharesBar shares=shares.to_vec() colors=labels.colors() /> }.into_any()
}

fn person(labels: &LabelSet, said: &PersonLabel) -> AnyView {
    let label = match said.label {
        Some(index) => view! { <LabelChip labels=labels.clone() index=index /> }.into_any(),
        None => view! { <span class="quiet small">"not that one"</span> }.into_any(),
    };
    let author = said.author.clone();
    view! { <span class="row">{label} <span class="mono small" title=author>{format::shortened(&said.author, 16)}</span></span> }
        .into_any()
}
