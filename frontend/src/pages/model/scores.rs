//! How both models do against gold.

use super::table::model_heads;
use crate::components::{empty::Empty, figure::Defined, icon::Icon, panel::Panel};
use crate::format;
use hunch_protocol::{LabelReport, ModelScores};
use leptos::prelude::*;

/// A score: its name, its definition, where it is, whether it is a share.
struct Score {
    name: &'static str,
    definition: &'static str,
    read: fn(&ModelScores) -> Option<f64>,
    is_share: bool,
}

static SCORES: [Score; 6] = [
    Score {
        name: "Accuracy",
        definition: "Expected share of right labels on documents with gold; ties and documents without a vote are guessed at random.",
        read: |scores| scores.accuracy,
        is_share: true,
    },
    Score {
        name: "Accuracy where covered",
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
        name: "F1 of label 1",
        definition: "F1 of the second label; only where there are two.",
        read: |scores| scores.f1,
        is_share: true,
    },
    Score {
        name: "Log loss",
        definition: "Mean of −ln P(gold label). Lower is better; it punishes false certainty.",
        read: |scores| scores.log_loss,
        is_share: false,
    },
    Score {
        name: "Brier score",
        definition: "Mean squared distance between probabilities and gold. Lower is better.",
        read: |scores| scores.brier,
        is_share: false,
    },
];

/// Scores on the documents of the dev split with gold.
#[component]
pub fn Scores(report: LabelReport) -> impl IntoView {
    let title = match report.gold {
        0 => "Against gold".to_owned(),
        gold => format!("Against gold: {}", format::counted(gold, "document", "documents")),
    };
    if report.models.iter().all(|model| model.scores.is_none()) {
        return view! {
            <Panel title=title>
                <Empty
                    icon=Icon::Info
                    title="No gold yet"
                    text="Scores need documents of the dev split whose true label is known. Import a file with a gold column, or update rows by their id."
                />
            </Panel>
        }
        .into_any();
    }
    let cell = |score: &Score, scores: Option<&ModelScores>| {
        let show = if score.is_share { format::percent } else { format::significant };
        match scores.and_then(score.read) {
            Some(value) => view! { <td class="num end">{show(value)}</td> }.into_any(),
            None => view! { <td class="end quiet small">"not defined"</td> }.into_any(),
        }
    };
    let line = |score: &'static Score| {
        view! {
            <tr>
                <th scope="row"><Defined definition=score.definition>{score.name}</Defined></th>
                {report.models.iter().map(|model| cell(score, model.scores.as_ref())).collect_view()}
            </tr>
        }
    };
    let lines = SCORES.iter().map(line).collect_view();
    let heads = model_heads(&report.models).into_iter();
    let heads = heads.map(|head| view! { <th scope="col" class="end">{head}</th> }).collect_view();
    view! {
        <Panel title=title>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Score"</th>
                        {heads}
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        </Panel>
    }
    .into_any()
}
