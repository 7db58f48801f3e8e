//! A document's text.

use leptos::prelude::*;

/// The main text of a document, or its id until the text is there.
#[component]
pub fn DocumentText(number: u64, id: Option<String>) -> impl IntoView {
    let name = id.unwrap_or_else(|| format!("row {}", number + 1));
    view! { <span class="mono quiet clip">{name}</span> }
}
