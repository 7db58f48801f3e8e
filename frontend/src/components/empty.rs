//! What a page shows while there is nothing to show.

use super::icon::{Icon, icon as draw};
use leptos::prelude::*;

/// Says what the place is for and offers the next step as children.
#[component]
pub fn Empty(
    icon: Icon,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            {draw(icon)}
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| view! { <div class="row">{children()}</div> })}
        </div>
    }
}
