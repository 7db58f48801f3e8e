//! The page of rules.

use leptos::prelude::*;

/// Rules.
#[component]
pub fn RulesPage() -> impl IntoView {
    view! { <h1>"Rules"</h1> }
}
