//! A titled part of a page.

use super::element_id;
use leptos::prelude::*;

/// A titled part of a page, with room for actions beside the title.
#[component]
pub fn Panel(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] actions: ViewFn,
    children: Children,
) -> impl IntoView {
    let id = element_id("panel");
    view! {
        <section class="panel" aria-labelledby=id>
            <div class="panel-head">
                <h2 id=id.clone()>{title}</h2>
                <div class="row">{actions.run()}</div>
            </div>
            {children()}
        </section>
    }
}
