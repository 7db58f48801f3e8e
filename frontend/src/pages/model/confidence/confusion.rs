//! What is taken for what: labels against gold.

use super::super::names::model_name;
use super::super::view::Shown;
use crate::components::{empty::Empty, icon::Icon, label_chip::LabelChip, panel::Panel};
use crate::format;
use crate::state::labels::LabelSet;
use hunch_protocol::{GoldFilter, LabelReport, LabelsQuery};
use leptos::prelude::*;

/// More labels than this make a table of the most frequent confusions.
const MATRIX: usize = 25;
/// Lines of that table.
const LINES: usize = 50;

/// The confusion of a model; that in use unless another is chosen.
#[component]
pub fn Confusions(labels: LabelSet, report: LabelReport) -> impl IntoView {
    let models: Vec<(String, Vec<Vec<u64>>)> = report
        .models
        .iter()
        .filter(|model| model.confusion.iter().flatten().any(|rows| *rows > 0))
        .map(|model| (model.name.clone(), model.confusion.clone()))
        .collect();
    if models.is_empty() {
        return view! {
            <Panel title="Confusion">
                <Empty icon=Icon::Info title="No gold yet" text="Here stands which labels are taken for which, once documents of the dev or valid split have gold." />
            </Panel>
        }
        .into_any();
    }
    let first = models.iter().position(|(name, _)| *name == report.used).unwrap_or(0);
    let chosen = RwSignal::new(first);
    let names: Vec<String> = models.iter().map(|(name, _)| name.clone()).collect();
    let select = move || {
        let option = |(at, name): (usize, &String)| {
            view! { <option value=at.to_string() selected=at == first>{model_name(name)}</option> }
        };
        view! {
            <select
                class="select small"
                aria-label="Model"
                on:change:target=move |event| chosen.set(event.target().value().parse().unwrap_or(first))
            >
                {names.iter().enumerate().map(option).collect_view()}
            </select>
        }
    };
    let used = report.used;
    let body = move || {
        let (name, confusion) = models.get(chosen.get())?;
        // Only documents of the model in use can be listed.
        let shows = *name == used;
        Some(if labels.all().len() <= MATRIX {
            matrix(&labels, confusion, shows)
        } else {
            list(&labels, confusion, shows)
        })
    };
    view! {
        <Panel title="Confusion" actions=ViewFn::from(select)>
            <p class="panel-body small quiet">
                "Documents of dev and valid by gold and by the model's label. Shades are shares of a row. A press on a figure lists its documents of dev."
            </p>
            {body}
        </Panel>
    }
    .into_any()
}

fn matrix(labels: &LabelSet, confusion: &[Vec<u64>], shows: bool) -> AnyView {
    let chip = |index: usize| {
        view! { <LabelChip labels=labels.clone() index=i16::try_from(index).unwrap_or(-1) /> }
    };
    let row = |(gold, row): (usize, &Vec<u64>)| {
        let total: u64 = row.iter().sum();
        let right = row.get(gold).copied().unwrap_or(0);
        let recall = format::share(right, total);
        let cells = row
            .iter()
            .enumerate()
            .map(|(label, rows)| cell(labels, gold, label, *rows, total, shows))
            .collect_view();
        view! {
            <tr>
                <th scope="row">{chip(gold)}</th>
                {cells}
                <td class="num end quiet">{format::count(total)}</td>
                <td class="num end quiet">{recall.unwrap_or_else(|| "–".to_owned())}</td>
            </tr>
        }
    };
    let heads = (0..confusion.len())
        .map(|label| view! { <th scope="col" class="end">{chip(label)}</th> })
        .collect_view();
    view! {
        <div class="table-scroll" role="region" aria-label="Confusion matrix" tabindex="0">
            <table class="table model-confusion">
                <thead>
                    <tr>
                        <th scope="col">"Gold ↓ label →"</th>
                        {heads}
                        <th scope="col" class="end">"All"</th>
                        <th scope="col" class="end" title="Share of a gold label's documents that get it">"Recall"</th>
                    </tr>
                </thead>
                <tbody>{confusion.iter().enumerate().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn cell(labels: &LabelSet, gold: usize, label: usize, rows: u64, total: u64, shows: bool) -> AnyView {
    let share = rows as f64 / total.max(1) as f64;
    let shade = format!("{:.0}%", share * 60.0);
    let of = format!("{} of {}", format::share(rows, total).unwrap_or_default(), format::count(total));
    let figure = if shows && rows > 0 {
        listing(labels, gold, label, rows)
    } else {
        view! { <span class:quiet=rows == 0>{format::count(rows)}</span> }.into_any()
    };
    view! {
        <td class="num end" class:right=gold == label style=("--shade", shade) title=of>{figure}</td>
    }
    .into_any()
}

/// A figure that lists its documents: those of the label that are right, or wrong.
fn listing(labels: &LabelSet, gold: usize, label: usize, rows: u64) -> AnyView {
    let shown = Shown::expect();
    let name = |index: usize| labels.all().get(index).map(|label| label.name.clone()).unwrap_or_default();
    let filter = if gold == label { GoldFilter::Right } else { GoldFilter::Wrong };
    let which =
        LabelsQuery { label: i16::try_from(label).ok(), gold: Some(filter), ..LabelsQuery::default() };
    let said = format!(
        "{rows} of gold {} labeled {}: list those of dev labeled {} that are {}",
        name(gold),
        name(label),
        name(label),
        if gold == label { "right" } else { "wrong" }
    );
    view! {
        <button type="button" class="model-link" aria-label=said on:click=move |_| shown.documents(which.clone())>
            {format::count(rows)}
        </button>
    }
    .into_any()
}

fn list(labels: &LabelSet, confusion: &[Vec<u64>], shows: bool) -> AnyView {
    let mut wrong: Vec<(usize, usize, u64, u64)> = Vec::new();
    for (gold, row) in confusion.iter().enumerate() {
        let total = row.iter().sum();
        let others = row.iter().enumerate().filter(|(label, rows)| *label != gold && **rows > 0);
        wrong.extend(others.map(|(label, rows)| (gold, label, *rows, total)));
    }
    wrong.sort_by_key(|&(gold, label, rows, _)| (std::cmp::Reverse(rows), gold, label));
    let more = wrong.len().saturating_sub(LINES);
    wrong.truncate(LINES);
    let chip = |index: usize| {
        view! { <LabelChip labels=labels.clone() index=i16::try_from(index).unwrap_or(-1) /> }
    };
    let line = |(gold, label, rows, total): (usize, usize, u64, u64)| {
        view! {
            <tr>
                <th scope="row">{chip(gold)}</th>
                <td>{chip(label)}</td>
                {cell(labels, gold, label, rows, total, shows)}
                <td class="num end">{format::share(rows, total)}</td>
            </tr>
        }
    };
    view! {
        <div class="table-scroll" role="region" aria-label="Most frequent confusions" tabindex="0">
            <table class="table model-confusion">
                <thead>
                    <tr>
                        <th scope="col">"Gold"</th>
                        <th scope="col">"Taken for"</th>
                        <th scope="col" class="end">"Documents"</th>
                        <th scope="col" class="end">"Share of gold"</th>
                    </tr>
                </thead>
                <tbody>{wrong.into_iter().map(line).collect_view()}</tbody>
            </table>
        </div>
        {(more > 0).then(|| view! { <p class="panel-body small quiet">{format!("and {} rarer", format::counted(more as u64, "confusion", "confusions"))}</p> })}
    }
    .into_any()
}
