//! The documents, a page at a time.

use crate::components::{
    document_table::{Column, DocumentTable},
    label_chip::LabelChip,
};
use crate::format;
use crate::state::document_pages::DocumentRow;
use crate::state::project::{ProjectState, use_project};
use leptos::prelude::*;

const COLUMNS: [Column; 3] = [
    Column { name: "Split", is_number: false },
    Column { name: "Label", is_number: false },
    Column { name: "P(label)", is_number: true },
];

/// A table of the documents with the label each has now.
#[component]
pub fn Documents() -> impl IntoView {
    let project = use_project();
    // The main text is shown by itself.
    let attributes = Memo::new(move |_| {
        let corpus = project.corpus.get().unwrap_or_default();
        let names = corpus.columns.into_iter().map(|column| column.name);
        names.filter(|name| Some(name) != corpus.default_text.as_ref()).collect::<Vec<_>>()
    });
    view! { <DocumentTable columns=&COLUMNS cells=cells attributes=attributes /> }
}

fn cells(project: &ProjectState, row: &DocumentRow) -> AnyView {
    let label = row.labels.as_ref().map(|of| of.label);
    let confidence = row.labels.as_ref().and_then(|of| of.probabilities.get(usize::try_from(of.label).ok()?));
    let split = row.document.as_ref().map(|document| document.split.name());
    let labels = project.labels();
    view! {
        <td class="small quiet">{split}</td>
        <td>{label.map(|index| view! { <LabelChip labels=labels index=index /> })}</td>
        <td class="num end">{confidence.copied().map(format::percent)}</td>
    }
    .into_any()
}
