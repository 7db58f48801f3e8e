//! Menus: a button that opens a list of things to do or to choose from.

use super::focus_child;
use super::icon::{Icon, icon};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast as _;

/// One line of a menu.
#[derive(Clone)]
pub struct MenuItem {
    /// What it does.
    pub name: String,
    /// Something about it, to the right.
    pub hint: String,
    /// Whether it is what is chosen now; `None` where nothing is chosen.
    pub chosen: Option<bool>,
    /// Whether a line is drawn above.
    pub divided: bool,
    /// Does it.
    pub run: Callback<()>,
}

/// A button with a list below it. Arrows move, Escape closes.
#[component]
pub fn Menu(
    /// What the button is called by a screen reader.
    #[prop(into)]
    name: Signal<String>,
    /// What the button shows.
    #[prop(into)]
    button: ViewFn,
    /// Class of the button.
    #[prop(default = "button quiet")]
    class: &'static str,
    /// The list ends where the button ends, instead of starting where it starts.
    #[prop(optional)]
    at_end: bool,
    #[prop(into)] items: Signal<Vec<MenuItem>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let list = NodeRef::<html::Div>::new();
    let opener = NodeRef::<html::Button>::new();

    let close = move || {
        open.set(false);
        if let Some(opener) = opener.get_untracked() {
            let _ = opener.focus();
        }
    };
    // The list gets the focus once it is there.
    Effect::new(move |_| {
        if open.get() && list.get().is_some() {
            request_animation_frame(move || focus_child(list, "button", 0));
        }
    });
    let keys = move |event: ev::KeyboardEvent| {
        let count = items.read_untracked().len();
        let here = focused_index(list).unwrap_or(0);
        let to = match event.key().as_str() {
            "ArrowDown" => (here + 1) % count.max(1),
            "ArrowUp" => (here + count.saturating_sub(1)) % count.max(1),
            "Home" => 0,
            "End" => count.saturating_sub(1),
            "Escape" => {
                event.stop_propagation();
                return close();
            }
            "Tab" => return open.set(false),
            _ => return,
        };
        event.prevent_default();
        focus_child(list, "button", to);
    };
    let leave = move |event: ev::FocusEvent| {
        let to = event.related_target().and_then(|to| to.dyn_into::<web_sys::Node>().ok());
        let inside = list.get_untracked().is_some_and(|list| list.contains(to.as_ref()));
        let opener = opener.get_untracked().is_some_and(|opener| opener.contains(to.as_ref()));
        if !inside && !opener {
            open.set(false);
        }
    };
    let item = move |item: MenuItem| {
        let press = move |_| {
            close();
            item.run.run(());
        };
        let role = if item.chosen.is_some() { "menuitemradio" } else { "menuitem" };
        view! {
            {item.divided.then(|| view! { <hr /> })}
            <button
                type="button"
                role=role
                tabindex="-1"
                aria-checked=item.chosen.map(|chosen| chosen.to_string())
                on:click=press
            >
                <span class="clip">{item.name}</span>
                <span class="quiet small">
                    {if item.chosen == Some(true) { icon(Icon::Check).into_any() } else { item.hint.into_any() }}
                </span>
            </button>
        }
    };
    view! {
        <div class="menu" on:focusout=leave>
            <button
                type="button"
                class=class
                aria-haspopup="menu"
                aria-expanded=move || open.get().to_string()
                aria-label=name
                node_ref=opener
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {button.run()}
                {icon(Icon::Down)}
            </button>
            <Show when=move || open.get()>
                <div class="items" class:end=at_end role="menu" aria-label=name node_ref=list on:keydown=keys>
                    {move || items.get().into_iter().map(item).collect_view()}
                </div>
            </Show>
        </div>
    }
}

/// Which of the menu's buttons has the focus.
fn focused_index(list: NodeRef<html::Div>) -> Option<usize> {
    let buttons = list.get_untracked()?.query_selector_all("button").ok()?;
    let focused = document().active_element()?;
    (0..buttons.length())
        .find(|&index| buttons.get(index).is_some_and(|button| button.is_same_node(Some(&focused))))
        .map(|index| index as usize)
}
