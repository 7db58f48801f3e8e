//! The documents, a page at a time.

use crate::components::{
    document_text::DocumentText,
    label_chip::LabelChip,
    loaded::{Loaded, skeleton_rows},
    pager::Pager,
    panel::Panel,
};
use crate::format;
use crate::state::document_pages::{DocumentPages, DocumentRow};
use crate::state::eval::use_eval;
use crate::state::project::use_project;
use hunch_engine::Split;
use leptos::prelude::*;

/// A table of the documents with the label each has now.
#[component]
pub fn Documents() -> impl IntoView {
    let project = use_project();
    let pages = DocumentPages::new(project, use_eval());
    // The main text is shown by itself.
    let columns = Memo::new(move |_| {
        let corpus = project.corpus.get().unwrap_or_default();
        let names = corpus.columns.into_iter().map(|column| column.name);
        names.filter(|name| Some(name) != corpus.default_text.as_ref()).collect::<Vec<_>>()
    });
    let row = move |row: DocumentRow| {
        let labels = project.labels();
        let confidence =
            row.labels.as_ref().and_then(|of| of.probabilities.get(usize::try_from(of.label).ok()?));
        let confidence = confidence.copied().map(format::percent);
        let label = row.labels.as_ref().map(|of| of.label);
        let gold = row.document.as_ref().and_then(|document| document.gold);
        let split = row.document.as_ref().map(|document| split_name(document.split));
        let chip = move |index: i16| view! { <LabelChip labels=labels.clone() index=index /> };
        view! {
            <tr>
                <td class="num quiet end row-number">{format::count(row.number + 1)}</td>
                <td class="text whole"><DocumentText row=row columns=columns.get() /></td>
                <td class="small quiet">{split}</td>
                <td>{label.map(chip.clone())}</td>
                <td class="num end">{confidence}</td>
                <td data-head=gold.map(|_| "gold")>{gold.map(chip)}</td>
            </tr>
        }
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
                                <th scope="col">"Split"</th>
                                <th scope="col">"Label"</th>
                                <th scope="col" class="end">"P(label)"</th>
                                <th scope="col">"Gold (dev)"</th>
                            </tr>
                        </thead>
                        <tbody>{move || pages.rows().unwrap_or_default().into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            </Loaded>
        </Panel>
    }
}

fn split_name(split: Split) -> &'static str {
    match split {
        Split::Train => "train",
        Split::Dev => "dev",
        Split::Valid => "valid",
        Split::Test => "test",
    }
}
