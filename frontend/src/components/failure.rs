//! What a page shows when something failed.

use super::button::Button;
use super::icon::{Icon, icon};
use crate::state::ApiFailure;
use leptos::prelude::*;

/// Says what failed, why, that nothing was lost, and offers to try again.
#[component]
pub fn Failure(
    /// What failed, as a sentence.
    #[prop(into)]
    what: String,
    failure: ApiFailure,
    /// What is safe, as a sentence.
    #[prop(default = "Nothing was changed or lost.")]
    safe: &'static str,
    #[prop(optional, into)] retry: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <div class="failure" role="alert">
            <div class="row">{icon(Icon::Warning)} <strong>{what}</strong></div>
            <p>{failure.to_string()} " " {safe}</p>
            <p class="quiet">{failure.advice()}</p>
            {retry.map(|retry| view! { <Button icon=Icon::Again on_press=retry>"Try again"</Button> })}
        </div>
    }
}
