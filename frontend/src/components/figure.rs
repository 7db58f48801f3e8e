//! Figures: a name, a number, what it is out of, and its definition.

use super::element_id;
use leptos::{ev, html, prelude::*};

/// A figure. What is not known is said in words, never as 0.
#[component]
pub fn Figure(
    name: &'static str,
    /// The number as text; `Err` says in words why it is not known.
    #[prop(into)]
    value: Signal<Result<String, &'static str>>,
    /// What it is out of: `1,213/1,956`.
    #[prop(optional, into)]
    of: Signal<String>,
    /// What it means and how it is computed.
    definition: &'static str,
) -> impl IntoView {
    view! {
        <div class="figure">
            <Defined definition=definition>
                <span class="name">{name}</span>
            </Defined>
            {move || match value.get() {
                Ok(value) => view! { <span class="value">{value}</span> }.into_any(),
                Err(unknown) => view! { <span class="value unknown">{unknown}</span> }.into_any(),
            }}
            <span class="of">{of}</span>
        </div>
    }
}

/// A word with a definition that shows on hover and focus, and goes with Escape.
#[component]
pub fn Defined(#[prop(into)] definition: String, children: Children) -> impl IntoView {
    let id = element_id("definition");
    let text = NodeRef::<html::Span>::new();
    let dismissed = RwSignal::new(false);
    let place = move || {
        dismissed.set(false);
        keep_in_window(text);
    };
    let dismiss = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            dismissed.set(true);
        }
    };
    view! {
        <span
            class="defined"
            tabindex="0"
            aria-describedby=id
            data-dismissed=move || dismissed.get().to_string()
            on:mouseenter=move |_| place()
            on:focus=move |_| place()
            on:keydown=dismiss
        >
            {children()}
            <span class="definition" role="tooltip" id=id.clone() node_ref=text>
                {definition}
            </span>
        </span>
    }
}

/// Shifts a definition that would reach over the window's right edge.
fn keep_in_window(text: NodeRef<html::Span>) {
    let Some(text) = text.get_untracked() else { return };
    let style = web_sys::HtmlElement::style(&text);
    // The style of an element that is shown can always be set.
    let _ = style.remove_property("--shift");
    let width = window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or(f64::MAX);
    let over = text.get_bounding_client_rect().right() + 16.0 - width;
    if over > 0.0 {
        let _ = style.set_property("--shift", &format!("{}px", -over));
    }
}
