//! The frame of every page: the bar above and the rail beside.

use leptos::prelude::*;

/// The frame around a page.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    view! { <main id="main">{children()}</main> }
}
