//! The page of an address that leads nowhere.

use crate::components::{empty::Empty, frame::Frame, icon::Icon};
use crate::routes;
use leptos::prelude::*;

/// Says that there is nothing here and offers the way back.
#[component]
pub fn MissingPage() -> impl IntoView {
    view! {
        <Frame>
            <Empty icon=Icon::Search title="There is no such page" text="The address may have a mistake in it.">
                <a class="button primary" href=routes::PROJECTS>"Go to the projects"</a>
            </Empty>
        </Frame>
    }
}
