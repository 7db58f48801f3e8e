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
use crate::state::document_pages::DocumentPages;
use crate::state::labels::LabelSet;
use crate::state::project::use_project;
use hunch_protocol::DocumentLabels;
use leptos::prelude::*;

/// A table of documents with P(label) by both models.
#[component]
pub fn Labeled() -> impl IntoView {
    let project = use_project();
    let pages = DocumentPages::new(project);
    let rows = move || {
        let labels = project.labels();
        let rows = pages.rows().unwrap_or_default().into_iter().filter_map(|row| row.labels);
        rows.map(|row| document_row(&labels, row)).collect_view()
    };
    view! {
        <Panel title="Documents" actions=ViewFn::from(move || view! { <Pager pages=pages /> })>
            <Loaded of=pages.status() what="The documents" skeleton=ViewFn::from(|| skeleton_rows(10))>
                <div class="table-scroll" role="region" aria-label="Documents" tabindex="0">
                    <table class="table documents">
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

fn document_row(labels: &LabelSet, row: DocumentLabels) -> impl IntoView + use<> {
    let cell = |shares: Vec<f64>| {
        if !row.covered {
            return view! { <td class="quiet small">"no vote"</td> }.into_any();
        }
        let likeliest = LabelSet::likeliest(&shares);
        view! {
            <td class="probability">
                {likeliest
                    .map(|(index, share)| {
                        view! {
                            <span class="row apart">
                                <LabelChip labels=labels.clone() index=index />
                                <span class="num">{format::percent(share)}</span>
                            </span>
                        }
                    })}
                <SharesBar shares=shares colors=labels.colors() />
            </td>
        }
        .into_any()
    };
    view! {
        <tr>
            <td class="num quiet end">{format::count(row.row + 1)}</td>
            <td class="text"><DocumentText number=row.row id=Some(row.id) /></td>
            {cell(row.majority)}
            {cell(row.dawid_skene)}
            <td>{row.gold.map(|gold| view! { <LabelChip labels=labels.clone() index=gold /> })}</td>
        </tr>
    }
}
