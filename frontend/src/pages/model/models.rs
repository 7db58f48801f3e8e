//! Every model beside majority vote.

use super::names::{model_meaning, model_name};
use super::table::{Cell, FigureTable, Line};
use super::view::Shown;
use crate::components::{empty::Empty, figure::Defined, icon::Icon, label_chip::LabelChip, panel::Panel};
use crate::format;
use crate::state::labels::LabelSet;
use hunch_protocol::{LabelReport, LabelsQuery, ModelReport, ModelScores};
use leptos::prelude::*;

/// A score: its name, its definition, where it is, whether it is a share.
struct Score {
    name: &'static str,
    definition: &'static str,
    read: fn(&ModelScores) -> Option<f64>,
    is_share: bool,
}

static SCORES: [Score; 5] = [
    Score {
        name: "Accuracy",
        definition: "Expected share of right labels on documents with gold; ties and documents without a vote are guessed at random. Below it the 95 % Wilson interval.",
        read: |scores| scores.accuracy,
        is_share: true,
    },
    Score {
        name: "Covered",
        definition: "Share of right labels on documents with gold and at least one vote.",
        read: |scores| scores.accuracy_covered,
        is_share: true,
    },
    Score {
        name: "Macro F1",
        definition: "F1 of each label, averaged with equal weight. F1 = 2 · precision · recall / (precision + recall).",
        read: |scores| scores.macro_f1,
        is_share: true,
    },
    Score {
        name: "Log loss",
        definition: "Mean of −ln P(gold label). Lower is better; it punishes false certainty.",
        read: |scores| scores.log_loss,
        is_share: false,
    },
    Score {
        name: "Brier",
        definition: "Mean squared distance between probabilities and gold. Lower is better.",
        read: |scores| scores.brier,
        is_share: false,
    },
];

/// A split whose gold models are held against: its name, and where the scores are.
type Judge = (&'static str, fn(&ModelReport) -> Option<&ModelScores>);

static SPLITS: [Judge; 2] = [("dev", |model| model.scores.as_ref()), ("valid", |model| model.valid.as_ref())];

/// Scores of all models on dev and valid gold, and how many labels they change.
#[component]
pub fn Models(report: LabelReport) -> impl IntoView {
    let judges: Vec<&Judge> =
        SPLITS.iter().filter(|(_, read)| report.models.iter().any(|model| read(model).is_some())).collect();
    let models = report.models.clone();
    let group = move |(split, read): &&Judge| {
        let rows = models.iter().find_map(read).map_or(0, |scores| scores.rows);
        let name = format!("Gold of {split}: {}", format::counted(rows, "document", "documents"));
        view! { <th scope="colgroup" class="model-group" colspan=SCORES.len().to_string()>{name}</th> }
    };
    let head = |score: &'static Score| {
        view! { <th scope="col" class="end"><Defined definition=score.definition>{score.name}</Defined></th> }
    };
    let heads = judges.iter().map(|_| SCORES.iter().map(head).collect_view()).collect_view();
    let columns = judges.len() * SCORES.len() + 1;
    let lines =
        report.models.iter().map(|model| line(model, &judges, report.covered, columns)).collect_view();
    let none = judges.is_empty().then(|| {
        view! {
            <Empty
                icon=Icon::Info
                title="No gold yet"
                text="Scores need documents of the dev or valid split whose true label is known. Label some on the label page and mark them as gold, or import a file with a gold column."
            />
        }
    });
    view! {
        <Panel title="Every model beside majority vote">
            {none}
            <div class="table-scroll" role="region" aria-label="Models and their scores" tabindex="0">
                <table class="table model-table">
                    <thead>
                        {(!judges.is_empty())
                            .then(|| view! { <tr><td></td><td></td>{judges.iter().map(group).collect_view()}</tr> })}
                        <tr>
                            <th scope="col">"Model"</th>
                            <th scope="col" class="end">
                                <Defined definition="Covered documents whose label differs from majority vote's. Those of the model in use can be shown.">
                                    "Differ"
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

fn line(model: &ModelReport, judges: &[&Judge], covered: u64, columns: usize) -> AnyView {
    let name = model.name.clone();
    let head = view! {
        <th scope="row">
            <Defined definition=model_meaning(&name)>{model_name(&name)}</Defined>
            {model.used.then(|| view! { " " <span class="tag good" title="Its labels are the project's">"in use"</span> })}
        </th>
    };
    if let Some(why) = &model.refused {
        let why = format!("Cannot be fitted: {why}.").replace("..", ".");
        return view! { <tr>{head}<td class="quiet" colspan=columns.to_string()>{why}</td></tr> }.into_any();
    }
    let cells = judges.iter().map(|(_, read)| scores(read(model))).collect_view();
    view! { <tr aria-current=model.used.then_some("true")>{head} <Flips model=model.clone() covered=covered /> {cells}</tr> }
        .into_any()
}

/// How many labels differ from majority vote's; those of the model in use can be shown.
#[component]
fn Flips(model: ModelReport, covered: u64) -> impl IntoView {
    let shown = Shown::expect();
    let flips = model.flips;
    let text = if model.name == "majority" { "–".to_owned() } else { format::count(flips) };
    let of = format::share(flips, covered).filter(|_| model.name != "majority");
    let figure = if model.used && flips > 0 {
        let which = LabelsQuery { flipped: Some(true), ..LabelsQuery::default() };
        let name = format!("Show the {flips} documents whose label differs from majority vote's");
        view! {
            <button type="button" class="model-link num" aria-label=name on:click=move |_| shown.documents(which.clone())>
                {text}
            </button>
        }
        .into_any()
    } else {
        text.into_any()
    };
    view! { <td class="num end">{figure} {of.map(|of| view! { <span class="model-below">{of}</span> })}</td> }
}

fn scores(scores: Option<&ModelScores>) -> AnyView {
    let cell = |(at, score): (usize, &Score)| {
        let show = if score.is_share { format::percent } else { format::significant };
        let Some(value) = scores.and_then(score.read) else {
            return view! { <td class="end quiet small">"not defined"</td> }.into_any();
        };
        let interval = scores.and_then(|scores| scores.accuracy_interval).filter(|_| at == 0);
        let interval =
            interval.map(|it| view! { <span class="model-below">{format::interval(it.low, it.high)}</span> });
        view! { <td class="num end">{show(value)} {interval}</td> }.into_any()
    };
    SCORES.iter().enumerate().map(cell).collect_view().into_any()
}

/// Documents by likeliest label: by majority vote and by the model in use.
#[component]
pub fn LabelCounts(labels: LabelSet, report: LabelReport) -> impl IntoView {
    let rows = report.rows.max(1) as f64;
    let shown: Vec<&ModelReport> =
        report.models.iter().filter(|model| model.used || model.name == "majority").collect();
    let cell = |model: &ModelReport, place: usize, color: &str| {
        let count = model.label_rows.get(place).copied().unwrap_or(0);
        let prior = model.prior.get(place).copied().map_or_else(|| "unknown".to_owned(), format::percent);
        Ok(Cell {
            value: format::count(count),
            share: Some(count as f64 / rows),
            color: color.to_owned(),
            note: Some(format!("{} of all · prior {prior}", format::percent(count as f64 / rows))),
        })
    };
    let line = |(place, index, color): (usize, i16, &str)| Line {
        head: view! { <LabelChip labels=labels.clone() index=index /> }.into_any(),
        cells: shown.iter().map(|model| cell(model, place, color)).collect(),
    };
    let all = labels.all().iter().enumerate().zip(0_i16..);
    let mut lines: Vec<Line> =
        all.map(|((place, label), index)| line((place, index, label.color.as_str()))).collect();
    let none = report.rows.saturating_sub(report.covered);
    let none = Cell { value: format::count(none), share: Some(none as f64 / rows), ..Cell::default() };
    lines.push(Line {
        head: view! { <LabelChip labels=labels.clone() index=-1 /> }.into_any(),
        cells: shown.iter().map(|_| Ok(none.clone())).collect(),
    });
    view! {
        <FigureTable
            title="Documents by label"
            name="Label"
            definition="Documents by their most likely label; those without a vote stay without a label. The prior is P(label) before any vote."
            heads=shown.iter().map(|model| model_name(&model.name).into_any()).collect()
            lines=lines
        />
    }
}
