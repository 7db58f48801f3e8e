//! Whether changes arrive.

use crate::state::events::Connection;
use leptos::prelude::*;

/// Says in a word whether the page hears of changes as they happen.
#[component]
pub fn ConnectionPill(connection: Signal<Connection>) -> impl IntoView {
    let state = move || match connection.get() {
        Connection::Connecting => {
            ("connecting", "connecting", "The page is getting in touch with the server.")
        }
        Connection::Live => ("live", "live", "Changes show here as they happen."),
        Connection::Lost => (
            "lost",
            "offline",
            "The server cannot be reached; the page tries again by itself. What is shown may be old.",
        ),
    };
    view! {
        <span class="pill" role="status" data-state=move || state().0 title=move || state().2>
            {move || state().1}
        </span>
    }
}
