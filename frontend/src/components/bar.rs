//! Bars: a share of a whole, and shares that make one.

use leptos::prelude::*;

/// A share of a whole as a bar; the figure beside it says it in digits.
#[component]
pub fn ShareBar(
    /// From 0 to 1.
    #[prop(into)]
    share: Signal<f64>,
    /// The label's colour; grey unless given.
    #[prop(optional, into)]
    color: Signal<String>,
) -> impl IntoView {
    view! {
        <span class="share" style=("--label", color) aria-hidden="true">
            <i style:width=move || percent(share.get())></i>
        </span>
    }
}

/// Probabilities of all labels as one bar; the text beside it names the likeliest.
#[component]
pub fn SharesBar(
    /// By label index.
    shares: Vec<f64>,
    /// By label index.
    colors: Vec<String>,
) -> impl IntoView {
    let parts = shares.into_iter().zip(colors).filter(|(share, _)| *share > 0.0);
    view! {
        <span class="shares" aria-hidden="true">
            {parts
                .map(|(share, color)| view! { <i style:width=percent(share) style=("--label", color)></i> })
                .collect_view()}
        </span>
    }
}

fn percent(share: f64) -> String {
    format!("{:.2}%", share.clamp(0.0, 1.0) * 100.0)
}
