//! The documents with what both models make of them, and what people said.

use crate::components::{
    bar::SharesBar,
    document_table::{Column, DocumentTable},
    label_chip::LabelChip,
};
use crate::format;
use crate::state::document_pages::DocumentRow;
use crate::state::labels::LabelSet;
use crate::state::project::ProjectState;
use hunch_protocol::PersonLabel;
use leptos::prelude::*;

const COLUMNS: [Column; 3] = [
    Column { name: "Majority vote", is_number: false },
    Column { name: "Model", is_number: false },
    Column { name: "People", is_number: false },
];

/// A table of documents with P(label) by both models.
#[component]
pub fn Labeled() -> impl IntoView {
    view! { <DocumentTable columns=&COLUMNS cells=cells /> }
}

fn cells(project: &ProjectState, row: &DocumentRow) -> AnyView {
    let labels = project.labels();
    let Some(of) = &row.labels else {
        return view! { <td></td><td></td><td></td> }.into_any();
    };
    let shares = |head: &'static str, shares: &[f64]| {
        if !of.covered {
            return view! { <td class="quiet small" data-head=head>"no vote"</td> }.into_any();
        }
        let likeliest = LabelSet::likeliest(shares).map(|(index, share)| {
            view! {
                <span class="row apart">
                    <LabelChip labels=labels.clone() index=index />
                    <span class="num">{format::percent(share)}</span>
                </span>
            }
        });
        view! {
            <td class="probability" data-head=head>
                {likeliest}
                <SharesBar shares=shares.to_vec() colors=labels.colors() />
            </td>
        }
        .into_any()
    };
    let said = |said: &PersonLabel| {
        let label = match said.label {
            Some(index) => view! { <LabelChip labels=labels.clone() index=index /> }.into_any(),
            None => view! { <span class="quiet small">"not that one"</span> }.into_any(),
        };
        let author = said.author.clone();
        view! { <span class="row">{label} <span class="mono small" title=author>{format::shortened(&said.author, 16)}</span></span> }
    };
    view! {
        {shares("Majority vote", &of.majority)}
        {shares("Model", &of.probabilities)}
        <td data-head=(!of.people.is_empty()).then_some("people")>{of.people.iter().map(said).collect_view()}</td>
    }
    .into_any()
}
