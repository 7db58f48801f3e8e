//! The page of overview.

use leptos::prelude::*;

/// Overview.
#[component]
pub fn OverviewPage() -> impl IntoView {
    view! { <h1>"Overview"</h1> }
}
