//! A choice of a few, all of them in sight.

use super::element_id;
use leptos::prelude::*;

/// Radio buttons, each with a sentence about it.
#[component]
pub fn Radios<T>(
    #[prop(into)] legend: String,
    /// Value, name, what it means.
    options: Vec<(T, &'static str, &'static str)>,
    #[prop(into)] chosen: Signal<T>,
    on_choose: impl Fn(T) + Copy + 'static,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let group = element_id("radios");
    let option = move |(value, name, meaning): (T, &'static str, &'static str)| {
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name=group.clone()
                    prop:checked=move || chosen.get() == value
                    on:change=move |_| on_choose(value)
                />
                <span>
                    {name}
                    <span class="quiet small">" " {meaning}</span>
                </span>
            </label>
        }
    };
    view! {
        <fieldset class="stack tight">
            <legend class="legend">{legend}</legend>
            {options.into_iter().map(option).collect_view()}
        </fieldset>
    }
}
