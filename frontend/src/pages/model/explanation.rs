//! Why a document has its label: log-odds that add up, the weightiest first.

use crate::format;
use crate::state::labels::LabelSet;
use hunch_protocol::{DocumentLabels, ExplanationKind, ExplanationTerm};
use leptos::prelude::*;

/// Terms shown at once; the others on demand.
const SHOWN: usize = 8;

/// The summands of ln(P(label) / P(rival)) as chips.
#[component]
pub fn Explained(labels: LabelSet, of: DocumentLabels) -> impl IntoView {
    let mut terms = of.explanation.clone();
    if terms.is_empty() {
        return None;
    }
    terms.sort_by(|a, b| b.log_odds.abs().total_cmp(&a.log_odds.abs()));
    let name = |index: Option<i16>| {
        index
            .and_then(|index| labels.get(index))
            .map_or("another label", |label| label.name.as_str())
            .to_owned()
    };
    let (label, rival) = (name(Some(of.label)), name(of.rival));
    let sum: f64 = terms.iter().map(|term| term.log_odds).sum();
    let about = format!("Why {label} rather than {rival}: log-odds {}", format::signed(sum));
    let all = RwSignal::new(false);
    let more = terms.len().saturating_sub(SHOWN);
    let chip = {
        let labels = labels.clone();
        move |(at, term): (usize, ExplanationTerm)| {
            let color = term.label.and_then(|index| labels.get(index)).map(|label| label.color.clone());
            let side = if term.log_odds < 0.0 { &rival } else { &label };
            let hint = format!(
                "{}: {} for {side}",
                meaning(&term, &labels),
                format::significant(term.log_odds.abs())
            );
            view! {
                <li
                    class="model-term"
                    class:against={term.log_odds < 0.0}
                    hidden=move || { at >= SHOWN && !all.get() }
                    title=hint
                >
                    {color.map(|color| view! { <i style=("--label", color) aria-hidden="true"></i> })}
                    <span class="clip" class:mono=term.name.is_some()>{term_name(&term)}</span>
                    <b class="num">{format::signed(term.log_odds)}</b>
                </li>
            }
        }
    };
    Some(view! {
        <ul class="model-why" aria-label=about>
            {terms.into_iter().enumerate().map(chip).collect_view()}
            <li hidden=move || more == 0 || all.get()>
                <button type="button" class="model-link small" on:click=move |_| all.set(true)>{format!("and {more} more")}</button>
            </li>
        </ul>
    })
}

fn term_name(term: &ExplanationTerm) -> String {
    match term.of {
        ExplanationKind::Prior => "prior".to_owned(),
        ExplanationKind::Silence => "silence".to_owned(),
        ExplanationKind::Unanimity => "all agree".to_owned(),
        ExplanationKind::Vote => term.name.clone().unwrap_or_else(|| "a rule".to_owned()),
        ExplanationKind::Person => {
            term.name.as_deref().map_or_else(|| "a person".to_owned(), |name| format::shortened(name, 16))
        }
        ExplanationKind::Contradiction => "people contradict".to_owned(),
        ExplanationKind::Calibration => "calibration".to_owned(),
    }
}

/// What a term stands for, in words.
fn meaning(term: &ExplanationTerm, labels: &LabelSet) -> String {
    let vote = term.label.and_then(|index| labels.get(index)).map_or("no label", |label| label.name.as_str());
    match term.of {
        ExplanationKind::Prior => "The class prior, before any vote".to_owned(),
        ExplanationKind::Silence => "All rules that did not vote: their silence is a sign".to_owned(),
        ExplanationKind::Unanimity => "All votes agree, and nothing known makes that worth less".to_owned(),
        ExplanationKind::Vote => {
            format!("The rule {} votes {vote}", term.name.as_deref().unwrap_or_default())
        }
        ExplanationKind::Person => format!("{} says {vote}", term.name.as_deref().unwrap_or("A person")),
        ExplanationKind::Contradiction => {
            "People contradict the rules, which count for what they turned out to be worth".to_owned()
        }
        ExplanationKind::Calibration => "Probabilities were mended on gold of the valid split".to_owned(),
    }
}
