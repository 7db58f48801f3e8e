//! How far something is.

use leptos::prelude::*;

/// A thin line that fills; `None` while the whole is unknown.
#[component]
pub fn Progress(
    /// What is under way, for the screen reader.
    #[prop(into)]
    name: String,
    /// Done, from 0 to 1.
    #[prop(into)]
    share: Signal<Option<f64>>,
) -> impl IntoView {
    let percent = move || share.get().map(|share| (share.clamp(0.0, 1.0) * 100.0).round());
    view! {
        <span
            class="progress"
            role="progressbar"
            aria-label=name
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || percent().map(|percent| percent.to_string())
            data-unknown=move || percent().is_none()
        >
            <i style:width=move || percent().map(|percent| format!("{percent}%"))></i>
        </span>
    }
}
