//! A secret that is shown this once.

use super::copy_button::CopyButton;
use leptos::prelude::*;

/// What to do with it, the secret itself, and a button that copies it.
#[component]
pub fn ShownOnce(
    /// The secret.
    #[prop(into)]
    secret: String,
    /// What a person should know.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="stack">
            <p>{children()}</p>
            <p class="row"><code class="secret" data-testid="secret">{secret.clone()}</code></p>
            <CopyButton text=Signal::stored(secret) />
        </div>
    }
}
