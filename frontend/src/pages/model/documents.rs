//! The documents with what both models make of them.

use crate::components::{
    bar::SharesBar,
    document_text::DocumentText,
    label_chip::LabelChip,
    loaded::{Loaded, skeleton_rows},
    pager::Pager,
    panel::Panel,
};
use crate::format;
use crate::state::document_pages::{DocumentPages, DocumentRow};
use crate::state::eval::use_eval;
use crate::state::labels::LabelSet;
use crate::state::project::use_project;
use leptos::prelude::*;

/// A table of documents with P(label) by both models.
#[component]
pub fn Labeled() -> impl IntoView {
    let project = use_project();
    let pages = DocumentPages::new(project, use_eval());
    let rows = move || {
        let labels = project.labels();
        pages.rows().unwrap_or_default().into_iter().map(|row| document_row(&labels, row)).collect_view()
    };
    view! {
        <Panel title="Documents" actions=ViewFn::from(move || view! { <Pager pages=pages /> })>
            <Loaded of=pages.status() what="The documents" skeleton=ViewFn::from(|| skeleton_rows(10))>
                <div class="table-scroll" role="region" aria-label="Table of documents" tabindex="0">
                    <table class="table stacked documents">
                        <thead>
                            <tr>
                                <th scope="col" class="end">"Row"</th>
                                <th scope="col">"Text"</th>
                                <th scope="col">"Majority vote"</th>
                                <th scope="col">"Dawid-Skene"</th>
                                <th scope="col">"Gold (dev)"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </Loaded>
        </Panel>
    }
}

fn document_row(labels: &LabelSet, row: DocumentRow) -> Option<impl IntoView + use<>> {
    let of = row.labels.clone()?;
    let cell = |head: &'static str, shares: Vec<f64>| {
        if !of.covered {
            return view! { <td class="quiet small" data-head=head>"no vote"</td> }.into_any();
        }
        let likeliest = LabelSet::likeliest(&shares).map(|(index, share)| {
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
                <SharesBar shares=shares colors=labels.colors() />
            </td>
        }
        .into_any()
    };
    let (majority, dawid_skene) = (cell("Majority vote", of.majority), cell("Dawid-Skene", of.dawid_skene));
    Some(view! {
        <tr>
            <td class="num quiet end row-number">{format::count(of.row + 1)}</td>
            <td class="text whole"><DocumentText row=row /></td>
            {majority}
            {dawid_skene}
            <td data-head=of.gold.map(|_| "gold")>
                {of.gold.map(|gold| view! { <LabelChip labels=labels.clone() index=gold /> })}
            </td>
        </tr>
    })
}
