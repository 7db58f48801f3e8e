//! Where labels come from and where they go: documents by label, and how far rules and people can be trusted.

use super::table::{Cell, FigureTable, Line, model_heads};
use crate::components::{empty::Empty, icon::Icon, label_chip::LabelChip, panel::Panel};
use crate::format;
use crate::state::labels::LabelSet;
use hunch_protocol::{LabelReport, ModelReport, PersonReport};
use leptos::prelude::*;

/// Documents by likeliest label, and the prior, of each model.
#[component]
pub fn LabelCounts(labels: LabelSet, report: LabelReport) -> impl IntoView {
    let rows = report.rows.max(1) as f64;
    let cell = |model: &ModelReport, place: usize, color: &str| {
        let count = model.label_rows.get(place).copied().unwrap_or(0);
        let prior = model.prior.get(place).copied().map_or_else(|| "unknown".to_owned(), format::percent);
        Ok(Cell {
            value: format::count(count),
            share: Some(count as f64 / rows),
            color: color.to_owned(),
            note: Some(format!("prior {prior}")),
        })
    };
    let lines = (0_i16..).zip(labels.all()).enumerate().map(|(place, (index, label))| Line {
        head: view! { <LabelChip labels=labels.clone() index=index /> }.into_any(),
        cells: report.models.iter().map(|model| cell(model, place, &label.color)).collect(),
    });
    view! {
        <FigureTable
            title="Documents by label"
            name="Label"
            definition="Documents by their most likely label; those without a vote are in none. The prior is P(label) before any vote."
            heads=model_heads(&report.models)
            lines=lines.collect()
        />
    }
}

/// How far each rule can be trusted, by each model.
#[component]
pub fn Rules(report: LabelReport) -> impl IntoView {
    let accuracy = |model: &ModelReport, name: &str| {
        let source = model.sources.iter().find(|source| source.name == name);
        source.and_then(|source| source.accuracy).map(share).ok_or("never voted")
    };
    let lines = report.sources.iter().map(|name| Line {
        head: view! { <span class="mono">{name.clone()}</span> }.into_any(),
        cells: report.models.iter().map(|model| accuracy(model, name)).collect(),
    });
    view! {
        <FigureTable
            title="Rules"
            name="Estimated accuracy"
            definition="P(right | voted) as each model estimates it from the votes alone, without looking at gold."
            heads=model_heads(&report.models)
            lines=lines.collect()
        />
    }
}

/// How far each person can be trusted.
#[component]
pub fn People(report: LabelReport) -> impl IntoView {
    if report.people.is_empty() {
        return view! {
            <Panel title="People">
                <Empty
                    icon=Icon::Info
                    title="No annotations yet"
                    text="Labels that people give, here or in a product, count as votes beside the rules', as far as each person is found to be right."
                />
            </Panel>
        }
        .into_any();
    }
    let line = |person: &PersonReport| {
        let unknown = if person.annotations == 0 { "no votes yet" } else { "no one else voted there" };
        let count = Cell { value: format::count(person.annotations), ..Cell::default() };
        Line {
            head: view! { <span class="mono" title=person.author.clone()>{format::shortened(&person.author, 32)}</span> }
                .into_any(),
            cells: vec![Ok(count), person.accuracy.map(share).ok_or(unknown)],
        }
    };
    let ignored = (report.ignored_annotations > 0).then(|| {
        let ignored = format::counted(report.ignored_annotations, "annotation does", "annotations do");
        view! {
            <p class="quiet small">
                {format!("{ignored} not count: the document is gone or excluded, or the label is retired.")}
            </p>
        }
    });
    let heads = ["Annotations", "Estimated accuracy"].map(IntoAny::into_any);
    view! {
        <div class="stack">
            <FigureTable
                title="People"
                name="Person"
                definition="Annotations that count, and P(right | voted) as Dawid-Skene on the votes of people estimates it, from what others and the rules say of the same documents."
                heads=heads.into()
                lines=report.people.iter().map(line).collect()
            />
            {ignored}
        </div>
    }
    .into_any()
}

fn share(share: f64) -> Cell {
    Cell { value: format::percent(share), share: Some(share), ..Cell::default() }
}
