//! Harvesting: a word selected in a document or in the rule's text goes into a lexicon.

use super::desk::{Desk, use_desk};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::element_id;
use crate::components::field::{FieldError, TextField};
use crate::state::commands::use_command;
use crate::state::lexicons::name_fault;
use crate::state::toasts::Toasts;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast as _;

/// A longer selection is no term.
const TERM_CHARS: usize = 100;

/// A selected text and where it stands on the screen.
#[derive(Debug, Clone, PartialEq)]
struct Selected {
    text: String,
    left: f64,
    bottom: f64,
}

/// A button beside what is selected, and the choice of a lexicon.
#[component]
pub fn Harvest() -> impl IntoView {
    let desk = use_desk();
    let selected = RwSignal::new(None::<Selected>);
    let term = RwSignal::new(String::new());
    let open = RwSignal::new(false);
    follow_selection(selected);
    let begin = move || {
        if let Some(now) = selection() {
            term.set(now.text);
            open.set(true);
        }
    };
    use_command("Rules", "Add the selected word to a lexicon", "mod+.", begin);
    let beside = move || {
        selected.get().filter(|_| !open.get()).map(|selected| {
            view! {
                <button
                    type="button"
                    class="harvest button small"
                    style:left=format!("{}px", selected.left)
                    style:top=format!("{}px", selected.bottom + 4.0)
                    // Pressing it must not end the selection before the click.
                    on:mousedown=|event| event.prevent_default()
                    on:click=move |_| begin()
                >
                    "Add to lexicon" <kbd aria-hidden="true">"⌃."</kbd>
                </button>
            }
        })
    };
    view! {
        {beside}
        <Dialog open=open title="Add to a lexicon">
            <Choice desk=desk term=term open=open />
        </Dialog>
    }
}

/// Keeps what is selected in the rule's text or in a document.
fn follow_selection(selected: RwSignal<Option<Selected>>) {
    let look = move |_: web_sys::Event| {
        let now = selection();
        if selected.try_with_untracked(|before| *before != now) == Some(true) {
            selected.set(now);
        }
    };
    let pointer = window_event_listener_untyped("pointerup", look);
    let keys = window_event_listener_untyped("keyup", look);
    let scroll = window_event_listener_untyped("wheel", move |_| drop(selected.try_set(None)));
    on_cleanup(move || {
        pointer.remove();
        keys.remove();
        scroll.remove();
    });
}

/// What is selected, if it could be a term and stands where terms stand.
fn selection() -> Option<Selected> {
    let selection = window().get_selection().ok().flatten()?;
    let text = String::from(selection.to_string()).trim().to_owned();
    if text.is_empty() || text.chars().count() > TERM_CHARS || text.contains('\n') {
        return None;
    }
    let node = selection.anchor_node()?;
    let element = node.dyn_ref::<web_sys::Element>().cloned().or_else(|| node.parent_element())?;
    element.closest(".documents, .editor").ok().flatten()?;
    let place = selection.get_range_at(0).ok()?.get_bounding_client_rect();
    Some(Selected { text, left: place.left(), bottom: place.bottom() })
}

/// Which lexicon: one there is, or a new one.
#[component]
fn Choice(desk: Desk, term: RwSignal<String>, open: RwSignal<bool>) -> impl IntoView {
    let toasts = Toasts::expect();
    let lexicons = untrack(|| desk.project.lexicons.get()).unwrap_or_default();
    let chosen = RwSignal::new(lexicons.first().map(|info| info.name.clone()).unwrap_or_default());
    let name = RwSignal::new(String::new());
    let (error, busy) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let known = lexicons.clone();
    let save = move || {
        let is_new = chosen.read_untracked().is_empty();
        if let Some(fault) = name_fault(&name.read_untracked(), &known).filter(|_| is_new) {
            return error.set(Some(fault));
        }
        let lexicon = if is_new { name.get_untracked() } else { chosen.get_untracked() };
        let term = term.get_untracked().trim().to_owned();
        if term.is_empty() || busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let added = desk.project.add_term(&lexicon, &term).await;
            busy.try_set(false);
            match added {
                Ok(()) => {
                    open.try_set(false);
                    toasts.tell(format!("“{term}” is in @{lexicon}."));
                }
                Err(why) => drop(error.try_set(Some(why))),
            }
        });
    };
    let (id, error_id) = (element_id("lexicon"), element_id("error"));
    let options = lexicons
        .iter()
        .map(|info| view! { <option value=info.name.clone()>{format!("@{}", info.name)}</option> });
    let options = options.collect_view();
    view! {
        <form class="stack" on:submit=move |event| {
            event.prevent_default();
            save();
        }>
            <TextField label="Term" value=term />
            <div class="field">
                <label for=id.clone()>"Lexicon"</label>
                <select class="input" id=id prop:value=chosen on:change=move |event| chosen.set(event_target_value(&event))>
                    {options}
                    <option value="">"a new one …"</option>
                </select>
            </div>
            <Show when=move || chosen.read().is_empty()>
                <TextField label="Name of the new lexicon" value=name hint="Rules write @name." />
            </Show>
            <FieldError id=error_id error=error />
            <div class="row">
                <Button kind=ButtonKind::Primary submit=true busy=busy>"Add"</Button>
            </div>
        </form>
    }
}
