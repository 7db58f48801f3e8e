//! Tabs: one of several views of a thing.

use leptos::{ev, html, prelude::*};

/// A row of tabs; the caller shows the panel of the chosen one.
#[component]
pub fn Tabs<T>(
    /// What is chosen between, for the screen reader.
    name: &'static str,
    /// Each with its name; a name may change, the set does not.
    tabs: Vec<(T, Signal<String>)>,
    chosen: RwSignal<T>,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let list = NodeRef::<html::Div>::new();
    let values: Vec<T> = tabs.iter().map(|(value, _)| *value).collect();
    let arrows = move |event: ev::KeyboardEvent| {
        let here = values.iter().position(|value| *value == chosen.get_untracked()).unwrap_or(0);
        let last = values.len() - 1;
        let to = match event.key().as_str() {
            "ArrowRight" => (here + 1) % (last + 1),
            "ArrowLeft" => (here + last) % (last + 1),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        chosen.set(values[to]);
        super::focus_child(list, "button", to);
    };
    view! {
        <div class="tabs" role="tablist" aria-label=name node_ref=list on:keydown=arrows>
            {tabs
                .into_iter()
                .map(|(value, name)| {
                    let selected = move || chosen.get() == value;
                    view! {
                        <button
                            type="button"
                            role="tab"
                            aria-selected=move || selected().to_string()
                            tabindex=move || if selected() { "0" } else { "-1" }
                            on:click=move |_| chosen.set(value)
                        >
                            {name}
                        </button>
                    }
                })
                .collect_view()}
        </div>
    }
}
