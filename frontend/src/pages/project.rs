//! What all pages of a project share: its state, given by context.

use crate::state::project::ProjectState;
use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_params_map;

/// Provides the [`ProjectState`] of the address and shows the page in it.
#[component]
pub fn ProjectScope() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    // Another project is another scope: nothing of the one before stays.
    move || {
        provide_context(ProjectState::open(id.get()));
        view! { <Outlet /> }
    }
}
