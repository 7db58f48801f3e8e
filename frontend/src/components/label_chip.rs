//! A label's name beside its colour.

use crate::state::labels::LabelSet;
use leptos::prelude::*;

/// The label of this index; "no label" for -1.
#[component]
pub fn LabelChip(labels: LabelSet, index: i16) -> impl IntoView {
    match labels.get(index) {
        Some(label) => view! {
            <span class="chip" style=("--label", label.color.clone())>
                <span class="clip">{label.name.clone()}</span>
            </span>
        }
        .into_any(),
        None => view! { <span class="chip none">"no label"</span> }.into_any(),
    }
}
