//! Turning pages of a list.

use super::button::IconButton;
use super::icon::Icon;
use crate::state::document_pages::DocumentPages;
use leptos::prelude::*;

/// Back and forward.
#[component]
pub fn Pager(pages: DocumentPages) -> impl IntoView {
    view! {
        <IconButton
            icon=Icon::Left
            name="Previous page"
            disabled=Signal::derive(move || !pages.has_previous())
            on_press=move || pages.turn_back()
        />
        <IconButton
            icon=Icon::Right
            name="Next page"
            disabled=Signal::derive(move || !pages.has_next())
            on_press=move || pages.turn_forward()
        />
    }
}
