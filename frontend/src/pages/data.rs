//! The page of data.

use leptos::prelude::*;

/// Data.
#[component]
pub fn DataPage() -> impl IntoView {
    view! { <h1>"Data"</h1> }
}
