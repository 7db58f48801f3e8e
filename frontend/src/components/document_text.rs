//! What a document says.

use crate::format;
use crate::state::document_pages::DocumentRow;
use leptos::prelude::*;

/// The start of a document's main text, and below it its id; a skeleton until its chunk is here.
#[component]
pub fn DocumentText(
    row: DocumentRow,
    /// Names of the corpus' other columns: their values are shown too.
    #[prop(optional)]
    columns: Vec<String>,
) -> impl IntoView {
    let Some(document) = row.document else {
        return view! { <span class="skeleton" aria-hidden="true"></span> }.into_any();
    };
    let text = if document.cut { format!("{}…", document.text) } else { document.text };
    let value =
        |(name, value): (String, String)| view! { <span>{name} " " <span class="mono">{value}</span></span> };
    let values = columns.into_iter().zip(document.attributes).filter_map(|(name, cell)| Some((name, cell?)));
    view! {
        <p class="said" dir="auto">{text}</p>
        <p class="about">
            <span class="mono" title=document.id>{format::shortened(&document.id, 24)}</span>
            {values.map(value).collect_view()}
        </p>
    }
    .into_any()
}
