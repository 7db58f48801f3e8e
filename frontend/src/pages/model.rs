//! The page of model.

use leptos::prelude::*;

/// Model.
#[component]
pub fn ModelPage() -> impl IntoView {
    view! { <h1>"Model"</h1> }
}
