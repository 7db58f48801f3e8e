//! Dialogs: the browser's own, which keeps the focus inside and gives it back.

use super::button::IconButton;
use super::element_id;
use super::icon::Icon;
use leptos::{ev, html, prelude::*};

/// A dialog above the page while `open`. Escape and a press beside it close it.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: String,
    /// Class beside `dialog`.
    #[prop(optional)]
    class: &'static str,
    /// No title is shown, only said.
    #[prop(optional)]
    bare: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let id = element_id("dialog");
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if open.get() && !dialog.open() {
            // Fails only for a dialog that is not in the document or open already.
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    // A press on the veil has the dialog itself as its target, one inside has what was pressed.
    let press = move |event: ev::MouseEvent| {
        let here = dialog.get_untracked().map(web_sys::EventTarget::from);
        if event.target().is_some() && event.target() == here {
            open.set(false);
        }
    };
    view! {
        <dialog
            class=format!("dialog {class}")
            node_ref=dialog
            aria-labelledby=id
            on:close=move |_| open.set(false)
            on:click=press
        >
            <div class=if bare { "hidden-text" } else { "panel-head" }>
                <h2 id=id.clone()>{title}</h2>
                {(!bare)
                    .then(|| {
                        view! { <IconButton icon=Icon::Close name="Close" on_press=move || open.set(false) /> }
                    })}
            </div>
            <Show when=move || open.get()>
                <div class="panel-body">{children()}</div>
            </Show>
        </dialog>
    }
}
