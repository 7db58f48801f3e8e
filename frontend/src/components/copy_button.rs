//! Copying a text.

use super::icon::{Icon, icon};
use crate::state::toasts::Toasts;
use leptos::prelude::*;

/// Copies a text.
#[component]
pub fn CopyButton(#[prop(into)] text: Signal<String>) -> impl IntoView {
    let toasts = Toasts::expect();
    let copy = move |_| {
        let written = window().navigator().clipboard().write_text(&text.get_untracked());
        leptos::task::spawn_local(async move {
            match wasm_bindgen_futures::JsFuture::from(written).await {
                Ok(_) => toasts.tell("Copied."),
                Err(_) => toasts
                    .fail("The browser does not allow copying here. Select the text and copy it by hand."),
            }
        });
    };
    view! {
        <button type="button" class="button quiet small" on:click=copy>{icon(Icon::Copy)} "Copy"</button>
    }
}
