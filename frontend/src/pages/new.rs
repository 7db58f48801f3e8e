//! The page of new project.

use leptos::prelude::*;

/// New project.
#[component]
pub fn NewPage() -> impl IntoView {
    view! { <h1>"New project"</h1> }
}
