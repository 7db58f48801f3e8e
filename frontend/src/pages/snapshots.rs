//! The page of snapshots.

use leptos::prelude::*;

/// Snapshots.
#[component]
pub fn SnapshotsPage() -> impl IntoView {
    view! { <h1>"Snapshots"</h1> }
}
