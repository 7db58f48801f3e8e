//! The page of an address that leads nowhere.

use crate::routes;
use leptos::prelude::*;

/// Says that there is nothing here and offers the way back.
#[component]
pub fn MissingPage() -> impl IntoView {
    view! {
        <h1>"There is no such page"</h1>
        <p><a href=routes::PROJECTS>"Go to the projects"</a></p>
    }
}
