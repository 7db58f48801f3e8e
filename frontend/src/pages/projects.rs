//! The page of projects.

use leptos::prelude::*;

/// Projects.
#[component]
pub fn ProjectsPage() -> impl IntoView {
    view! { <h1>"Projects"</h1> }
}
