//! Toasts: short news in the corner, told to screen readers too.

use super::button::{Button, IconButton};
use super::icon::{Icon, icon};
use crate::state::toasts::{Toast, Toasts, Tone};
use leptos::prelude::*;

/// The corner in which news appear.
#[component]
pub fn ToastCorner() -> impl IntoView {
    let toasts = Toasts::expect();
    view! {
        <div class="toasts" role="log" aria-live="polite" aria-label="News">
            <For each=move || toasts.all() key=|toast| toast.id let:toast>
                <ToastLine toast=toast />
            </For>
        </div>
    }
}

#[component]
fn ToastLine(toast: Toast) -> impl IntoView {
    let toasts = Toasts::expect();
    let (sign, class) = match toast.tone {
        Tone::Good => (Icon::Check, "good"),
        Tone::Bad => (Icon::Warning, "bad"),
    };
    view! {
        <div class="toast">
            <span class=class>{icon(sign)}</span>
            <p>{toast.text}</p>
            {toast
                .action
                .map(|(name, run)| {
                    let act = move |()| {
                        toasts.dismiss(toast.id);
                        run.run(());
                    };
                    view! { <Button small=true on_press=Callback::new(act)>{name}</Button> }
                })}
            <IconButton icon=Icon::Close name="Dismiss" on_press=move || toasts.dismiss(toast.id) />
        </div>
    }
}
